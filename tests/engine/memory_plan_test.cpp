// What a plan says of tiny models, against what the engine takes from the system for them, and what follows from a plan
// on machines of many kinds.

#include "engine/memory_plan.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "engine/session.h"
#include "ops/kernels.h"
#include "tests/support/engine_run.h"
#include "tests/support/isolated.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

using Fit = MemoryVerdict::Fit;
using Of = MemoryBound::Of;
constexpr uint64_t kMiB = 1 << 20, kGiB = 1 << 30;

size_t windowed_layers(const Config& config) {
    return size_t(std::count_if(config.layers.begin(), config.layers.end(), [](auto& l) { return l.window > 0; }));
}

/// Bytes of a page of one layer, as the cache has it.
size_t page_bytes(const Config& config, KvTypes types) {
    KvCache cache(config, types);
    cache.reserve(1);
    size_t largest = 0;
    for (uint32_t il = 0; il < config.n_layer; ++il)
        largest = std::max(largest, cache.pieces(il, 0, kPageKeys)[0].size());
    return largest;
}

class OfRecipe : public testing::TestWithParam<TinyRecipe> {};
INSTANTIATE_TEST_SUITE_P(MemoryPlan, OfRecipe, testing::ValuesIn(tiny_recipes()), [](const auto& recipe) {
    std::string name = recipe.param.name;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
    return name;
});

// Layers with a window may hold a page less than planned: texts need not begin where pages do.
TEST_P(OfRecipe, KeysAndValuesTakeWhatWasPlanned) {
    const auto model = load_bytes(make_tiny(GetParam()).bytes());
    const Config& config = model->config();
    for (const KvTypes types : {KvTypes(DType::F16), KvTypes(DType::Q8_0, DType::F32)})
        for (const size_t n_batch : {size_t(1), size_t(300)})
            for (const size_t n : {size_t(1), size_t(257), size_t(700)}) {
                Runtime runtime(1, n_batch);
                Session session(model, runtime, {.n_ctx = 1024, .kv_type = types});
                const std::vector<Token> tokens = random_tokens(config.n_vocab, n, 3);
                if (n_batch == 1 && n > 300) continue;  // slow, and the same as a shorter one
                session.feed(tokens);
                const size_t planned = KvCache(config, types).bytes_at(n, n_batch);
                SCOPED_TRACE(std::to_string(n) + " tokens by " + std::to_string(n_batch));
                EXPECT_LE(session.kv_bytes(), planned);
                const size_t slab = session.kv_bytes() / ((n + kPageKeys - 1) / kPageKeys);
                const size_t spare =
                    windowed_layers(config) ? windowed_layers(config) * page_bytes(config, types) + slab : 0;
                EXPECT_GE(session.kv_bytes() + spare, planned);
            }
}

TEST(MemoryPlan, OtherSessionsAreCountedAsLongAsTheyAre) {
    const auto model = load_bytes(make_tiny(tiny_recipe("gemma3")).bytes());
    const Team team(1);
    const uint32_t beside[] = {700, 20};
    const MemoryPlan one(model, team, 64, DType::F16), three(model, team, 64, DType::F16, beside);
    EXPECT_EQ(three.at(1000).kv, one.at(1000).kv + one.at(700).kv + one.at(20).kv);
    EXPECT_GT(three.at(1000).scratch, one.at(1000).scratch) << "logits of each";
    EXPECT_EQ(three.n_sessions(), 3u);
}

/// Addresses that this process has taken.
uint64_t addresses() {
    std::ifstream in("/proc/self/statm");
    uint64_t pages = 0;
    in >> pages;
    return pages * uint64_t(sysconf(_SC_PAGESIZE));
}

