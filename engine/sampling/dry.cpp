// "Don't Repeat Yourself" by p-e-w: a token that would go on with a sequence that stands earlier in the text is made
// less likely, the more so the longer the sequence is. Sequence breakers are texts that no repetition reaches across.

#include <algorithm>

#include "engine/sampling/steps.h"

namespace siskin {
namespace {

constexpr double kMuch = 1e30;  // no token is picked after a penalty like this

/// For each k, how many of the last tokens stand once more before the k last: the Z function of the text read
/// backwards, in linear time. The first entry has no meaning.
std::vector<size_t> repeats(std::span<const Token> text) {
    const size_t n = text.size();
    const auto back = [&](size_t i) { return text[n - 1 - i]; };
    std::vector<size_t> z(n, 0);
    size_t left = 0, right = 0;  // the repeat found so far that reaches furthest: [left, right)
    for (size_t k = 1; k < n; ++k) {
        size_t length = k < right ? std::min(right - k, z[k - left]) : 0;
        while (k + length < n && back(length) == back(k + length)) ++length;
        z[k] = length;
        if (k + length > right) left = k, right = k + length;
    }
    return z;
}

bool holds_breaker(const SamplerParams& params, std::string_view text) {
    return std::any_of(params.dry_breakers.begin(), params.dry_breakers.end(),
                       [text](const std::string& breaker) { return text.find(breaker) != std::string_view::npos; });
}

/// How many of the last `n` tokens came after the last token in which a breaker ends. A breaker may begin in tokens
/// before.
size_t tokens_since_breaker(const SamplerParams& params, const SamplerChain& chain, size_t n) {
    size_t longest = 0;
    for (const std::string& breaker : params.dry_breakers) longest = std::max(longest, breaker.size());
    if (longest == 0 || !chain.text_of) return n;
    const std::span<const Token> history = chain.history;
    for (size_t i = 0; i < n; ++i) {
        const std::string_view piece = chain.text_of(history[history.size() - 1 - i]);
        std::string earlier;
        for (size_t j = i + 1; j < history.size() && earlier.size() + 1 < longest; ++j)
            earlier.insert(0, chain.text_of(history[history.size() - 1 - j]));
        for (const std::string& breaker : params.dry_breakers) {
            const size_t n_before = std::min(earlier.size(), breaker.size() - 1);
            const std::string around = earlier.substr(earlier.size() - n_before).append(piece);
            if (around.find(breaker) != std::string::npos) return i;
        }
    }
    return n;
}

}  // namespace

/// Takes multiplier * base^(length - allowed_length) off a token that would go on with a repeat of that length.
void apply_dry(const SamplerParams& params, SamplerChain& chain) {
    size_t n_back = chain.history.size();
    if (params.dry_penalty_last_n >= 0) n_back = std::min(n_back, size_t(params.dry_penalty_last_n));
    const auto recent = chain.history.last(n_back);
    if (recent.size() < 2) return;

    const std::vector<size_t> lengths = repeats(recent);
    const size_t longest = *std::max_element(lengths.begin() + 1, lengths.end());
    const size_t limit = tokens_since_breaker(params, chain, longest), allowed = size_t(params.dry_allowed_length);
    for (size_t k = 1; k < recent.size(); ++k) {
        const size_t length = std::min(lengths[k], limit);
        if (length < allowed) continue;
        uint32_t& mark = chain.marks[size_t(recent[recent.size() - k])];  // the token that came next, back then
        mark = std::max(mark, uint32_t(length - allowed + 1));
    }
    chain.change_marked(recent, [&](Token token, uint32_t mark, float& logit) {
        if (chain.text_of && holds_breaker(params, chain.text_of(token))) return;
        double penalty = double(params.dry_multiplier);
        for (uint32_t i = 1; i < mark && penalty < kMuch; ++i) penalty *= double(params.dry_base);
        logit -= float(std::min(penalty, kMuch));
    });
}

}  // namespace siskin
