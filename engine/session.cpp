#include "engine/session.h"

#include <algorithm>

#include "engine/batch.h"
#include "formats/error.h"

namespace siskin {
namespace {

// Logits of this many bytes are computed in one pass when every token's are wanted.
constexpr size_t kLogitBytes = size_t{32} << 20;

}  // namespace

Session::Session(std::shared_ptr<const Model> model, Runtime& runtime, SessionOptions options)
    : model_(std::move(model)),
      runtime_(runtime),
      n_ctx_(options.n_ctx ? options.n_ctx : model_->config().n_ctx_train),
      long_rope_(model_->weights().rope_long &&
                 (options.n_ctx_rope ? options.n_ctx_rope : n_ctx_) > model_->config().n_ctx_orig),
      kv_(model_->config(), options.kv_type) {}

std::span<const float> Session::feed(std::span<const Token> tokens) {
    std::span<const float> last;
    read(tokens, Wanted::Last, [&](std::span<const float> logits) { last = logits; });
    return last;
}

bool Session::feed_all(std::span<const Token> tokens, const std::function<void(std::span<const float>)>& each) {
    return read(tokens, Wanted::AllNew, each);
}

bool Session::read(std::span<const Token> tokens, Wanted wanted,
                   const std::function<void(std::span<const float>)>& each) {
    const size_t before = tokens_.size(), end = before + tokens.size();
    if (end > n_ctx_)
        fail(Fault::TooLong, "the text needs ", end, " tokens, the context has ", n_ctx_,
             "; a larger one is set with -c");
    size_t most = runtime_.n_batch();
    if (wanted == Wanted::AllNew)
        most = std::clamp<size_t>(kLogitBytes / (model_->config().n_vocab * sizeof(float)), 1, most);

    // Passes already done are undone when a later one is stopped or fails.
    try {
        while (n_read_ < end) {
            Batch batch;
            const size_t stop = std::min(end, n_read_ + most);
            for (size_t i = n_read_; i < stop; ++i) {
                const bool is_new = i >= before;
                const bool logits = wanted == Wanted::AllNew ? is_new : i + 1 == end;
                batch.add(*this, is_new ? tokens[i - before] : tokens_[i], logits);
            }
            if (!batch.run(runtime_)) {
                rewind(before);
                return false;
            }
            for (size_t i = 0; i < batch.n_logits(); ++i) each(batch.logits(i));
        }
    } catch (...) {
        rewind(before);
        throw;
    }
    return true;
}

void Session::rewind(size_t n) {
    tokens_.resize(std::min(n, tokens_.size()));
    n_read_ = std::min(n_read_, tokens_.size());
    if (kv_.can_rewind(n_read_)) return;
    kv_.clear();
    n_read_ = 0;
}

void Session::share(const Session& other, size_t n) {
    kv_.share(other.kv_, n);
    tokens_.assign(other.tokens_.begin(), other.tokens_.begin() + ptrdiff_t(n));
    n_read_ = n;
}

}  // namespace siskin
