// Sizes are read from metadata and range-checked: whatever a file says, the result is a usable Config or an error that
// names the key.

#include "models/config.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/expect_error.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

Config read(const TinyFile& tiny) {
    const ParsedTiny parsed(tiny);
    const Metadata& metadata = parsed.file.metadata();
    return Config::read(*find_arch(metadata.string("general.architecture").value()), metadata);
}

TinyFile tiny(std::string_view recipe) { return make_tiny(tiny_recipe(recipe)); }

// ---- What is refused
// -------------------------------------------------------------------------------------------------

struct BadValue {
    std::string recipe, key;
    TinyValue value;
};

const std::vector<BadValue>& bad_values() {
    using Counts = std::vector<uint32_t>;
    static const std::vector<BadValue> table = {
        {"llama", "block_count", 0u},
        {"llama", "block_count", 1'000'000u},
        {"llama", "block_count", -1},
        {"llama", "block_count", uint64_t(1) << 63},
        {"llama", "block_count", (uint64_t(1) << 32) + 3},
        {"llama", "embedding_length", 0u},
        {"llama", "embedding_length", -64},
        {"llama", "embedding_length", 1u << 31},
        {"llama", "embedding_length", uint64_t(1) << 62},
        {"llama", "context_length", 0u},
        {"llama", "context_length", -1},
        {"llama", "vocab_size", 0u},
        {"llama", "vocab_size", 1u << 31},
        {"llama", "attention.head_count", 0u},
        {"llama", "attention.head_count", 3u},
        {"llama", "attention.head_count", -4},
        {"llama", "attention.head_count", 1u << 30},
        {"llama", "attention.head_count", 128u},
        {"llama", "attention.head_count", Counts{4, 4}},
        {"llama", "attention.head_count", Counts{4, 4, 4, 4}},
        {"llama", "attention.head_count", Counts{}},
        {"llama", "attention.head_count", Counts{4, 0, 4}},
        {"llama", "attention.head_count", Counts{4, 3, 4}},
        {"llama", "attention.head_count_kv", 0u},
        {"llama", "attention.head_count_kv", -2},
        {"llama", "attention.head_count_kv", Counts{2, 2}},
        {"llama", "attention.head_count_kv", Counts{2, 0, 2}},
        {"llama", "feed_forward_length", 0u},
        {"llama", "feed_forward_length", 1u << 31},
        {"llama", "feed_forward_length", Counts{96, 96}},
        {"llama", "feed_forward_length", Counts{96, 0, 96}},
        {"llama", "attention.layer_norm_rms_epsilon", 0.f},
        {"llama", "attention.layer_norm_rms_epsilon", -1e-5f},
        {"llama", "attention.layer_norm_rms_epsilon", kNan},
        {"llama", "attention.layer_norm_rms_epsilon", kInfinity},
        {"llama", "rope.dimension_count", 0u},
        {"llama", "rope.dimension_count", 15u},
        {"llama", "rope.dimension_count", 18u},
        {"llama", "rope.freq_base", 0.f},
        {"llama", "rope.freq_base", 1.f},
        {"llama", "rope.freq_base", -10000.f},
        {"llama", "rope.freq_base", kNan},
        {"llama", "rope.freq_base", kInfinity},
        {"llama", "rope.scaling.type", "spiral"},
        {"llama", "rope.scaling.type", ""},
        {"llama", "attention.scale", -1.f},
        {"llama", "attention.scale", kNan},
        {"llama-bias", "rope.scaling.factor", -4.f},
        {"llama-bias", "rope.scaling.factor", kNan},
        {"llama-arrays", "rope.scale_linear", -1.f},
        {"llama-yarn", "rope.scaling.original_context_length", 0u},
        {"llama-yarn", "rope.scaling.original_context_length", -1},
        {"llama-yarn", "rope.scaling.yarn_beta_fast", kNan},
        {"llama-yarn", "rope.scaling.yarn_beta_slow", -1.f},
        {"llama-yarn", "rope.scaling.attn_factor", kNan},
        {"qwen3", "attention.key_length", 0u},
        {"qwen3", "attention.key_length", 1u << 20},
        {"qwen3", "attention.value_length", 0u},
        {"qwen3", "attention.value_length", 1u << 20},
        {"llama-moe", "expert_count", 1u << 20},
        {"llama-moe", "expert_count", -8},
        {"llama-moe", "expert_used_count", 0u},
        {"llama-moe", "expert_used_count", 9u},
        {"llama-moe-scales", "expert_weights_scale", kNan},
        {"qwen3moe", "expert_feed_forward_length", 0u},
        {"qwen3moe", "expert_feed_forward_length", 1u << 31},
        {"gemma2", "attn_logit_softcapping", -50.f},
        {"gemma2", "attn_logit_softcapping", kNan},
        {"gemma2", "final_logit_softcapping", -30.f},
        {"gemma2", "attention.sliding_window", -8},
        {"gemma3", "rope.freq_base_swa", 0.f},
        {"gemma3", "rope.freq_base_swa", 0.5f},
        {"gemma3-pattern", "attention.sliding_window_pattern", -3},
    };
    return table;
}

