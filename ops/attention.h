#pragma once
// Attention over a KV cache: how keys and values lie in its pages, and what is computed.
//
// A page holds 256 positions of one KV head.
//   keys     F32, F16    [16 groups][d_k][16]: the values of one dimension of 16 keys lie side by side, so that a
//                        product with a query never adds across a register
//   values   F32, F16    [256][d_v rounded up to 16]
//   both     Q8_0, Q4_0  [256][d_k or d_v / 32, rounded up] blocks as they lie in files (formats/blocks.h)
// What d_k and d_v lack of a whole block counts as zeros.
//
// Quantization of 32 values x: Q8_0 as in activations.h, the scale rounded to binary16. Q4_0: with m the value of
// largest magnitude (the positive one of two), d = m / -8 rounded to binary16, q = round_to_nearest_even(x * (-8 / m))
// clamped to -8 .. 7, all zero when |m| < kLeastAmax. Values that are not finite make d NaN.
//
// Definition, for one query head of the token at position p, over the keys first <= j <= p, where first is 0 or begins
// the window: chunks of 256 keys, aligned to absolute positions, in order. In each chunk that holds such keys:
//     s_j = sum_i (scale * q_i) * k_j[i]:
//           F32, F16    one fused multiply-add after the other from 0, i in order
//           Q8_0, Q4_0  the product of a row of weights of that type with the activations scale * q_i (kernels.h)
//     s_j = softcap * tanh(s_j / softcap)          if softcap != 0
//     m = max_j s_j;  w_j = exp(s_j - m);  l = sum_j w_j (16 lanes by position and sum16, absent keys 0)
//     o[d] = fma(w_j, v_j[d], o[d]) from 0, in key order
// Chunks are merged in order into (M, L, O), starting from (-inf, 0, 0):
//     M' = max(M, m);  a = exp(M - M');  b = exp(m - M');  L = fma(l, b, L * a);  O = fma(o, b, O * a)
// A sink adds a last term without a value:  M' = max(M, sink);  L = L * exp(M - M') + exp(sink - M');  O *= exp(M - M')
// out = O / L. exp(-inf) is exactly 0. What other rows are computed together with a row changes nothing.

#include <cstddef>
#include <cstdint>

#include "formats/blocks.h"
#include "formats/dtype.h"

namespace siskin {

constexpr size_t kPageKeys = 256;  ///< keys per page of the KV cache, and per chunk of the definition
constexpr size_t kGroupKeys = 16;  ///< keys whose values of one dimension lie side by side
constexpr size_t kTileKeys = 64;   ///< keys, or values, that stay in the first-level cache while all columns pass

constexpr bool is_kv_type(DType type) {
    return type == DType::F32 || type == DType::F16 || type == DType::Q8_0 || type == DType::Q4_0;
}

constexpr size_t rounded_up(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

/// Bytes of n values of a KV type, n a multiple of 32 for the quantized ones.
constexpr size_t kv_bytes(DType type, size_t n) {
    switch (type) {
        case DType::Q8_0:
            return n / 32 * sizeof(BlockQ8_0);
        case DType::Q4_0:
            return n / 32 * sizeof(BlockQ4_0);
        case DType::F16:
            return n * sizeof(uint16_t);
        default:
            return n * sizeof(float);
    }
}
constexpr bool in_blocks(DType type) { return type == DType::Q8_0 || type == DType::Q4_0; }
constexpr size_t key_page_bytes(DType type, size_t d_k) {
    return kv_bytes(type, kPageKeys * (in_blocks(type) ? rounded_up(d_k, 32) : d_k));
}
constexpr size_t value_page_bytes(DType type, size_t d_v) {
    return kv_bytes(type, kPageKeys * rounded_up(d_v, in_blocks(type) ? 32 : 16));
}

/// The query heads that share one KV head, for consecutive tokens of one text.
struct AttendArgs {
    size_t n_rows;          ///< tokens
    size_t n_q;             ///< query heads
    size_t d_k, d_v;        ///< length of a key, of a value
    const float* const* q;  ///< row r has its queries at q[r] + q_at: [n_q][d_k]
    size_t q_at;
    const std::byte* const* k_pages;  ///< page p holds positions 256p .. 256p+255
    const std::byte* const* v_pages;
    DType k_type, v_type;
    size_t end_key;  ///< row r sees no key from end_key + r on; pages without a key that is seen are not touched
    size_t window;   ///< nor any but the last `window` before; 0: it sees all
    float scale, softcap;
    const float* sinks;  ///< [n_q] or nullptr
    float* const* out;   ///< row r goes to out[r] + out_at: [n_q][d_v]
    size_t out_at;
    float* scratch;           ///< attend_scratch() floats, private to the thread
    std::byte* tile_scratch;  ///< as Kernels::tiles wants it
};

/// Floats of what a chunk gives for one row and head, to be merged.
constexpr size_t attend_state(size_t d_v) { return rounded_up(d_v, 16) + 16; }

constexpr size_t attend_scratch(size_t n_rows, size_t n_q, size_t d_k, size_t d_v) {
    const size_t longest = rounded_up(d_k > d_v ? d_k : d_v, 32);
    return n_rows * n_q * (longest + kPageKeys + 2 * attend_state(d_v)) + kTileKeys * longest;
}

}  // namespace siskin
