// How the codes, scales and minima of each format with a fast path are drawn out of its blocks, for a quad of rows: one
// row per lane of a register. Written once over the operations that an ISA file defines for its Lanes.
//
// A format says
//   kBytes      bytes of a block (of 256 or of 32 weights)
//   kSigned     its codes are signed bytes; otherwise unsigned, at most 63, and the weight's code is theirs less kOffset
//   codes(quad, use)   calls use(i, first, second) for weights 32 i .. 32 i + 15 and the 16 that follow, for each i once
//   d(group)    the scales of the group's rows
// and, for 256 weights,
//   kScales     integer scales per block: 8 or 16
//   kMins       whether it has minima
//   scales(quad, scale, min)   as words, eight to a lane and register, in order
//   dmin(group)
// or, for 32 weights,
//   kMin, m(group)     whether it has a minimum
//   kSplit      the scale of the second 16 weights, d2(group), is another one

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <utility>

#include "formats/blocks.h"
#include "formats/decode/grids.h"
#include "ops/isa/common.h"

namespace siskin {
namespace {

constexpr int kGroupRows = 4 * kLanes;

/// The blocks that lie `offset` bytes into rows row[0], row[4], ... : kLanes of them.
struct Quad {
    const std::byte* const* row;
    size_t offset;

    /// 16 bytes of each block.
    Lanes load(size_t at) const { return gather(row, offset + at); }
};

/// The blocks that lie `offset` bytes into rows row[0 .. kGroupRows - 1]. Row 4 l + q is lane l of quad q.
struct Group {
    const std::byte* const* row;
    size_t offset;

    Quad quad(int q) const { return {row + q, offset}; }

    /// A binary16 of each block.
    Batch halves(size_t at) const {
        Half values[kGroupRows];
        for (int r = 0; r < kGroupRows; ++r) std::memcpy(&values[r], row[r] + offset + at, sizeof(Half));
        return widen(values);
    }
    Batch floats(size_t at) const {
        float values[kGroupRows];
        for (int r = 0; r < kGroupRows; ++r) std::memcpy(&values[r], row[r] + offset + at, sizeof(float));
        return widen(values);
    }
};

inline Lanes low_nibbles(Lanes v) { return v & bytes(0x0f); }
inline Lanes high_nibbles(Lanes v) { return words_right<4>(v) & bytes(0x0f); }

/// n bits of each byte, counted from bit `from`, moved to bit `to`; the other bits are 0.
template <int from, int n, int to>
inline Lanes bits(Lanes v) {
    const Lanes mask = bytes(((1 << n) - 1) << to);
    if constexpr (from > to) return words_right<from - to>(v) & mask;
    if constexpr (from < to) return words_left<to - from>(v) & mask;
    return v & mask;
}

/// The same 16 bytes or 4 ints in every lane.
inline Lanes pattern(const std::array<int8_t, 16>& p) { return same_for_all(p.data()); }
inline Lanes pattern(const std::array<uint32_t, 4>& p) { return same_for_all(p.data()); }
inline Lanes pattern(const std::array<uint16_t, 8>& p) { return same_for_all(p.data()); }

/// Word i of each lane in all its places.
inline Lanes spread_word(Lanes v, int i) {
    static constexpr auto kPick = [] {
        std::array<std::array<int8_t, 16>, 8> pick = {};
        for (int word = 0; word < 8; ++word)
            for (int byte = 0; byte < 16; ++byte) pick[word][byte] = int8_t(2 * word + byte % 2);
        return pick;
    }();
    return shuffle(v, pattern(kPick[i]));
}

/// Calls f(0), f(1), ... f(n - 1) with constants.
template <int n, class F>
inline void unrolled(F f) {
    [&]<int... i>(std::integer_sequence<int, i...>) {
        (f(std::integral_constant<int, i>()), ...);
    }(std::make_integer_sequence<int, n>());
}

constexpr std::array<int8_t, 16> kCurveIQ4 = kCodesIQ4, kCurveE2M1 = kCodesE2M1;

/// 2^(e - 128), exactly: the two least are denormals.
constexpr std::array<float, 256> kE8M0Halves = [] {
    std::array<float, 256> values = {};
    for (uint32_t e = 0; e < 256; ++e) values[e] = std::bit_cast<float>(e < 2 ? 0x00200000u << e : (e - 1) << 23);
    return values;
}();

// -------------------------------------------------------------------------------------------------- blocks of 256

/// Q4_K and Q5_K begin alike: d, dmin and 6-bit scales and minima of 8 groups.
template <class Block>
struct FormatKWithMins {
    static constexpr size_t kBytes = sizeof(Block);
    static constexpr bool kSigned = false, kMins = true;
    static constexpr int kScales = 8, kOffset = 0;

