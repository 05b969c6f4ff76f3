#pragma once
// The working memory of a forward pass over up to n_batch rows of one model. Pages cost memory only once a pass has
// needed them.

#include <atomic>
#include <cstdint>
#include <vector>

#include "engine/model.h"
#include "ops/matmul.h"

namespace siskin {

/// The feed-forward part of a layer with experts. A "slot" is a (token, chosen expert) pair; slots are sorted by
/// expert.
struct ExpertScratch {
    ExpertScratch() = default;
    ExpertScratch(const Model& model, size_t n_batch);

    struct Choice {
        uint32_t expert;
        float weight;
    };
    RowSet router;                          ///< [row][n_expert]
    std::vector<Choice> chosen;             ///< [row][n_expert_used]
    std::vector<uint32_t> slot_of;          ///< [row][n_expert_used]
    std::vector<uint32_t> first_slot;       ///< [n_expert + 1]
    std::vector<uint32_t> next_slot;        ///< [n_expert]
    ColumnSet ffn;                          ///< [slot][n_ff_exp]
    RowSet out;                             ///< [slot][n_embd]
    std::vector<const void*> gate_x, up_x;  ///< [slot] column of the slot's token, in the form of the weights
    std::vector<Product> gate_products, up_products, down_products;  ///< one for each expert in use
};

/// Rows of gate and up that one member multiplies and joins at a time: a whole block of activations.
constexpr size_t kGatePiece = 256;

constexpr size_t pieces_of(size_t n_ff) { return (n_ff + kGatePiece - 1) / kGatePiece; }

/// Whether there are so many pieces that members can go on with what they have computed of gate and up: enough for
/// fewer members are enough for them as well.
constexpr bool goes_by_pieces(size_t n_ff, int members) {
    constexpr size_t kPiecesPerMember = 4;
    return pieces_of(n_ff) >= kPiecesPerMember * size_t(members);
}

/// Most rows that attention computes together: with all heads of a group, enough columns to read a key once for many.
size_t attention_rows(const Config& config);

struct Scratch {
    /// For passes of up to n_batch rows.
    Scratch(const Model& model, size_t n_batch, int n_threads);

    /// Makes room for the logits of n rows.
    void reserve_logits(size_t n);

    /// Makes room for the chunks of attention: n_states floats, n_done counters.
    void reserve_attention(size_t n_states, size_t n_done);

    const Model* model;
    size_t n_rows;       ///< of a pass, at most
    bool used = false;   ///< by a pass
    RowSet x;            ///< [row][n_embd] the residual stream
    ColumnSet normed;    ///< [row][n_embd] input of the next products
    RowSet q, k, v;      ///< [row][heads of a layer]
    ColumnSet attended;  ///< [row][n_head * d_v]
    RowSet out;          ///< [row][n_embd] what a block adds to the residual stream
    RowSet gate, up;     ///< [row][n_ff], unless all layers go by pieces
    struct GatePiece {
        RowSet gate, up;  ///< [row][kGatePiece]
    };
    std::vector<GatePiece> gate_pieces;  ///< per member
    ColumnSet ffn;                       ///< [row][n_ff]
    RowSet cosines[2], sines[2];         ///< [row][n_rot/2]: layers that see all keys, windowed layers
    ExpertScratch experts;
    std::atomic<int> arrived{0};                     ///< members that came to by_the_last
    std::vector<Buffer> attend;                      ///< per thread
    Buffer attend_states;                            ///< of chunks, where blocks of rows are attended by chunks
    std::vector<std::atomic<uint32_t>> attend_done;  ///< [block][n_head_kv] chunks that are ready
    ColumnSet last;                                  ///< [wanted row][n_embd] input of the output matrix
    RowSet logits;                                   ///< [wanted row][n_vocab]
    size_t n_logits = 0;                             ///< rows there is room for
};

}  // namespace siskin
