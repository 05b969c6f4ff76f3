// Each step of sampling against numbers worked out by hand, and all of them together, in any order, against a plain
// implementation in double precision that sorts the whole vocabulary.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "engine/sampler.h"
#include "engine/sampling/portable_math.h"
#include "formats/error.h"

namespace siskin::test {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

/// All steps off: draws from the softmax of the logits.
SamplerParams plain() { return {.temp = 1, .top_k = 0, .top_p = 1, .min_p = 0, .repeat_last_n = 0, .seed = 1}; }

SamplerParams with(void (*change)(SamplerParams&)) {
    SamplerParams params = plain();
    change(params);
    return params;
}

std::vector<float> logits_of(std::vector<float> probabilities) {
    for (float& p : probabilities) p = std::log(p) - 2;  // a constant changes nothing
    return probabilities;
}

std::set<Token> kept(const SamplerParams& params, const std::vector<float>& logits) {
    std::set<Token> tokens;
    for (const Chance& chance : Sampler(params).chances(logits, {})) tokens.insert(chance.token);
    return tokens;
}

TEST(SamplingSteps, KeepTheTokensWorkedOutByHand) {
    // The order of likelihood is 1 3 4 0 2. The entropy is 1.3923; -ln p is away from it by 0.910, 0.476, 1.603, 0.188
    // and 0.505, so that the order of usualness is 3 1 4 0 2.
    const std::vector<float> logits = logits_of({0.10f, 0.40f, 0.05f, 0.30f, 0.15f});
    struct {
        const char* name;
        SamplerParams params;
        std::set<Token> kept;
    } cases[] = {
        {"everything off", plain(), {0, 1, 2, 3, 4}},
        {"typical 0: the most usual", with([](auto& p) { p.typical_p = 0; }), {3}},
        {"typical 0.29", with([](auto& p) { p.typical_p = 0.29f; }), {3}},
        {"typical 0.31: one more", with([](auto& p) { p.typical_p = 0.31f; }), {1, 3}},
        {"typical 0.71", with([](auto& p) { p.typical_p = 0.71f; }), {1, 3, 4}},
        {"typical 0.9", with([](auto& p) { p.typical_p = 0.9f; }), {0, 1, 3, 4}},
        {"xtc: 0.4, 0.3 and 0.15 reach 0.12, the last of them stays",
         with([](auto& p) { p.xtc_probability = 1, p.xtc_threshold = 0.12f; }),
         {0, 2, 4}},
        {"xtc: two reach 0.2", with([](auto& p) { p.xtc_probability = 1, p.xtc_threshold = 0.2f; }), {0, 2, 3, 4}},
        {"xtc: one alone stays",
         with([](auto& p) { p.xtc_probability = 1, p.xtc_threshold = 0.35f; }),
         {0, 1, 2, 3, 4}},
        {"xtc: all reach 0", with([](auto& p) { p.xtc_probability = 1, p.xtc_threshold = 0; }), {2}},
        {"xtc: a threshold above 0.5",
         with([](auto& p) { p.xtc_probability = 1, p.xtc_threshold = 0.51f; }),
         {0, 1, 2, 3, 4}},
        {"xtc: never", with([](auto& p) { p.xtc_threshold = 0.12f; }), {0, 1, 2, 3, 4}},
        {"xtc comes after top-k: 0.571 and 0.429 of the two reach 0.42",
         with([](auto& p) { p.xtc_probability = 1, p.xtc_threshold = 0.42f, p.top_k = 2; }),
         {3}},
        {"temperature 0 after xtc",
         with([](auto& p) { p.xtc_probability = 1, p.xtc_threshold = 0.12f, p.temp = 0; }),
         {4}},
        {"temperature 0 after typical", with([](auto& p) { p.typical_p = 0.2f, p.temp = 0; }), {3}},
        {"only listed steps run",
         with([](auto& p) { p.samplers = "top_p;temperature", p.top_k = 1, p.top_p = 0.69f; }),
         {1, 3}},
        {"top-k of two before top-p: 0.4/0.7, so that 0.56 needs one",
         with([](auto& p) { p.samplers = "top_k;top_p", p.top_k = 2, p.top_p = 0.56f; }),
         {1}},
        {"top-p before top-k of two",
         with([](auto& p) { p.samplers = "top_p;top_k", p.top_k = 2, p.top_p = 0.56f; }),
         {1, 3}},
        {"temperature before min-p: 0.15^2 is less than 0.4^2 / 4, 0.3^2 is not",
         with([](auto& p) { p.samplers = "temperature;min_p", p.temp = 0.5f, p.min_p = 0.25f; }),
         {1, 3}},
        {"other names of steps",
         with([](auto& p) { p.samplers = "Top-K;nucleus;TEMP", p.top_k = 3, p.top_p = 0.8f; }),
         {1, 3}},
        {"no steps", with([](auto& p) { p.samplers = "", p.top_k = 1; }), {0, 1, 2, 3, 4}},
        {"a bias of ln 8 makes 2 as likely as 1",
         with([](auto& p) {
             p.logit_bias = {{2, 2.0795f}}, p.min_p = 0.99f;
         }),
         {1, 2}},
        {"a bias against all but two",
         with([](auto& p) {
             p.logit_bias = {{1, kNever}, {3, kNever}, {4, kNever}};
         }),
         {0, 2}},
    };
    for (const auto& c : cases) EXPECT_EQ(kept(c.params, logits), c.kept) << c.name;
}

TEST(SamplingSteps, TopNSigmaCountsDeviationsFromTheBest) {
    // The mean is 0 and the deviation the root of 8, 2.828.
    const std::vector<float> five = {4, 2, 0, -2, -4}, with_never = {4, kNever, 2, 0, -2, -4};
    SamplerParams params = plain();
    for (const auto& [n, count] :
         {std::pair(0.5f, 1), {1.0f, 2}, {1.5f, 3}, {2.5f, 4}, {3.0f, 5}, {-1.0f, 5}, {0.0f, 5}}) {
        params.top_n_sigma = n;
        EXPECT_EQ(int(kept(params, five).size()), count) << n;
        EXPECT_EQ(int(kept(params, with_never).size()), count) << n << ", beside what must not be picked";
    }
    params.top_n_sigma = 1;
    EXPECT_EQ(kept(params, std::vector<float>(9, 3.0f)).size(), 9u) << "no deviation: all are the best";
    params.samplers = "top_k;top_n_sigma";
    params.top_k = 2;  // 4 and 2 are 1 away from their mean
    EXPECT_EQ(kept(params, five), (std::set<Token>{0}));
}

TEST(SamplingSteps, DynamicTemperatureFollowsTheEntropy) {
    // H = 0.80182 of at most ln 3 = 1.09861: a share of 0.72985.
    const std::vector<float> p = {0.7f, 0.2f, 0.1f};
    struct {
        float temp, range, exponent;
        double expected;
    } cases[] = {
        {1, 0.5f, 1, 0.5 + 0.72985}, {1, 0.5f, 2, 0.5 + 0.53268}, {1, 3, 1, 4 * 0.72985},
        {0, 2, 1, 2 * 0.72985},      {1, 0.5f, 0, 1.5},           {2, 0, 3, 2},
    };
    for (const auto& c : cases) {
        SamplerParams params = plain();
        params.temp = c.temp, params.dynatemp_range = c.range, params.dynatemp_exponent = c.exponent;
        const std::vector<Chance> chances = Sampler(params).chances(logits_of(p), {});
        ASSERT_EQ(chances.size(), 3u);
        const double a = std::pow(0.7, 1 / c.expected), b = std::pow(0.2, 1 / c.expected),
                     d = std::pow(0.1, 1 / c.expected);
        EXPECT_NEAR(double(chances[0].p), a / (a + b + d), 2e-5) << c.expected;
        EXPECT_NEAR(double(chances[1].p), b / (a + b + d), 2e-5) << c.expected;
    }
    SamplerParams params = plain();
    params.dynatemp_range = 1;
    EXPECT_EQ(kept(params, {5, -1e9f, -1e9f}), (std::set<Token>{0})) << "no doubt: a temperature of 0";
}

TEST(SamplingSteps, XtcTakesItsChanceAsOftenAsTold) {
    const std::vector<float> logits = logits_of({0.6f, 0.4f});
    SamplerParams params = plain();
    params.xtc_probability = 0.25f;
    Sampler sampler(params);
    int dropped = 0;
    for (int i = 0; i < 4000; ++i) dropped += sampler.chances(logits, {}).size() == 1;
    EXPECT_NEAR(dropped, 1000, 5 * std::sqrt(4000 * 0.25 * 0.75));
}

/// Letters are the tokens; the penalties that DRY takes off, by letter.
std::map<char, double> dry_penalties(SamplerParams params, const std::string& text) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz\n";
    params.samplers = "dry";
    std::vector<Token> history;
    for (const char c : text) history.push_back(Token(kLetters.find(c)));
    const auto text_of = [&](Token token) { return kLetters.substr(size_t(token), 1); };
    const auto chances = Sampler(params, text_of).chances(std::vector<float>(kLetters.size(), 0.0f), history);
    std::map<char, double> penalties;
    for (const Chance& chance : chances)
        if (const double penalty = std::log(double(chances[0].p) / double(chance.p)); penalty > 1e-4)
            penalties[kLetters[size_t(chance.token)]] = std::round(penalty * 1000) / 1000;
    return penalties;
}