TEST_P(OfRecipe, PassesTakeWhatWasPlanned) {
    if (addresses() == 0) GTEST_SKIP() << "no /proc here";
    if (sanitizer_slowdown() > 1) GTEST_SKIP() << "sanitizers take addresses of their own";
    const auto model = load_bytes(make_tiny(widened(GetParam())).bytes());
    constexpr uint32_t n_ctx = 900;
    constexpr size_t n_batch = 512;
    for (const int n_threads : {1, 3}) {
        Runtime runtime(n_threads, n_batch);
        Session session(model, runtime, {.n_ctx = n_ctx});
        const MemoryNeeds needs = MemoryPlan(model, runtime.team(), n_batch, DType::F16).at(n_ctx);
        EXPECT_EQ(needs.threads, size_t(n_threads) * kTileScratch);
        const uint64_t before = addresses();
        const std::vector<Token> tokens = random_tokens(model->config().n_vocab, n_ctx, 3);
        size_t read = 0;
        for (const size_t n : {size_t(512), size_t(336), size_t(48), size_t(1), size_t(2), size_t(1)}) {
            session.feed(std::span(tokens).subspan(read, n));
            read += n;
        }
        ASSERT_EQ(read, n_ctx);
        const double taken = double(addresses() - before), planned = double(needs.scratch + session.kv_bytes());
        EXPECT_NEAR(taken, planned, 0.05 * planned + double(kMiB)) << n_threads << " threads";
    }
}

TEST(MemoryPlan, ABufferThatIsCountedTakesNothing) {
    size_t expected = 0;
    {
        const BufferCount count;
        const Buffer small(1000), none;
        Buffer large(size_t(1) << 50);
        EXPECT_EQ(count.bytes(), 1000 + (size_t(1) << 50));
        large = Buffer(3 * kMiB);
        EXPECT_EQ(large.bytes(), 4 * kMiB) << "a whole number of huge pages";
        expected = count.bytes();
    }
    EXPECT_EQ(expected, 1000 + 4 * kMiB);
    const Buffer real(3 * kMiB);
    EXPECT_EQ(real.bytes(), Buffer::rounded(3 * kMiB));
    real.data()[3 * kMiB - 1] = std::byte(1);  // is there
}

/// A model of 65536 tokens of context, each of 3 KiB.
std::shared_ptr<const Model> long_model() {
    TinyRecipe recipe = tiny_recipe("llama");
    recipe.n_head = recipe.n_head_kv = {16};
    recipe.write_head_length = true;
    recipe.n_layer = 3;
    TinyFile file = make_tiny(recipe);
    file.set("llama.context_length", 65536u);
    return load_bytes(file.bytes());
}

MemoryBound machine(uint64_t most, uint64_t left) { return {Of::Machine, most, left}; }

struct Judged {
    const char* name;
    std::vector<MemoryBound> bounds;
    uint32_t asked;
    Fit fit;
    uint32_t least, most;  ///< of the context taken
    bool lowered;
    Of by = Of::Machine;
};