    static Batch d(const Group& group) { return group.halves(offsetof(Block, d)); }
    static Batch dmin(const Group& group) { return group.halves(offsetof(Block, dmin)); }

    /// The three ints u0, u1, u2 of the packed scales become the bytes scale[0..7], min[0..7]:
    ///   u0 & 3f,  u2 & 0f | u0 >> 2 & 30,  u1 & 3f,  u2 >> 4 & 0f | u1 >> 2 & 30
    static void scales(const Quad& quad, Lanes* scale, Lanes* min) {
        const Lanes head = quad.load(0);
        static_assert(offsetof(Block, scales) == 4);
        const Lanes low = shuffle(head, pattern(kU0U2U1U2)), high = shuffle(head, pattern(kNoneU0NoneU1));
        const Lanes all = (ints_right(low, pattern(kRight0004)) & pattern(kLowBits)) | bits<6, 2, 4>(high);
        *scale = interleave_low(all, zero());
        *min = interleave_high(all, zero());
    }
    static constexpr std::array<int8_t, 16> kU0U2U1U2 = {4, 5, 6, 7, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15};
    static constexpr std::array<int8_t, 16> kNoneU0NoneU1 = {-1, -1, -1, -1, 4, 5, 6, 7, -1, -1, -1, -1, 8, 9, 10, 11};
    static constexpr std::array<uint32_t, 4> kRight0004 = {0, 0, 0, 4};
    static constexpr std::array<uint32_t, 4> kLowBits = {0x3f3f3f3f, 0x0f0f0f0f, 0x3f3f3f3f, 0x0f0f0f0f};
};

struct FormatQ4_K : FormatKWithMins<BlockQ4_K> {
    template <class Use>
    static void codes(const Quad& quad, Use use) {
        for (int run = 0; run < 4; ++run) {
            const size_t at = offsetof(BlockQ4_K, qs) + 32 * run;
            const Lanes a = quad.load(at), b = quad.load(at + 16);
            use(2 * run, low_nibbles(a), low_nibbles(b));
            use(2 * run + 1, high_nibbles(a), high_nibbles(b));
        }
    }
};

struct FormatQ5_K : FormatKWithMins<BlockQ5_K> {
    template <class Use>
    static void codes(const Quad& quad, Use use) {
        const Lanes top_a = quad.load(offsetof(BlockQ5_K, qh)), top_b = quad.load(offsetof(BlockQ5_K, qh) + 16);
        unrolled<4>([&](auto run) {
            constexpr int g = 2 * run;
            const size_t at = offsetof(BlockQ5_K, qs) + 32 * run;
            const Lanes a = quad.load(at), b = quad.load(at + 16);
            use(g, low_nibbles(a) | bits<g, 1, 4>(top_a), low_nibbles(b) | bits<g, 1, 4>(top_b));
            use(g + 1, high_nibbles(a) | bits<g + 1, 1, 4>(top_a), high_nibbles(b) | bits<g + 1, 1, 4>(top_b));
        });
    }
};

struct FormatQ6_K {
    static constexpr size_t kBytes = sizeof(BlockQ6_K);
    static constexpr bool kSigned = false, kMins = false;
    static constexpr int kScales = 16, kOffset = 32;

    static Batch d(const Group& group) { return group.halves(offsetof(BlockQ6_K, d)); }

    static void scales(const Quad& quad, Lanes* scale, Lanes*) {
        const Lanes all = quad.load(offsetof(BlockQ6_K, scales));
        scale[0] = words_right_signed<8>(interleave_low(zero(), all));
        scale[1] = words_right_signed<8>(interleave_high(zero(), all));
    }

