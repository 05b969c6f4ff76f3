#pragma once
// Products of quantized rows with many columns. The codes of a group of rows are decoded once, by the formats of
// block_formats.h, into a tile: each register holds four consecutive codes of each row, so that one broadcast of four
// activations serves all rows and no sum ever crosses a register. Then the columns pass over one or two tiles, eight or
// four at a time: so many sums stay in registers, and each load of codes or activations serves several products.
// Integers and the order of the float additions are those of block_rows.h, and so are the bits.

#include <numeric>

#include "ops/isa/block_rows.h"

namespace siskin {
namespace {

constexpr int kTileSums = 8;          // registers of sums: of kTall tiles and of the kWide columns that pass at once
constexpr int kTilesAtOnce = 4;       // tiles that share the columns while those are in the first cache
constexpr size_t kTileWeights = 512;  // of each row, so that the tiles stay in the first cache, too

/// Rows that go through their blocks together. Row 4 l + q is lane l of quad q.
constexpr int kGroupRows = 4 * kLanes;

struct Group {
    const std::byte* rows[kGroupRows];
};

/// The group of rows from `first` on; what it lacks at the end is the last row again.
inline Group group_of(const std::byte* w, size_t row_bytes, size_t first, size_t n_rows) {
    Group group;
    for (size_t r = 0; r < kGroupRows; ++r)
        group.rows[r] = w + row_bytes * (first + r < n_rows ? first + r : n_rows - 1);
    return group;
}

/// A group of "rows" that are the decoded blocks of the rows of another one.
template <class Codes>
inline Group decoded_group(const Codes* codes, size_t codes_per_row) {
    Group group;
    for (size_t r = 0; r < kGroupRows; ++r)
        group.rows[r] = reinterpret_cast<const std::byte*>(codes + r * codes_per_row);
    return group;
}

/// Calls f(tile, column) for each of the tiles and columns at hand.
template <int kTall, int kWide, class F>
inline void for_each_sum(F f) {
    unrolled<kTall>([&](auto t) { unrolled<kWide>([&](auto c) { f(t, c); }); });
}

/// int i of each lane of v[0..3] becomes out[i], a lane per row of the group.
inline void transpose(const Lanes* v, Lanes* out) {
    out[0] = column<0>(v);
    out[1] = column<1>(v);
    out[2] = column<2>(v);
    out[3] = column<3>(v);
}

/// What is added to codes as they are drawn out, so that they are multiplied as unsigned bytes.
template <class Format>
constexpr int kRaise = kRaised<Format> ? kTileOffset - Format::kOffset : 0;

/// The codes of 16 n_units weights, part[q][u] being those of unit u of quad q, plus kMore.
template <int kMore, int n_units>
inline void place_codes(const Lanes (&part)[4][n_units], Lanes* codes) {
    for (int u = 0; u < n_units; ++u) {
        const Lanes v[4] = {part[0][u], part[1][u], part[2][u], part[3][u]};
        transpose(v, codes + 4 * u);
        if constexpr (kMore != 0)
            for (int i = 0; i < 4; ++i) codes[4 * u + i] = add_bytes(codes[4 * u + i], bytes(kMore));
    }
}

/// total += scale * (start + codes . x), for 4 n codes of each row of each tile; codes(t, i) is register i of tile t.
template <class Format, int n, int kTall, int kWide, class Codes>
inline void add_run(Lanes (&total)[kTall][kWide], Codes codes, const int8_t* const* x, const Lanes* start,
                    const Lanes* scale) {
    Lanes sums[kTall][kWide];
    for_each_sum<kTall, kWide>([&](auto t, auto c) { sums[t][c] = start[c]; });
    unrolled<n>([&](auto i) {
        Lanes code[kTall], act[kWide];
        unrolled<kTall>([&](auto t) { code[t] = codes(t, i); });
        unrolled<kWide>([&](auto c) { act[c] = broadcast_int(x[c] + 4 * i); });
        for_each_sum<kTall, kWide>(
            [&](auto t, auto c) { sums[t][c] = add_dots<Format>(sums[t][c], code[t], act[c], scale[t]); });
    });
    for_each_sum<kTall, kWide>(
        [&](auto t, auto c) { total[t][c] = add_scaled<Format>(total[t][c], sums[t][c], scale[t]); });
}

// ------------------------------------------------------------------------------------------------------ blocks of 256

/// The bytes times the words of s, modulo 256.
inline Lanes times(Lanes bytes, Lanes s) {
    const Lanes odd = words(short(0xff00));
    return (mul_words(bytes & odd, s) & odd) | (mul_words(bytes, s) & words(0xff));
}

template <class Format>
struct Tile256 {
    static constexpr int kScales = Format::kScales, kPerScale = 64 / kScales, kRun = run_of<Format>(kPerScale);
    static constexpr int kPairs = Format::kMins ? kScales / 2 : 0;
    static constexpr bool kScaled = kScaledCodes<Format>;
    /// The largest unsigned byte is then the largest product.
    static constexpr int kScaledRaise = [] {
        if constexpr (kScaled) return Format::kOffset != 0 ? 255 - Format::kMostScaled : 0;
        return 0;
    }();
    using Act = ActQ8K;
    static constexpr size_t kWeights = 256;
    static constexpr uint8_t kFrom = kTilesFrom<Format>;
    static constexpr int kTall = kTilesAbreast<Format>, kWide = kTileSums / kTall;

