#pragma once
// How the codes, scales and minima of each format with a fast path are drawn out of its blocks, for kLanes rows at a
// time: one row to a lane of 16 bytes. Written once over the operations that an ISA file defines for its Lanes.
//
// A format says
//   kBytes, kParts      bytes of a block, and how many times 256 or 32 weights it holds
//   kSigned             its codes are signed bytes; otherwise unsigned, at most 63, and too large by kOffset
//   kMost               the largest magnitude of a code, without its offset
//   codes(blocks, use)  calls use(i, first, second) for each i once: the codes of weights 32 i .. 32 i + 15 and of the
//                       16 that follow (without i for blocks of 32)
//   head(blocks)        16 bytes of the block among which are its float scales
//   d(heads)            the scales of a group of rows, from four heads
// and, for blocks of 256,
//   kScales             integer scales per block: 8 or 16
//   kMostScaled         the largest product of a code and its scale, where there are 16 scales and all products lie in
//                       256 numbers
//   kMins, dmin(heads)  whether it has minima, and their scale
//   scales(blocks, head, scale, min)  integer scales and minima as words in order, eight to a lane and register
// or, for blocks of 32,
//   kMin, m(heads)      whether it has a minimum
//   kSplit, d2(heads)   whether the second 16 weights have a scale of their own

#include <array>
#include <cstddef>

#include "formats/blocks.h"
#include "formats/decode/grids.h"
#include "formats/dtype.h"
#include "ops/isa/common.h"
#include "ops/isa/float_ops.h"

namespace siskin {
namespace {

/// The blocks that lie `offset` bytes into the rows rows[0], rows[4], ... : row 4 l is lane l.
struct Blocks {
    const std::byte* const* rows;
    size_t offset;

    size_t part = 0;  ///< which 32 weights, where a block has several

    /// 16 bytes of each block.
    Lanes load(size_t at) const { return gather(rows, offset + at); }
    /// The points of a grid that point(block, i) names, two of eight bytes or four of four, for each block.
    template <class Point>
    [[gnu::always_inline]] Lanes points(Point point) const {
        return from_points(rows, offset, point);
    }
};

/// Block b, or its 32 weights b, of each row.
template <class Format>
inline Blocks blocks_at(const std::byte* const* rows, size_t b) {
    if constexpr (Format::kParts == 1) return {rows, b * Format::kBytes};
    return {rows, b / Format::kParts * Format::kBytes, b % Format::kParts};
}

/// The same 16 bytes in every lane.
template <class T, size_t n>
inline Lanes pattern(const std::array<T, n>& p) {
    static_assert(sizeof(p) == 16);
    return same_for_all(p.data());
}

/// Word i of each lane in all its places.
inline Lanes spread_word(Lanes v, int i) {
    alignas(Lanes) static constexpr auto kPick = [] {
        std::array<std::array<int8_t, sizeof(Lanes)>, 8> pick = {};
        for (size_t word = 0; word < 8; ++word)
            for (size_t byte = 0; byte < sizeof(Lanes); ++byte) pick[word][byte] = int8_t(2 * word + byte % 2);
        return pick;
    }();
    return shuffle(v, load_lanes(kPick[size_t(i)].data()));
}
/// Words 2 i and 2 i + 1 of each lane, four times each.
inline Lanes spread_two_words(Lanes v, int i) {
    alignas(Lanes) static constexpr auto kPick = [] {
        std::array<std::array<int8_t, sizeof(Lanes)>, 4> pick = {};
        for (size_t pair = 0; pair < 4; ++pair)
            for (size_t byte = 0; byte < sizeof(Lanes); ++byte)
                pick[pair][byte] = int8_t(4 * pair + byte / 8 % 2 * 2 + byte % 2);
        return pick;
    }();
    return shuffle(v, load_lanes(kPick[size_t(i)].data()));
}

inline Lanes low_nibbles(Lanes v) { return v & bytes(0x0f); }
inline Lanes high_nibbles(Lanes v) { return words_right<4>(v) & bytes(0x0f); }

constexpr std::array<int8_t, 16> kBitOfCode = {1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128};

/// n bits of each byte, counted from bit `from`, moved to bit `to`; the other bits are 0.
template <int from, int n, int to>
inline Lanes bits(Lanes v) {
    const Lanes mask = bytes(((1 << n) - 1) << to);
    if constexpr (from > to) return words_right<from - to>(v) & mask;
    if constexpr (from < to) return words_left<to - from>(v) & mask;
    return v & mask;
}

// Int i of the heads of a group of rows, read as a float, or either half of it as a binary16.
template <int i>
inline Batch floats_at(const Lanes* heads) {
    return as_floats(column<i>(heads));
}
template <int i>
inline Batch low_halves_at(const Lanes* heads) {
    return from_halves(column<i>(heads));
}
template <int i>
inline Batch high_halves_at(const Lanes* heads) {
    return from_halves(ints_right<16>(column<i>(heads)));
}

// Copies: the originals have external linkage.
constexpr std::array<int8_t, 16> kCurveIQ4 = kCodesIQ4, kCurveE2M1 = kCodesE2M1;

// ------------------------------------------------------------------------------------------------------ blocks of 256

/// Q4_K and Q5_K begin alike: d, dmin, and 6-bit scales and minima of 8 groups.
template <class Block, int most>
struct FormatKWithMins {
    static constexpr size_t kParts = 1, kBytes = sizeof(Block);
    static constexpr bool kSigned = false, kMins = true;
    static constexpr int kScales = 8, kOffset = 0, kMost = most;

