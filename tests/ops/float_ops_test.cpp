// The float operations: every table against scalar, bit for bit, and scalar against double precision.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "formats/half.h"
#include "ops/cpu.h"
#include "ops/kernels.h"
#include "tests/support/guarded.h"
#include "tests/support/tiny_blocks.h"

namespace siskin::test {
namespace {

using Floats = std::vector<float>;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

const Kernels& scalar() { return *all_kernels().back(); }

std::vector<const Kernels*> tables() {
    std::vector<const Kernels*> result;
    for (const Kernels* table : all_kernels())
        if (can_run(*table)) result.push_back(table);
    return result;
}

Floats random_floats(size_t n, double size, Random& random) {
    Floats values(n);
    for (float& v : values) v = float(size * random.normal());
    return values;
}

/// Numbers of every magnitude and both signs, and the special ones.
Floats all_magnitudes() {
    Floats values = {0.0f,     -0.0f,  kInf,  -kInf,  kNan,   FLT_MIN, FLT_MAX,
                     -FLT_MAX, 1e-45f, 86.5f, -86.5f, 88.72f, -88.73f};
    for (double v = 1e-38; v < 1e38; v *= 1.01) values.insert(values.end(), {float(v), float(-v)});
    for (double v = -110; v < 110; v += 0.0137) values.push_back(float(v));
    return values;
}

void expect_same_bits(const Floats& expected, const Floats& got, const std::string& what) {
    ASSERT_EQ(expected.size(), got.size());
    for (size_t i = 0; i < got.size(); ++i) {
        const bool same = std::bit_cast<uint32_t>(expected[i]) == std::bit_cast<uint32_t>(got[i]) ||
                          (std::isnan(expected[i]) && std::isnan(got[i]));
        ASSERT_TRUE(same) << what << " [" << i << "]: " << got[i] << ", scalar " << expected[i];
    }
}

/// Runs `compute` with every table and compares. It gets vectors that lie against the end of readable memory.
struct Operation {
    std::string name;
    std::function<void(const Kernels&, size_t n, const float* a, const float* b, float* out)> compute;
};

const Operation kOperations[] = {
    {"rms_norm", [](auto& k, size_t n, auto* a, auto* b, float* out) { k.rms_norm(n, a, b, 1e-5f, out); }},
    {"rms_norm without weights",
     [](auto& k, size_t n, auto* a, auto*, float* out) { k.rms_norm(n, a, nullptr, 1e-5f, out); }},
    {"silu", [](auto& k, size_t n, auto* a, auto* b, float* out) { k.gated(Activation::SiLU, n, a, b, out); }},
    {"gelu", [](auto& k, size_t n, auto* a, auto* b, float* out) { k.gated(Activation::GeluTanh, n, a, b, out); }},
    {"swiglu_oai",
     [](auto& k, size_t n, auto* a, auto* b, float* out) { k.gated(Activation::SwigluOai, n, a, b, out); }},
    {"add", [](auto& k, size_t n, auto* a, auto* b, float* out) { std::copy_n(b, n, out), k.add(n, a, out); }},
    {"axpy", [](auto& k, size_t n, auto* a, auto* b, float* out) { std::copy_n(b, n, out), k.axpy(n, 0.3f, a, out); }},
    {"scale", [](auto& k, size_t n, auto* a, auto*, float* out) { std::copy_n(a, n, out), k.scale(n, 0.3f, out); }},
    {"softcap",
     [](auto& k, size_t n, auto* a, auto*, float* out) { std::copy_n(a, n, out), k.softcap(n, 30.0f, out); }},
    {"softmax", [](auto& k, size_t n, auto* a, auto*, float* out) { std::copy_n(a, n, out), k.softmax(n, out); }},
    {"rope halves", [](auto& k, size_t n, auto* a, auto* b,
                       float* out) { std::copy_n(a, n, out), k.rope(n / 2 * 2, true, b, b, out); }},
    {"rope pairs", [](auto& k, size_t n, auto* a, auto* b,
                      float* out) { std::copy_n(a, n, out), k.rope(n / 2 * 2, false, b, b, out); }},
    {"to_f16", [](auto& k, size_t n, auto* a, auto*, float* out) { k.to_f16(n, a, reinterpret_cast<uint16_t*>(out)); }},
    {"to_bf16",
     [](auto& k, size_t n, auto* a, auto*, float* out) { k.to_bf16(n, a, reinterpret_cast<uint16_t*>(out)); }},
    {"to_f32",
     [](auto& k, size_t n, auto* a, auto*, float* out) { k.to_f32(n, reinterpret_cast<const uint16_t*>(a), out); }},
};

Floats result_of(const Operation& op, const Kernels& table, const Floats& a, const Floats& b) {
    const size_t bytes = a.size() * sizeof(float);
    const Guarded in_a(a.data(), bytes, Against::End), in_b(b.data(), bytes, Against::End), out(bytes, Against::End);
    op.compute(table, a.size(), in_a.as<float>(), in_b.as<float>(), out.as<float>());
    return Floats(out.as<float>(), out.as<float>() + a.size());
}

class EveryOperation : public testing::TestWithParam<Operation> {};
INSTANTIATE_TEST_SUITE_P(Float, EveryOperation, testing::ValuesIn(kOperations), [](const auto& parameter) {
    std::string name = parameter.param.name;
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
});

TEST_P(EveryOperation, EqualsScalarForEveryLength) {
    Random random(1, GetParam().name);
    for (size_t n = 1; n <= 70; ++n) {
        const Floats a = random_floats(n, 3, random), b = random_floats(n, 1, random);
        const Floats expected = result_of(GetParam(), scalar(), a, b);
        for (const Kernels* table : tables())
            expect_same_bits(expected, result_of(GetParam(), *table, a, b),
                             std::string(table->name) + " n " + std::to_string(n));
    }
}

TEST_P(EveryOperation, EqualsScalarForEveryMagnitude) {
    const Floats a = all_magnitudes();
    Floats b(a.rbegin(), a.rend());
    for (bool flush : {false, true}) {
        const auto flushing = flush ? std::make_unique<FlushDenormals>() : nullptr;
        const Floats expected = result_of(GetParam(), scalar(), a, b);
        for (const Kernels* table : tables())
            expect_same_bits(expected, result_of(GetParam(), *table, a, b), std::string(table->name));
    }
}

// The operations whose output may be an input.
TEST(FloatOps, InPlace) {
    Random random(2);
    const Floats a = random_floats(37, 2, random), b = random_floats(37, 1, random);
    Floats expected(37), in_place = a;
    for (const Kernels* table : tables()) {
        table->rms_norm(37, a.data(), b.data(), 1e-6f, expected.data());
        in_place = a;
        table->rms_norm(37, in_place.data(), b.data(), 1e-6f, in_place.data());
        expect_same_bits(expected, in_place, "rms_norm");
        table->gated(Activation::SiLU, 37, a.data(), b.data(), expected.data());
        in_place = a;
        table->gated(Activation::SiLU, 37, in_place.data(), b.data(), in_place.data());
        expect_same_bits(expected, in_place, "gate");
        in_place = b;
        table->gated(Activation::SiLU, 37, a.data(), in_place.data(), in_place.data());
        expect_same_bits(expected, in_place, "up");
    }
}

double relative_error(double got, double expected) {
    return got == expected ? 0 : std::abs(got - expected) / std::abs(expected);
}

/// The largest relative error of an activation with up = 1 over [from, to], and where.
double worst_error(Activation act, double from, double to, double (*exact)(double)) {
    Floats x;
    const Floats fine = {1e-30f, -1e-30f, 1e-7f, -1e-7f};
    for (double v = from; v < to; v += (to - from) / 40000) x.push_back(float(v));
    x.insert(x.end(), fine.begin(), fine.end());
    const Floats one(x.size(), 1.0f);
    Floats out(x.size());
    scalar().gated(act, x.size(), x.data(), one.data(), out.data());
    double worst = 0;
    for (size_t i = 0; i < x.size(); ++i) worst = std::max(worst, relative_error(out[i], exact(x[i])));
    return worst;
}

// silu(x) = x e^x for very negative x: this is the error of exp as well, plus that of one addition and two roundings.
TEST(FloatOps, ActivationsAreNearDoublePrecision) {
    EXPECT_LE(worst_error(Activation::SiLU, -86, 86, [](double x) { return x / (1 + std::exp(-x)); }), 3 * 0x1p-23);
    // The argument of exp is at most 80 here and has errors of its own of 2^-23, which exp multiplies by it.
    EXPECT_LE(worst_error(Activation::GeluTanh, -6, 10,
                          [](double x) {
                              const double z = std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x);
                              return x / (1 + std::exp(-2 * z));
                          }),
              2e-5);
    EXPECT_LE(worst_error(Activation::GeluTanh, -1, 10,
                          [](double x) {
                              const double z = std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x);
                              return x / (1 + std::exp(-2 * z));
                          }),
              1e-6);
    EXPECT_LE(worst_error(Activation::SwigluOai, -20, 20,
                          [](double x) {
                              const double g = std::min(x, 7.0);
                              return g / (1 + std::exp(-1.702 * g)) * 2;
                          }),
              1e-5);
}

