// Every family against the reference engine: logits after each token of tiny models with random weights. The limits are
// those of the reference data's README.

#include <gtest/gtest.h>

#include <cstdio>
#include <set>

#include "models/arch.h"
#include "tests/support/engine_run.h"
#include "tests/support/expect_error.h"
#include "tests/support/golden.h"
#include "tests/support/golden_models.h"
#include "tests/support/isa.h"
#include "tests/support/reference.h"

namespace siskin::test {
namespace {

struct Limit {
    double whole, position;
};
constexpr Limit kExact = {1e-9, 1e-8};
constexpr Limit kTableGelu = {5e-6, 5e-5};  // the reference engine evaluates GELU through a table of F16
constexpr Limit kHalfCache = {5e-5, 1e-3};

class GoldenArchs : public IsaTest {
  protected:
    static void expect_within(const std::string& what, const std::vector<float>& got,
                              const std::filesystem::path& expected, size_t n_vocab, const Limit& limit) {
        const std::vector<float> reference = read_floats(expected);
        ASSERT_EQ(got.size(), reference.size());
        const Nmse error = nmse<float, float>(got, reference, n_vocab);
        std::printf("  %-24s %-12s %8.1e whole, %8.1e worst position\n", current_.c_str(), what.c_str(), error.whole,
                    error.worst);
        EXPECT_LE(error.whole, limit.whole) << what;
        EXPECT_LE(error.worst, limit.position) << what;
    }

    static void check(const GoldenModel& golden_model) {
        SCOPED_TRACE(golden_model.name);
        current_ = golden_model.name;
        const auto model = Model::load(golden_model.gguf);
        const size_t n_vocab = golden_model.n_vocab;
        ASSERT_EQ(model->config().n_vocab, n_vocab);

        const auto full = engine_logits(model, golden_model.tokens, {.kv_type = DType::F32});
        if (golden_model.exact.empty()) {
            expect_within("F32", full, golden_model.logits, n_vocab, kExact);
        } else {
            expect_within("F32, exact", full, golden_model.exact, n_vocab, kExact);
            expect_within("F32", full, golden_model.logits, n_vocab, kTableGelu);
        }
        const auto half = engine_logits(model, golden_model.tokens, {.kv_type = DType::F16});
        expect_within("F16 cache", half, golden_model.exact.empty() ? golden_model.logits : golden_model.exact, n_vocab,
                      kHalfCache);
        for (const DType kv : {DType::F32, DType::F16})
            EXPECT_EQ(engine_greedy(model, golden_model.tokens, golden_model.greedy.size(), {.kv_type = kv}),
                      golden_model.greedy);
    }

    static inline std::string current_;
};

TEST_F(GoldenArchs, EveryKnownFamilyIsAmongThem) {
    SISKIN_NEED_GOLDEN("archs");
    std::set<std::string_view> covered;
    const auto models = golden_models("archs");
    for (const GoldenModel& model : models) covered.insert(model.arch);
    for (const Arch& arch : all_archs())
        EXPECT_TRUE(covered.count(arch.name)) << "no reference model of the family " << arch.name;
}

TEST_F(GoldenArchs, OtherFamiliesAndVocabulariesAreRefused) {
    SISKIN_NEED_GOLDEN("archs");
    for (const char* folder : {"archs", "extra", "vocab"})
        for (const auto& entry : std::filesystem::directory_iterator(golden(folder))) {
            if (entry.path().extension() != ".gguf") continue;
            const GgufFile file = GgufFile::open(entry.path());
            const bool is_known = find_arch(file.metadata().string("general.architecture").value());
            if (is_known && !file.tensors().empty()) continue;
            SCOPED_TRACE(entry.path().filename().string());
            expect_bad_data([&] { Model::load(entry.path()); }, is_known ? "missing" : "general.architecture");
        }
}

TEST_F(GoldenArchs, LogitsAndGreedyTokens) {
    SISKIN_NEED_GOLDEN("archs");
    for (const GoldenModel& model : golden_models("archs")) check(model);
}

TEST_F(GoldenArchs, Variants) {
    SISKIN_NEED_GOLDEN("extra");
    for (const GoldenModel& model : golden_models("extra")) check(model);
}

TEST_F(GoldenArchs, LongPrompts) {
    SISKIN_NEED_GOLDEN("long");
    for (const GoldenModel& model : golden_models("long")) check(model);
}

}  // namespace
}  // namespace siskin::test
