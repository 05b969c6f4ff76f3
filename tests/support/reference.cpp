#include "tests/support/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <string>

namespace siskin::test {
namespace {

using Vector = std::vector<double>;

/// What the files of a family do not say.
struct Family {
    std::string_view name;
    bool adjacent_pairs = false;  ///< rotated pairs are neighbours; otherwise half a head apart
    enum { Silu, Gelu, GptOss } act = Silu;
    bool scaled_embeddings = false;
    int64_t full_every = 0;  ///< each such layer sees everything, the others a window
    int64_t default_window = 0;
    double window_rope_base = 0;  ///< windowed layers: own base and no scaling
    double attn_cap = 0, final_cap = 0;
    int64_t n_layer_of_27b = 0;  ///< attention of the 27B model scales by n_embd / n_head
    std::string_view ffn_norm = "ffn_norm";
};

constexpr Family kFamilies[] = {
    {.name = "llama", .adjacent_pairs = true},
    {.name = "qwen2"},
    {.name = "qwen3"},
    {.name = "qwen3moe"},
    {.name = "phi3"},
    {.name = "gemma2",
     .act = Family::Gelu,
     .scaled_embeddings = true,
     .full_every = 2,
     .default_window = 4096,
     .attn_cap = 50,
     .final_cap = 30,
     .n_layer_of_27b = 46},
    {.name = "gemma3",
     .act = Family::Gelu,
     .scaled_embeddings = true,
     .full_every = 6,
     .window_rope_base = 10000,
     .n_layer_of_27b = 62},
    {.name = "gpt-oss", .act = Family::GptOss, .full_every = 2, .ffn_norm = "post_attention_norm"},
};

const Family* find_family(std::string_view name) {
    for (const Family& family : kFamilies)
        if (family.name == name) return &family;
    return nullptr;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

double activate(const Family& family, double gate, double up) {
    switch (family.act) {
        case Family::Silu:
            return gate * sigmoid(gate) * up;
        case Family::Gelu: {
            const double inner = std::sqrt(2 / std::numbers::pi) * (gate + 0.044715 * gate * gate * gate);
            return 0.5 * gate * (1 + std::tanh(inner)) * up;
        }
        case Family::GptOss: {
            const double g = std::min(gate, 7.0), u = std::clamp(up, -7.0, 7.0);
            return g * sigmoid(1.702 * g) * (u + 1);
        }
    }
    throw std::logic_error("no such activation");
}

class Reference {
  public:
    Reference(const GgufFile& file, uint64_t n_ctx) : file_(file), meta_(file.metadata()) {
        const std::string_view arch = meta_.string("general.architecture").value();
        const Family* family = find_family(arch);
        if (!family) throw std::logic_error("the reference does not know the family " + std::string(arch));
        family_ = *family;
        prefix_ = std::string(arch) + ".";
        read_sizes();
        read_attention();
        read_rope(n_ctx);
    }

    Vector run(std::span<const int32_t> tokens) {
        keys_.assign(size_t(n_layer_), {});
        values_.assign(size_t(n_layer_), {});
        Vector logits;
        for (size_t position = 0; position < tokens.size(); ++position) {
            margins_.push_back(std::numeric_limits<double>::infinity());
            Vector x = embed(tokens[position]);
            for (int64_t layer = 0; layer < n_layer_; ++layer) step(layer, int64_t(position), x);
            const Vector last = head(x);
            logits.insert(logits.end(), last.begin(), last.end());
        }
        return logits;
    }

    const Vector& margins() const { return margins_; }

  private:
    // ---- Sizes -----------------------------------------------------------------------------------------------------

    int64_t whole(const std::string& key, int64_t otherwise) const {
        return meta_.integer(prefix_ + key).value_or(otherwise);
    }
    double number(const std::string& key, double otherwise) const {
        return meta_.number(prefix_ + key).value_or(otherwise);
    }
    int64_t whole(const std::string& key) const { return meta_.integer(prefix_ + key).value(); }

    /// A number for each layer, from a scalar or an array.
    std::vector<int64_t> per_layer(const std::string& key, const std::vector<int64_t>& otherwise) const {
        std::vector<int64_t> values = meta_.integers(prefix_ + key).value_or(otherwise);
        if (values.size() == 1) values.resize(size_t(n_layer_), values[0]);
        return values;
    }

    void read_sizes() {
        n_embd_ = whole("embedding_length");
        n_layer_ = whole("block_count");
        n_head_ = per_layer("attention.head_count", {});
        n_head_kv_ = per_layer("attention.head_count_kv", n_head_);
        d_k_ = whole("attention.key_length", n_embd_ / n_head_[0]);
        d_v_ = whole("attention.value_length", n_embd_ / n_head_[0]);
        n_rot_ = whole("rope.dimension_count", d_k_);
        eps_ = number("attention.layer_norm_rms_epsilon", 0);
        n_expert_ = whole("expert_count", 0);
        n_expert_used_ = whole("expert_used_count", 0);
        expert_scale_ = number("expert_weights_scale", 1);
    }

    void read_attention() {
        const bool is_27b = n_layer_ == family_.n_layer_of_27b;
        const double squared = is_27b ? double(n_embd_) / double(n_head_[0]) : double(d_k_);
        attn_scale_ = number("attention.scale", 1 / std::sqrt(squared));
        attn_cap_ = number("attn_logit_softcapping", family_.attn_cap);
        final_cap_ = number("final_logit_softcapping", family_.final_cap);

        window_.assign(size_t(n_layer_), 0);
        if (family_.full_every == 0) return;
        const int64_t window = whole("attention.sliding_window", family_.default_window);
        int64_t period = family_.full_every;
        const GgufValue* pattern = meta_.find(prefix_ + "attention.sliding_window_pattern");
        if (pattern && !pattern->is_array) period = whole("attention.sliding_window_pattern");
        for (int64_t i = 0; i < n_layer_; ++i) window_[size_t(i)] = i % period < period - 1 ? window : 0;
    }

    void read_rope(uint64_t n_ctx) {
        const std::string type(meta_.string(prefix_ + "rope.scaling.type").value_or("linear"));
        const double base = number("rope.freq_base", 10000);
        const double factor = number("rope.scaling.factor", number("rope.scale_linear", 1));
        const int64_t orig = whole("rope.scaling.original_context_length", whole("context_length"));

        Vector divisors(size_t(n_rot_ / 2), 1.0);
        if (file_.find("rope_freqs.weight"))
            divisors = decoded("rope_freqs.weight");
        else if (file_.find("rope_factors_long.weight"))
            divisors = decoded(int64_t(n_ctx) > orig ? "rope_factors_long.weight" : "rope_factors_short.weight");

        magnitude_ = number("rope.scaling.attn_factor", 1);
        if (type == "yarn") magnitude_ *= 1 + 0.1 * std::log(factor);
        full_frequency_ = frequencies(base, divisors, type == "none" ? 1 : factor, type == "yarn", orig);
        const double window_base =
            number("rope.freq_base_swa", family_.window_rope_base ? family_.window_rope_base : base);
        window_frequency_ = family_.window_rope_base
                                ? frequencies(window_base, divisors, 1, false, orig)
                                : frequencies(window_base, divisors, type == "none" ? 1 : factor, type == "yarn", orig);
    }

    Vector frequencies(double base, const Vector& divisors, double factor, bool yarn, int64_t orig) const {
        const double n = double(n_rot_);
        const auto dimension = [&](double beta) {
            return n * std::log(double(orig) / (2 * std::numbers::pi * beta)) / (2 * std::log(base));
        };
        const double low = std::max(0.0, std::floor(dimension(number("rope.scaling.yarn_beta_fast", 32))));
        const double high = std::min(n - 1, std::ceil(dimension(number("rope.scaling.yarn_beta_slow", 1))));
        Vector result(divisors.size());
        for (size_t i = 0; i < result.size(); ++i) {
            const double plain = std::pow(base, -2 * double(i) / n) / divisors[i];
            const double kept = 1 - std::clamp((double(i) - low) / std::max(0.001, high - low), 0.0, 1.0);
            result[i] = yarn ? plain / factor * (1 - kept) + plain * kept : plain / factor;
        }
        return result;
    }

    // ---- Tensors ---------------------------------------------------------------------------------------------------

    const Vector& decoded(const std::string& name) {
        const auto known = decoded_.find(name);
        if (known != decoded_.end()) return known->second;
        const Tensor* tensor = file_.find(name);
        if (!tensor) throw std::logic_error("the reference needs " + name);
        std::vector<float> row(tensor->row_elems());
        Vector all;
        all.reserve(tensor->n_elems());
        for (uint64_t i = 0; i < tensor->n_rows(); ++i) {
            decode_row(*tensor->dtype, tensor->row(i), row.size(), row.data());
            all.insert(all.end(), row.begin(), row.end());
        }
        return decoded_.emplace(name, std::move(all)).first->second;
    }

    /// scale * (w x) + bias; for stacked experts, of one of them.
    Vector linear(const std::string& name, const Vector& x, size_t expert = 0) {
        const Vector& w = decoded(name + ".weight");
        const size_t n_in = x.size(), n_out = file_.find(name + ".weight")->dims[1];
        if (file_.find(name + ".weight")->dims[0] != n_in) throw std::logic_error(name + " has another input length");
        const bool has_bias = file_.find(name + ".bias") != nullptr;
        const double scale = file_.find(name + ".scale") ? decoded(name + ".scale")[expert] : 1;
        Vector y(n_out);
        for (size_t r = 0; r < n_out; ++r) {
            const double* row = w.data() + (expert * n_out + r) * n_in;
            double sum = 0;
            for (size_t i = 0; i < n_in; ++i) sum += row[i] * x[i];
            y[r] = sum * scale + (has_bias ? decoded(name + ".bias")[expert * n_out + r] : 0);
        }
        return y;
    }

    /// Divides x[from .. from + w.size()) by its root mean square and multiplies by a norm's weights.
    void rms_norm(const std::string& name, Vector& x, size_t from) {
        const Vector& w = decoded(name + ".weight");
        double sum = 0;
        for (size_t i = 0; i < w.size(); ++i) sum += x[from + i] * x[from + i];
        const double inverse = 1 / std::sqrt(sum / double(w.size()) + eps_);
        for (size_t i = 0; i < w.size(); ++i) x[from + i] *= inverse * w[i];
    }
    Vector normed(const std::string& name, Vector x) {
        rms_norm(name, x, 0);
        return x;
    }
    void norm_heads_if_present(const std::string& name, Vector& x) {
        if (!file_.find(name + ".weight")) return;
        for (size_t from = 0; from < x.size(); from += size_t(d_k_)) rms_norm(name, x, from);
    }
    void norm_if_present(const std::string& name, Vector& x) {
        if (file_.find(name + ".weight")) rms_norm(name, x, 0);
    }

    // ---- One token -------------------------------------------------------------------------------------------------

    Vector embed(int32_t token) {
        const Vector& table = decoded("token_embd.weight");
        Vector x(table.begin() + token * n_embd_, table.begin() + (token + 1) * n_embd_);
        if (family_.scaled_embeddings)
            for (double& value : x) value *= std::sqrt(double(n_embd_));
        return x;
    }

    void step(int64_t layer, int64_t position, Vector& x) {
        const std::string block = "blk." + std::to_string(layer) + ".";
        Vector attended = attention(layer, position, block, normed(block + "attn_norm", x));
        // The same tensor name is the norm before the feed-forward part in some families.
        if (family_.ffn_norm != "post_attention_norm") norm_if_present(block + "post_attention_norm", attended);
        for (size_t i = 0; i < x.size(); ++i) x[i] += attended[i];

        const Vector h = normed(block + std::string(family_.ffn_norm), x);
        Vector fed = n_expert_ ? mixture(block, h) : feed_forward(block, h);
        norm_if_present(block + "post_ffw_norm", fed);
        for (size_t i = 0; i < x.size(); ++i) x[i] += fed[i];
    }

    void rotate(int64_t layer, int64_t position, Vector& heads) const {
        const Vector& frequency = window_[size_t(layer)] ? window_frequency_ : full_frequency_;
        for (size_t from = 0; from < heads.size(); from += size_t(d_k_)) {
            for (size_t i = 0; i < frequency.size(); ++i) {
                double& a = heads[from + (family_.adjacent_pairs ? 2 * i : i)];
                double& b = heads[from + (family_.adjacent_pairs ? 2 * i + 1 : i + frequency.size())];
                const double angle = double(position) * frequency[i];
                const double c = magnitude_of(layer) * std::cos(angle), s = magnitude_of(layer) * std::sin(angle);
                const double turned = a * c - b * s;
                b = a * s + b * c;
                a = turned;
            }
        }
    }
    double magnitude_of(int64_t layer) const {
        return window_[size_t(layer)] && family_.window_rope_base ? 1 : magnitude_;
    }

    Vector attention(int64_t layer, int64_t position, const std::string& block, const Vector& h) {
        const int64_t n_head = n_head_[size_t(layer)], n_head_kv = n_head_kv_[size_t(layer)];
        Vector q, k, v;
        if (file_.find(block + "attn_qkv.weight")) {
            const Vector all = linear(block + "attn_qkv", h);
            const auto k_at = all.begin() + n_head * d_k_, v_at = k_at + n_head_kv * d_k_;
            q.assign(all.begin(), k_at);
            k.assign(k_at, v_at);
            v.assign(v_at, all.end());
        } else {
            q = linear(block + "attn_q", h);
            k = linear(block + "attn_k", h);
            v = linear(block + "attn_v", h);
        }
        norm_heads_if_present(block + "attn_q_norm", q);
        norm_heads_if_present(block + "attn_k_norm", k);
        rotate(layer, position, q);
        rotate(layer, position, k);
        keys_[size_t(layer)].push_back(k);
        values_[size_t(layer)].push_back(v);

        Vector out;
        for (int64_t head = 0; head < n_head; ++head) {
            const int64_t kv = head / (n_head / n_head_kv);
            const double* sink =
                file_.find(block + "attn_sinks.weight") ? &decoded(block + "attn_sinks.weight")[size_t(head)] : nullptr;
            const Vector one = attend(layer, position, q.data() + head * d_k_, kv, sink);
            out.insert(out.end(), one.begin(), one.end());
        }
        return linear(block + "attn_output", out);
    }

    Vector attend(int64_t layer, int64_t position, const double* q, int64_t kv, const double* sink) const {
        const int64_t window = window_[size_t(layer)];
        const int64_t first = window ? std::max<int64_t>(0, position - window + 1) : 0;
        Vector score;
        for (int64_t j = first; j <= position; ++j) {
            const double* key = keys_[size_t(layer)][size_t(j)].data() + kv * d_k_;
            double s = attn_scale_ * std::inner_product(key, key + d_k_, q, 0.0);
            if (attn_cap_ != 0) s = attn_cap_ * std::tanh(s / attn_cap_);
            score.push_back(s);
        }
        double largest = *std::max_element(score.begin(), score.end());
        if (sink) largest = std::max(largest, *sink);
        double sum = sink ? std::exp(*sink - largest) : 0;
        for (double& s : score) sum += s = std::exp(s - largest);
        Vector out(size_t(d_v_), 0.0);
        for (int64_t j = first; j <= position; ++j)
            for (int64_t i = 0; i < d_v_; ++i)
                out[size_t(i)] +=
                    score[size_t(j - first)] / sum * values_[size_t(layer)][size_t(j)][size_t(kv * d_v_ + i)];
        return out;
    }

    Vector feed_forward(const std::string& block, const Vector& h) {
        Vector gate, up;
        if (file_.find(block + "ffn_gate.weight")) {
            gate = linear(block + "ffn_gate", h);
            up = linear(block + "ffn_up", h);
        } else {
            const Vector both = linear(block + "ffn_up", h);
            gate.assign(both.begin(), both.begin() + int64_t(both.size() / 2));
            up.assign(both.begin() + int64_t(both.size() / 2), both.end());
        }
        for (size_t i = 0; i < gate.size(); ++i) gate[i] = activate(family_, gate[i], up[i]);
        return linear(block + "ffn_down", gate);
    }

    /// Softmax over all experts, the best few kept and renormalized; for gpt-oss the softmax is over the few, which is
    /// the same.
    Vector mixture(const std::string& block, const Vector& h) {
        const Vector routed = linear(block + "ffn_gate_inp", h);
        std::vector<size_t> order(routed.size());
        std::iota(order.begin(), order.end(), size_t(0));
        std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return routed[a] > routed[b]; });
        const size_t used = size_t(n_expert_used_);
        if (used < order.size())
            margins_.back() = std::min(margins_.back(), routed[order[used - 1]] - routed[order[used]]);
        order.resize(used);
        double sum = 0;
        for (size_t e : order) sum += std::exp(routed[e] - routed[order[0]]);
        Vector out(h.size(), 0.0);
        for (size_t e : order) {
            Vector gate = linear(block + "ffn_gate_exps", h, e);
            const Vector up = linear(block + "ffn_up_exps", h, e);
            for (size_t i = 0; i < gate.size(); ++i) gate[i] = activate(family_, gate[i], up[i]);
            const Vector down = linear(block + "ffn_down_exps", gate, e);
            const double weight = expert_scale_ * std::exp(routed[e] - routed[order[0]]) / sum;
            for (size_t i = 0; i < out.size(); ++i) out[i] += weight * down[i];
        }
        return out;
    }

