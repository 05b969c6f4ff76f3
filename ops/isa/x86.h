#pragma once
// What the x86 instruction sets share.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "ops/isa/common.h"

namespace siskin {
namespace {

inline float from_half(uint16_t bits) { return _cvtsh_ss(bits); }

/// The 16 bytes that point(block, i) make up: two of eight bytes or four of four. Always inline, as g++ would rather
/// call it for each.
template <class Point>
[[gnu::always_inline]] inline __m128i points_of(const std::byte* block, Point point) {
    if constexpr (sizeof(point(block, 0)) == 8) {
        return _mm_set_epi64x(int64_t(point(block, 1)), int64_t(point(block, 0)));
    } else {
        return _mm_set_epi32(int(point(block, 3)), int(point(block, 2)), int(point(block, 1)), int(point(block, 0)));
    }
}

/// Four floats: a lane of a Batch.
using Quad = __m128;
inline Quad load_quad(const float* p) { return _mm_loadu_ps(p); }
inline void store_quad(Quad v, float* p) { _mm_storeu_ps(p, v); }
inline Quad fma(Quad a, Quad b, Quad c) { return _mm_fmadd_ps(a, b, c); }

}  // namespace
}  // namespace siskin
