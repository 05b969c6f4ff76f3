#pragma once
// Products of quantized rows with many columns. The codes of a group of rows are decoded once, by the formats of
// block_formats.h, into a tile: each register holds four consecutive codes of each row, so that one broadcast of four
// activations serves all rows and no sum ever crosses a register. Then the columns pass over the tile, eight at a time.
// Integers and the order of the float additions are those of block_rows.h, and so are the bits.

#include "ops/isa/block_rows.h"

namespace siskin {
namespace {

constexpr size_t kTilesAtOnce =
    4;  // so many tiles share a pass of the columns: their activations stay in the first cache
constexpr size_t kTileWeights = 2048;  // of each row, so that the tiles stay in the second
constexpr int kPanel = 8;              // columns that pass together

/// int i of each lane of v[0..3] becomes out[i], a lane per row of the group.
inline void transpose(const Lanes* v, Lanes* out) {
    out[0] = column<0>(v);
    out[1] = column<1>(v);
    out[2] = column<2>(v);
    out[3] = column<3>(v);
}

/// The codes of 16 n_units weights, part[q][u] being those of unit u of quad q, as unsigned bytes.
template <class Format, int n_units>
inline void place_codes(const Lanes (&part)[4][n_units], Lanes* codes) {
    constexpr int kRaise = Format::kSigned ? 128 : Format::kOffset != 0 ? 128 - Format::kOffset : 0;
    for (int u = 0; u < n_units; ++u) {
        const Lanes v[4] = {part[0][u], part[1][u], part[2][u], part[3][u]};
        transpose(v, codes + 4 * u);
        if constexpr (kRaise != 0)
            for (int i = 0; i < 4; ++i) codes[4 * u + i] = add_bytes(codes[4 * u + i], bytes(kRaise));
    }
}

/// Whether the codes of a tile are 128 too large, which the `start` of the activations makes good.
template <class Format>
constexpr bool kRaised = Format::kSigned || Format::kOffset != 0;

// ------------------------------------------------------------------------------------------------------ blocks of 256

template <class Format>
struct Tile256 {
    static constexpr int kScales = Format::kScales, kPairs = Format::kMins ? kScales / 2 : 0;
    using Act = ActQ8K;
    static constexpr size_t kWeights = 256;

    Lanes codes[64];
    Lanes scale[kScales];   // ints
    Lanes min[kPairs + 1];  // pairs of words
    Lanes d, dmin;          // floats

    void decode(const Group& group, size_t b) {
        Lanes heads[4], part[4][16], scales[4][kScales / 8], mins[4][kScales / 8];
        for (int q = 0; q < 4; ++q) {
            const Blocks blocks = {group.rows + q, b * Format::kBytes};
            heads[q] = Format::head(blocks);
            Format::scales(blocks, heads[q], scales[q], mins[q]);
            Format::codes(blocks, [&](int g, Lanes first, Lanes second) {
                part[q][2 * g] = first;
                part[q][2 * g + 1] = second;
            });
        }
        place_codes<Format>(part, codes);
        for (int i = 0; i < kScales / 8; ++i) {
            const Lanes v[4] = {scales[0][i], scales[1][i], scales[2][i], scales[3][i]};
            Lanes pairs[4];
            transpose(v, pairs);
            for (int t = 0; t < 4; ++t) {
                scale[8 * i + 2 * t] = low_words(pairs[t]);
                scale[8 * i + 2 * t + 1] = high_words(pairs[t]);
            }
            if constexpr (Format::kMins) {
                const Lanes m[4] = {mins[0][i], mins[1][i], mins[2][i], mins[3][i]};
                transpose(m, min + 4 * i);
            }
        }
        d = as_ints(Format::d(heads));
        if constexpr (Format::kMins) dmin = as_ints(Format::dmin(heads));
    }

