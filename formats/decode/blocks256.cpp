// The K types and the ternary types: 256 weights with an integer scale, and perhaps an integer minimum, per group.

#include <algorithm>

#include "formats/blocks.h"
#include "formats/decode/decoders.h"
#include "formats/half.h"

namespace siskin {
namespace {

void set_no_minimum(Codes256& out) {
    out.dmin = 0.0f;
    std::fill(std::begin(out.min), std::end(out.min), int16_t(0));
}

/// One scale of 1 for the whole block.
void set_plain_scale(Codes256& out, uint16_t d) {
    out.d = f16_to_f32(d);
    std::fill(std::begin(out.scale), std::end(out.scale), int16_t(1));
    set_no_minimum(out);
}

/// The 2-bit code of weight i, in the order of Q2_K, Q3_K and TQ2_0.
int two_bits(const uint8_t (&qs)[64], int i) {
    const int half = i / 128, shift = i % 128 / 32 * 2;
    return (qs[half * 32 + i % 32] >> shift) & 3;
}

/// The 4-bit code of weight i, in the order of Q4_K and Q5_K.
int four_bits(const uint8_t (&qs)[128], int i) {
    const int run = i / 64, shift = i % 64 / 32 * 4;
    return (qs[run * 32 + i % 32] >> shift) & 15;
}

/// The eight 6-bit scales and minimums of Q4_K and Q5_K, each for 32 weights.
void set_packed_scales(Codes256& out, const uint8_t (&packed)[12]) {
    for (int g = 0; g < 8; ++g) {
        const int scale = g < 4 ? packed[g] & 63 : (packed[g + 4] & 15) | (packed[g - 4] >> 6) << 4;
        const int min = g < 4 ? packed[g + 4] & 63 : packed[g + 4] >> 4 | (packed[g] >> 6) << 4;
        out.scale[2 * g] = out.scale[2 * g + 1] = int16_t(scale);
        out.min[2 * g] = out.min[2 * g + 1] = int16_t(min);
    }
}

/// Base-3 digit n of a TQ1_0 byte.
int ternary_digit(uint8_t byte, int n) {
    constexpr int kPowers[5] = {1, 3, 9, 27, 81};
    const int rest = (byte * kPowers[n]) & 255;
    return (rest * 3) >> 8;
}

}  // namespace

void unpack_q2_k(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockQ2_K>(block);
    out.d = f16_to_f32(b.d);
    out.dmin = f16_to_f32(b.dmin);
    for (int g = 0; g < 16; ++g) {
        out.scale[g] = b.scales[g] & 15;
        out.min[g] = b.scales[g] >> 4;
    }
    for (int i = 0; i < 256; ++i) out.q[i] = int8_t(two_bits(b.qs, i));
}

void unpack_q3_k(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockQ3_K>(block);
    out.d = f16_to_f32(b.d);
    set_no_minimum(out);
    for (int g = 0; g < 16; ++g) {
        const int low = g < 8 ? b.scales[g] & 15 : b.scales[g - 8] >> 4;
        const int high = (b.scales[8 + g % 4] >> (g / 4 * 2)) & 3;
        out.scale[g] = int16_t((low | high << 4) - 32);
    }
    for (int i = 0; i < 256; ++i) {
        const int high = (b.hmask[i % 32] >> (i / 32)) & 1;
        out.q[i] = int8_t((two_bits(b.qs, i) | high << 2) - 4);
    }
}

void unpack_q4_k(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockQ4_K>(block);
    out.d = f16_to_f32(b.d);
    out.dmin = f16_to_f32(b.dmin);
    set_packed_scales(out, b.scales);
    for (int i = 0; i < 256; ++i) out.q[i] = int8_t(four_bits(b.qs, i));
}

void unpack_q5_k(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockQ5_K>(block);
    out.d = f16_to_f32(b.d);
    out.dmin = f16_to_f32(b.dmin);
    set_packed_scales(out, b.scales);
    for (int i = 0; i < 256; ++i) {
        const int high = (b.qh[i % 32] >> (i / 32)) & 1;
        out.q[i] = int8_t(four_bits(b.qs, i) | high << 4);
    }
}

void unpack_q6_k(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockQ6_K>(block);
    out.d = f16_to_f32(b.d);
    set_no_minimum(out);
    std::copy(std::begin(b.scales), std::end(b.scales), out.scale);
    for (int i = 0; i < 256; ++i) {
        const int half = i / 128, low_shift = i % 128 / 64 * 4, high_shift = i % 128 / 32 * 2;
        const int low = (b.ql[half * 64 + i % 64] >> low_shift) & 15;
        const int high = (b.qh[half * 32 + i % 32] >> high_shift) & 3;
        out.q[i] = int8_t((low | high << 4) - 32);
    }
}

void unpack_tq1_0(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockTQ1_0>(block);
    set_plain_scale(out, b.d);
    for (int i = 0; i < 160; ++i) out.q[i] = int8_t(ternary_digit(b.qs[i % 32], i / 32) - 1);
    for (int i = 0; i < 80; ++i) out.q[160 + i] = int8_t(ternary_digit(b.qs[32 + i % 16], i / 16) - 1);
    for (int i = 0; i < 16; ++i) out.q[240 + i] = int8_t(ternary_digit(b.qh[i % 4], i / 4) - 1);
}

void unpack_tq2_0(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockTQ2_0>(block);
    set_plain_scale(out, b.d);
    for (int i = 0; i < 256; ++i) out.q[i] = int8_t(two_bits(b.qs, i) - 1);
}

}  // namespace siskin