TEST(SamplingSteps, DryPenalizesWhatGoesOnWithARepetition) {
    struct {
        const char *name, *text;
        std::vector<std::string> breakers;
        int32_t allowed, last_n;
        std::map<char, double> penalties;
    } cases[] = {
        {"nothing repeats", "abcdef", {}, 2, 64, {}},
        {"nothing at all", "", {}, 2, 64, {}},
        {"abc came before, and d after it", "abcdabc", {}, 2, 64, {{'d', 2}}},
        {"each length counts: 3 for c, 2 for y, 1 for b", "abccbcyabc", {}, 2, 64, {{'c', 2}, {'y', 1}}},
        {"1 is allowed to count", "abccbcyabc", {}, 1, 64, {{'c', 4}, {'y', 2}, {'b', 1}}},
        {"a short repetition", "axxa", {}, 2, 64, {}},
        {"as long as allowed", "abcdabc", {}, 3, 64, {{'d', 1}}},
        {"longer is allowed", "abcdabc", {}, 4, 64, {}},
        {"overlapping: seven letters stand twice", "aaaaaaaa", {}, 4, 64, {{'a', 8}}},
        {"the longest of several counts", "bcxabcyabc", {}, 2, 64, {{'x', 1}, {'y', 2}}},
        {"beyond the window", "abcdabc", {}, 2, 6, {{'d', 1}}},
        {"far beyond the window", "abcdabc", {}, 2, 3, {}},
        {"no window", "abcdabc", {}, 2, -1, {{'d', 2}}},
        {"a breaker inside the repetition", "abcdabc", {"b"}, 2, 64, {}},
        {"a breaker leaves what came after it", "xabcdxabc", {"a"}, 2, 64, {{'d', 1}}},
        {"a breaker before the repetition", "zabcdzabc", {"z"}, 2, 64, {{'d', 2}}},
        {"a breaker is never penalized", "abcdabc", {"d"}, 2, 64, {}},
        {"a breaker of several tokens ends with its last", "eabcdeabc", {"ea"}, 2, 64, {{'d', 1}}},
        {"a breaker that begins before the repetition", "eabcdxeabc", {"yx", "xea"}, 2, 64, {{'d', 1}}},
        {"only a part of a breaker", "abcdabc", {"ab\n"}, 2, 64, {{'d', 2}}},
        {"the usual breakers", "abcd\nabc", {"\n", ":", "\"", "*"}, 2, 64, {{'d', 2}}},
        {"the usual breakers inside", "abcdab\nc", {"\n", ":", "\"", "*"}, 1, 64, {{'d', 1}}},
    };
    for (const auto& c : cases) {
        SamplerParams params = plain();
        params.dry_multiplier = 1, params.dry_base = 2, params.dry_breakers = c.breakers;
        params.dry_allowed_length = c.allowed, params.dry_penalty_last_n = c.last_n;
        EXPECT_EQ(dry_penalties(params, c.text), c.penalties) << c.name;
    }
    SamplerParams params = plain();
    params.dry_multiplier = 0.5f, params.dry_base = 3;
    EXPECT_EQ(dry_penalties(params, "abcdeabcd"), (std::map<char, double>{{'e', 0.5 * 9}}));
    params.dry_multiplier = 100, params.dry_base = 100, params.dry_penalty_last_n = -1;
    EXPECT_EQ(Sampler(params).pick(std::vector<float>{9, 8}, std::vector<Token>(3000, 0)), 1) << "an endless penalty";
}