    /// acc[c] += the tile's weights times those activations of columns x[0 .. n_cols - 1].
    template <int n_cols>
    void add(const ActQ8K* const* x, size_t b, Batch* acc) const {
        constexpr int kPerScale = 64 / kScales;
        Lanes isum[n_cols];
        for (int c = 0; c < n_cols; ++c) isum[c] = zero();
        for (int g = 0; g < kScales; ++g) {
            const Lanes* code = codes + kPerScale * g;
            for (int c = 0; c < n_cols; ++c) {
                const ActQ8K& a = x[c][b];
                const int8_t* q = a.q + 4 * kPerScale * g;
                Lanes even = zero(), odd = zero();
                if constexpr (kRaised<Format>) even = broadcast_int(kScales == 8 ? a.start32 + g : a.start + g);
                for (int i = 0; i < kPerScale; i += 2) {
                    even = add_dot(even, code[i], q + 4 * i);
                    odd = add_dot(odd, code[i + 1], q + 4 * i + 4);
                }
                isum[c] = add_ints(isum[c], mul_ints(add_ints(even, odd), scale[g]));
            }
        }
        for (int c = 0; c < n_cols; ++c) acc[c] = fma(as_floats(d) * Batch(x[c][b].d), to_floats(isum[c]), acc[c]);
        if constexpr (Format::kMins)
            for (int c = 0; c < n_cols; ++c) {
                const int16_t* sum = kScales == 8 ? x[c][b].sum32 : x[c][b].sum;
                Lanes msum = zero();
                for (int i = 0; i < kPairs; ++i) msum = add_products(msum, min[i], broadcast_int(sum + 2 * i));
                acc[c] = fma(as_floats(dmin) * Batch(-x[c][b].d), to_floats(msum), acc[c]);
            }
    }
};

// ------------------------------------------------------------------------------------------------------- blocks of 32

template <class Format>
struct Tile32 {
    static_assert(!Format::kSplit);
    using Act = ActQ80;
    static constexpr size_t kWeights = 32;

    Lanes codes[8];
    Lanes d, m;  // floats

    void decode(const Group& group, size_t b) {
        Lanes heads[4], part[4][2];
        for (int q = 0; q < 4; ++q) {
            const Blocks blocks = {group.rows + q, b * Format::kBytes};
            heads[q] = Format::head(blocks);
            Format::codes(blocks, [&](Lanes first, Lanes second) {
                part[q][0] = first;
                part[q][1] = second;
            });
        }
        place_codes<Format>(part, codes);
        d = as_ints(Format::d(heads));
        if constexpr (Format::kMin) m = as_ints(Format::m(heads));
    }

