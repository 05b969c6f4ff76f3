// Every decoder against reference data, bit for bit, and over arbitrary bit patterns.

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <random>

#include "formats/blocks.h"
#include "formats/decode/decoders.h"
#include "formats/dtype.h"
#include "tests/support/golden.h"

namespace siskin::test {
namespace {

std::string golden_name(std::string_view type) {
    std::string name(type);
    for (char& c : name) c = char(std::tolower(c));
    if (name.size() == 4 && name.ends_with("_k")) name.back() = 'K';
    return name;
}

class EveryType : public testing::TestWithParam<DTypeInfo> {};

TEST_P(EveryType, EqualsTheReferenceBitForBit) {
    const DTypeInfo& info = GetParam();
    SISKIN_NEED_GOLDEN("blocks");
    const bool is_f32 = info.type == DType::F32;
    const std::string stem = "blocks/" + (is_f32 ? "source" : golden_name(info.name));
    const std::vector<std::byte> blocks = read_bytes(golden(stem + (is_f32 ? ".f32" : ".blocks")));
    const std::vector<float> expected = read_floats(golden(stem + ".f32"));
    ASSERT_EQ(expected.size(), 16u * 512u);
    ASSERT_EQ(blocks.size(), 16 * row_bytes(info, 512));

    std::vector<float> got(expected.size());
    for (size_t r = 0; r < 16; ++r) decode_row(info, blocks.data() + r * row_bytes(info, 512), 512, &got[r * 512]);
    for (size_t i = 0; i < got.size(); ++i)
        ASSERT_EQ(std::bit_cast<uint32_t>(got[i]), std::bit_cast<uint32_t>(expected[i]))
            << info.name << " row " << i / 512 << " column " << i % 512 << ": " << got[i] << " vs " << expected[i];
}

/// Any bytes decode, from any address, and the codes keep the ranges that kernels rely on.
TEST_P(EveryType, ArbitraryBytesDecode) {
    const DTypeInfo& info = GetParam();
    std::mt19937 random(7);
    std::vector<std::byte> bytes(info.block_bytes + 1);
    std::vector<float> out(info.block_elems);
    for (int round = 0; round < 2000; ++round) {
        for (std::byte& b : bytes) b = std::byte(round == 0 ? 0 : round == 1 ? 255 : random());
        const std::byte* block = bytes.data() + round % 2;
        decode_row(info, block, info.block_elems, out.data());
        if (info.unpack256) {
            Codes256 codes;
            info.unpack256(block, codes);
            for (int g = 0; g < 16; ++g) {
                ASSERT_GE(codes.min[g], 0);
                ASSERT_LE(codes.min[g], 63);
                ASSERT_LE(std::abs(codes.scale[g]), 128);
            }
        }
        if (info.unpack32) {
            Codes32 codes[4];
            info.unpack32(block, codes);
            for (uint32_t part = 0; part < info.block_elems / 32; ++part) {
                if (info.split_scale) continue;
                ASSERT_EQ(std::bit_cast<uint32_t>(codes[part].d[0]), std::bit_cast<uint32_t>(codes[part].d[1]));
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Types, EveryType, testing::ValuesIn(all_dtypes().begin(), all_dtypes().end()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Decode, Ue4m3Values) {
    const struct {
        uint8_t bits;
        float value;
    } cases[] = {
        {0x00, 0.0f}, {0x01, 0x1p-9f}, {0x07, 7 * 0x1p-9f}, {0x08, 0x1p-6f}, {0x38, 1.0f},
        {0x3c, 1.5f}, {0x7e, 448.0f},  {0x7f, 0.0f},        {0x80, 0.0f},    {0xff, 480.0f},
    };
    for (const auto& c : cases) EXPECT_EQ(ue4m3_to_f32(c.bits), c.value) << int(c.bits);
}

TEST(Decode, Mxfp4Exponents) {
    const struct {
        uint8_t e;
        float one;  ///< the value of code 2, which is 1.0 x 2^(e - 127)
    } cases[] = {{0, 0x1p-127f}, {1, 0x1p-126f}, {2, 0x1p-125f}, {127, 1.0f}, {254, 0x1p127f}, {255, HUGE_VALF}};
    for (const auto& c : cases) {
        BlockMXFP4 block = {};
        block.e = c.e;
        block.qs[0] = 0x02;
        float out[32];
        decode_row(dtype_info(DType::MXFP4), reinterpret_cast<const std::byte*>(&block), 32, out);
        EXPECT_EQ(out[0], c.one) << int(c.e);
        EXPECT_EQ(out[1], 0.0f);
    }
}

/// A negative scale times a zero code is -0, unless the format itself adds a minimum.
TEST(Decode, SignsOfZero) {
    BlockQ4_0 q4_0 = {.d = 0xbc00, .qs = {}};
    std::memset(q4_0.qs, 0x88, sizeof(q4_0.qs));
    BlockQ4_1 q4_1 = {.d = 0xbc00, .m = 0, .qs = {}};
    float out[32];
    decode_row(dtype_info(DType::Q4_0), reinterpret_cast<const std::byte*>(&q4_0), 32, out);
    EXPECT_TRUE(std::signbit(out[0]));
    decode_row(dtype_info(DType::Q4_1), reinterpret_cast<const std::byte*>(&q4_1), 32, out);
    EXPECT_FALSE(std::signbit(out[0]));
}

}  // namespace
}  // namespace siskin::test
