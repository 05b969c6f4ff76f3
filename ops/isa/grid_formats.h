#pragma once
// The formats of block_formats.h whose codes are points of a grid or digits of a number: IQ1, IQ2, IQ3 and the ternary
// types.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "formats/blocks.h"
#include "formats/decode/grids.h"
#include "ops/isa/block_formats.h"

namespace siskin {
namespace {

/// Byte `first` of each lane in its first eight places, byte `second` in the others.
template <int first, int second>
inline Lanes spread_bytes(Lanes v) {
    static constexpr auto kPick = [] {
        std::array<int8_t, 16> pick = {};
        for (size_t i = 0; i < 16; ++i) pick[i] = int8_t(i < 8 ? first : second);
        return pick;
    }();
    return shuffle(v, pattern(kPick));
}
/// Magnitudes with signs: those of the first eight codes are the bits of byte `first`, then those of byte `second`.
template <int first, int second>
inline Lanes signed_by(Lanes signs, Lanes magnitudes) {
    return negate_where_bit(spread_bytes<first, second>(signs), pattern(kBitOfCode), magnitudes);
}

/// Bytes of seven bits get an eighth that makes the number of ones even.
inline Lanes with_parity(Lanes sevens) {
    static constexpr std::array<int8_t, 16> kOddOnes = {0,    -128, -128, 0,    -128, 0,    0,    -128,
                                                        -128, 0,    0,    -128, 0,    -128, -128, 0};
    const Lanes odd = pattern(kOddOnes);
    return sevens | (shuffle(odd, low_nibbles(sevens)) ^ shuffle(odd, high_nibbles(sevens)));
}

/// The 28 low bits of each int, seven to a byte.
inline Lanes sevens_of_ints(Lanes v) {
    return (v & ints(0x7f)) | (ints_left<1>(v) & ints(0x7f00)) | (ints_left<2>(v) & ints(0x7f0000)) |
           (ints_left<3>(v) & ints(0x7f000000));
}

/// What the types have in common whose blocks begin with d, of which the weights take 1 / divisor.
template <class Block, int n_scales, int most, int divisor>
struct FormatGrid {
    static constexpr size_t kParts = 1, kBytes = sizeof(Block);
    static constexpr bool kSigned = true, kMins = false;
    static constexpr int kScales = n_scales, kOffset = 0, kMost = most;

    static Lanes head(const Blocks& blocks) { return blocks.load(0); }
    static Batch d(const Lanes* heads) { return low_halves_at<0>(heads) * Batch(1.0f / divisor); }

  protected:
    /// The last eight bytes of a block hold 16 scales of four bits; each counts as 2 s + 1.
    static void odd_nibble_scales(const Blocks& blocks, Lanes* scale) {
        const Lanes last = blocks.load(kBytes - 16);
        const Lanes s = interleave_high(low_nibbles(last), high_nibbles(last)), odd = words_left<1>(s) | bytes(1);
        scale[0] = interleave_low(odd, zero());
        scale[1] = interleave_high(odd, zero());
    }

    template <class T>
    static T at(const std::byte* block, size_t offset) {
        T value;
        std::memcpy(&value, block + offset, sizeof(value));
        return value;
    }
};

struct FormatIQ2_XXS : FormatGrid<BlockIQ2_XXS, 8, 43, 8> {
    static_assert(sizeof(BlockIQ2_XXS::Group) == 8 && offsetof(BlockIQ2_XXS, groups) == 2);
    static Lanes two_groups(const Blocks& blocks, size_t i) { return blocks.load(2 + 16 * i); }