    static_assert(offsetof(Block, d) == 0 && offsetof(Block, dmin) == 2 && offsetof(Block, scales) == 4);
    static Lanes head(const Blocks& blocks) { return blocks.load(0); }
    static Batch d(const Lanes* heads) { return low_halves_at<0>(heads); }
    static Batch dmin(const Lanes* heads) { return high_halves_at<0>(heads); }

    /// The three ints u0, u1, u2 of the packed scales become the bytes scale[0..7], min[0..7]:
    ///   u0 & 3f,  u2 & 0f | u0 >> 2 & 30,  u1 & 3f,  u2 >> 4 & 0f | u1 >> 2 & 30
    static void scales(const Blocks&, Lanes head, Lanes* scale, Lanes* min) {
        const Lanes low = ints_right(shuffle(head, pattern(kU0U2U1U2)), pattern(kRight0004)) & pattern(kLowBits);
        const Lanes high = bits<6, 2, 4>(shuffle(head, pattern(kNoneU0NoneU1)));
        *scale = interleave_low(low | high, zero());
        *min = interleave_high(low | high, zero());
    }
    static constexpr std::array<int8_t, 16> kU0U2U1U2 = {4, 5, 6, 7, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15};
    static constexpr std::array<int8_t, 16> kNoneU0NoneU1 = {-1, -1, -1, -1, 4, 5, 6, 7, -1, -1, -1, -1, 8, 9, 10, 11};
    static constexpr std::array<uint32_t, 4> kRight0004 = {0, 0, 0, 4};
    static constexpr std::array<uint32_t, 4> kLowBits = {0x3f3f3f3f, 0x0f0f0f0f, 0x3f3f3f3f, 0x0f0f0f0f};
};

struct FormatQ4_K : FormatKWithMins<BlockQ4_K, 15> {
    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        for (int i = 0; i < 4; ++i) {
            const size_t at = offsetof(BlockQ4_K, qs) + 32 * i;
            const Lanes a = blocks.load(at), b = blocks.load(at + 16);
            use(2 * i, low_nibbles(a), low_nibbles(b));
            use(2 * i + 1, high_nibbles(a), high_nibbles(b));
        }
    }
};

struct FormatQ5_K : FormatKWithMins<BlockQ5_K, 31> {
    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        const Lanes top_a = blocks.load(offsetof(BlockQ5_K, qh)), top_b = blocks.load(offsetof(BlockQ5_K, qh) + 16);
        unrolled<4>([&](auto i) {
            constexpr int g = 2 * i;
            const size_t at = offsetof(BlockQ5_K, qs) + 32 * i;
            const Lanes a = blocks.load(at), b = blocks.load(at + 16);
            use(g, low_nibbles(a) | bits<g, 1, 4>(top_a), low_nibbles(b) | bits<g, 1, 4>(top_b));
            use(g + 1, high_nibbles(a) | bits<g + 1, 1, 4>(top_a), high_nibbles(b) | bits<g + 1, 1, 4>(top_b));
        });
    }
};

