#pragma once
// From logits to a token: a chain of steps, each a row of the table in engine/sampling/steps.cpp. The usual order:
// logit bias, penalties, DRY, top-n-sigma, top-k, typical, top-p, min-p, XTC, temperature, draw.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tokenizer/tokenizer.h"

namespace siskin {

/// The steps between logit bias and draw, by name, in their usual order.
inline constexpr std::string_view kUsualSamplers = "penalties;dry;top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature";

/// Names, meaning and defaults of llama.cpp. Ranges, flags and metadata keys are in engine/sampling/settings.cpp.
struct SamplerParams {
    float temp = 0.8f;            ///< <= 0: always the most likely token
    int32_t top_k = 40;           ///< <= 0: off
    float top_p = 0.95f;          ///< 1: off
    float min_p = 0.05f;          ///< 0: off
    int32_t repeat_last_n = 64;   ///< tokens that penalties look back on; 0: off, -1: all
    float repeat_penalty = 1.0f;  ///< 1: off
    float presence_penalty = 0.0f;
    float frequency_penalty = 0.0f;
    float typical_p = 1.0f;     ///< 1: off
    float top_n_sigma = -1.0f;  ///< <= 0: off
    float dynatemp_range = 0.0f;
    float dynatemp_exponent = 1.0f;
    float xtc_probability = 0.0f;
    float xtc_threshold = 0.1f;   ///< > 0.5: off
    float dry_multiplier = 0.0f;  ///< 0: off
    float dry_base = 1.75f;
    int32_t dry_allowed_length = 2;
    int32_t dry_penalty_last_n = 64;  ///< 0: off, -1: all
    std::vector<std::string> dry_breakers = {"\n", ":", "\"", "*"};
    int32_t mirostat = 0;  ///< 1 or 2: temperature and mirostat in place of the whole list
    float mirostat_tau = 5.0f;
    float mirostat_eta = 0.1f;
    float adaptive_target = -1.0f;  ///< < 0: off; only where `samplers` names adaptive_p
    float adaptive_decay = 0.9f;
    std::vector<std::pair<Token, float>> logit_bias;  ///< added first; -infinity: never
    std::string samplers{kUsualSamplers};             ///< names, separated by ";"
    uint64_t seed = 0;  ///< taken as it is, 0 included; the caller draws one where the user gave none
};

/// The text of a token, control tokens included.
using TextOf = std::function<std::string_view(Token)>;

/// A token that a draw may give, and how likely.
struct Chance {
    Token token;
    float p;
};

struct SamplerChain;  // engine/sampling/chain.h
struct SamplerStep;   // engine/sampling/steps.h

class Sampler {
  public:
    /// `text_of` is where DRY looks for its sequence breakers; without it, it knows none.
    /// Throws Error(Usage) for a parameter out of its range, named as its flag, and for a name that no step has.
    explicit Sampler(const SamplerParams& params, TextOf text_of = {});
    ~Sampler();

    /// The next token after `history`, never one of `excluded`. `logits` are [n_vocab], finite, or -infinity for what
    /// must not be picked; at least one is finite. Ids are below n_vocab. Where the exclusions and biases leave
    /// nothing, the most likely of the tokens given. The same calls since construction give the same tokens, on any
    /// machine.
    Token pick(std::span<const float> logits, std::span<const Token> history, std::span<const Token> excluded = {});

    /// What pick would draw from, the most likely first. Counts as a call: XTC takes its chance.
    std::vector<Chance> chances(std::span<const float> logits, std::span<const Token> history,
                                std::span<const Token> excluded = {});

    const SamplerParams& params() const { return params_; }

  private:
    void begin(std::span<const float> logits, std::span<const Token> history, std::span<const Token> excluded);

    SamplerParams params_;
    std::vector<const SamplerStep*> steps_;  ///< those that do something; the last one chooses
    std::unique_ptr<SamplerChain> chain_;
};

/// The most likely token; the lowest id of equals.
Token argmax(std::span<const float> logits);

}  // namespace siskin
