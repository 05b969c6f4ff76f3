#include "models/weights.h"

#include <set>
#include <string>
#include <unordered_map>

#include "formats/checked.h"
#include "formats/error.h"

namespace siskin {
namespace {

/// The sizes that tensor shapes are made of, for one layer.
struct Sizes {
    uint64_t embd, q, k, v, o, ff, expert, ff_exp, d_k, head;
};

Sizes sizes_of(const Config& c, const LayerConfig& l) {
    const uint64_t head = l.n_head, kv = l.n_head_kv;
    return {c.n_embd, head * c.d_k, kv * c.d_k, kv * c.d_v, head * c.d_v, l.n_ff, c.n_expert, c.n_ff_exp, c.d_k, head};
}

using Size = uint64_t Sizes::*;

/// A float vector of a layer: tensor blk.N.<name>.weight (or without the suffix), length, field.
struct VectorSlot {
    std::string_view name;
    Size n;
    const float* Layer::*field;
    bool required = false;
};

/// A matrix of a layer: tensors blk.N.<name>.weight, .bias and .scale, shape [in x out (x experts)], field.
struct LinearSlot {
    std::string_view name;
    Size in, out;
    Linear Layer::*field;
    bool stacked = false;  ///< one matrix per expert
};

constexpr LinearSlot kAttention[] = {
    {"attn_q", &Sizes::embd, &Sizes::q, &Layer::wq},
    {"attn_k", &Sizes::embd, &Sizes::k, &Layer::wk},
    {"attn_v", &Sizes::embd, &Sizes::v, &Layer::wv},
    {"attn_output", &Sizes::o, &Sizes::embd, &Layer::wo},
};
constexpr LinearSlot kDense[] = {
    {"ffn_gate", &Sizes::embd, &Sizes::ff, &Layer::ffn_gate},
    {"ffn_up", &Sizes::embd, &Sizes::ff, &Layer::ffn_up},
    {"ffn_down", &Sizes::ff, &Sizes::embd, &Layer::ffn_down},
};
constexpr LinearSlot kExperts[] = {
    {"ffn_gate_inp", &Sizes::embd, &Sizes::expert, &Layer::router},
    {"ffn_gate_exps", &Sizes::embd, &Sizes::ff_exp, &Layer::gate_exps, true},
    {"ffn_up_exps", &Sizes::embd, &Sizes::ff_exp, &Layer::up_exps, true},
    {"ffn_down_exps", &Sizes::ff_exp, &Sizes::embd, &Layer::down_exps, true},
};
constexpr VectorSlot kVectors[] = {
    {"attn_norm", &Sizes::embd, &Layer::attn_norm, true},
    {"attn_q_norm", &Sizes::d_k, &Layer::q_norm},
    {"attn_k_norm", &Sizes::d_k, &Layer::k_norm},
    {"attn_sinks", &Sizes::head, &Layer::sinks},
    {"post_attention_norm", &Sizes::embd, &Layer::post_attn_norm},
    {"post_ffw_norm", &Sizes::embd, &Layer::post_ffn_norm},
};

std::string shape_text(std::initializer_list<uint64_t> dims) {
    std::string text = "[";
    for (uint64_t d : dims) text += (text.size() > 1 ? " x " : "") + std::to_string(d);
    return text + "]";
}

/// Hands out the tensors of a file, each once and with its shape checked; knows in the end which were never asked for.
class Binder {
  public:
    explicit Binder(const GgufFile& file) : file_(file) {
        for (const Tensor& t : file.tensors()) unused_.emplace(t.name, &t);
    }

    bool has(const std::string& name) const { return file_.find(name) != nullptr; }
    /// Rows of a tensor, 0 when the file has none of that name.
    uint64_t n_rows(const std::string& name) const { return has(name) ? file_.find(name)->n_rows() : 0; }

    /// A tensor of this shape, or an empty one when the file has none. Trailing dimensions of 1 may be left out.
    Tensor optional(const std::string& name, std::initializer_list<uint64_t> dims) {
        const Tensor* t = file_.find(name);
        if (!t) return {};
        std::array<uint64_t, 4> expected = {1, 1, 1, 1};
        std::copy(dims.begin(), dims.end(), expected.begin());
        if (t->dims != expected) fail(Fault::BadData, name, ": shape ", t->shape(), ", expected ", shape_text(dims));
        unused_.erase(name);
        return *t;
    }

    Tensor required(const std::string& name, std::initializer_list<uint64_t> dims) {
        if (!has(name)) fail(Fault::BadData, name, ": missing, expected a tensor of shape ", shape_text(dims));
        return optional(name, dims);
    }

    /// A tensor that is read as floats in place.
    const float* floats(const std::string& name, std::initializer_list<uint64_t> dims, bool must) {
        const Tensor t = must ? required(name, dims) : optional(name, dims);
        if (!t.data) return nullptr;
        if (t.dtype->type != DType::F32) fail(Fault::BadData, name, ": type ", t.dtype->name, ", expected F32");
        return reinterpret_cast<const float*>(t.data);
    }

    Linear linear(const std::string& name, uint64_t in, uint64_t out, uint64_t n_expert, bool must) {
        Linear l;
        if (!must && !has(name + ".weight")) return l;
        if (n_expert) {
            l.w = required(name + ".weight", {in, out, n_expert});
            l.bias = floats(name + ".bias", {out, n_expert}, false);
            l.scale = floats(name + ".scale", {n_expert}, false);
        } else {
            l.w = required(name + ".weight", {in, out});
            l.bias = floats(name + ".bias", {out}, false);
            l.scale = floats(name + ".scale", {1}, false);
        }
        return l;
    }