struct FormatQ6_K {
    static constexpr size_t kParts = 1, kBytes = sizeof(BlockQ6_K);
    static constexpr bool kSigned = false, kMins = false;
    static constexpr int kScales = 16, kOffset = 32, kMost = 32;

    static_assert(offsetof(BlockQ6_K, d) == sizeof(BlockQ6_K) - 2);
    static Lanes head(const Blocks& blocks) { return blocks.load(sizeof(BlockQ6_K) - 16); }
    static Batch d(const Lanes* heads) { return high_halves_at<3>(heads); }

    static void scales(const Blocks& blocks, Lanes, Lanes* scale, Lanes*) {
        const Lanes all = blocks.load(offsetof(BlockQ6_K, scales));
        scale[0] = words_right_signed<8>(interleave_low(zero(), all));
        scale[1] = words_right_signed<8>(interleave_high(zero(), all));
    }

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        for (int half = 0; half < 2; ++half) {
            const size_t low = offsetof(BlockQ6_K, ql) + 64 * half, high = offsetof(BlockQ6_K, qh) + 32 * half;
            const Lanes a = blocks.load(low), b = blocks.load(low + 16);
            const Lanes c = blocks.load(low + 32), d = blocks.load(low + 48);
            const Lanes top_a = blocks.load(high), top_b = blocks.load(high + 16);
            const int g = 4 * half;
            use(g, low_nibbles(a) | bits<0, 2, 4>(top_a), low_nibbles(b) | bits<0, 2, 4>(top_b));
            use(g + 1, low_nibbles(c) | bits<2, 2, 4>(top_a), low_nibbles(d) | bits<2, 2, 4>(top_b));
            use(g + 2, high_nibbles(a) | bits<4, 2, 4>(top_a), high_nibbles(b) | bits<4, 2, 4>(top_b));
            use(g + 3, high_nibbles(c) | bits<6, 2, 4>(top_a), high_nibbles(d) | bits<6, 2, 4>(top_b));
        }
    }
};

struct FormatQ2_K {
    static constexpr size_t kParts = 1, kBytes = sizeof(BlockQ2_K);
    static constexpr bool kSigned = false, kMins = true;
    static constexpr int kScales = 16, kOffset = 0, kMost = 3, kMostScaled = 3 * 15;

    static_assert(offsetof(BlockQ2_K, d) == sizeof(BlockQ2_K) - 4 &&
                  offsetof(BlockQ2_K, dmin) == sizeof(BlockQ2_K) - 2);
    static Lanes head(const Blocks& blocks) { return blocks.load(sizeof(BlockQ2_K) - 16); }
    static Batch d(const Lanes* heads) { return low_halves_at<3>(heads); }
    static Batch dmin(const Lanes* heads) { return high_halves_at<3>(heads); }

    static void scales(const Blocks& blocks, Lanes, Lanes* scale, Lanes* min) {
        const Lanes all = blocks.load(offsetof(BlockQ2_K, scales)), low = low_nibbles(all), high = high_nibbles(all);
        scale[0] = interleave_low(low, zero());
        scale[1] = interleave_high(low, zero());
        min[0] = interleave_low(high, zero());
        min[1] = interleave_high(high, zero());
    }

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        for (int half = 0; half < 2; ++half) {
            const size_t at = offsetof(BlockQ2_K, qs) + 32 * half;
            const Lanes a = blocks.load(at), b = blocks.load(at + 16);
            unrolled<4>([&](auto i) { use(4 * half + i, bits<2 * i, 2, 0>(a), bits<2 * i, 2, 0>(b)); });
        }
    }
};

struct FormatQ3_K {
    static constexpr size_t kParts = 1, kBytes = sizeof(BlockQ3_K);
    static constexpr bool kSigned = false, kMins = false;
    static constexpr int kScales = 16, kOffset = 4, kMost = 4, kMostScaled = 4 * 32;

    /// The end of the block: two bytes of codes, the twelve of the scales, d.
    static_assert(offsetof(BlockQ3_K, scales) == sizeof(BlockQ3_K) - 14);
    static_assert(offsetof(BlockQ3_K, d) == sizeof(BlockQ3_K) - 2);
    static Lanes head(const Blocks& blocks) { return blocks.load(sizeof(BlockQ3_K) - 16); }
    static Batch d(const Lanes* heads) { return high_halves_at<3>(heads); }