TEST(FloatOps, SwigluClampsBothSides) {
    const Floats gate = {100, 1, 1}, up = {0, 100, -100};
    Floats out(3);
    scalar().gated(Activation::SwigluOai, 3, gate.data(), up.data(), out.data());
    EXPECT_NEAR(out[0], 7 / (1 + std::exp(-1.702 * 7)), 1e-5);
    EXPECT_NEAR(out[1], 8 / (1 + std::exp(-1.702)), 1e-5);
    EXPECT_NEAR(out[2], -6 / (1 + std::exp(-1.702)), 1e-5);
}

TEST(FloatOps, SoftcapIsNearDoublePrecision) {
    for (float cap : {1.0f, 30.0f, 50.0f}) {
        Floats x;
        for (double v = 1e-30; v < 1e6; v *= 1.001) x.insert(x.end(), {float(v), float(-v)});
        Floats out = x;
        scalar().softcap(x.size(), cap, out.data());
        double worst = 0;
        for (size_t i = 0; i < x.size(); ++i)
            worst = std::max(worst, relative_error(out[i], cap * std::tanh(double(x[i]) / cap)));
        EXPECT_LE(worst, 4 * 0x1p-23) << cap;
    }
    Floats special = {kInf, -kInf, kNan};
    scalar().softcap(3, 30, special.data());
    EXPECT_EQ(special[0], 30);
    EXPECT_EQ(special[1], -30);
    EXPECT_TRUE(std::isnan(special[2]));
}

