#include <algorithm>
#include <cmath>

#include "engine/sampling/portable_math.h"
#include "engine/sampling/steps.h"

namespace siskin {
namespace {

constexpr double kLn2 = 0.693147180559945309417;

/// The place of a candidate drawn by chance. Probabilities are up to date.
size_t drawn(SamplerChain& chain) {
    double total = 0;
    for (const Candidate& c : chain.candidates) total += double(c.p);
    const double reached = uniform(chain.random) * total;
    double sum = 0;
    size_t chosen = 0;
    for (size_t i = 0; i < chain.candidates.size(); ++i) {
        const Candidate& c = chain.candidates[i];
        if (c.p > 0) chosen = i;
        sum += double(c.p);
        if (sum > reached) break;
    }
    return chosen;
}

void keep_only(SamplerChain& chain, size_t place) {
    chain.candidates.assign(1, Candidate(chain.candidates[place]));
    chain.n_sorted = 1;
}

/// How many tokens give a surprise of mu bits on average if probabilities fall as rank^-s, with s as the best hundred
/// show it (Basu et al. 2021, equations 28 to 30).
double mirostat_rank(const SamplerChain& chain) {
    constexpr size_t kMost = 100;
    const std::vector<Candidate>& c = chain.candidates;
    const double n_vocab = double(chain.given.size()), n = double(c.size());
    double tb = 0, tt = 0;
    for (size_t i = 0; i + 1 < std::min(c.size(), kMost); ++i) {
        const double t = portable_log(double(i + 2) / double(i + 1));
        tb += t * (double(c[i].logit) - double(c[i + 1].logit));
        tt += t * t;
    }
    const double s = tb / tt, epsilon = s - 1;
    if (!(s > 0)) return n;  // all equally likely, or a single candidate
    const double shrink =
        std::abs(epsilon) < 1e-9 ? 1 / portable_log(n_vocab) : epsilon / (1 - portable_pow(n_vocab, -epsilon));
    return portable_pow(shrink * portable_exp(chain.mirostat_mu * kLn2), 1 / s);
}

}  // namespace

/// Keeps one candidate by chance.
void draw(const SamplerParams&, SamplerChain& chain) {
    chain.gather();
    chain.update_probabilities();
    keep_only(chain, drawn(chain));
}

/// Favours tokens whose probability is near a target that makes up for those chosen before: the logit becomes
/// 5 - 10 d^2 / (1 + d) at a distance of d * 0.3.
void draw_adaptive(const SamplerParams& params, SamplerChain& chain) {
    chain.gather();
    chain.update_probabilities();
    const double average = chain.adaptive_sum / chain.adaptive_weight;
    const double target = std::clamp(2 * double(params.adaptive_target) - average, 0.0, 1.0);
    std::vector<float> chances(chain.candidates.size());
    for (size_t i = 0; i < chances.size(); ++i) {
        Candidate& c = chain.candidates[i];
        chances[i] = c.p;
        const double d = std::abs(double(c.p) - target) / 0.3;
        c.logit = float(5 - 10 * d * d / (1 + d));
    }
    chain.update_probabilities();
    const size_t chosen = drawn(chain);
    chain.adaptive_sum = double(chances[chosen]) + double(params.adaptive_decay) * chain.adaptive_sum;
    chain.adaptive_weight = 1 + double(params.adaptive_decay) * chain.adaptive_weight;
    keep_only(chain, chosen);
}

/// Cuts so that the surprise, -log2 p, of what is drawn stays near mirostat_tau: version 1 at a rank, version 2 at a
/// surprise of mu. What is drawn moves mu.
void draw_mirostat(const SamplerParams& params, SamplerChain& chain) {
    chain.gather();
    if (params.mirostat == 1) {
        chain.sort_front(100);
        const double rank = mirostat_rank(chain), n = double(chain.candidates.size());
        chain.gather_best(size_t(std::clamp(rank < n ? rank : n, 1.0, n)));
    } else {
        chain.update_probabilities();
        const double least = portable_exp(-chain.mirostat_mu * kLn2);
        const auto surprises = [least](const Candidate& c) { return double(c.p) < least; };
        if (std::all_of(chain.candidates.begin(), chain.candidates.end(), surprises))
            chain.gather_best(1);
        else
            chain.drop_if(surprises);
    }
    chain.update_probabilities();
    keep_only(chain, drawn(chain));
    const double surprise = -portable_log(double(chain.candidates.front().p)) / kLn2;
    chain.mirostat_mu -= double(params.mirostat_eta) * (surprise - double(params.mirostat_tau));
}

}  // namespace siskin