    /// The first eight bytes give the low four bits of 16 scales, each of the other four two bits of four scales.
    static void scales(const Blocks&, Lanes head, Lanes* scale, Lanes*) {
        const Lanes low = ints_right(shuffle(head, pattern(kFirstEightTwice)), pattern(kRight0044)) & bytes(0x0f);
        const Lanes high = ints_right(shuffle(head, pattern(kLastFourTimes4)), pattern(kRight0246));
        const Lanes all = low | bits<0, 2, 4>(high);
        scale[0] = sub_words(interleave_low(all, zero()), words(32));
        scale[1] = sub_words(interleave_high(all, zero()), words(32));
    }
    static constexpr std::array<int8_t, 16> kFirstEightTwice = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5, 6, 7, 8, 9};
    static constexpr std::array<int8_t, 16> kLastFourTimes4 = {10, 11, 12, 13, 10, 11, 12, 13,
                                                               10, 11, 12, 13, 10, 11, 12, 13};
    static constexpr std::array<uint32_t, 4> kRight0044 = {0, 0, 4, 4}, kRight0246 = {0, 2, 4, 6};

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        const Lanes top_a = blocks.load(offsetof(BlockQ3_K, hmask)),
                    top_b = blocks.load(offsetof(BlockQ3_K, hmask) + 16);
        unrolled<2>([&](auto half) {
            const size_t at = offsetof(BlockQ3_K, qs) + 32 * half;
            const Lanes a = blocks.load(at), b = blocks.load(at + 16);
            unrolled<4>([&](auto i) {
                constexpr int g = 4 * half + i;
                use(g, bits<2 * i, 2, 0>(a) | bits<g, 1, 2>(top_a), bits<2 * i, 2, 0>(b) | bits<g, 1, 2>(top_b));
            });
        });
    }
};

struct FormatIQ4_XS {
    static constexpr size_t kParts = 1, kBytes = sizeof(BlockIQ4_XS);
    static constexpr bool kSigned = true, kMins = false;
    static constexpr int kScales = 8, kOffset = 0, kMost = 127;

    static_assert(offsetof(BlockIQ4_XS, d) == 0 && offsetof(BlockIQ4_XS, scales_h) == 2);
    static_assert(offsetof(BlockIQ4_XS, scales_l) == 4);
    static Lanes head(const Blocks& blocks) { return blocks.load(0); }
    static Batch d(const Lanes* heads) { return low_halves_at<0>(heads); }

    /// Word g gets nibble g of scales_l and above it bits 2 g, 2 g + 1 of scales_h: products move the bits that a word
    /// wants to the same place in every word.
    static void scales(const Blocks&, Lanes head, Lanes* scale, Lanes*) {
        const Lanes low = mul_words(shuffle(head, pattern(kEachLowByteTwice)), pattern(kEvenLeft4));
        const Lanes high = mul_words(shuffle(head, pattern(kHighWord)), pattern(kLeft14To0));
        const Lanes all = (words_right<4>(low) & words(0x0f)) | words_left<4>(words_right<14>(high));
        *scale = sub_words(all, words(32));
    }
    static constexpr std::array<int8_t, 16> kEachLowByteTwice = {4, -1, 4, -1, 5, -1, 5, -1,
                                                                 6, -1, 6, -1, 7, -1, 7, -1};
    static constexpr std::array<int8_t, 16> kHighWord = {2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3};
    static constexpr std::array<uint16_t, 8> kEvenLeft4 = {16, 1, 16, 1, 16, 1, 16, 1};
    static constexpr std::array<uint16_t, 8> kLeft14To0 = {1 << 14, 1 << 12, 1 << 10, 1 << 8,
                                                           1 << 6,  1 << 4,  1 << 2,  1};

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        const Lanes curve = pattern(kCurveIQ4);
        for (int g = 0; g < 8; ++g) {
            const Lanes v = blocks.load(offsetof(BlockIQ4_XS, qs) + 16 * g);
            use(g, shuffle(curve, low_nibbles(v)), shuffle(curve, high_nibbles(v)));
        }
    }
};