TEST(FloatOps, RmsNormIsNearDoublePrecision) {
    Random random(3);
    for (size_t n : {1, 16, 100, 4096}) {
        const Floats x = random_floats(n, 5, random), w = random_floats(n, 1, random);
        Floats out(n);
        scalar().rms_norm(n, x.data(), w.data(), 1e-5f, out.data());
        double squares = 0;
        for (float v : x) squares += double(v) * v;
        for (size_t i = 0; i < n; ++i)
            EXPECT_LE(relative_error(out[i], x[i] * double(w[i]) / std::sqrt(squares / double(n) + 1e-5f)),
                      (double(n) / 16 + 8) * 0x1p-24);
    }
}

TEST(FloatOps, SoftmaxIsNearDoublePrecision) {
    Random random(4);
    for (size_t n : {1, 2, 17, 1000}) {
        Floats x = random_floats(n, 20, random);
        if (n > 2) x[1] = -kInf;
        Floats out = x;
        scalar().softmax(n, out.data());
        const double top = *std::max_element(x.begin(), x.end());
        double total = 0;
        for (float v : x) total += std::exp(v - top);
        for (size_t i = 0; i < n; ++i) {
            const double expected = std::exp(x[i] - top) / total;
            // x - top rounds once, which exp multiplies by the difference; below -86.5 there is only 0.
            const double errors = 20 + double(n) / 16 + std::min(std::abs(x[i] - top), 100.0);
            EXPECT_NEAR(out[i], expected, expected * errors * 0x1p-24 + 1e-37);
        }
    }
    Floats one_nan = {1, kNan, 2};
    scalar().softmax(3, one_nan.data());
    for (float v : one_nan) EXPECT_TRUE(std::isnan(v));
}