// ---- The plain implementation ----

struct Left {
    Token token;
    double logit, p = 0;
};

class Reference {
  public:
    Reference(const std::vector<float>& logits, const std::vector<Token>& history) : history_(history) {
        for (size_t i = 0; i < logits.size(); ++i)
            if (logits[i] != kNever) left_.push_back({Token(i), double(logits[i])});
    }

    const std::vector<Left>& run(const SamplerParams& params, const std::vector<std::string>& steps) {
        for (const std::string& step : steps) run(params, step);
        softmax();
        sort();
        return left_;
    }

  private:
    void sort() {
        std::stable_sort(left_.begin(), left_.end(), [](const Left& a, const Left& b) {
            return a.logit != b.logit ? a.logit > b.logit : a.token < b.token;
        });
    }
    void softmax() {
        double best = -1e300, sum = 0;
        for (const Left& l : left_) best = std::max(best, l.logit);
        for (Left& l : left_) sum += l.p = std::exp(l.logit - best);
        for (Left& l : left_) l.p /= sum;
    }
    double entropy() const {
        double h = 0;
        for (const Left& l : left_) h -= l.p > 0 ? l.p * std::log(l.p) : 0;
        return h;
    }
    void cut(double reach, bool beyond) {
        double sum = 0;
        for (size_t i = 0; i < left_.size(); ++i) {
            sum += left_[i].p;
            if (beyond ? sum > reach : sum >= reach) return left_.resize(i + 1);
        }
    }

