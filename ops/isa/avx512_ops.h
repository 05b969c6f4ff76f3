#pragma once
// AVX-512 F, CD, BW, DQ and VL: a register holds 16 floats, or 16 codes of each of four rows of weights. For the files
// of those instruction sets, which choose how codes are multiplied.

#include <xsimd/xsimd.hpp>

#include "ops/isa/x86.h"

namespace siskin {
namespace {

using Batch = xsimd::batch<float>;
static_assert(Batch::size == 16);

inline Batch fma(Batch a, Batch b, Batch c) { return _mm512_fmadd_ps(a, b, c); }
inline Batch widen(const Half* p) { return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
inline Batch widen(const int8_t* p) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
}
inline void narrow(Batch v, uint16_t* p) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}
inline void store_low_bytes(Batch v, int8_t* p) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(_mm512_castps_si512(v)));
}

}  // namespace
}  // namespace siskin

#include "ops/simd.h"

namespace siskin {
namespace {

constexpr int kSums = 16;
constexpr int kAccumulators = 24;

/// From four vectors, one: its lanes 4 i .. 4 i + 3 are vector i after the steps +8 and +4 of sum16.
inline __m512 quarter_sums(__m512 a, __m512 b, __m512 c, __m512 d) {
    const __m512 ab = _mm512_shuffle_f32x4(a, b, 0x44) + _mm512_shuffle_f32x4(a, b, 0xee);
    const __m512 cd = _mm512_shuffle_f32x4(c, d, 0x44) + _mm512_shuffle_f32x4(c, d, 0xee);
    return _mm512_shuffle_f32x4(ab, cd, 0x88) + _mm512_shuffle_f32x4(ab, cd, 0xdd);
}

inline void sums(const V16* v, float* out) {
    __m512 q[4];
    for (int i = 0; i < 4; ++i)
        q[i] = quarter_sums(v[i].part[0], v[i + 4].part[0], v[i + 8].part[0], v[i + 12].part[0]);
    const auto half_sums = [](__m512 a, __m512 b) {
        const __m512d x = _mm512_castps_pd(a), y = _mm512_castps_pd(b);
        return _mm512_castpd_ps(_mm512_unpacklo_pd(x, y)) + _mm512_castpd_ps(_mm512_unpackhi_pd(x, y));
    };
    const __m512 q01 = half_sums(q[0], q[1]), q23 = half_sums(q[2], q[3]);
    _mm512_storeu_ps(out, _mm512_shuffle_ps(q01, q23, 0x88) + _mm512_shuffle_ps(q01, q23, 0xdd));
}

// -------------------------------------------------------------------------------------- 16 bytes of each of four rows

using Lanes = __m512i;
constexpr int kLanes = 4;

/// The 16 bytes at rows[0] + offset, rows[4] + offset, rows[8] + offset, rows[12] + offset.
inline Lanes gather(const std::byte* const* rows, size_t offset) {
    const auto load = [&](int r) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[r] + offset)); };
    Lanes v = _mm512_castsi128_si512(load(0));
    v = _mm512_inserti32x4(v, load(4), 1);
    v = _mm512_inserti32x4(v, load(8), 2);
    return _mm512_inserti32x4(v, load(12), 3);
}
/// The same with what points_of makes of the blocks that begin there.
template <class Point>
[[gnu::always_inline]] inline Lanes from_points(const std::byte* const* rows, size_t offset, Point point) {
    Lanes v = _mm512_castsi128_si512(points_of(rows[0] + offset, point));
    v = _mm512_inserti32x4(v, points_of(rows[4] + offset, point), 1);
    v = _mm512_inserti32x4(v, points_of(rows[8] + offset, point), 2);
    return _mm512_inserti32x4(v, points_of(rows[12] + offset, point), 3);
}
/// A register from its own memory, which is aligned.
inline Lanes load_lanes(const void* p) { return _mm512_load_si512(p); }
/// The 16 bytes at p for every row.
inline Lanes same_for_all(const void* p) {
    return _mm512_broadcast_i32x4(_mm_loadu_si128(static_cast<const __m128i*>(p)));
}

inline Lanes zero() { return _mm512_setzero_si512(); }
inline Lanes bytes(int x) { return _mm512_set1_epi8(char(x)); }
inline Lanes ints(int x) { return _mm512_set1_epi32(x); }
inline Lanes words(int x) { return _mm512_set1_epi16(short(x)); }

