// Types whose blocks are 32 weights, or several times 32, with one or two float scales per 32.

#include <algorithm>

#include "formats/blocks.h"
#include "formats/decode/decoders.h"
#include "formats/decode/grids.h"
#include "formats/half.h"

namespace siskin {
namespace {

/// The minimum of types that have none: adding it changes no value, not even the sign of a zero.
constexpr float kNoMinimum = -0.0f;

void set_scale(Codes32& out, float d, float m = kNoMinimum) {
    out.d[0] = out.d[1] = d;
    out.m = m;
}

/// The nibble code of weight j of 32, in the order all 32-blocks share.
int nibble(const uint8_t (&qs)[16], int j) { return j < 16 ? qs[j] & 15 : qs[j - 16] >> 4; }

int with_bit4(int low, uint32_t qh, int j) { return low | int((qh >> j) & 1u) << 4; }

}  // namespace

void unpack_q4_0(const std::byte* block, Codes32* out) {
    const auto& b = block_at<BlockQ4_0>(block);
    set_scale(*out, f16_to_f32(b.d));
    for (int j = 0; j < 32; ++j) out->q[j] = int8_t(nibble(b.qs, j) - 8);
}

void unpack_q4_1(const std::byte* block, Codes32* out) {
    const auto& b = block_at<BlockQ4_1>(block);
    set_scale(*out, f16_to_f32(b.d), f16_to_f32(b.m));
    for (int j = 0; j < 32; ++j) out->q[j] = int8_t(nibble(b.qs, j));
}

void unpack_q5_0(const std::byte* block, Codes32* out) {
    const auto& b = block_at<BlockQ5_0>(block);
    set_scale(*out, f16_to_f32(b.d));
    for (int j = 0; j < 32; ++j) out->q[j] = int8_t(with_bit4(nibble(b.qs, j), b.qh, j) - 16);
}

void unpack_q5_1(const std::byte* block, Codes32* out) {
    const auto& b = block_at<BlockQ5_1>(block);
    set_scale(*out, f16_to_f32(b.d), f16_to_f32(b.m));
    for (int j = 0; j < 32; ++j) out->q[j] = int8_t(with_bit4(nibble(b.qs, j), b.qh, j));
}

void unpack_q8_0(const std::byte* block, Codes32* out) {
    const auto& b = block_at<BlockQ8_0>(block);
    set_scale(*out, f16_to_f32(b.d));
    std::copy(std::begin(b.qs), std::end(b.qs), out->q);
}

void unpack_iq4_nl(const std::byte* block, Codes32* out) {
    const auto& b = block_at<BlockIQ4_NL>(block);
    set_scale(*out, f16_to_f32(b.d));
    for (int j = 0; j < 32; ++j) out->q[j] = kCodesIQ4[size_t(nibble(b.qs, j))];
}

void unpack_mxfp4(const std::byte* block, Codes32* out) {
    const auto& b = block_at<BlockMXFP4>(block);
    // 2^(e - 128) has its exponent field at e - 1; for e = 0 and 1 it is subnormal: 2^-128 and 2^-127.
    const uint32_t scale_bits = b.e < 2 ? 0x00200000u << b.e : uint32_t(b.e - 1) << 23;
    set_scale(*out, std::bit_cast<float>(scale_bits));
    for (int j = 0; j < 32; ++j) out->q[j] = kCodesE2M1[size_t(nibble(b.qs, j))];
}

float ue4m3_to_f32(uint8_t bits) {
    const uint32_t exponent = (bits >> 3) & 15u, mantissa = bits & 7u;
    if (bits == 0x7f) return 0.0f;
    if (exponent == 0) return float(mantissa) * 0x1p-9f;
    return std::bit_cast<float>(((exponent + 120) << 23) | (mantissa << 20));
}

void unpack_nvfp4(const std::byte* block, Codes32* out) {
    const auto& b = block_at<BlockNVFP4>(block);
    for (int group = 0; group < 4; ++group) {
        Codes32& half = out[group / 2];
        half.d[group % 2] = ue4m3_to_f32(b.d[group]) * 0.5f;
        half.m = kNoMinimum;
        int8_t* q = half.q + group % 2 * 16;
        for (int j = 0; j < 8; ++j) {
            const uint8_t pair = b.qs[group * 8 + j];
            q[j] = kCodesE2M1[pair & 15];
            q[j + 8] = kCodesE2M1[pair >> 4];
        }
    }
}

void unpack_q1_0(const std::byte* block, Codes32* out) {
    const auto& b = block_at<BlockQ1_0>(block);
    for (int part = 0; part < 4; ++part) {
        set_scale(out[part], f16_to_f32(b.d));
        for (int j = 0; j < 32; ++j) {
            const int bit = (b.qs[part * 4 + j / 8] >> (j % 8)) & 1;
            out[part].q[j] = int8_t(2 * bit - 1);
        }
    }
}

void unpack_q2_0(const std::byte* block, Codes32* out) {
    const auto& b = block_at<BlockQ2_0>(block);
    for (int part = 0; part < 2; ++part) {
        set_scale(out[part], f16_to_f32(b.d));
        for (int j = 0; j < 32; ++j) {
            const int code = (b.qs[part * 8 + j / 4] >> (2 * (j % 4))) & 3;
            out[part].q[j] = int8_t(code - 1);
        }
    }
}

}  // namespace siskin