    void run(const SamplerParams& p, const std::string& step) {
        softmax();
        sort();
        const size_t n = left_.size();
        if (step == "penalties") {
            for (Left& l : left_) {
                const auto count = std::count(history_.begin(), history_.end(), l.token);
                if (count == 0) continue;
                l.logit = l.logit > 0 ? l.logit / double(p.repeat_penalty) : l.logit * double(p.repeat_penalty);
                l.logit -= double(count) * double(p.frequency_penalty) + double(p.presence_penalty);
            }
        } else if (step == "dry") {
            std::map<Token, size_t> longest;
            for (size_t at = 1; at < history_.size(); ++at) {
                size_t length = 0;
                while (length < at && history_[at - 1 - length] == history_[history_.size() - 1 - length]) ++length;
                if (length >= size_t(p.dry_allowed_length))
                    longest[history_[at]] = std::max(longest[history_[at]], length);
            }
            for (Left& l : left_)
                if (longest.contains(l.token))
                    l.logit -= double(p.dry_multiplier) *
                               std::pow(double(p.dry_base), double(longest[l.token]) - p.dry_allowed_length);
        } else if (step == "top_n_sigma") {
            double mean = 0, square = 0;
            for (const Left& l : left_) mean += l.logit / double(n);
            for (const Left& l : left_) square += (l.logit - mean) * (l.logit - mean) / double(n);
            const double least = left_.front().logit - double(p.top_n_sigma) * std::sqrt(square);
            std::erase_if(left_, [&](const Left& l) { return l.logit < least; });
        } else if (step == "top_k") {
            left_.resize(std::min(n, size_t(p.top_k)));
        } else if (step == "typ_p") {
            const double h = entropy();
            std::stable_sort(left_.begin(), left_.end(), [h](const Left& a, const Left& b) {
                return std::abs(-std::log(a.p) - h) < std::abs(-std::log(b.p) - h);
            });
            cut(double(p.typical_p), true);
        } else if (step == "top_p") {
            cut(double(p.top_p), false);
        } else if (step == "min_p") {
            const double least = double(p.min_p) * left_.front().p;
            std::erase_if(left_, [&](const Left& l) { return l.p < least; });
        } else if (step == "xtc") {
            size_t reach = 0;
            while (reach < n && left_[reach].p >= double(p.xtc_threshold)) ++reach;
            if (reach >= 2) left_.erase(left_.begin(), left_.begin() + ptrdiff_t(reach - 1));
        } else if (step == "temperature") {
            double t = double(p.temp);
            if (p.dynatemp_range > 0 && n > 1) {
                const double low = std::max(0.0, t - double(p.dynatemp_range)), high = t + double(p.dynatemp_range);
                t = low + (high - low) * std::pow(entropy() / std::log(double(n)), double(p.dynatemp_exponent));
            }
            // What siskin promises: the best stands at 0 from here on.
            for (size_t i = n; i-- > 0;) left_[i].logit = (left_[i].logit - left_[0].logit) / t;
        }
    }

