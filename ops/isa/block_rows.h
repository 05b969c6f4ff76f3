#pragma once
// Products of quantized rows: one loop for blocks of 256 weights and one for blocks of 32, for every format of
// block_formats.h and up to four columns. A group of rows goes through its blocks together, so that the integer sums of
// a block are reduced to one register with a lane per row, and scales and float additions cost one operation per group.

#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#include "ops/isa/block_formats.h"
#include "ops/isa/float_rows.h"
#include "ops/isa/grid_formats.h"

namespace siskin {
namespace {

/// scale * dot for the 32 weights of a group; unsigned codes with one scale per 32 are added before they are scaled.
template <class Format>
inline Lanes add_32(Lanes acc, int g, Lanes first, Lanes second, const int8_t* x, const Lanes* scale) {
    const Lanes x0 = same_for_all(x + 32 * g), x1 = same_for_all(x + 32 * g + 16);
    if constexpr (Format::kScales == 8) {
        const Lanes s = spread_word(scale[0], g);
        if constexpr (!Format::kSigned) return add_scaled(acc, first, second, x0, x1, s);
        return add_scaled_signed(acc, first, second, x0, x1, s);
    } else {
        const Lanes s0 = spread_word(scale[g / 4], 2 * g % 8), s1 = spread_word(scale[g / 4], 2 * g % 8 + 1);
        if constexpr (!Format::kSigned) return add_scaled(add_scaled(acc, first, x0, s0), second, x1, s1);
        return add_scaled_signed(add_scaled_signed(acc, first, x0, s0), second, x1, s1);
    }
}

/// Sums of the activations of each scale's group, as words.
template <int n_scales>
struct ActSums {
    Lanes part[n_scales / 8];

    explicit ActSums(const ActQ8K& x) {
        if constexpr (n_scales == 8) {
            part[0] = same_for_all(x.sum32);
        } else {
            part[0] = same_for_all(x.sum);
            part[1] = same_for_all(x.sum + 8);
        }
    }
    /// The products of what belongs to the groups, scales or minima, and their activations' sums.
    Lanes dot(const Lanes* per_group) const {
        Lanes acc = add_products(zero(), per_group[0], part[0]);
        if constexpr (n_scales == 16) acc = add_products(acc, per_group[1], part[1]);
        return acc;
    }
};

/// Rows that go through their blocks together. Row 4 l + q is lane l of quad q.
constexpr int kGroupRows = 4 * kLanes;

struct Group {
    const std::byte* rows[kGroupRows];
    const std::byte* next;  ///< the rows that follow, to be asked for ahead; these rows themselves at the end
};

/// The group of rows from `first` on; what it lacks at the end is the last row again.
inline Group group_of(const std::byte* w, size_t row_bytes, size_t first, size_t n_rows) {
    Group group;
    for (size_t r = 0; r < kGroupRows; ++r)
        group.rows[r] = w + row_bytes * (first + r < n_rows ? first + r : n_rows - 1);
    group.next = w + row_bytes * (first + kGroupRows < n_rows ? first + kGroupRows : first);
    return group;
}

/// acc[c] += products of n_blocks blocks of 256 of a group of rows, for columns x[0 .. n_cols - 1].
template <class Format, int n_cols>
inline void add_blocks256(size_t n_blocks, const Group& group, const ActQ8K* const* x, Batch* acc) {
    constexpr int kOffset = Format::kSigned ? kSignedOffset : Format::kOffset;
    Batch total[n_cols];
    for (int c = 0; c < n_cols; ++c) total[c] = acc[c];
    for (size_t b = 0; b < n_blocks; ++b) {
        Lanes heads[4], isum[n_cols][4], msum[n_cols][4];
        for (int q = 0; q < 4; ++q) {
            fetch_part<kLanes * Format::kBytes>(group.next, 4 * b + q);
            const Blocks blocks = blocks_at<Format>(group.rows + q, b);
            Lanes scale[Format::kScales / 8], min[Format::kScales / 8], sum[n_cols];
            heads[q] = Format::head(blocks);
            Format::scales(blocks, heads[q], scale, min);
            for (int c = 0; c < n_cols; ++c) sum[c] = zero();
            Format::codes(blocks, [&](int g, Lanes first, Lanes second) {
                for (int c = 0; c < n_cols; ++c) sum[c] = add_32<Format>(sum[c], g, first, second, x[c][b].q, scale);
            });
            for (int c = 0; c < n_cols; ++c) {
                const ActSums<Format::kScales> sums(x[c][b]);
                if constexpr (kOffset != 0)
                    sum[c] = sub_ints(sum[c], ints_left<std::countr_zero(unsigned(kOffset))>(sums.dot(scale)));
                isum[c][q] = sum[c];
                if constexpr (Format::kMins) msum[c][q] = sums.dot(min);
            }
        }
        const Batch d = Format::d(heads);
        for (int c = 0; c < n_cols; ++c) total[c] = fma(d * Batch(x[c][b].d), lane_sums(isum[c]), total[c]);
        if constexpr (Format::kMins) {
            const Batch dmin = Format::dmin(heads);
            for (int c = 0; c < n_cols; ++c) total[c] = fma(dmin * Batch(-x[c][b].d), lane_sums(msum[c]), total[c]);
        }
    }
    for (int c = 0; c < n_cols; ++c) acc[c] = total[c];
}

/// The same for blocks of 32.
template <class Format, int n_cols>
inline void add_blocks32(size_t n_blocks, const Group& group, const ActQ80* const* x, Batch* acc) {
    Batch total[n_cols];
    for (int c = 0; c < n_cols; ++c) total[c] = acc[c];
    for (size_t b = 0; b < n_blocks; ++b) {
        fetch_part<kGroupRows * Format::kBytes / Format::kParts>(group.next, b);
        Lanes heads[4], isum[n_cols][4], isum2[n_cols][4];
        for (int q = 0; q < 4; ++q) {
            const Blocks blocks = blocks_at<Format>(group.rows + q, b);
            heads[q] = Format::head(blocks);
            Format::codes(blocks, [&](Lanes first, Lanes second) {
                for (int c = 0; c < n_cols; ++c) {
                    const Lanes x0 = same_for_all(x[c][b].q), x1 = same_for_all(x[c][b].q + 16);
                    if constexpr (Format::kSplit) {
                        isum[c][q] = dot_signed(first, x0);
                        isum2[c][q] = dot_signed(second, x1);
                    } else if constexpr (Format::kSigned) {
                        isum[c][q] = dot_signed(first, second, x0, x1);
                    } else {
                        isum[c][q] = dot(first, second, x0, x1);
                    }
                }
            });
        }
        const Batch d = Format::d(heads);
        for (int c = 0; c < n_cols; ++c) {
            const Batch offset(float(Format::kOffset * x[c][b].sum));
            total[c] = fma(d * Batch(x[c][b].d), lane_sums(isum[c]) - offset, total[c]);
            if constexpr (Format::kSplit)
                total[c] = fma(Format::d2(heads) * Batch(x[c][b].d), lane_sums(isum2[c]), total[c]);
            if constexpr (Format::kMin)
                total[c] = fma(Format::m(heads) * Batch(x[c][b].d), Batch(float(x[c][b].sum)), total[c]);
        }
    }
    for (int c = 0; c < n_cols; ++c) acc[c] = total[c];
}

/// Calls f(first column, constant number of columns) until n_cols are covered.
template <class F>
inline void columns_by_4_2_1(int n_cols, F f) {
    int c = 0;
    for (; n_cols - c >= 4; c += 4) f(c, std::integral_constant<int, 4>());
    if (n_cols - c >= 2) f(c, std::integral_constant<int, 2>()), c += 2;
    if (n_cols - c >= 1) f(c, std::integral_constant<int, 1>());
}

/// The columns of one call, and what it makes of them.
template <class Act>
struct Call {
    size_t n_rows;
    const std::byte* w;
    size_t row_bytes;
    int n_cols;
    const Act* x[kMaxCols];
    float* const* out;

