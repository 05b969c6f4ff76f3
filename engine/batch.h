#pragma once
// The rows of one forward pass: tokens of one or several sessions of the same model.

#include <span>
#include <vector>

#include "engine/session.h"

namespace siskin {

struct Scratch;

class Batch {
  public:
    /// Adds the next token of a session; `logits` asks for the logits after it. After Session::rewind a session takes
    /// part again once its own feed has run.
    /// Throws Error: TooLong (the session's context is full), BadData (no such token id).
    void add(Session& session, Token token, bool logits);

    /// Runs the pass, at most the runtime's n_batch rows of one model. False when it was stopped; the sessions are then
    /// as before.
    bool run(Runtime& runtime);

    /// Logits of the i-th row that asked for them, [n_vocab]; valid until the runtime's next pass.
    std::span<const float> logits(size_t i) const;
    size_t n_logits() const { return n_logits_; }

    struct Row {
        Session* session;
        KvCache* kv;
        bool long_rope;
        Token token;
        size_t position;
        bool logits;
    };
    std::span<const Row> rows() const { return rows_; }

  private:
    std::vector<Row> rows_;
    size_t n_logits_ = 0;
    const Scratch* results_ = nullptr;
};

}  // namespace siskin
