#pragma once
// The right-hand side of a product: one column (token) of n_k values as floats, as bfloat16 numbers (uint16_t), or as
// 8-bit codes with float scales.
//
// Quantization of a group of n values x (n = 256 for Q8_K, 32 for Q8_0), the same bits on every instruction set:
//     amax = max |x|,  d = amax / 127,  q = round_to_nearest_even(x * (127 / amax)),  all zero when amax < kLeastAmax.
// A group that holds an infinity or a NaN gets d = NaN and q = 0, so that the product is NaN and is noticed.

#include <cstddef>
#include <cstdint>

#include "formats/dtype.h"

namespace siskin {

/// Groups with nothing larger count as zeros: 127 / amax must stay far from overflow.
constexpr float kLeastAmax = 0x1p-100f;

/// 256 activations: x[i] = d * q[i].
struct ActQ8K {
    float d;
    int8_t q[256];
    int16_t sum[16];     ///< sum of each 16 codes
    int16_t sum32[8];    ///< sum of each 32 codes
    int32_t start[16];   ///< -128 * sum: what a product begins with whose weights' codes are 128 too large
    int32_t start32[8];  ///< -128 * sum32
    int16_t
        pair_start[32];  ///< -32 * the parts of sum, i % 4 < 2 and others: the same for words and codes 32 too large
};

/// 32 activations: x[i] = d * q[i].
struct ActQ80 {
    float d;
    int8_t q[32];
    int32_t sum;            ///< sum of the 32 codes
    int32_t start[2];       ///< -128 * the sum of each 16 codes
    int16_t pair_start[2];  ///< as above, modulo 2^16
};

static_assert(sizeof(ActQ8K) == 468 && sizeof(ActQ80) == 52);

/// Bytes of one column of n_k activations of a kind; n_k is a multiple of 256 for Q8_K, of 32 for Q8_0.
constexpr size_t column_bytes(ActKind kind, size_t n_k) {
    return kind == ActKind::Q8_K   ? n_k / 256 * sizeof(ActQ8K)
           : kind == ActKind::Q8_0 ? n_k / 32 * sizeof(ActQ80)
           : kind == ActKind::BF16 ? n_k * sizeof(uint16_t)
                                   : n_k * sizeof(float);
}

}  // namespace siskin
