#include <algorithm>
#include <array>
#include <cmath>

#include "engine/sampling/portable_math.h"
#include "engine/sampling/steps.h"

namespace siskin {
namespace {

/// Moments of the logits that are not -infinity. Sums run over 16 lanes, so that compilers can make vectors of them
/// without a say in the order.
struct Moments {
    double best = double(kNever), deviation = 0;
};

constexpr size_t kLanes = 16;

/// sum of term(value) over the values that are not -infinity; `value(i)` is the i-th of n.
template <class Value, class Term>
double lane_sum(size_t n, Value&& value, Term&& term) {
    std::array<double, kLanes> lanes{};
    for (size_t i = 0; i < n; ++i) {
        const float v = value(i);
        lanes[i % kLanes] += v == kNever ? 0 : term(double(v));
    }
    double sum = 0;
    for (const double lane : lanes) sum += lane;
    return sum;
}

template <class Value>
Moments moments(size_t n, Value&& value) {
    Moments out;
    for (size_t i = 0; i < n; ++i) out.best = std::max(out.best, double(value(i)));
    const double count = lane_sum(n, value, [](double) { return 1.0; });
    if (count == 0) return out;
    const double mean = lane_sum(n, value, [](double v) { return v; }) / count;
    out.deviation = std::sqrt(lane_sum(n, value, [mean](double v) { return (v - mean) * (v - mean); }) / count);
    return out;
}

Moments moments(const SamplerChain& chain) {
    if (chain.gathered) return moments(chain.candidates.size(), [&](size_t i) { return chain.candidates[i].logit; });
    return moments(chain.logits.size(), [&](size_t i) { return chain.logits[i]; });
}

/// The least float that is not below a bound.
float at_least(double bound) {
    const float rounded = float(std::max(bound, double(std::numeric_limits<float>::lowest())));
    return double(rounded) < bound ? std::nextafter(rounded, std::numeric_limits<float>::infinity()) : rounded;
}

}  // namespace

/// Tokens whose logit is at most top_n_sigma standard deviations below the best.
void keep_top_n_sigma(const SamplerParams& params, SamplerChain& chain) {
    const Moments m = moments(chain);
    chain.gather(at_least(m.best - double(params.top_n_sigma) * m.deviation));
}

/// The top_k most likely tokens, in order.
void keep_top_k(const SamplerParams& params, SamplerChain& chain) { chain.gather_best(size_t(params.top_k)); }

/// The fewest tokens whose probabilities add up to more than typical_p, those first whose information -ln p is nearest
/// to the entropy (Meister et al. 2022). Both differ from how far a logit is below the best by the same constant.
void keep_typical(const SamplerParams& params, SamplerChain& chain) {
    chain.gather();
    chain.update_probabilities();
    const double usual = double(chain.best_logit()) - chain.mean_gap();
    const auto distance = [usual](const Candidate& c) { return std::abs(double(c.logit) - usual); };
    const auto nearer = [&](const Candidate& a, const Candidate& b) {
        return distance(a) != distance(b) ? distance(a) < distance(b) : before(a, b);
    };
    chain.keep_until(0, nearer, [&params](double sum) { return sum > double(params.typical_p); });
    chain.n_sorted = 0;
}

/// The fewest most likely tokens whose probabilities add up to top_p.
void keep_top_p(const SamplerParams& params, SamplerChain& chain) {
    chain.gather();
    chain.update_probabilities();
    // All that is less likely than this adds up to half of what may be left out, so that nobody needs its order.
    const float least = (1 - params.top_p) / (2 * float(chain.candidates.size()));
    chain.drop_if([least](const Candidate& c) { return c.p < least; });
    chain.keep_until(chain.n_sorted, before, [&params](double sum) { return sum >= double(params.top_p); });
    chain.n_sorted = chain.candidates.size();
}

/// Tokens at least min_p times as likely as the most likely one.
void keep_min_p(const SamplerParams& params, SamplerChain& chain) {
    float best = chain.best_logit();
    if (!chain.gathered) best = *std::max_element(chain.logits.begin(), chain.logits.end());
    chain.gather(at_least(double(best) + portable_log(double(params.min_p))));
}

/// By chance: of the tokens that reach the threshold, all but the least likely go ("exclude top choices", by p-e-w).
void exclude_top_choices(const SamplerParams& params, SamplerChain& chain) {
    chain.gather();
    if (chain.candidates.size() < 2 || uniform(chain.xtc_random) >= double(params.xtc_probability)) return;
    chain.update_probabilities();
    const auto reaches = [&params](const Candidate& c) { return c.p >= params.xtc_threshold; };
    Candidate last{};
    size_t n = 0;
    for (const Candidate& c : chain.candidates)
        if (reaches(c) && (n++ == 0 || before(last, c))) last = c;
    if (n >= 2) chain.drop_if([&](const Candidate& c) { return reaches(c) && c.id != last.id; });
}

/// Divides by the temperature, after the best logit is taken off, so that no quotient overflows. With a range, the
/// temperature goes from temp - range to temp + range as the entropy goes from none to the most that so many tokens can
/// have, to the power of dynatemp_exponent.
void apply_temperature(const SamplerParams& params, SamplerChain& chain) {
    if (params.temp <= 0 && params.dynatemp_range <= 0) return chain.gather_best(1);
    chain.gather();
    double temp = double(params.temp);
    if (params.dynatemp_range > 0) {
        if (chain.candidates.size() < 2) return;
        const double low = std::max(0.0, temp - double(params.dynatemp_range)), high = temp + params.dynatemp_range;
        chain.update_probabilities();
        float best_p = 0;
        for (const Candidate& c : chain.candidates) best_p = std::max(best_p, c.p);
        const double entropy = chain.mean_gap() - portable_log(double(best_p));
        const double share = entropy / portable_log(double(chain.candidates.size()));
        temp = low + (high - low) * portable_pow(std::max(0.0, share), double(params.dynatemp_exponent));
    }
    const float divisor = float(temp);
    if (!(divisor > 0)) return chain.gather_best(1);
    const float best = chain.best_logit();
    for (Candidate& c : chain.candidates) c.logit = (c.logit - best) / divisor;
    chain.drop_impossible();
}

}  // namespace siskin
