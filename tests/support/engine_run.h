#pragma once
// Running texts through the engine, for tests that look at logits.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/model.h"
#include "engine/runtime.h"
#include "engine/session.h"

namespace siskin::test {

struct RunOptions {
    int n_threads = 1;
    size_t n_batch = 512;
    KvTypes kv_type = DType::F32;
    uint32_t n_ctx = 512;
    size_t chunk = SIZE_MAX;  ///< tokens of one call of feed
};

/// n token ids below n_vocab.
std::vector<Token> random_tokens(uint32_t n_vocab, size_t n, uint64_t seed);

/// Logits after each token, [n_tokens][n_vocab].
std::vector<float> engine_logits(const std::shared_ptr<const Model>& model, std::span<const Token> tokens,
                                 const RunOptions& options = {});

/// The n most likely tokens after a prompt, each fed in turn.
std::vector<Token> engine_greedy(const std::shared_ptr<const Model>& model, std::span<const Token> prompt, size_t n,
                                 const RunOptions& options = {});

}  // namespace siskin::test
