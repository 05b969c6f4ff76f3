#pragma once
// What the steps of a forward pass share.

#include <span>

#include "engine/batch.h"
#include "engine/scratch.h"

namespace siskin {

struct Pass {
    const Model& model;
    const Config& config;
    Scratch& s;
    std::span<const Batch::Row> rows;  ///< those whose logits are wanted first
    size_t n_wanted;

    /// The first so many rows go on after layer il has their keys and values: after the last layer, what comes of the
    /// others is not looked at.
    size_t rows_going_on(uint32_t il) const { return il + 1 < config.n_layer ? rows.size() : n_wanted; }
};

/// The product of a matrix of the model with the first n columns of x.
inline Product product(const Linear& l, const ColumnSet& x, const RowSet& out, size_t n) {
    return {l.w, l.bias, l.scale, x.pointers(l.w), out.pointers(), n};
}

/// out = act(gate, up), quantized, for n rows of n_ff values: one phase of the team, not synced.
void gated_columns(Worker& worker, const Pass& pass, size_t n, size_t n_ff, const RowSet& gate, const RowSet& up,
                   const ColumnSet& out);

/// The feed-forward part of layer il with experts, for n rows: normed -> out. Ends synced.
void ffn_experts(Worker& worker, Pass& pass, uint32_t il, size_t n);

}  // namespace siskin
