// Every tensor of a file is bound, with its shape and type checked, or refused by name.

#include "models/weights.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/expect_error.h"
#include "tests/support/tiny_blocks.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

struct Bound {
    explicit Bound(const TinyFile& tiny)
        : parsed(tiny),
          arch(*find_arch(parsed.file.metadata().string("general.architecture").value())),
          config(Config::read(arch, parsed.file.metadata())),
          weights(Weights::bind(arch, config, parsed.file)) {}
    const Tensor& tensor(std::string_view name) const { return *parsed.file.find(name); }
    const float* floats(std::string_view name) const { return reinterpret_cast<const float*>(tensor(name).data); }

    ParsedTiny parsed;
    const Arch& arch;
    Config config;
    Weights weights;
};

TinyFile tiny(std::string_view recipe) { return make_tiny(tiny_recipe(recipe)); }

/// What a file may lack: then the model simply has no such thing, or takes the embeddings for the output.
bool is_optional(const std::string& name) {
    return name == "output.weight" || name == "output.bias" || name.starts_with("rope_");
}

TinyTensor floats_tensor(std::string name, std::vector<uint64_t> dims, DType type = DType::F32) {
    uint64_t n = 1;
    for (uint64_t dim : dims) n *= dim;
    return {std::move(name), type, std::move(dims), encode_floats(type, std::vector<float>(n, 0.5f))};
}

/// The tensors outside the layers and those of the last layer.
std::vector<TinyTensor> samples(const TinyRecipe& recipe, const TinyFile& tiny) {
    const std::string last = "blk." + std::to_string(recipe.n_layer - 1) + ".";
    std::vector<TinyTensor> some;
    for (const TinyTensor& t : tiny.tensors)
        if (!t.name.starts_with("blk.") || t.name.starts_with(last)) some.push_back(t);
    return some;
}

TEST(WeightsOfEveryRecipe, AMissingTensorIsNamed) {
    for (const TinyRecipe& recipe : tiny_recipes()) {
        const TinyFile whole = make_tiny(recipe);
        Bound bound(whole);
        for (const TinyTensor& t : samples(recipe, whole)) {
            if (is_optional(t.name)) continue;
            SCOPED_TRACE(recipe.name + ", " + t.name);
            TinyFile file = whole;
            file.erase_tensor(t.name);
            // Without the fused tensor its parts are looked for, the first one first.
            const size_t fused = t.name.find("attn_qkv.weight");
            expect_bad_data([&] { Bound again(file); },
                            fused == std::string::npos ? t.name : t.name.substr(0, fused) + "attn_q.");
        }
    }
}

TEST(Weights, WhatAFamilyCannotDoWithout) {
    for (const TinyRecipe& recipe : tiny_recipes())
        for (const std::string_view part : find_arch(recipe.arch)->must_have) {
            if (part.empty()) continue;
            SCOPED_TRACE(recipe.name + ", " + std::string(part));
            TinyFile file = make_tiny(recipe);
            for (uint32_t il = 0; il < recipe.n_layer; ++il)
                file.erase_tensor("blk." + std::to_string(il) + "." + std::string(part));
            expect_bad_data([&] { Bound again(file); }, "blk.0." + std::string(part) + ": missing");
        }
}

TEST(WeightsOfEveryRecipe, AWrongShapeIsNamed) {
    for (const TinyRecipe& recipe : tiny_recipes()) {
        const TinyFile whole = make_tiny(recipe);
        for (const TinyTensor& t : samples(recipe, whole)) {
            std::vector<std::vector<uint64_t>> wrong = {t.dims};
            wrong.back().push_back(2);
            for (size_t i = 0; i < t.dims.size(); ++i)
                for (int change : {-1, 1}) {
                    wrong.push_back(t.dims);
                    wrong.back()[i] += uint64_t(change);
                }
            if (t.dims.size() > 1 && t.dims[0] != t.dims[1]) {
                wrong.push_back(t.dims);
                std::swap(wrong.back()[0], wrong.back()[1]);
            }
            for (const auto& dims : wrong) {
                if (std::count(dims.begin(), dims.end(), 0u)) continue;
                SCOPED_TRACE(recipe.name + ", " + t.name);
                TinyFile file = whole;
                file.tensor(t.name) = floats_tensor(t.name, dims);
                expect_bad_data([&] { Bound again(file); }, t.name);
            }
        }
    }
}

TEST(WeightsOfEveryRecipe, VectorsMustBeF32) {
    for (const TinyRecipe& recipe : tiny_recipes()) {
        const TinyFile whole = make_tiny(recipe);
        for (const TinyTensor& t : samples(recipe, whole)) {
            const bool is_vector = t.dims.size() == 1 || t.name.ends_with(".bias") || t.name.ends_with(".scale");
            if (!is_vector) continue;
            SCOPED_TRACE(recipe.name + ", " + t.name);
            TinyFile file = whole;
            file.tensor(t.name) = floats_tensor(t.name, t.dims, DType::F16);
            expect_bad_data([&] { Bound again(file); }, t.name);
        }
    }
}

TEST(WeightsOfEveryRecipe, AnUnknownTensorIsNamed) {
    for (const TinyRecipe& recipe : tiny_recipes())
        for (const std::string name : {"blk.0.mystery.weight", "blk.99.attn_norm.weight", "v.patch_embd.weight",
                                       "mystery", "blk.0.attn_norm.weight2", "blk.00.attn_norm.weight"}) {
            SCOPED_TRACE(recipe.name);
            TinyFile file = make_tiny(recipe);
            file.tensors.push_back(floats_tensor(name, {64}));
            expect_bad_data([&] { Bound again(file); }, name);
        }
}

