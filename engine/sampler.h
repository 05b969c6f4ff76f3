#pragma once
// From logits to a token: a chain of steps, each a row of the table in sampler.cpp, in the field's usual order:
// penalties, top-k, top-p, min-p, temperature, draw.

#include <cstdint>
#include <memory>
#include <span>

#include "engine/tokenizer/tokenizer.h"

namespace siskin {

/// Names, meaning and defaults of llama.cpp.
struct SamplerParams {
    float temp = 0.8f;            ///< <= 0: always the most likely token
    int32_t top_k = 40;           ///< <= 0: off
    float top_p = 0.95f;          ///< 1: off
    float min_p = 0.05f;          ///< 0: off
    int32_t repeat_last_n = 64;   ///< tokens that penalties look back on; 0: off, -1: all
    float repeat_penalty = 1.0f;  ///< 1: off
    float presence_penalty = 0.0f;
    float frequency_penalty = 0.0f;
    uint64_t seed = 0;  ///< taken as it is, 0 included; the caller draws one where the user gave none
};

struct SamplerChain;  // sampler.cpp

class Sampler {
  public:
    /// Throws Error(Usage) for a parameter out of its range, named as its flag.
    explicit Sampler(const SamplerParams& params);
    ~Sampler();

    /// The next token after `history`, never one of `excluded`. `logits` are finite, [n_vocab]; ids are below n_vocab.
    /// The same logits, history and number of calls since construction give the same token, on any machine.
    Token pick(std::span<const float> logits, std::span<const Token> history, std::span<const Token> excluded = {});

    const SamplerParams& params() const { return params_; }

  private:
    SamplerParams params_;
    std::unique_ptr<SamplerChain> chain_;
};

/// The most likely token; the lowest id of equals.
Token argmax(std::span<const float> logits);

}  // namespace siskin