    std::vector<Left> left_;
    const std::vector<Token>& history_;
};

TEST(SamplingSteps, InAnyOrderTheyDoWhatAPlainImplementationDoes) {
    std::mt19937 random(5);
    const auto number = [&](double least, double most) {
        return float(least + (most - least) * (random() % 1000) / 1000);
    };
    std::vector<std::string> steps = {"penalties", "dry",   "top_n_sigma", "top_k",      "typ_p",
                                      "top_p",     "min_p", "xtc",         "temperature"};
    size_t n_left = 0;
    for (int round = 0; round < 400; ++round) {
        std::vector<float> logits(20 + random() % 400);
        for (float& l : logits) l = random() % 16 == 0 ? kNever : number(-6, 6);
        logits[0] = 1;
        std::vector<Token> history(random() % 60);
        for (Token& t : history) t = Token(random() % 4);

        SamplerParams params = plain();
        params.repeat_last_n = -1, params.dry_penalty_last_n = -1, params.dry_breakers.clear();
        params.repeat_penalty = number(1.1, 1.5), params.presence_penalty = number(0.1, 0.5);
        params.frequency_penalty = number(0, 0.1), params.dry_multiplier = number(0.1, 1);
        params.dry_allowed_length = 1 + int(random() % 4), params.dry_base = number(1, 1.5);
        params.top_n_sigma = number(2, 4), params.top_k = 5 + int(random() % 100), params.typical_p = number(0.5, 0.98);
        params.top_p = number(0.7, 0.99), params.min_p = number(0.001, 0.1);
        params.xtc_probability = 1, params.xtc_threshold = number(0.01, 0.3);
        params.temp = number(0.4, 2), params.dynatemp_range = number(-0.5, 0.5),
        params.dynatemp_exponent = number(0.5, 2);
        params.dynatemp_range = std::max(0.0f, params.dynatemp_range);

        std::shuffle(steps.begin(), steps.end(), random);
        const std::vector<std::string> some(steps.begin(), steps.begin() + 1 + random() % steps.size());
        params.samplers.clear();
        for (const std::string& step : some) params.samplers += step + ";";

        Reference reference(logits, history);
        const std::vector<Left>& expected = reference.run(params, some);
        const std::vector<Chance> found = Sampler(params).chances(logits, history);
        ASSERT_EQ(found.size(), expected.size()) << round << ": " << params.samplers;
        n_left += found.size();
        std::map<Token, double> by_token;
        for (const Left& l : expected) by_token[l.token] = l.p;
        for (const Chance& chance : found) {
            ASSERT_TRUE(by_token.contains(chance.token)) << round << ": " << params.samplers;
            ASSERT_NEAR(double(chance.p), by_token[chance.token], 2e-5) << round << ": " << params.samplers;
        }
    }
    EXPECT_GT(n_left, 4000u) << "the rounds leave enough to compare";
}

