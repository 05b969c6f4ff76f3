#pragma once
// The quantized blocks as they lie in a file: packed, little endian, scales `d` as binary16 unless said otherwise.
// In the drawings `lo` and `hi` are the low and high four bits of a byte, and weights are counted within the block.
// A block may start at any address; the structs are packed, so reading their fields is always allowed.

#include <bit>
#include <cstddef>
#include <cstdint>

namespace siskin {

static_assert(std::endian::native == std::endian::little, "GGUF data is little endian and used in place");

#pragma pack(push, 1)

/// 32 weights: w = d * (q - 8)
///   d  | qs[j]: lo = q[j], hi = q[j + 16]
struct BlockQ4_0 {
    uint16_t d;
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ4_0) == 18);

/// 32 weights: w = d * q + m
///   d  m  | qs[j]: lo = q[j], hi = q[j + 16]
struct BlockQ4_1 {
    uint16_t d, m;
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ4_1) == 20);

/// 32 weights: w = d * (q - 16)
///   d  | qh: bit j = bit 4 of q[j]  | qs[j]: lo = q[j], hi = q[j + 16], bits 0..3
struct BlockQ5_0 {
    uint16_t d;
    uint32_t qh;
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ5_0) == 22);

/// 32 weights: w = d * q + m
///   d  m  | qh: bit j = bit 4 of q[j]  | qs[j]: lo = q[j], hi = q[j + 16], bits 0..3
struct BlockQ5_1 {
    uint16_t d, m;
    uint32_t qh;
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ5_1) == 24);

/// 32 weights: w = d * q
///   d  | qs[j] = q[j]
struct BlockQ8_0 {
    uint16_t d;
    int8_t qs[32];
};
static_assert(sizeof(BlockQ8_0) == 34);

/// 256 weights, groups of 16: w = d * scale * q - dmin * min
///   scales[g]: lo = scale, hi = min of group g
///   qs, two halves of 32 bytes for 128 weights each: byte j of a half holds weights j, j+32, j+64, j+96, 2 bits each,
///   lowest bits first
///   d  dmin
struct BlockQ2_K {
    uint8_t scales[16];
    uint8_t qs[64];
    uint16_t d, dmin;
};
static_assert(sizeof(BlockQ2_K) == 84);

/// 256 weights, groups of 16: w = d * (scale - 32) * (q - 4)
///   hmask[j]: bit b = bit 2 of weight 32 b + j
///   qs: bits 0..1, as in Q2_K
///   scales, 6 bits of group g: bits 0..3 = lo (g < 8) or hi (g >= 8) of byte g % 8,
///                              bits 4..5 = bits 2(g/4), 2(g/4)+1 of byte 8 + g % 4
///   d
struct BlockQ3_K {
    uint8_t hmask[32];
    uint8_t qs[64];
    uint8_t scales[12];
    uint16_t d;
};
static_assert(sizeof(BlockQ3_K) == 110);

/// 256 weights, groups of 32: w = d * scale * q - dmin * min
///   d  dmin
///   scales, 6 bits each of scale and min of group g:
///     g < 4:   scale = byte g, bits 0..5            min = byte g+4, bits 0..5
///     g >= 4:  scale = lo of byte g+4, then bits 6..7 of byte g-4
///              min   = hi of byte g+4, then bits 6..7 of byte g
///   qs, four runs of 32 bytes for 64 weights each: byte j of a run: lo = weight j, hi = weight j + 32
struct BlockQ4_K {
    uint16_t d, dmin;
    uint8_t scales[12];
    uint8_t qs[128];
};
static_assert(sizeof(BlockQ4_K) == 144);

/// 256 weights, groups of 32: w = d * scale * q - dmin * min
///   d  dmin  scales: as in Q4_K
///   qh[j]: bit b = bit 4 of weight 32 b + j
///   qs: bits 0..3, as in Q4_K
struct BlockQ5_K {
    uint16_t d, dmin;
    uint8_t scales[12];
    uint8_t qh[32];
    uint8_t qs[128];
};
static_assert(sizeof(BlockQ5_K) == 176);