TEST(Configs, ValuesOutOfRangeAreRefusedByName) {
    for (const BadValue& bad : bad_values()) {
        TinyFile file = tiny(bad.recipe);
        const std::string key = tiny_recipe(bad.recipe).arch + "." + bad.key;
        SCOPED_TRACE(bad.recipe + ", " + key + ", alternative " + std::to_string(bad.value.index()));
        file.set(key, bad.value);
        expect_bad_data([&] { read(file); }, bad.key);
    }
}

constexpr size_t kLastScalar = 5;  ///< alternatives of TinyValue after this one are lists
static_assert(std::is_same_v<std::variant_alternative_t<kLastScalar, TinyValue>, std::string>);

/// Values of types that make no sense for a key that now holds `value`.
std::vector<TinyValue> wrong_types(const TinyValue& value) {
    std::vector<TinyValue> wrong = {std::vector<bool>{true, false}, std::vector<std::string>{"a", "b"}};
    if (std::holds_alternative<std::string>(value)) {
        wrong.insert(wrong.end(), {true, 1u, 1.5f});
    } else {
        wrong.insert(wrong.end(), {std::string("4"), std::vector<float>{1, 2, 3, 4, 5}});
        if (!std::holds_alternative<float>(value)) wrong.push_back(4.5f);
    }
    return wrong;
}

TEST(Configs, EveryKeyOfTheWrongTypeIsRefusedByName) {
    for (const TinyRecipe& recipe : tiny_recipes()) {
        const TinyFile whole = make_tiny(recipe);
        for (const auto& [key, value] : whole.pairs) {
            if (!key.starts_with(recipe.arch + ".")) continue;
            for (const TinyValue& wrong : wrong_types(value)) {
                if (key.ends_with("sliding_window_pattern") && wrong.index() > kLastScalar)
                    continue;  // lists are ignored
                SCOPED_TRACE(recipe.name + ", " + key + ", alternative " + std::to_string(wrong.index()));
                TinyFile file = whole;
                file.set(key, wrong);
                expect_bad_data([&] { read(file); }, key);
            }
        }
    }
}

TEST(Configs, HeadsMustDivideAmongKeyValueHeads) {
    for (const uint32_t heads_kv : {3u, 8u}) {
        TinyFile file = tiny("llama");
        file.set("llama.attention.head_count_kv", heads_kv);
        expect_bad_data([&] { read(file); }, "llama.attention.head_count: 4 heads");
    }
}

TEST(Configs, KeysThatAModelCannotBeWithout) {
    for (const TinyRecipe& recipe : tiny_recipes()) {
        const TinyFile whole = make_tiny(recipe);
        for (const char* key : {"context_length", "embedding_length", "block_count", "attention.head_count",
                                "feed_forward_length", "attention.layer_norm_rms_epsilon", "expert_used_count"}) {
            const std::string name = recipe.arch + "." + key;
            TinyFile file = whole;
            if (name.ends_with("expert_used_count") && !recipe.n_expert) continue;
            SCOPED_TRACE(recipe.name);
            file.erase(name);
            expect_bad_data([&] { read(file); }, name);
        }
    }
    TinyFile oss = tiny("gpt-oss");
    oss.erase("gpt-oss.attention.sliding_window");
    expect_bad_data([&] { read(oss); }, "gpt-oss.attention.sliding_window");
    TinyFile file = tiny("llama");
    file.erase("tokenizer.ggml.tokens");
    expect_bad_data([&] { read(file); }, "vocab_size");
}

