// Quantized models: how far the logits are from those of the same weights in exact arithmetic. Quantizing activations
// costs some accuracy; the limit is what it costs the reference engine, and a tenth more.

#include <gtest/gtest.h>

#include <cstdio>

#include "tests/support/engine_run.h"
#include "tests/support/golden.h"
#include "tests/support/golden_models.h"
#include "tests/support/isa.h"
#include "tests/support/reference.h"

namespace siskin::test {
namespace {

class GoldenQuants : public IsaTest {
  protected:
    static void check(const GoldenModel& golden_model) {
        SCOPED_TRACE(golden_model.name);
        const std::vector<float> exact = read_floats(golden_model.exact), peer = read_floats(golden_model.logits);
        const auto ours = engine_logits(Model::load(golden_model.gguf), golden_model.tokens);
        ASSERT_EQ(ours.size(), exact.size());
        const double error = nmse<float, float>(ours, exact, golden_model.n_vocab).whole;
        const double limit = 1.1 * nmse<float, float>(peer, exact, golden_model.n_vocab).whole;
        std::printf("  %-28s %8.2e, at most %8.2e\n", golden_model.name.c_str(), error, limit);
        EXPECT_LE(error, limit);
    }
};

TEST_F(GoldenQuants, DenseModels) {
    SISKIN_NEED_GOLDEN("quants");
    const auto models = golden_models("quants");
    EXPECT_GE(models.size(), 19u);
    for (const GoldenModel& model : models) check(model);
}

TEST_F(GoldenQuants, Experts) {
    SISKIN_NEED_GOLDEN("quants_moe");
    const auto models = golden_models("quants_moe");
    EXPECT_GE(models.size(), 7u);
    for (const GoldenModel& model : models) check(model);
}

}  // namespace
}  // namespace siskin::test