/// 256 weights, groups of 16: w = d * scale * (q - 32), in two halves of 128 weights
///   ql, 64 bytes per half, bits 0..3: byte j: lo = weight j, hi = weight j + 64
///   qh, 32 bytes per half, bits 4..5: byte j holds weights j, j+32, j+64, j+96, 2 bits each, lowest bits first
///   scales[g], signed
///   d
struct BlockQ6_K {
    uint8_t ql[128];
    uint8_t qh[64];
    int8_t scales[16];
    uint16_t d;
};
static_assert(sizeof(BlockQ6_K) == 210);

/// 256 weights, groups of 32: w = d/8 * (2 scale + 1) * sign * grid
///   d
///   group: index[i] = grid point of weights 8 i .. 8 i + 7
///          signs_scale: bits 7 i .. 7 i + 6 = signs of the first seven weights of point i, the eighth makes the number
///          of minus signs even; bits 28..31 = scale
struct BlockIQ2_XXS {
    struct Group {
        uint8_t index[4];
        uint32_t signs_scale;
    };
    uint16_t d;
    Group groups[8];
};
static_assert(sizeof(BlockIQ2_XXS) == 66);

/// 256 weights, groups of 16: w = d/8 * (2 scale + 1) * sign * grid
///   d
///   qs[i]: bits 0..8 = grid point of weights 8 i .. 8 i + 7, bits 9..15 = their signs, as in IQ2_XXS
///   scales[i]: lo = scale of group 2 i, hi = of group 2 i + 1
struct BlockIQ2_XS {
    uint16_t d;
    uint16_t qs[32];
    uint8_t scales[8];
};
static_assert(sizeof(BlockIQ2_XS) == 74);

/// 256 weights, groups of 16: w = d/8 * (2 scale + 1) * sign * grid
///   d
///   qs[i]: bits 0..7 of the grid point of weights 8 i .. 8 i + 7
///   signs[i]: bit j = weight 8 i + j is negative
///   qh[i]: bits 2 k, 2 k + 1 = bits 8..9 of grid point 4 i + k
///   scales: as in IQ2_XS
struct BlockIQ2_S {
    uint16_t d;
    uint8_t qs[32];
    uint8_t signs[32];
    uint8_t qh[8];
    uint8_t scales[8];
};
static_assert(sizeof(BlockIQ2_S) == 82);

/// 256 weights, groups of 32: w = d/4 * (2 scale + 1) * sign * grid
///   d
///   qs[i] = grid point of weights 4 i .. 4 i + 3
///   signs_scales[g]: as signs_scale in IQ2_XXS
struct BlockIQ3_XXS {
    uint16_t d;
    uint8_t qs[64];
    uint32_t signs_scales[8];
};
static_assert(sizeof(BlockIQ3_XXS) == 98);

/// 256 weights, groups of 32: w = d * (2 scale + 1) * sign * grid
///   d
///   qs[i]: bits 0..7 of the grid point of weights 4 i .. 4 i + 3
///   qh[g]: bit k = bit 8 of grid point 8 g + k
///   signs[i]: bit j = weight 8 i + j is negative
///   scales[i]: lo = scale of group 2 i, hi = of group 2 i + 1
struct BlockIQ3_S {
    uint16_t d;
    uint8_t qs[64];
    uint8_t qh[8];
    uint8_t signs[32];
    uint8_t scales[4];
};
static_assert(sizeof(BlockIQ3_S) == 110);

/// 256 weights, groups of 32: w = d * (2 scale + 1) * (grid +- 1/8)
///   d
///   qs[i]: bits 0..7 of the grid point of weights 8 i .. 8 i + 7
///   qh[g]: bits 3 k .. 3 k + 2 = bits 8..10 of grid point 4 g + k, bits 12..14 = scale, bit 15 = shift is -1/8
struct BlockIQ1_S {
    uint16_t d;
    uint8_t qs[32];
    uint16_t qh[8];
};
static_assert(sizeof(BlockIQ1_S) == 50);

