#pragma once
// The tensors of a model, in place in its file, each bound to the one field that uses it. Every shape is checked
// against Config; every tensor of the file is bound, ignored by name, or refused.

#include <array>
#include <vector>

#include "formats/gguf_reader.h"
#include "models/arch.h"
#include "models/config.h"

namespace siskin {

/// y = scale * (w x) + bias. Absent parts are empty.
struct Linear {
    Tensor w;                      ///< [n_in x n_out], or [n_in x n_out x n_expert]
    const float* bias = nullptr;   ///< [n_out] or [n_expert][n_out]
    const float* scale = nullptr;  ///< [1] or [n_expert]
    explicit operator bool() const { return w.data != nullptr; }

    uint64_t n_in() const { return w.dims[0]; }
    uint64_t n_out() const { return w.dims[1]; }
    /// Output rows first .. first + count, as a Linear of its own.
    Linear rows(uint64_t first, uint64_t count) const;
    /// One of the stacked experts.
    Linear expert(uint64_t e) const;
};

struct Layer {
    const float* attn_norm = nullptr;              ///< [n_embd]
    Linear wq, wk, wv, wo;                         ///< views into one tensor where the file fuses q, k and v
    const float* q_norm = nullptr;                 ///< [d_k]
    const float* k_norm = nullptr;                 ///< [d_k]
    const float* sinks = nullptr;                  ///< [n_head]
    const float* post_attn_norm = nullptr;         ///< [n_embd]
    const float* ffn_norm = nullptr;               ///< [n_embd]
    Linear ffn_gate, ffn_up, ffn_down;             ///< dense
    Linear router, gate_exps, up_exps, down_exps;  ///< experts
    const float* post_ffn_norm = nullptr;          ///< [n_embd]

    /// In the order of use; those that the layer does not have are empty.
    std::array<const Linear*, 8> matrices() const {
        return {&wq, &wk, &wv, &wo, &router, &ffn_gate, &ffn_up, &ffn_down};
    }
    std::array<const Linear*, 3> expert_stacks() const { return {&gate_exps, &up_exps, &down_exps}; }
};

struct Weights {
    Tensor token_embd;                   ///< [n_embd x n_vocab]
    const float* output_norm = nullptr;  ///< [n_embd]
    Linear output;                       ///< token_embd where the file has no output.weight
    const float* rope_freqs = nullptr;   ///< [n_rot/2] divisors of the frequencies, or nullptr
    const float* rope_long = nullptr;    ///< the same for contexts beyond n_ctx_orig
    const float* rope_short = nullptr;   ///< and within it
    std::vector<Layer> layers;

    /// Throws Error(BadData): a tensor is missing, has another shape or type than expected, or is unknown.
    static Weights bind(const Arch& arch, const Config& config, const GgufFile& file);
};

}  // namespace siskin
