#pragma once
// Products of quantized rows: one loop for blocks of 256 weights and one for blocks of 32, for every format of
// block_formats.h and up to four columns at once.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numeric>
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
// blocks, those at the end of a row together with the first ones of the next. The float additions of a row follow each
// other, but there are few, and they go on beside the integer products of the blocks that follow.

constexpr size_t kSpan = 16384 / 256;      ///< most blocks of a row that are multiplied at a time
constexpr size_t kPlaces = 4 * kLanes;     ///< of a Batch
constexpr size_t kSteps = kSpan / kLanes;  ///< each takes kLanes blocks; four are a group that fills a Batch

/// Where column() and lane_sums() leave what belongs to a block of a group.
constexpr size_t place_of(size_t block) { return 4 * (block % kLanes) + block / kLanes % 4; }

/// 16 bytes for each lane.
using LaneBytes = int8_t[kLanes][16];

/// A span of a column, in the order in which the blocks of rows are multiplied.
template <class Format>
struct Span {
    alignas(64) LaneBytes q[kSteps][16];
    alignas(64) LaneBytes sums[kSteps][Format::kScales / 8];
    alignas(64) float d[kSteps][kPlaces];  // of the group that begins with a step

    /// n_blocks blocks, again and again, as long as n_steps take them.
    void fill(const ActQ8K* x, size_t n_blocks, size_t n_steps) {
        size_t next = 0;
        const auto after = [n_blocks](size_t block) { return block + 1 < n_blocks ? block + 1 : 0; };
        for (size_t step = 0; step < n_steps; ++step) {
            for (size_t i = 0, block = next; i < kPlaces; ++i, block = after(block)) d[step][place_of(i)] = x[block].d;
            for (size_t lane = 0; lane < kLanes; ++lane, next = after(next)) {
                const ActQ8K& from = x[next];
                const int16_t* const from_sums = Format::kScales == 8 ? from.sum32 : from.sum;
                for (size_t i = 0; i < 16; ++i) std::memcpy(q[step][i][lane], from.q + 16 * i, 16);
                for (size_t i = 0; i < Format::kScales / 8; ++i)
                    std::memcpy(sums[step][i][lane], from_sums + 8 * i, 16);
            }
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
        const Lanes& s = scale[g / 4];
        if constexpr (!Format::kSigned)
            return add_products(acc, sums_of_four(first, second, x0, x1), spread_two_words(s, g % 4));
        return add_scaled_signed(add_scaled_signed(acc, first, x0, spread_word(s, 2 * g % 8)), second, x1,
                                 spread_word(s, 2 * g % 8 + 1));
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
    /// The blocks that begin at `at`, with a step of the columns.
    void multiply(size_t i, const std::byte* at, size_t step, const Span<Format>* x) {
        constexpr int kOffset = Format::kSigned ? kSignedOffset : Format::kOffset;
        const std::byte* rows[4 * kLanes] = {};
        for (size_t l = 0; l < kLanes; ++l) rows[4 * l] = at + l * Format::kBytes;
        const Blocks blocks = {rows, 0};
        constexpr int kChains = 4 / n;  // of additions, none of which should wait for another
        Lanes scale[Format::kScales / 8], min[Format::kScales / 8], sum[n][kChains];
        heads[i] = Format::head(blocks);
        Format::scales(blocks, heads[i], scale, min);
        for (int c = 0; c < n; ++c)
            for (int chain = 0; chain < kChains; ++chain) sum[c][chain] = zero();
        Format::codes(blocks, [&](int g, Lanes first, Lanes second) {
            for (int c = 0; c < n; ++c) {
                Lanes& acc = sum[c][g % kChains];
                acc = add_32<Format>(acc, g, first, second, x[c].q[step] + 2 * g, scale);
            }
        });
        for (int c = 0; c < n; ++c) {
            for (int chain = 1; chain < kChains; ++chain) sum[c][0] = add_ints(sum[c][0], sum[c][chain]);
            isum[c][i] = sum[c][0];
            if constexpr (kOffset != 0)
                isum[c][i] =
                    sub_ints(isum[c][i], ints_left<std::countr_zero(unsigned(kOffset))>(x[c].dot_sums(step, scale)));
            if constexpr (Format::kMins) msum[c][i] = x[c].dot_sums(step, min);
        }
    }
    /// Calls add(c, t, scale, value) for each term t of the sums of column c: scale * value, for each place.
    template <class Add>
    void put(size_t first_step, const Span<Format>* x, Add add) const {
        const Batch d = Format::d(heads);
        for (int c = 0; c < n; ++c) {
            const Batch x_d = widen(x[c].d[first_step]);
            add(c, 0, d * x_d, lane_sums(isum[c]));
            if constexpr (Format::kMins) add(c, 1, Format::dmin(heads) * -x_d, lane_sums(msum[c]));
        }
    }
};

/// What a group of blocks adds to the sums of its rows: products of two floats for each place.
template <int n_cols, int n_terms>
struct Terms {
    alignas(64) float scale[n_cols][n_terms][kPlaces], value[n_cols][n_terms][kPlaces];
};

/// The sums of the rows of a stretch, one after the other. Additions wait for each other, and so they should be given a
/// few at a time, with other work between them.
template <int n_cols>
class RowSums {
  public:
    RowSums(size_t n_rows, size_t n_blocks, float* const* out)
        : rows_left_(n_rows), blocks_left_(n_blocks), n_blocks_(n_blocks) {
        for (int c = 0; c < n_cols; ++c) total_[c] = *(next_[c] = out[c]);
    }

    /// The first n blocks of step i of a group; they are the next ones of the stretch.
    template <int n_terms>
    void add(const Terms<n_cols, n_terms>& terms, size_t i, size_t n = kLanes) {
        for (size_t l = 0; l < n; ++l) {
            const size_t place = place_of(i * kLanes + l);
            for (int c = 0; c < n_cols; ++c)
                for (int t = 0; t < n_terms; ++t)
                    total_[c] = std::fma(terms.scale[c][t][place], terms.value[c][t][place], total_[c]);
            if (--blocks_left_ == 0) end_row();
        }
    }

  private:
    void end_row() {
        blocks_left_ = n_blocks_;
        --rows_left_;
        for (int c = 0; c < n_cols; ++c) {
            *next_[c]++ = total_[c] + 0.0f;
            if (rows_left_ > 0) total_[c] = *next_[c];
        }
    }

    float total_[n_cols], *next_[n_cols];
    size_t rows_left_, blocks_left_, n_blocks_;
};

/// out[c][r] += row r . x[c] for the rows of a stretch, each of n_blocks blocks, that begins at `begin`. The columns
/// come round again after n_steps.
template <class Format, int n_cols>
[[gnu::flatten]] inline void add_stretch(const std::byte* begin, size_t n_rows, size_t n_blocks, const Span<Format>* x,
                                         size_t n_steps, float* const* out) {
    constexpr size_t kStepBytes = kLanes * Format::kBytes;
    const size_t n_all = n_rows * n_blocks;
    std::byte rest[kStepBytes];
    RowSums<n_cols> row_sums(n_rows, n_blocks, out);
    Terms<n_cols, Format::kMins ? 2 : 1> terms;  // of the group before
    size_t step = 0;
    for (size_t first = 0; first < n_all; first += kPlaces) {
        IntegerSums<Format, n_cols> sums;
        const size_t first_step = step;
        for (size_t i = 0; i < 4; ++i) {
            if (first > 0) row_sums.add(terms, i);
            const size_t block = first + i * kLanes;
            if (block >= n_all) {
                sums.clear(i);
                continue;
            }
            const std::byte* blocks = begin + block * Format::kBytes;
            fetch_ahead<kStepBytes>(blocks);
            if (block + kLanes > n_all) {
                std::memset(rest, 0, sizeof(rest));
                blocks = static_cast<std::byte*>(std::memcpy(rest, blocks, (n_all - block) * Format::kBytes));
            }
            sums.multiply(i, blocks, step, x);
            if (++step == n_steps) step = 0;
        }
        sums.put(first_step, x, [&](int c, int t, Batch scales, Batch values) {
            narrow(scales, terms.scale[c][t]);
            narrow(values, terms.value[c][t]);
        });
    }
    for (size_t i = 0, left = (n_all - 1) % kPlaces + 1; left > 0; ++i) {
        const size_t n = left < kLanes ? left : kLanes;
        row_sums.add(terms, i, n);
        left -= n;
    }
}

/// out[c][r] = row r . x[c] for n_cols columns. blocks_of(row, first, n) gives n blocks, up to most_blocks, from block
/// `first` of a row on; the rows follow each other if `joined`.
template <class Format, int n_cols, class BlocksOf>
void row_by_row(size_t n_blocks, size_t n_rows, const ActQ8K* const* x, float* const* out, bool joined,
                size_t most_blocks, BlocksOf blocks_of) {
    Span<Format> spans[n_cols];
    const size_t round = n_blocks / std::gcd(n_blocks, kLanes);  // steps after which a step begins with a row
    const bool together = joined && round <= kSteps && n_blocks <= most_blocks;
    const size_t stretch = together ? most_blocks / n_blocks : 1;  // rows
    for (int c = 0; c < n_cols; ++c) std::memset(out[c], 0, n_rows * sizeof(float));
    for (size_t first = 0; first < n_blocks; first += kSpan) {
        const size_t n = n_blocks - first < kSpan ? n_blocks - first : kSpan;
        const size_t n_steps = together ? round : (n + kLanes - 1) / kLanes;
        for (int c = 0; c < n_cols; ++c) spans[c].fill(x[c] + first, n, n_steps);
        for (size_t row = 0; row < n_rows; row += stretch) {
            const size_t rows = n_rows - row < stretch ? n_rows - row : stretch;
            float* sums[n_cols];
            for (int c = 0; c < n_cols; ++c) sums[c] = out[c] + row;
            add_stretch<Format, n_cols>(blocks_of(row, first, rows * n), rows, n, spans, n_steps, sums);
        }
    }
}

template <class Format, class BlocksOf>
inline void rows_of_256(size_t n_k, size_t n_rows, int n_cols, const void* const* x, float* const* out, bool joined,
                        size_t most_blocks, BlocksOf blocks_of) {
    const ActQ8K* columns[kMaxCols];
    for (int c = 0; c < n_cols; ++c) columns[c] = static_cast<const ActQ8K*>(x[c]);
    columns_by_4_2_1(n_cols, [&](int c, auto n) {
        row_by_row<Format, n>(n_k / 256, n_rows, columns + c, out + c, joined, most_blocks, blocks_of);
    });
}

template <class Format>
void rows256(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
             float* const* out) {
    const bool joined = row_bytes == n_k / 256 * Format::kBytes;
    rows_of_256<Format>(n_k, n_rows, n_cols, x, out, joined, SIZE_MAX,
                        [=](size_t row, size_t first, size_t) { return w + row * row_bytes + first * Format::kBytes; });
}

// ------------------------------------------------------------------------------------------------------- blocks of 32

// There are so many float additions that they are made for four rows by one instruction. The rows go through their
// blocks together, kLanes blocks of each at a time, so that memory is still read nearly in one stretch.

constexpr size_t kFour = 4;             ///< rows
constexpr size_t kSpan32 = 16384 / 32;  ///< most blocks of a row that are multiplied at a time

/// A span of a column, in steps of kLanes blocks of 32. Of blocks that hold several 32, a step takes the same one of
/// each, and steps for the others follow.
template <class Format>
struct Span32 {
    alignas(64) LaneBytes q[kSpan32 / kLanes][2];
    alignas(64) float d[kSpan32 / kLanes][kPlaces];  // at places 4 l .. 4 l + 3 that of lane l
    alignas(64) float sum[kSpan32 / kLanes][kPlaces];

    void fill(const ActQ80* x, size_t n_blocks) {
        for (size_t i = 0; i < n_blocks * Format::kParts; ++i) {
            const size_t block = i / Format::kParts, part = i % Format::kParts;
            const size_t step = block / kLanes * Format::kParts + part, lane = block % kLanes;
            std::memcpy(q[step][0][lane], x[i].q, 16);
            std::memcpy(q[step][1][lane], x[i].q + 16, 16);
            for (size_t row = 0; row < kFour; ++row) {
                d[step][kFour * lane + row] = x[i].d;
                sum[step][kFour * lane + row] = float(x[i].sum);
            }
        }
    }
};

/// What kLanes blocks of four rows add to the sums of n columns: scale * value, for term t of part p of the block in
/// lane l of row r at place 4 l + r.
template <class Format, int n>
struct Terms32 {
    static constexpr int kTerms = 1 + Format::kSplit + Format::kMin;
    Batch scale[n][Format::kParts][kTerms], value[n][Format::kParts][kTerms];

    /// Part p of the blocks, with a step of the columns.
    template <int p>
    void multiply(const std::byte* const* rows, size_t step, const Span32<Format>* x) {
        Lanes heads[4], isum[n][4], isum2[n][4];
        for (size_t r = 0; r < kFour; ++r) {
            const std::byte* places[4 * kLanes] = {};
            for (size_t l = 0; l < kLanes; ++l) places[4 * l] = rows[r] + l * Format::kBytes;
            const Blocks blocks = {places, 0, p};
            heads[r] = Format::head(blocks);
            Format::codes(blocks, [&](Lanes first, Lanes second) {
                for (int c = 0; c < n; ++c) {
                    const Lanes x0 = load_lanes(x[c].q[step][0]), x1 = load_lanes(x[c].q[step][1]);
                    if constexpr (Format::kSplit) {
                        isum[c][r] = dot_signed(first, x0);
                        isum2[c][r] = dot_signed(second, x1);
                    } else if constexpr (Format::kSigned) {
                        isum[c][r] = dot_signed(first, second, x0, x1);
                    } else {
                        isum[c][r] = dot(first, second, x0, x1);
                    }
                }
            });
        }
        const Batch d = Format::d(heads);
        for (int c = 0; c < n; ++c) {
            const Batch x_d = widen(x[c].d[step]), x_sum = widen(x[c].sum[step]);
            const auto set = [&](int t, Batch scales, Batch values) {
                scale[c][p][t] = scales;
                value[c][p][t] = values;
            };
            set(0, d * x_d, lane_sums(isum[c]) - Batch(float(Format::kOffset)) * x_sum);
            if constexpr (Format::kSplit) set(1, Format::d2(heads) * x_d, lane_sums(isum2[c]));
            if constexpr (Format::kMin) set(kTerms - 1, Format::m(heads) * x_d, x_sum);
        }
    }
    /// total[c] += the terms of one block of each row.
    template <int lane>
    void add_to(Quad* total) const {
        for (int c = 0; c < n; ++c)
            for (size_t p = 0; p < Format::kParts; ++p)
                for (int t = 0; t < kTerms; ++t)
                    total[c] = fma(lane_of<lane>(scale[c][p][t]), lane_of<lane>(value[c][p][t]), total[c]);
    }
};

/// Blocks of four rows, what will be read after them, and the end of the memory they are in.
struct FourRows {
    const std::byte *rows[kFour], *ahead, *end;
};

/// total[c] += products of n_blocks blocks of four rows, for n columns.
template <class Format, int n>
[[gnu::flatten]] inline void add_four(const FourRows& four, size_t n_blocks, const Span32<Format>* x, Quad* total) {
    constexpr size_t kStepBytes = kLanes * Format::kBytes;
    std::byte copies[kFour][kStepBytes];
    for (size_t first = 0, at = 0; first < n_blocks; first += kLanes, at += kStepBytes) {
        fetch_part<kFour * kStepBytes>(four.ahead + kFour * at, 0);
        const std::byte* rows[kFour];
        for (size_t r = 0; r < kFour; ++r) rows[r] = four.rows[r] + at;
        const size_t n_lanes = n_blocks - first;  // that count, if fewer than kLanes
        if (n_lanes < kLanes && size_t(four.end - rows[kFour - 1]) < kStepBytes)
            for (size_t r = 0; r < kFour; ++r)
                rows[r] = static_cast<std::byte*>(std::memcpy(copies[r], rows[r], n_lanes * Format::kBytes));
        Terms32<Format, n> terms;
        unrolled<int(Format::kParts)>(
            [&](auto p) { terms.template multiply<p>(rows, first / kLanes * Format::kParts + p, x); });
        unrolled<kLanes>([&](auto lane) {
            if (lane < n_lanes) terms.template add_to<lane>(total);
        });
    }
}

/// Rows of blocks: as they are in memory, or decoded when they are asked for.
struct Rows32 {
    size_t n_rows, n_blocks;
    size_t most_blocks;    ///< of a row that can be asked for at once
    size_t row_bytes;      ///< from a row to the next one; 0 if decoded blocks take the place of those before
    const std::byte* end;  ///< of the memory
};

/// out[c][r] = row r . x[c] for n columns. blocks_of(row, first, n_blocks) gives blocks of a row from `first` on, which
/// stay while those of the next three rows are asked for.
template <class Format, int n, class BlocksOf>
void rows_by_four(const Rows32& all, const ActQ80* const* x, float* const* out, BlocksOf blocks_of) {
    Span32<Format> spans[n];
    for (int c = 0; c < n; ++c) std::memset(out[c], 0, all.n_rows * sizeof(float));
    for (size_t first = 0; first < all.n_blocks; first += all.most_blocks) {
        const size_t n_blocks = std::min(all.n_blocks - first, all.most_blocks);
        for (int c = 0; c < n; ++c) spans[c].fill(x[c] + first * Format::kParts, n_blocks);
        for (size_t row = 0; row < all.n_rows; row += kFour) {
            const size_t n_here = std::min(all.n_rows - row, kFour);
            FourRows four;
            for (size_t r = 0; r < kFour; ++r)
                four.rows[r] = blocks_of(r < n_here ? row + r : all.n_rows - 1, first, n_blocks);
            four.ahead = four.rows[0] + (row + 2 * kFour <= all.n_rows ? kFour * all.row_bytes : 0);
            four.end = all.end;
            float sums[kFour] = {};
            Quad total[n];
            for (int c = 0; c < n; ++c) {
                std::memcpy(sums, out[c] + row, n_here * sizeof(float));
                total[c] = load_quad(sums);
            }
            add_four<Format, n>(four, n_blocks, spans, total);
            for (int c = 0; c < n; ++c) {
                store_quad(total[c], sums);
                for (size_t r = 0; r < n_here; ++r) out[c][row + r] = sums[r] + 0.0f;
            }
        }
    }
}

template <class Format, class BlocksOf>
inline void rows_of_32(const Rows32& all, int n_cols, const void* const* x, float* const* out, BlocksOf blocks_of) {
    const ActQ80* columns[kMaxCols];
    for (int c = 0; c < n_cols; ++c) columns[c] = static_cast<const ActQ80*>(x[c]);
    columns_by_4_2_1(n_cols, [&](int c, auto n) { rows_by_four<Format, n>(all, columns + c, out + c, blocks_of); });
}

template <class Format>
void rows32(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
            float* const* out) {
    const Rows32 all = {n_rows, n_k / 32 / Format::kParts, kSpan32 / Format::kParts, row_bytes, w + n_rows * row_bytes};
    rows_of_32<Format>(all, n_cols, x, out,
                       [=](size_t row, size_t first, size_t) { return w + row * row_bytes + first * Format::kBytes; });
}

// ------------------------------------------------------------------------------------------- types without a fast path

constexpr size_t kMostParts = 4;  ///< blocks of 32 in a block of a type

inline void decoded256(const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes,
                       int n_cols, const void* const* x, float* const* out) {
    Codes256 codes[kSpan];
    const auto* const decoded = reinterpret_cast<const std::byte*>(codes);
    const bool joined = row_bytes == n_k / 256 * info.block_bytes;
    rows_of_256<FormatCodes256>(n_k, n_rows, n_cols, x, out, joined, kSpan, [&](size_t row, size_t first, size_t n) {
        for (size_t b = 0; b < n; ++b) info.unpack256(w + row * row_bytes + (first + b) * info.block_bytes, codes[b]);
        return decoded;
    });
}

template <class Format>
inline void decoded32(const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes,
                      int n_cols, const void* const* x, float* const* out) {
    constexpr size_t kBlocks = 64;
    static_assert(kBlocks % kMostParts == 0 && kBlocks % kLanes == 0);
    const size_t parts = info.block_elems / 32;
    Codes32 codes[kFour][kBlocks];
    const auto* const end = reinterpret_cast<const std::byte*>(codes + kFour);
    rows_of_32<Format>({n_rows, n_k / 32, kBlocks, 0, end}, n_cols, x, out, [&](size_t row, size_t first, size_t n) {
        Codes32* const decoded = codes[row % kFour];
        for (size_t b = 0; b < n; b += parts)
            info.unpack32(w + row * row_bytes + (first + b) / parts * info.block_bytes, decoded + b);
        return reinterpret_cast<const std::byte*>(decoded);
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
