#pragma once
// What the steps of a forward pass share.

#include <algorithm>
#include <span>
#include <vector>

#include "engine/batch.h"
#include "engine/scratch.h"

namespace siskin {

/// Consecutive tokens of one text, in consecutive rows: what attention computes together.
struct RowBlock {
    size_t first, count;
};

struct Pass {
    const Model& model;
    const Config& config;
    Scratch& s;
    std::span<const Batch::Row> rows;  ///< those whose logits are wanted first
    size_t n_wanted;
    std::vector<RowBlock> blocks;  ///< of all rows, in order; those of the wanted rows hold no others

    /// The first so many rows go on after layer il has their keys and values: after the last layer, what comes of the
    /// others is not looked at.
    size_t rows_going_on(uint32_t il) const { return il + 1 < config.n_layer ? rows.size() : n_wanted; }
};

/// The product of a matrix of the model with the first n columns of x.
inline Product product(const Linear& l, const ColumnSet& x, const RowSet& out, size_t n) {
    return {l.w, l.bias, l.scale, x.pointers(l.w), out.pointers(), n};
}

/// Calls task(row, from, count) for every piece of n rows of n_k values: one phase. Pieces are multiples of the largest
/// block of activations, but for the last.
template <class Task>
void share_pieces(Worker& worker, size_t n, size_t n_k, Task&& task) {
    constexpr size_t kPiece = 2048;
    const size_t pieces = (n_k + kPiece - 1) / kPiece;
    worker.share(n * pieces, [&](size_t i) {
        const size_t from = i % pieces * kPiece;
        task(i / pieces, from, std::min(kPiece, n_k - from));
    });
}

/// The blocks of a pass whose first n_wanted rows are those whose logits are wanted.
std::vector<RowBlock> attention_blocks(const Config& config, std::span<const Batch::Row> rows, size_t n_wanted);

/// What the attention of a pass by so many threads needs, for Scratch::reserve_attention; none where blocks of rows are
/// not attended by chunks.
struct AttentionRoom {
    size_t n_states = 0, n_done = 0;
};
AttentionRoom attention_room(const Pass& pass, int n_threads);

/// The attention of layer il: normed -> out for the rows that go on, not synced; keys and values of all rows go to
/// their caches.
void attention(Worker& worker, Pass& pass, uint32_t il);

/// Calls then() for the member that comes last to where all come, when all that was done before is there. A sync must
/// follow before the next call.
template <class Then>
void by_the_last(Worker& worker, Pass& p, Then&& then) {
    if (p.s.arrived.fetch_add(1, std::memory_order_acq_rel) + 1 < worker.count()) return;
    p.s.arrived.store(0, std::memory_order_relaxed);
    then();
}

/// When all that was done before is there, calls task(row) for n rows; not synced. A single row is the work of whoever
/// comes last, which saves a meeting.
template <class Task>
void share_rows(Worker& worker, Pass& p, size_t n, Task&& task) {
    if (n == 1) return by_the_last(worker, p, [&] { task(size_t(0)); });
    worker.sync();
    worker.share(n, task);
}

/// Rows first .. first + count of two products of the same columns, a piece of kGatePiece at most: act(gate, up),
/// quantized, goes to the columns of `out` from first_col on. The work of one member.
void multiply_and_join(Worker& worker, Pass& pass, const Product& gate, const Product& up, size_t first, size_t count,
                       const ColumnSet& out, size_t first_col);

/// The feed-forward part of layer il with experts, for n rows, not synced: normed -> what combine_experts makes out of.
void ffn_experts(Worker& worker, Pass& pass, uint32_t il, size_t n);
/// out[r] = sum of the chosen experts' outputs, weighted, in the order of choice.
void combine_experts(Pass& pass, size_t r);

}  // namespace siskin
