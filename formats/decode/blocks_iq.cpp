// The IQ types of 256 weights: grid points with signs, scales per 16 or 32. The fractions of the formats' definitions
// are folded into d, which stays exact because d is a binary16: IQ2 has d (0.5 + s) / 4 = d/8 (2 s + 1), IQ3_XXS has
// d (0.5 + s) / 2 = d/4 (2 s + 1), IQ1 has d (2 s + 1) (g +- 1/8) = d/8 (2 s + 1) (8 g +- 1).

#include <algorithm>
#include <bit>

#include "formats/blocks.h"
#include "formats/decode/decoders.h"
#include "formats/decode/grids.h"
#include "formats/half.h"

namespace siskin {
namespace {

void set_scale_factor(Codes256& out, float d) {
    out.d = d;
    out.dmin = 0.0f;
    std::fill(std::begin(out.min), std::end(out.min), int16_t(0));
}

/// The odd integer scale 2 s + 1 for 32 weights.
void set_odd_scale32(Codes256& out, int group, uint32_t s) {
    out.scale[2 * group] = out.scale[2 * group + 1] = int16_t(2 * s + 1);
}

/// Seven stored signs and the eighth that makes the number of minus signs even.
uint8_t even_signs(uint32_t seven) { return uint8_t(seven | (uint32_t(std::popcount(seven)) & 1u) << 7); }

/// Writes the magnitudes of a grid point, bit j of `signs` making code j negative.
template <class Point>
void put_signed(int8_t* q, Point point, uint8_t signs) {
    for (size_t j = 0; j < sizeof(Point); ++j) {
        const int magnitude = int(point >> (8 * j) & 255);
        q[j] = int8_t((signs >> j & 1) ? -magnitude : magnitude);
    }
}

/// Writes an IQ1 point moved by `shift`, which is +1 or -1.
void put_shifted(int8_t* q, uint64_t point, int shift) {
    for (int j = 0; j < 8; ++j) q[j] = int8_t(int8_t(point >> (8 * j) & 255) + shift);
}

}  // namespace

void unpack_iq1_s(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockIQ1_S>(block);
    set_scale_factor(out, f16_to_f32(b.d) * 0.125f);
    for (int g = 0; g < 8; ++g) {
        const uint32_t qh = b.qh[g];
        set_odd_scale32(out, g, qh >> 12 & 7);
        const int shift = (qh & 0x8000) ? -1 : 1;
        for (int k = 0; k < 4; ++k) {
            const uint32_t index = b.qs[4 * g + k] | (qh >> (3 * k) & 7) << 8;
            put_shifted(out.q + 32 * g + 8 * k, kGridIQ1[index], shift);
        }
    }
}

void unpack_iq1_m(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockIQ1_M>(block);
    uint32_t d = 0;
    for (int i = 0; i < 4; ++i) d |= uint32_t(b.scales[i] >> 12) << (4 * i);
    set_scale_factor(out, f16_to_f32(uint16_t(d)) * 0.125f);
    for (int g = 0; g < 16; ++g) out.scale[g] = int16_t(2 * (b.scales[g / 4] >> (3 * (g % 4)) & 7) + 1);
    for (int i = 0; i < 32; ++i) {
        const uint32_t high = b.qh[i / 2] >> (4 * (i % 2)) & 15u;
        const uint32_t index = b.qs[i] | (high & 7) << 8;
        put_shifted(out.q + 8 * i, kGridIQ1[index], (high & 8) ? -1 : 1);
    }
}

void unpack_iq2_xxs(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockIQ2_XXS>(block);
    set_scale_factor(out, f16_to_f32(b.d) * 0.125f);
    for (int g = 0; g < 8; ++g) {
        const uint32_t packed = b.groups[g].signs_scale;
        set_odd_scale32(out, g, packed >> 28);
        for (int k = 0; k < 4; ++k)
            put_signed(out.q + 32 * g + 8 * k, kGridIQ2_XXS[b.groups[g].index[k]], even_signs(packed >> (7 * k) & 127));
    }
}

void unpack_iq2_xs(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockIQ2_XS>(block);
    set_scale_factor(out, f16_to_f32(b.d) * 0.125f);
    for (int g = 0; g < 16; ++g) out.scale[g] = int16_t(2 * (b.scales[g / 2] >> (4 * (g % 2)) & 15) + 1);
    for (int i = 0; i < 32; ++i)
        put_signed(out.q + 8 * i, kGridIQ2_XS[b.qs[i] & 511], even_signs(uint32_t(b.qs[i] >> 9)));
}

void unpack_iq2_s(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockIQ2_S>(block);
    set_scale_factor(out, f16_to_f32(b.d) * 0.125f);
    for (int g = 0; g < 16; ++g) out.scale[g] = int16_t(2 * (b.scales[g / 2] >> (4 * (g % 2)) & 15) + 1);
    for (int i = 0; i < 32; ++i) {
        const uint32_t index = b.qs[i] | (b.qh[i / 4] >> (2 * (i % 4)) & 3u) << 8;
        put_signed(out.q + 8 * i, kGridIQ2_S[index], b.signs[i]);
    }
}

void unpack_iq3_xxs(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockIQ3_XXS>(block);
    set_scale_factor(out, f16_to_f32(b.d) * 0.25f);
    for (int g = 0; g < 8; ++g) {
        const uint32_t packed = b.signs_scales[g];
        set_odd_scale32(out, g, packed >> 28);
        for (int k = 0; k < 4; ++k) {
            const uint8_t signs = even_signs(packed >> (7 * k) & 127);
            int8_t* q = out.q + 32 * g + 8 * k;
            put_signed(q, kGridIQ3_XXS[b.qs[8 * g + 2 * k]], signs);
            put_signed(q + 4, kGridIQ3_XXS[b.qs[8 * g + 2 * k + 1]], uint8_t(signs >> 4));
        }
    }
}

void unpack_iq3_s(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockIQ3_S>(block);
    set_scale_factor(out, f16_to_f32(b.d));
    for (int g = 0; g < 8; ++g) set_odd_scale32(out, g, b.scales[g / 2] >> (4 * (g % 2)) & 15u);
    for (int i = 0; i < 64; ++i) {
        const uint32_t index = b.qs[i] | (b.qh[i / 8] >> (i % 8) & 1u) << 8;
        put_signed(out.q + 4 * i, kGridIQ3_S[index], uint8_t(b.signs[i / 2] >> (4 * (i % 2))));
    }
}

void unpack_iq4_xs(const std::byte* block, Codes256& out) {
    const auto& b = block_at<BlockIQ4_XS>(block);
    set_scale_factor(out, f16_to_f32(b.d));
    for (int g = 0; g < 8; ++g) {
        const int low = b.scales_l[g / 2] >> (4 * (g % 2)) & 15, high = b.scales_h >> (2 * g) & 3;
        out.scale[2 * g] = out.scale[2 * g + 1] = int16_t((low | high << 4) - 32);
        for (int j = 0; j < 16; ++j) {
            const uint8_t pair = b.qs[16 * g + j];
            out.q[32 * g + j] = kCodesIQ4[pair & 15];
            out.q[32 * g + j + 16] = kCodesIQ4[pair >> 4];
        }
    }
}

}  // namespace siskin
