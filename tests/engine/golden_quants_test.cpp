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

// A token whose choice of experts hangs by less than this is left out of the comparison: the rounding of activations, a
// few percent of router logits around 1, decides it by chance, in this engine as in the other.
constexpr double kClearChoice = 0.03;

/// The rows of the positions whose experts are clear.
std::vector<float> clear_rows(const std::vector<float>& logits, const std::vector<double>& margins) {
    std::vector<float> kept;
    const size_t n_vocab = logits.size() / margins.size();
    for (size_t i = 0; i < margins.size(); ++i)
        if (margins[i] >= kClearChoice)
            kept.insert(kept.end(), logits.begin() + std::ptrdiff_t(i * n_vocab),
                        logits.begin() + std::ptrdiff_t((i + 1) * n_vocab));
    return kept;
}

class GoldenQuants : public IsaTest {
  protected:
    static void check(const GoldenModel& golden_model) {
        SCOPED_TRACE(golden_model.name);
        const size_t n_vocab = golden_model.n_vocab;
        const auto model = Model::load(golden_model.gguf);
        const auto margins = router_margins(model->file(), golden_model.tokens, 512);
        const auto exact = clear_rows(read_floats(golden_model.exact), margins);
        const auto peer = clear_rows(read_floats(golden_model.logits), margins);
        const auto ours = clear_rows(engine_logits(model, golden_model.tokens), margins);
        const size_t n_kept = exact.size() / n_vocab;
        EXPECT_GE(n_kept, margins.size() * 9 / 10);
        ASSERT_EQ(ours.size(), exact.size());
        const double error = nmse<float, float>(ours, exact, n_vocab).whole;
        const double limit = 1.1 * nmse<float, float>(peer, exact, n_vocab).whole;
        std::printf("  %-28s %8.2e, at most %8.2e, over %zu of %zu positions\n", golden_model.name.c_str(), error,
                    limit, n_kept, margins.size());
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