// ---- What draws ----

/// A draw from probabilities that add up to 1, in their order, as the sampler of the same seed has it.
class Lot {
  public:
    explicit Lot(uint64_t seed) : random_(seed) {}
    size_t draw(const std::vector<double>& p) {
        const double reached = double(random_() >> 11) * 0x1p-53;
        double sum = 0;
        for (size_t i = 0; i < p.size(); ++i)
            if ((sum += p[i]) > reached) return i;
        return p.size() - 1;
    }

  private:
    std::mt19937_64 random_;
};

std::vector<double> normalized(std::vector<double> p) {
    const double sum = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& x : p) x /= sum;
    return p;
}

/// Probabilities that fall as rank^-1.1, the most likely first.
std::vector<double> zipf(size_t n) {
    std::vector<double> p(n);
    for (size_t i = 0; i < n; ++i) p[i] = std::pow(double(i + 1), -1.1);
    return normalized(p);
}

std::vector<float> logarithms(const std::vector<double>& p) {
    std::vector<float> logits(p.size());
    for (size_t i = 0; i < p.size(); ++i) logits[i] = float(std::log(p[i]));
    return logits;
}

TEST(SamplingSteps, MirostatFollowsItsPaper) {
    const std::vector<double> p = zipf(500);
    const std::vector<float> logits = logarithms(p);
    for (const int32_t version : {1, 2})
        for (const float tau : {1.0f, 3.0f, 5.0f}) {
            SamplerParams params = {.mirostat = version, .mirostat_tau = tau, .seed = 9};
            params.temp = 1, params.top_k = 1;  // of no effect
            Sampler sampler(params);
            Lot lot(9);
            double mu = 2 * double(tau), surprise_sum = 0;
            for (int i = 0; i < 300; ++i) {
                double n_kept = 0;
                if (version == 1) {
                    double tb = 0, tt = 0;
                    for (int j = 0; j < 99; ++j) {
                        const double t = std::log(double(j + 2) / (j + 1));
                        tb += t * std::log(p[size_t(j)] / p[size_t(j) + 1]), tt += t * t;
                    }
                    const double s = tb / tt, e = s - 1;
                    n_kept = std::floor(std::pow(e * std::pow(2, mu) / (1 - std::pow(500.0, -e)), 1 / s));
                } else {
                    while (n_kept < 500 && -std::log2(p[size_t(n_kept)]) <= mu) ++n_kept;
                }
                n_kept = std::clamp(n_kept, 1.0, 500.0);
                const auto left = normalized({p.begin(), p.begin() + ptrdiff_t(n_kept)});
                const size_t expected = lot.draw(left);
                ASSERT_EQ(sampler.pick(logits, {}), Token(expected)) << "version " << version << ", draw " << i;
                const double surprise = -std::log2(left[expected]);
                mu -= 0.1 * (surprise - double(tau));
                if (i >= 100) surprise_sum += surprise;
            }
            EXPECT_NEAR(surprise_sum / 200, double(tau), 0.5) << "version " << version;
        }
}

