// The engine against a second forward pass in double precision, for every family and every weight type.

#include <gtest/gtest.h>

#include <set>

#include "models/arch.h"
#include "tests/support/engine_run.h"
#include "tests/support/isa.h"
#include "tests/support/reference.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

constexpr uint32_t kContext = 48;  // phi3 takes its short factors; tests of the long ones pass another

Nmse error_of(const TinyFile& tiny, const RunOptions& options, size_t n_tokens = 24) {
    const ParsedTiny parsed(tiny);
    const auto model = load_bytes(parsed.bytes);
    const uint32_t n_vocab = model->config().n_vocab;
    const auto tokens = random_tokens(n_vocab, n_tokens, 5);
    return nmse<float, double>(engine_logits(model, tokens, options), reference_logits(parsed.file, tokens, options.n_ctx),
                               n_vocab);
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

class ReferenceFamilies : public IsaTest, public testing::WithParamInterface<TinyRecipe> {};
INSTANTIATE_TEST_SUITE_P(Tiny, ReferenceFamilies, testing::ValuesIn(tiny_recipes().begin(), tiny_recipes().end()),
                         recipe_name);

// With F32 weights and an F32 cache the engine rounds to 24 bits where the reference does not: about 1e-14 for each of a
// few dozen steps, grown by the layers.
TEST_P(ReferenceFamilies, LogitsOfFloatModels) {
    for (const uint32_t n_ctx : {kContext, 512u}) {
        const Nmse error = error_of(make_tiny(GetParam()), {.kv_type = DType::F32, .n_ctx = n_ctx});
        EXPECT_LE(error.whole, 1e-9) << "context " << n_ctx;
        EXPECT_LE(error.worst, 1e-8) << "context " << n_ctx;
        RecordProperty("nmse_" + std::to_string(n_ctx), std::to_string(error.whole));
        std::printf("  %-20s context %-4u %8.1e whole, %8.1e worst position\n", GetParam().name.c_str(), n_ctx, error.whole,
                    error.worst);
    }
}

TEST_P(ReferenceFamilies, LogitsWithHalfCache) {
    const Nmse error = error_of(make_tiny(GetParam()), {.kv_type = DType::F16, .n_ctx = kContext});
    EXPECT_LE(error.whole, 5e-5);
    EXPECT_LE(error.worst, 1e-3);
}

// Every setting that a recipe writes must change the logits, so that a test that passes has seen it at work.
TEST_P(ReferenceFamilies, EverySettingMatters) {
    const TinyRecipe& recipe = GetParam();
    const TinyFile tiny = make_tiny(recipe);
    const ParsedTiny whole(tiny);
    const auto tokens = random_tokens(291, 16, 5);
    const auto expected = reference_logits(whole.file, tokens, kContext);
    for (const auto& [key, value] : recipe.keys) {
        TinyFile without = tiny;
        without.erase(recipe.arch + "." + key);
        const ParsedTiny parsed(without);
        std::vector<double> logits;
        try {
            logits = reference_logits(parsed.file, tokens, kContext);
        } catch (const std::bad_optional_access&) {
            continue;  // the model cannot run without it
        } catch (const std::logic_error&) {
            continue;
        }
        EXPECT_GT((nmse<double, double>(logits, expected, 291).whole), 1e-7) << key;
    }
}

class ReferenceTypes : public IsaTest, public testing::WithParamInterface<DTypeInfo> {};
INSTANTIATE_TEST_SUITE_P(Tiny, ReferenceTypes, testing::ValuesIn(all_dtypes().begin(), all_dtypes().end()),
                         [](const auto& type) { return std::string(type.param.name); });

// Eight-bit activations cost about 1e-3; a wrong decoder, scale or minimum costs far more.
TEST_P(ReferenceTypes, LogitsOfQuantizedModels) {
    const DType type = GetParam().type;
    const double limit = GetParam().act == ActKind::F32 ? 1e-9 : 4e-3;
    for (const char* name : {"llama", "llama-moe", "gpt-oss"}) {
        const TinyFile tiny = make_tiny(widened(tiny_recipe(name)), {.matrices = type, .embedding = type});
        const Nmse error = error_of(tiny, {.kv_type = DType::F32, .n_ctx = kContext}, 12);
        EXPECT_LE(error.whole, limit) << name;
        std::printf("  %-10s %-10s %8.1e whole, %8.1e worst position\n", std::string(GetParam().name).c_str(), name,
                    error.whole, error.worst);
    }
}

}  // namespace
}  // namespace siskin::test
