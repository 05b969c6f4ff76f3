#pragma once
// One conversation with a model: the tokens so far and their keys and values.

#include <algorithm>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/kv_cache.h"
#include "engine/model.h"
#include "engine/runtime.h"

namespace siskin {

struct SessionOptions {
    uint32_t n_ctx = 0;            ///< tokens that fit; 0: what the model was trained for
    uint32_t n_ctx_rope = 0;       ///< the context that rope factors are chosen for, if that is not n_ctx
    KvTypes kv_type = DType::F16;  ///< of keys and values: F32, F16, Q8_0 or Q4_0
};

class Session {
  public:
    Session(std::shared_ptr<const Model> model, Runtime& runtime, SessionOptions options = {});

    /// Appends tokens and returns the logits after the last one, [n_vocab], valid until the next pass of the runtime.
    /// Empty when the pass was stopped (see Runtime::stop_on); the session is then as before the call.
    /// Throws Error(TooLong) when the tokens do not fit, Error(BadData) for ids outside the vocabulary.
    std::span<const float> feed(std::span<const Token> tokens);

    /// The same with logits after every new token: `each` gets [n_vocab] for one token after another.
    bool feed_all(std::span<const Token> tokens, const std::function<void(std::span<const float>)>& each);

    /// Forgets the tokens from position n on. Where sliding windows have already dropped keys that the shorter text
    /// needs, the next feed reads the kept tokens again.
    void rewind(size_t n);

    /// Whether the first n tokens can be kept, with all that the next one needs of them.
    bool can_keep(size_t n) const { return n <= n_read_ && kv_.can_rewind(n); }

    /// Becomes the first n tokens of another session of the same model and options, which can keep them; their memory
    /// is shared. From then on the other one is not rewound below n and fed again. Throws Error(NoMemory).
    void share(const Session& other, size_t n);

    /// Until there are `end` tokens, what going back to position n takes is kept, also where sliding windows would
    /// drop it.
    void keep(size_t n, size_t end) {
        kept_ = n;
        keep_end_ = end;
    }

    const std::vector<Token>& tokens() const { return tokens_; }
    size_t n_read() const { return n_read_; }  ///< tokens that the next feed need not read again
    uint32_t n_ctx() const { return n_ctx_; }
    bool long_rope() const { return long_rope_; }  ///< the context is longer than the model's rope was first made for
    KvTypes kv_types() const { return kv_.types(); }
    size_t kv_bytes() const { return kv_.bytes(); }  ///< memory that keys and values take now
    const Model& model() const { return *model_; }
    Runtime& runtime() const { return runtime_; }

  private:
    friend class Batch;
    friend class Snapshot;
    enum class Wanted { Last, AllNew };
    /// The first position that may have to be read again.
    size_t first_kept() const { return n_read_ < keep_end_ ? std::min(kept_, n_read_) : n_read_; }
    /// Reads the tokens that are not in the cache yet, then new ones; `each` gets the logits wanted, in order.
    bool read(std::span<const Token> tokens, Wanted wanted, const std::function<void(std::span<const float>)>& each);

    std::shared_ptr<const Model> model_;
    Runtime& runtime_;
    uint32_t n_ctx_;
    bool long_rope_;
    std::vector<Token> tokens_;
    size_t n_read_ = 0;  // tokens whose keys and values are in the cache
    size_t kept_ = 0, keep_end_ = 0;
    KvCache kv_;
};

}  // namespace siskin