// ---- What is read
// ----------------------------------------------------------------------------------------------------

TEST(Configs, SizesAndDefaults) {
    const Config c = read(tiny("llama"));
    EXPECT_EQ(c.n_vocab, 291u);
    EXPECT_EQ(c.n_ctx_train, 8192u);
    EXPECT_EQ(c.n_ctx_orig, 8192u);
    EXPECT_EQ(c.n_embd, 64u);
    EXPECT_EQ(c.n_layer, 3u);
    EXPECT_EQ(c.d_k, 16u);
    EXPECT_EQ(c.d_v, 16u);
    EXPECT_EQ(c.n_rot, 16u);
    EXPECT_EQ(c.eps, 1e-5f);
    EXPECT_EQ(c.attn_scale, 0.25f);
    EXPECT_EQ(c.attn_softcap, 0);
    EXPECT_EQ(c.final_softcap, 0);
    EXPECT_EQ(c.embd_scale, 1);
    EXPECT_EQ(c.n_expert, 0u);
    EXPECT_EQ(c.rope.base, 500000);
    EXPECT_EQ(c.rope.freq_scale, 1);
    EXPECT_FALSE(c.rope.yarn);
    ASSERT_EQ(c.layers.size(), 3u);
    for (const LayerConfig& layer : c.layers) {
        EXPECT_EQ(layer.n_head, 4u);
        EXPECT_EQ(layer.n_head_kv, 2u);
        EXPECT_EQ(layer.n_ff, 96u);
        EXPECT_EQ(layer.window, 0u);
    }

    TinyFile without_kv = tiny("llama");
    without_kv.erase("llama.attention.head_count_kv");
    EXPECT_EQ(read(without_kv).layers[0].n_head_kv, 4u);

    TinyFile with_vocab = tiny("llama");
    with_vocab.set("llama.vocab_size", 77u);
    EXPECT_EQ(read(with_vocab).n_vocab, 77u);
}

TEST(Configs, ArraysGiveEachLayerItsOwn) {
    const Config c = read(tiny("llama-arrays"));
    const uint32_t heads[] = {4, 2, 4}, heads_kv[] = {2, 2, 1}, ffs[] = {96, 64, 80};
    for (size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(c.layers[i].n_head, heads[i]);
        EXPECT_EQ(c.layers[i].n_head_kv, heads_kv[i]);
        EXPECT_EQ(c.layers[i].n_ff, ffs[i]);
    }
    EXPECT_EQ(c.rope.freq_scale, 0.5f) << "rope.scale_linear is the old name of rope.scaling.factor";
}

TEST(Configs, RopeScaling) {
    EXPECT_EQ(read(tiny("llama-bias")).rope.freq_scale, 0.25f);

    const RopeConfig yarn = read(tiny("llama-yarn")).rope;
    EXPECT_TRUE(yarn.yarn);
    EXPECT_EQ(yarn.freq_scale, 0.25f);
    EXPECT_EQ(yarn.beta_fast, 8);
    EXPECT_EQ(yarn.beta_slow, 4);
    EXPECT_NEAR(yarn.magnitude, 0.9 * (1 + 0.1 * std::log(4.0)), 1e-6);

    const Config longrope = read(tiny("phi3"));
    EXPECT_EQ(longrope.n_ctx_orig, 64u);
    EXPECT_EQ(longrope.n_rot, 12u);
    EXPECT_EQ(longrope.rope.magnitude, 1.19f);
    EXPECT_EQ(longrope.rope.freq_scale, 1);

    TinyFile none = tiny("llama-bias");
    none.set("llama.rope.scaling.type", "none");
    EXPECT_EQ(read(none).rope.freq_scale, 1) << "a factor without a scaling type counts for nothing";
    TinyFile unnamed = tiny("llama-bias");
    unnamed.erase("llama.rope.scaling.type");
    EXPECT_EQ(read(unnamed).rope.freq_scale, 0.25f) << "scaling is linear unless the file says otherwise";
}

