#pragma once
// Products of quantized rows: one loop for blocks of 256 weights and one for blocks of 32, for every format of
// block_formats.h and up to four columns at once.

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#include "ops/isa/block_formats.h"
#include "ops/isa/float_rows.h"
#include "ops/isa/grid_formats.h"

namespace siskin {
namespace {

/// Calls f(first column, constant number of columns) until n_cols are covered.
template <class F>
inline void columns_by_4_2_1(int n_cols, F f) {
    int c = 0;
    for (; n_cols - c >= 4; c += 4) f(c, std::integral_constant<int, 4>());
    if (n_cols - c >= 2) f(c, std::integral_constant<int, 2>()), c += 2;
    if (n_cols - c >= 1) f(c, std::integral_constant<int, 1>());
}

// ------------------------------------------------------------------------------------------------------ blocks of 256

// Memory delivers best what is read in one stretch, so one row is read after the other, and the lanes hold neighbouring
// blocks of it. The float additions of a row follow each other, but there are few, and they go on beside the integer
// products of the blocks that follow. Short rows are taken several at a time, as one stretch of blocks.

constexpr size_t kSpan = 16384 / 256;      ///< most blocks of a stretch
constexpr size_t kPlaces = 4 * kLanes;     ///< of a Batch
constexpr size_t kSteps = kSpan / kLanes;  ///< each takes kLanes blocks; four are a group that fills a Batch

/// Where column() and lane_sums() leave what belongs to a block of a group.
constexpr size_t place_of(size_t block) { return 4 * (block % kLanes) + block / kLanes % 4; }

/// 16 bytes for each lane.
using LaneBytes = int8_t[kLanes][16];

/// A span of a column, in the order in which a row's blocks are multiplied.
template <class Format>
struct Span {
    alignas(64) LaneBytes q[kSteps][16];
    alignas(64) LaneBytes sums[kSteps][Format::kScales / 8];
    alignas(64) float d[kSpan];  // of each group by place

