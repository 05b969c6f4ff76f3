#pragma once
// Products of float rows, and attention, which is made of them; written once over V16, like float_ops.h.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <utility>

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

// ---------------------------------------------------------------------------------------------------------- attention

/// What every query head carries from tile to tile, and from chunk to chunk: the running maximum, the sum of weights
/// relative to it, and the sum of weighted values.
struct Running {
    size_t n_values;
    float *top, *sum, *all_values;  // [n_q], [n_q], [n_q][n_values]

    float* values(size_t h) const { return all_values + h * n_values; }

    void clear(size_t n_q) const {
        for (size_t h = 0; h < n_q; ++h) top[h] = -kInfinity, sum[h] = 0.0f;
        for (size_t i = 0; i < n_q * n_values; ++i) all_values[i] = 0.0f;
    }

    /// Makes everything of a head relative to a maximum that is at least `other`.
    void raise(size_t h, float other) const {
        if (top[h] >= other) return;
        const float factor = exp(top[h] - other);
        top[h] = other;
        sum[h] *= factor;
        scale(n_values, factor, values(h));
    }

    /// Adds what another one gathered for a head.
    void merge(size_t h, const Running& other) const {
        raise(h, other.top[h]);
        const float factor = exp(other.top[h] - top[h]);
        sum[h] = std::fma(other.sum[h], factor, sum[h]);
        axpy(n_values, factor, other.values(h), values(h));
    }
};

/// The weights of one tile for every head, [n_q][kTileKeys], and the keys that are present.
struct Tile {
    size_t begin, end;  ///< slots in the tile
    float* weights;

    float* of(size_t h) const { return weights + h * kTileKeys; }
};

template <class T>
inline void tile_products(const AttendArgs& a, const Tile& tile, const T* k) {
    const Rows<T> keys = {a.d_k, tile.end - tile.begin, reinterpret_cast<const std::byte*>(k), a.d_k * sizeof(T)};
    for (size_t h = 0; h < a.n_q; h += kMaxCols) {
        const int n_heads = int(a.n_q - h < kMaxCols ? a.n_q - h : kMaxCols);
        const float* queries[kMaxCols];
        float* dots[kMaxCols];
        for (int c = 0; c < n_heads; ++c) {
            queries[c] = a.q + (h + c) * a.d_k;
            dots[c] = tile.of(h + c) + tile.begin;
        }
        all_dots(keys, n_heads, queries, dots);
    }
}

/// Turns products of query and keys into weights relative to the maximum so far.
inline void tile_weights(const AttendArgs& a, const Tile& tile, const Running& state, size_t h) {
    float* s = tile.of(h);
    scale(tile.end - tile.begin, a.scale, s + tile.begin);
    if (a.softcap != 0.0f) softcap(tile.end - tile.begin, a.softcap, s + tile.begin);
    for (size_t j = 0; j < tile.begin; ++j) s[j] = -kInfinity;
    for (size_t j = tile.end; j < kTileKeys; ++j) s[j] = -kInfinity;
    state.raise(h, largest(kTileKeys, s));
    state.sum[h] += exp_and_sum(kTileKeys, state.top[h], s);
}

/// values[d] = fma(weight_j, v_j[d], values[d]) in key order, for C heads from h on and 16 D elements from d on.
template <int C, int D, class T>
[[gnu::flatten]] inline void add_values(const AttendArgs& a, const Tile& tile, const Running& state, size_t h, size_t d,
                                        const T* v) {
    V16 acc[C * D];
    unrolled<C * D>([&](auto i) { acc[i] = load(state.values(h + i / D) + d + 16 * (i % D)); });
    const size_t last = d + 16 * D <= a.d_v ? 16 : a.d_v % 16;
    for (size_t j = tile.begin; j < tile.end; ++j, v += a.d_v) {
        V16 value[D], weight[C];
        unrolled<D - 1>([&](auto i) { value[i] = load(v + d + 16 * i); });
        value[D - 1] = load(v + d + 16 * (D - 1), last);
        unrolled<C>([&](auto c) { weight[c] = splat(tile.of(h + c)[j]); });
        unrolled<C * D>([&](auto i) { acc[i] = fma(weight[i / D], value[i % D], acc[i]); });
    }
    unrolled<C * D>([&](auto i) { store(acc[i], state.values(h + i / D) + d + 16 * (i % D)); });
}

