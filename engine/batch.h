#pragma once
// The rows of one forward pass: tokens of one or several sessions of the same model.

#include <span>
#include <vector>

#include "engine/session.h"

namespace siskin {

class Batch {
  public:
    /// Adds the next token of a session; `logits` asks for the logits after it.
    /// Throws Error: TooLong (the session's context is full), BadData (no such token id).
    void add(Session& session, Token token, bool logits);

    /// Runs the pass. False when it was stopped; the sessions are then as before. The number of rows is at most the
    /// runtime's n_batch.
    bool run(Runtime& runtime);

    /// Logits of the i-th row that asked for them, [n_vocab]; valid until the runtime's next pass.
    std::span<const float> logits(size_t i) const;
    size_t n_logits() const { return n_logits_; }

    struct Row {
        Session* session;
        Token token;
        size_t position;
        bool logits;
    };
    std::span<const Row> rows() const { return rows_; }

  private:
    std::vector<Row> rows_;
    size_t n_logits_ = 0;
    std::span<const float> logits_;
    size_t n_vocab_ = 0;
};

}  // namespace siskin
