#pragma once
// AVX2, FMA and F16C: a register holds 8 floats, or 16 codes of each of two rows of weights. For the files of those
// instruction sets, which choose how codes are multiplied.

#include <xsimd/xsimd.hpp>

#include "ops/isa/x86.h"

namespace siskin {
namespace {

using Batch = xsimd::batch<float>;
static_assert(Batch::size == 8);

inline Batch fma(Batch a, Batch b, Batch c) { return _mm256_fmadd_ps(a, b, c); }
inline Batch widen(const Half* p) { return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
inline Batch widen(const int8_t* p) {
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}
inline void narrow(Batch v, uint16_t* p) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}
inline void store_low_bytes(Batch v, int8_t* p) {
    const __m256i low = _mm256_and_si256(_mm256_castps_si256(v), _mm256_set1_epi32(0xff));
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(low), _mm256_extracti128_si256(low, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packus_epi16(words, words));
}

}  // namespace
}  // namespace siskin

#include "ops/simd.h"

namespace siskin {
namespace {

constexpr int kSums = 4;
constexpr int kAccumulators = 6;

inline void sums(const V16* v, float* out) {
    // The step +8 adds the two registers of a vector, +4 their halves, for two vectors at a time.
    const auto quarter_sums = [](const V16& a, const V16& b) {
        const __m256 half_a = _mm256_add_ps(a.part[0], a.part[1]), half_b = _mm256_add_ps(b.part[0], b.part[1]);
        return _mm256_add_ps(_mm256_permute2f128_ps(half_a, half_b, 0x20),
                             _mm256_permute2f128_ps(half_a, half_b, 0x31));
    };
    const __m256d v02 = _mm256_castps_pd(quarter_sums(v[0], v[2])), v13 = _mm256_castps_pd(quarter_sums(v[1], v[3]));
    const __m256 two =
        _mm256_add_ps(_mm256_castpd_ps(_mm256_unpacklo_pd(v02, v13)), _mm256_castpd_ps(_mm256_unpackhi_pd(v02, v13)));
    const __m128 v01 = _mm256_castps256_ps128(two), v23 = _mm256_extractf128_ps(two, 1);
    _mm_storeu_ps(out, _mm_add_ps(_mm_shuffle_ps(v01, v23, 0x88), _mm_shuffle_ps(v01, v23, 0xdd)));
}

// --------------------------------------------------------------------------------------- 16 bytes of each of two rows

using Lanes = __m256i;
constexpr int kLanes = 2;

/// The 16 bytes at rows[0] + offset and rows[4] + offset.
inline Lanes gather(const std::byte* const* rows, size_t offset) {
    const auto load = [&](int r) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[r] + offset)); };
    return _mm256_inserti128_si256(_mm256_castsi128_si256(load(0)), load(4), 1);
}
/// The same with what points_of makes of the blocks that begin there.
template <class Point>
[[gnu::always_inline]] inline Lanes from_points(const std::byte* const* rows, size_t offset, Point point) {
    const __m256i first = _mm256_castsi128_si256(points_of(rows[0] + offset, point));
    return _mm256_inserti128_si256(first, points_of(rows[4] + offset, point), 1);
}
/// A register from its own memory, which is aligned.
inline Lanes load_lanes(const void* p) { return _mm256_load_si256(static_cast<const __m256i*>(p)); }
/// The 16 bytes at p for every row.
inline Lanes same_for_all(const void* p) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(static_cast<const __m128i*>(p)));
}

inline Lanes zero() { return _mm256_setzero_si256(); }
inline Lanes bytes(int x) { return _mm256_set1_epi8(char(x)); }
inline Lanes words(int x) { return _mm256_set1_epi16(short(x)); }
inline Lanes ints(int x) { return _mm256_set1_epi32(x); }

template <int n>
inline Lanes words_right(Lanes v) {
    return _mm256_srli_epi16(v, n);
}
template <int n>
inline Lanes words_right_signed(Lanes v) {
    return _mm256_srai_epi16(v, n);
}
template <int n>
inline Lanes words_left(Lanes v) {
    return _mm256_slli_epi16(v, n);
}
template <int n>
inline Lanes ints_right(Lanes v) {
    return _mm256_srli_epi32(v, n);
}
template <int n>
inline Lanes ints_right_signed(Lanes v) {
    return _mm256_srai_epi32(v, n);
}
inline Lanes ints_right(Lanes v, Lanes by) { return _mm256_srlv_epi32(v, by); }
template <int n>
inline Lanes ints_left(Lanes v) {
    return _mm256_slli_epi32(v, n);
}
inline Lanes min_ints(Lanes a, Lanes b) { return _mm256_min_epi32(a, b); }
inline Lanes max_ints(Lanes a, Lanes b) { return _mm256_max_epi32(a, b); }
inline Lanes sub_words(Lanes a, Lanes b) { return _mm256_sub_epi16(a, b); }
inline Lanes add_words(Lanes a, Lanes b) { return _mm256_add_epi16(a, b); }
inline Lanes mul_words(Lanes a, Lanes b) { return _mm256_mullo_epi16(a, b); }
/// Sums of two products, of unsigned bytes with signed ones as words or of words as ints.
inline Lanes multiply_bytes(Lanes a, Lanes b) { return _mm256_maddubs_epi16(a, b); }
inline Lanes multiply_words(Lanes a, Lanes b) { return _mm256_madd_epi16(a, b); }
/// The ints of a and then those of b as words, within each lane.
inline Lanes pack_ints(Lanes a, Lanes b) { return _mm256_packs_epi32(a, b); }
/// The first or second eight bytes of a lane of a, and then those of b.
inline Lanes first_halves(Lanes a, Lanes b) { return _mm256_unpacklo_epi64(a, b); }
inline Lanes second_halves(Lanes a, Lanes b) { return _mm256_unpackhi_epi64(a, b); }
inline Lanes abs_bytes(Lanes v) { return _mm256_abs_epi8(v); }
/// v with the sign of by, where by is not 0.
inline Lanes with_sign(Lanes v, Lanes by) { return _mm256_sign_epi8(v, by); }
inline Lanes sub_ints(Lanes a, Lanes b) { return _mm256_sub_epi32(a, b); }

