#include "tests/support/engine_run.h"

#include <algorithm>

#include "tests/support/tiny_blocks.h"

namespace siskin::test {

std::vector<Token> random_tokens(uint32_t n_vocab, size_t n, uint64_t seed) {
    Random random(seed);
    std::vector<Token> tokens(n);
    for (Token& token : tokens) token = Token(random.below(n_vocab));
    return tokens;
}

std::vector<float> engine_logits(const std::shared_ptr<const Model>& model, std::span<const Token> tokens,
                                 const RunOptions& options) {
    Runtime runtime(options.n_threads, options.n_batch);
    Session session(model, runtime, {.n_ctx = options.n_ctx, .kv_type = options.kv_type});
    std::vector<float> all;
    while (!tokens.empty()) {
        const size_t n = std::min(options.chunk, tokens.size());
        session.feed_all(tokens.first(n),
                         [&](std::span<const float> logits) { all.insert(all.end(), logits.begin(), logits.end()); });
        tokens = tokens.subspan(n);
    }
    return all;
}

std::vector<Token> engine_greedy(const std::shared_ptr<const Model>& model, std::span<const Token> prompt, size_t n,
                                 const RunOptions& options) {
    Runtime runtime(options.n_threads, options.n_batch);
    Session session(model, runtime, {.n_ctx = options.n_ctx, .kv_type = options.kv_type});
    std::vector<Token> picked;
    std::span<const float> logits = session.feed(prompt);
    while (picked.size() < n) {
        picked.push_back(Token(std::max_element(logits.begin(), logits.end()) - logits.begin()));
        logits = session.feed({&picked.back(), 1});
    }
    return picked;
}

}  // namespace siskin::test
