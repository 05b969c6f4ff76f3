#include <algorithm>

#include "engine/sampling/steps.h"

namespace siskin {

void add_logit_bias(const SamplerParams& params, SamplerChain& chain) {
    for (const auto& [token, bias] : params.logit_bias) chain.changeable_logits()[size_t(token)] += bias;
}

/// For each token of the last repeat_last_n: a positive logit is divided by the repeat penalty, another is multiplied
/// with it; then frequency_penalty * count + presence_penalty is taken off.
void apply_penalties(const SamplerParams& params, SamplerChain& chain) {
    size_t n_back = chain.history.size();
    if (params.repeat_last_n >= 0) n_back = std::min(n_back, size_t(params.repeat_last_n));
    const auto recent = chain.history.last(n_back);
    for (const Token token : recent) ++chain.marks[size_t(token)];
    chain.change_marked(recent, [&params](Token, uint32_t count, float& logit) {
        logit = logit > 0 ? logit / params.repeat_penalty : logit * params.repeat_penalty;
        logit -= params.frequency_penalty * float(count) + params.presence_penalty;
    });
}

}  // namespace siskin
