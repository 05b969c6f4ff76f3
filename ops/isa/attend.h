#pragma once
// Attention, written once over V16. The queries of a block of rows, each with all heads of its group, are the columns
// of two products: keys times queries, and values times weights. Both have the same shape: a panel of numbers, 16 side
// by side, read once for some columns at a time, with the sums in registers. Keys in blocks are rows of weights, and go
// through the products of those.

#include <cstddef>
#include <cstring>
#include <utility>

#include "ops/isa/common.h"
#include "ops/isa/float_ops.h"

namespace siskin {
namespace {

inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
inline size_t larger(size_t a, size_t b) { return a > b ? a : b; }
inline size_t blocks_of(size_t n) { return (n + 31) / 32; }

// ------------------------------------------------------------------------------------------------------- the product

/// Memory that will be read soon, asked for line by line while something else is computed.
struct Ahead {
    const std::byte* next = nullptr;
    size_t unit = 0;  ///< bytes for each vector of each step of a panel
    const std::byte* asked = next;

    /// Asks for what n more vectors stand for. Always inline: g++ takes a function that only prefetches for one without
    /// effect, and removes calls of it.
    [[gnu::always_inline]] void ask(size_t n) {
        for (next += n * unit; asked < next; asked += 64) __builtin_prefetch(asked, 0, 2);
    }
};

/// Steps of some vectors of 16 numbers.
template <class T>
struct Panel {
    const T* data;
    size_t step, vector;  ///< from one step to the next, from one vector to the next
    Ahead ahead = {};
};

/// Columns of factors, and of sums.
struct Columns {
    const float* factors;  ///< [n][factor_stride]: one for each step
    size_t factor_stride;
    float* sums;  ///< [n][sum_stride]: 16 for each vector
    size_t sum_stride;
    size_t n;
};

/// sums[c][v] = fma(factors[c][k], panel[k][v], sums[c][v]) for the steps k in order, for C columns and V vectors; from
/// zero or from what is there.
template <bool kFromZero, int C, int V, class T>
[[gnu::flatten]] inline void multiply(const Panel<T>& panel, size_t n_steps, const Columns& columns) {
    const auto at = [&](int c, int v) { return columns.sums + size_t(c) * columns.sum_stride + 16 * v; };
    V16 acc[C * V];
    unrolled<C * V>([&](auto i) { acc[i] = kFromZero ? splat(0.0f) : load(at(i / V, i % V)); });
    const T* from = panel.data;
    Ahead ahead = panel.ahead;
    for (size_t k = 0; k < n_steps; ++k, from += panel.step) {
        ahead.ask(V);
        V16 value[V];
        unrolled<V>([&](auto v) { value[v] = load(from + v * panel.vector); });
        unrolled<C>([&](auto c) {
            const V16 factor = splat(columns.factors[c * columns.factor_stride + k]);
            unrolled<V>([&](auto v) { acc[c * V + v] = fma(factor, value[v], acc[c * V + v]); });
        });
    }
    unrolled<C * V>([&](auto i) { store(acc[i], at(i / V, i % V)); });
}

/// The same for all vectors, V at a time and then fewer.
template <bool kFromZero, int C, int V, class T>
inline void multiply_vectors(Panel<T> panel, size_t n_vectors, size_t n_steps, Columns columns) {
    for (; n_vectors >= V; n_vectors -= V) {
        multiply<kFromZero, C, V>(panel, n_steps, columns);
        panel.data += V * panel.vector;
        panel.ahead = {panel.ahead.next + n_steps * V * panel.ahead.unit, panel.ahead.unit};
        columns.sums += 16 * V;
    }
    if constexpr (V > 1) multiply_vectors<kFromZero, C, V / 2>(panel, n_vectors, n_steps, columns);
}

/// The same for C columns at a time, with as many vectors as the registers hold sums for; then for fewer columns.
template <bool kFromZero, int C, class T>
inline void multiply_all(Panel<T> panel, size_t n_vectors, size_t n_steps, Columns columns) {
    constexpr int kFit = kAccumulators / C, V = kFit >= 4 ? 4 : kFit >= 2 ? 2 : 1;
    for (; columns.n >= C; columns.n -= C) {
        multiply_vectors<kFromZero, C, V>(panel, n_vectors, n_steps, columns);
        panel.ahead = {};
        columns.factors += C * columns.factor_stride;
        columns.sums += C * columns.sum_stride;
    }
    if constexpr (C > 1) multiply_all<kFromZero, C == 6 ? 4 : C / 2>(panel, n_vectors, n_steps, columns);
}

// ------------------------------------------------------------------------------------------------- keys and values

inline void halves_of_bytes(const uint8_t* bytes, int8_t* low, int8_t* high) {
    for (int i = 0; i < 16; ++i) {
        low[i] = int8_t((bytes[i] & 15) - 8);
        high[i] = int8_t((bytes[i] >> 4) - 8);
    }
}

/// The blocks of a value as floats.
inline void decode_value(const BlockQ8_0* blocks, size_t n_blocks, float* out) {
    for (size_t b = 0; b < n_blocks; ++b) {
        const V16 scale = splat(from_half(blocks[b].d));
        store(load(blocks[b].qs) * scale, out + 32 * b);
        store(load(blocks[b].qs + 16) * scale, out + 32 * b + 16);
    }
}
inline void decode_value(const BlockQ4_0* blocks, size_t n_blocks, float* out) {
    for (size_t b = 0; b < n_blocks; ++b) {
        const V16 scale = splat(from_half(blocks[b].d));
        int8_t low[16], high[16];
        halves_of_bytes(blocks[b].qs, low, high);
        store(load(low) * scale, out + 32 * b);
        store(load(high) * scale, out + 32 * b + 16);
    }
}

template <class Blocks>
inline Panel<float> decoded_values(const std::byte* page, size_t d_v, size_t first, size_t n, float* buffer) {
    const size_t n_blocks = blocks_of(d_v);
    for (size_t j = 0; j < n; ++j)
        decode_value(reinterpret_cast<const Blocks*>(page) + (first + j) * n_blocks, n_blocks,
                     buffer + j * 32 * n_blocks);
    return {buffer, 32 * n_blocks, 16};
}

/// Calls use(panel) with the groups of keys of a page from `first` on, which are floats: a step is a dimension, a
/// vector a group.
template <class Use>
inline void with_keys(DType type, const std::byte* page, size_t d_k, size_t first, Use use) {
    const size_t at = first * 16 * d_k;
    if (type == DType::F16) return use(Panel<Half>{reinterpret_cast<const Half*>(page) + at, 16, 16 * d_k});
    use(Panel<float>{reinterpret_cast<const float*>(page) + at, 16, 16 * d_k});
}

/// Calls use(panel) with n values of a page: a step is a key, a vector 16 dimensions.
template <class Use>
inline void with_values(DType type, const std::byte* page, size_t d_v, size_t first, size_t n, float* buffer, Use use) {
    const size_t stride = rounded_up(d_v, 16);
    switch (type) {
        case DType::Q8_0:
            return use(decoded_values<BlockQ8_0>(page, d_v, first, n, buffer));
        case DType::Q4_0:
            return use(decoded_values<BlockQ4_0>(page, d_v, first, n, buffer));
        case DType::F16:
            return use(Panel<Half>{reinterpret_cast<const Half*>(page) + first * stride, stride, 16});
        default:
            return use(Panel<float>{reinterpret_cast<const float*>(page) + first * stride, stride, 16});
    }
}

// ------------------------------------------------------------------------------------------------------- one chunk

struct Range {
    size_t begin, end;
};

/// The keys that a row sees, within some.
inline Range keys_of(const AttendArgs& a, size_t row, Range within) {
    const size_t end = a.end_key + row, first = a.window && end > a.window ? end - a.window : 0;
    return {larger(first, within.begin), smaller(end, within.end)};
}

/// The rows that see up to key `last` at least, and from key `first` at most.
inline Range rows_that_see(const AttendArgs& a, size_t last, size_t first) {
    const size_t begin = last >= a.end_key ? last + 1 - a.end_key : 0;
    const size_t beyond = first + a.window + 1;
    const size_t end = !a.window ? a.n_rows : beyond > a.end_key ? smaller(beyond - a.end_key, a.n_rows) : 0;
    return {smaller(begin, end), end};
}
inline Range rows_that_see_some(const AttendArgs& a, Range keys) { return rows_that_see(a, keys.begin, keys.end - 1); }
inline Range rows_that_see_all(const AttendArgs& a, Range keys) { return rows_that_see(a, keys.end - 1, keys.begin); }

/// What was gathered for one row and head: the largest score, the sum of weights relative to it, and the sum of
/// weighted values.
struct State {
    float* values;
    size_t n_values;