    static void scales(const Blocks& blocks, Lanes, Lanes* scale, Lanes*) {
        Lanes top = zero();
        unrolled<4>([&](auto i) { top = top | shuffle(two_groups(blocks, i), pattern(kTopBytes[i])); });
        *scale = (words_right<11>(top) & words(0x1e)) | words(1);
    }
    /// The last bytes of both groups become the high bytes of words 2 i and 2 i + 1.
    static constexpr auto kTopBytes = [] {
        std::array<std::array<int8_t, 16>, 4> pick;
        for (size_t i = 0; i < 4; ++i) {
            pick[i].fill(-1);
            pick[i][4 * i + 1] = 7;
            pick[i][4 * i + 3] = 15;
        }
        return pick;
    }();

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        unrolled<4>([&](auto i) {
            const Lanes signs = with_parity(sevens_of_ints(two_groups(blocks, i)));
            const auto points = [&](size_t first) {
                return blocks.points(
                    [=](const std::byte* block, size_t j) { return kGridIQ2_XXS[at<uint8_t>(block, first + j)]; });
            };
            constexpr size_t index = 2 + 16 * i;
            use(2 * i, signed_by<4, 5>(signs, points(index)), signed_by<6, 7>(signs, points(index + 2)));
            use(2 * i + 1, signed_by<12, 13>(signs, points(index + 8)), signed_by<14, 15>(signs, points(index + 10)));
        });
    }
};

struct FormatIQ2_XS : FormatGrid<BlockIQ2_XS, 16, 43, 8> {
    static_assert(offsetof(BlockIQ2_XS, qs) == 2 && offsetof(BlockIQ2_XS, scales) == kBytes - 8);
    static void scales(const Blocks& blocks, Lanes, Lanes* scale, Lanes*) { odd_nibble_scales(blocks, scale); }

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        unrolled<4>([&](auto i) {
            constexpr size_t index = 2 + 16 * i;
            const Lanes signs = with_parity(words_right<9>(blocks.load(index)));
            const auto points = [&](size_t first) {
                return blocks.points([=](const std::byte* block, size_t j) {
                    return kGridIQ2_XS[at<uint16_t>(block, first + 2 * j) & 511u];
                });
            };
            use(2 * i, signed_by<0, 2>(signs, points(index)), signed_by<4, 6>(signs, points(index + 4)));
            use(2 * i + 1, signed_by<8, 10>(signs, points(index + 8)), signed_by<12, 14>(signs, points(index + 12)));
        });
    }
};

struct FormatIQ2_S : FormatGrid<BlockIQ2_S, 16, 43, 8> {
    static_assert(offsetof(BlockIQ2_S, scales) == kBytes - 8);
    static void scales(const Blocks& blocks, Lanes, Lanes* scale, Lanes*) { odd_nibble_scales(blocks, scale); }

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        const Lanes signs[2] = {blocks.load(offsetof(BlockIQ2_S, signs)),
                                blocks.load(offsetof(BlockIQ2_S, signs) + 16)};
        unrolled<8>([&](auto g) {
            const auto points = [&](size_t first) {
                return blocks.points([=](const std::byte* block, size_t j) {
                    const unsigned low = at<uint8_t>(block, offsetof(BlockIQ2_S, qs) + 4 * g + first + j);
                    const unsigned high = at<uint8_t>(block, offsetof(BlockIQ2_S, qh) + g);
                    return kGridIQ2_S[low | (high << (8 - 2 * (first + j)) & 0x300u)];
                });
            };
            constexpr int s = 4 * g % 16;
            use(g, signed_by<s, s + 1>(signs[g / 4], points(0)), signed_by<s + 2, s + 3>(signs[g / 4], points(2)));
        });
    }
};

struct FormatIQ3_XXS : FormatGrid<BlockIQ3_XXS, 8, 62, 4> {
    static constexpr size_t kSigns = offsetof(BlockIQ3_XXS, signs_scales);

    static void scales(const Blocks& blocks, Lanes, Lanes* scale, Lanes*) {
        const Lanes top =
            shuffle(blocks.load(kSigns), pattern(kTopToLow)) | shuffle(blocks.load(kSigns + 16), pattern(kTopToHigh));
        *scale = (words_right<11>(top) & words(0x1e)) | words(1);
    }
    /// The last bytes of four ints become the high bytes of the words of either half.
    static constexpr std::array<int8_t, 16> kTopToLow = {-1, 3, -1, 7, -1, 11, -1, 15, -1, -1, -1, -1, -1, -1, -1, -1};
    static constexpr std::array<int8_t, 16> kTopToHigh = {-1, -1, -1, -1, -1, -1, -1, -1, -1, 3, -1, 7, -1, 11, -1, 15};

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        const auto load_signs = [&](size_t from) { return with_parity(sevens_of_ints(blocks.load(from))); };
        const Lanes signs[2] = {load_signs(kSigns), load_signs(kSigns + 16)};
        unrolled<8>([&](auto g) {
            const auto points = [&](size_t first) {
                return blocks.points(
                    [=](const std::byte* block, size_t j) { return kGridIQ3_XXS[at<uint8_t>(block, first + j)]; });
            };
            constexpr size_t index = offsetof(BlockIQ3_XXS, qs) + 8 * g;
            constexpr int s = 4 * g % 16;
            use(g, signed_by<s, s + 1>(signs[g / 4], points(index)),
                signed_by<s + 2, s + 3>(signs[g / 4], points(index + 4)));
        });
    }
};

