#pragma once
// Products of float rows with many columns: the bits of float_rows.h, each sum in its 16 lanes, by way of parts of the
// rows that are widened once and stay in the first cache while all columns pass over them.

#include <cstddef>
#include <cstring>

#include "ops/isa/float_rows.h"

namespace siskin {
namespace {

// Rows and columns that are multiplied at once: with their sums they fill the registers.
constexpr int kFloatTall = kLanesOfBatch == 16 ? 8 : 4, kFloatWide = 3;
constexpr int kFloatSums = kFloatTall * kFloatWide;
// What stays in the first cache: kFloatOperands operands of each of kFloatRows rows.
constexpr size_t kFloatRows = kLanesOfBatch == 16 ? 8 : 16, kFloatOperands = kLanesOfBatch == 16 ? 48 : 16;
constexpr size_t kFloatCols = 132;  // not less than matmul takes at once
constexpr size_t kFloatGroups = kFloatRows / kFloatTall * (kFloatCols / kFloatWide);
static_assert(kFloatRows % kFloatTall == 0 && kFloatCols % kFloatWide == 0 && kFloatGroups * kFloatSums % kSums == 0);

/// What the scratch memory holds. Sums are in groups of what is multiplied at once, [column][row].
template <class P>
struct FloatTile {
    typename P::Operand rows[kFloatRows][kFloatOperands];
    V16 sums[kFloatGroups * kFloatSums];
    float dots[kFloatGroups * kFloatSums];
};

/// sums += w . x for `count` values of kFloatTall rows and kFloatWide columns, one register of the 16 lanes at a time.
template <class P>
[[gnu::flatten]] inline void add_float_products(size_t count, const typename P::Operand (*w)[kFloatOperands],
                                                const typename P::Column* const* x, V16* sums) {
    unrolled<kParts>([&](auto i) {
        Batch sum[kFloatSums];
        unrolled<kFloatSums>([&](auto s) { sum[s] = sums[s].part[i]; });
        for_each_step<P::kStep>(count, [&](size_t k, size_t n) {
            unrolled<P::kStepParts>([&](auto part) {
                const size_t at = k / P::kStep * P::kStepParts + part;
                typename P::Operand::Register column[kFloatWide];
                unrolled<kFloatWide>([&](auto c) { column[c] = P::template load<part>(x[c] + k, n).part[i]; });
                unrolled<kFloatTall>([&](auto r) {
                    const typename P::Operand::Register row = loaded_once(w[r][at].part[i]);
                    unrolled<kFloatWide>([&](auto c) {
                        constexpr int s = c * kFloatTall + r;
                        sum[s] = P::add(sum[s], row, column[c]);
                    });
                });
            });
        });
        unrolled<kFloatSums>([&](auto s) { sums[s].part[i] = sum[s]; });
    });
}

/// At most kFloatRows rows and kFloatCols columns. Asks for the rows from `behind` on, unless that is null.
template <class P>
inline void multiply_float_tile(const Rows<typename P::Weight>& w, size_t n_cols, const typename P::Column* const* x,
                                float* const* out, FloatTile<P>& tile, const std::byte* behind) {
    /// Calls f(first column, first row, where its sums are) for each group.
    const auto for_each_group = [&](auto f) {
        size_t at = 0;
        for (size_t c = 0; c < n_cols; c += kFloatWide)
            for (size_t r = 0; r < w.n_rows; r += kFloatTall, at += kFloatSums) f(c, r, at);
        return at;
    };
    const size_t n_sums = (for_each_group([](size_t, size_t, size_t) {}) + kSums - 1) / kSums * kSums;
    for (size_t i = 0; i < n_sums; ++i) tile.sums[i] = splat(0.0f);

    // Stretches of equal length: each begins and ends with all the sums.
    constexpr size_t kMost = kFloatOperands / P::kStepParts;
    const size_t n_steps = (w.n_k + P::kStep - 1) / P::kStep, n_stretches = (n_steps + kMost - 1) / kMost;
    const size_t stretch = (n_steps + n_stretches - 1) / n_stretches * P::kStep;
    const size_t n_passes = n_stretches * n_sums / kFloatSums + 1, lines = kFloatRows * w.stride / 64 / n_passes + 1;
    size_t pass = 0;
    for (size_t k = 0; k < w.n_k; k += stretch) {
        const size_t count = w.n_k - k < stretch ? w.n_k - k : stretch;
        for (size_t r = 0; r < kFloatRows; ++r) {
            const auto* row = w.row(r < w.n_rows ? r : w.n_rows - 1) + k;
            for_each_step<P::kStep>(count, [&](size_t i, size_t n) {
                unrolled<P::kStepParts>([&](auto part) {
                    tile.rows[r][i / P::kStep * P::kStepParts + part] = P::template load<part>(row + i, n);
                });
            });
        }
        for_each_group([&](size_t c, size_t r, size_t at) {
            const typename P::Column* columns[kFloatWide];
            for (size_t i = 0; i < kFloatWide; ++i) columns[i] = x[c + i < n_cols ? c + i : n_cols - 1] + k;
            if (behind) fetch_lines(behind, pass++ * lines, lines);
            add_float_products<P>(count, tile.rows + r, columns, tile.sums + at);
        });
    }

    for (size_t i = 0; i < n_sums; i += kSums) sums(tile.sums + i, tile.dots + i);
    for_each_group([&](size_t c, size_t r, size_t at) {
        const size_t n = w.n_rows - r < kFloatTall ? w.n_rows - r : kFloatTall;
        for (size_t i = 0; i < kFloatWide && c + i < n_cols; ++i)
            std::memcpy(out[c + i] + r, tile.dots + at + i * kFloatTall, n * sizeof(float));
    });
}

template <class P>
void float_tiles(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols, const void* const* x,
                 float* const* out, std::byte* scratch) {
    static_assert(sizeof(FloatTile<P>) <= kTileScratch);
    [[maybe_unused]] const typename P::Mode mode;
    for (size_t row = 0; row < n_rows; row += kFloatRows)
        for (size_t col = 0; col < n_cols; col += kFloatCols) {
            const size_t rows = n_rows - row < kFloatRows ? n_rows - row : kFloatRows;
            const size_t cols = n_cols - col < kFloatCols ? n_cols - col : kFloatCols;
            float* sums[kFloatCols];
            for (size_t c = 0; c < cols; ++c) sums[c] = out[col + c] + row;
            const std::byte* first = w + row_bytes * row;
            const std::byte* behind = col == 0 && row + rows < n_rows ? first + row_bytes * rows : nullptr;
            multiply_float_tile<P>({n_k, rows, first, row_bytes}, cols,
                                   reinterpret_cast<const typename P::Column* const*>(x + col), sums,
                                   *reinterpret_cast<FloatTile<P>*>(scratch), behind);
        }
}

/// Columns from which these tiles are faster than rows, as measured with weights from memory.
constexpr uint8_t kFloatTilesFrom = kLanesOfBatch == 16 ? 16 : 9;

template <class P>
constexpr void set_float_tiles(Kernels& k, DType type) {
    k.tiles[size_t(type)] = float_tiles<P>;
    k.tiles_from[size_t(type)] = kFloatTilesFrom;
}

/// A table with tiles for float weights.
constexpr Kernels with_float_tiles(Kernels k) {
    set_float_tiles<FloatProducts<float>>(k, DType::F32);
    set_float_tiles<FloatProducts<Half>>(k, DType::F16);
    set_float_tiles<BrainProducts>(k, DType::BF16);
    return k;
}

}  // namespace
}  // namespace siskin
