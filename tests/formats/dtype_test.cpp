// The table of tensor types.

#include "formats/dtype.h"

#include <gtest/gtest.h>

namespace siskin::test {
namespace {

TEST(DTypeTable, RowsAreInOrderAndComplete) {
    uint32_t previous = 0;
    for (const DTypeInfo& info : all_dtypes()) {
        const auto id = uint32_t(info.type);
        EXPECT_TRUE(&info == all_dtypes().data() || id > previous) << info.name;
        previous = id;
        EXPECT_LT(id, kDTypeIds);
        EXPECT_EQ(find_dtype(id), &info);
        EXPECT_EQ(find_dtype(info.name), &info);
        EXPECT_EQ(&dtype_info(info.type), &info);
        EXPECT_EQ(describe_dtype(id), info.name);
    }
    EXPECT_EQ(all_dtypes().size(), 28u);
    EXPECT_EQ(previous, kDTypeIds - 1);
}

TEST(DTypeTable, DecoderFitsTheBlock) {
    for (const DTypeInfo& info : all_dtypes()) {
        SCOPED_TRACE(info.name);
        const bool quantized = info.block_elems > 1;
        EXPECT_EQ(info.unpack256 != nullptr, info.block_elems == 256);
        EXPECT_EQ(info.unpack32 != nullptr, quantized && info.block_elems != 256);
        EXPECT_EQ(info.act, info.type == DType::BF16 ? ActKind::BF16
                            : !quantized             ? ActKind::F32
                            : info.unpack256         ? ActKind::Q8_K
                                                     : ActKind::Q8_0);
        if (info.unpack32) {
            EXPECT_EQ(info.block_elems % 32, 0u);
            EXPECT_LE(info.block_elems, 128u);
        }
        EXPECT_EQ(info.split_scale, info.type == DType::NVFP4);
    }
}

TEST(DTypeTable, BlockSizes) {
    const struct {
        const char* name;
        uint32_t elems, bytes;
    } cases[] = {
        {"F32", 1, 4},        {"F16", 1, 2},        {"BF16", 1, 2},     {"Q4_0", 32, 18},     {"Q4_1", 32, 20},
        {"Q5_0", 32, 22},     {"Q5_1", 32, 24},     {"Q8_0", 32, 34},   {"Q2_K", 256, 84},    {"Q3_K", 256, 110},
        {"Q4_K", 256, 144},   {"Q5_K", 256, 176},   {"Q6_K", 256, 210}, {"IQ1_S", 256, 50},   {"IQ1_M", 256, 56},
        {"IQ2_XXS", 256, 66}, {"IQ2_XS", 256, 74},  {"IQ2_S", 256, 82}, {"IQ3_XXS", 256, 98}, {"IQ3_S", 256, 110},
        {"IQ4_NL", 32, 18},   {"IQ4_XS", 256, 136}, {"TQ1_0", 256, 54}, {"TQ2_0", 256, 66},   {"MXFP4", 32, 17},
        {"NVFP4", 64, 36},    {"Q1_0", 128, 18},    {"Q2_0", 64, 18},
    };
    EXPECT_EQ(std::size(cases), all_dtypes().size());
    for (const auto& c : cases) {
        const DTypeInfo* info = find_dtype(c.name);
        ASSERT_NE(info, nullptr) << c.name;
        EXPECT_EQ(info->block_elems, c.elems) << c.name;
        EXPECT_EQ(info->block_bytes, c.bytes) << c.name;
        EXPECT_EQ(row_bytes(*info, 512), 512 / c.elems * c.bytes) << c.name;
    }
}

TEST(DTypeTable, NamesInAnyCase) {
    EXPECT_EQ(find_dtype("q4_k"), &dtype_info(DType::Q4_K));
    EXPECT_EQ(find_dtype("iQ2_xXs"), &dtype_info(DType::IQ2_XXS));
    for (const char* name : {"", "q4", "q4_k_m", "Q4_K ", "f64"})
        EXPECT_EQ(find_dtype(std::string_view(name)), nullptr) << name;
}

TEST(DTypeTable, IdsWithoutARowAreNamed) {
    const struct {
        uint32_t id;
        const char* name;
        const char* advice;
    } cases[] = {
        {4, "Q4_2", "requantize"},
        {5, "Q4_3", "requantize"},
        {9, "Q8_1", "damaged"},
        {15, "Q8_K", "damaged"},
        {24, "I8", "convert"},
        {25, "I16", "convert"},
        {26, "I32", "convert"},
        {27, "I64", "convert"},
        {28, "F64", "convert"},
        {31, "Q4_0_4_4", "requantize"},
        {32, "Q4_0_4_8", "requantize"},
        {33, "Q4_0_8_8", "requantize"},
        {36, "I2_S", "requantize"},
        {37, "IQ4_NL_4_8", "requantize"},
        {38, "IQ4_NL_8_8", "requantize"},
        {133, "Q6_0", "ik_llama.cpp"},
        {139, "IQ4_K", "ik_llama.cpp"},
        {158, "IQ1_KT", "ik_llama.cpp"},
        {202, "202", "ik_llama.cpp"},
        {43, "43", "unknown"},
        {999, "999", "unknown"},
        {0xffffffff, "4294967295", "unknown"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(find_dtype(c.id), nullptr) << c.id;
        const std::string text = describe_dtype(c.id);
        EXPECT_NE(text.find(c.name), std::string::npos) << text;
        EXPECT_NE(text.find(c.advice), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace siskin::test