struct FormatIQ3_S : FormatGrid<BlockIQ3_S, 8, 15, 1> {
    /// The last four bytes hold eight scales.
    static_assert(offsetof(BlockIQ3_S, scales) == kBytes - 4);
    static void scales(const Blocks& blocks, Lanes, Lanes* scale, Lanes*) {
        const Lanes last = blocks.load(kBytes - 16);
        const Lanes s = interleave_high(interleave_high(low_nibbles(last), high_nibbles(last)), zero());
        *scale = words_left<1>(s) | words(1);
    }

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        const Lanes signs[2] = {blocks.load(offsetof(BlockIQ3_S, signs)),
                                blocks.load(offsetof(BlockIQ3_S, signs) + 16)};
        unrolled<8>([&](auto g) {
            const auto points = [&](size_t first) {
                return blocks.points([=](const std::byte* block, size_t j) {
                    const unsigned low = at<uint8_t>(block, offsetof(BlockIQ3_S, qs) + 8 * g + first + j);
                    const unsigned high = at<uint8_t>(block, offsetof(BlockIQ3_S, qh) + g);
                    return kGridIQ3_S[low | (high << (8 - (first + j)) & 0x100u)];
                });
            };
            constexpr int s = 4 * g % 16;
            use(g, signed_by<s, s + 1>(signs[g / 4], points(0)), signed_by<s + 2, s + 3>(signs[g / 4], points(4)));
        });
    }
};

struct FormatIQ1_S : FormatGrid<BlockIQ1_S, 8, 9, 8> {
    static Lanes high_words(const Blocks& blocks) { return blocks.load(offsetof(BlockIQ1_S, qh)); }

    static void scales(const Blocks& blocks, Lanes, Lanes* scale, Lanes*) {
        *scale = (words_right<11>(high_words(blocks)) & words(0x0e)) | words(1);
    }

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        const Lanes shifts = words_right_signed<15>(high_words(blocks)) | words(1);  // -1 or 1 in the low bytes
        unrolled<8>([&](auto g) {
            const auto points = [&](size_t first) {
                return blocks.points([=](const std::byte* block, size_t j) {
                    const unsigned low = at<uint8_t>(block, offsetof(BlockIQ1_S, qs) + 4 * g + first + j);
                    const unsigned high = at<uint16_t>(block, offsetof(BlockIQ1_S, qh) + 2 * g);
                    return kGridIQ1[low | (high << 8 >> 3 * (first + j) & 0x700u)];
                });
            };
            const Lanes shift = spread_bytes<2 * g, 2 * g>(shifts);
            use(g, add_bytes(points(0), shift), add_bytes(points(2), shift));
        });
    }
};

struct FormatIQ1_M {
    static constexpr size_t kParts = 1, kBytes = sizeof(BlockIQ1_M);
    static constexpr bool kSigned = true, kMins = false;
    static constexpr int kScales = 16, kOffset = 0, kMost = 9;

    /// Ends in the four words of scales, whose highest bits are d.
    static_assert(offsetof(BlockIQ1_M, scales) == kBytes - 8);
    static Lanes head(const Blocks& blocks) { return blocks.load(kBytes - 16); }
    static Batch d(const Lanes* heads) {
        const Lanes low = column<2>(heads), high = column<3>(heads);
        const Lanes all = (ints_right<12>(low) & ints(0x000f)) | (ints_right<24>(low) & ints(0x00f0)) |
                          (ints_right<4>(high) & ints(0x0f00)) | (ints_right<16>(high) & ints(0xf000));
        return from_halves(all) * Batch(0.125f);
    }