    template <int n_cols>
    void add(const ActQ80* const* x, size_t b, Batch* acc) const {
        for (int c = 0; c < n_cols; ++c) {
            const ActQ80& a = x[c][b];
            Lanes even = zero(), odd = zero();
            if constexpr (kRaised<Format>) even = broadcast_int(&a.start);
            for (int i = 0; i < 8; i += 2) {
                even = add_dot(even, codes[i], a.q + 4 * i);
                odd = add_dot(odd, codes[i + 1], a.q + 4 * i + 4);
            }
            acc[c] = fma(as_floats(d) * Batch(a.d), to_floats(add_ints(even, odd)), acc[c]);
            if constexpr (Format::kMin) acc[c] = fma(as_floats(m) * Batch(a.d), Batch(float(a.sum)), acc[c]);
        }
    }
};

// ------------------------------------------------------------------------------------------------------------- driver

/// One pass of n_cols columns over blocks b .. b + n of a tile's rows. The sums so far are in out, unless b is 0.
template <int n_cols, class Tile>
inline void pass_panel(const Tile* tile, size_t b, size_t n, bool last, const typename Tile::Act* const* x,
                       float* const* out, size_t first_row, size_t n_rows) {
    Batch acc[n_cols];
    float dots[kGroupRows] = {};
    for (int c = 0; c < n_cols; ++c) {
        if (b != 0) std::memcpy(dots, out[c] + first_row, n_rows * sizeof(float));
        acc[c] = b != 0 ? widen(dots) : Batch(0.0f);
    }
    for (size_t i = 0; i < n; ++i) tile[i].template add<n_cols>(x, b + i, acc);
    for (int c = 0; c < n_cols; ++c) {
        narrow(last ? acc[c] + Batch(0.0f) : acc[c], dots);
        std::memcpy(out[c] + first_row, dots, n_rows * sizeof(float));
    }
}

template <class Tile>
inline void pass_columns(const Tile* tile, size_t b, size_t n, bool last, size_t c, size_t n_cols,
                         const typename Tile::Act* const* x, float* const* out, size_t first_row, size_t n_rows) {
    const auto pass = [&](auto width) {
        pass_panel<width>(tile, b, n, last, x + c, out + c, first_row, n_rows);
        c += width;
        n_cols -= width;
    };
    if (n_cols >= kPanel) return pass(std::integral_constant<int, kPanel>());
    if (n_cols >= 4) pass(std::integral_constant<int, 4>());
    if (n_cols >= 2) pass(std::integral_constant<int, 2>());
    if (n_cols >= 1) pass(std::integral_constant<int, 1>());
}

template <class Tile, class Decode>
inline void multiply_tiles(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols,
                           const void* const* columns, float* const* out, std::byte* scratch, Decode decode) {
    constexpr size_t kBlocks = kTileWeights / Tile::kWeights;
    static_assert(kTilesAtOnce * kBlocks * sizeof(Tile) <= kTileScratch);
    const auto x = reinterpret_cast<const typename Tile::Act* const*>(columns);
    const auto tiles = reinterpret_cast<Tile(*)[kBlocks]>(scratch);
    const size_t n_blocks = n_k / Tile::kWeights;
    for (size_t first = 0; first < n_rows; first += kTilesAtOnce * kGroupRows)
        for (size_t b = 0; b < n_blocks; b += kBlocks) {
            const size_t n = n_blocks - b < kBlocks ? n_blocks - b : kBlocks;
            const size_t end = n_rows - first < kTilesAtOnce * kGroupRows ? n_rows : first + kTilesAtOnce * kGroupRows;
            for (size_t row = first, t = 0; row < end; row += kGroupRows, ++t)
                decode(group_of(w, row_bytes, row, n_rows), b, n, tiles[t]);
            for (size_t c = 0; c < n_cols; c += kPanel)
                for (size_t row = first, t = 0; row < end; row += kGroupRows, ++t)
                    pass_columns(tiles[t], b, n, b + n == n_blocks, c, n_cols - c < kPanel ? n_cols - c : kPanel, x,
                                 out, row, end - row < kGroupRows ? end - row : kGroupRows);
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
template <size_t id>
void decoded_tiles256(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols,
                      const void* const* x, float* const* out, std::byte* scratch) {
    const DTypeInfo& info = dtype_info(DType(id));
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

template <size_t id>
void decoded_tiles32(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols,
                     const void* const* x, float* const* out, std::byte* scratch) {
    const DTypeInfo& info = dtype_info(DType(id));
    const size_t parts = info.block_elems / 32;
    using Decoded = Tile32<FormatCodes32<false>>;
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

/// A table of rows with the tiles added.
constexpr Kernels with_tiles(Kernels k) {
    const auto set = [&k](DType type, TilesFn fn) { k.tiles[size_t(type)] = fn; };
    set(DType::Q4_0, tiles<Tile32<FormatQ4_0>>);
    set(DType::Q4_1, tiles<Tile32<FormatQ4_1>>);
    set(DType::Q5_0, tiles<Tile32<FormatQ5_0>>);
    set(DType::Q5_1, tiles<Tile32<FormatQ5_1>>);
    set(DType::Q8_0, tiles<Tile32<FormatQ8_0>>);
    set(DType::IQ4_NL, tiles<Tile32<FormatIQ4_NL>>);
    set(DType::MXFP4, tiles<Tile32<FormatMXFP4>>);
    set(DType::Q2_K, tiles<Tile256<FormatQ2_K>>);
    set(DType::Q3_K, tiles<Tile256<FormatQ3_K>>);
    set(DType::Q4_K, tiles<Tile256<FormatQ4_K>>);
    set(DType::Q5_K, tiles<Tile256<FormatQ5_K>>);
    set(DType::Q6_K, tiles<Tile256<FormatQ6_K>>);
    set(DType::IQ4_XS, tiles<Tile256<FormatIQ4_XS>>);
    set(DType::IQ1_S, decoded_tiles256<size_t(DType::IQ1_S)>);
    set(DType::IQ1_M, decoded_tiles256<size_t(DType::IQ1_M)>);
    set(DType::IQ2_XXS, decoded_tiles256<size_t(DType::IQ2_XXS)>);
    set(DType::IQ2_XS, decoded_tiles256<size_t(DType::IQ2_XS)>);
    set(DType::IQ2_S, decoded_tiles256<size_t(DType::IQ2_S)>);
    set(DType::IQ3_XXS, decoded_tiles256<size_t(DType::IQ3_XXS)>);
    set(DType::IQ3_S, decoded_tiles256<size_t(DType::IQ3_S)>);
    set(DType::TQ1_0, decoded_tiles256<size_t(DType::TQ1_0)>);
    set(DType::TQ2_0, decoded_tiles256<size_t(DType::TQ2_0)>);
    set(DType::Q1_0, decoded_tiles32<size_t(DType::Q1_0)>);
    set(DType::Q2_0, decoded_tiles32<size_t(DType::Q2_0)>);
    return k;
}

}  // namespace
}  // namespace siskin
