// Products of quantized rows: one loop for blocks of 256 weights and one for blocks of 32, for every format of
// block_formats.h and up to four columns. A group of rows goes through its blocks together, so that the integer sums of
// a block are reduced to one register with a lane per row, and scales and float additions cost one operation per group.

#include <utility>

#include "ops/isa/block_formats.h"

namespace siskin {
namespace {

/// scale * dot for the 32 weights of a group; unsigned codes with one scale per 32 are added before they are scaled.
template <class Format>
inline Lanes add_32(Lanes acc, int g, Lanes first, Lanes second, const int8_t* x, const Lanes* scale) {
    const Lanes x0 = same_for_all(x + 32 * g), x1 = same_for_all(x + 32 * g + 16);
    if constexpr (Format::kScales == 8) {
        const Lanes s = spread_word(scale[0], g);
        if constexpr (!Format::kSigned) return add_scaled(acc, first, second, x0, x1, s);
        return add_scaled_signed(add_scaled_signed(acc, first, x0, s), second, x1, s);
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

    explicit ActSums(const int16_t* sum) {
        if constexpr (n_scales == 8) {
            part[0] = sums_of_neighbours(sum);
        } else {
            part[0] = same_for_all(sum);
            part[1] = same_for_all(sum + 8);
        }
    }
    /// The products of what belongs to the groups, scales or minima, and their activations' sums.
    Lanes dot(const Lanes* per_group) const {
        Lanes acc = add_products(zero(), per_group[0], part[0]);
        if constexpr (n_scales == 16) acc = add_products(acc, per_group[1], part[1]);
        return acc;
    }
};

/// acc[c] += products of n_blocks blocks of 256 of a group of rows, for columns x[0 .. n_cols - 1].
template <class Format, int n_cols>
inline void add_blocks256(size_t n_blocks, const std::byte* const* rows, const ActQ8K* const* x, Batch* acc) {
    constexpr int kOffset = Format::kSigned ? kSignedOffset : Format::kOffset;
    for (size_t b = 0; b < n_blocks; ++b) {
        const Group group = {rows, b * Format::kBytes};
        Lanes isum[n_cols][4], msum[n_cols][4];
        for (int q = 0; q < 4; ++q) {
            Lanes scale[Format::kScales / 8], min[Format::kScales / 8], sum[n_cols];
            Format::scales(group.quad(q), scale, min);
            for (int c = 0; c < n_cols; ++c) sum[c] = zero();
            Format::codes(group.quad(q), [&](int g, Lanes first, Lanes second) {
                for (int c = 0; c < n_cols; ++c)
                    sum[c] = add_32<Format>(sum[c], g, first, second, x[c][b].q, scale);
            });
            for (int c = 0; c < n_cols; ++c) {
                const ActSums<Format::kScales> sums(x[c][b].sum);
                if constexpr (kOffset != 0) sum[c] = sub_ints(sum[c], times<kOffset>(sums.dot(scale)));
                isum[c][q] = sum[c];
                if constexpr (Format::kMins) msum[c][q] = sums.dot(min);
            }
        }
        const Batch d = Format::d(group);
        for (int c = 0; c < n_cols; ++c)
            acc[c] = fma(d * Batch(x[c][b].d), lane_sums(isum[c]), acc[c]);
        if constexpr (Format::kMins) {
            const Batch dmin = Format::dmin(group);
            for (int c = 0; c < n_cols; ++c)
                acc[c] = fma(dmin * Batch(-x[c][b].d), lane_sums(msum[c]), acc[c]);
        }
    }
}

/// The same for blocks of 32.
template <class Format, int n_cols>
inline void add_blocks32(size_t n_blocks, const std::byte* const* rows, const ActQ80* const* x, Batch* acc) {
    for (size_t b = 0; b < n_blocks; ++b) {
        const Group group = {rows, b * Format::kBytes};
        Lanes isum[n_cols][4], isum2[n_cols][4];
        for (int q = 0; q < 4; ++q) {
            Format::codes(group.quad(q), [&](Lanes first, Lanes second) {
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
        const Batch d = Format::d(group);
        for (int c = 0; c < n_cols; ++c) {
            Batch sum = lane_sums(isum[c]);
            if constexpr (Format::kOffset != 0) sum = sum - Batch(float(Format::kOffset * x[c][b].sum));
            acc[c] = fma(d * Batch(x[c][b].d), sum, acc[c]);
        }
        if constexpr (Format::kSplit) {
            const Batch d2 = Format::d2(group);
            for (int c = 0; c < n_cols; ++c) acc[c] = fma(d2 * Batch(x[c][b].d), lane_sums(isum2[c]), acc[c]);
        }
        if constexpr (Format::kMin) {
            const Batch m = Format::m(group);
            for (int c = 0; c < n_cols; ++c) acc[c] = fma(m * Batch(x[c][b].d), Batch(float(x[c][b].sum)), acc[c]);
        }
    }
}

/// Calls f(first column, constant number of columns) until n_cols are covered.
template <class F>
inline void columns_by_4_2_1(int n_cols, F f) {
    int c = 0;
    for (; n_cols - c >= 4; c += 4) f(c, std::integral_constant<int, 4>());
    if (n_cols - c >= 2) f(c, std::integral_constant<int, 2>()), c += 2;
    if (n_cols - c >= 1) f(c, std::integral_constant<int, 1>());
}

/// Calls add(rows, acc) for each group of rows, acc[c] being a batch of zeros for each column, and stores what it made.
/// The rows that a last group lacks are the last row again.
template <class Add>
inline void for_each_group(size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, float* const* out, Add add) {
    for (size_t first = 0; first < n_rows; first += kGroupRows) {
        const size_t n = n_rows - first < kGroupRows ? n_rows - first : kGroupRows;
        const std::byte* rows[kGroupRows];
        for (size_t r = 0; r < kGroupRows; ++r) rows[r] = w + row_bytes * (first + (r < n ? r : n - 1));
        Batch acc[kMaxCols];
        for (int c = 0; c < n_cols; ++c) acc[c] = Batch(0.0f);
        add(rows, acc);
        for (int c = 0; c < n_cols; ++c) {
            float dots[kGroupRows];
            narrow(acc[c] + Batch(0.0f), dots);
            std::memcpy(out[c] + first, dots, n * sizeof(float));
        }
    }
}

template <class Format>
void rows256(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
             float* const* out) {
    const ActQ8K* columns[kMaxCols];
    for (int c = 0; c < n_cols; ++c) columns[c] = static_cast<const ActQ8K*>(x[c]);
    for_each_group(n_rows, w, row_bytes, n_cols, out, [&](const std::byte* const* rows, Batch* acc) {
        columns_by_4_2_1(n_cols, [&](int c, auto n) { add_blocks256<Format, n>(n_k / 256, rows, columns + c, acc + c); });
    });
}

template <class Format>
void rows32(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
            float* const* out) {
    const ActQ80* columns[kMaxCols];
    for (int c = 0; c < n_cols; ++c) columns[c] = static_cast<const ActQ80*>(x[c]);
    for_each_group(n_rows, w, row_bytes, n_cols, out, [&](const std::byte* const* rows, Batch* acc) {
        columns_by_4_2_1(n_cols, [&](int c, auto n) { add_blocks32<Format, n>(n_k / 32, rows, columns + c, acc + c); });
    });
}

// ------------------------------------------------------------------------------------------- types without a fast path

/// Decodes a block of each row of a group, then multiplies it as FormatCodes256 or FormatCodes32.
inline void decoded256(const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols,
                       const void* const* x, float* const* out) {
    for_each_group(n_rows, w, row_bytes, n_cols, out, [&](const std::byte* const* rows, Batch* acc) {
        Codes256 codes[kGroupRows];
        const std::byte* decoded[kGroupRows];
        for (int r = 0; r < kGroupRows; ++r) decoded[r] = reinterpret_cast<const std::byte*>(&codes[r]);
        for (size_t b = 0; b < n_k / 256; ++b) {
            for (int r = 0; r < kGroupRows; ++r) info.unpack256(rows[r] + b * info.block_bytes, codes[r]);
            const ActQ8K* columns[kMaxCols];
            for (int c = 0; c < n_cols; ++c) columns[c] = static_cast<const ActQ8K*>(x[c]) + b;
            columns_by_4_2_1(n_cols,
                             [&](int c, auto n) { add_blocks256<FormatCodes256, n>(1, decoded, columns + c, acc + c); });
        }
    });
}

template <class Format>
inline void decoded32(const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols,
                      const void* const* x, float* const* out) {
    constexpr size_t kMostParts = 4;
    const size_t parts = info.block_elems / 32;
    for_each_group(n_rows, w, row_bytes, n_cols, out, [&](const std::byte* const* rows, Batch* acc) {
        Codes32 codes[kGroupRows][kMostParts];
        const std::byte* decoded[kGroupRows];
        for (int r = 0; r < kGroupRows; ++r) decoded[r] = reinterpret_cast<const std::byte*>(codes[r]);
        for (size_t b = 0; b < n_k / info.block_elems; ++b) {
            for (int r = 0; r < kGroupRows; ++r) info.unpack32(rows[r] + b * info.block_bytes, codes[r]);
            const ActQ80* columns[kMaxCols];
            for (int c = 0; c < n_cols; ++c) columns[c] = static_cast<const ActQ80*>(x[c]) + b * parts;
            columns_by_4_2_1(n_cols, [&](int c, auto n) { add_blocks32<Format, n>(parts, decoded, columns + c, acc + c); });
        }
    });
}

template <size_t id>
void decoded_rows(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
                  float* const* out) {
    const DTypeInfo& info = dtype_info(DType(id));
    const auto rows = info.unpack256    ? decoded256
                      : info.split_scale ? decoded32<FormatCodes32<true>>
                                         : decoded32<FormatCodes32<false>>;
    rows(info, n_k, n_rows, w, row_bytes, n_cols, x, out);
}

template <size_t... ids>
constexpr void fill_decoded(Kernels& k, std::index_sequence<ids...>) {
    ((k.rows[ids] = k.rows[ids] ? k.rows[ids] : decoded_rows<ids>), ...);
}

/// A whole table.
constexpr Kernels vector_kernels(std::string_view name) {
    Kernels k = float_kernels(name);
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
    fill_decoded(k, std::make_index_sequence<kDTypeIds>());
    return k;
}

}  // namespace
}  // namespace siskin
