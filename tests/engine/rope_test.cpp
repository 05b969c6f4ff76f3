#include "engine/rope_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace siskin::test {
namespace {

struct RopeCase {
    std::string name;
    RopeConfig rope;
    uint32_t n_rot, n_ctx_orig;
    std::vector<float> factors;
};

const std::vector<RopeCase>& rope_cases() {
    static const std::vector<RopeCase> cases = {
        {"plain", {.base = 10000}, 64, 4096, {}},
        {"large_base", {.base = 500000}, 128, 8192, {}},
        {"odd_number_of_pairs", {.base = 10000}, 6, 4096, {}},
        {"linear", {.base = 1e6f, .freq_scale = 0.125f}, 32, 4096, {}},
        {"divisors", {.base = 10000}, 8, 4096, {1, 1.5f, 8, 1e30f}},
        {"magnitude", {.base = 10000, .magnitude = 1.19f}, 8, 4096, {1, 2, 3, 4}},
        {"yarn", {.base = 150000, .freq_scale = 1 / 32.f, .yarn = true, .magnitude = 1.3466f}, 64, 4096, {}},
        {"yarn_other_betas",
         {.base = 10000, .freq_scale = 0.25f, .yarn = true, .beta_fast = 16, .beta_slow = 2, .magnitude = 1.1386f},
         16,
         64,
         {}},
        {"yarn_with_divisors", {.base = 10000, .freq_scale = 0.5f, .yarn = true}, 16, 2048, {1, 1, 1, 2, 2, 2, 4, 4}},
    };
    return cases;
}

/// The formulas of the header, by themselves.
double angle(const RopeCase& c, double position, uint32_t pair) {
    const double n = c.n_rot, base = c.rope.base;
    double frequency = 1;
    for (uint32_t i = 0; i < pair; ++i) frequency *= std::pow(base, -2 / n);
    if (!c.factors.empty()) frequency /= double(c.factors[pair]);
    if (!c.rope.yarn) return position * frequency * double(c.rope.freq_scale);
    const auto turning = [&](double beta) {  // the pair that turns beta times over the original context
        return n * std::log(c.n_ctx_orig / (beta * 2 * std::numbers::pi)) / (2 * std::log(base));
    };
    const double low = std::max(std::floor(turning(c.rope.beta_fast)), 0.0);
    const double high = std::min(std::ceil(turning(c.rope.beta_slow)), n - 1);
    const double scaled = std::min(std::max((pair - low) / std::max(high - low, 0.001), 0.0), 1.0);
    return position * frequency * (scaled * double(c.rope.freq_scale) + (1 - scaled));
}

class RopeTables : public testing::TestWithParam<RopeCase> {};
INSTANTIATE_TEST_SUITE_P(Kinds, RopeTables, testing::ValuesIn(rope_cases()),
                         [](const auto& rope) { return rope.param.name; });

TEST_P(RopeTables, FollowTheFormula) {
    const RopeCase& c = GetParam();
    const RopeTable table(c.rope, c.n_rot, c.n_ctx_orig, c.factors.empty() ? nullptr : c.factors.data());
    std::vector<float> cosines(c.n_rot / 2), sines(c.n_rot / 2);
    for (const size_t position : {size_t(0), size_t(1), size_t(77), size_t(4095), size_t(131071), size_t(10'000'000)}) {
        table.fill(position, cosines.data(), sines.data());
        // Angles are as exact as doubles make them: an error of 1e-14 of the angle, then the rounding to float.
        const double tolerance = double(c.rope.magnitude) * (6e-8 + 1e-14 * double(position));
        for (uint32_t i = 0; i < c.n_rot / 2; ++i) {
            const double a = angle(c, double(position), i);
            EXPECT_NEAR(cosines[i], std::cos(a) * double(c.rope.magnitude), tolerance)
                << "pair " << i << " at " << position;
            EXPECT_NEAR(sines[i], std::sin(a) * double(c.rope.magnitude), tolerance)
                << "pair " << i << " at " << position;
        }
    }
}

TEST(RopeTables, YarnKeepsFastPairsAndScalesSlowOnes) {
    const RopeConfig rope = {.base = 150000, .freq_scale = 1 / 32.f, .yarn = true};
    const RopeTable yarn(rope, 64, 4096, nullptr);
    const RopeTable plain({.base = 150000}, 64, 4096, nullptr);
    const RopeTable scaled({.base = 150000, .freq_scale = 1 / 32.f}, 64, 4096, nullptr);
    float c[3][32], s[3][32];
    yarn.fill(1000, c[0], s[0]);
    plain.fill(1000, c[1], s[1]);
    scaled.fill(1000, c[2], s[2]);
    EXPECT_EQ(s[0][0], s[1][0]);
    EXPECT_EQ(s[0][31], s[2][31]);
    EXPECT_NE(s[1][0], s[2][0]);
    EXPECT_NE(s[1][31], s[2][31]);
}

}  // namespace
}  // namespace siskin::test
