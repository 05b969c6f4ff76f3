#include "formats/dtype.h"

#include <array>
#include <cstring>

#include "formats/blocks.h"
#include "formats/decode/decoders.h"
#include "formats/half.h"

namespace siskin {
namespace {

using Unpack256 = void (*)(const std::byte*, Codes256&);
using Unpack32 = void (*)(const std::byte*, Codes32*);

constexpr DTypeInfo plain(DType type, std::string_view name, uint32_t bytes, ActKind act = ActKind::F32) {
    return {type, name, 1, bytes, act, false, nullptr, nullptr};
}

template <class Block>
constexpr DTypeInfo blocks32(DType type, std::string_view name, uint32_t elems, Unpack32 unpack,
                             bool split_scale = false) {
    return {type, name, elems, sizeof(Block), ActKind::Q8_0, split_scale, nullptr, unpack};
}

template <class Block>
constexpr DTypeInfo blocks256(DType type, std::string_view name, Unpack256 unpack) {
    return {type, name, 256, sizeof(Block), ActKind::Q8_K, false, unpack, nullptr};
}

constexpr DTypeInfo kDTypes[] = {
    plain(DType::F32, "F32", 4),
    plain(DType::F16, "F16", 2),
    blocks32<BlockQ4_0>(DType::Q4_0, "Q4_0", 32, unpack_q4_0),
    blocks32<BlockQ4_1>(DType::Q4_1, "Q4_1", 32, unpack_q4_1),
    blocks32<BlockQ5_0>(DType::Q5_0, "Q5_0", 32, unpack_q5_0),
    blocks32<BlockQ5_1>(DType::Q5_1, "Q5_1", 32, unpack_q5_1),
    blocks32<BlockQ8_0>(DType::Q8_0, "Q8_0", 32, unpack_q8_0),
    blocks256<BlockQ2_K>(DType::Q2_K, "Q2_K", unpack_q2_k),
    blocks256<BlockQ3_K>(DType::Q3_K, "Q3_K", unpack_q3_k),
    blocks256<BlockQ4_K>(DType::Q4_K, "Q4_K", unpack_q4_k),
    blocks256<BlockQ5_K>(DType::Q5_K, "Q5_K", unpack_q5_k),
    blocks256<BlockQ6_K>(DType::Q6_K, "Q6_K", unpack_q6_k),
    blocks256<BlockIQ2_XXS>(DType::IQ2_XXS, "IQ2_XXS", unpack_iq2_xxs),
    blocks256<BlockIQ2_XS>(DType::IQ2_XS, "IQ2_XS", unpack_iq2_xs),
    blocks256<BlockIQ3_XXS>(DType::IQ3_XXS, "IQ3_XXS", unpack_iq3_xxs),
    blocks256<BlockIQ1_S>(DType::IQ1_S, "IQ1_S", unpack_iq1_s),
    blocks32<BlockIQ4_NL>(DType::IQ4_NL, "IQ4_NL", 32, unpack_iq4_nl),
    blocks256<BlockIQ3_S>(DType::IQ3_S, "IQ3_S", unpack_iq3_s),
    blocks256<BlockIQ2_S>(DType::IQ2_S, "IQ2_S", unpack_iq2_s),
    blocks256<BlockIQ4_XS>(DType::IQ4_XS, "IQ4_XS", unpack_iq4_xs),
    blocks256<BlockIQ1_M>(DType::IQ1_M, "IQ1_M", unpack_iq1_m),
    plain(DType::BF16, "BF16", 2, ActKind::BF16),
    blocks256<BlockTQ1_0>(DType::TQ1_0, "TQ1_0", unpack_tq1_0),
    blocks256<BlockTQ2_0>(DType::TQ2_0, "TQ2_0", unpack_tq2_0),
    blocks32<BlockMXFP4>(DType::MXFP4, "MXFP4", 32, unpack_mxfp4),
    blocks32<BlockNVFP4>(DType::NVFP4, "NVFP4", 64, unpack_nvfp4, true),
    blocks32<BlockQ1_0>(DType::Q1_0, "Q1_0", 128, unpack_q1_0),
    blocks32<BlockQ2_0>(DType::Q2_0, "Q2_0", 64, unpack_q2_0),
};

constexpr std::array<const DTypeInfo*, kDTypeIds> rows_by_id() {
    std::array<const DTypeInfo*, kDTypeIds> rows = {};
    for (const DTypeInfo& info : kDTypes) rows[size_t(info.type)] = &info;
    return rows;
}
constexpr auto kRowById = rows_by_id();

/// Ids that are known but cannot hold weights here, and what to do about them.
struct ForeignType {
    uint32_t id;
    std::string_view name;
    std::string_view advice;
};

constexpr std::string_view kRemoved = "removed from the format; requantize the model";
constexpr std::string_view kRunTime = "for use while running, never for weights in a file; the file is damaged";
constexpr std::string_view kNoWeight = "not a type for weights; convert the model again";
constexpr std::string_view kIkOnly = "known to ik_llama.cpp only; take a file of a standard type, such as Q4_K_M";

constexpr ForeignType kForeignTypes[] = {
    {4, "Q4_2", kRemoved},
    {5, "Q4_3", kRemoved},
    {9, "Q8_1", kRunTime},
    {15, "Q8_K", kRunTime},
    {24, "I8", kNoWeight},
    {25, "I16", kNoWeight},
    {26, "I32", kNoWeight},
    {27, "I64", kNoWeight},
    {28, "F64", kNoWeight},
    {31, "Q4_0_4_4", kRemoved},
    {32, "Q4_0_4_8", kRemoved},
    {33, "Q4_0_8_8", kRemoved},
    {36, "IQ4_NL_4_4 or BitNet's I2_S", kRemoved},
    {37, "IQ4_NL_4_8", kRemoved},
    {38, "IQ4_NL_8_8", kRemoved},
    {133, "Q6_0", kIkOnly},
    {134, "IQ1_BN", kIkOnly},
    {135, "IQ2_BN", kIkOnly},
    {137, "IQ2_K", kIkOnly},
    {138, "IQ3_K", kIkOnly},
    {139, "IQ4_K", kIkOnly},
    {140, "IQ5_K", kIkOnly},
    {141, "IQ6_K", kIkOnly},
    {144, "IQ4_KS", kIkOnly},
    {145, "IQ2_KS", kIkOnly},
    {146, "IQ4_KSS", kIkOnly},
    {152, "IQ5_KS", kIkOnly},
    {153, "IQ2_KT", kIkOnly},
    {154, "IQ3_KT", kIkOnly},
    {155, "IQ4_KT", kIkOnly},
    {156, "IQ3_KS", kIkOnly},
    {157, "IQ2_KL", kIkOnly},
    {158, "IQ1_KT", kIkOnly},
};

bool is_ik_interleaved(uint32_t id) { return id >= 200 && id < 400; }

char upper(char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
        if (upper(a[i]) != upper(b[i])) return false;
    return true;
}

void decode_f32(const std::byte* row, size_t n, float* out) { std::memcpy(out, row, n * sizeof(float)); }

template <float (*convert)(uint16_t)>
void decode_16bit(const std::byte* row, size_t n, float* out) {
    for (size_t i = 0; i < n; ++i) {
        uint16_t bits;
        std::memcpy(&bits, row + 2 * i, sizeof(bits));
        out[i] = convert(bits);
    }
}

void decode_blocks256(const DTypeInfo& info, const std::byte* row, size_t n, float* out) {
    Codes256 codes;
    for (size_t first = 0; first < n; first += 256, row += info.block_bytes) {
        info.unpack256(row, codes);
        for (size_t i = 0; i < 256; ++i) {
            const float scale = codes.d * float(codes.scale[i / 16]);
            const float minimum = codes.dmin * float(codes.min[i / 16]);
            out[first + i] = scale * float(codes.q[i]) - minimum;
        }
    }
}

void decode_blocks32(const DTypeInfo& info, const std::byte* row, size_t n, float* out) {
    Codes32 codes[4];
    for (size_t first = 0; first < n; first += info.block_elems, row += info.block_bytes) {
        info.unpack32(row, codes);
        for (size_t i = 0; i < info.block_elems; ++i) {
            const Codes32& part = codes[i / 32];
            out[first + i] = part.d[i % 32 / 16] * float(part.q[i % 32]) + part.m;
        }
    }
}

}  // namespace

std::span<const DTypeInfo> all_dtypes() { return kDTypes; }

const DTypeInfo& dtype_info(DType type) { return *kRowById[size_t(type)]; }

const DTypeInfo* find_dtype(uint32_t id) { return id < kDTypeIds ? kRowById[id] : nullptr; }

const DTypeInfo* find_dtype(std::string_view name) {
    for (const DTypeInfo& info : kDTypes)
        if (equal_ignoring_case(info.name, name)) return &info;
    return nullptr;
}

std::string describe_dtype(uint32_t id) {
    if (const DTypeInfo* info = find_dtype(id)) return std::string(info->name);
    for (const ForeignType& foreign : kForeignTypes)
        if (foreign.id == id) return std::string(foreign.name) + " (" + std::string(foreign.advice) + ")";
    const std::string number = "type " + std::to_string(id);
    if (is_ik_interleaved(id)) return number + " (row-interleaved, " + std::string(kIkOnly) + ")";
    return number + " (unknown; the file is damaged or newer than this siskin)";
}

void decode_row(const DTypeInfo& info, const std::byte* row, size_t n, float* out) {
    if (info.unpack256) return decode_blocks256(info, row, n, out);
    if (info.unpack32) return decode_blocks32(info, row, n, out);
    if (info.type == DType::F32) return decode_f32(row, n, out);
    if (info.type == DType::F16) return decode_16bit<f16_to_f32>(row, n, out);
    decode_16bit<bf16_to_f32>(row, n, out);
}

}  // namespace siskin