TEST(MemoryPlan, IsHeldAgainstWhatThereIs) {
    const auto model = long_model();
    const Team team(1);
    const MemoryPlan plan(model, team, 512, DType::F16);
    const uint64_t whole = plan.at(65536).still();
    ASSERT_GT(whole, 192 * kMiB);
    ASSERT_LT(whole, 230 * kMiB);
    const Judged cases[] = {
        {"nothing known", {}, 0, Fit::Yes, 65536, 65536, false},
        {"plenty", {machine(16 * kGiB, 8 * kGiB)}, 0, Fit::Yes, 65536, 65536, false},
        {"plenty for what was asked", {machine(16 * kGiB, 8 * kGiB)}, 1000, Fit::Yes, 1000, 1000, false},
        {"more than the model's own", {machine(16 * kGiB, 8 * kGiB)}, 100000, Fit::Yes, 100000, 100000, false},
        {"half is free", {machine(16 * kGiB, 120 * kMiB)}, 0, Fit::Yes, 20480, 40960, true},
        {"half is free, all is asked for", {machine(16 * kGiB, 120 * kMiB)}, 65536, Fit::Tight, 65536, 65536, false},
        {"half is there", {machine(120 * kMiB, 120 * kMiB)}, 0, Fit::Yes, 20480, 40960, true},
        {"half is there, all is asked for", {machine(120 * kMiB, 100 * kMiB)}, 65536, Fit::Never, 65536, 65536, false},
        {"little is free", {machine(16 * kGiB, 10 * kMiB)}, 0, Fit::Tight, kLeastContext, kLeastContext, true},
        {"little is there", {machine(14 * kMiB, 14 * kMiB)}, 0, Fit::Tight, 256, 4095, true},
        {"next to nothing", {machine(kMiB, kMiB)}, 0, Fit::Never, kLeastContext, kLeastContext, true},
        {"beyond everything", {machine(16 * kGiB, 8 * kGiB)}, 2000000000, Fit::Never, 2000000000, 2000000000, false},
        {"a container",
         {machine(16 * kGiB, 8 * kGiB), {Of::Container, 120 * kMiB, 110 * kMiB}},
         0,
         Fit::Yes,
         20480,
         40960,
         true,
         Of::Container},
        {"a container, all is asked for",
         {machine(16 * kGiB, 8 * kGiB), {Of::Container, 120 * kMiB, 110 * kMiB}},
         65536,
         Fit::Never,
         65536,
         65536,
         false,
         Of::Container},
        {"addresses that are used already do not come back",
         {machine(16 * kGiB, 8 * kGiB), {Of::Addresses, kGiB, 120 * kMiB}},
         65536,
         Fit::Never,
         65536,
         65536,
         false,
         Of::Addresses},
        {"few addresses",
         {machine(16 * kGiB, 8 * kGiB), {Of::Addresses, kGiB, 120 * kMiB}},
         0,
         Fit::Yes,
         20480,
         40960,
         true,
         Of::Addresses},
    };
    for (const Judged& c : cases) {
        SCOPED_TRACE(c.name);
        const MemoryVerdict verdict = judge(plan, c.asked, c.bounds);
        EXPECT_EQ(verdict.fit, c.fit);
        EXPECT_GE(verdict.n_ctx, c.least);
        EXPECT_LE(verdict.n_ctx, c.most);
        EXPECT_EQ(verdict.lowered, c.lowered);
        if (!c.bounds.empty()) {
            EXPECT_EQ(verdict.bound.of, c.by);
        }
        if (verdict.fit == Fit::Yes && !c.bounds.empty()) {
            for (const MemoryBound& bound : c.bounds) EXPECT_LE(plan.at(verdict.n_ctx).still(), bound.left);
            EXPECT_GE(verdict.largest, verdict.n_ctx / kPageKeys * kPageKeys);
        }
        if (verdict.fit != Fit::Yes) {
            EXPECT_LT(verdict.largest, verdict.n_ctx);
        }
    }
}

TEST(MemoryPlan, AFileMayBeLargerThanMemory) {
    TinyRecipe recipe = widened(tiny_recipe("llama"));
    recipe.n_ff = 8192;
    const auto model = load_bytes(make_tiny(recipe).bytes());
    const Team team(1);
    const MemoryPlan plan(model, team, 64, DType::F16);
    const MemoryNeeds needs = plan.at(256);
    ASSERT_GT(needs.file, 2 * needs.still()) << needs.file << " " << needs.still();
    const std::vector<MemoryBound> little = {machine(16 * kGiB, needs.file / 2 + needs.still())};
    EXPECT_EQ(judge(plan, 256, little).fit, Fit::Yes);
    EXPECT_FALSE(judge(plan, 256, little).file_stays);
    const std::vector<MemoryBound> enough = {machine(16 * kGiB, (needs.file + needs.still()) * 17 / 15)};
    EXPECT_TRUE(judge(plan, 256, enough).file_stays);
    const std::vector<MemoryBound> addresses = {{Of::Addresses, 16 * kGiB, needs.file / 2 + needs.still()}};
    EXPECT_TRUE(judge(plan, 256, addresses).file_stays) << "the file has its addresses already";
}

TEST(MemoryPlan, RopeFactorsStayThoseOfTheContextOfTheModel) {
    TinyRecipe recipe = tiny_recipe("phi3");
    recipe.rope_factors = true;
    TinyFile file = make_tiny(recipe);
    file.set("phi3.context_length", 4096u);
    file.set("phi3.rope.scaling.original_context_length", 128u);
    const auto model = load_bytes(file.bytes());
    const std::vector<Token> tokens = random_tokens(model->config().n_vocab, 40, 3);
    const auto logits = [&](SessionOptions options) {
        Runtime runtime(1);
        Session session(model, runtime, options);
        const auto last = session.feed(tokens);
        return std::vector<float>(last.begin(), last.end());
    };
    const auto expected = logits({.n_ctx = 4096});
    EXPECT_EQ(logits({.n_ctx = 64, .n_ctx_rope = 4096}), expected);
    EXPECT_NE(logits({.n_ctx = 64}), expected);
}

}  // namespace
}  // namespace siskin::test