std::vector<uint32_t> windows(const Config& c) {
    std::vector<uint32_t> all;
    for (const LayerConfig& layer : c.layers) all.push_back(layer.window);
    return all;
}

TEST(Configs, Windows) {
    using Windows = std::vector<uint32_t>;
    EXPECT_EQ(windows(read(tiny("gemma2"))), (Windows{8, 0, 8, 0}));
    EXPECT_EQ(windows(read(tiny("gpt-oss"))), (Windows{8, 0, 8, 0}));
    EXPECT_EQ(windows(read(tiny("gemma3"))), (Windows{8, 8, 8, 8, 8, 0, 8}));
    EXPECT_EQ(windows(read(tiny("gemma3-pattern"))), (Windows{8, 8, 0, 8}));
    EXPECT_EQ(read(tiny("gemma2-defaults")).layers[0].window, 4096u);

    TinyFile unsaid = tiny("gemma3");
    unsaid.erase("gemma3.attention.sliding_window");
    EXPECT_EQ(windows(read(unsaid)), Windows(7, 0));

    TinyFile listed = tiny("gemma2");  // lists are not trusted: some converters write wrong ones
    listed.set("gemma2.attention.sliding_window_pattern", std::vector<bool>{false, false, true, true});
    EXPECT_EQ(windows(read(listed)), (Windows{8, 0, 8, 0}));

    TinyFile phi = tiny("phi3");
    phi.set("phi3.attention.sliding_window", 2047u);
    EXPECT_EQ(windows(read(phi)), Windows(3, 0)) << "Phi-3 files name a window that the models do not use";
}

TEST(Configs, Gemma) {
    const Config two = read(tiny("gemma2"));
    EXPECT_EQ(two.attn_softcap, 5);
    EXPECT_EQ(two.final_softcap, 12);
    EXPECT_EQ(two.embd_scale, 8);
    EXPECT_FLOAT_EQ(two.attn_scale, float(1 / std::sqrt(24.0)));

    const Config large = read(tiny("gemma2-defaults"));
    EXPECT_EQ(large.attn_softcap, 50);
    EXPECT_EQ(large.final_softcap, 30);
    EXPECT_FLOAT_EQ(large.attn_scale, 0.25f) << "the 27B model scales by n_embd / n_head, 32 / 2";
    EXPECT_FLOAT_EQ(read(tiny("gemma3-27b")).attn_scale, 0.25f);

    const Config three = read(tiny("gemma3"));
    EXPECT_EQ(three.rope.base, 1e6f);
    EXPECT_EQ(three.rope.freq_scale, 0.125f);
    EXPECT_EQ(three.rope_window.base, 5000);
    EXPECT_EQ(three.rope_window.freq_scale, 1);
    EXPECT_EQ(three.attn_softcap, 0);
    TinyFile unsaid = tiny("gemma3");
    unsaid.erase("gemma3.rope.freq_base_swa");
    EXPECT_EQ(read(unsaid).rope_window.base, 10000);
}

TEST(Configs, Experts) {
    const Config mixtral = read(tiny("llama-moe"));
    EXPECT_EQ(mixtral.n_expert, 8u);
    EXPECT_EQ(mixtral.n_expert_used, 2u);
    EXPECT_EQ(mixtral.n_ff_exp, 32u) << "feed_forward_length where the file has no length of its own";
    EXPECT_EQ(mixtral.expert_weights_scale, 1);
    EXPECT_EQ(read(tiny("llama-moe-scales")).expert_weights_scale, 1.5f);
    EXPECT_EQ(read(tiny("qwen3moe")).n_ff_exp, 32u);
    const Config oss = read(tiny("gpt-oss"));
    EXPECT_NEAR(oss.rope.magnitude, 1 + 0.1 * std::log(32.0), 1e-6);
    EXPECT_EQ(oss.rope_window.yarn, true) << "its windowed layers are scaled as the others";
}

}  // namespace
}  // namespace siskin::test
