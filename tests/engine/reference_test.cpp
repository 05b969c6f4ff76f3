// The engine against a second forward pass in double precision, for every family and every weight type.

#include <gtest/gtest.h>

#include <cstdio>
#include <set>

#include "models/arch.h"
#include "tests/support/engine_run.h"
#include "tests/support/golden.h"
#include "tests/support/golden_models.h"
#include "tests/support/isa.h"
#include "tests/support/reference.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

constexpr uint32_t kContext = 48, kLastShort = 64;  // phi3 takes its long factors beyond 64

Nmse error_of(const TinyFile& tiny, const RunOptions& options, size_t n_tokens = 24) {
    const ParsedTiny parsed(tiny);
    const auto model = load_bytes(parsed.bytes);
    const uint32_t n_vocab = model->config().n_vocab;
    const auto tokens = random_tokens(n_vocab, n_tokens, 5);
    return nmse<float, double>(engine_logits(model, tokens, options),
                               reference_logits(parsed.file, tokens, options.n_ctx), n_vocab);
}

std::string recipe_name(const testing::TestParamInfo<TinyRecipe>& info) {
    std::string name = info.param.name;
    for (char& c : name)
        if (c == '-') c = '_';
    return name;
}

TEST(Recipes, CoverEveryFamily) {
    std::set<std::string_view> made;
    for (const TinyRecipe& recipe : tiny_recipes()) made.insert(recipe.arch);
    for (const Arch& arch : all_archs()) {
        EXPECT_TRUE(made.count(arch.name)) << "tests/support/tiny_model.cpp has no recipe for " << arch.name;
        EXPECT_TRUE(reference_knows(arch.name)) << "tests/support/reference.cpp has no row for " << arch.name;
    }
}

// The reference is right: it gives what the reference engine gives for the models that both know.
TEST(Reference, AgreesWithTheReferenceData) {
    SISKIN_NEED_GOLDEN("archs");
    for (const GoldenModel& golden_model : golden_models({"archs", "extra", "long"})) {
        SCOPED_TRACE(golden_model.name);
        const GgufFile file = GgufFile::open(golden_model.gguf);
        const auto ours = reference_logits(file, golden_model.tokens, 512);
        const auto theirs = read_floats(golden_model.exact.empty() ? golden_model.logits : golden_model.exact);
        const Nmse error = nmse<double, float>(ours, theirs, golden_model.n_vocab);
        EXPECT_LE(error.whole, 1e-9);
        EXPECT_LE(error.worst, 1e-8);
    }
}

class ReferenceFamilies : public IsaTest, public testing::WithParamInterface<TinyRecipe> {};
INSTANTIATE_TEST_SUITE_P(Tiny, ReferenceFamilies, testing::ValuesIn(tiny_recipes().begin(), tiny_recipes().end()),
                         recipe_name);

// With F32 weights and an F32 cache the engine rounds to 24 bits where the reference does not: about 1e-14 for each of
// a few dozen steps, grown by the layers.
TEST_P(ReferenceFamilies, LogitsOfFloatModels) {
    for (const uint32_t n_ctx : {kContext, kLastShort, 512u}) {
        const Nmse error = error_of(make_tiny(GetParam()), {.kv_type = DType::F32, .n_ctx = n_ctx});
        EXPECT_LE(error.whole, 1e-9) << "context " << n_ctx;
        EXPECT_LE(error.worst, 1e-8) << "context " << n_ctx;
        std::printf("  %-20s context %-4u %8.1e whole, %8.1e worst position\n", GetParam().name.c_str(), n_ctx,
                    error.whole, error.worst);
    }
}

TEST_P(ReferenceFamilies, LogitsWithHalfCache) {
    const TinyFile tiny = make_tiny(with_all_experts(GetParam()));
    const Nmse error = error_of(tiny, {.kv_type = DType::F16, .n_ctx = kContext});
    EXPECT_LE(error.whole, 5e-5);
    EXPECT_LE(error.worst, 1e-3);
}

// Keys and values of 8 and 4 bits, and queries of 8. Their errors are those of the blocks, about 2^-8 and 2^-4 of the
// largest of 32 values, at random.
TEST_P(ReferenceFamilies, LogitsWithQuantizedCache) {
    const TinyFile tiny = make_tiny(with_all_experts(GetParam()));
    const Nmse of_8 = error_of(tiny, {.kv_type = DType::Q8_0, .n_ctx = kContext});
    const Nmse of_4 = error_of(tiny, {.kv_type = DType::Q4_0, .n_ctx = kContext});
    std::printf("  %-20s Q8_0 %8.1e whole, %8.1e worst   Q4_0 %8.1e whole, %8.1e worst\n", GetParam().name.c_str(),
                of_8.whole, of_8.worst, of_4.whole, of_4.worst);
    EXPECT_LE(of_8.whole, 3e-3);
    EXPECT_LE(of_4.whole, 0.3);
    EXPECT_GT(of_4.whole, 10 * of_8.whole);
}