/// A block of any other type after its decoder: the rows point to Codes256.
struct FormatCodes256 {
    static constexpr size_t kParts = 1, kBytes = sizeof(Codes256);
    static constexpr bool kSigned = true, kMins = true;
    static constexpr int kScales = 16, kOffset = 0, kMost = 128;

    static_assert(offsetof(Codes256, d) == 0 && offsetof(Codes256, dmin) == 4);
    static Lanes head(const Blocks& blocks) { return blocks.load(0); }
    static Batch d(const Lanes* heads) { return floats_at<0>(heads); }
    static Batch dmin(const Lanes* heads) { return floats_at<1>(heads); }

    static void scales(const Blocks& blocks, Lanes, Lanes* scale, Lanes* min) {
        for (size_t i = 0; i < 2; ++i) {
            scale[i] = blocks.load(offsetof(Codes256, scale) + 16 * i);
            min[i] = blocks.load(offsetof(Codes256, min) + 16 * i);
        }
    }

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        for (int g = 0; g < 8; ++g) {
            const size_t at = offsetof(Codes256, q) + 32 * g;
            use(g, blocks.load(at), blocks.load(at + 16));
        }
    }
};

// ------------------------------------------------------------------------------------------------------- blocks of 32

/// What all blocks of 32 share that begin with a binary16 scale.
template <class Block, int most>
struct Format32 {
    static constexpr size_t kParts = 1, kBytes = sizeof(Block);
    static constexpr bool kSigned = true, kMin = false, kSplit = false;
    static constexpr int kOffset = 0, kMost = most;

    static Lanes head(const Blocks& blocks) { return blocks.load(0); }
    static Batch d(const Lanes* heads) { return low_halves_at<0>(heads); }
};

/// Codes of four bits.
template <class Block, int offset>
struct FormatNibbles : Format32<Block, offset != 0 ? offset : 15> {
    static constexpr bool kSigned = false;
    static constexpr int kOffset = offset;

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        const Lanes v = blocks.load(offsetof(Block, qs));
        use(low_nibbles(v), high_nibbles(v));
    }
};

/// Codes of four bits and a fifth from the 32 bits of qh.
template <class Block, int offset>
struct FormatNibblesAndBits : FormatNibbles<Block, offset> {
    static constexpr int kMost = offset != 0 ? offset : 31;

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        const Lanes v = blocks.load(offsetof(Block, qs)), top = blocks.load(0);
        use(low_nibbles(v) | fifth_bits(top, kFirst), high_nibbles(v) | fifth_bits(top, kSecond));
    }

  private:
    /// A byte of qh for each eight codes.
    static constexpr std::array<int8_t, 16> eight_times(size_t a, size_t b) {
        std::array<int8_t, 16> pick;
        for (size_t i = 0; i < 16; ++i) pick[i] = int8_t(i < 8 ? a : b);
        return pick;
    }
    static constexpr size_t kQh = offsetof(Block, qh);
    static constexpr std::array<int8_t, 16> kFirst = eight_times(kQh, kQh + 1), kSecond = eight_times(kQh + 2, kQh + 3);

    static Lanes fifth_bits(Lanes top, const std::array<int8_t, 16>& pick) {
        return where_bit(shuffle(top, pattern(pick)), pattern(kBitOfCode), bytes(0x10));
    }
};

/// A binary16 minimum after the scale.
template <class Format>
struct WithMin : Format {
    static constexpr bool kMin = true;
    static Batch m(const Lanes* heads) { return high_halves_at<0>(heads); }
};

/// Codes of four bits that choose among 16 signed ones.
template <class Block, const std::array<int8_t, 16>& curve, int most>
struct FormatCurve : Format32<Block, most> {
    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        const Lanes v = blocks.load(offsetof(Block, qs)), table = pattern(curve);
        use(shuffle(table, low_nibbles(v)), shuffle(table, high_nibbles(v)));
    }
};

using FormatQ4_0 = FormatNibbles<BlockQ4_0, 8>;
using FormatQ4_1 = WithMin<FormatNibbles<BlockQ4_1, 0>>;
using FormatQ5_0 = FormatNibblesAndBits<BlockQ5_0, 16>;
using FormatQ5_1 = WithMin<FormatNibblesAndBits<BlockQ5_1, 0>>;
using FormatIQ4_NL = FormatCurve<BlockIQ4_NL, kCurveIQ4, 127>;

