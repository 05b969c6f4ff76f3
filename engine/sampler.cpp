#include "engine/sampler.h"

#include <algorithm>
#include <limits>
#include <random>
#include <string_view>
#include <vector>

#include "formats/error.h"
#include "ops/kernels.h"

namespace siskin {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

struct Candidate {
    Token id;
    float logit;
    float p;  // set by update_probabilities
};

// A total order, so that every library's sort gives the same result: equal logits go by id.
bool before(const Candidate& a, const Candidate& b) { return a.logit != b.logit ? a.logit > b.logit : a.id < b.id; }

}  // namespace

/// What the steps work on, one after another; kept between calls for its memory.
struct SamplerChain {
    explicit SamplerChain(uint64_t seed) : random(seed) {}

    std::span<const Token> history, excluded;
    std::vector<float> logits;          // [n_vocab], a copy that steps may change
    std::vector<Candidate> candidates;  // what is left: the n_sorted best in order, the others by id
    size_t n_sorted = 0;
    std::vector<float> scratch;    // contiguous values for the softmax
    std::vector<uint32_t> counts;  // [n_vocab], all zero between steps
    std::mt19937_64 random;

    /// Puts the n best candidates in front, in order. What is behind them is left in no order that may be relied on.
    void sort_front(size_t n);

    /// Sets the probability of every candidate. The softmax of the kernel table has the same bits on every instruction
    /// set; its sum runs in the order of the candidates, which never depends on a library either.
    void update_probabilities();

    void drop_less_likely_than(float p);
};

void SamplerChain::sort_front(size_t n) {
    n = std::min(n, candidates.size());
    if (n <= n_sorted) return;
    const auto from = candidates.begin() + ptrdiff_t(n_sorted), to = candidates.begin() + ptrdiff_t(n);
    if (to != candidates.end()) std::nth_element(from, to, candidates.end(), before);
    std::sort(from, to, before);
    n_sorted = n;
}

void SamplerChain::update_probabilities() {
    scratch.resize(candidates.size());
    for (size_t i = 0; i < scratch.size(); ++i) scratch[i] = candidates[i].logit;
    kernels().softmax(scratch.size(), scratch.data());
    for (size_t i = 0; i < scratch.size(); ++i) candidates[i].p = scratch[i];
}

void SamplerChain::drop_less_likely_than(float p) {
    std::erase_if(candidates, [p](const Candidate& c) { return c.p < p; });
    n_sorted = std::min(n_sorted, candidates.size());
}