/// Whether a recipe's key says something that its absence would not say as well.
bool says_something(const std::string& key, const TinyValue& value) {
    return key != "rope.scaling.type" || std::get<std::string>(value) == "yarn";  // other types: the factors speak
}

// Every setting that a recipe writes must change the logits, so that a test that passes has seen it at work.
TEST_P(ReferenceFamilies, EverySettingMatters) {
    const TinyRecipe& recipe = GetParam();
    const TinyFile tiny = make_tiny(recipe);
    const auto tokens = random_tokens(291, 16, 5);
    const auto expected = reference_logits(ParsedTiny(tiny).file, tokens, 512);
    for (const auto& [key, value] : recipe.keys) {
        if (key == "expert_used_count" || !says_something(key, value)) continue;
        TinyFile without = tiny;
        without.erase(recipe.arch + "." + key);
        const auto logits = reference_logits(ParsedTiny(without).file, tokens, 512);
        EXPECT_GT((nmse<double, double>(logits, expected, 291).whole), 1e-7) << key;
    }
}

std::vector<std::string> type_names() {
    std::vector<std::string> names;
    for (const DTypeInfo& info : all_dtypes()) names.emplace_back(info.name);
    return names;
}

class ReferenceTypes : public IsaTest, public testing::WithParamInterface<std::string> {};
INSTANTIATE_TEST_SUITE_P(Tiny, ReferenceTypes, testing::ValuesIn(type_names()),
                         [](const auto& type) { return type.param; });

// Activations of eight bits cost about 1e-3, bfloat16 numbers less than 1e-4; a wrong decoder, scale or minimum costs
// far more.
TEST_P(ReferenceTypes, LogitsOfQuantizedModels) {
    const DTypeInfo& info = *find_dtype(GetParam());
    const double limit = info.act == ActKind::F32 ? 1e-9 : info.act == ActKind::BF16 ? 3e-4 : 4e-3;
    for (const char* name : {"llama", "llama-moe", "gpt-oss"}) {
        const TinyFile tiny =
            make_tiny(with_all_experts(widened(tiny_recipe(name))), {.matrices = info.type, .embedding = info.type});
        const Nmse error = error_of(tiny, {.kv_type = DType::F32, .n_ctx = kContext}, 12);
        EXPECT_LE(error.whole, limit) << name;
        std::printf("  %-10s %-10s %8.1e whole, %8.1e worst position\n", GetParam().c_str(), name, error.whole,
                    error.worst);
    }
}

struct Mix {
    std::string name;
    TinyRecipe recipe;
    TinyOptions options;
};

void PrintTo(const Mix& mix, std::ostream* out) { *out << mix.name; }

std::vector<Mix> mixes() {
    TinyRecipe narrow_second = widened(tiny_recipe("llama"));
    narrow_second.n_head = {4, 1};
    narrow_second.n_head_kv = {2, 1};
    narrow_second.n_ff_layers = {512, 96};
    narrow_second.write_head_length = true;
    return {
        {"AsPeopleMixThem",
         widened(tiny_recipe("llama")),
         {.matrices = DType::Q4_K,
          .embedding = DType::Q4_K,
          .types = {{"output.weight", DType::Q6_K}, {"attn_v", DType::Q6_K}, {"blk.1.ffn_down", DType::Q6_K}}}},
        {"EveryFormOfActivations",
         widened(tiny_recipe("llama")),
         {.matrices = DType::Q8_0,
          .embedding = DType::F16,
          .types = {{"attn_q", DType::Q5_K},
                    {"attn_k", DType::F16},
                    {"ffn_up", DType::IQ4_XS},
                    {"blk.1.ffn_down", DType::BF16},
                    {"blk.1.attn_output", DType::Q3_K}}}},
        {"ExpertsAndRouter",
         with_all_experts(widened(tiny_recipe("llama-moe"))),
         {.matrices = DType::Q8_0,
          .embedding = DType::Q8_0,
          .types = {{"ffn_gate_inp", DType::F16},
                    {"gate_exps", DType::Q4_K},
                    {"up_exps", DType::F32},
                    {"down_exps", DType::MXFP4}}}},
        // The second layer's rows are no multiple of 256, though the first layer's weights want that of theirs.
        {"NarrowSecondLayer",
         narrow_second,
         {.matrices = DType::Q4_K,
          .embedding = DType::Q8_0,
          .types = {{"blk.1.attn_output", DType::Q8_0}, {"blk.1.ffn_down", DType::IQ4_NL}}}},
    };
}

class ReferenceMixes : public IsaTest, public testing::WithParamInterface<Mix> {};
INSTANTIATE_TEST_SUITE_P(Tiny, ReferenceMixes, testing::ValuesIn(mixes()),
                         [](const auto& mix) { return mix.param.name; });

TEST_P(ReferenceMixes, LogitsOfMixedTypes) {
    const TinyFile tiny = make_tiny(GetParam().recipe, GetParam().options);
    EXPECT_LE(error_of(tiny, {.kv_type = DType::F32, .n_ctx = kContext}, 12).whole, 4e-3);
}

}  // namespace
}  // namespace siskin::test