struct FormatQ8_0 : Format32<BlockQ8_0, 128> {
    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        use(blocks.load(offsetof(BlockQ8_0, qs)), blocks.load(offsetof(BlockQ8_0, qs) + 16));
    }
};

struct FormatMXFP4 : FormatCurve<BlockMXFP4, kCurveE2M1, 12> {
    /// 2^(e - 128): the exponent field holds e - 1, and where that is below 1 the number is a denormal, 2^-128 or
    /// 2^-127, whose bits are the larger of the two expressions.
    static Batch d(const Lanes* heads) {
        const Lanes e = column<0>(heads) & ints(0xff);
        const Lanes normal = ints_left<23>(sub_ints(e, ints(1)));
        const Lanes denormal = ints_left<21>(sub_ints(min_ints(e, ints(1)), ints(-1)));
        return as_floats(max_ints(normal, denormal));
    }
};

/// Two times 32 weights, each 16 with a scale of their own.
struct FormatNVFP4 {
    static constexpr size_t kParts = 2, kBytes = sizeof(BlockNVFP4);
    static constexpr bool kSigned = true, kMin = false, kSplit = true;
    static constexpr int kOffset = 0, kMost = 12;

    static_assert(offsetof(BlockNVFP4, d) == 0);
    static Lanes head(const Blocks& blocks) { return ints_right(blocks.load(0), ints(int(16 * blocks.part))); }
    static Batch d(const Lanes* heads) { return half_of_e4m3(column<0>(heads) & ints(0xff)); }
    static Batch d2(const Lanes* heads) { return half_of_e4m3(ints_right<8>(column<0>(heads)) & ints(0xff)); }

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        const Lanes v = blocks.load(offsetof(BlockNVFP4, qs) + 16 * blocks.part), table = pattern(kCurveE2M1);
        const auto sixteen = [&](const std::array<int8_t, 16>& eight_twice) {
            return shuffle(table, low_nibbles(ints_right(shuffle(v, pattern(eight_twice)), pattern(kRight0044))));
        };
        use(sixteen(kFirstTwice), sixteen(kLastTwice));
    }

  private:
    static constexpr std::array<int8_t, 16> kFirstTwice = {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7};
    static constexpr std::array<int8_t, 16> kLastTwice = {8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15};
    static constexpr std::array<uint32_t, 4> kRight0044 = {0, 0, 4, 4};

    /// Without sign; 0x7f stands for 0. The exponent field of a binary32 is larger by 120. A denormal is taken for one
    /// with the exponent 1, from which 2^-6 is subtracted.
    static Batch half_of_e4m3(Lanes byte) {
        const Lanes magnitude = byte & ints(0x7f), is_denormal = ints_right_signed<31>(sub_ints(magnitude, ints(8)));
        const Lanes normal = add_ints(magnitude, add_ints(is_denormal & ints(8), ints(120 << 3)));
        constexpr int kBitsOf2ToMinus6 = 121 << 23;
        const Batch value = as_floats(ints_left<20>(normal)) - as_floats(is_denormal & ints(kBitsOf2ToMinus6));
        const Lanes is_number = ints_right_signed<31>(sub_ints(zero(), byte ^ ints(0x7f)));
        return as_floats(as_ints(value * Batch(0.5f)) & is_number);
    }
};

/// 32 weights of a block of any other type after its decoder: the rows point to Codes32.
template <bool split>
struct FormatCodes32 {
    static constexpr size_t kParts = 1, kBytes = sizeof(Codes32);
    static constexpr bool kSigned = true, kMin = true, kSplit = split;
    static constexpr int kOffset = 0, kMost = 128;

    static_assert(offsetof(Codes32, d) == 0 && offsetof(Codes32, m) == 8);
    static Lanes head(const Blocks& blocks) { return blocks.load(0); }
    static Batch d(const Lanes* heads) { return floats_at<0>(heads); }
    static Batch d2(const Lanes* heads) { return floats_at<1>(heads); }
    static Batch m(const Lanes* heads) { return floats_at<2>(heads); }

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        use(blocks.load(offsetof(Codes32, q)), blocks.load(offsetof(Codes32, q) + 16));
    }
};

}  // namespace
}  // namespace siskin
