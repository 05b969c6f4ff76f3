#pragma once
// Products of float rows, written once over V16, like float_ops.h.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <utility>

#include "ops/isa/attend.h"
#include "ops/isa/common.h"
#include "ops/isa/float_ops.h"

namespace siskin {
namespace {

/// R rows times C columns, out[c * R + r]; R * C is kSums, the number of accumulators that the registers hold.
template <int R, class T>
[[gnu::flatten]] inline void dots(size_t n_k, const T* const* w, const float* const* x, float* out) {
    constexpr int C = kSums / R;
    V16 acc[kSums];
    unrolled<kSums>([&](auto i) { acc[i] = splat(0.0f); });
    for_each_16(n_k, [&](size_t k, size_t count) {
        V16 row[R], column[C];
        unrolled<R>([&](auto r) { row[r] = load(w[r] + k, count); });
        unrolled<C>([&](auto c) { column[c] = load(x[c] + k, count); });
        unrolled<kSums>([&](auto i) { acc[i] = fma(row[i % R], column[i / R], acc[i]); });
    });
    sums(acc, out);
}

/// A matrix of floats of type T in memory.
template <class T>
struct Rows {
    size_t n_k, n_rows;
    const std::byte* bytes;
    size_t stride;

    const T* row(size_t r) const { return reinterpret_cast<const T*>(bytes + stride * r); }
};

/// out[c][r] = row r . x[c] for all rows, and for C = kSums / R columns from first_col on.
template <int R, class T>
inline void dots_of_columns(const Rows<T>& w, int first_col, int n_cols, const float* const* x, float* const* out) {
    constexpr int C = kSums / R;
    const float* columns[C];
    for (int c = 0; c < C; ++c) columns[c] = x[first_col + c < n_cols ? first_col + c : n_cols - 1];
    for (size_t first = 0; first < w.n_rows; first += R) {
        const size_t n = w.n_rows - first < R ? w.n_rows - first : R;
        const T* rows[R];
        for (size_t r = 0; r < R; ++r) rows[r] = w.row(first + (r < n ? r : n - 1));
        float dot[kSums];
        dots<R>(w.n_k, rows, columns, dot);
        for (int c = 0; c < C && first_col + c < n_cols; ++c)
            std::memcpy(out[first_col + c] + first, dot + c * R, n * sizeof(float));
    }
}

template <class T>
inline void all_dots(const Rows<T>& w, int n_cols, const float* const* x, float* const* out) {
    int c = 0;
    for (; n_cols - c >= 3; c += 4) dots_of_columns<kSums / 4>(w, c, n_cols, x, out);
    if (n_cols - c == 2) dots_of_columns<kSums / 2>(w, c, n_cols, x, out);
    if (n_cols - c == 1) dots_of_columns<kSums>(w, c, n_cols, x, out);
}

/// Rows of F32, F16 or BF16 weights, a few at a time so that they come from memory once for all columns.
template <class T>
void float_rows(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
                float* const* out) {
    const float* columns[kMaxCols];
    for (int c = 0; c < n_cols; ++c) columns[c] = static_cast<const float*>(x[c]);
    for (size_t first = 0; first < n_rows; first += kSums) {
        const size_t n = n_rows - first < kSums ? n_rows - first : kSums;
        float* dots[kMaxCols];
        for (int c = 0; c < n_cols; ++c) dots[c] = out[c] + first;
        all_dots(Rows<T>{n_k, n, w + row_bytes * first, row_bytes}, n_cols, columns, dots);
    }
}

/// A whole table: float weights have rows of their own, all others those of `quantized`, by type id.
constexpr Kernels float_kernels(std::string_view name, const std::array<RowsFn, kDTypeIds>& quantized) {
    Kernels k = {};
    k.name = name;
    for (size_t id = 0; id < kDTypeIds; ++id) k.rows[id] = quantized[id];
    k.rows[size_t(DType::F32)] = float_rows<float>;
    k.rows[size_t(DType::F16)] = float_rows<Half>;
    k.rows[size_t(DType::BF16)] = float_rows<Brain>;
    k.quantize_q8k = quantize_q8k;
    k.quantize_q80 = quantize_q80;
    k.rms_norm = rms_norm;
    k.rope = rope;
    k.gated = gated;
    k.add = add;
    k.axpy = axpy;
    k.scale = scale;
    k.softcap = softcap;
    k.softmax = softmax;
    k.all_finite = all_finite;
    k.to_f16 = to_f16;
    k.to_f32 = to_f32;
    k.attend = attend;
    k.attend_chunk = attend_chunk;
    k.merge_chunks = merge_chunks;
    k.put_key = put_key;
    k.put_value = put_value;
    return k;
}

}  // namespace
}  // namespace siskin