    Lanes codes[64];                     // if kScaled, times their scales
    Lanes scale[kScaled ? 1 : kScales];  // as add_scaled takes them
    Lanes min[kPairs + 1];               // pairs of words
    Lanes d, dmin;                       // floats

    void decode(const Group& group, size_t b) {
        Lanes heads[4], part[4][16], scales[4][kScales / 8], mins[4][kScales / 8];
        for (int q = 0; q < 4; ++q) {
            const Blocks blocks = blocks_at<Format>(group.rows + q, b);
            heads[q] = Format::head(blocks);
            Format::scales(blocks, heads[q], scales[q], mins[q]);
            Format::codes(blocks, [&](int g, Lanes first, Lanes second) {
                part[q][2 * g] = first;
                part[q][2 * g + 1] = second;
            });
            if constexpr (kScaled)
                for (int u = 0; u < 16; ++u) {
                    const Lanes code = add_bytes(part[q][u], bytes(-Format::kOffset));
                    part[q][u] = times(code, spread_word(scales[q][u / 8], u % 8));
                }
        }
        place_codes<kScaled ? kScaledRaise : kRaise<Format>>(part, codes);
        for (int i = 0; i < kScales / 8; ++i) {
            if constexpr (!kScaled) {
                const Lanes v[4] = {scales[0][i], scales[1][i], scales[2][i], scales[3][i]};
                Lanes pairs[4];
                transpose(v, pairs);
                for (int t = 0; t < 4; ++t) {
                    scale[8 * i + 2 * t] = low_scales(pairs[t]);
                    scale[8 * i + 2 * t + 1] = high_scales(pairs[t]);
                }
            }
            if constexpr (Format::kMins) {
                const Lanes m[4] = {mins[0][i], mins[1][i], mins[2][i], mins[3][i]};
                transpose(m, min + 4 * i);
            }
        }
        d = as_ints(Format::d(heads));
        if constexpr (Format::kMins) dmin = as_ints(Format::dmin(heads));
    }

    /// isum = products of the codes and their scales with those activations of the columns x.
    static void add_codes(const Tile256* const* tile, const ActQ8K* const* x, size_t b, Lanes (&isum)[kTall][kWide]) {
        unrolled<kWide>([&](auto c) {
            const int sum = kScaledRaise != 0 ? std::accumulate(x[c][b].sum32, x[c][b].sum32 + 8, 0) : 0;
            unrolled<kTall>([&](auto t) { isum[t][c] = ints(-kScaledRaise * sum); });
        });
        for (int i = 0; i < 64; i += kRun) {
            const int s = i / kPerScale;
            const int8_t* q[kWide];
            Lanes start[kWide], scale[kTall];
            unrolled<kWide>([&](auto c) {
                q[c] = x[c][b].q + 4 * i;
                start[c] = kScaled ? zero() : start_of<Format>(x[c][b], s);
            });
            unrolled<kTall>([&](auto t) { scale[t] = kScaled ? zero() : tile[t]->scale[s]; });
            add_run<Format, kRun>(
                isum, [&](auto t, auto j) { return tile[t]->codes[i + j]; }, q, start, scale);
        }
    }