template <int n>
inline Lanes words_right(Lanes v) {
    return _mm512_srli_epi16(v, n);
}
template <int n>
inline Lanes words_right_signed(Lanes v) {
    return _mm512_srai_epi16(v, n);
}
template <int n>
inline Lanes words_left(Lanes v) {
    return _mm512_slli_epi16(v, n);
}
template <int n>
inline Lanes ints_right(Lanes v) {
    return _mm512_srli_epi32(v, n);
}
template <int n>
inline Lanes ints_right_signed(Lanes v) {
    return _mm512_srai_epi32(v, n);
}
inline Lanes ints_right(Lanes v, Lanes by) { return _mm512_srlv_epi32(v, by); }
template <int n>
inline Lanes ints_left(Lanes v) {
    return _mm512_slli_epi32(v, n);
}
inline Lanes min_ints(Lanes a, Lanes b) { return _mm512_min_epi32(a, b); }
inline Lanes max_ints(Lanes a, Lanes b) { return _mm512_max_epi32(a, b); }
inline Lanes sub_words(Lanes a, Lanes b) { return _mm512_sub_epi16(a, b); }
inline Lanes add_words(Lanes a, Lanes b) { return _mm512_add_epi16(a, b); }
inline Lanes mul_words(Lanes a, Lanes b) { return _mm512_mullo_epi16(a, b); }
/// Sums of two products, of unsigned bytes with signed ones as words or of words as ints.
inline Lanes multiply_bytes(Lanes a, Lanes b) { return _mm512_maddubs_epi16(a, b); }
inline Lanes multiply_words(Lanes a, Lanes b) { return _mm512_madd_epi16(a, b); }
/// The ints of a and then those of b as words, within each lane.
inline Lanes pack_ints(Lanes a, Lanes b) { return _mm512_packs_epi32(a, b); }
/// The first or second eight bytes of a lane of a, and then those of b.
inline Lanes first_halves(Lanes a, Lanes b) { return _mm512_unpacklo_epi64(a, b); }
inline Lanes second_halves(Lanes a, Lanes b) { return _mm512_unpackhi_epi64(a, b); }
inline Lanes abs_bytes(Lanes v) { return _mm512_abs_epi8(v); }
/// v with the sign of by, where by is not 0.
inline Lanes with_sign(Lanes v, Lanes by) { return _mm512_mask_sub_epi8(v, _mm512_movepi8_mask(by), zero(), v); }
inline Lanes sub_ints(Lanes a, Lanes b) { return _mm512_sub_epi32(a, b); }

/// Byte i of a lane becomes byte pick[i] of that lane, or 0 where pick[i] is negative.
inline Lanes shuffle(Lanes v, Lanes pick) { return _mm512_shuffle_epi8(v, pick); }
/// The low or high eight bytes of a lane, each before one of `above`.
inline Lanes interleave_low(Lanes v, Lanes above) { return _mm512_unpacklo_epi8(v, above); }
inline Lanes interleave_high(Lanes v, Lanes above) { return _mm512_unpackhi_epi8(v, above); }
/// The bytes of `value` where a has the one bit of b, elsewhere 0.
inline Lanes where_bit(Lanes a, Lanes b, Lanes value) {
    return _mm512_maskz_mov_epi8(_mm512_test_epi8_mask(a, b), value);
}

/// v, with the other sign where a has the one bit of b.
inline Lanes negate_where_bit(Lanes a, Lanes b, Lanes v) {
    return _mm512_mask_sub_epi8(v, _mm512_test_epi8_mask(a, b), zero(), v);
}

// Tiles: a register holds four codes of each of 16 rows, or a number of each.
inline Lanes add_ints(Lanes a, Lanes b) { return _mm512_add_epi32(a, b); }
inline Lanes mul_ints(Lanes a, Lanes b) { return _mm512_mullo_epi32(a, b); }
inline Lanes add_bytes(Lanes a, Lanes b) { return _mm512_add_epi8(a, b); }
template <class T>
inline Lanes broadcast_int(const T* p) {
    int bits;
    __builtin_memcpy(&bits, p, sizeof(bits));
    return _mm512_set1_epi32(bits);
}

inline Batch to_floats(Lanes ints) { return _mm512_cvtepi32_ps(ints); }
inline Lanes as_ints(Batch floats) { return _mm512_castps_si512(floats); }

inline Batch as_floats(Lanes ints) { return _mm512_castsi512_ps(ints); }

/// v, loaded once where the compiler would load it with each of its uses.
inline Lanes loaded_once(Lanes v) {
    asm("" : "+v"(v));
    return v;
}
inline Batch loaded_once(Batch v) { return as_floats(loaded_once(as_ints(v))); }

inline Lanes low_words_twice(Lanes v) { return _mm512_mask_mov_epi16(v, 0xaaaaaaaa, _mm512_slli_epi32(v, 16)); }
inline Lanes high_words_twice(Lanes v) { return _mm512_mask_mov_epi16(v, 0x55555555, _mm512_srli_epi32(v, 16)); }
inline Lanes in_order(Lanes v) { return v; }

/// The low 16 bits of each int, read as binary16.
inline Batch from_halves(Lanes ints) { return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(ints)); }

/// Int i of the lanes of four registers: that of lane l of v[q] goes to place 4 l + q.
template <int i>
inline Lanes column(const Lanes* v) {
    const auto interleave = i < 2 ? [](Lanes a, Lanes b) { return _mm512_unpacklo_epi32(a, b); }
                                  : [](Lanes a, Lanes b) { return _mm512_unpackhi_epi32(a, b); };
    const Lanes v01 = interleave(v[0], v[1]), v23 = interleave(v[2], v[3]);
    return i % 2 == 0 ? _mm512_unpacklo_epi64(v01, v23) : _mm512_unpackhi_epi64(v01, v23);
}

/// Places 4 l .. 4 l + 3.
template <int l>
inline Quad lane_of(Batch v) {
    return _mm512_extractf32x4_ps(v, l);
}

/// The sum of the four ints of each lane of four registers: that of lane l of v[q] goes to place 4 l + q.
inline Batch lane_sums(const Lanes* v) {
    const auto half_sums = [](Lanes a, Lanes b) {
        return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b)));
    };
    const __m512 v01 = half_sums(v[0], v[1]), v23 = half_sums(v[2], v[3]);
    const __m512i even = _mm512_castps_si512(_mm512_shuffle_ps(v01, v23, 0x88));
    const __m512i odd = _mm512_castps_si512(_mm512_shuffle_ps(v01, v23, 0xdd));
    return _mm512_cvtepi32_ps(_mm512_add_epi32(even, odd));
}

}  // namespace
}  // namespace siskin
