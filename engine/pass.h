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
    std::span<const Batch::Row> rows;
};

/// The product of a matrix of the model with the first n columns of x.
inline Product product(const Linear& l, const ColumnSet& x, const RowSet& out, size_t n) {
    return {l.w, l.bias, l.scale, x.pointers(l.w), out.pointers(), n};
}

/// out = act(gate, up), quantized, for n rows of n_ff values: one phase of the team, not synced.
void gated_columns(Worker& worker, const Pass& pass, size_t n, size_t n_ff, const RowSet& gate, const RowSet& up,
                   const ColumnSet& out);

/// The feed-forward part of layer il with experts: normed -> out. Ends synced.
void ffn_experts(Worker& worker, Pass& pass, uint32_t il);

}  // namespace siskin
