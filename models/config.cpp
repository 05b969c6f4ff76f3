#include "models/config.h"

#include <cmath>
#include <string>

#include "formats/checked.h"
#include "formats/error.h"

namespace siskin {
namespace {

// Bounds of what siskin will run; they keep every product of two sizes far from overflow.
constexpr uint32_t kMaxWidth = 1u << 24, kMaxLayers = 1024, kMaxHeads = 1u << 14, kMaxHeadLength = 1u << 12,
                   kMaxExperts = 4096, kMaxContext = 1u << 30;

/// The keys of one family ("llama.block_count"), each read with its range.
class Keys {
  public:
    Keys(const Arch& arch, const Metadata& metadata) : prefix_(std::string(arch.name) + "."), metadata_(metadata) {}

    std::string name(std::string_view key) const { return prefix_ + std::string(key); }
    bool has(std::string_view key) const { return metadata_.has(name(key)); }

    uint32_t count(std::string_view key, uint32_t low, uint32_t high) const {
        const auto value = metadata_.integer(name(key));
        if (!value) fail(Fault::BadData, name(key), ": missing; the model cannot be run without it");
        return in_range(key, *value, low, high);
    }
    uint32_t count(std::string_view key, uint32_t low, uint32_t high, uint32_t otherwise) const {
        return has(key) ? count(key, low, high) : otherwise;
    }
    /// The same for a key that some files give as an array, which says nothing here.
    uint32_t scalar_count(std::string_view key, uint32_t low, uint32_t high, uint32_t otherwise) const {
        const GgufValue* value = metadata_.find(name(key));
        return value && !value->is_array ? count(key, low, high) : otherwise;
    }

    /// One value per layer; a scalar stands for all.
    std::vector<uint32_t> per_layer(std::string_view key, uint32_t n_layer, uint32_t low, uint32_t high) const {
        const auto values = metadata_.integers(name(key));
        if (!values) fail(Fault::BadData, name(key), ": missing; the model cannot be run without it");
        if (values->size() != 1 && values->size() != n_layer)
            fail(Fault::BadData, name(key), ": has ", values->size(), " values, expected 1 or one for each of the ",
                 n_layer, " layers");
        std::vector<uint32_t> out(n_layer);
        for (uint32_t i = 0; i < n_layer; ++i)
            out[i] = in_range(key, (*values)[values->size() == 1 ? 0 : i], low, high);
        return out;
    }

    float positive(std::string_view key) const {
        if (!has(key)) fail(Fault::BadData, name(key), ": missing; the model cannot be run without it");
        return positive(key, 0);
    }
    float positive(std::string_view key, float otherwise) const {
        const auto value = metadata_.number(name(key));
        if (!value) return otherwise;
        if (!(*value > 1e-30 && *value < 1e30))
            fail(Fault::BadData, name(key), ": is ", *value, ", expected a positive number");
        return float(*value);
    }

    /// A cap or factor for which 0 means "none".
    float positive_or_none(std::string_view key, float otherwise) const {
        const auto value = metadata_.number(name(key));
        return value && *value == 0 ? 0 : positive(key, otherwise);
    }

    std::string_view text(std::string_view key, std::string_view otherwise) const {
        return metadata_.string(name(key)).value_or(otherwise);
    }