TEST(SamplingSteps, MirostatTakesTheBestWhereNothingIsUnsurprisingEnough) {
    SamplerParams params = {.mirostat = 2, .mirostat_tau = 0.1f, .mirostat_eta = 0};
    for (const int32_t version : {1, 2}) {
        params.mirostat = version;
        Sampler sampler(params);
        for (int i = 0; i < 50; ++i) EXPECT_EQ(sampler.pick(logits_of({0.2f, 0.5f, 0.3f}), {}), 1);
        EXPECT_EQ(Sampler(params).pick(std::vector<float>{kNever, kNever, 2}, {}), 2) << "a single candidate";
        const Token any = Sampler(params).pick(std::vector<float>(40, 1.0f), {});
        EXPECT_TRUE(any >= 0 && any < 40) << "all alike";
    }
}

TEST(SamplingSteps, AdaptivePFavoursTokensNearItsTarget) {
    const std::vector<double> p = {0.05, 0.5, 0.3, 0.1, 0.05};
    const std::vector<float> logits = logarithms(p);
    SamplerParams params = plain();
    params.samplers = "adaptive_p", params.adaptive_target = 0.3f, params.adaptive_decay = 0.8f;
    Sampler sampler(params);
    Lot lot(params.seed);
    double sum = 0.3f / (1 - 0.8f), weight = 1 / (1 - 0.8f);
    int in_the_middle = 0;
    for (int i = 0; i < 300; ++i) {
        const double target = std::clamp(2 * 0.3 - sum / weight, 0.0, 1.0);
        std::vector<double> changed;
        for (const double x : p) {
            const double d = std::abs(x - target) / 0.3;
            changed.push_back(std::exp(5 - 10 * d * d / (1 + d)));
        }
        const size_t expected = lot.draw(normalized(changed));
        ASSERT_EQ(sampler.pick(logits, {}), Token(expected)) << "draw " << i;
        sum = p[expected] + 0.8 * sum, weight = 1 + 0.8 * weight;
        in_the_middle += expected == 2;
    }
    EXPECT_GT(in_the_middle, 120) << "0.3 is drawn more often than 0.3 of the time";
    params.adaptive_target = -1;
    EXPECT_EQ(Sampler(params).chances(logits, {}).size(), 5u);
}

// ---- What must not be picked ----

TEST(SamplingSteps, WhatIsForbiddenIsNeverPickedWhateverTheSteps) {
    std::vector<float> logits(64, kNever);
    logits[7] = -3, logits[20] = 5, logits[40] = 4, logits[41] = -50;
    const std::vector<Token> history = {20, 7, 20, 7, 20, 7, 3, 3};
    const std::set<Token> allowed = {7, 20, 40, 41};
    const char* orders[] = {"",    "top_k",     "top_p", "min_p",      "typ_p", "top_n_sigma",
                            "xtc", "penalties", "dry",   "temperature"};
    for (const int32_t mirostat : {0, 1, 2})
        for (const float temp : {0.0f, 1.0f, 1e5f})
            for (const char* first : orders) {
                SamplerParams params = {.typical_p = 0.9f,
                                        .top_n_sigma = 3,
                                        .dynatemp_range = temp / 2,
                                        .xtc_probability = 0.5f,
                                        .dry_multiplier = 1,
                                        .mirostat = mirostat};
                params.temp = temp, params.repeat_penalty = 1.2f, params.frequency_penalty = -1;
                params.logit_bias = {{3, 50.0f}, {20, -2.0f}};
                params.samplers = std::string(first) + ";" + std::string(kUsualSamplers);
                Sampler sampler(params);
                for (int i = 0; i < 40; ++i)
                    ASSERT_TRUE(allowed.contains(sampler.pick(logits, history))) << first << ", mirostat " << mirostat;
            }
    for (const char* first : orders) {
        SamplerParams params = plain();
        params.samplers = std::string(first) + ";" + std::string(kUsualSamplers);
        params.logit_bias = {{20, kNever}, {40, kNever}, {41, kNever}};
        const std::vector<Token> excluded = {7};
        EXPECT_EQ(Sampler(params).pick(logits, history, excluded), 20) << "nothing is left: the best that was given";
        for (const float only : {-1e30f, 0.0f, 1e30f}) {
            std::vector<float> one(64, kNever);
            one[11] = only;
            EXPECT_EQ(Sampler(params).pick(one, history), 11) << first;
        }
    }
}

