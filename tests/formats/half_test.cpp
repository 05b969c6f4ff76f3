// Conversions between 16-bit and 32-bit floats, over every 16-bit value.

#include "formats/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace siskin::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// binary16 by its definition.
double value_of_f16(uint16_t h) {
    const double sign = (h & 0x8000) ? -1.0 : 1.0;
    const int exponent = (h >> 10) & 31, mantissa = h & 0x3ff;
    if (exponent == 0) return sign * std::ldexp(mantissa, -24);
    return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

bool f16_is_finite(uint32_t h) { return (h & 0x7c00) != 0x7c00; }

TEST(F16, EveryValueToF32) {
    for (uint32_t h = 0; h < 0x10000; ++h) {
        const float f = f16_to_f32(uint16_t(h));
        ASSERT_EQ(std::signbit(f), (h & 0x8000) != 0) << h;
        if (f16_is_finite(h))
            ASSERT_EQ(double(f), value_of_f16(uint16_t(h))) << h;
        else if (h & 0x3ff)
            ASSERT_TRUE(std::isnan(f)) << h;
        else
            ASSERT_TRUE(std::isinf(f)) << h;
    }
}

TEST(F16, EveryValueThereAndBack) {
    for (uint32_t h = 0; h < 0x10000; ++h) {
        const float f = f16_to_f32(uint16_t(h));
        const uint16_t back = f32_to_f16(f);
        if (std::isnan(f)) {
            ASSERT_TRUE(std::isnan(f16_to_f32(back))) << h;
            ASSERT_EQ(back & 0x8000, h & 0x8000u) << h;
        } else {
            ASSERT_EQ(back, h);
        }
    }
}

/// Between each two neighbours: the middle goes to the even one, everything else to the nearer one.
TEST(F16, RoundsToNearestEven) {
    for (uint32_t h = 0; h < 0x7bff; ++h) {
        const float low = f16_to_f32(uint16_t(h)), high = f16_to_f32(uint16_t(h + 1));
        const float middle = low + (high - low) / 2;
        const uint16_t even = uint16_t(h % 2 == 0 ? h : h + 1);
        for (const uint16_t sign : {0, 0x8000}) {
            const float s = sign ? -1.0f : 1.0f;
            ASSERT_EQ(f32_to_f16(s * middle), sign | even) << h;
            ASSERT_EQ(f32_to_f16(s * std::nextafter(middle, low)), sign | h) << h;
            ASSERT_EQ(f32_to_f16(s * std::nextafter(middle, high)), sign | (h + 1)) << h;
        }
    }
}

TEST(F16, EdgeCases) {
    const struct {
        float in;
        uint16_t out;
    } cases[] = {
        {0.0f, 0x0000},
        {-0.0f, 0x8000},
        {1.0f, 0x3c00},
        {-2.0f, 0xc000},
        {65504.0f, 0x7bff},
        {std::nextafter(65520.0f, 0.0f), 0x7bff},
        {65520.0f, 0x7c00},
        {1e10f, 0x7c00},
        {-std::numeric_limits<float>::max(), 0xfc00},
        {kInfinity, 0x7c00},
        {-kInfinity, 0xfc00},
        {0x1p-14f, 0x0400},
        {std::nextafter(0x1p-14f, 0.0f), 0x0400},
        {0x1p-24f, 0x0001},
        {0x1p-25f, 0x0000},
        {std::nextafter(0x1p-25f, 1.0f), 0x0001},
        {0x1.8p-24f, 0x0002},
        {std::numeric_limits<float>::denorm_min(), 0x0000},
        {-std::numeric_limits<float>::denorm_min(), 0x8000},
    };
    for (const auto& c : cases) EXPECT_EQ(f32_to_f16(c.in), c.out) << c.in;
}

TEST(F16, NanStaysNan) {
    for (const uint32_t bits : {0x7fc00000u, 0x7f800001u, 0xffc00000u, 0xff800001u, 0x7fffffffu}) {
        const uint16_t h = f32_to_f16(std::bit_cast<float>(bits));
        EXPECT_TRUE(std::isnan(f16_to_f32(h))) << bits;
        EXPECT_EQ(h >> 15, bits >> 31) << bits;
    }
}

TEST(Bf16, EveryValueThereAndBack) {
    for (uint32_t h = 0; h < 0x10000; ++h) {
        const float f = bf16_to_f32(uint16_t(h));
        ASSERT_EQ(std::bit_cast<uint32_t>(f), h << 16);
        if (std::isnan(f))
            ASSERT_TRUE(std::isnan(bf16_to_f32(f32_to_bf16(f)))) << h;
        else
            ASSERT_EQ(f32_to_bf16(f), h);
    }
}

TEST(Bf16, RoundsToNearestEven) {
    for (uint32_t h = 0; h < 0x10000; ++h) {
        if ((h & 0x7f80) == 0x7f80) continue;
        const uint32_t bits = h << 16;
        ASSERT_EQ(f32_to_bf16(std::bit_cast<float>(bits | 0x7fff)), h);
        ASSERT_EQ(f32_to_bf16(std::bit_cast<float>(bits | 0x8000)), h + h % 2);
        ASSERT_EQ(f32_to_bf16(std::bit_cast<float>(bits | 0x8001)), h + 1);
    }
}

TEST(Bf16, NanStaysNan) {
    for (const uint32_t bits : {0x7f800001u, 0xff800001u, 0x7fffffffu})
        EXPECT_TRUE(std::isnan(bf16_to_f32(f32_to_bf16(std::bit_cast<float>(bits))))) << bits;
}

}  // namespace
}  // namespace siskin::test