    template <class Use>
    static void codes(const Quad& quad, Use use) {
        for (int half = 0; half < 2; ++half) {
            const size_t low = offsetof(BlockQ6_K, ql) + 64 * half, high = offsetof(BlockQ6_K, qh) + 32 * half;
            const Lanes a = quad.load(low), b = quad.load(low + 16), c = quad.load(low + 32), d = quad.load(low + 48);
            const Lanes top_a = quad.load(high), top_b = quad.load(high + 16);
            const int g = 4 * half;
            use(g, low_nibbles(a) | bits<0, 2, 4>(top_a), low_nibbles(b) | bits<0, 2, 4>(top_b));
            use(g + 1, low_nibbles(c) | bits<2, 2, 4>(top_a), low_nibbles(d) | bits<2, 2, 4>(top_b));
            use(g + 2, high_nibbles(a) | bits<4, 2, 4>(top_a), high_nibbles(b) | bits<4, 2, 4>(top_b));
            use(g + 3, high_nibbles(c) | bits<6, 2, 4>(top_a), high_nibbles(d) | bits<6, 2, 4>(top_b));
        }
    }
};

struct FormatQ2_K {
    static constexpr size_t kBytes = sizeof(BlockQ2_K);
    static constexpr bool kSigned = false, kMins = true;
    static constexpr int kScales = 16, kOffset = 0;

    static Batch d(const Group& group) { return group.halves(offsetof(BlockQ2_K, d)); }
    static Batch dmin(const Group& group) { return group.halves(offsetof(BlockQ2_K, dmin)); }

    static void scales(const Quad& quad, Lanes* scale, Lanes* min) {
        const Lanes all = quad.load(offsetof(BlockQ2_K, scales)), low = low_nibbles(all), high = high_nibbles(all);
        scale[0] = interleave_low(low, zero());
        scale[1] = interleave_high(low, zero());
        min[0] = interleave_low(high, zero());
        min[1] = interleave_high(high, zero());
    }

    template <class Use>
    static void codes(const Quad& quad, Use use) {
        for (int half = 0; half < 2; ++half) {
            const size_t at = offsetof(BlockQ2_K, qs) + 32 * half;
            const Lanes a = quad.load(at), b = quad.load(at + 16);
            unrolled<4>([&](auto i) { use(4 * half + i, bits<2 * i, 2, 0>(a), bits<2 * i, 2, 0>(b)); });
        }
    }
};

struct FormatQ3_K {
    static constexpr size_t kBytes = sizeof(BlockQ3_K);
    static constexpr bool kSigned = false, kMins = false;
    static constexpr int kScales = 16, kOffset = 4;

    static Batch d(const Group& group) { return group.halves(offsetof(BlockQ3_K, d)); }

    /// Bytes 0..7 give the low four bits of the 16 scales, bytes 8..11 two bits each of groups i, i + 4, i + 8, i + 12.
    static void scales(const Quad& quad, Lanes* scale, Lanes*) {
        static_assert(offsetof(BlockQ3_K, scales) + 12 + sizeof(uint16_t) == sizeof(BlockQ3_K));
        const Lanes end = quad.load(sizeof(BlockQ3_K) - 16);  // two bytes before the scales, and d behind them
        const Lanes low = shuffle(end, pattern(kBytes2to9Twice)), high = shuffle(end, pattern(kBytes10to13));
        const Lanes all = (ints_right(low, pattern(kRight0044)) & bytes(0x0f)) |
                          words_left<4>(ints_right(high, pattern(kRight0246)) & bytes(0x03));
        scale[0] = sub_words(interleave_low(all, zero()), words(32));
        scale[1] = sub_words(interleave_high(all, zero()), words(32));
    }
    static constexpr std::array<int8_t, 16> kBytes2to9Twice = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5, 6, 7, 8, 9};
    static constexpr std::array<int8_t, 16> kBytes10to13 = {10, 11, 12, 13, 10, 11, 12, 13, 10, 11, 12, 13, 10, 11, 12, 13};
    static constexpr std::array<uint32_t, 4> kRight0044 = {0, 0, 4, 4}, kRight0246 = {0, 2, 4, 6};

