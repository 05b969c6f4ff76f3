// Each step of sampling against sets worked out by hand, large vocabularies against a plain sort, and the promise that
// a seed gives the same tokens everywhere (the sequences were computed by another program, in double precision).

#include "engine/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "formats/error.h"

namespace siskin::test {
namespace {

/// All steps off: draws from the softmax of the logits.
SamplerParams plain(uint64_t seed = 1) {
    return {.temp = 1, .top_k = 0, .top_p = 1, .min_p = 0, .repeat_last_n = 0, .seed = seed};
}

std::vector<float> logits_of(std::vector<float> probabilities) {
    for (float& p : probabilities) p = std::log(p) + 3;  // a constant changes nothing
    return probabilities;
}

/// How often each token comes in n draws.
std::map<Token, int> draws(const SamplerParams& params, std::span<const float> logits, int n,
                           std::span<const Token> history = {}, std::span<const Token> excluded = {}) {
    Sampler sampler(params);
    std::map<Token, int> counts;
    for (int i = 0; i < n; ++i) ++counts[sampler.pick(logits, history, excluded)];
    return counts;
}

std::set<Token> kept(const SamplerParams& params, std::span<const float> logits, int n = 4000) {
    std::set<Token> tokens;
    for (const auto& [token, count] : draws(params, logits, n)) tokens.insert(token);
    return tokens;
}

SamplerParams with(void (*change)(SamplerParams&)) {
    SamplerParams params = plain();
    change(params);
    return params;
}

TEST(Sampler, StepsKeepTheTokensWorkedOutByHand) {
    const std::vector<float> logits = logits_of({0.10f, 0.40f, 0.05f, 0.30f, 0.15f});  // order: 1 3 4 0 2
    struct {
        const char* name;
        SamplerParams params;
        std::set<Token> kept;
    } cases[] = {
        {"everything off", plain(), {0, 1, 2, 3, 4}},
        {"top-k 1", with([](SamplerParams& p) { p.top_k = 1; }), {1}},
        {"top-k 3", with([](SamplerParams& p) { p.top_k = 3; }), {1, 3, 4}},
        {"top-k beyond the vocabulary", with([](SamplerParams& p) { p.top_k = 99; }), {0, 1, 2, 3, 4}},
        {"top-p 0 keeps the best", with([](SamplerParams& p) { p.top_p = 0; }), {1}},
        {"top-p 0.39: the best alone", with([](SamplerParams& p) { p.top_p = 0.39f; }), {1}},
        {"top-p 0.41: one more", with([](SamplerParams& p) { p.top_p = 0.41f; }), {1, 3}},
        {"top-p 0.69: 0.4 + 0.3", with([](SamplerParams& p) { p.top_p = 0.69f; }), {1, 3}},
        {"top-p 0.71: one more", with([](SamplerParams& p) { p.top_p = 0.71f; }), {1, 3, 4}},
        {"min-p 0.2: from 0.08", with([](SamplerParams& p) { p.min_p = 0.2f; }), {0, 1, 3, 4}},
        {"min-p 0.3: from 0.12", with([](SamplerParams& p) { p.min_p = 0.3f; }), {1, 3, 4}},
        {"min-p 1: the best", with([](SamplerParams& p) { p.min_p = 1; }), {1}},
        {"temperature comes last: truncation sees none",
         with([](SamplerParams& p) {
             p.top_p = 0.69f;
             p.temp = 50;
         }),
         {1, 3}},
        {"top-k before top-p: 0.4/0.7 and 0.3/0.7, so 0.56 needs one",
         with([](SamplerParams& p) {
             p.top_k = 2;
             p.top_p = 0.56f;
         }),
         {1}},
        {"top-p before min-p",
         with([](SamplerParams& p) {
             p.top_p = 0.84f;
             p.min_p = 0.6f;
         }),
         {1, 3}},
        {"temperature 0", with([](SamplerParams& p) { p.temp = 0; }), {1}},
        {"temperature below 0", with([](SamplerParams& p) { p.temp = -1; }), {1}},
        {"tiny temperature", with([](SamplerParams& p) { p.temp = 1e-30f; }), {1}},
    };
    for (const auto& c : cases) EXPECT_EQ(kept(c.params, logits), c.kept) << c.name;
}

TEST(Sampler, DrawsInProportionToTemperedProbabilities) {
    const std::vector<float> probabilities = {0.1f, 0.2f, 0.7f};
    constexpr int kDraws = 20000;
    for (const float temp : {0.5f, 1.0f, 2.0f}) {
        double expected[3], sum = 0;
        for (int i = 0; i < 3; ++i) sum += expected[i] = std::pow(double(probabilities[size_t(i)]), 1.0 / temp);
        SamplerParams params = plain(7);
        params.temp = temp;
        auto counts = draws(params, logits_of(probabilities), kDraws);
        for (int i = 0; i < 3; ++i) {
            const double p = expected[i] / sum, deviation = std::sqrt(p * (1 - p) / kDraws);
            EXPECT_NEAR(counts[i] / double(kDraws), p, 5 * deviation) << "token " << i << ", temperature " << temp;
        }
    }
}

TEST(Sampler, PenaltiesChangeLogitsAsDefined) {
    // Token 0 is in the history and stands at `logit`; token 1 is not and stands just below or above what the penalties
    // make of it.
    struct {
        const char* name;
        float repeat, presence, frequency;
        int32_t last_n;
        std::vector<Token> history;
        float logit, penalized;
    } cases[] = {
        {"off", 1, 0, 0, 64, {0, 0}, 2, 2},
        {"repeat divides what is positive", 2, 0, 0, 64, {0}, 3, 1.5f},
        {"repeat multiplies what is negative", 2, 0, 0, 64, {0}, -3, -6},
        {"repeat once, however often", 2, 0, 0, 64, {0, 0, 0}, 3, 1.5f},
        {"presence once", 1, 0.75f, 0, 64, {0, 0}, 2, 1.25f},
        {"frequency by count", 1, 0, 0.25f, 64, {0, 2, 0, 0}, 2, 1.25f},
        {"all", 2, 0.5f, 0.25f, 64, {0, 0}, 4, 1},
        {"negative penalties reward", 1, -1, 0, 64, {0}, 2, 3},
        {"within the last n", 2, 0, 0, 2, {0, 2}, 3, 1.5f},
        {"beyond the last n", 2, 0, 0, 2, {0, 2, 2}, 3, 3},
        {"last n 0: off", 2, 1, 1, 0, {0, 0}, 3, 3},
        {"last n -1: all", 2, 0, 0, -1, std::vector<Token>(500, 0), 3, 1.5f},
    };
    for (const auto& c : cases) {
        SamplerParams params = plain();
        params.temp = 0;
        params.repeat_penalty = c.repeat;
        params.presence_penalty = c.presence;
        params.frequency_penalty = c.frequency;
        params.repeat_last_n = c.last_n;
        for (const float step : {-0.01f, 0.01f}) {
            const std::vector<float> logits = {c.logit, c.penalized + step, -100};
            EXPECT_EQ(Sampler(params).pick(logits, c.history), step < 0 ? 0 : 1) << c.name << ", " << step;
        }
    }
}

TEST(Sampler, PenaltiesOfOneCallDoNotReachTheNext) {
    SamplerParams params = plain();
    params.temp = 0;
    params.repeat_last_n = 64;
    params.frequency_penalty = 1;
    Sampler sampler(params);
    const std::vector<float> logits = {2, 1.5f};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(sampler.pick(logits, std::vector<Token>{0}), 1);
        EXPECT_EQ(sampler.pick(logits, {}), 0);
    }
}

TEST(Sampler, ExcludedTokensAreNeverPicked) {
    const std::vector<float> logits = {9, 8, 7, 6};
    const std::vector<Token> excluded = {0, 2};
    for (const float temp : {0.0f, 100.0f})
        for (const int32_t top_k : {0, 2, 40}) {
            SamplerParams params = plain();
            params.temp = temp;
            params.top_k = top_k;
            for (const auto& [token, count] : draws(params, logits, 500, {}, excluded))
                EXPECT_TRUE(token == 1 || token == 3) << token << " at temperature " << temp << ", top-k " << top_k;
        }
}

TEST(Sampler, ExcludingTheWholeVocabularyStillGivesAToken) {
    const std::vector<float> logits = {1, 2, 3};
    const std::vector<Token> all = {0, 1, 2};
    for (const float temp : {0.0f, 1.0f})
        for (const int32_t top_k : {0, 2}) {
            SamplerParams params = plain();
            params.temp = temp;
            params.top_k = top_k;
            const Token token = Sampler(params).pick(logits, {}, all);
            EXPECT_TRUE(token >= 0 && token < 3);
        }
}

TEST(Sampler, EqualLogitsGoToTheLowestId) {
    EXPECT_EQ(argmax(std::vector<float>{1, 3, 3, 2, 3}), 1);
    EXPECT_EQ(argmax(std::vector<float>{-5}), 0);
    SamplerParams params = plain();
    params.top_k = 2;
    EXPECT_EQ(kept(params, std::vector<float>{0, 1, 1, 1, 1}), (std::set<Token>{1, 2}));
    params.top_k = 3;
    EXPECT_EQ(kept(params, std::vector<float>(5000, 1.0f)), (std::set<Token>{0, 1, 2}));
}

/// A vocabulary of logits on a coarse grid, so that ties are common.
std::vector<float> large_vocabulary() {
    std::mt19937 random(1);
    std::vector<float> logits(50000);
    for (float& l : logits) l = float(random() % 4096) / 128;
    return logits;
}

std::vector<Token> sorted_ids(const std::vector<float>& logits) {
    std::vector<Token> ids(logits.size());
    for (size_t i = 0; i < ids.size(); ++i) ids[i] = Token(i);
    std::stable_sort(ids.begin(), ids.end(), [&](Token a, Token b) { return logits[size_t(a)] > logits[size_t(b)]; });
    return ids;
}

TEST(Sampler, LargeVocabulariesKeepWhatASortWouldKeep) {
    const std::vector<float> logits = large_vocabulary();
    const std::vector<Token> ids = sorted_ids(logits);
    double total = 0;
    for (const float l : logits) total += std::exp(double(l));

    SamplerParams params = plain();
    params.temp = 1e6f;  // every token that is left comes up
    for (const int32_t k : {1, 40, 300}) {
        params.top_k = k;
        EXPECT_EQ(kept(params, logits, 16 * k + 200), std::set<Token>(ids.begin(), ids.begin() + k)) << "top-k " << k;
    }
    params.top_k = 0;
    for (const float p : {0.01f, 0.05f}) {
        double sum = 0;
        size_t n = 0;
        while (sum < p) sum += std::exp(double(logits[size_t(ids[n++])])) / total;
        params.top_p = p;
        EXPECT_EQ(kept(params, logits, 16 * int(n) + 200), std::set<Token>(ids.begin(), ids.begin() + ptrdiff_t(n)))
            << "top-p " << p;
    }
}

TEST(Sampler, ASeedGivesTheSameTokensEverywhere) {
    std::vector<float> logits(200);
    for (size_t i = 0; i < logits.size(); ++i) logits[i] = float(i * 37 % 101) / 16;
    const auto sequence = [&](uint64_t seed) {
        Sampler sampler({.seed = seed});
        std::vector<Token> tokens;
        for (int i = 0; i < 12; ++i) tokens.push_back(sampler.pick(logits, tokens));
        return tokens;
    };
    EXPECT_EQ(sequence(0), (std::vector<Token>{161, 65, 30, 139, 109, 131, 68, 79, 16, 76, 150, 169}));
    EXPECT_EQ(sequence(42), (std::vector<Token>{57, 169, 128, 60, 76, 131, 38, 49, 19, 150, 30, 109}));
    EXPECT_NE(sequence(1), sequence(2));
    EXPECT_NE(sequence(1), sequence(1 + (uint64_t(1) << 32)));
}

TEST(Sampler, RefusesParametersOutOfRangeByTheirFlag) {
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();
    struct {
        const char* flag;
        SamplerParams params;
    } cases[] = {
        {"--temp", {.temp = kNan}},
        {"--temp", {.temp = kInf}},
        {"--top-p", {.top_p = -0.1f}},
        {"--top-p", {.top_p = 1.1f}},
        {"--top-p", {.top_p = kNan}},
        {"--min-p", {.min_p = -0.1f}},
        {"--min-p", {.min_p = 2}},
        {"--repeat-last-n", {.repeat_last_n = -2}},
        {"--repeat-penalty", {.repeat_penalty = 0}},
        {"--repeat-penalty", {.repeat_penalty = kInf}},
        {"--presence-penalty", {.presence_penalty = kNan}},
        {"--frequency-penalty", {.frequency_penalty = -kInf}},
    };
    for (const auto& c : cases) {
        try {
            const Sampler sampler(c.params);
            ADD_FAILURE() << c.flag << ": accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Usage);
            EXPECT_TRUE(std::string_view(error.what()).starts_with(c.flag)) << error.what();
        }
    }
}

}  // namespace
}  // namespace siskin::test