    /// acc += the weights of the tiles times those activations of the columns x.
    static void add(const Tile256* const* tile, const ActQ8K* const* x, size_t b, Batch (&acc)[kTall][kWide]) {
        Lanes isum[kTall][kWide];
        add_codes(tile, x, b, isum);
        for_each_sum<kTall, kWide>([&](auto t, auto c) {
            acc[t][c] = fma(as_floats(tile[t]->d) * Batch(x[c][b].d), to_floats(isum[t][c]), acc[t][c]);
        });
        if constexpr (Format::kMins) {
            Lanes msum[kTall][kWide];
            for_each_sum<kTall, kWide>([&](auto t, auto c) { msum[t][c] = zero(); });
            for (int i = 0; i < kPairs; ++i)
                for_each_sum<kTall, kWide>([&](auto t, auto c) {
                    const int16_t* sum = kScales == 8 ? x[c][b].sum32 : x[c][b].sum;
                    msum[t][c] = add_products(msum[t][c], tile[t]->min[i], broadcast_int(sum + 2 * i));
                });
            for_each_sum<kTall, kWide>([&](auto t, auto c) {
                acc[t][c] = fma(as_floats(tile[t]->dmin) * Batch(-x[c][b].d), to_floats(msum[t][c]), acc[t][c]);
            });
        }
    }
};

// ------------------------------------------------------------------------------------------------------- blocks of 32

template <class Format>
struct Tile32 {
    static constexpr int kScales = Format::kSplit ? 2 : 1, kPerScale = 8 / kScales, kRun = run_of<Format>(kPerScale);
    using Act = ActQ80;
    static constexpr size_t kWeights = 32;
    static constexpr uint8_t kFrom = kTilesFrom<Format>;
    static constexpr int kTall = kTilesAbreast<Format>, kWide = kTileSums / kTall;

    Lanes codes[8];
    Lanes d[kScales], m;  // floats

    void decode(const Group& group, size_t b) {
        Lanes heads[4], part[4][2];
        for (int q = 0; q < 4; ++q) {
            const Blocks blocks = blocks_at<Format>(group.rows + q, b);
            heads[q] = Format::head(blocks);
            Format::codes(blocks, [&](Lanes first, Lanes second) {
                part[q][0] = first;
                part[q][1] = second;
            });
        }
        place_codes<kRaise<Format>>(part, codes);
        d[0] = as_ints(Format::d(heads));
        if constexpr (Format::kSplit) d[1] = as_ints(Format::d2(heads));
        if constexpr (Format::kMin) m = as_ints(Format::m(heads));
    }

    static void add(const Tile32* const* tile, const ActQ80* const* x, size_t b, Batch (&acc)[kTall][kWide]) {
        unrolled<kScales>([&](auto s) {
            Lanes isum[kTall][kWide];
            for_each_sum<kTall, kWide>([&](auto t, auto c) { isum[t][c] = zero(); });
            unrolled<kPerScale / kRun>([&](auto run) {
                constexpr int i = s * kPerScale + run * kRun;
                const int8_t* q[kWide];
                Lanes start[kWide], scale[kTall];
                unrolled<kWide>([&](auto c) {
                    q[c] = x[c][b].q + 4 * i;
                    start[c] = start_of<Format>(x[c][b], s);
                });
                unrolled<kTall>([&](auto t) { scale[t] = one_as_scale(); });
                add_run<Format, kRun>(
                    isum, [&](auto t, auto j) { return tile[t]->codes[i + j]; }, q, start, scale);
            });
            for_each_sum<kTall, kWide>([&](auto t, auto c) {
                acc[t][c] = fma(as_floats(tile[t]->d[s]) * Batch(x[c][b].d), to_floats(isum[t][c]), acc[t][c]);
            });
        });
        if constexpr (Format::kMin)
            for_each_sum<kTall, kWide>([&](auto t, auto c) {
                const ActQ80& a = x[c][b];
                acc[t][c] = fma(as_floats(tile[t]->m) * Batch(a.d), Batch(float(a.sum)), acc[t][c]);
            });
    }
};

// ------------------------------------------------------------------------------------------------------------- driver

/// Parts of some rows that are wanted next, to be asked for ahead, a few rows at a time.
struct Wanted {
    const std::byte* begin;
    size_t n_rows, stride, bytes;
    size_t at_once = 1, asked = 0;  ///< rows