    template <class Use>
    static void codes(const Quad& quad, Use use) {
        const Lanes top_a = quad.load(offsetof(BlockQ3_K, hmask)), top_b = quad.load(offsetof(BlockQ3_K, hmask) + 16);
        unrolled<2>([&](auto half) {
            const size_t at = offsetof(BlockQ3_K, qs) + 32 * half;
            const Lanes a = quad.load(at), b = quad.load(at + 16);
            unrolled<4>([&](auto i) {
                constexpr int g = 4 * half + i;
                use(g, bits<2 * i, 2, 0>(a) | bits<g, 1, 2>(top_a), bits<2 * i, 2, 0>(b) | bits<g, 1, 2>(top_b));
            });
        });
    }
};

struct FormatIQ4_XS {
    static constexpr size_t kBytes = sizeof(BlockIQ4_XS);
    static constexpr bool kSigned = true, kMins = false;
    static constexpr int kScales = 8, kOffset = 0;

    static Batch d(const Group& group) { return group.halves(offsetof(BlockIQ4_XS, d)); }

    /// Word g of a lane: nibble g of scales_l, and bits 2 g, 2 g + 1 of scales_h above it. The products move the wanted
    /// bits of every word to the same place.
    static void scales(const Quad& quad, Lanes* scale, Lanes*) {
        const Lanes head = quad.load(0);
        const Lanes low = mul_words(shuffle(head, pattern(kLowBytes)), pattern(kEvenLeft4));
        const Lanes high = mul_words(shuffle(head, pattern(kHighBytes)), pattern(kLeft14To0));
        const Lanes all = (words_right<4>(low) & words(0x0f)) | words_left<4>(words_right<14>(high));
        *scale = sub_words(all, words(32));
    }
    static constexpr std::array<int8_t, 16> kLowBytes = {4, -1, 4, -1, 5, -1, 5, -1, 6, -1, 6, -1, 7, -1, 7, -1};
    static constexpr std::array<int8_t, 16> kHighBytes = {2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3};
    static constexpr std::array<uint16_t, 8> kEvenLeft4 = {16, 1, 16, 1, 16, 1, 16, 1};
    static constexpr std::array<uint16_t, 8> kLeft14To0 = {1 << 14, 1 << 12, 1 << 10, 1 << 8, 1 << 6, 1 << 4, 1 << 2, 1};

    template <class Use>
    static void codes(const Quad& quad, Use use) {
        const Lanes curve = pattern(kCurveIQ4);
        for (int g = 0; g < 8; ++g) {
            const Lanes v = quad.load(offsetof(BlockIQ4_XS, qs) + 16 * g);
            use(g, shuffle(curve, low_nibbles(v)), shuffle(curve, high_nibbles(v)));
        }
    }
};

/// Blocks of any other type after their decoder: the group's rows point to Codes256.
struct FormatCodes256 {
    static constexpr size_t kBytes = sizeof(Codes256);
    static constexpr bool kSigned = true, kMins = true;
    static constexpr int kScales = 16, kOffset = 0;

    static Batch d(const Group& group) { return group.floats(offsetof(Codes256, d)); }
    static Batch dmin(const Group& group) { return group.floats(offsetof(Codes256, dmin)); }

    static void scales(const Quad& quad, Lanes* scale, Lanes* min) {
        for (size_t i = 0; i < 2; ++i) {
            scale[i] = quad.load(offsetof(Codes256, scale) + 16 * i);
            min[i] = quad.load(offsetof(Codes256, min) + 16 * i);
        }
    }

    template <class Use>
    static void codes(const Quad& quad, Use use) {
        for (int g = 0; g < 8; ++g) {
            const size_t at = offsetof(Codes256, q) + 32 * g;
            use(g, quad.load(at), quad.load(at + 16));
        }
    }
};

// --------------------------------------------------------------------------------------------------- blocks of 32

template <class Block, int offset>
struct FormatNibbles {
    static constexpr size_t kBytes = sizeof(Block);
    static constexpr bool kSigned = false, kMin = false, kSplit = false;
    static constexpr int kOffset = offset;

    static Batch d(const Group& group) { return group.halves(offsetof(Block, d)); }

