#include "engine/forward.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "engine/pass.h"
#include "ops/kernels.h"

namespace siskin {
namespace {

// Work on vectors is shared in pieces of this many values; a multiple of the largest block of activations.
constexpr size_t kPiece = 2048;

/// Calls task(row, from, count) for every piece of n rows of n_k values: one phase.
template <class Task>
void share_pieces(Worker& worker, size_t n, size_t n_k, Task&& task) {
    const size_t pieces = (n_k + kPiece - 1) / kPiece;
    worker.share(n * pieces, [&](size_t i) {
        const size_t from = i % pieces * kPiece;
        task(i / pieces, from, std::min(kPiece, n_k - from));
    });
}

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

/// Adds what a block computed for n_rows rows to the residual stream and prepares the input of the next block.
void add_and_norm(Worker& worker, Pass& p, size_t n_rows, const float* post_norm, const float* next_norm) {
    const size_t n = p.config.n_embd;
    worker.share(n_rows, [&](size_t r) {
        if (post_norm) kernels().rms_norm(n, p.s.out[r], post_norm, p.config.eps, p.s.out[r]);
        kernels().add(n, p.s.out[r], p.s.x[r]);
        if (!next_norm) return;
        kernels().rms_norm(n, p.s.x[r], next_norm, p.config.eps, p.s.normed[r]);
        p.s.normed.quantize(r);
    });
    worker.sync();
}

void store(const KvCache& kv, size_t n, const float* from, std::byte* to) {
    if (kv.type() == DType::F16)
        kernels().to_f16(n, from, reinterpret_cast<uint16_t*>(to));
    else
        std::memcpy(to, from, n * sizeof(float));
}

/// Norm and rotation of the query heads of one group, where the row goes on, and of its key; key and value go to the
/// cache.
void place_heads(Pass& p, uint32_t il, size_t r, size_t group) {
    const Config& c = p.config;
    const LayerConfig& l = c.layers[il];
    const Layer& w = p.model.weights().layers[il];
    const size_t n_q = l.n_head / l.n_head_kv;
    const bool windowed = l.window != 0, halves = p.model.arch().rope == RopePairs::Halves;
    auto place = [&](float* head, const float* norm) {
        if (norm) kernels().rms_norm(c.d_k, head, norm, c.eps, head);
        kernels().rope(c.n_rot, halves, p.s.cosines[windowed][r], p.s.sines[windowed][r], head);
    };
    if (r < p.rows_going_on(il))
        for (size_t i = group * n_q; i < (group + 1) * n_q; ++i) place(p.s.q[r] + i * c.d_k, w.q_norm);
    float* key = p.s.k[r] + group * c.d_k;
    place(key, w.k_norm);
    const Batch::Row& row = p.rows[r];
    store(*row.kv, c.d_k, key, row.kv->key(il, group, row.position));
    store(*row.kv, c.d_v, p.s.v[r] + group * c.d_v, row.kv->value(il, group, row.position));
}

void attend(Pass& p, uint32_t il, size_t r, size_t group, float* scratch) {
    const Config& c = p.config;
    const LayerConfig& l = c.layers[il];
    const Layer& w = p.model.weights().layers[il];
    const Batch::Row& row = p.rows[r];
    const size_t n_q = l.n_head / l.n_head_kv, end = row.position + 1;
    kernels().attend({
        .n_q = n_q,
        .d_k = c.d_k,
        .d_v = c.d_v,
        .q = p.s.q[r] + group * n_q * c.d_k,
        .k_pages = row.kv->key_pages(il, group),
        .v_pages = row.kv->value_pages(il, group),
        .kv_type = row.kv->type(),
        .first_key = l.window && end > l.window ? end - l.window : 0,
        .end_key = end,
        .scale = c.attn_scale,
        .softcap = c.attn_softcap,
        .sinks = w.sinks ? w.sinks + group * n_q : nullptr,
        .out = p.s.attended[r] + group * n_q * c.d_v,
        .scratch = scratch,
    });
}

/// normed -> out, for n of the rows; keys and values of all.
void attention(Worker& worker, Pass& p, uint32_t il, size_t n) {
    const Layer& w = p.model.weights().layers[il];
    const LayerConfig& l = p.config.layers[il];
    const size_t n_all = p.rows.size(), groups = l.n_head_kv;

    matmul(worker, {product(w.wq, p.s.normed, p.s.q, n), product(w.wk, p.s.normed, p.s.k, n_all),
                    product(w.wv, p.s.normed, p.s.v, n_all)});
    worker.sync();
    worker.share(n_all * groups, [&](size_t i) { place_heads(p, il, i / groups, i % groups); });
    worker.sync();
    if (n == 0) return;
    float* scratch = p.s.attend[size_t(worker.index())].as<float>();
    worker.share(n * groups, [&](size_t i) { attend(p, il, i / groups, i % groups, scratch); });
    worker.sync();
    share_pieces(worker, n, l.n_head * p.config.d_v,
                 [&](size_t r, size_t from, size_t count) { p.s.attended.quantize(r, from, count); });
    worker.sync();
    matmul(worker, {product(w.wo, p.s.attended, p.s.out, n)});
    worker.sync();
}

/// normed -> out.
void ffn(Worker& worker, Pass& p, uint32_t il, size_t n) {
    const Layer& w = p.model.weights().layers[il];
    matmul(worker, {product(w.ffn_gate, p.s.normed, p.s.gate, n), product(w.ffn_up, p.s.normed, p.s.up, n)});
    worker.sync();
    gated_columns(worker, p, n, p.config.layers[il].n_ff, p.s.gate, p.s.up, p.s.ffn);
    worker.sync();
    matmul(worker, {product(w.ffn_down, p.s.ffn, p.s.out, n)});
    worker.sync();
}

void forward_layer(Worker& worker, Pass& p, uint32_t il) {
    const std::vector<Layer>& layers = p.model.weights().layers;
    const Layer& w = layers[il];
    const size_t n = p.rows_going_on(il);
    attention(worker, p, il, n);
    if (n == 0) return;
    add_and_norm(worker, p, n, w.post_attn_norm, w.ffn_norm);
    if (w.router)
        ffn_experts(worker, p, il, n);
    else
        ffn(worker, p, il, n);
    add_and_norm(worker, p, n, w.post_ffn_norm, il + 1 < layers.size() ? layers[il + 1].attn_norm : nullptr);
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

void gated_columns(Worker& worker, const Pass& p, size_t n, size_t n_ff, const RowSet& gate, const RowSet& up,
                   const ColumnSet& out) {
    const Activation act = activation(p.model.arch().act);
    share_pieces(worker, n, n_ff, [&](size_t r, size_t from, size_t count) {
        kernels().gated(act, count, gate[r] + from, up[r] + from, out[r] + from);
        out.quantize(r, from, count);
    });
}

bool forward(Runtime& runtime, Scratch& scratch, std::span<const Batch::Row> rows) {
    std::vector<Batch::Row> ordered(rows.begin(), rows.end());
    const auto others =
        std::stable_partition(ordered.begin(), ordered.end(), [](const Batch::Row& row) { return row.logits; });
    const size_t n_wanted = size_t(others - ordered.begin());
    scratch.reserve_logits(n_wanted);

    Pass pass{*scratch.model, scratch.model->config(), scratch, ordered, n_wanted};
    // One member looks at the stop flag before a layer; all know its answer after the layer's syncs and leave together.
    std::atomic<uint32_t> last_layer = pass.config.n_layer;
    runtime.team().run([&](Worker& worker) {
        embed(worker, pass);
        for (uint32_t il = 0; il < pass.config.n_layer; ++il) {
            if (worker.index() == 0 && last_layer > il && runtime.stopped()) last_layer = il;
            forward_layer(worker, pass, il);
            if (last_layer <= il) return;
        }
        if (n_wanted) logits(worker, pass);
    });
    return last_layer == pass.config.n_layer;
}

}  // namespace siskin
