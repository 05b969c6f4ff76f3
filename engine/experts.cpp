// The feed-forward part with experts: each token picks n_expert_used of n_expert small networks and adds their outputs.

#include <algorithm>
#include <numeric>

#include "engine/pass.h"
#include "ops/kernels.h"

namespace siskin {
namespace {

/// The n_expert_used largest logits of a row, the lower index first among equals, and their softmax as weights: the
/// same as softmax over all experts, choice and renormalization. Overwrites the logits.
void choose(const Config& c, float* logits, ExpertScratch::Choice* chosen) {
    uint32_t n = 0;
    for (uint32_t e = 0; e < c.n_expert; ++e) {
        if (n == c.n_expert_used && !(logits[e] > chosen[n - 1].weight)) continue;
        if (n < c.n_expert_used) ++n;
        uint32_t at = n - 1;
        for (; at > 0 && logits[e] > chosen[at - 1].weight; --at) chosen[at] = chosen[at - 1];
        chosen[at] = {e, logits[e]};
    }
    for (uint32_t j = 0; j < n; ++j) logits[j] = chosen[j].weight;
    kernels().softmax(n, logits);
    for (uint32_t j = 0; j < n; ++j) chosen[j].weight = logits[j] * c.expert_weights_scale;
}

/// Sorts the slots of n rows by expert: a counting sort over their choices.
void assign_slots(const Config& c, size_t n_rows, ExpertScratch& s) {
    const size_t n_slots = n_rows * c.n_expert_used;
    std::fill(s.first_slot.begin(), s.first_slot.end(), 0u);
    for (size_t i = 0; i < n_slots; ++i) ++s.first_slot[s.chosen[i].expert + 1];
    std::partial_sum(s.first_slot.begin(), s.first_slot.end(), s.first_slot.begin());
    s.next_slot.assign(s.first_slot.begin(), s.first_slot.end() - 1);
    for (size_t i = 0; i < n_slots; ++i) s.slot_of[i] = s.next_slot[s.chosen[i].expert]++;
}

/// Adds one product for each expert that any row chose; x and out, if there is one, are indexed by slot.
void add_products(const Linear& stack, const void* const* x, float* const* out, const ExpertScratch& s,
                  std::vector<Product>& products) {
    for (size_t e = 0; e + 1 < s.first_slot.size(); ++e) {
        const size_t first = s.first_slot[e], n = s.first_slot[e + 1] - first;
        if (n == 0) continue;
        const Linear l = stack.expert(e);
        products.push_back({l.w, l.bias, l.scale, x + first, out ? out + first : nullptr, n});
    }
}

void plan(Pass& p, const Layer& w, size_t n) {
    ExpertScratch& s = p.s.experts;
    const size_t used = p.config.n_expert_used;
    assign_slots(p.config, n, s);
    const void* const* gate_x = p.s.normed.pointers(w.gate_exps.w);
    const void* const* up_x = p.s.normed.pointers(w.up_exps.w);
    for (size_t i = 0; i < n * used; ++i) {
        s.gate_x[s.slot_of[i]] = gate_x[i / used];
        s.up_x[s.slot_of[i]] = up_x[i / used];
    }
    s.gate_products.clear();
    add_products(w.gate_exps, s.gate_x.data(), nullptr, s, s.gate_products);
    s.up_products.clear();
    add_products(w.up_exps, s.up_x.data(), nullptr, s, s.up_products);
    s.down_products.clear();
    add_products(w.down_exps, s.ffn.pointers(w.down_exps.w), s.out.pointers(), s, s.down_products);
}

}  // namespace

void combine_experts(Pass& p, size_t r) {
    const ExpertScratch& s = p.s.experts;
    const size_t n = p.config.n_embd, used = p.config.n_expert_used;
    std::fill_n(p.s.out[r], n, 0.0f);
    for (size_t i = r * used; i < (r + 1) * used; ++i)
        kernels().axpy(n, s.chosen[i].weight, s.out[s.slot_of[i]], p.s.out[r]);
}

void ffn_experts(Worker& worker, Pass& p, uint32_t il, size_t n) {
    const Layer& w = p.model.weights().layers[il];
    ExpertScratch& s = p.s.experts;
    const size_t used = p.config.n_expert_used;
    matmul(worker, {product(w.router, p.s.normed, s.router, n)});
    const auto choose_for = [&](size_t r) { choose(p.config, s.router[r], &s.chosen[r * used]); };
    if (n > 1) {
        worker.sync();
        worker.share(n, choose_for);
    }
    by_the_last(worker, p, [&] {
        if (n == 1) choose_for(0);
        plan(p, w, n);
    });
    worker.sync();
    const size_t n_ff = p.config.n_ff_exp, pieces = pieces_of(n_ff);
    worker.share(s.gate_products.size() * pieces, [&](size_t i) {
        const Product& gate = s.gate_products[i / pieces];
        const size_t first = i % pieces * kGatePiece, first_slot = size_t(gate.x - s.gate_x.data());
        multiply_and_join(worker, p, gate, s.up_products[i / pieces], first, std::min(kGatePiece, n_ff - first), s.ffn,
                          first_slot);
    });
    worker.sync();
    matmul(worker, s.down_products);
}

}  // namespace siskin