    Vector head(const Vector& x) {
        const Vector h = normed("output_norm", x);
        Vector logits;
        if (file_.find("output.weight")) {
            logits = linear("output", h);
        } else {
            logits = linear("token_embd", h);
            if (file_.find("output.bias"))
                for (size_t i = 0; i < logits.size(); ++i) logits[i] += decoded("output.bias")[i];
        }
        if (final_cap_ != 0)
            for (double& value : logits) value = final_cap_ * std::tanh(value / final_cap_);
        return logits;
    }

    const GgufFile& file_;
    const Metadata& meta_;
    Family family_;
    std::string prefix_;
    int64_t n_embd_ = 0, n_layer_ = 0, d_k_ = 0, d_v_ = 0, n_rot_ = 0, n_expert_ = 0, n_expert_used_ = 0;
    std::vector<int64_t> n_head_, n_head_kv_, window_;
    double eps_ = 0, expert_scale_ = 1, attn_scale_ = 0, attn_cap_ = 0, final_cap_ = 0, magnitude_ = 1;
    Vector full_frequency_, window_frequency_;
    Vector margins_;  ///< [position]
    std::map<std::string, Vector> decoded_;
    std::vector<std::vector<Vector>> keys_, values_;  ///< [layer][position][head x length]
};

}  // namespace

bool reference_knows(std::string_view arch) { return find_family(arch) != nullptr; }

std::vector<double> reference_logits(const GgufFile& file, std::span<const int32_t> tokens, uint64_t n_ctx) {
    return Reference(file, n_ctx).run(tokens);
}

std::vector<double> router_margins(const GgufFile& file, std::span<const int32_t> tokens, uint64_t n_ctx) {
    Reference reference(file, n_ctx);
    reference.run(tokens);
    return reference.margins();
}

}  // namespace siskin::test