    /// n_blocks blocks, again and again: for the rows of a stretch, and for lanes that no block needs.
    void fill(const ActQ8K* x, size_t n_blocks) {
        for (size_t block = 0; block < (n_blocks + kPlaces - 1) / kPlaces * kPlaces; ++block) {
            const ActQ8K& from = x[block % n_blocks];
            const size_t step = block / kLanes, lane = block % kLanes;
            const int16_t* const from_sums = Format::kScales == 8 ? from.sum32 : from.sum;
            d[block / kPlaces * kPlaces + place_of(block)] = from.d;
            for (size_t i = 0; i < 16; ++i) std::memcpy(q[step][i][lane], from.q + 16 * i, 16);
            for (size_t i = 0; i < Format::kScales / 8; ++i) std::memcpy(sums[step][i][lane], from_sums + 8 * i, 16);
        }
    }
    /// The products of words that belong to the groups of a step's blocks, scales or minima, and the groups' sums.
    Lanes dot_sums(size_t step, const Lanes* words) const {
        Lanes acc = add_products(zero(), words[0], load_lanes(sums[step][0]));
        if constexpr (Format::kScales == 16) acc = add_products(acc, words[1], load_lanes(sums[step][1]));
        return acc;
    }
};

/// scale * dot for the 32 weights of a group; unsigned codes with one scale per 32 are added before they are scaled.
template <class Format>
inline Lanes add_32(Lanes acc, int g, Lanes first, Lanes second, const LaneBytes* x, const Lanes* scale) {
    const Lanes x0 = load_lanes(x[0]), x1 = load_lanes(x[1]);
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

/// A group of steps with n columns.
template <class Format, int n>
struct IntegerSums {
    Lanes heads[4], isum[n][4], msum[n][4];

    void clear(size_t i) {
        heads[i] = zero();
        for (int c = 0; c < n; ++c) isum[c][i] = msum[c][i] = zero();
    }
    /// The step whose blocks begin at `at`.
    void multiply(size_t i, const std::byte* at, size_t step, const Span<Format>* x) {
        constexpr int kOffset = Format::kSigned ? kSignedOffset : Format::kOffset;
        const std::byte* rows[4 * kLanes] = {};
        for (size_t l = 0; l < kLanes; ++l) rows[4 * l] = at + l * Format::kBytes;
        const Blocks blocks = {rows, 0};
        Lanes scale[Format::kScales / 8], min[Format::kScales / 8], sum[n];
        heads[i] = Format::head(blocks);
        Format::scales(blocks, heads[i], scale, min);
        for (int c = 0; c < n; ++c) sum[c] = zero();
        Format::codes(blocks, [&](int g, Lanes first, Lanes second) {
            for (int c = 0; c < n; ++c) sum[c] = add_32<Format>(sum[c], g, first, second, x[c].q[step] + 2 * g, scale);
        });
        for (int c = 0; c < n; ++c) {
            if constexpr (kOffset != 0)
                sum[c] = sub_ints(sum[c], ints_left<std::countr_zero(unsigned(kOffset))>(x[c].dot_sums(step, scale)));
            isum[c][i] = sum[c];
            if constexpr (Format::kMins) msum[c][i] = x[c].dot_sums(step, min);
        }
    }
    /// Calls add(c, scale, value) for what is to be added to the sums of column c: scale * value, for each place.
    template <class Add>
    void put(size_t group, const Span<Format>* x, Add add) const {
        const Batch d = Format::d(heads);
        for (int c = 0; c < n; ++c) {
            const Batch x_d = widen(x[c].d + group * kPlaces);
            add(c, 0, d * x_d, lane_sums(isum[c]));
            if constexpr (Format::kMins) add(c, 1, Format::dmin(heads) * -x_d, lane_sums(msum[c]));
        }
    }
};

/// out[c][r] += row r . x[c] for the rows of a stretch, each of n_blocks blocks, that begins at `begin`. Asks for what
/// lies ahead of it, up to `end`.
template <class Format, int n_cols>
[[gnu::flatten]] inline void add_stretch(const std::byte* begin, const std::byte* end, size_t n_rows, size_t n_blocks,
                                         const Span<Format>* x, float* const* out) {
    constexpr size_t kAhead = 8192, kStepBytes = kLanes * Format::kBytes;
    constexpr int kTerms = Format::kMins ? 2 : 1;
    const size_t n_all = n_rows * n_blocks, whole_steps = n_all / kLanes, n_steps = (n_all + kLanes - 1) / kLanes;
    std::byte rest[kStepBytes];
    float total[n_cols], *next[n_cols];
    for (int c = 0; c < n_cols; ++c) total[c] = *(next[c] = out[c]);
    size_t left = n_blocks;  // of the row
    for (size_t first = 0; first < n_steps; first += 4) {
        IntegerSums<Format, n_cols> sums;
        for (size_t i = 0; i < 4; ++i) {
            const size_t step = first + i;
            const std::byte* blocks = begin + step * kStepBytes;
            if (step >= n_steps) {
                sums.clear(i);
                continue;
            }
            fetch_part<kStepBytes>(blocks + kAhead < end ? blocks + kAhead : blocks, 0);
            if (step == whole_steps) {
                std::memset(rest, 0, sizeof(rest));
                blocks = static_cast<std::byte*>(std::memcpy(rest, blocks, n_all % kLanes * Format::kBytes));
            }
            sums.multiply(i, blocks, step, x);
        }
        alignas(64) float scale[n_cols][kTerms][kPlaces], value[n_cols][kTerms][kPlaces];
        sums.put(first / 4, x, [&](int c, int t, Batch scales, Batch values) {
            narrow(scales, scale[c][t]);
            narrow(values, value[c][t]);
        });
        const size_t n = n_all - first * kLanes < kPlaces ? n_all - first * kLanes : kPlaces;
        for (size_t block = 0; block < n; ++block) {
            for (int c = 0; c < n_cols; ++c)
                for (int t = 0; t < kTerms; ++t)
                    total[c] = std::fma(scale[c][t][place_of(block)], value[c][t][place_of(block)], total[c]);
            if (--left > 0) continue;
            left = n_blocks;
            for (int c = 0; c < n_cols; ++c) {
                *next[c]++ = total[c] + 0.0f;
                total[c] = block + 1 < n || first + 4 < n_steps ? *next[c] : 0;
            }
        }
    }
}

/// out[c][r] = row r . x[c] for n_cols columns. blocks_of(row, first, n) gives n blocks from block `first` of a row on,
/// in memory that goes on up to `end`; the rows follow each other if `joined`.
template <class Format, int n_cols, class BlocksOf>
void row_by_row(size_t n_blocks, size_t n_rows, const ActQ8K* const* x, float* const* out, const std::byte* end,
                bool joined, BlocksOf blocks_of) {
    Span<Format> spans[n_cols];
    const size_t stretch = joined && kPlaces % n_blocks == 0 ? kPlaces / n_blocks : 1;  // rows
    for (int c = 0; c < n_cols; ++c) std::memset(out[c], 0, n_rows * sizeof(float));
    for (size_t first = 0; first < n_blocks; first += kSpan) {
        const size_t n = n_blocks - first < kSpan ? n_blocks - first : kSpan;
        for (int c = 0; c < n_cols; ++c) spans[c].fill(x[c] + first, n);
        for (size_t row = 0; row < n_rows; row += stretch) {
            const size_t rows = n_rows - row < stretch ? n_rows - row : stretch;
            float* sums[n_cols];
            for (int c = 0; c < n_cols; ++c) sums[c] = out[c] + row;
            add_stretch<Format, n_cols>(blocks_of(row, first, rows * n), end, rows, n, spans, sums);
        }
    }
}

template <class Format, class BlocksOf>
inline void rows_of_256(size_t n_k, size_t n_rows, int n_cols, const void* const* x, float* const* out,
                        const std::byte* end, bool joined, BlocksOf blocks_of) {
    const ActQ8K* columns[kMaxCols];
    for (int c = 0; c < n_cols; ++c) columns[c] = static_cast<const ActQ8K*>(x[c]);
    columns_by_4_2_1(n_cols, [&](int c, auto n) {
        row_by_row<Format, n>(n_k / 256, n_rows, columns + c, out + c, end, joined, blocks_of);
    });
}

template <class Format>
void rows256(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
             float* const* out) {
    const bool joined = row_bytes == n_k / 256 * Format::kBytes;
    rows_of_256<Format>(n_k, n_rows, n_cols, x, out, w + n_rows * row_bytes, joined,
                        [=](size_t row, size_t first, size_t) { return w + row * row_bytes + first * Format::kBytes; });
}

// ------------------------------------------------------------------------------------------------------- blocks of 32

// There are so many float additions that they are made for all rows of a group at once: a group goes through its blocks
// together, so that the integer sums of a block are reduced to one register with a lane per row.

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

/// acc[c] += products of n_blocks blocks of 32 of a group of rows, for columns x[0 .. n_cols - 1].
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

/// The columns of one call, and what it makes of them.
struct Call {
    size_t n_rows;
    const std::byte* w;
    size_t row_bytes;
    int n_cols;
    const ActQ80* x[kMaxCols];
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

inline Call call(size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
                 float* const* out) {
    Call result = {n_rows, w, row_bytes, n_cols, {}, out};
    for (int c = 0; c < n_cols; ++c) result.x[c] = static_cast<const ActQ80*>(x[c]);
    return result;
}

template <class Format>
void rows32(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
            float* const* out) {
    const auto all = call(n_rows, w, row_bytes, n_cols, x, out);
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
struct Later {
    const ActQ80* x[kMaxCols];
    Later(const Call& all, size_t blocks) {
        for (int c = 0; c < all.n_cols; ++c) x[c] = all.x[c] + blocks;
    }
};

inline void decoded256(const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes,
                       int n_cols, const void* const* x, float* const* out) {
    Codes256 codes[kSpan];
    const auto* const decoded = reinterpret_cast<const std::byte*>(codes);
    const bool joined = row_bytes == n_k / 256 * info.block_bytes;
    rows_of_256<FormatCodes256>(n_k, n_rows, n_cols, x, out, decoded + sizeof(codes), joined,
                                [&](size_t row, size_t first, size_t n) {
                                    for (size_t b = 0; b < n; ++b)
                                        info.unpack256(w + row * row_bytes + (first + b) * info.block_bytes, codes[b]);
                                    return decoded;
                                });
}

template <class Format>
inline void decoded32(const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes,
                      int n_cols, const void* const* x, float* const* out) {
    const size_t parts = info.block_elems / 32;
    const auto all = call(n_rows, w, row_bytes, n_cols, x, out);
    all.for_each_group([&](const Group& group, Batch* acc) {
        Codes32 codes[kGroupRows][kMostParts];
        const Group decoded = decoded_group(codes[0], kMostParts);
        for (size_t b = 0; b < n_k / info.block_elems; ++b) {
            for (int r = 0; r < kGroupRows; ++r) info.unpack32(group.rows[r] + b * info.block_bytes, codes[r]);
            const Later later(all, b * parts);
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