namespace {

/// For each token of the last repeat_last_n: a positive logit is divided by the repeat penalty, another is multiplied
/// with it; then frequency_penalty * count + presence_penalty is taken off.
void apply_penalties(const SamplerParams& params, SamplerChain& chain) {
    const bool off = params.repeat_penalty == 1 && params.presence_penalty == 0 && params.frequency_penalty == 0;
    size_t n_back = chain.history.size();
    if (params.repeat_last_n >= 0) n_back = std::min(n_back, size_t(params.repeat_last_n));
    if (off || n_back == 0) return;

    const auto recent = chain.history.last(n_back);
    chain.counts.resize(chain.logits.size());
    for (const Token token : recent) ++chain.counts[size_t(token)];
    for (const Token token : recent) {
        uint32_t& count = chain.counts[size_t(token)];
        if (count == 0) continue;
        float& logit = chain.logits[size_t(token)];
        logit = logit > 0 ? logit / params.repeat_penalty : logit * params.repeat_penalty;
        logit -= params.frequency_penalty * float(count) + params.presence_penalty;
        count = 0;
    }
}

void drop_excluded(const SamplerParams&, SamplerChain& chain) {
    for (const Token token : chain.excluded) chain.logits[size_t(token)] = kNever;
}

/// The top_k most likely tokens in order, or every token by id where top_k is off.
void keep_top_k(const SamplerParams& params, SamplerChain& chain) {
    const std::vector<float>& logits = chain.logits;
    std::vector<Candidate>& kept = chain.candidates;
    const size_t n = logits.size(), k = params.top_k <= 0 ? n : std::min(n, size_t(params.top_k));
    // Only logits above the k-th best so far enter the buffer, which is cut back to k whenever it is full: most of the
    // vocabulary costs one comparison. Later ids lose against equal logits, as the order wants it.
    const size_t n_buffer = std::min(n, 2 * k + 256);
    kept.clear();
    chain.n_sorted = 0;
    float threshold = kNever;
    for (size_t i = 0; i < n; ++i) {
        if (!(logits[i] > threshold)) continue;
        kept.push_back({Token(i), logits[i], 0});
        if (kept.size() == n_buffer && k < n_buffer) {
            std::nth_element(kept.begin(), kept.begin() + ptrdiff_t(k - 1), kept.end(), before);
            kept.resize(k);
            threshold = kept.back().logit;
        }
    }
    if (kept.empty()) kept.push_back({argmax(logits), 0, 0});  // every token was excluded
    if (k < n) {
        chain.sort_front(k);
        if (kept.size() > k) kept.resize(k);
    }
}

/// The fewest most likely tokens whose probabilities add up to top_p.
void keep_top_p(const SamplerParams& params, SamplerChain& chain) {
    if (params.top_p >= 1) return;
    chain.update_probabilities();
    // All that is less likely than this adds up to half of what may be left out, so that nobody needs its order.
    const float least = (1 - params.top_p) / (2 * float(chain.candidates.size()));
    chain.drop_less_likely_than(least);
    double sum = 0;
    for (size_t i = 0; i < chain.candidates.size(); ++i) {
        if (i == chain.n_sorted) chain.sort_front(i == 0 ? 64 : 4 * i);
        sum += chain.candidates[i].p;
        if (sum >= double(params.top_p)) return chain.candidates.resize(i + 1);
    }
}

/// Tokens at least min_p times as likely as the most likely one.
void keep_min_p(const SamplerParams& params, SamplerChain& chain) {
    if (params.min_p <= 0) return;
    chain.update_probabilities();
    float most = 0;
    for (const Candidate& c : chain.candidates) most = std::max(most, c.p);
    chain.drop_less_likely_than(params.min_p * most);
}

/// Divides by the temperature. The largest logit is taken off first, so that no quotient overflows.
void apply_temperature(const SamplerParams& params, SamplerChain& chain) {
    float most = kNever;
    for (const Candidate& c : chain.candidates) most = std::max(most, c.logit);
    for (Candidate& c : chain.candidates) c.logit = (c.logit - most) / params.temp;
}

/// Keeps one candidate by chance. The bits of the generator are turned into a number here because the distributions of
/// standard libraries differ.
void draw(const SamplerParams&, SamplerChain& chain) {
    chain.update_probabilities();
    double total = 0;
    for (const Candidate& c : chain.candidates) total += c.p;
    const double uniform = double(chain.random() >> 11) * 0x1p-53;  // [0, 1)
    double sum = 0;
    Candidate chosen = chain.candidates.front();
    for (const Candidate& c : chain.candidates) {
        if (c.p > 0) chosen = c;
        sum += c.p;
        if (sum > uniform * total) break;
    }
    chain.candidates.assign(1, chosen);
}

using Step = void (*)(const SamplerParams&, SamplerChain&);

constexpr Step kSamplers[] = {apply_penalties, drop_excluded,     keep_top_k, keep_top_p,
                              keep_min_p,      apply_temperature, draw};

void check(std::string_view flag, float value, float least, float most) {
    if (!(value >= least && value <= most))
        fail(Fault::Usage, "--", flag, ": ", value, ", expected a number from ", least, " to ", most);
}

}  // namespace

Sampler::Sampler(const SamplerParams& params) : params_(params), chain_(std::make_unique<SamplerChain>(params.seed)) {
    check("temp", params.temp, -1e6f, 1e6f);
    check("top-p", params.top_p, 0, 1);
    check("min-p", params.min_p, 0, 1);
    check("repeat-penalty", params.repeat_penalty, 0.01f, 100);
    check("presence-penalty", params.presence_penalty, -100, 100);
    check("frequency-penalty", params.frequency_penalty, -100, 100);
    if (params.repeat_last_n < -1)
        fail(Fault::Usage, "--repeat-last-n: ", params.repeat_last_n, ", expected a number of tokens, or -1 for all");
}

Sampler::~Sampler() = default;

Token Sampler::pick(std::span<const float> logits, std::span<const Token> history, std::span<const Token> excluded) {
    SamplerChain& chain = *chain_;
    chain.logits.assign(logits.begin(), logits.end());
    chain.history = history;
    chain.excluded = excluded;
    if (params_.temp <= 0) {
        apply_penalties(params_, chain);
        drop_excluded(params_, chain);
        return argmax(chain.logits);
    }
    for (const Step step : kSamplers) step(params_, chain);
    return chain.candidates.front().id;
}

Token argmax(std::span<const float> logits) {
    return Token(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

}  // namespace siskin