TEST(SamplingSteps, UnknownNamesAndParametersOutOfRangeAreRefused) {
    struct {
        const char* said;
        SamplerParams params;
    } cases[] = {
        {"--samplers: \"infill\", expected some of penalties, dry,",
         with([](auto& p) { p.samplers = "top_k;infill"; })},
        {"--samplers: \"draw\"", with([](auto& p) { p.samplers = "draw"; })},
        {"--typical: 1.5, expected a number from 0 to 1", with([](auto& p) { p.typical_p = 1.5f; })},
        {"--top-nsigma: nan", with([](auto& p) { p.top_n_sigma = NAN; })},
        {"--xtc-probability: -1", with([](auto& p) { p.xtc_probability = -1; })},
        {"--dynatemp-range: -1", with([](auto& p) { p.dynatemp_range = -1; })},
        {"--dry-base: 0.5", with([](auto& p) { p.dry_base = 0.5f; })},
        {"--dry-allowed-length: -1", with([](auto& p) { p.dry_allowed_length = -1; })},
        {"--dry-sequence-breaker", with([](auto& p) { p.dry_breakers = {""}; })},
        {"--mirostat: 3, expected a whole number from 0 to 2", with([](auto& p) { p.mirostat = 3; })},
        {"--adaptive-decay: 1", with([](auto& p) { p.adaptive_decay = 1; })},
        {"--logit-bias: 5 by nan", with([](auto& p) {
             p.logit_bias = {{5, NAN}};
         })},
        {"--logit-bias: 5 by inf", with([](auto& p) {
             p.logit_bias = {{5, -kNever}};
         })},
    };
    for (const auto& c : cases) {
        try {
            const Sampler sampler(c.params);
            ADD_FAILURE() << c.said << ": accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Usage);
            EXPECT_TRUE(std::string_view(error.what()).starts_with(c.said)) << error.what();
        }
    }
}

TEST(PortableMath, IsNearTheLibraryAndTheSameEverywhere) {
    for (double x = 1e-300; x < 1e300; x *= 1.7) EXPECT_NEAR(portable_log(x) / std::log(x), 1, 1e-15) << x;
    for (double x = -700; x < 700; x += 0.37) EXPECT_NEAR(portable_exp(x) / std::exp(x), 1, 1e-15) << x;
    for (double x = 0.5; x < 2; x += 0.001) EXPECT_NEAR(portable_log(x), std::log(x), 3e-16) << x;
    // These bits come from operations that are rounded one by one; a compiler that fuses some gives others.
    EXPECT_EQ(portable_log(3), 0x1.193ea7aad030bp+0);
    EXPECT_EQ(portable_log(1e-7), -0x1.01e3b843eaa73p+4);
    EXPECT_EQ(portable_exp(1), 0x1.5bf0a8b14576ap+1);
    EXPECT_EQ(portable_exp(-20.5), 0x1.57a3afeed00acp-30);
    EXPECT_EQ(portable_pow(0.73, 1.7), 0x1.2bdc35ecd16efp-1);
    EXPECT_EQ(portable_log(1), 0);
    EXPECT_EQ(portable_exp(0), 1);
    EXPECT_EQ(portable_exp(-1000), 0);
    EXPECT_EQ(portable_exp(1000), std::numeric_limits<double>::infinity());
    EXPECT_EQ(portable_pow(0, 2), 0);
    EXPECT_EQ(portable_pow(0, 0), 1);
    EXPECT_NEAR(portable_pow(3, 4), 81, 1e-13);
}

}  // namespace
}  // namespace siskin::test
