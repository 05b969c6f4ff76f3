#pragma once
// Products of float rows with many columns: the bits of float_rows.h, each sum in its 16 lanes, by way of parts of the
// rows that are widened once and stay in the first cache while all columns pass over them.

#include <cstddef>
#include <cstring>

#include "ops/isa/float_rows.h"

namespace siskin {
namespace {

// Rows and columns that are multiplied at once: with their sums they fill 16 registers.
constexpr int kFloatTall = 4, kFloatWide = 3;
constexpr int kFloatSums = kFloatTall * kFloatWide;
constexpr size_t kFloatRows = 16, kFloatCols = 120, kFloatWeights = 256;
static_assert(kFloatRows % kFloatTall == 0 && kFloatCols % kFloatWide == 0 && kFloatSums % kSums == 0);

/// What the scratch memory holds.
struct FloatTile {
    float rows[kFloatRows][kFloatWeights];
    V16 sums[kFloatCols / kFloatWide][kFloatRows / kFloatTall][kFloatSums];  ///< [][][column][row]
};
static_assert(sizeof(FloatTile) <= kTileScratch);

/// sums += w . x for `count` values of kFloatTall rows and kFloatWide columns, one register of the 16 lanes at a time.
[[gnu::flatten]] inline void add_float_products(size_t count, const float (*w)[kFloatWeights], const float* const* x,
                                                V16* sums) {
    unrolled<kParts>([&](auto part) {
        Batch sum[kFloatSums];
        unrolled<kFloatSums>([&](auto i) { sum[i] = sums[i].part[part]; });
        for_each_16(count, [&](size_t k, size_t n) {
            Batch column[kFloatWide];
            unrolled<kFloatWide>([&](auto c) {
                column[c] = n == 16 ? widen(x[c] + k + part * kLanesOfBatch) : load(x[c] + k, n).part[part];
            });
            unrolled<kFloatTall>([&](auto r) {
                const Batch row = widen(w[r] + k + part * kLanesOfBatch);
                unrolled<kFloatWide>([&](auto c) {
                    constexpr int i = c * kFloatTall + r;
                    sum[i] = fma(row, column[c], sum[i]);
                });
            });
        });
        unrolled<kFloatSums>([&](auto i) { sums[i].part[part] = sum[i]; });
    });
}

/// Rows of F32, F16 or BF16 weights, at most kFloatRows and kFloatCols of them.
template <class T>
inline void multiply_float_tile(const Rows<T>& w, size_t n_cols, const float* const* x, float* const* out,
                                FloatTile& tile) {
    const auto for_each_sums = [&](auto f) {
        for (size_t c = 0; c < n_cols; c += kFloatWide)
            for (size_t r = 0; r < w.n_rows; r += kFloatTall) f(c, r, tile.sums[c / kFloatWide][r / kFloatTall]);
    };
    for_each_sums([](size_t, size_t, V16* sums) {
        for (int i = 0; i < kFloatSums; ++i) sums[i] = splat(0.0f);
    });
    for (size_t k = 0; k < w.n_k; k += kFloatWeights) {
        const size_t count = w.n_k - k < kFloatWeights ? w.n_k - k : kFloatWeights;
        for (size_t r = 0; r < kFloatRows; ++r)
            for_each_16(count, [&](size_t i, size_t n) {
                store(load(w.row(r < w.n_rows ? r : w.n_rows - 1) + k + i, n), tile.rows[r] + i);
            });
        for_each_sums([&](size_t c, size_t r, V16* sums) {
            const float* columns[kFloatWide];
            for (size_t i = 0; i < kFloatWide; ++i) columns[i] = x[c + i < n_cols ? c + i : n_cols - 1] + k;
            add_float_products(count, tile.rows + r, columns, sums);
        });
    }
    for_each_sums([&](size_t c, size_t r, V16* v) {
        float dots[kFloatSums];
        for (int i = 0; i < kFloatSums; i += kSums) sums(v + i, dots + i);
        const size_t n = w.n_rows - r < kFloatTall ? w.n_rows - r : kFloatTall;
        for (size_t i = 0; i < kFloatWide && c + i < n_cols; ++i)
            std::memcpy(out[c + i] + r, dots + i * kFloatTall, n * sizeof(float));
    });
}

template <class T>
void float_tiles(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols, const void* const* x,
                 float* const* out, std::byte* scratch) {
    for (size_t row = 0; row < n_rows; row += kFloatRows)
        for (size_t col = 0; col < n_cols; col += kFloatCols) {
            const size_t rows = n_rows - row < kFloatRows ? n_rows - row : kFloatRows;
            const size_t cols = n_cols - col < kFloatCols ? n_cols - col : kFloatCols;
            float* sums[kFloatCols];
            for (size_t c = 0; c < cols; ++c) sums[c] = out[col + c] + row;
            multiply_float_tile(Rows<T>{n_k, rows, w + row_bytes * row, row_bytes}, cols,
                                reinterpret_cast<const float* const*>(x + col), sums,
                                *reinterpret_cast<FloatTile*>(scratch));
        }
}

/// A table with tiles for float weights. With 32 registers the rows themselves are as fast.
constexpr Kernels with_float_tiles(Kernels k) {
    const auto set = [&k](DType type, TilesFn fn) {
        k.tiles[size_t(type)] = fn;
        k.tiles_from[size_t(type)] = 9;
    };
    set(DType::F32, float_tiles<float>);
    set(DType::F16, float_tiles<Half>);
    set(DType::BF16, float_tiles<Brain>);
    return k;
}

}  // namespace
}  // namespace siskin