    /// Calls add(group, acc) for each group of rows, acc[c] being zeros for each column, and stores what it made of
    /// acc.
    template <class Add>
    void for_each_group(Add add) const {
        for (size_t first = 0; first < n_rows; first += kGroupRows) {
            const size_t n = n_rows - first < kGroupRows ? n_rows - first : kGroupRows;
            const Group group = group_of(w, row_bytes, first, n_rows);
            Batch acc[kMaxCols];
            for (int c = 0; c < n_cols; ++c) acc[c] = Batch(0.0f);
            add(group, acc);
            for (int c = 0; c < n_cols; ++c) {
                float dots[kGroupRows];
                narrow(acc[c] + Batch(0.0f), dots);
                std::memcpy(out[c] + first, dots, n * sizeof(float));
            }
        }
    }
};

template <class Act>
inline Call<Act> call(size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
                      float* const* out) {
    Call<Act> result = {n_rows, w, row_bytes, n_cols, {}, out};
    for (int c = 0; c < n_cols; ++c) result.x[c] = static_cast<const Act*>(x[c]);
    return result;
}

template <class Format>
void rows256(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
             float* const* out) {
    const auto all = call<ActQ8K>(n_rows, w, row_bytes, n_cols, x, out);
    all.for_each_group([&](const Group& group, Batch* acc) {
        columns_by_4_2_1(n_cols,
                         [&](int c, auto n) { add_blocks256<Format, n>(n_k / 256, group, all.x + c, acc + c); });
    });
}

template <class Format>
void rows32(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
            float* const* out) {
    const auto all = call<ActQ80>(n_rows, w, row_bytes, n_cols, x, out);
    all.for_each_group([&](const Group& group, Batch* acc) {
        columns_by_4_2_1(n_cols, [&](int c, auto n) { add_blocks32<Format, n>(n_k / 32, group, all.x + c, acc + c); });
    });
}

// ------------------------------------------------------------------------------------------- types without a fast path

constexpr size_t kMostParts = 4;  ///< blocks of 32 in a block of a type

/// A group of "rows" that are the decoded blocks of the rows of another one.
template <class Codes>
inline Group decoded_group(const Codes* codes, size_t codes_per_row) {
    Group group;
    group.next = reinterpret_cast<const std::byte*>(codes);
    for (size_t r = 0; r < kGroupRows; ++r)
        group.rows[r] = reinterpret_cast<const std::byte*>(codes + r * codes_per_row);
    return group;
}

/// Adds `ahead` blocks to the start of every column.
template <class Act>
struct Later {
    const Act* x[kMaxCols];
    Later(const Call<Act>& all, size_t blocks) {
        for (int c = 0; c < all.n_cols; ++c) x[c] = all.x[c] + blocks;
    }
};

inline void decoded256(const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes,
                       int n_cols, const void* const* x, float* const* out) {
    const auto all = call<ActQ8K>(n_rows, w, row_bytes, n_cols, x, out);
    all.for_each_group([&](const Group& group, Batch* acc) {
        Codes256 codes[kGroupRows];
        const Group decoded = decoded_group(codes, 1);
        for (size_t b = 0; b < n_k / 256; ++b) {
            for (int r = 0; r < kGroupRows; ++r) info.unpack256(group.rows[r] + b * info.block_bytes, codes[r]);
            const Later<ActQ8K> later(all, b);
            columns_by_4_2_1(
                n_cols, [&](int c, auto n) { add_blocks256<FormatCodes256, n>(1, decoded, later.x + c, acc + c); });
        }
    });
}

template <class Format>
inline void decoded32(const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes,
                      int n_cols, const void* const* x, float* const* out) {
    const size_t parts = info.block_elems / 32;
    const auto all = call<ActQ80>(n_rows, w, row_bytes, n_cols, x, out);
    all.for_each_group([&](const Group& group, Batch* acc) {
        Codes32 codes[kGroupRows][kMostParts];
        const Group decoded = decoded_group(codes[0], kMostParts);
        for (size_t b = 0; b < n_k / info.block_elems; ++b) {
            for (int r = 0; r < kGroupRows; ++r) info.unpack32(group.rows[r] + b * info.block_bytes, codes[r]);
            const Later<ActQ80> later(all, b * parts);
            columns_by_4_2_1(n_cols,
                             [&](int c, auto n) { add_blocks32<Format, n>(parts, decoded, later.x + c, acc + c); });
        }
    });
}

template <size_t id>
void decoded_rows(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
                  float* const* out) {
    const DTypeInfo& info = dtype_info(DType(id));
    const auto rows = info.unpack256     ? decoded256
                      : info.split_scale ? decoded32<FormatCodes32<true>>
                                         : decoded32<FormatCodes32<false>>;
    rows(info, n_k, n_rows, w, row_bytes, n_cols, x, out);
}

template <size_t... ids>
constexpr std::array<RowsFn, kDTypeIds> all_decoded_rows(std::index_sequence<ids...>) {
    return {decoded_rows<ids>...};
}

/// A whole table.
constexpr Kernels vector_kernels(std::string_view name) {
    Kernels k = float_kernels(name, all_decoded_rows(std::make_index_sequence<kDTypeIds>()));
    const auto set = [&k](DType type, RowsFn rows) { k.rows[size_t(type)] = rows; };
    set(DType::Q4_0, rows32<FormatQ4_0>);
    set(DType::Q4_1, rows32<FormatQ4_1>);
    set(DType::Q5_0, rows32<FormatQ5_0>);
    set(DType::Q5_1, rows32<FormatQ5_1>);
    set(DType::Q8_0, rows32<FormatQ8_0>);
    set(DType::IQ4_NL, rows32<FormatIQ4_NL>);
    set(DType::MXFP4, rows32<FormatMXFP4>);
    set(DType::Q2_K, rows256<FormatQ2_K>);
    set(DType::Q3_K, rows256<FormatQ3_K>);
    set(DType::Q4_K, rows256<FormatQ4_K>);
    set(DType::Q5_K, rows256<FormatQ5_K>);
    set(DType::Q6_K, rows256<FormatQ6_K>);
    set(DType::IQ4_XS, rows256<FormatIQ4_XS>);
    set(DType::IQ1_S, rows256<FormatIQ1_S>);
    set(DType::IQ1_M, rows256<FormatIQ1_M>);
    set(DType::IQ2_XXS, rows256<FormatIQ2_XXS>);
    set(DType::IQ2_XS, rows256<FormatIQ2_XS>);
    set(DType::IQ2_S, rows256<FormatIQ2_S>);
    set(DType::IQ3_XXS, rows256<FormatIQ3_XXS>);
    set(DType::IQ3_S, rows256<FormatIQ3_S>);
    set(DType::TQ1_0, rows256<FormatTQ1_0>);
    set(DType::TQ2_0, rows256<FormatTQ2_0>);
    set(DType::NVFP4, rows32<FormatNVFP4>);
    return k;
}

}  // namespace
}  // namespace siskin
