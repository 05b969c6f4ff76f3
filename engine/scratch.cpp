#include "engine/scratch.h"

#include <algorithm>

#include "ops/kernels.h"

namespace siskin {
namespace {

/// The activation kinds that a set of matrices needs, over all layers.
template <class... Fields>
ActKinds kinds_of(const Model& model, Fields... fields) {
    ActKinds kinds;
    for (const Layer& layer : model.weights().layers)
        for (const Linear* l : {&(layer.*fields)...})
            if (*l) kinds.add(l->w);
    return kinds;
}

/// The largest value of a size over all layers.
template <class Size>
size_t largest(const Config& config, Size size) {
    size_t most = 0;
    for (const LayerConfig& layer : config.layers) most = std::max<size_t>(most, size(layer));
    return most;
}

size_t most_heads_of_group(const Config& config) {
    return largest(config, [](auto& l) { return l.n_head / l.n_head_kv; });
}

}  // namespace

size_t attention_rows(const Config& config) {
    constexpr size_t kColumns = 96;
    return std::max<size_t>(1, kColumns / most_heads_of_group(config));
}

ExpertScratch::ExpertScratch(const Model& model, size_t n_batch) {
    const Config& c = model.config();
    if (c.n_expert == 0) return;
    const size_t n_slots = n_batch * c.n_expert_used;
    router = RowSet(n_batch, c.n_expert);
    chosen.resize(n_slots);
    slot_of.resize(n_slots);
    first_slot.resize(c.n_expert + 1);
    ffn = ColumnSet(n_slots, c.n_ff_exp, kinds_of(model, &Layer::down_exps), ColumnSet::Floats::WhereNeeded);
    out = RowSet(n_slots, c.n_embd);
    gate_x.resize(n_slots);
    up_x.resize(n_slots);
}

Scratch::Scratch(const Model& m, size_t n_batch, int n_threads) : model(&m), n_rows(n_batch), experts(m, n_batch) {
    const Config& c = m.config();
    x = RowSet(n_batch, c.n_embd);
    normed = ColumnSet(n_batch, c.n_embd,
                       kinds_of(m, &Layer::wq, &Layer::wk, &Layer::wv, &Layer::ffn_gate, &Layer::ffn_up, &Layer::router,
                                &Layer::gate_exps, &Layer::up_exps));
    q = RowSet(n_batch, largest(c, [&](auto& l) { return l.n_head * c.d_k; }));
    k = RowSet(n_batch, largest(c, [&](auto& l) { return l.n_head_kv * c.d_k; }));
    v = RowSet(n_batch, largest(c, [&](auto& l) { return l.n_head_kv * c.d_v; }));
    attended = ColumnSet(n_batch, largest(c, [&](auto& l) { return l.n_head * c.d_v; }), kinds_of(m, &Layer::wo));
    out = RowSet(n_batch, c.n_embd);
    if (c.n_expert == 0) {
        const size_t n_ff = largest(c, [](auto& l) { return l.n_ff; });
        const size_t n_whole = largest(c, [&](auto& l) { return goes_by_pieces(l.n_ff, n_threads) ? 0 : l.n_ff; });
        gate = RowSet(n_batch, n_whole);
        up = RowSet(n_batch, n_whole);
        ffn = ColumnSet(n_batch, n_ff, kinds_of(m, &Layer::ffn_down), ColumnSet::Floats::WhereNeeded);
    }
    for (int windowed = 0; windowed < 2; ++windowed) {
        cosines[windowed] = RowSet(n_batch, c.n_rot / 2);
        sines[windowed] = RowSet(n_batch, c.n_rot / 2);
    }
    const size_t floats = attend_scratch(attention_rows(c), most_heads_of_group(c), c.d_k, c.d_v);
    for (int i = 0; i < n_threads; ++i) {
        attend.emplace_back(floats * sizeof(float));
        gate_pieces.push_back({RowSet(n_batch, kGatePiece), RowSet(n_batch, kGatePiece)});
    }
}

void Scratch::reserve_attention(size_t n_states, size_t n_done) {
    if (n_states * sizeof(float) > attend_states.bytes()) {
        attend_states = Buffer();
        attend_states = Buffer(n_states * sizeof(float));
    }
    if (n_done > attend_done.size()) attend_done = std::vector<std::atomic<uint32_t>>(n_done);
}

void Scratch::reserve_logits(size_t n) {
    if (n <= n_logits) return;
    const Config& c = model->config();
    ActKinds kinds;
    kinds.add(model->weights().output.w);
    last = ColumnSet(n, c.n_embd, kinds);
    logits = RowSet(n, c.n_vocab);
    n_logits = n;
}

}  // namespace siskin
