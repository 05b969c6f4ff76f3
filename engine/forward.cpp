#include "engine/forward.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "engine/pass.h"
#include "engine/read_ahead.h"
#include "ops/kernels.h"

namespace siskin {
namespace {

Activation activation(FfnAct act) {
    switch (act) {
        case FfnAct::GeluTanh:
            return Activation::GeluTanh;
        case FfnAct::SwigluOai:
            return Activation::SwigluOai;
        case FfnAct::SiLU:
            break;
    }
    return Activation::SiLU;
}

/// x = the embeddings of the tokens; the angles of their positions; the input of the first layer.
void embed(Worker& worker, Pass& p) {
    const Tensor& table = p.model.weights().token_embd;
    worker.share(p.rows.size(), [&](size_t r) {
        const Batch::Row& row = p.rows[r];
        decode_row(*table.dtype, table.row(uint64_t(row.token)), p.config.n_embd, p.s.x[r]);
        if (p.config.embd_scale != 1) kernels().scale(p.config.n_embd, p.config.embd_scale, p.s.x[r]);
        for (const bool windowed : {false, true})
            p.model.rope(windowed, row.long_rope).fill(row.position, p.s.cosines[windowed][r], p.s.sines[windowed][r]);
        kernels().rms_norm(p.config.n_embd, p.s.x[r], p.model.weights().layers[0].attn_norm, p.config.eps,
                           p.s.normed[r]);
        p.s.normed.quantize(r);
    });
    worker.sync();
}

/// Once all of what a block computed for n_rows rows is there, adds it to the residual stream and prepares the input of
/// the next block.
void add_and_norm(Worker& worker, Pass& p, size_t n_rows, bool experts, const float* post_norm,
                  const float* next_norm) {
    const size_t n = p.config.n_embd;
    share_rows(worker, p, n_rows, [&](size_t r) {
        if (experts) combine_experts(p, r);
        if (post_norm) kernels().rms_norm(n, p.s.out[r], post_norm, p.config.eps, p.s.out[r]);
        kernels().add(n, p.s.out[r], p.s.x[r]);
        if (!next_norm) return;
        kernels().rms_norm(n, p.s.x[r], next_norm, p.config.eps, p.s.normed[r]);
        p.s.normed.quantize(r);
    });
    worker.sync();
}

/// out = act(gate, up), quantized, for `count` values of a column, a whole number of blocks of activations. Overwrites
/// gate.
void join(const Pass& p, float* gate, const float* up, size_t col, size_t from, size_t count, const ColumnSet& out) {
    float* joined = out.needs_floats() ? out[col] + from : gate;
    kernels().gated(activation(p.model.arch().act), count, gate, up, joined);
    out.quantize(col, from, count, joined);
}

/// normed -> out, for n rows; not synced. Where there are enough pieces for all members, whoever has computed one of
/// gate and up goes on with it.
void ffn(Worker& worker, Pass& p, uint32_t il, size_t n) {
    const Layer& w = p.model.weights().layers[il];
    const Product gate = product(w.ffn_gate, p.s.normed, p.s.gate, n), up = product(w.ffn_up, p.s.normed, p.s.up, n);
    const size_t n_ff = p.config.layers[il].n_ff;
    if (goes_by_pieces(n_ff, worker.count())) {
        worker.share(pieces_of(n_ff), [&](size_t i) {
            const size_t first = i * kGatePiece;
            multiply_and_join(worker, p, gate, up, first, std::min(kGatePiece, n_ff - first), p.s.ffn, 0);
        });
    } else {
        matmul(worker, {gate, up});
        worker.sync();
        share_pieces(worker, n, n_ff, [&](size_t r, size_t first, size_t count) {
            join(p, p.s.gate[r] + first, p.s.up[r] + first, r, first, count, p.s.ffn);
        });
    }
    worker.sync();
    matmul(worker, {product(w.ffn_down, p.s.ffn, p.s.out, n)});
}

void forward_layer(Worker& worker, Pass& p, uint32_t il) {
    const std::vector<Layer>& layers = p.model.weights().layers;
    const Layer& w = layers[il];
    const size_t n = p.rows_going_on(il);
    attention(worker, p, il);
    if (n == 0) return;
    add_and_norm(worker, p, n, false, w.post_attn_norm, w.ffn_norm);
    const bool experts = bool(w.router);
    if (experts)
        ffn_experts(worker, p, il, n);
    else
        ffn(worker, p, il, n);
    add_and_norm(worker, p, n, experts, w.post_ffn_norm, il + 1 < layers.size() ? layers[il + 1].attn_norm : nullptr);
}

/// x -> logits of the rows that want them.
void logits(Worker& worker, Pass& p) {
    const Weights& w = p.model.weights();
    worker.share(p.n_wanted, [&](size_t r) {
        kernels().rms_norm(p.config.n_embd, p.s.x[r], w.output_norm, p.config.eps, p.s.last[r]);
        p.s.last.quantize(r);
    });
    worker.sync();
    matmul(worker, {product(w.output, p.s.last, p.s.logits, p.n_wanted)});
    worker.sync();
    if (p.config.final_softcap != 0)
        share_pieces(worker, p.n_wanted, p.config.n_vocab, [&](size_t r, size_t from, size_t count) {
            kernels().softcap(count, p.config.final_softcap, p.s.logits[r] + from);
        });
}

}  // namespace

void multiply_and_join(Worker& worker, Pass& p, const Product& gate, const Product& up, size_t first, size_t count,
                       const ColumnSet& out, size_t first_col) {
    const Scratch::GatePiece& piece = p.s.gate_pieces[size_t(worker.index())];
    multiply_rows(worker, gate.rows(first, count, piece.gate), 0, count);
    multiply_rows(worker, up.rows(first, count, piece.up), 0, count);
    for (size_t c = 0; c < gate.n_cols; ++c) join(p, piece.gate[c], piece.up[c], first_col + c, first, count, out);
}

bool forward(Runtime& runtime, Scratch& scratch, std::span<const Batch::Row> rows) {
    std::vector<Batch::Row> ordered(rows.begin(), rows.end());
    const auto others =
        std::stable_partition(ordered.begin(), ordered.end(), [](const Batch::Row& row) { return row.logits; });
    const size_t n_wanted = size_t(others - ordered.begin());
    scratch.reserve_logits(n_wanted);

    const Config& config = scratch.model->config();
    Pass pass{*scratch.model, config, scratch, ordered, n_wanted, attention_blocks(config, ordered, n_wanted)};
    const AttentionRoom room = attention_room(pass, runtime.team().size());
    scratch.reserve_attention(room.n_states, room.n_done);
    // One member looks at the stop flag before a layer; all know its answer after the layer's syncs and leave together.
    std::atomic<uint32_t> last_layer = pass.config.n_layer;
    std::optional<ReadAhead> read_ahead;
    if (!std::exchange(scratch.used, true)) read_ahead.emplace(*scratch.model, rows.size());
    const auto work = [&](Worker& worker) {
        embed(worker, pass);
        for (uint32_t il = 0; il < pass.config.n_layer; ++il) {
            if (worker.index() == 0 && last_layer > il && runtime.stopped()) last_layer = il;
            if (worker.index() == 0 && read_ahead) read_ahead->before_layer(il);
            forward_layer(worker, pass, il);
            if (last_layer <= il) return;
        }
        if (n_wanted) logits(worker, pass);
    };
    // A prompt has enough work in each phase for all members to even out.
    constexpr size_t kFewRows = 8;
    if (rows.size() <= kFewRows)
        runtime.team().run_again(rows.size(), work);
    else
        runtime.team().run(work);
    return last_layer == pass.config.n_layer;
}

}  // namespace siskin