  private:
    uint32_t in_range(std::string_view key, int64_t value, uint32_t low, uint32_t high) const {
        if (value < int64_t(low) || value > int64_t(high))
            fail(Fault::BadData, name(key), ": is ", value, ", expected ", low, " to ", high);
        return uint32_t(value);
    }
    std::string prefix_;
    const Metadata& metadata_;
};

uint32_t read_n_vocab(const Keys& keys, const Metadata& metadata) {
    if (keys.has("vocab_size")) return keys.count("vocab_size", 1, kMaxWidth);
    const GgufValue* tokens = metadata.find("tokenizer.ggml.tokens");
    if (!tokens || tokens->count < 1 || tokens->count > kMaxWidth)
        fail(Fault::BadData, keys.name("vocab_size"),
             ": missing, and tokenizer.ggml.tokens does not give the size either");
    return uint32_t(tokens->count);
}

void read_heads(const Keys& keys, Config& c) {
    const auto heads = keys.per_layer("attention.head_count", c.n_layer, 1, kMaxHeads);
    const auto heads_kv = keys.has("attention.head_count_kv")
                              ? keys.per_layer("attention.head_count_kv", c.n_layer, 1, kMaxHeads)
                              : heads;
    for (uint32_t i = 0; i < c.n_layer; ++i) {
        if (heads[i] % heads_kv[i])
            fail(Fault::BadData, keys.name("attention.head_count"), ": ", heads[i], " heads of layer ", i,
                 " do not divide among ", heads_kv[i], " key-value heads");
        c.layers[i].n_head = heads[i];
        c.layers[i].n_head_kv = heads_kv[i];
    }
    if (!keys.has("attention.key_length") && c.n_embd / heads[0] == 0)
        fail(Fault::BadData, keys.name("attention.head_count"), ": ", heads[0], " heads for an embedding of ",
             c.n_embd);
    const uint32_t even_share = c.n_embd / heads[0];
    c.d_k = keys.count("attention.key_length", 1, kMaxHeadLength, even_share);
    c.d_v = keys.count("attention.value_length", 1, kMaxHeadLength, even_share);
    if (c.d_k > kMaxHeadLength || c.d_v > kMaxHeadLength)
        fail(Fault::BadData, keys.name("attention.head_count"), ": heads of ", c.d_k, " values are longer than the ",
             kMaxHeadLength, " supported");
}

void read_window(const Keys& keys, const Arch& arch, Config& c) {
    if (arch.window_period == 0) return;
    const uint32_t window = arch.window_required ? keys.count("attention.sliding_window", 0, kMaxContext)
                                                 : keys.count("attention.sliding_window", 0, kMaxContext, arch.window);
    const uint32_t period = keys.scalar_count("attention.sliding_window_pattern", 1, kMaxLayers, arch.window_period);
    for (uint32_t i = 0; i < c.n_layer; ++i)
        if (i % period < period - 1) c.layers[i].window = window;
}

void read_rope(const Keys& keys, const Arch& arch, Config& c) {
    c.n_rot = keys.count("rope.dimension_count", 2, c.d_k, c.d_k);
    if (c.n_rot % 2)
        fail(Fault::BadData, keys.name("rope.dimension_count"), ": is ", c.n_rot, ", expected an even number");

    RopeConfig& rope = c.rope;
    rope.base = keys.positive("rope.freq_base", 10000);
    if (rope.base <= 1) fail(Fault::BadData, keys.name("rope.freq_base"), ": is ", rope.base, ", expected more than 1");
    const std::string_view scaling = keys.text("rope.scaling.type", "linear");
    if (scaling != "none" && scaling != "linear" && scaling != "yarn" && scaling != "longrope")
        fail(Fault::BadData, keys.name("rope.scaling.type"), ": is \"", printable(scaling),
             "\", expected none, linear, yarn or longrope");
    const float factor = keys.positive_or_none("rope.scaling.factor", keys.positive_or_none("rope.scale_linear", 0));
    if (factor != 0 && scaling != "none") rope.freq_scale = 1 / factor;
    rope.magnitude = keys.positive("rope.scaling.attn_factor", 1);
    c.n_ctx_orig = keys.count("rope.scaling.original_context_length", 1, kMaxContext, c.n_ctx_train);
    if (scaling == "yarn" && factor != 0) {
        rope.yarn = true;
        rope.beta_fast = keys.positive("rope.scaling.yarn_beta_fast", 32);
        rope.beta_slow = keys.positive("rope.scaling.yarn_beta_slow", 1);
        rope.magnitude *= 1 + 0.1f * std::log(factor);
    }

    c.rope_window = rope;
    if (arch.window_unscaled_rope) c.rope_window = RopeConfig{};
    const float base = arch.window_rope_base != 0 ? arch.window_rope_base : rope.base;
    c.rope_window.base = keys.positive("rope.freq_base_swa", base);
    if (c.rope_window.base <= 1)
        fail(Fault::BadData, keys.name("rope.freq_base_swa"), ": is ", c.rope_window.base, ", expected more than 1");
}

void read_experts(const Keys& keys, Config& c) {
    c.n_expert = keys.count("expert_count", 0, kMaxExperts, 0);
    if (c.n_expert == 0) return;
    c.n_expert_used = keys.count("expert_used_count", 1, c.n_expert);
    c.n_ff_exp = keys.count("expert_feed_forward_length", 1, kMaxWidth, c.layers[0].n_ff);
    const float scale = keys.positive_or_none("expert_weights_scale", 1);
    c.expert_weights_scale = scale == 0 ? 1 : scale;
}

}  // namespace

Config Config::read(const Arch& arch, const Metadata& metadata) {
    const Keys keys(arch, metadata);
    Config c;
    c.n_vocab = read_n_vocab(keys, metadata);
    c.n_ctx_train = keys.count("context_length", 1, kMaxContext);
    c.n_embd = keys.count("embedding_length", 1, kMaxWidth);
    c.n_layer = keys.count("block_count", 1, kMaxLayers);
    c.eps = keys.positive("attention.layer_norm_rms_epsilon");
    c.layers.resize(c.n_layer);
    const auto n_ff = keys.per_layer("feed_forward_length", c.n_layer, 1, kMaxWidth);
    for (uint32_t i = 0; i < c.n_layer; ++i) c.layers[i].n_ff = n_ff[i];
    read_heads(keys, c);
    read_window(keys, arch, c);
    read_rope(keys, arch, c);
    read_experts(keys, c);

    const bool narrow = c.n_layer == arch.narrow_scale_layers;
    const float width = narrow ? float(c.n_embd / c.layers[0].n_head) : float(c.d_k);
    c.attn_scale = keys.positive_or_none("attention.scale", 0);
    if (c.attn_scale == 0) c.attn_scale = 1 / std::sqrt(width);
    c.attn_softcap = keys.positive_or_none("attn_logit_softcapping", arch.attn_softcap);
    c.final_softcap = keys.positive_or_none("final_logit_softcapping", arch.final_softcap);
    if (arch.scale_embd) c.embd_scale = std::sqrt(float(c.n_embd));
    return c;
}

}  // namespace siskin