/// The same for all elements from d on, in steps of 16 D and then smaller ones.
template <int C, int D, class T>
inline void add_all_values(const AttendArgs& a, const Tile& tile, const Running& state, size_t h, size_t d,
                           const T* v) {
    for (; d + 16 * D <= state.n_values; d += 16 * D) add_values<C, D>(a, tile, state, h, d, v);
    if constexpr (D > 1) add_all_values<C, D / 2>(a, tile, state, h, d, v);
}

/// The same for C heads at a time from h on; returns the first head that was not of so many.
template <int C, class T>
inline size_t add_values_of_heads(const AttendArgs& a, const Tile& tile, const Running& state, size_t h, const T* v) {
    for (; h + C <= a.n_q; h += C) add_all_values<C, kSums / C>(a, tile, state, h, 0, v);
    return h;
}

/// The keys begin <= j < end of one chunk.
template <class T>
inline void attend_chunk(const AttendArgs& a, size_t begin, size_t end, float* scores, const Running& state) {
    const T* k_page = reinterpret_cast<const T*>(a.k_pages[begin / kPageKeys]);
    const T* v_page = reinterpret_cast<const T*>(a.v_pages[begin / kPageKeys]);
    state.clear(a.n_q);
    while (begin < end) {
        const size_t tile_begin = begin / kTileKeys * kTileKeys, tile_end = tile_begin + kTileKeys;
        const Tile tile = {begin - tile_begin, (end < tile_end ? end : tile_end) - tile_begin, scores};
        const size_t in_page = begin % kPageKeys;
        tile_products(a, tile, k_page + in_page * a.d_k);
        for (size_t h = 0; h < a.n_q; ++h) tile_weights(a, tile, state, h);
        const T* v = v_page + in_page * a.d_v;
        size_t h = add_values_of_heads<4>(a, tile, state, 0, v);
        h = add_values_of_heads<2>(a, tile, state, h, v);
        add_values_of_heads<1>(a, tile, state, h, v);
        begin = tile_begin + tile.end;
    }
}

template <class T>
void attend_as(const AttendArgs& a) {
    const size_t n_values = (a.d_v + 15) / 16 * 16;
    float* next = a.scratch;
    const auto take = [&next](size_t n) { return std::exchange(next, next + n); };
    float* scores = take(a.n_q * kTileKeys);
    const Running chunk = {n_values, take(a.n_q), take(a.n_q), take(a.n_q * n_values)};
    const Running total = {n_values, take(a.n_q), take(a.n_q), take(a.n_q * n_values)};
    total.clear(a.n_q);
    for (size_t begin = a.first_key; begin < a.end_key;) {
        const size_t page_end = (begin / kPageKeys + 1) * kPageKeys, end = page_end < a.end_key ? page_end : a.end_key;
        attend_chunk<T>(a, begin, end, scores, chunk);
        for (size_t h = 0; h < a.n_q; ++h) total.merge(h, chunk);
        begin = end;
    }
    for (size_t h = 0; h < a.n_q; ++h) {
        if (a.sinks) {
            total.raise(h, a.sinks[h]);
            total.sum[h] += exp(a.sinks[h] - total.top[h]);
        }
        divide(a.d_v, total.values(h), total.sum[h], a.out + h * a.d_v);
    }
}

void attend(const AttendArgs& args) {
    if (args.kv_type == DType::F16) return attend_as<Half>(args);
    attend_as<float>(args);
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
    return k;
}

}  // namespace
}  // namespace siskin