    template <class Use>
    static void codes(const Quad& quad, Use use) {
        const Lanes v = quad.load(offsetof(Block, qs));
        use(low_nibbles(v), high_nibbles(v));
    }
};

/// A fifth bit for each code, from the 32 bits of qh.
template <class Block, int offset>
struct FormatNibblesAndBits : FormatNibbles<Block, offset> {
    template <class Use>
    static void codes(const Quad& quad, Use use) {
        const Lanes v = quad.load(offsetof(Block, qs));
        const Lanes head = quad.load(0);
        const auto fifth = [&](int byte) {
            const int8_t a = int8_t(byte), b = int8_t(byte + 1);
            const Lanes spread = shuffle(head, pattern(std::array<int8_t, 16>{a, a, a, a, a, a, a, a, b, b, b, b, b, b, b, b}));
            return where_any(spread, pattern(kBitOfByte), bytes(0x10));
        };
        constexpr int kQh = offsetof(Block, qh);
        use(low_nibbles(v) | fifth(kQh), high_nibbles(v) | fifth(kQh + 2));
    }
    static constexpr std::array<int8_t, 16> kBitOfByte = {1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128};
};

/// Adds the minimum of a 32-block.
template <class Base, class Block>
struct WithMin : Base {
    static constexpr bool kMin = true;
    static Batch m(const Group& group) { return group.halves(offsetof(Block, m)); }
};

using FormatQ4_0 = FormatNibbles<BlockQ4_0, 8>;
using FormatQ4_1 = WithMin<FormatNibbles<BlockQ4_1, 0>, BlockQ4_1>;
using FormatQ5_0 = FormatNibblesAndBits<BlockQ5_0, 16>;
using FormatQ5_1 = WithMin<FormatNibblesAndBits<BlockQ5_1, 0>, BlockQ5_1>;

struct FormatQ8_0 {
    static constexpr size_t kBytes = sizeof(BlockQ8_0);
    static constexpr bool kSigned = true, kMin = false, kSplit = false;
    static constexpr int kOffset = 0;

    static Batch d(const Group& group) { return group.halves(offsetof(BlockQ8_0, d)); }

    template <class Use>
    static void codes(const Quad& quad, Use use) {
        use(quad.load(offsetof(BlockQ8_0, qs)), quad.load(offsetof(BlockQ8_0, qs) + 16));
    }
};

/// Nibbles that choose among 16 signed codes.
template <class Block>
struct FormatCurve {
    static constexpr size_t kBytes = sizeof(Block);
    static constexpr bool kSigned = true, kMin = false, kSplit = false;
    static constexpr int kOffset = 0;

    template <class Use>
    static void codes(const Quad& quad, Lanes curve, Use use) {
        const Lanes v = quad.load(offsetof(Block, qs));
        use(shuffle(curve, low_nibbles(v)), shuffle(curve, high_nibbles(v)));
    }
};

struct FormatIQ4_NL : FormatCurve<BlockIQ4_NL> {
    static Batch d(const Group& group) { return group.halves(offsetof(BlockIQ4_NL, d)); }

    template <class Use>
    static void codes(const Quad& quad, Use use) {
        FormatCurve::codes(quad, pattern(kCurveIQ4), use);
    }
};

struct FormatMXFP4 : FormatCurve<BlockMXFP4> {
    static Batch d(const Group& group) {
        float values[kGroupRows];
        for (int r = 0; r < kGroupRows; ++r) {
            const std::byte* block = group.row[r] + group.offset;
            values[r] = kE8M0Halves[uint8_t(block[offsetof(BlockMXFP4, e)])];
        }
        return widen(values);
    }

    template <class Use>
    static void codes(const Quad& quad, Use use) {
        FormatCurve::codes(quad, pattern(kCurveE2M1), use);
    }
};

/// A part of 32 of a block of any other type after its decoder: the group's rows point to Codes32.
template <bool split>
struct FormatCodes32 {
    static constexpr size_t kBytes = sizeof(Codes32);
    static constexpr bool kSigned = true, kMin = true, kSplit = split;
    static constexpr int kOffset = 0;

    static Batch d(const Group& group) { return group.floats(offsetof(Codes32, d)); }
    static Batch d2(const Group& group) { return group.floats(offsetof(Codes32, d) + sizeof(float)); }
    static Batch m(const Group& group) { return group.floats(offsetof(Codes32, m)); }

    template <class Use>
    static void codes(const Quad& quad, Use use) {
        use(quad.load(offsetof(Codes32, q)), quad.load(offsetof(Codes32, q) + 16));
    }
};

}  // namespace
}  // namespace siskin