    [[gnu::always_inline]] void ask() {
        const size_t end = asked + at_once < n_rows ? asked + at_once : n_rows;
        for (; asked < end; ++asked) fetch_lines(begin + stride * asked, 0, (bytes + 127) / 64);
    }
};

/// Some blocks of some rows, decoded.
template <class Tile>
struct TileSet {
    const Tile (*tiles)[kTileWeights / Tile::kWeights];
    size_t first_block, n_blocks;
    bool last;  ///< no blocks follow
    size_t first_row, n_rows;
};

/// The first n of a group's rows.
inline Batch load_some_floats(const float* p, size_t n) {
    if (n == kGroupRows) return widen(p);
    float padded[kGroupRows] = {};
    std::memcpy(padded, p, n * sizeof(float));
    return widen(padded);
}
inline void store_some_floats(Batch v, float* p, size_t n) {
    if (n == kGroupRows) return narrow(v, p);
    float padded[kGroupRows];
    narrow(v, padded);
    std::memcpy(p, padded, n * sizeof(float));
}

/// One pass of columns over tiles t .. t + Tile::kTall - 1 of a set; where there is none, the last stands in. The sums
/// so far are in out, unless these are the first blocks.
template <class Tile>
inline void pass(const TileSet<Tile>& set, size_t t, const typename Tile::Act* const* x, float* const* out) {
    constexpr int kTall = Tile::kTall, kWide = Tile::kWide;
    const Tile* tile[kTall];
    size_t rows[kTall];
    unrolled<kTall>([&](auto i) {
        const size_t before = (t + i) * kGroupRows;
        rows[i] = before >= set.n_rows ? 0 : set.n_rows - before < kGroupRows ? set.n_rows - before : kGroupRows;
        tile[i] = set.tiles[rows[i] ? t + i : t];
    });
    const auto sums = [&](auto i, auto c) { return out[c] + set.first_row + (t + i) * kGroupRows; };
    Batch acc[kTall][kWide];
    for_each_sum<kTall, kWide>([&](auto i, auto c) {
        acc[i][c] = set.first_block == 0 ? Batch(0.0f) : load_some_floats(sums(i, c), rows[i]);
    });
    for (size_t b = 0; b < set.n_blocks; ++b) {
        const Tile* block[kTall];
        unrolled<kTall>([&](auto i) { block[i] = tile[i] + b; });
        Tile::add(block, x, set.first_block + b, acc);
    }
    for_each_sum<kTall, kWide>([&](auto i, auto c) {
        store_some_floats(set.last ? acc[i][c] + Batch(0.0f) : acc[i][c], sums(i, c), rows[i]);
    });
}

/// Passes that all columns make over the tiles of some rows.
template <class Tile>
constexpr size_t passes(size_t n_cols, size_t n_rows) {
    constexpr size_t kRowsAtOnce = Tile::kTall * kGroupRows;
    return (n_cols + Tile::kWide - 1) / Tile::kWide * ((n_rows + kRowsAtOnce - 1) / kRowsAtOnce);
}

/// All columns; where there are too few for a pass, the last stands in.
template <class Tile>
inline void pass_all(const TileSet<Tile>& set, size_t n_cols, const typename Tile::Act* const* x, float* const* out,
                     Wanted& next) {
    constexpr size_t kTall = Tile::kTall, kWide = Tile::kWide;
    for (size_t first = 0; first < n_cols; first += kWide) {
        const typename Tile::Act* columns[kWide];
        float* sums[kWide];
        for (size_t c = 0; c < kWide; ++c) {
            const size_t col = first + c < n_cols ? first + c : n_cols - 1;
            columns[c] = x[col];
            sums[c] = out[col];
        }
        for (size_t row = 0, t = 0; row < set.n_rows; row += kTall * kGroupRows, t += kTall) {
            next.ask();
            pass(set, t, columns, sums);
        }
    }
}

template <class Tile, class Decode>
inline void multiply_tiles(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols,
                           const void* const* columns, float* const* out, std::byte* scratch, Decode decode) {
    constexpr size_t kBlocks = kTileWeights / Tile::kWeights, kRows = kTilesAtOnce * kGroupRows;
    static_assert(kTilesAtOnce * kBlocks * sizeof(Tile) <= kTileScratch);
    const auto x = reinterpret_cast<const typename Tile::Act* const*>(columns);
    const auto tiles = reinterpret_cast<Tile(*)[kBlocks]>(scratch);
    const size_t n_blocks = n_k / Tile::kWeights;
    for (size_t first = 0; first < n_rows; first += kRows)
        for (size_t b = 0; b < n_blocks; b += kBlocks) {
            const size_t n = n_blocks - b < kBlocks ? n_blocks - b : kBlocks;
            const size_t rows = n_rows - first < kRows ? n_rows - first : kRows;
            const bool last = b + n == n_blocks;
            const size_t next_row = last ? first + kRows : first, next_block = last ? 0 : b + n;
            const size_t n_next = next_row >= n_rows ? 0 : n_rows - next_row < kRows ? n_rows - next_row : kRows;
            // Memory is asked at an even pace: to decode a tile takes about as long as a pass.
            const size_t n_steps = kTilesAtOnce + passes<Tile>(n_cols, rows);
            Wanted next = {w + row_bytes * next_row + row_bytes * next_block / n_blocks, n_next, row_bytes,
                           row_bytes * n / n_blocks, (n_next + n_steps - 1) / n_steps};
            for (size_t row = 0, t = 0; row < rows; row += kGroupRows, ++t) {
                next.ask();
                decode(group_of(w, row_bytes, first + row, n_rows), b, n, tiles[t]);
            }
            pass_all(TileSet<Tile>{tiles, b, n, last, first, rows}, n_cols, x, out, next);
        }
}

template <class Tile>
void tiles(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols, const void* const* x,
           float* const* out, std::byte* scratch) {
    multiply_tiles<Tile>(n_k, n_rows, w, row_bytes, n_cols, x, out, scratch,
                         [](const Group& group, size_t b, size_t n, Tile* tile) {
                             for (size_t i = 0; i < n; ++i) tile[i].decode(group, b + i);
                         });
}

// ------------------------------------------------------------------------------------------- types without a fast path

/// Decodes the blocks of a group's rows, and from there into tiles.
inline void decoded_tiles256(const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes,
                             size_t n_cols, const void* const* x, float* const* out, std::byte* scratch) {
    using Decoded = Tile256<FormatCodes256>;
    multiply_tiles<Decoded>(n_k, n_rows, w, row_bytes, n_cols, x, out, scratch,
                            [&](const Group& group, size_t b, size_t n, Decoded* tile) {
                                Codes256 codes[kGroupRows];
                                for (size_t i = 0; i < n; ++i) {
                                    for (int r = 0; r < kGroupRows; ++r)
                                        info.unpack256(group.rows[r] + (b + i) * info.block_bytes, codes[r]);
                                    tile[i].decode(decoded_group(codes, 1), 0);
                                }
                            });
}

template <bool split>
inline void decoded_tiles32(const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes,
                            size_t n_cols, const void* const* x, float* const* out, std::byte* scratch) {
    const size_t parts = info.block_elems / 32;
    using Decoded = Tile32<FormatCodes32<split>>;
    multiply_tiles<Decoded>(n_k, n_rows, w, row_bytes, n_cols, x, out, scratch,
                            [&](const Group& group, size_t b, size_t n, Decoded* tile) {
                                Codes32 codes[kGroupRows][kMostParts];
                                for (size_t i = 0; i < n; i += parts) {
                                    for (int r = 0; r < kGroupRows; ++r)
                                        info.unpack32(group.rows[r] + (b + i) / parts * info.block_bytes, codes[r]);
                                    for (size_t part = 0; part < parts; ++part)
                                        tile[i + part].decode(decoded_group(codes[0], kMostParts), part);
                                }
                            });
}

template <size_t id>
void decoded_tiles(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols, const void* const* x,
                   float* const* out, std::byte* scratch) {
    const DTypeInfo& info = dtype_info(DType(id));
    const auto multiply = info.unpack256     ? decoded_tiles256
                          : info.split_scale ? decoded_tiles32<true>
                                             : decoded_tiles32<false>;
    multiply(info, n_k, n_rows, w, row_bytes, n_cols, x, out, scratch);
}

// --------------------------------------------------------------------------------------------------- keys of attention

/// Keys are rows of a few blocks, too few for the lanes of rows32: tiles are faster from two columns on.
template <class Format>
inline void multiply_keys(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols,
                          const void* const* x, float* const* out, std::byte* scratch) {
    if (n_cols == 1) return rows32<Format>(n_k, n_rows, w, row_bytes, 1, x, out);
    tiles<Tile32<Format>>(n_k, n_rows, w, row_bytes, n_cols, x, out, scratch);
}

void multiply_blocks(DType type, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols,
                     const void* const* x, float* const* out, std::byte* scratch) {
    const auto multiply = type == DType::Q8_0 ? multiply_keys<FormatQ8_0> : multiply_keys<FormatQ4_0>;
    multiply(n_k, n_rows, w, row_bytes, n_cols, x, out, scratch);
}

template <class Tile>
constexpr void set_tiles(Kernels& k, DType type, TilesFn fn) {
    k.tiles[size_t(type)] = fn;
    k.tiles_from[size_t(type)] = Tile::kFrom;
}

/// See Kernels::int8_products. Enough chains that none has to wait for itself.
inline uint64_t int8_products(size_t times) {
    constexpr size_t kChains = 12;
    Lanes chains[kChains];
    for (Lanes& chain : chains) chain = bytes(1);
    const Lanes x = bytes(3);
    for (size_t t = 0; t < times; ++t) unrolled<kChains>([&](auto i) { chains[i] = multiplied(chains[i], x); });
    Lanes all = chains[0];
    for (const Lanes& chain : chains) all = all ^ chain;
    [[maybe_unused]] const volatile auto used = all[0];
    return times * kChains * sizeof(Lanes);
}

/// A table of rows with the tiles added.
constexpr Kernels with_tiles(Kernels k) {
    k.int8_products = int8_products;
    set_tiles<Tile32<FormatQ4_0>>(k, DType::Q4_0, tiles<Tile32<FormatQ4_0>>);
    set_tiles<Tile32<FormatQ4_1>>(k, DType::Q4_1, tiles<Tile32<FormatQ4_1>>);
    set_tiles<Tile32<FormatQ5_0>>(k, DType::Q5_0, tiles<Tile32<FormatQ5_0>>);
    set_tiles<Tile32<FormatQ5_1>>(k, DType::Q5_1, tiles<Tile32<FormatQ5_1>>);
    set_tiles<Tile32<FormatQ8_0>>(k, DType::Q8_0, tiles<Tile32<FormatQ8_0>>);
    set_tiles<Tile32<FormatIQ4_NL>>(k, DType::IQ4_NL, tiles<Tile32<FormatIQ4_NL>>);
    set_tiles<Tile32<FormatMXFP4>>(k, DType::MXFP4, tiles<Tile32<FormatMXFP4>>);
    set_tiles<Tile256<FormatQ2_K>>(k, DType::Q2_K, tiles<Tile256<FormatQ2_K>>);
    set_tiles<Tile256<FormatQ3_K>>(k, DType::Q3_K, tiles<Tile256<FormatQ3_K>>);
    set_tiles<Tile256<FormatQ4_K>>(k, DType::Q4_K, tiles<Tile256<FormatQ4_K>>);
    set_tiles<Tile256<FormatQ5_K>>(k, DType::Q5_K, tiles<Tile256<FormatQ5_K>>);
    set_tiles<Tile256<FormatQ6_K>>(k, DType::Q6_K, tiles<Tile256<FormatQ6_K>>);
    set_tiles<Tile256<FormatIQ4_XS>>(k, DType::IQ4_XS, tiles<Tile256<FormatIQ4_XS>>);
    set_tiles<Tile256<FormatIQ1_S>>(k, DType::IQ1_S, tiles<Tile256<FormatIQ1_S>>);
    set_tiles<Tile256<FormatIQ1_M>>(k, DType::IQ1_M, tiles<Tile256<FormatIQ1_M>>);
    set_tiles<Tile256<FormatIQ2_XXS>>(k, DType::IQ2_XXS, tiles<Tile256<FormatIQ2_XXS>>);
    set_tiles<Tile256<FormatIQ2_XS>>(k, DType::IQ2_XS, tiles<Tile256<FormatIQ2_XS>>);
    set_tiles<Tile256<FormatIQ2_S>>(k, DType::IQ2_S, tiles<Tile256<FormatIQ2_S>>);
    set_tiles<Tile256<FormatIQ3_XXS>>(k, DType::IQ3_XXS, tiles<Tile256<FormatIQ3_XXS>>);
    set_tiles<Tile256<FormatIQ3_S>>(k, DType::IQ3_S, tiles<Tile256<FormatIQ3_S>>);
    set_tiles<Tile256<FormatTQ1_0>>(k, DType::TQ1_0, tiles<Tile256<FormatTQ1_0>>);
    set_tiles<Tile256<FormatTQ2_0>>(k, DType::TQ2_0, tiles<Tile256<FormatTQ2_0>>);
    set_tiles<Tile32<FormatNVFP4>>(k, DType::NVFP4, tiles<Tile32<FormatNVFP4>>);
    set_tiles<Tile32<FormatCodes32<false>>>(k, DType::Q1_0, decoded_tiles<size_t(DType::Q1_0)>);
    set_tiles<Tile32<FormatCodes32<false>>>(k, DType::Q2_0, decoded_tiles<size_t(DType::Q2_0)>);
    return k;
}

}  // namespace
}  // namespace siskin