    /// Products move the three bits that a word wants to the same place in every word.
    static void scales(const Blocks&, Lanes head, Lanes* scale, Lanes*) {
        unrolled<2>([&](auto i) {
            const Lanes each = mul_words(shuffle(head, pattern(kEachFourTimes[i])), pattern(kLeft12To3));
            scale[i] = (words_right<11>(each) & words(0x0e)) | words(1);
        });
    }
    static constexpr std::array<std::array<int8_t, 16>, 2> kEachFourTimes = {
        {{8, 9, 8, 9, 8, 9, 8, 9, 10, 11, 10, 11, 10, 11, 10, 11},
         {12, 13, 12, 13, 12, 13, 12, 13, 14, 15, 14, 15, 14, 15, 14, 15}}};
    static constexpr std::array<int8_t, 16> kShiftBits = {8,    8,    8,    8,    8,    8,    8,    8,
                                                          -128, -128, -128, -128, -128, -128, -128, -128};
    static constexpr std::array<uint16_t, 8> kLeft12To3 = {1 << 12, 1 << 9, 1 << 6, 1 << 3,
                                                           1 << 12, 1 << 9, 1 << 6, 1 << 3};

    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        const Lanes high = blocks.load(offsetof(BlockIQ1_M, qh));
        const auto points = [&](auto i) {  // of byte i of qh
            const Lanes point = blocks.points([=](const std::byte* block, int j) {
                const unsigned low = uint8_t(block[offsetof(BlockIQ1_M, qs) + 2 * i + size_t(j)]);
                const unsigned above = uint8_t(block[offsetof(BlockIQ1_M, qh) + i]);
                return kGridIQ1[low | (above << (8 - 4 * j) & 0x700u)];
            });
            const Lanes minus_two = where_bit(spread_bytes<i, i>(high), pattern(kShiftBits), bytes(-2));
            return add_bytes(point, add_bytes(minus_two, bytes(1)));
        };
        unrolled<8>([&](auto g) {
            use(g, points(std::integral_constant<int, 2 * g>()), points(std::integral_constant<int, 2 * g + 1>()));
        });
    }
};

// ------------------------------------------------------------------------------------------------------ ternary codes

/// One scale; codes 0, 1, 2 are too large by one.
template <class Block, int most>
struct FormatTernary {
    static constexpr size_t kParts = 1, kBytes = sizeof(Block);
    static constexpr bool kSigned = false, kMins = false;
    static constexpr int kScales = 16, kOffset = 1, kMost = most;

    static_assert(offsetof(Block, d) == sizeof(Block) - 2);
    static Lanes head(const Blocks& blocks) { return blocks.load(sizeof(Block) - 16); }
    static Batch d(const Lanes* heads) { return high_halves_at<3>(heads); }
    static void scales(const Blocks&, Lanes, Lanes* scale, Lanes*) { scale[0] = scale[1] = words(1); }
};

struct FormatTQ2_0 : FormatTernary<BlockTQ2_0, 2> {
    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        for (int half = 0; half < 2; ++half) {
            const size_t at = offsetof(BlockTQ2_0, qs) + 32 * half;
            const Lanes a = blocks.load(at), b = blocks.load(at + 16);
            unrolled<4>([&](auto i) { use(4 * half + i, bits<2 * i, 2, 0>(a), bits<2 * i, 2, 0>(b)); });
        }
    }
};

struct FormatTQ1_0 : FormatTernary<BlockTQ1_0, 1> {
    template <class Use>
    static void codes(const Blocks& blocks, Use use) {
        Lanes a = blocks.load(offsetof(BlockTQ1_0, qs)), b = blocks.load(offsetof(BlockTQ1_0, qs) + 16);
        for (int n = 0; n < 5; ++n) {
            use(n, digits(a), digits(b));
            a = three_times(a);
            b = three_times(b);
        }
        Lanes c = blocks.load(offsetof(BlockTQ1_0, qs) + 32), digit[5];
        for (Lanes& d : digit) {
            d = digits(c);
            c = three_times(c);
        }
        use(5, digit[0], digit[1]);
        use(6, digit[2], digit[3]);
        use(7, digit[4], digits(last_fractions(blocks)));
    }

  private:
    /// floor(3 v / 256) of each byte v
    static Lanes digits(Lanes v) {
        const Lanes low = mul_words(v & words(0x00ff), words(3)), high = mul_words(words_right<8>(v), words(3));
        return words_right<8>(low) | (high & words(-256));
    }
    /// The low byte of 3 v
    static Lanes three_times(Lanes v) { return add_bytes(add_bytes(v, v), v); }

    /// The four bytes of qh, and each next four three times those before.
    static Lanes last_fractions(const Blocks& blocks) {
        static_assert(offsetof(BlockTQ1_0, qh) == sizeof(BlockTQ1_0) - 6);
        static constexpr std::array<int8_t, 16> kQhFourTimes = {10, 11, 12, 13, 10, 11, 12, 13,
                                                                10, 11, 12, 13, 10, 11, 12, 13};
        static constexpr std::array<uint16_t, 8> kPowers = {1, 1, 3, 3, 9, 9, 27, 27};
        const Lanes v = shuffle(blocks.load(sizeof(BlockTQ1_0) - 16), pattern(kQhFourTimes));
        const Lanes low = mul_words(v & words(0x00ff), pattern(kPowers));
        return (low & words(0x00ff)) | words_left<8>(mul_words(words_right<8>(v), pattern(kPowers)));
    }
};

}  // namespace
}  // namespace siskin