    /// Every tensor must have found its use: one that siskin does not know would change the model's answers.
    void refuse_unused() const {
        for (const Tensor& t : file_.tensors())
            if (unused_.count(t.name))
                fail(Fault::BadData, printable(t.name),
                     ": siskin does not know what this tensor is for in a model of this family, and ", "will not guess",
                     unused_.size() > 1 ? " (and " + std::to_string(unused_.size() - 1) + " more)" : "");
    }

  private:
    const GgufFile& file_;
    std::unordered_map<std::string_view, const Tensor*> unused_;
};

void bind_slots(Binder& binder, const std::string& prefix, std::span<const LinearSlot> slots, const Sizes& s,
                Layer& layer) {
    for (const LinearSlot& slot : slots)
        layer.*slot.field =
            binder.linear(prefix + std::string(slot.name), s.*slot.in, s.*slot.out, slot.stacked ? s.expert : 0, true);
}

void bind_attention(Binder& binder, const std::string& prefix, const Sizes& s, Layer& layer) {
    if (!binder.has(prefix + "attn_qkv.weight")) return bind_slots(binder, prefix, kAttention, s, layer);
    const Linear qkv = binder.linear(prefix + "attn_qkv", s.embd, s.q + s.k + s.v, 0, true);
    layer.wq = qkv.rows(0, s.q);
    layer.wk = qkv.rows(s.q, s.k);
    layer.wv = qkv.rows(s.q + s.k, s.v);
    bind_slots(binder, prefix, std::span(kAttention).last(1), s, layer);
}

void bind_dense(Binder& binder, const std::string& prefix, const Sizes& s, Layer& layer) {
    // A file without gate may hold it in front of up; when up has its plain size, the gate is missing.
    if (binder.has(prefix + "ffn_gate.weight") || binder.n_rows(prefix + "ffn_up.weight") == s.ff)
        return bind_slots(binder, prefix, kDense, s, layer);
    const Linear gate_up = binder.linear(prefix + "ffn_up", s.embd, 2 * s.ff, 0, true);
    layer.ffn_gate = gate_up.rows(0, s.ff);
    layer.ffn_up = gate_up.rows(s.ff, s.ff);
    bind_slots(binder, prefix, std::span(kDense).last(1), s, layer);
}

Layer bind_layer(Binder& binder, const Arch& arch, const Config& config, uint32_t il) {
    const std::string prefix = "blk." + std::to_string(il) + ".";
    const Sizes s = sizes_of(config, config.layers[il]);
    Layer layer;
    // The family's own name for this norm comes first: gpt-oss stores it under the name that others use for a post
    // norm.
    layer.ffn_norm = binder.floats(prefix + std::string(arch.ffn_norm) + ".weight", {s.embd}, true);
    for (const VectorSlot& slot : kVectors)
        if (slot.name != arch.ffn_norm)
            layer.*slot.field = binder.floats(prefix + std::string(slot.name) + ".weight", {s.*slot.n}, slot.required);
    bind_attention(binder, prefix, s, layer);
    if (config.n_expert)
        bind_slots(binder, prefix, kExperts, s, layer);
    else
        bind_dense(binder, prefix, s, layer);
    return layer;
}

/// What a family cannot do without, and what other layers have: left out, it would change the answers without a word.
void check_optional_parts(const Arch& arch, const GgufFile& file, uint32_t n_layer) {
    const auto name_in = [](uint32_t il, std::string_view part) {
        return "blk." + std::to_string(il) + "." + std::string(part);
    };
    std::set<std::string_view> parts(arch.must_have.begin(), arch.must_have.end());
    parts.erase("");
    for (const Tensor& t : file.tensors())
        if (t.name.starts_with("blk.")) parts.insert(t.name.substr(t.name.find('.', 4) + 1));
    for (uint32_t il = 0; il < n_layer; ++il)
        for (const std::string_view part : parts)
            if (!file.find(name_in(il, part)))
                fail(Fault::BadData, name_in(il, part), ": missing, expected as in other ",
                     file.find(name_in(0, part)) || il ? "layers" : "models of this family");
}

}  // namespace

Linear Linear::rows(uint64_t first, uint64_t count) const {
    return {w.rows(first, count), bias ? bias + first : nullptr, scale};
}

Linear Linear::expert(uint64_t e) const {
    return {w.rows(e * n_out(), n_out()), bias ? bias + e * n_out() : nullptr, scale ? scale + e : nullptr};
}

Weights Weights::bind(const Arch& arch, const Config& c, const GgufFile& file) {
    Binder binder(file);
    Weights w;
    w.token_embd = binder.required("token_embd.weight", {c.n_embd, c.n_vocab});
    w.output_norm = binder.floats("output_norm.weight", {c.n_embd}, true);
    w.output = binder.linear("output", c.n_embd, c.n_vocab, 0, false);
    if (!w.output) w.output.w = w.token_embd;
    if (!w.output.bias) w.output.bias = binder.floats("output.bias", {c.n_vocab}, false);
    const uint64_t n_pairs = c.n_rot / 2;
    w.rope_freqs = binder.floats("rope_freqs.weight", {n_pairs}, false);
    w.rope_long = binder.floats("rope_factors_long.weight", {n_pairs}, false);
    w.rope_short = binder.floats("rope_factors_short.weight", {n_pairs}, false);
    for (uint32_t il = 0; il < c.n_layer; ++il) w.layers.push_back(bind_layer(binder, arch, c, il));
    binder.refuse_unused();
    check_optional_parts(arch, file, c.n_layer);
    return w;
}

}  // namespace siskin
