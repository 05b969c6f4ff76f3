// The attention of one layer: from normalized rows to what the layer adds to them.

#include <algorithm>

#include "engine/pass.h"
#include "ops/kernels.h"

namespace siskin {
namespace {

/// Norm and rotation of one head of a row, in place.
void place(const Pass& p, uint32_t il, size_t r, const float* norm, float* head) {
    const Config& c = p.config;
    const bool windowed = c.layers[il].window != 0, halves = p.model.arch().rope == RopePairs::Halves;
    if (norm) kernels().rms_norm(c.d_k, head, norm, c.eps, head);
    kernels().rope(c.n_rot, halves, p.s.cosines[windowed][r], p.s.sines[windowed][r], head);
}

/// normed -> q of one head, for the rows that go on.
void make_queries(Worker& worker, Pass& p, uint32_t il, size_t head) {
    const Layer& w = p.model.weights().layers[il];
    const size_t n = p.rows_going_on(il), d_k = p.config.d_k;
    multiply_rows(worker, product(w.wq, p.s.normed, p.s.q, n), head * d_k, d_k);
    for (size_t r = 0; r < n; ++r) place(p, il, r, w.q_norm, p.s.q[r] + head * d_k);
}

/// normed -> key and value of one KV head, for all rows, into their caches.
void make_keys_and_values(Worker& worker, Pass& p, uint32_t il, size_t head) {
    const Layer& w = p.model.weights().layers[il];
    const size_t n = p.rows.size(), d_k = p.config.d_k, d_v = p.config.d_v;
    multiply_rows(worker, product(w.wk, p.s.normed, p.s.k, n), head * d_k, d_k);
    multiply_rows(worker, product(w.wv, p.s.normed, p.s.v, n), head * d_v, d_v);
    for (size_t r = 0; r < n; ++r) {
        float* const key = p.s.k[r] + head * d_k;
        place(p, il, r, w.k_norm, key);
        p.rows[r].kv->put(il, head, p.rows[r].position, key, p.s.v[r] + head * d_v);
    }
}

AttendArgs arguments(Worker& worker, const Pass& p, uint32_t il, const RowBlock& block, size_t group) {
    const Config& c = p.config;
    const LayerConfig& l = c.layers[il];
    const Layer& w = p.model.weights().layers[il];
    const Batch::Row& row = p.rows[block.first];
    const size_t n_q = l.n_head / l.n_head_kv;
    return {
        .n_rows = block.count,
        .n_q = n_q,
        .d_k = c.d_k,
        .d_v = c.d_v,
        .q = p.s.q.pointers() + block.first,
        .q_at = group * n_q * c.d_k,
        .k_pages = row.kv->key_pages(il, group),
        .v_pages = row.kv->value_pages(il, group),
        .k_type = row.kv->types().k,
        .v_type = row.kv->types().v,
        .end_key = row.position + 1,
        .window = l.window,
        .scale = c.attn_scale,
        .softcap = c.attn_softcap,
        .sinks = w.sinks ? w.sinks + group * n_q : nullptr,
        .out = p.s.attended.rows() + block.first,
        .out_at = group * n_q * c.d_v,
        .scratch = p.s.attend[size_t(worker.index())].as<float>(),
        .tile_scratch = worker.scratch(),
    };
}

/// The chunks of keys that the rows of a block see.
struct Chunks {
    size_t first, count;
};
Chunks chunks_of(const Pass& p, uint32_t il, const RowBlock& block) {
    const size_t window = p.config.layers[il].window, end = p.rows[block.first].position + 1;
    const size_t first = window && end > window ? (end - window) / kPageKeys : 0;
    return {first, (end + block.count - 1 + kPageKeys - 1) / kPageKeys - first};
}

/// The blocks whose rows go on in a layer.
std::span<const RowBlock> blocks_of(const Pass& p, uint32_t il) {
    const size_t n = p.rows_going_on(il);
    const auto end = std::find_if(p.blocks.begin(), p.blocks.end(), [&](const RowBlock& b) { return b.first >= n; });
    return {p.blocks.begin(), end};
}

/// Whether there are so few blocks that their chunks of keys are shared out one by one.
bool by_chunks(const Pass& p, uint32_t il, int members) {
    constexpr size_t kTasksPerMember = 4;
    return blocks_of(p, il).size() * p.config.layers[il].n_head_kv < kTasksPerMember * size_t(members);
}

/// Chunks of one task, one after the other: each asks for the memory of the next.
size_t chunks_of_task(const Pass& p, uint32_t il, int members) {
    constexpr size_t kTasksPerMember = 8;
    size_t all = 0;
    for (const RowBlock& block : blocks_of(p, il)) all += chunks_of(p, il, block).count * p.config.layers[il].n_head_kv;
    return std::max<size_t>(1, all / (kTasksPerMember * size_t(members)));
}

/// Whether what one group of heads gives fills whole blocks of activations, so that the others need not be waited for.
bool groups_fill_blocks(const Pass& p, const LayerConfig& l) {
    constexpr size_t kLargestBlock = 256;
    return l.n_head / l.n_head_kv * p.config.d_v % kLargestBlock == 0;
}

/// After the attention of a block and group.
void quantize_group(const Pass& p, uint32_t il, const RowBlock& block, size_t group) {
    const LayerConfig& l = p.config.layers[il];
    if (!groups_fill_blocks(p, l)) return;
    const size_t n = l.n_head / l.n_head_kv * p.config.d_v;
    for (size_t r = block.first; r < block.first + block.count; ++r) p.s.attended.quantize(r, group * n, n);
}

/// Some chunks of a block and group of heads; whoever comes last for a block and group merges their chunks.
void attend_chunks(Worker& worker, Pass& p, uint32_t il, size_t per_task, size_t task) {
    const LayerConfig& l = p.config.layers[il];
    float* states = p.s.attend_states.as<float>();
    std::atomic<uint32_t>* done = p.s.attend_done.data();
    for (const RowBlock& block : blocks_of(p, il)) {
        const Chunks chunks = chunks_of(p, il, block);
        const size_t state = block.count * (l.n_head / l.n_head_kv) * attend_state(p.config.d_v);
        const size_t tasks = (chunks.count + per_task - 1) / per_task;  // of each group
        if (task >= tasks * l.n_head_kv) {
            task -= tasks * l.n_head_kv;
            states += chunks.count * l.n_head_kv * state;
            done += l.n_head_kv;
            continue;
        }
        const size_t group = task / tasks, begin = task % tasks * per_task;
        const AttendArgs args = arguments(worker, p, il, block, group);
        float* const of_group = states + group * chunks.count * state;
        for (size_t i = begin; i < std::min(begin + per_task, chunks.count); ++i)
            kernels().attend_chunk(args, chunks.first + i, of_group + i * state);
        if (done[group].fetch_add(1, std::memory_order_acq_rel) + 1 < tasks) return;
        done[group].store(0, std::memory_order_relaxed);
        kernels().merge_chunks(args, of_group);
        return quantize_group(p, il, block, group);
    }
}

void attend(Worker& worker, Pass& p, uint32_t il) {
    const auto blocks = blocks_of(p, il);
    const size_t groups = p.config.layers[il].n_head_kv;
    if (by_chunks(p, il, worker.count())) {
        const size_t per_task = chunks_of_task(p, il, worker.count());
        size_t tasks = 0;
        for (const RowBlock& block : blocks)
            tasks += (chunks_of(p, il, block).count + per_task - 1) / per_task * groups;
        worker.share(tasks, [&](size_t task) { attend_chunks(worker, p, il, per_task, task); });
    } else {
        // Late rows see more keys: the long tasks come first.
        worker.share(blocks.size() * groups, [&](size_t task) {
            const RowBlock& block = blocks[blocks.size() - 1 - task / groups];
            kernels().attend(arguments(worker, p, il, block, task % groups));
            quantize_group(p, il, block, task % groups);
        });
    }
}

}  // namespace

std::vector<RowBlock> attention_blocks(const Config& config, std::span<const Batch::Row> rows, size_t n_wanted) {
    const size_t most = attention_rows(config);
    std::vector<RowBlock> blocks;
    for (size_t r = 0; r < rows.size(); ++r) {
        const bool follows = r > 0 && r != n_wanted && rows[r].kv == rows[r - 1].kv &&
                             rows[r].position == rows[r - 1].position + 1 && blocks.back().count < most;
        if (follows)
            ++blocks.back().count;
        else
            blocks.push_back({r, 1});
    }
    return blocks;
}

AttentionRoom attention_room(const Pass& p, int members) {
    size_t most = 0, groups = 0;
    for (uint32_t il = 0; il < p.config.n_layer; ++il) {
        if (!by_chunks(p, il, members)) continue;
        size_t n = 0;
        for (const RowBlock& block : blocks_of(p, il)) n += chunks_of(p, il, block).count * block.count;
        most = std::max(most, n * p.config.layers[il].n_head);
        groups = std::max<size_t>(groups, blocks_of(p, il).size() * p.config.layers[il].n_head_kv);
    }
    return {most * attend_state(p.config.d_v), groups};
}

void attention(Worker& worker, Pass& p, uint32_t il) {
    const LayerConfig& l = p.config.layers[il];
    const size_t n = p.rows_going_on(il), n_q_heads = n ? l.n_head : 0;
    worker.share(l.n_head_kv + n_q_heads, [&](size_t i) {
        if (i < l.n_head_kv)
            make_keys_and_values(worker, p, il, i);
        else
            make_queries(worker, p, il, i - l.n_head_kv);
    });
    worker.sync();
    if (n == 0) return;
    attend(worker, p, il);
    worker.sync();
    if (!groups_fill_blocks(p, l)) {
        share_pieces(worker, n, l.n_head * p.config.d_v,
                     [&](size_t r, size_t from, size_t count) { p.s.attended.quantize(r, from, count); });
        worker.sync();
    }
    matmul(worker, {product(p.model.weights().layers[il].wo, p.s.attended, p.s.out, n)});
}

}  // namespace siskin
