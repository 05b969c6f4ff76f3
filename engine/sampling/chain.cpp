#include "engine/sampling/chain.h"

#include "ops/kernels.h"

namespace siskin {

SamplerChain::SamplerChain(const SamplerParams& params, TextOf text)
    : text_of(std::move(text)),
      random(params.seed),
      xtc_random(params.seed),
      mirostat_mu(2.0 * double(params.mirostat_tau)),
      adaptive_sum(double(params.adaptive_target) / (1 - double(params.adaptive_decay))),
      adaptive_weight(1 / (1 - double(params.adaptive_decay))) {}

void SamplerChain::begin(std::span<const float> all_logits, std::span<const Token> tokens_before) {
    given = logits = all_logits;
    history = tokens_before;
    gathered = false;
    candidates.clear();
    n_sorted = 0;
    marks.resize(all_logits.size());
}

std::span<float> SamplerChain::changeable_logits() {
    if (logits.data() == given.data()) {
        changed_.assign(given.begin(), given.end());
        logits = changed_;
    }
    return changed_;
}

void SamplerChain::gather(float least) {
    if (gathered) return drop_if([least](const Candidate& c) { return c.logit < least; });
    gathered = true;
    for (size_t i = 0; i < logits.size(); ++i)
        if (logits[i] >= least) candidates.push_back({Token(i), logits[i], 0});
    never_empty();
}

void SamplerChain::gather_best(size_t k) {
    if (!gathered) {
        gathered = true;
        // Only logits above the k-th best so far enter the buffer, which is cut back to k whenever it is full: most of
        // the vocabulary costs one comparison. Later ids lose against equal logits, as the order wants it.
        const size_t n = logits.size(), n_buffer = std::min(n, 2 * k + 256);
        float threshold = kNever;
        for (size_t i = 0; i < n; ++i) {
            if (!(logits[i] > threshold)) continue;
            candidates.push_back({Token(i), logits[i], 0});
            if (candidates.size() == n_buffer && k < n_buffer) {
                std::nth_element(candidates.begin(), candidates.begin() + ptrdiff_t(k - 1), candidates.end(), before);
                candidates.resize(k);
                threshold = candidates.back().logit;
            }
        }
        never_empty();
    }
    sort_front(k);
    if (candidates.size() > k) candidates.resize(n_sorted = k);
}

void SamplerChain::sort_front(size_t n) {
    n = std::min(n, candidates.size());
    if (n <= n_sorted) return;
    order_front(n_sorted, n, before);
    n_sorted = n;
}

void SamplerChain::update_probabilities() {
    scratch_.resize(candidates.size());
    for (size_t i = 0; i < scratch_.size(); ++i) scratch_[i] = candidates[i].logit;
    kernels().softmax(scratch_.size(), scratch_.data());
    for (size_t i = 0; i < scratch_.size(); ++i) candidates[i].p = scratch_[i];
}

float SamplerChain::best_logit() const {
    float best = kNever;
    for (const Candidate& c : candidates) best = std::max(best, c.logit);
    return best;
}

double SamplerChain::mean_gap() const {
    const float best = best_logit();
    double sum = 0, total = 0;
    for (const Candidate& c : candidates) {
        sum += double(c.p) * (double(best) - double(c.logit));
        total += double(c.p);
    }
    return sum / total;
}

void SamplerChain::drop_impossible() {
    n_sorted = 0;
    std::erase_if(candidates, [](const Candidate& c) { return c.logit == kNever; });
    never_empty();
}

void SamplerChain::never_empty() {
    if (candidates.empty()) candidates.push_back({argmax(given), 0, 0});
}

}  // namespace siskin