TEST(FloatOps, RopeRotatesPairs) {
    Random random(5);
    constexpr size_t kRot = 20, kSize = 24;
    const Floats angles = random_floats(kRot / 2, 2, random), x = random_floats(kSize, 1, random);
    Floats cosines(kRot / 2), sines(kRot / 2);
    for (size_t i = 0; i < kRot / 2; ++i) cosines[i] = std::cos(angles[i]), sines[i] = std::sin(angles[i]);
    for (bool halves : {false, true}) {
        Floats out = x;
        scalar().rope(kRot, halves, cosines.data(), sines.data(), out.data());
        for (size_t i = 0; i < kRot / 2; ++i) {
            const size_t a = halves ? i : 2 * i, b = halves ? i + kRot / 2 : 2 * i + 1;
            EXPECT_NEAR(out[a], x[a] * double(cosines[i]) - x[b] * double(sines[i]), 1e-6);
            EXPECT_NEAR(out[b], x[a] * double(sines[i]) + x[b] * double(cosines[i]), 1e-6);
        }
        for (size_t i = kRot; i < kSize; ++i) EXPECT_EQ(out[i], x[i]);
    }
}

TEST(FloatOps, AllFiniteFindsEveryPlace) {
    for (const Kernels* table : tables())
        for (size_t n = 1; n < 40; ++n) {
            Floats x(n, FLT_MAX);
            EXPECT_TRUE(table->all_finite(n, x.data())) << table->name;
            for (size_t i = 0; i < n; ++i)
                for (float bad : {kInf, -kInf, kNan}) {
                    x[i] = bad;
                    EXPECT_FALSE(table->all_finite(n, x.data())) << table->name << " n " << n << " at " << i;
                    x[i] = -FLT_MAX;
                }
        }
}

TEST(FloatOps, HalvesOfEveryValue) {
    std::vector<uint16_t> halves(65536), back(65536);
    for (size_t i = 0; i < halves.size(); ++i) halves[i] = uint16_t(i);
    for (bool flush : {false, true}) {
        const auto flushing = flush ? std::make_unique<FlushDenormals>() : nullptr;
        for (const Kernels* table : tables()) {
            Floats floats(65536);
            table->to_f32(65536, halves.data(), floats.data());
            for (size_t i = 0; i < 65536; ++i)
                if (!std::isnan(floats[i])) {
                    ASSERT_EQ(std::bit_cast<uint32_t>(floats[i]), std::bit_cast<uint32_t>(f16_to_f32(uint16_t(i))));
                } else {
                    ASSERT_TRUE(std::isnan(f16_to_f32(uint16_t(i))));
                }
            table->to_f16(65536, floats.data(), back.data());
            for (size_t i = 0; i < 65536; ++i)
                if (!std::isnan(floats[i])) {
                    ASSERT_EQ(back[i], i) << table->name;
                }
        }
    }
}

// Values between two halves: the middle, and just beside it.
TEST(FloatOps, ToHalfRoundsToNearestEven) {
    Floats x;
    for (uint32_t h = 0; h < 0x7c00; h += 7) {
        const double low = f16_to_f32(uint16_t(h)), high = h + 1 < 0x7c00 ? f16_to_f32(uint16_t(h + 1)) : 65536.0;
        const float middle = float((low + high) / 2);
        for (float v : {middle, std::nextafter(middle, 0.0f), std::nextafter(middle, kInf)}) x.insert(x.end(), {v, -v});
    }
    std::vector<uint16_t> got(x.size());
    for (const Kernels* table : tables()) {
        table->to_f16(x.size(), x.data(), got.data());
        for (size_t i = 0; i < x.size(); ++i) ASSERT_EQ(got[i], f32_to_f16(x[i])) << table->name << " " << x[i];
    }
}