/// Byte i of a lane becomes byte pick[i] of that lane, or 0 where pick[i] is negative.
inline Lanes shuffle(Lanes v, Lanes pick) { return _mm256_shuffle_epi8(v, pick); }
/// The low or high eight bytes of a lane, each before one of `above`.
inline Lanes interleave_low(Lanes v, Lanes above) { return _mm256_unpacklo_epi8(v, above); }
inline Lanes interleave_high(Lanes v, Lanes above) { return _mm256_unpackhi_epi8(v, above); }
/// The bytes of `value` where a has the one bit of b, elsewhere 0.
inline Lanes where_bit(Lanes a, Lanes b, Lanes value) { return _mm256_cmpeq_epi8(a & b, b) & value; }

/// v, with the other sign where a has the one bit of b.
inline Lanes negate_where_bit(Lanes a, Lanes b, Lanes v) {
    const __m256i mask = _mm256_cmpeq_epi8(a & b, b);
    return _mm256_sub_epi8(v ^ mask, mask);
}

// Tiles: a register holds four codes of each of 8 rows, or a number of each.
inline Lanes add_ints(Lanes a, Lanes b) { return _mm256_add_epi32(a, b); }
inline Lanes mul_ints(Lanes a, Lanes b) { return _mm256_mullo_epi32(a, b); }
inline Lanes add_bytes(Lanes a, Lanes b) { return _mm256_add_epi8(a, b); }
template <class T>
inline Lanes broadcast_int(const T* p) {
    int bits;
    __builtin_memcpy(&bits, p, sizeof(bits));
    return _mm256_set1_epi32(bits);
}

/// Keeps the compiler from computing all products first and adding them up at the end, which takes more registers than
/// there are.
inline Lanes in_order(Lanes v) {
    asm("" : "+x"(v));
    return v;
}
inline Batch to_floats(Lanes ints) { return _mm256_cvtepi32_ps(ints); }
inline Lanes as_ints(Batch floats) { return _mm256_castps_si256(floats); }

inline Batch as_floats(Lanes ints) { return _mm256_castsi256_ps(ints); }

/// v, loaded once where the compiler would load it with each of its uses.
inline Lanes loaded_once(Lanes v) {
    asm("" : "+x"(v));
    return v;
}
inline Batch loaded_once(Batch v) { return as_floats(loaded_once(as_ints(v))); }

inline Lanes low_words_twice(Lanes v) { return _mm256_blend_epi16(v, _mm256_slli_epi32(v, 16), 0xaa); }
inline Lanes high_words_twice(Lanes v) { return _mm256_blend_epi16(v, _mm256_srli_epi32(v, 16), 0x55); }

/// The low 16 bits of each int, read as binary16.
inline Batch from_halves(Lanes ints) {
    const __m256i low = _mm256_and_si256(ints, _mm256_set1_epi32(0xffff));
    return _mm256_cvtph_ps(_mm_packus_epi32(_mm256_castsi256_si128(low), _mm256_extracti128_si256(low, 1)));
}

/// Int i of the lanes of four registers: that of lane l of v[q] goes to place 4 l + q.
template <int i>
inline Lanes column(const Lanes* v) {
    const auto interleave = i < 2 ? [](Lanes a, Lanes b) { return _mm256_unpacklo_epi32(a, b); }
                                  : [](Lanes a, Lanes b) { return _mm256_unpackhi_epi32(a, b); };
    const Lanes v01 = interleave(v[0], v[1]), v23 = interleave(v[2], v[3]);
    return i % 2 == 0 ? _mm256_unpacklo_epi64(v01, v23) : _mm256_unpackhi_epi64(v01, v23);
}

/// Places 4 l .. 4 l + 3.
template <int l>
inline Quad lane_of(Batch v) {
    return _mm256_extractf128_ps(v, l);
}

/// The sum of the four ints of each lane of four registers: that of lane l of v[q] goes to place 4 l + q.
inline Batch lane_sums(const Lanes* v) {
    const auto half_sums = [](Lanes a, Lanes b) {
        return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b)));
    };
    const __m256 v01 = half_sums(v[0], v[1]), v23 = half_sums(v[2], v[3]);
    const __m256i even = _mm256_castps_si256(_mm256_shuffle_ps(v01, v23, 0x88));
    const __m256i odd = _mm256_castps_si256(_mm256_shuffle_ps(v01, v23, 0xdd));
    return _mm256_cvtepi32_ps(_mm256_add_epi32(even, odd));
}

}  // namespace
}  // namespace siskin
