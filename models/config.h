#pragma once
// The sizes of one model, read from its metadata and range-checked: nothing downstream divides by zero or overflows.

#include <cstdint>
#include <vector>

#include "formats/gguf_reader.h"
#include "models/arch.h"

namespace siskin {

/// How positions become angles: angle(i) = position * frequency(i), i < n_rot/2. See engine/rope_table.h.
struct RopeConfig {
    float base = 10000;
    float freq_scale = 1;  ///< 1 / factor of linear and YaRN scaling
    bool yarn = false;     ///< blend scaled and unscaled frequencies between the two betas
    float beta_fast = 32, beta_slow = 1;
    float magnitude = 1;  ///< multiplies sine and cosine
};

struct LayerConfig {
    uint32_t n_head = 0, n_head_kv = 0, n_ff = 0;
    uint32_t window = 0;  ///< a key is seen while position - key < window; 0: all keys
};

struct Config {
    uint32_t n_vocab = 0, n_ctx_train = 0, n_embd = 0, n_layer = 0;
    uint32_t d_k = 0, d_v = 0;  ///< length of one head's key and value
    uint32_t n_rot = 0;         ///< leading values of each head that are rotated
    float eps = 0;
    std::vector<LayerConfig> layers;  ///< [n_layer]

    RopeConfig rope, rope_window;  ///< of layers that see all keys, of windowed layers
    uint32_t n_ctx_orig = 0;       ///< context before rope scaling; longer contexts take the long rope factors

    float attn_scale = 0, attn_softcap = 0, final_softcap = 0, embd_scale = 1;

    uint32_t n_expert = 0, n_expert_used = 0, n_ff_exp = 0;
    float expert_weights_scale = 1;

    /// Throws Error(BadData) that names the key: missing, of the wrong type, or out of range.
    static Config read(const Arch& arch, const Metadata& metadata);
};

}  // namespace siskin
