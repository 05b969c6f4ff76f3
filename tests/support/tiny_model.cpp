#include "tests/support/tiny_model.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "formats/gguf_writer.h"
#include "tests/support/tiny_blocks.h"

namespace siskin::test {
namespace {

// ---- Vocabularies ---------------------------------------------------------------------------------------------------

constexpr uint32_t kNormal = 1, kUnknown = 2, kControl = 3, kByte = 6;

struct Vocabulary {
    std::vector<std::string> tokens, merges;
    std::vector<float> scores;
    std::vector<int32_t> types;

    void add(std::string token, uint32_t type, float score = 0) {
        tokens.push_back(std::move(token));
        types.push_back(int32_t(type));
        scores.push_back(score);
    }
};

const std::vector<std::string> kPieces = {"\u2581",    "e",  "t",  "a",  "o",  "i",  "n",  "s",  "r",  "h",  "l",
                                          "d",         "u",  "c",  "m",  "f",  "w",  "g",  "y",  "p",  "b",  "v",
                                          "\u2581t",   "he", "in", "er", "an", "re", "on", "at", "en", "\u2581the"};

Vocabulary spm_vocabulary() {
    Vocabulary v;
    v.add("<unk>", kUnknown);
    v.add("<s>", kControl);
    v.add("</s>", kControl);
    for (int byte = 0; byte < 256; ++byte) {
        static constexpr char kHex[] = "0123456789ABCDEF";
        v.add(std::string("<0x") + kHex[byte / 16] + kHex[byte % 16] + ">", kByte);
    }
    for (size_t i = 0; i < kPieces.size(); ++i) v.add(kPieces[i], kNormal, -float(i + 1));
    return v;
}

std::string utf8(uint32_t code) {
    if (code < 0x80) return {char(code)};
    return {char(0xc0 | code >> 6), char(0x80 | (code & 63))};
}

/// GPT-2's table of printable characters that stand for the 256 bytes.
std::string byte_character(uint32_t byte) {
    const auto printable = [](uint32_t b) { return (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174; };
    if (printable(byte)) return utf8(byte);
    uint32_t rank = 0;
    for (uint32_t b = 0; b < byte; ++b) rank += !printable(b);
    return utf8(256 + rank);
}

Vocabulary bpe_vocabulary() {
    Vocabulary v;
    for (uint32_t byte = 0; byte < 256; ++byte) v.add(byte_character(byte), kNormal);
    const std::string space = byte_character(' ');
    const std::pair<std::string, std::string> merges[] = {{space, "t"}, {"h", "e"}, {"i", "n"}, {space + "t", "he"}, {"e", "r"}};
    for (const auto& [left, right] : merges) {
        v.merges.push_back(left + " " + right);
        v.add(left + right, kNormal);
    }
    v.add("<|endoftext|>", kControl);
    v.add("<|im_start|>", kControl);
    v.add("<|im_end|>", kControl);
    while (v.tokens.size() < 3 + 256 + kPieces.size()) v.add("<|extra_" + std::to_string(v.tokens.size()) + "|>", kControl);
    return v;
}

void add_vocabulary(TinyFile& file, bool bpe) {
    Vocabulary v = bpe ? bpe_vocabulary() : spm_vocabulary();
    const uint32_t n_merged = uint32_t(256 + v.merges.size());
    file.set("tokenizer.ggml.model", bpe ? "gpt2" : "llama");
    file.set("tokenizer.ggml.pre", bpe ? "qwen2" : "default");
    file.set("tokenizer.ggml.tokens", std::move(v.tokens));
    file.set("tokenizer.ggml.token_type", std::move(v.types));
    if (bpe) {
        file.set("tokenizer.ggml.merges", std::move(v.merges));
        file.set("tokenizer.ggml.eos_token_id", n_merged);
        file.set("tokenizer.ggml.add_bos_token", false);
    } else {
        file.set("tokenizer.ggml.scores", std::move(v.scores));
        file.set("tokenizer.ggml.bos_token_id", 1u);
        file.set("tokenizer.ggml.eos_token_id", 2u);
        file.set("tokenizer.ggml.unknown_token_id", 0u);
        file.set("tokenizer.ggml.add_bos_token", true);
    }
}

// ---- Recipes --------------------------------------------------------------------------------------------------------

using Keys = std::vector<std::pair<std::string, TinyValue>>;

Keys yarn() {
    return {{"rope.freq_base", 150000.f},
                    {"rope.scaling.type", "yarn"},
                    {"rope.scaling.factor", 32.f},
                    {"rope.scaling.original_context_length", 4096u}};
}
Keys long_rope() {
    return {{"rope.freq_base", 20000.f},
                        {"rope.scaling.type", "longrope"},
                        {"rope.scaling.original_context_length", 64u},
                        {"rope.scaling.attn_factor", 1.19f}};
}
Keys gemma3_rope_and_window() {
    return {{"rope.freq_base", 1e6f},
                      {"rope.freq_base_swa", 5000.f},
                      {"rope.scaling.type", "linear"},
                      {"rope.scaling.factor", 8.f},
                      {"attention.sliding_window", 8u}};
}

Keys operator+(Keys a, const Keys& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

const std::vector<TinyRecipe>& recipes() {
    static const std::vector<TinyRecipe> table = {
        {.name = "llama", .arch = "llama", .n_rot = 16, .rope_freqs = true, .keys = {{"rope.freq_base", 500000.f}}},
        {.name = "llama-bias", .arch = "llama", .n_rot = 16, .output = false, .qkv_bias = true, .out_bias = true,
         .ffn_bias = true, .keys = {{"rope.scaling.type", "linear"}, {"rope.scaling.factor", 4.f}}},
        {.name = "llama-moe", .arch = "llama", .n_ff = 32, .n_rot = 16, .n_expert = 8,
         .keys = {{"expert_used_count", 2u}, {"rope.freq_base", 1e6f}}},
        // No length is a multiple of 16, nor of 8 rows.
        {.name = "llama-odd", .arch = "llama", .n_embd = 66, .n_layer = 2, .n_ff = 45, .n_head = {3}, .n_head_kv = {1},
         .d_k = 22, .d_v = 18, .write_head_length = true, .n_rot = 22, .keys = {{"attention.scale", 0.3f}}},
        {.name = "llama-arrays", .arch = "llama", .n_head = {4, 2, 4}, .n_head_kv = {2, 2, 1}, .n_ff_layers = {96, 64, 80},
         .write_head_length = true, .n_rot = 16, .keys = {{"rope.scale_linear", 2.f}}},
        {.name = "llama-scales", .arch = "llama", .n_layer = 2, .n_rot = 16, .scales = true},
        {.name = "llama-moe-scales", .arch = "llama", .n_layer = 2, .n_ff = 32, .n_rot = 16, .n_expert = 4, .scales = true,
         .keys = {{"expert_used_count", 3u}, {"expert_weights_scale", 1.5f}}},
        {.name = "llama-yarn", .arch = "llama", .n_rot = 16,
         .keys = {{"rope.freq_base", 20000.f}, {"rope.scaling.type", "yarn"}, {"rope.scaling.factor", 4.f},
                  {"rope.scaling.original_context_length", 4096u}, {"rope.scaling.yarn_beta_fast", 8.f},
                  {"rope.scaling.yarn_beta_slow", 4.f}, {"rope.scaling.attn_factor", 0.9f}}},
        {.name = "qwen2", .arch = "qwen2", .bpe = true, .output = false, .qkv_bias = true, .keys = {{"rope.freq_base", 1e6f}}},
        {.name = "qwen2-fused", .arch = "qwen2", .bpe = true, .qkv_bias = true, .output_bias = true, .fused_qkv = true},
        {.name = "qwen3", .arch = "qwen3", .d_k = 32, .d_v = 32, .write_head_length = true, .bpe = true, .output = false,
         .qk_norm = true, .keys = {{"rope.freq_base", 1e6f}}},
        {.name = "qwen3moe", .arch = "qwen3moe", .n_ff_exp = 32, .d_k = 32, .d_v = 32, .write_head_length = true, .n_expert = 8,
         .bpe = true, .qk_norm = true,
         .keys = {{"expert_used_count", 3u}, {"rope.freq_base", 1e6f}}},
        {.name = "phi3", .arch = "phi3", .n_rot = 12, .rope_factors = true, .fused_qkv = true, .fused_gate_up = true,
         .keys = long_rope()},
        {.name = "gemma2", .arch = "gemma2", .n_layer = 4, .d_k = 24, .d_v = 24, .write_head_length = true, .output = false,
         .post_norms = true,
         .keys = {{"attn_logit_softcapping", 5.f}, {"final_logit_softcapping", 12.f}, {"attention.sliding_window", 8u}}},
        // Everything that the family's row has to know: caps, a window of 4096, the scale of the 27B model.
        {.name = "gemma2-defaults", .arch = "gemma2", .n_embd = 32, .n_layer = 46, .n_ff = 32, .n_head = {2}, .n_head_kv = {1},
         .d_k = 24, .d_v = 24, .write_head_length = true, .output = false, .post_norms = true},
        {.name = "gemma3", .arch = "gemma3", .n_layer = 7, .n_ff = 48, .d_k = 32, .d_v = 32, .write_head_length = true,
         .output = false, .qk_norm = true, .post_norms = true, .keys = gemma3_rope_and_window()},
        {.name = "gemma3-pattern", .arch = "gemma3", .n_layer = 4, .n_ff = 48, .d_k = 32, .d_v = 32, .write_head_length = true,
         .qk_norm = true, .post_norms = true,
         .keys = gemma3_rope_and_window() + Keys{{"attention.sliding_window_pattern", 3u}, {"final_logit_softcapping", 10.f}}},
        {.name = "gemma3-27b", .arch = "gemma3", .n_embd = 32, .n_layer = 62, .n_ff = 32, .n_head = {2}, .n_head_kv = {1},
         .d_k = 24, .d_v = 24, .write_head_length = true, .output = false, .qk_norm = true, .post_norms = true,
         .keys = {{"attention.sliding_window", 8u}, {"rope.freq_base", 1e6f}}},
        {.name = "gpt-oss", .arch = "gpt-oss", .n_layer = 4, .n_ff_exp = 32, .d_k = 32, .d_v = 32, .write_head_length = true,
         .n_expert = 8, .ffn_norm = "post_attention_norm", .bpe = true, .qkv_bias = true, .out_bias = true, .ffn_bias = true,
         .router_bias = true, .sinks = true,
         .keys = yarn() + Keys{{"expert_used_count", 2u}, {"attention.sliding_window", 8u}}},
    };
    return table;
}

// ---- Building -------------------------------------------------------------------------------------------------------

TinyValue scalar_or_array(const std::vector<uint32_t>& values) {
    if (values.size() == 1) return values[0];
    return values;
}

void add_keys(TinyFile& file, const TinyRecipe& recipe) {
    const auto set = [&](const std::string& key, TinyValue value) { file.set(recipe.arch + "." + key, std::move(value)); };
    file.set("general.architecture", recipe.arch);
    file.set("general.name", "tiny " + recipe.name);
    set("context_length", 8192u);
    set("embedding_length", recipe.n_embd);
    set("block_count", recipe.n_layer);
    set("feed_forward_length", recipe.n_ff_layers.empty() ? TinyValue(recipe.n_ff) : TinyValue(recipe.n_ff_layers));
    set("attention.head_count", scalar_or_array(recipe.n_head));
    set("attention.head_count_kv", scalar_or_array(recipe.n_head_kv));
    set("attention.layer_norm_rms_epsilon", 1e-5f);
    if (recipe.write_head_length) {
        set("attention.key_length", recipe.d_k);
        set("attention.value_length", recipe.d_v);
    }
    if (recipe.n_rot) set("rope.dimension_count", recipe.n_rot);
    if (recipe.n_expert) set("expert_count", recipe.n_expert);
    if (recipe.n_ff_exp) set("expert_feed_forward_length", recipe.n_ff_exp);
    for (const auto& [key, value] : recipe.keys) set(key, value);
}

class TensorMaker {
  public:
    TensorMaker(TinyFile& file, const TinyRecipe& recipe, const TinyOptions& options)
        : file_(file), recipe_(recipe), options_(options) {}

    void globals() {
        const uint64_t n_vocab = 3 + 256 + kPieces.size();
        matrix("token_embd.weight", {recipe_.n_embd, n_vocab}, options_.embedding, 1);
        norm("output_norm.weight", recipe_.n_embd);
        if (recipe_.output) matrix("output.weight", {recipe_.n_embd, n_vocab}, options_.matrices, spread(recipe_.n_embd));
        if (recipe_.output_bias) vector("output.bias", {n_vocab}, 0, 0.5);
        const uint64_t n_pairs = (recipe_.n_rot ? recipe_.n_rot : recipe_.d_k) / 2;
        if (recipe_.rope_freqs) divisors("rope_freqs.weight", n_pairs, 8);
        if (recipe_.rope_factors) {
            divisors("rope_factors_short.weight", n_pairs, 1.5);
            divisors("rope_factors_long.weight", n_pairs, 20);
        }
    }

    void layer(uint32_t index) {
        prefix_ = "blk." + std::to_string(index) + ".";
        const uint64_t n_embd = recipe_.n_embd;
        const uint64_t n_head = at(recipe_.n_head, index), n_head_kv = at(recipe_.n_head_kv, index);
        norm(prefix_ + "attn_norm.weight", n_embd);
        attention(n_head, n_head_kv);
        norm(prefix_ + recipe_.ffn_norm + ".weight", n_embd);
        const uint64_t n_ff = recipe_.n_ff_layers.empty() ? recipe_.n_ff : recipe_.n_ff_layers[index];
        if (recipe_.n_expert) experts(recipe_.n_ff_exp ? recipe_.n_ff_exp : n_ff);
        else dense(n_ff);
        if (recipe_.post_norms) {
            norm(prefix_ + "post_attention_norm.weight", n_embd);
            norm(prefix_ + "post_ffw_norm.weight", n_embd);
        }
    }

  private:
    static uint64_t at(const std::vector<uint32_t>& values, uint32_t layer) {
        return values.size() == 1 ? values[0] : values[layer];
    }
    static double spread(uint64_t n_in) { return 1 / std::sqrt(double(n_in)); }

    void attention(uint64_t n_head, uint64_t n_head_kv) {
        const uint64_t n_embd = recipe_.n_embd, n_q = n_head * recipe_.d_k;
        const uint64_t n_k = n_head_kv * recipe_.d_k, n_v = n_head_kv * recipe_.d_v;
        // Queries and keys are large, so that attention is far from uniform and caps bend it.
        if (recipe_.fused_qkv) {
            linear("attn_qkv", {n_embd, n_q + n_k + n_v}, 2, recipe_.qkv_bias);
        } else {
            linear("attn_q", {n_embd, n_q}, 2, recipe_.qkv_bias);
            linear("attn_k", {n_embd, n_k}, 2, recipe_.qkv_bias);
            linear("attn_v", {n_embd, n_v}, 1, recipe_.qkv_bias);
        }
        if (recipe_.qk_norm) {
            norm(prefix_ + "attn_q_norm.weight", recipe_.d_k);
            norm(prefix_ + "attn_k_norm.weight", recipe_.d_k);
        }
        if (recipe_.sinks) vector(prefix_ + "attn_sinks.weight", {n_head}, 0, 2);
        linear("attn_output", {n_head * recipe_.d_v, n_embd}, 1, recipe_.out_bias);
    }

    void dense(uint64_t n_ff) {
        const uint64_t n_embd = recipe_.n_embd;
        if (recipe_.fused_gate_up) {
            linear("ffn_up", {n_embd, 2 * n_ff}, 1, recipe_.ffn_bias);
        } else {
            linear("ffn_gate", {n_embd, n_ff}, 1, recipe_.ffn_bias);
            linear("ffn_up", {n_embd, n_ff}, 1, recipe_.ffn_bias);
        }
        linear("ffn_down", {n_ff, n_embd}, 1, recipe_.ffn_bias);
    }

    void experts(uint64_t n_ff) {
        const uint64_t n_embd = recipe_.n_embd, n_expert = recipe_.n_expert;
        matrix(prefix_ + "ffn_gate_inp.weight", {n_embd, n_expert}, DType::F32, spread(n_embd));
        if (recipe_.router_bias) vector(prefix_ + "ffn_gate_inp.bias", {n_expert}, 0, 0.5);
        // Wide enough that the clamps of gpt-oss take hold.
        linear("ffn_gate_exps", {n_embd, n_ff, n_expert}, 4, recipe_.ffn_bias);
        linear("ffn_up_exps", {n_embd, n_ff, n_expert}, 4, recipe_.ffn_bias);
        linear("ffn_down_exps", {n_ff, n_embd, n_expert}, 0.25, recipe_.ffn_bias);
    }

    /// A weight with its bias and scale; dims are [n_in, n_out] or [n_in, n_out, n_expert].
    void linear(const std::string& name, const std::vector<uint64_t>& dims, double gain, bool bias) {
        matrix(prefix_ + name + ".weight", dims, options_.matrices, gain * spread(dims[0]));
        if (bias) vector(prefix_ + name + ".bias", {dims.begin() + 1, dims.end()}, 0, 0.3);
        if (recipe_.scales) vector(prefix_ + name + ".scale", {dims.size() == 3 ? dims[2] : 1}, 1, 0.2);
    }

    void matrix(const std::string& name, const std::vector<uint64_t>& dims, DType type, double size) {
        for (auto special = options_.types.rbegin(); special != options_.types.rend(); ++special)
            if (name.find(special->first) != std::string::npos) type = special->second;
        uint64_t n = 1;
        for (uint64_t dim : dims) n *= dim;
        Random random(options_.seed, name);
        file_.tensors.push_back({name, type, dims, random_weights(type, n, size, random)});
    }

    void vector(const std::string& name, const std::vector<uint64_t>& dims, double centre, double size) {
        uint64_t n = 1;
        for (uint64_t dim : dims) n *= dim;
        Random random(options_.seed, name);
        std::vector<float> values(n);
        for (float& value : values) value = float(centre + size * random.normal());
        file_.tensors.push_back({name, DType::F32, dims, encode_floats(DType::F32, values)});
    }

    void norm(const std::string& name, uint64_t n) { vector(name, {n}, 1, 0.2); }

    /// Divisors of rope frequencies, growing from 1 to about `last`.
    void divisors(const std::string& name, uint64_t n, double last) {
        std::vector<float> values(n);
        for (uint64_t i = 0; i < n; ++i) values[i] = float(1 + (last - 1) * double(i) / double(n));
        file_.tensors.push_back({name, DType::F32, {n}, encode_floats(DType::F32, values)});
    }

    TinyFile& file_;
    const TinyRecipe& recipe_;
    const TinyOptions& options_;
    std::string prefix_;
};

template <class Items, class Name>
auto find_named(Items& items, std::string_view name, Name&& name_of) {
    const auto found = std::find_if(items.begin(), items.end(), [&](const auto& item) { return name_of(item) == name; });
    if (found == items.end()) throw std::logic_error("the tiny model has no " + std::string(name));
    return found;
}
const auto kKeyOf = [](const std::pair<std::string, TinyValue>& pair) { return std::string_view(pair.first); };
const auto kTensorName = [](const TinyTensor& tensor) { return std::string_view(tensor.name); };

}  // namespace

void TinyFile::set(std::string_view key, TinyValue value) {
    for (auto& pair : pairs)
        if (pair.first == key) {
            pair.second = std::move(value);
            return;
        }
    pairs.emplace_back(key, std::move(value));
}

void TinyFile::erase(std::string_view key) { pairs.erase(find_named(pairs, key, kKeyOf)); }

TinyTensor& TinyFile::tensor(std::string_view name) { return *find_named(tensors, name, kTensorName); }

void TinyFile::erase_tensor(std::string_view name) { tensors.erase(find_named(tensors, name, kTensorName)); }

std::vector<std::byte> TinyFile::bytes() const {
    GgufWriter writer;
    for (const auto& [key, value] : pairs) {
        std::visit(
            [&, &name = key](const auto& v) {
                if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::vector<bool>>) {
                    const std::vector<char> flags(v.begin(), v.end());
                    writer.add(name, GgufValue{GgufType::Bool, true, flags.size(), std::as_bytes(std::span(flags))});
                } else {
                    writer.add(name, v);
                }
            },
            value);
    }
    for (const TinyTensor& t : tensors) writer.add_tensor(t.name, t.type, t.dims, t.data);
    return writer.bytes();
}

std::span<const TinyRecipe> tiny_recipes() { return recipes(); }

const TinyRecipe& tiny_recipe(std::string_view name) {
    return *find_named(recipes(), name, [](const TinyRecipe& recipe) { return std::string_view(recipe.name); });
}

TinyRecipe widened(TinyRecipe recipe) {
    recipe.name += "-wide";
    recipe.n_embd = recipe.n_ff = 256;
    recipe.n_layer = std::min(recipe.n_layer, 2u);
    if (recipe.n_ff_exp) recipe.n_ff_exp = 256;
    recipe.n_ff_layers.clear();
    recipe.n_head = {4};
    recipe.n_head_kv = {2};
    recipe.d_k = recipe.d_v = 64;
    if (recipe.n_rot) recipe.n_rot = 64;
    recipe.n_expert = std::min(recipe.n_expert, 4u);
    return recipe;
}

TinyRecipe with_all_experts(TinyRecipe recipe) {
    for (auto& [key, value] : recipe.keys)
        if (key == "expert_used_count") value = recipe.n_expert;
    return recipe;
}

TinyFile make_tiny(const TinyRecipe& recipe, const TinyOptions& options) {
    TinyFile file;
    add_keys(file, recipe);
    add_vocabulary(file, recipe.bpe);
    TensorMaker maker(file, recipe, options);
    maker.globals();
    for (uint32_t i = 0; i < recipe.n_layer; ++i) maker.layer(i);
    return file;
}

std::shared_ptr<const Model> load_bytes(std::vector<std::byte> bytes, std::string_view name) {
    struct Held {
        std::vector<std::byte> bytes;
        std::shared_ptr<const Model> model;
    };
    auto held = std::make_shared<Held>();
    held->bytes = std::move(bytes);
    held->model = Model::load(GgufFile::parse(held->bytes, name));
    return {held, held->model.get()};
}

}  // namespace siskin::test
