#pragma once
// Products of float rows, written once over V16, like float_ops.h.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "ops/flush_denormals.h"
#include "ops/isa/attend.h"
#include "ops/isa/common.h"
#include "ops/isa/float_ops.h"

namespace siskin {
namespace {

// How weights of a type are multiplied: in steps of kStep weights along K, each in kStepParts parts of 16 lanes.
//   Weight, Column           what rows and columns are made of
//   Operand                  what one part of a step is multiplied as: a register, or several in part[]
//   load<part>(p, n)         that part of a step of which n weights or activations are there
//   add(sum, row, column)    sum + the products; of operands or of their registers
//   Mode                     holds while products are computed

struct AnyMode {};

/// F32 and F16 weights.
template <class T>
struct FloatProducts {
    using Weight = T;
    using Column = float;
    using Operand = V16;
    using Mode = AnyMode;
    static constexpr size_t kStep = 16;
    static constexpr int kStepParts = 1;

    template <int part, class From>
    static V16 load(const From* p, size_t n) {
        return siskin::load(p, n);
    }
    template <class V>
    static V add(V sum, V row, V column) {
        return fma(row, column, sum);
    }
};

/// BF16 weights, where the processor has no instruction for them: the second numbers of 16 pairs, then the first.
struct BrainProducts {
    using Weight = Brain;
    using Column = Brain;
    using Operand = V16;
    using Mode = FlushDenormals;
    static constexpr size_t kStep = 32;
    static constexpr int kStepParts = 2;

    template <int part>
    static V16 load(const Brain* p, size_t n) {
        return load_half<part>(p, n);
    }
    template <class V>
    static V add(V sum, V row, V column) {
        return fma(row, column, sum);
    }
};

/// Calls body(first, count) for each step of n weights; count is `step` except perhaps in the last.
template <size_t step, class Body>
inline void for_each_step(size_t n, Body body) {
    size_t i = 0;
    for (; i + step <= n; i += step) body(i, step);
    if (i < n) body(i, n - i);
}

/// Asks for `count` lines of the memory from `begin` on, from line `first` on. Memory delivers best when it is asked in
/// order, for a few lines at a time. Always inline: g++ takes a function that only prefetches for one without effect,
/// and removes calls of it.
[[gnu::always_inline]] inline void fetch_lines(const std::byte* begin, size_t first, size_t count) {
    for (size_t line = first; line < first + count; ++line)
        __builtin_prefetch(reinterpret_cast<const void*>(uintptr_t(begin) + 64 * line));
}
/// Asks for part i, of `size` bytes. At most 64 bytes lie between two addresses, so no line is left out.
template <size_t size>
[[gnu::always_inline]] inline void fetch_part(const std::byte* begin, size_t i) {
    constexpr size_t kLines = (size + 63) / 64;
    for (size_t line = 0; line < kLines; ++line)
        __builtin_prefetch(reinterpret_cast<const void*>(uintptr_t(begin) + i * size + size * line / kLines));
}

/// Asks for `size` bytes that lie ahead of what is read: far enough to be there in time, and near enough to be there
/// still. Asking for what is not there does no harm.
template <size_t size>
[[gnu::always_inline]] inline void fetch_ahead(const void* read) {
    constexpr uintptr_t kAhead = 6144;
    fetch_part<size>(reinterpret_cast<const std::byte*>(uintptr_t(read) + kAhead), 0);
}

/// R rows times C columns, out[c * R + r]; R * C is kSums, the number of accumulators that the registers hold. For one
/// column, one row is read after the other, since memory delivers best what lies in one stretch.
template <int R, class P>
[[gnu::flatten]] inline void dots(size_t n_k, const typename P::Weight* const* w, const typename P::Column* const* x,
                                  float* out) {
    constexpr int C = kSums / R, kRows = C == 1 ? 1 : R;
    V16 acc[kSums];
    unrolled<kSums>([&](auto i) { acc[i] = splat(0.0f); });
    unrolled<R / kRows>([&](auto first) {
        for_each_step<P::kStep>(n_k, [&](size_t k, size_t count) {
            if constexpr (C == 1) fetch_ahead<P::kStep * sizeof(*w[0])>(w[first] + k);
            unrolled<P::kStepParts>([&](auto part) {
                typename P::Operand row[kRows], column[C];
                unrolled<kRows>([&](auto r) { row[r] = P::template load<part>(w[first + r] + k, count); });
                unrolled<C>([&](auto c) { column[c] = P::template load<part>(x[c] + k, count); });
                unrolled<kRows * C>([&](auto i) {
                    V16& sum = acc[first + i % kRows + i / kRows * R];
                    sum = P::add(sum, row[i % kRows], column[i / kRows]);
                });
            });
        });
    });
    sums(acc, out);
}

/// A matrix of floats in memory.
template <class T>
struct Rows {
    size_t n_k, n_rows;
    const std::byte* bytes;
    size_t stride;