TEST(FloatOps, ToBf16RoundsToNearestEven) {
    Floats x;
    for (uint32_t high = 0; high < 0x10000; high += 5)
        for (uint32_t low : {0x0000, 0x0001, 0x7fff, 0x8000, 0x8001, 0xffff})
            x.push_back(std::bit_cast<float>(high << 16 | low));
    std::vector<uint16_t> got(x.size());
    for (const Kernels* table : tables()) {
        table->to_bf16(x.size(), x.data(), got.data());
        for (size_t i = 0; i < x.size(); ++i) ASSERT_EQ(got[i], f32_to_bf16(x[i])) << table->name << " " << x[i];
    }
}

// ------------------------------------------------------------------------------------------------------- quantization

/// The definition of ops/activations.h for a group of n.
void quantize_by_definition(const float* x, size_t n, float& d, int8_t* q) {
    float amax = 0;
    bool finite = true;
    for (size_t i = 0; i < n; ++i) amax = std::max(amax, std::abs(x[i])), finite = finite && std::isfinite(x[i]);
    std::fill_n(q, n, int8_t(0));
    d = finite ? 0 : kNan;
    if (!finite || amax < kLeastAmax) return;
    d = amax / 127;
    for (size_t i = 0; i < n; ++i) q[i] = int8_t(std::nearbyint(x[i] * (127 / amax)));
}

std::vector<Floats> groups_to_quantize() {
    Random random(6);
    std::vector<Floats> groups;
    for (double size : {1e-37, 1e-32, 1e-30, 1e-10, 1.0, 1e10, 1e37})
        groups.push_back(random_floats(256, size, random));
    groups.push_back(Floats(256, 0.0f));
    groups.push_back(Floats(256, -0.0f));
    groups.push_back(Floats(256, FLT_MAX));
    groups.push_back(Floats(256, -FLT_MAX));
    for (float bad : {kInf, -kInf, kNan})
        for (size_t at : {0, 31, 100, 255}) {
            groups.push_back(random_floats(256, 1, random));
            groups.back()[at] = bad;
        }
    Floats ties(256);
    for (size_t i = 0; i < 256; ++i) ties[i] = float(i) / 2 - 63.5f;  // scaled by 2: every code, and their middles
    ties[0] = 127;
    groups.push_back(ties);
    return groups;
}

TEST(FloatOps, QuantizationFollowsItsDefinition) {
    Floats x;
    for (const Floats& group : groups_to_quantize()) x.insert(x.end(), group.begin(), group.end());
    const auto same = [](float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    for (const Kernels* table : tables()) {
        const Guarded big_memory(column_bytes(ActKind::Q8_K, x.size()), Against::End);
        const Guarded small_memory(column_bytes(ActKind::Q8_0, x.size()), Against::End);
        const Guarded in(x.data(), x.size() * sizeof(float), Against::End);
        const ActQ8K* big = big_memory.as<ActQ8K>();
        const ActQ80* small = small_memory.as<ActQ80>();
        table->quantize_q8k(x.size(), in.as<float>(), big_memory.as<ActQ8K>());
        table->quantize_q80(x.size(), in.as<float>(), small_memory.as<ActQ80>());
        float d;
        int8_t q[256];
        for (size_t b = 0; b < x.size() / 256; ++b) {
            quantize_by_definition(&x[b * 256], 256, d, q);
            ASSERT_TRUE(same(big[b].d, d)) << table->name << " group " << b << ": " << big[b].d << " for " << d;
            ASSERT_TRUE(std::equal(q, q + 256, big[b].q)) << table->name << " group " << b;
            for (size_t g = 0; g < 16; ++g) {
                int sum = 0;
                for (size_t i = 0; i < 16; ++i) sum += q[16 * g + i];
                ASSERT_EQ(big[b].sum[g], sum);
            }
        }
        for (size_t b = 0; b < x.size() / 32; ++b) {
            quantize_by_definition(&x[b * 32], 32, d, q);
            ASSERT_TRUE(same(small[b].d, d)) << table->name << " group " << b << ": " << small[b].d << " for " << d;
            ASSERT_TRUE(std::equal(q, q + 32, small[b].q)) << table->name << " group " << b;
            int sum = 0;
            for (size_t i = 0; i < 32; ++i) sum += q[i];
            ASSERT_EQ(small[b].sum, sum);
        }
    }
}

}  // namespace
}  // namespace siskin::test
