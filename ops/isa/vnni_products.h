#pragma once
// Products of codes by instructions that multiply bytes or words and add them to ints. The including file has defined
//   dot_bytes(acc, a, b)   acc + sums of four products of unsigned bytes with signed ones
//   dot_words(acc, a, b)   acc + sums of two products of words

#include "ops/activations.h"
#include "ops/isa/common.h"

namespace siskin {
namespace {

/// acc + sums of two products of words.
inline Lanes add_products(Lanes acc, Lanes a, Lanes b) { return dot_words(acc, a, b); }

/// acc + s * (codes . x), unsigned codes up to 63: no sum of four products leaves a word.
inline Lanes add_scaled(Lanes acc, Lanes codes0, Lanes codes1, Lanes x0, Lanes x1, Lanes s) {
    return add_products(acc, add_words(multiply_bytes(codes0, x0), multiply_bytes(codes1, x1)), s);
}
/// Sums of four products as words: those of codes0 and x0 in the first half of a lane, of codes1 and x1 in the second.
/// For unsigned codes up to 63.
inline Lanes sums_of_four(Lanes codes0, Lanes codes1, Lanes x0, Lanes x1) {
    return pack_ints(dot_bytes(zero(), codes0, x0), dot_bytes(zero(), codes1, x1));
}
/// codes . x
inline Lanes dot(Lanes codes0, Lanes codes1, Lanes x0, Lanes x1) {
    return dot_bytes(dot_bytes(zero(), codes0, x0), codes1, x1);
}

/// Signed codes are multiplied as codes + 128; add_scaled_signed leaves it to its caller to subtract 128 s (sum of x).
constexpr int kSignedOffset = 128;
inline Lanes add_scaled_signed(Lanes acc, Lanes codes, Lanes x, Lanes s) {
    const Lanes sums = dot_bytes(zero(), codes ^ bytes(0x80), x);
    return add_ints(acc, mul_ints(sums, ints_right_signed<16>(s)));
}
inline Lanes add_scaled_signed(Lanes acc, Lanes codes0, Lanes codes1, Lanes x0, Lanes x1, Lanes s) {
    const Lanes sums = dot_bytes(dot_bytes(zero(), codes0 ^ bytes(0x80), x0), codes1 ^ bytes(0x80), x1);
    return add_ints(acc, mul_ints(sums, ints_right_signed<16>(s)));
}
/// codes . x
inline Lanes dot_signed(Lanes codes, Lanes x) {
    const Lanes start = sub_ints(zero(), dot_bytes(zero(), bytes(0x80), x));
    return dot_bytes(start, codes ^ bytes(0x80), x);
}
inline Lanes dot_signed(Lanes codes0, Lanes codes1, Lanes x0, Lanes x1) {
    return add_ints(dot_signed(codes0, x0), dot_signed(codes1, x1));
}

// Tiles. Scales are ints.
inline Lanes low_scales(Lanes pairs) { return ints_right_signed<16>(ints_left<16>(pairs)); }
inline Lanes high_scales(Lanes pairs) { return ints_right_signed<16>(pairs); }

/// Codes are multiplied as unsigned bytes: those of formats that have others are raised.
constexpr int kTileOffset = 128;
/// Whether codes are multiplied by their scales when they are decoded, and still are bytes: no product is scaled then.
template <class Format>
constexpr bool kScaledCodes = requires {
    Format::kMostScaled;
};
template <class Format>
constexpr bool kRaised = Format::kSigned || Format::kOffset != 0;
template <class Format>
inline Lanes start_of(const ActQ8K& x, int scale) {
    if constexpr (!kRaised<Format>) return zero();
    return broadcast_int(Format::kScales == 8 ? x.start32 + scale : x.start + scale);
}
template <class Format>
inline Lanes start_of(const ActQ80& x, int scale) {
    if constexpr (!kRaised<Format>) return zero();
    if constexpr (Format::kSplit) return broadcast_int(x.start + scale);
    return add_ints(broadcast_int(x.start), broadcast_int(x.start + 1));
}

template <class Format>
constexpr uint8_t kTilesFrom = 5;  ///< columns
template <class Format>
constexpr int kTilesAbreast = 2;  ///< tiles that a column passes at once
/// How many registers of codes, of n with one scale, are added up before they are scaled.
template <class Format>
constexpr int run_of(int n) {
    return n;
}
inline Lanes one_as_scale() { return ints(1); }
/// sums + codes . x, x being the same four activations for each row.
template <class Format>
inline Lanes add_dots(Lanes sums, Lanes codes, Lanes x, Lanes) {
    return in_order(dot_bytes(sums, codes, x));
}
/// total + scale * sums, unless the codes hold their scales
template <class Format>
inline Lanes add_scaled(Lanes total, Lanes sums, Lanes scale) {
    if constexpr (kScaledCodes<Format>) return add_ints(total, sums);
    return add_ints(total, mul_ints(sums, scale));
}

/// The multiplying instruction, each result an operand of the next.
inline Lanes multiplied(Lanes chain, Lanes x) { return dot_bytes(chain, x, x); }

}  // namespace
}  // namespace siskin
