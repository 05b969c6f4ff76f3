#pragma once
// Many answers of one model, several written side by side: each pass over the weights gives a token to all of them, and
// an answer that has ended makes room for the next prompt at once. What prompts have in common at their beginning is
// read once and shared. The tokens of an answer are those that generate() would give alone.

#include <functional>
#include <memory>
#include <vector>

#include "engine/batch.h"
#include "engine/generate.h"
#include "formats/error.h"

namespace siskin {

class AnswerPool {
  public:
    /// At most `n_slots` answers at once, and no more than the runtime reads tokens in one pass.
    AnswerPool(std::shared_ptr<const Model> model, Runtime& runtime, SessionOptions options, size_t n_slots);

    size_t n_slots() const { return n_slots_; }
    uint32_t n_ctx() const { return prefix_->n_ctx(); }
    bool empty() const { return n_busy_ == 0; }
    bool full() const { return n_busy_ == n_slots_; }

    /// Prompts may begin with what this session, of the same model and options, has read. Before the first start.
    void begin_with(std::unique_ptr<const Session> read) { prefix_ = std::move(read); }
    /// What prompts have in common, as far as it was worth reading apart from them.
    const Session& prefix() const { return *prefix_; }

    /// Takes a prompt, which is not empty and whose answer lives until it has ended; `id` is the caller's name for it.
    /// There must be room. Throws Error(TooLong); nothing is taken then.
    void start(size_t id, std::vector<Token> prompt, Generation& answer);

    /// Gets the answers that have ended, and nullptr or why one failed.
    using OnEnd = std::function<void(size_t id, const Error* error)>;
    /// Runs a pass for all answers. False when it was stopped; what was not written then may be by a later call. Throws
    /// what Generation::next throws but for Error(Failed), which ends only that answer, and Error(NoMemory).
    bool step(const OnEnd& on_end);

    size_t n_read() const { return n_read_; }  ///< tokens read so far, each pass over a shared beginning counted once

  private:
    struct Slot {
        Slot(const std::shared_ptr<const Model>& model, Runtime& runtime, const SessionOptions& options)
            : session(model, runtime, options) {}
        Session session;
        std::vector<Token> tokens;  // the prompt, then a token at a time of the answer
        size_t id = 0;
        Generation* answer = nullptr;  // nullptr: free
        bool begun = false;            // the session holds a beginning of `tokens`
    };
    bool begin_new_slots();
    bool begin(Slot& slot, const std::vector<Token>& other);
    bool read_prefix(std::span<const Token> tokens);

    const std::shared_ptr<const Model> model_;
    Runtime& runtime_;
    const SessionOptions options_;
    const size_t n_slots_;
    size_t n_busy_ = 0, n_read_ = 0;
    std::vector<std::unique_ptr<Slot>> slots_;  // in use or kept for later
    std::vector<Slot*> new_;                    // not begun yet, in the order of their start
    std::vector<Token> last_;                   // the prompt begun last
    std::unique_ptr<const Session> prefix_;     // what prompts have in common; others share it
};

}  // namespace siskin