/// 256 weights, groups of 16: w = d * (2 scale + 1) * (grid +- 1/8)
///   qs[i]: bits 0..7 of the grid point of weights 8 i .. 8 i + 7
///   qh[i]: lo for grid point 2 i, hi for 2 i + 1: bits 0..2 = bits 8..10 of the point, bit 3 = shift is -1/8
///   scales[i]: bits 3 k .. 3 k + 2 = scale of group 4 i + k, bits 12..15 = bits 4 i .. 4 i + 3 of d
struct BlockIQ1_M {
    uint8_t qs[32];
    uint8_t qh[16];
    uint16_t scales[4];
};
static_assert(sizeof(BlockIQ1_M) == 56);

/// 32 weights: w = d * curve[q], curve as kCodesIQ4 (formats/decode/grids.h)
///   d  | qs[j]: lo = q[j], hi = q[j + 16]
struct BlockIQ4_NL {
    uint16_t d;
    uint8_t qs[16];
};
static_assert(sizeof(BlockIQ4_NL) == 18);

/// 256 weights, groups of 32: w = d * (scale - 32) * curve[q]
///   d
///   scales_h: bits 2 g, 2 g + 1 = bits 4..5 of the scale of group g
///   scales_l[i]: lo = bits 0..3 of the scale of group 2 i, hi = of group 2 i + 1
///   qs, 16 bytes per group: byte j: lo = weight j, hi = weight j + 16
struct BlockIQ4_XS {
    uint16_t d;
    uint16_t scales_h;
    uint8_t scales_l[4];
    uint8_t qs[128];
};
static_assert(sizeof(BlockIQ4_XS) == 136);

/// 256 weights of -1, 0, 1: w = d * (t - 1), t a base-3 digit
///   A byte of value v holds five digits as the fraction v / 256; the first is floor(3 v / 256), then v becomes the low
///   byte of 3 v.
///   qs[0..31]: digit n of byte j = weight 32 n + j;  qs[32..47]: digit n of byte 32 + j = weight 160 + 16 n + j
///   qh[j]: digit n = weight 240 + 4 n + j, n < 4
///   d
struct BlockTQ1_0 {
    uint8_t qs[48];
    uint8_t qh[4];
    uint16_t d;
};
static_assert(sizeof(BlockTQ1_0) == 54);

/// 256 weights of -1, 0, 1 (and 2, unused): w = d * (q - 1)
///   qs: as in Q2_K
///   d
struct BlockTQ2_0 {
    uint8_t qs[64];
    uint16_t d;
};
static_assert(sizeof(BlockTQ2_0) == 66);

/// 32 weights: w = 2^(e - 128) * (twice the E2M1 value q)
///   e  | qs[j]: lo = q[j], hi = q[j + 16]
struct BlockMXFP4 {
    uint8_t e;
    uint8_t qs[16];
};
static_assert(sizeof(BlockMXFP4) == 17);

/// 64 weights, groups of 16: w = d/2 * (twice the E2M1 value q)
///   d[g]: unsigned E4M3 float of group g
///   qs, 8 bytes per group: byte j: lo = weight j, hi = weight j + 8
struct BlockNVFP4 {
    uint8_t d[4];
    uint8_t qs[32];
};
static_assert(sizeof(BlockNVFP4) == 36);

/// 128 weights: w = d or -d
///   d  | qs[i]: bit j = weight 8 i + j is +d
struct BlockQ1_0 {
    uint16_t d;
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ1_0) == 18);

/// 64 weights: w = d * (q - 1)
///   d  | qs[i]: weights 4 i .. 4 i + 3, 2 bits each, lowest bits first
struct BlockQ2_0 {
    uint16_t d;
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ2_0) == 18);

#pragma pack(pop)

/// The bytes of a tensor seen as its blocks.
template <class Block>
const Block& block_at(const std::byte* bytes) {
    return *reinterpret_cast<const Block*>(bytes);
}

}  // namespace siskin
