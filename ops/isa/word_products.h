#pragma once
// Products of codes by way of words, for instruction sets that multiply bytes into nothing larger.

#include "ops/isa/common.h"

namespace siskin {
namespace {

/// acc + sums of two products of words.
inline Lanes add_products(Lanes acc, Lanes a, Lanes b) { return add_ints(acc, multiply_words(a, b)); }

/// acc + s * (codes . x), unsigned codes up to 63: no sum of four products leaves a word.
inline Lanes add_scaled(Lanes acc, Lanes codes, Lanes x, Lanes s) {
    return add_products(acc, multiply_bytes(codes, x), s);
}
inline Lanes add_scaled(Lanes acc, Lanes codes0, Lanes codes1, Lanes x0, Lanes x1, Lanes s) {
    return add_products(acc, add_words(multiply_bytes(codes0, x0), multiply_bytes(codes1, x1)), s);
}
/// Sums of four products as words: those of codes0 and x0 in the first half of a lane, of codes1 and x1 in the second.
/// For unsigned codes up to 63.
inline Lanes sums_of_four(Lanes codes0, Lanes codes1, Lanes x0, Lanes x1) {
    const Lanes pairs0 = multiply_bytes(codes0, x0), pairs1 = multiply_bytes(codes1, x1);
    return add_words(first_halves(pairs0, pairs1), second_halves(pairs0, pairs1));
}
/// codes . x
inline Lanes dot(Lanes codes0, Lanes codes1, Lanes x0, Lanes x1) {
    return add_scaled(zero(), codes0, codes1, x0, x1, words(1));
}

/// Signed codes: |code| times x with the sign of the code. A sum of two is at most 2 * 128 * 127, which fits a word.
constexpr int kSignedOffset = 0;
inline Lanes add_scaled_signed(Lanes acc, Lanes codes, Lanes x, Lanes s) {
    return add_scaled(acc, abs_bytes(codes), with_sign(x, codes), s);
}
inline Lanes add_scaled_signed(Lanes acc, Lanes codes0, Lanes codes1, Lanes x0, Lanes x1, Lanes s) {
    return add_scaled_signed(add_scaled_signed(acc, codes0, x0, s), codes1, x1, s);
}
/// codes . x
inline Lanes dot_signed(Lanes codes, Lanes x) { return add_scaled_signed(zero(), codes, x, words(1)); }
inline Lanes dot_signed(Lanes codes0, Lanes codes1, Lanes x0, Lanes x1) {
    return add_scaled_signed(dot_signed(codes0, x0), codes1, x1, words(1));
}

// Tiles. Scales are words, twice in each int.
inline Lanes low_scales(Lanes pairs) { return low_words_twice(pairs); }
inline Lanes high_scales(Lanes pairs) { return high_words_twice(pairs); }

/// Products of unsigned codes are added up as words, as many as fit. Codes with an offset, and small ones with a sign,
/// are raised to be unsigned; words may then overflow on the way, but not with what they come to.
constexpr int kTileOffset = 32;
/// Codes times their scales would be too large for words.
template <class Format>
constexpr bool kScaledCodes = false;
template <class Format>
constexpr bool kHasPairStarts = [] {
    if constexpr (requires { Format::kScales; })
        return Format::kScales == 16;
    else
        return !Format::kSplit;
}();
template <class Format>
constexpr bool kRaised = Format::kSigned ? Format::kMost <= 16 && kHasPairStarts<Format> : Format::kOffset != 0;
template <class Format>
inline Lanes start_of(const ActQ8K& x, int scale) {
    if constexpr (!kRaised<Format>) return zero();
    static_assert(!kRaised<Format> || Format::kScales == 16);
    return broadcast_int(x.pair_start + 2 * scale);
}
template <class Format>
inline Lanes start_of(const ActQ80& x, int) {
    static_assert(!kRaised<Format> || !Format::kSplit);
    return kRaised<Format> ? broadcast_int(x.pair_start) : zero();
}

/// Whether codes keep their sign; their products are scaled at once.
template <class Format>
constexpr bool kWithSign = Format::kSigned && !kRaised<Format>;
template <class Format>
constexpr uint8_t kTilesFrom = kWithSign<Format> ? 8 : 4;  ///< columns
/// How many tiles a column passes at once. Where codes keep their sign, it is taken off them once for all columns that
/// pass together: the more of those, the better.
template <class Format>
constexpr int kTilesAbreast = kWithSign<Format> ? 1 : 2;
/// How many registers of codes, of n with one scale, are added up before they are scaled.
template <class Format>
constexpr int run_of(int n) {
    const int fit = kWithSign<Format> ? n : 32767 / (2 * 127 * Format::kMost);
    return fit < n ? fit : n;
}
inline Lanes one_as_scale() { return words(1); }
/// sums + codes . x, x being the same four activations for each row.
template <class Format>
inline Lanes add_dots(Lanes sums, Lanes codes, Lanes x, Lanes scale) {
    if constexpr (kWithSign<Format>) return in_order(add_scaled_signed(sums, codes, x, scale));
    return in_order(add_words(sums, multiply_bytes(codes, x)));
}
/// total + scale * sums
template <class Format>
inline Lanes add_scaled(Lanes total, Lanes sums, Lanes scale) {
    return kWithSign<Format> ? add_ints(total, sums) : add_products(total, sums, scale);
}

/// The multiplying instruction, each result an operand of the next.
inline Lanes multiplied(Lanes chain, Lanes x) { return multiply_bytes(chain, x); }

}  // namespace
}  // namespace siskin