    float& top() const { return values[n_values]; }
    float& sum() const { return values[n_values + 1]; }
};

/// The columns of a block, and working memory.
struct Block {
    const AttendArgs& a;
    size_t n_values, stride;   ///< stride: floats of a state
    float *q, *scores, *tile;  ///< q: [column][d_k], or, for keys in blocks, ActQ80 [column][blocks_of(d_k)]

    size_t column(size_t row) const { return row * a.n_q; }
    ActQ80* coded_query(size_t column) const { return reinterpret_cast<ActQ80*>(q) + column * blocks_of(a.d_k); }
    State state(float* states, size_t c) const { return {states + c * stride, n_values}; }
};

constexpr size_t kTiles = kPageKeys / kTileKeys;
inline size_t key_tile_bytes(const AttendArgs& a) { return key_page_bytes(a.k_type, a.d_k) / kTiles; }
inline size_t value_tile_bytes(const AttendArgs& a) { return value_page_bytes(a.v_type, a.d_v) / kTiles; }

/// A tile of a page, to be asked for while a panel of so many vectors, over all steps, is read.
inline Ahead tile_ahead(const std::byte* page, size_t tile, size_t bytes, size_t n_vectors) {
    return {page + tile * bytes, (bytes + n_vectors - 1) / n_vectors};
}

/// out[c][r] = row r . x[c], as Kernels::tiles, for weights of a type that keys in blocks have. The including file
/// defines it.
void multiply_blocks(DType type, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols,
                     const void* const* x, float* const* out, std::byte* scratch);

/// The products of the queries of some columns with n keys of a page, which are in blocks.
inline void score_coded_keys(const Block& block, const std::byte* page, size_t first, size_t n, Range columns) {
    constexpr size_t kAtOnce = 128;
    const AttendArgs& a = block.a;
    const size_t key_bytes = key_page_bytes(a.k_type, a.d_k) / kPageKeys;
    for (size_t c = columns.begin; c < columns.end; c += kAtOnce) {
        const size_t n_cols = smaller(columns.end - c, kAtOnce);
        const void* x[kAtOnce];
        float* out[kAtOnce];
        for (size_t i = 0; i < n_cols; ++i) {
            x[i] = block.coded_query(c + i);
            out[i] = block.scores + (c + i) * kPageKeys + first;
        }
        multiply_blocks(a.k_type, rounded_up(a.d_k, 32), n, page + first * key_bytes, key_bytes, n_cols, x, out,
                        a.tile_scratch);
    }
}

/// The products of queries with keys of a tile, where a row sees any. Meanwhile the values come.
inline void score_tile(const Block& block, size_t chunk_begin, Range tile) {
    const AttendArgs& a = block.a;
    const Range rows = rows_that_see_some(a, tile);
    if (rows.begin == rows.end) return;
    const size_t begin = keys_of(a, rows.begin, tile).begin - chunk_begin;
    const size_t end = keys_of(a, rows.end - 1, tile).end - chunk_begin;
    const size_t first = begin / 16, n = (end + 15) / 16 - first;
    const Range columns = {block.column(rows.begin), block.column(rows.end)};
    const std::byte* const page = a.k_pages[chunk_begin / kPageKeys];
    const auto values_ahead = [&](size_t n_vectors) {
        return tile_ahead(a.v_pages[chunk_begin / kPageKeys], (tile.begin - chunk_begin) / kTileKeys,
                          value_tile_bytes(a), n_vectors);
    };
    if (in_blocks(a.k_type)) {
        values_ahead(1).ask(1);
        return score_coded_keys(block, page, 16 * first, 16 * n, columns);
    }
    with_keys(a.k_type, page, a.d_k, first, [&](auto panel) {
        panel.ahead = values_ahead(n * a.d_k);
        multiply_all<true, 6>(
            panel, n, a.d_k,
            {block.q + columns.begin * a.d_k, a.d_k, block.scores + columns.begin * kPageKeys + 16 * first, kPageKeys,
             columns.end - columns.begin});
    });
}

/// Turns the scores of one column, of the keys begin .. end of its chunk, into weights.
inline void weigh(const AttendArgs& a, Range keys, float* scores, const State& state) {
    const size_t begin = keys.begin / 16 * 16, end = (keys.end + 15) / 16 * 16;
    if (a.softcap != 0.0f) softcap(end - begin, a.softcap, scores + begin);
    for (size_t j = begin; j < keys.begin; ++j) scores[j] = -kInfinity;
    for (size_t j = keys.end; j < end; ++j) scores[j] = -kInfinity;
    state.top() = largest(end - begin, scores + begin);
    state.sum() = exp_and_sum(end - begin, state.top(), scores + begin);
}

/// Adds the weighted values of a tile. Rows that see all of it go together, and meanwhile the keys of the next chunk
/// come; each other one adds what it sees.
inline void add_tile(const Block& block, size_t chunk_begin, Range tile, float* states) {
    const AttendArgs& a = block.a;
    const Range some = rows_that_see_some(a, tile), all = rows_that_see_all(a, tile);
    if (some.begin == some.end) return;
    const Range keys = {keys_of(a, some.begin, tile).begin, keys_of(a, some.end - 1, tile).end};
    with_values(a.v_type, a.v_pages[chunk_begin / kPageKeys], a.d_v, keys.begin - chunk_begin, keys.end - keys.begin,
                block.tile, [&](auto panel) {
                    const auto* const first = panel.data;
                    const auto add_rows = [&](Range rows, Range seen) {
                        const size_t c = block.column(rows.begin);
                        panel.data = first + (seen.begin - keys.begin) * panel.step;
                        multiply_all<false, 6>(panel, block.n_values / 16, seen.end - seen.begin,
                                               {block.scores + c * kPageKeys + seen.begin - chunk_begin, kPageKeys,
                                                states + c * block.stride, block.stride, block.column(rows.end) - c});
                    };
                    const size_t page = chunk_begin / kPageKeys;
                    if (chunk_begin + kPageKeys < a.end_key)
                        panel.ahead = tile_ahead(a.k_pages[page + 1], (tile.begin - chunk_begin) / kTileKeys,
                                                 key_tile_bytes(a), kTileKeys * block.n_values / 16);
                    if (all.begin < all.end) add_rows(all, tile);
                    panel.ahead = {};
                    for (size_t r = some.begin; r < some.end; ++r)
                        if (r < all.begin || r >= all.end) add_rows({r, r + 1}, keys_of(a, r, tile));
                });
}

/// Calls use(tile) for the tiles of a chunk.
template <class Use>
inline void for_each_tile(Range chunk, Use use) {
    for (size_t begin = chunk.begin; begin < chunk.end; begin += kTileKeys) use(Range{begin, begin + kTileKeys});
}

/// The states of a chunk, for the rows that see some of it.
inline void attend_chunk(const Block& block, Range chunk, float* states) {
    const AttendArgs& a = block.a;
    for_each_tile(chunk, [&](Range tile) { score_tile(block, chunk.begin, tile); });
    const Range rows = rows_that_see_some(a, chunk);
    for (size_t r = rows.begin; r < rows.end; ++r) {
        const Range keys = keys_of(a, r, chunk);
        for (size_t c = block.column(r); c < block.column(r + 1); ++c) {
            const State state = block.state(states, c);
            weigh(a, {keys.begin - chunk.begin, keys.end - chunk.begin}, block.scores + c * kPageKeys, state);
            std::memset(state.values, 0, block.n_values * sizeof(float));
        }
    }
    for_each_tile(chunk, [&](Range tile) { add_tile(block, chunk.begin, tile, states); });
}

// -------------------------------------------------------------------------------------------------- all of them

inline void merge(const State& total, const State& chunk) {
    const bool raised = chunk.top() > total.top();
    const float factor = exp(raised ? total.top() - chunk.top() : chunk.top() - total.top());
    const float a = raised ? factor : 1.0f, b = raised ? 1.0f : factor;
    if (raised) total.top() = chunk.top();
    total.sum() = std::fma(chunk.sum(), b, total.sum() * a);
    for (size_t i = 0; i < total.n_values; i += 16)
        store(fma(load(chunk.values + i), splat(b), load(total.values + i) * splat(a)), total.values + i);
}

inline void merge_chunk(const Block& block, Range chunk, float* states, float* totals) {
    const Range rows = rows_that_see_some(block.a, chunk);
    for (size_t c = block.column(rows.begin); c < block.column(rows.end); ++c)
        merge(block.state(totals, c), block.state(states, c));
}

inline void clear(const Block& block, float* totals) {
    for (size_t c = 0; c < block.column(block.a.n_rows); ++c) {
        const State total = block.state(totals, c);
        std::memset(total.values, 0, block.n_values * sizeof(float));
        total.top() = -kInfinity;
        total.sum() = 0.0f;
    }
}

inline void add_sink(const State& total, float sink) {
    if (sink > total.top()) {
        const float factor = exp(total.top() - sink);
        total.top() = sink;
        total.sum() *= factor;
        scale(total.n_values, factor, total.values);
    }
    total.sum() += exp(sink - total.top());
}

inline void finish(const Block& block, float* totals) {
    const AttendArgs& a = block.a;
    for (size_t r = 0; r < a.n_rows; ++r)
        for (size_t h = 0; h < a.n_q; ++h) {
            const State total = block.state(totals, block.column(r) + h);
            if (a.sinks) add_sink(total, a.sinks[h]);
            divide(a.d_v, total.values, total.sum(), a.out[r] + a.out_at + h * a.d_v);
        }
}

/// Working memory after that of the block.
struct Rest {
    float *chunk, *totals;
};

inline std::pair<Block, Rest> begin_block(const AttendArgs& a) {
    const size_t n_columns = a.n_rows * a.n_q, n_values = rounded_up(a.d_v, 16), stride = n_values + 16;
    const size_t longest = rounded_up(larger(a.d_k, a.d_v), 32);
    float* next = a.scratch;
    const auto take = [&next](size_t n) { return std::exchange(next, next + n); };
    float* const states = take(n_columns * stride);
    float* const totals = take(n_columns * stride);
    float* const scores = take(n_columns * kPageKeys);
    float* const tile = take(kTileKeys * longest);
    return {Block{a, n_values, stride, take(n_columns * longest), scores, tile}, {states, totals}};
}

/// The queries, scaled, one after the other.
inline void take_queries(const Block& block) {
    const AttendArgs& a = block.a;
    for (size_t r = 0; r < a.n_rows; ++r) {
        float* const q = block.q + block.column(r) * a.d_k;
        std::memcpy(q, a.q[r] + a.q_at, a.n_q * a.d_k * sizeof(float));
        scale(a.n_q * a.d_k, a.scale, q);
    }
}

/// The same in the form that weights in blocks are multiplied with.
inline void take_coded_queries(const Block& block) {
    const AttendArgs& a = block.a;
    const size_t padded = rounded_up(a.d_k, 32);
    float* const q = block.tile;
    std::memset(q, 0, padded * sizeof(float));
    for (size_t c = 0; c < block.column(a.n_rows); ++c) {
        std::memcpy(q, a.q[c / a.n_q] + a.q_at + c % a.n_q * a.d_k, a.d_k * sizeof(float));
        scale(a.d_k, a.scale, q);
        quantize_q80(padded, q, block.coded_query(c));
    }
}

inline Range chunk_at(size_t chunk) { return {chunk * kPageKeys, (chunk + 1) * kPageKeys}; }
inline Range chunks_of(const AttendArgs& a) {
    const Range first = keys_of(a, 0, {0, a.end_key});
    return {first.begin / kPageKeys, (a.end_key + a.n_rows - 1 + kPageKeys - 1) / kPageKeys};
}

void attend(const AttendArgs& a) {
    const auto [block, rest] = begin_block(a);
    (in_blocks(a.k_type) ? take_coded_queries : take_queries)(block);
    clear(block, rest.totals);
    const Range chunks = chunks_of(a);
    for (size_t i = chunks.begin; i < chunks.end; ++i) {
        attend_chunk(block, chunk_at(i), rest.chunk);
        merge_chunk(block, chunk_at(i), rest.chunk, rest.totals);
    }
    finish(block, rest.totals);
}

void attend_chunk(const AttendArgs& a, size_t chunk, float* states) {
    const auto [block, rest] = begin_block(a);
    (in_blocks(a.k_type) ? take_coded_queries : take_queries)(block);
    attend_chunk(block, chunk_at(chunk), states);
}

void merge_chunks(const AttendArgs& a, float* states) {
    const auto [block, rest] = begin_block(a);
    clear(block, rest.totals);
    const Range chunks = chunks_of(a);
    for (size_t i = chunks.begin; i < chunks.end; ++i, states += block.column(a.n_rows) * block.stride)
        merge_chunk(block, chunk_at(i), states, rest.totals);
    finish(block, rest.totals);
}

// -------------------------------------------------------------------------------------------------- filling a page

/// Writes the codes of up to 32 values, missing ones being zeros, and returns their scale.
inline uint16_t quantize_32(const float* x, size_t n, bool four_bits, int8_t* q) {
    float padded[32] = {};
    std::memcpy(padded, x, smaller(n, 32) * sizeof(float));
    float d = quantize_group<32>(padded, q);
    if (four_bits) {
        float most = 0.0f, least = 0.0f;
        for (const float v : padded) most = v > most ? v : most, least = v < least ? v : least;
        const float extreme = most >= -least ? most : least, factor = -8.0f / extreme;
        const bool coded = d > 0.0f;
        if (coded) d = extreme / -8.0f;
        for (size_t i = 0; i < 32; ++i) {
            const float rounded = padded[i] * factor + 0x1.8p23f - 0x1.8p23f;
            q[i] = coded ? int8_t(rounded < 7.0f ? rounded : 7.0f) : int8_t(0);
        }
    }
    uint16_t half[16];
    store_f16(splat(d), half, 16);
    return half[0];
}

/// Writes a key or a value as blocks of a type.
template <class Blocks>
inline void put_blocks(size_t n, const float* x, Blocks* out) {
    constexpr bool kFourBits = sizeof(out->qs) == 16;
    for (size_t i = 0; i < n; i += 32, ++out) {
        int8_t q[32];
        out->d = quantize_32(x + i, n - i, kFourBits, q);
        if constexpr (kFourBits)
            for (size_t j = 0; j < 16; ++j) out->qs[j] = uint8_t((q[j] + 8) | (q[j + 16] + 8) << 4);
        else
            std::memcpy(out->qs, q, sizeof q);
    }
}
inline void put_blocks(DType type, size_t n, const float* x, std::byte* page, size_t slot) {
    const size_t first = slot * blocks_of(n);
    if (type == DType::Q8_0) return put_blocks(n, x, reinterpret_cast<BlockQ8_0*>(page) + first);
    put_blocks(n, x, reinterpret_cast<BlockQ4_0*>(page) + first);
}

void put_key(DType type, size_t d_k, const float* x, std::byte* page, size_t slot) {
    if (in_blocks(type)) return put_blocks(type, d_k, x, page, slot);
    const size_t at = slot / kGroupKeys * kGroupKeys * d_k + slot % kGroupKeys;
    if (type == DType::F32) {
        float* const out = reinterpret_cast<float*>(page) + at;
        for (size_t i = 0; i < d_k; ++i) out[i * kGroupKeys] = x[i];
        return;
    }
    uint16_t* const out = reinterpret_cast<uint16_t*>(page) + at;
    for_each_16(d_k, [&](size_t i, size_t count) {
        uint16_t halves[16];
        store_f16(load(x + i, count), halves, 16);
        for (size_t j = 0; j < count; ++j) out[(i + j) * kGroupKeys] = halves[j];
    });
}

void put_value(DType type, size_t d_v, const float* x, std::byte* page, size_t slot) {
    if (in_blocks(type)) return put_blocks(type, d_v, x, page, slot);
    const size_t at = slot * rounded_up(d_v, 16);
    if (type == DType::F16) return to_f16(d_v, x, reinterpret_cast<uint16_t*>(page) + at);
    std::memcpy(reinterpret_cast<float*>(page) + at, x, d_v * sizeof(float));
}

}  // namespace
}  // namespace siskin