    const T* row(size_t r) const { return reinterpret_cast<const T*>(bytes + stride * r); }
};

/// out[c][r] = row r . x[c] for all rows, and for C = kSums / R columns from first_col on.
template <int R, class P>
inline void dots_of_columns(const Rows<typename P::Weight>& w, int first_col, int n_cols,
                            const typename P::Column* const* x, float* const* out) {
    constexpr int C = kSums / R;
    const typename P::Column* columns[C];
    for (int c = 0; c < C; ++c) columns[c] = x[first_col + c < n_cols ? first_col + c : n_cols - 1];
    for (size_t first = 0; first < w.n_rows; first += R) {
        const size_t n = w.n_rows - first < R ? w.n_rows - first : R;
        const typename P::Weight* rows[R];
        for (size_t r = 0; r < R; ++r) rows[r] = w.row(first + (r < n ? r : n - 1));
        float dot[kSums];
        dots<R, P>(w.n_k, rows, columns, dot);
        for (int c = 0; c < C && first_col + c < n_cols; ++c)
            std::memcpy(out[first_col + c] + first, dot + c * R, n * sizeof(float));
    }
}

template <class P>
inline void all_dots(const Rows<typename P::Weight>& w, int n_cols, const typename P::Column* const* x,
                     float* const* out) {
    int c = 0;
    for (; n_cols - c >= 3; c += 4) dots_of_columns<kSums / 4, P>(w, c, n_cols, x, out);
    if (n_cols - c == 2) dots_of_columns<kSums / 2, P>(w, c, n_cols, x, out);
    if (n_cols - c == 1) dots_of_columns<kSums, P>(w, c, n_cols, x, out);
}

/// Rows of float weights, a few at a time so that they come from memory once for all columns.
template <class P>
void float_rows(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
                float* const* out) {
    [[maybe_unused]] const typename P::Mode mode;
    const typename P::Column* columns[kMaxCols];
    for (int c = 0; c < n_cols; ++c) columns[c] = static_cast<const typename P::Column*>(x[c]);
    for (size_t first = 0; first < n_rows; first += kSums) {
        const size_t n = n_rows - first < kSums ? n_rows - first : kSums;
        float* dots[kMaxCols];
        for (int c = 0; c < n_cols; ++c) dots[c] = out[c] + first;
        all_dots<P>({n_k, n, w + row_bytes * first, row_bytes}, n_cols, columns, dots);
    }
}

/// A whole table: float weights have rows of their own, all others those of `quantized`, by type id.
constexpr Kernels float_kernels(std::string_view name, const std::array<RowsFn, kDTypeIds>& quantized) {
    Kernels k = {};
    k.name = name;
    for (size_t id = 0; id < kDTypeIds; ++id) k.rows[id] = quantized[id];
    k.rows[size_t(DType::F32)] = float_rows<FloatProducts<float>>;
    k.rows[size_t(DType::F16)] = float_rows<FloatProducts<Half>>;
    k.rows[size_t(DType::BF16)] = float_rows<BrainProducts>;
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
    k.to_bf16 = to_bf16;
    k.attend = attend;
    k.attend_chunk = attend_chunk;
    k.merge_chunks = merge_chunks;
    k.put_key = put_key;
    k.put_value = put_value;
    return k;
}

}  // namespace
}  // namespace siskin