TEST(WeightsOfEveryRecipe, EveryTensorIsBoundWhereItBelongs) {
    for (const TinyRecipe& recipe : tiny_recipes()) {
        SCOPED_TRACE(recipe.name);
        const Bound bound(make_tiny(recipe));
        const Weights& w = bound.weights;
        EXPECT_EQ(w.token_embd.data, bound.tensor("token_embd.weight").data);
        EXPECT_EQ(w.output_norm, bound.floats("output_norm.weight"));
        EXPECT_EQ(w.output.w.data, bound.tensor(recipe.output ? "output.weight" : "token_embd.weight").data);
        EXPECT_EQ(w.output.bias != nullptr, recipe.output_bias);
        EXPECT_EQ(w.rope_freqs != nullptr, recipe.rope_freqs);
        EXPECT_EQ(w.rope_long != nullptr, recipe.rope_factors);
        EXPECT_EQ(w.rope_short != nullptr, recipe.rope_factors);
        ASSERT_EQ(w.layers.size(), recipe.n_layer);
        for (uint32_t il = 0; il < recipe.n_layer; ++il) {
            const Layer& layer = w.layers[il];
            const std::string block = "blk." + std::to_string(il) + ".";
            EXPECT_EQ(layer.attn_norm, bound.floats(block + "attn_norm.weight"));
            EXPECT_EQ(layer.ffn_norm, bound.floats(block + recipe.ffn_norm + ".weight"));
            EXPECT_EQ(layer.wo.w.data, bound.tensor(block + "attn_output.weight").data);
            EXPECT_EQ(layer.q_norm != nullptr, recipe.qk_norm);
            EXPECT_EQ(layer.k_norm != nullptr, recipe.qk_norm);
            EXPECT_EQ(layer.sinks != nullptr, recipe.sinks);
            EXPECT_EQ(layer.post_attn_norm != nullptr, recipe.post_norms);
            EXPECT_EQ(layer.post_ffn_norm != nullptr, recipe.post_norms);
            for (const Linear* linear : {&layer.wq, &layer.wk, &layer.wv})
                EXPECT_EQ(linear->bias != nullptr, recipe.qkv_bias);
            EXPECT_EQ(layer.wo.bias != nullptr, recipe.out_bias);
            EXPECT_EQ(layer.wq.scale != nullptr, recipe.scales);
            EXPECT_EQ(bool(layer.router), recipe.n_expert > 0);
            EXPECT_EQ(bool(layer.ffn_down), recipe.n_expert == 0);
            EXPECT_EQ(layer.router.bias != nullptr, recipe.router_bias);
            EXPECT_EQ((recipe.n_expert ? layer.gate_exps : layer.ffn_gate).bias != nullptr, recipe.ffn_bias);
        }
    }
}

TEST(Weights, FusedTensorsAreCutIntoTheirParts) {
    const Bound qwen(tiny("qwen2-fused"));
    const Tensor& qkv = qwen.tensor("blk.1.attn_qkv.weight");
    const float* bias = qwen.floats("blk.1.attn_qkv.bias");
    const Layer& layer = qwen.weights.layers[1];
    EXPECT_EQ(layer.wq.w.data, qkv.row(0));
    EXPECT_EQ(layer.wk.w.data, qkv.row(64));
    EXPECT_EQ(layer.wv.w.data, qkv.row(96));
    EXPECT_EQ(layer.wq.n_out(), 64u);
    EXPECT_EQ(layer.wk.n_out(), 32u);
    EXPECT_EQ(layer.wv.n_out(), 32u);
    EXPECT_EQ(layer.wq.bias, bias);
    EXPECT_EQ(layer.wk.bias, bias + 64);
    EXPECT_EQ(layer.wv.bias, bias + 96);

    const Bound phi(tiny("phi3"));
    const Tensor& up = phi.tensor("blk.0.ffn_up.weight");
    EXPECT_EQ(phi.weights.layers[0].ffn_gate.w.data, up.row(0)) << "the gate comes first";
    EXPECT_EQ(phi.weights.layers[0].ffn_up.w.data, up.row(96));
}

TEST(Weights, ExpertsOfAStack) {
    const Bound oss(tiny("gpt-oss"));
    const Layer& layer = oss.weights.layers[2];
    const Tensor& gate = oss.tensor("blk.2.ffn_gate_exps.weight");
    const Linear third = layer.gate_exps.expert(3);
    EXPECT_EQ(third.w.data, gate.row(3 * 32));
    EXPECT_EQ(third.n_in(), 64u);
    EXPECT_EQ(third.n_out(), 32u);
    EXPECT_EQ(third.bias, oss.floats("blk.2.ffn_gate_exps.bias") + 3 * 32);

    const Bound scaled(tiny("llama-moe-scales"));
    EXPECT_EQ(scaled.weights.layers[0].down_exps.expert(2).scale, scaled.floats("blk.0.ffn_down_exps.scale") + 2);
}

TEST(Weights, AnyTypeOfMatrix) {
    for (const DTypeInfo& info : all_dtypes()) {
        SCOPED_TRACE(std::string(info.name));
        const Bound bound(make_tiny(widened(tiny_recipe("gpt-oss")), {.matrices = info.type, .embedding = info.type}));
        EXPECT_EQ(bound.weights.token_embd.dtype->type, info.type);
        EXPECT_EQ(bound.weights.layers[0].up_exps.w.dtype->type, info.type);
    }
}

}  // namespace
}  // namespace siskin::test
