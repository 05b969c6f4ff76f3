#include "engine/sampler.h"

#include <algorithm>

#include "engine/sampling/chain.h"
#include "engine/sampling/settings.h"
#include "engine/sampling/steps.h"

namespace siskin {

Sampler::Sampler(const SamplerParams& params, TextOf text_of) : params_(params) {
    check_sampler_params(params);
    for (const PlannedStep& planned : plan_steps(params))
        if (planned.off.empty()) steps_.push_back(planned.step);
    chain_ = std::make_unique<SamplerChain>(params, std::move(text_of));
}

Sampler::~Sampler() = default;

void Sampler::begin(std::span<const float> logits, std::span<const Token> history, std::span<const Token> excluded) {
    chain_->begin(logits, history);
    for (const Token token : excluded) chain_->changeable_logits()[size_t(token)] = kNever;
}

Token Sampler::pick(std::span<const float> logits, std::span<const Token> history, std::span<const Token> excluded) {
    begin(logits, history, excluded);
    for (const SamplerStep* step : steps_) step->run(params_, *chain_);
    return chain_->candidates.front().id;
}

std::vector<Chance> Sampler::chances(std::span<const float> logits, std::span<const Token> history,
                                     std::span<const Token> excluded) {
    begin(logits, history, excluded);
    for (const SamplerStep* step : steps_)
        if (step->kind != StepKind::Chooses) step->run(params_, *chain_);
    chain_->gather();
    chain_->update_probabilities();
    chain_->sort_front(chain_->candidates.size());
    std::vector<Chance> out;
    for (const Candidate& c : chain_->candidates) out.push_back({c.id, c.p});
    return out;
}

Token argmax(std::span<const float> logits) {
    return Token(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

}  // namespace siskin
