// Answers written side by side: each is, token for token, the one that is written alone, whatever its neighbours do.

#include "engine/answer_pool.h"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "tests/support/engine_run.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

std::shared_ptr<const Model> tiny(std::string_view recipe) {
    return load_bytes(make_tiny(tiny_recipe(recipe)).bytes());
}

std::vector<float> copy(std::span<const float> logits) { return {logits.begin(), logits.end()}; }

struct ShareCase {
    const char* recipe;
    KvTypes types;
    size_t n_first, n_shared;  ///< tokens of the session, and how many of them another one begins with
};
const ShareCase kShareCases[] = {
    {"llama", DType::F16, 300, 300},   {"llama", DType::F32, 300, 17},  {"llama", DType::F16, 512, 512},
    {"llama", DType::F16, 600, 257},   {"qwen2", DType::F16, 256, 256}, {"llama", {DType::Q8_0, DType::Q4_0}, 300, 299},
    {"gemma3", DType::F16, 600, 600},  // windows have given pages back
    {"gpt-oss", DType::F16, 520, 520},
};

TEST(SharedBeginnings, GiveTheSameBits) {
    for (const ShareCase& c : kShareCases) {
        SCOPED_TRACE(std::string(c.recipe) + " " + std::to_string(c.n_shared) + " of " + std::to_string(c.n_first));
        const auto model = tiny(c.recipe);
        const uint32_t n_vocab = model->config().n_vocab;
        Runtime runtime(1);
        const SessionOptions options = {.n_ctx = 2048, .kv_type = c.types};
        const auto first = random_tokens(n_vocab, c.n_first, 1), rest = random_tokens(n_vocab, 300, 2);
        const auto beginning = std::span(first).first(c.n_shared);

        Session alone(model, runtime, options);
        alone.feed(beginning);
        const auto expected = copy(alone.feed(rest));

        auto owner = std::make_unique<Session>(model, runtime, options);
        owner->feed(first);
        ASSERT_TRUE(owner->can_keep(c.n_shared));
        const size_t bytes = owner->kv_bytes();
        Session one(model, runtime, options), two(model, runtime, options);
        two.feed(rest);  // what a session held before does not matter
        one.share(*owner, c.n_shared);
        two.share(*owner, c.n_shared);
        EXPECT_EQ(one.tokens(), std::vector<Token>(beginning.begin(), beginning.end()));
        EXPECT_LT(one.kv_bytes(), bytes + 1);
        if (c.n_shared % 256 == 0) {
            EXPECT_EQ(one.kv_bytes(), 0u) << "whole pages are not copied";
        }
        EXPECT_EQ(copy(one.feed(rest)), expected);
        two.feed(random_tokens(n_vocab, 200, 3));  // another way to go on, which must not be seen elsewhere
        owner->feed(random_tokens(n_vocab, 200, 4));
        owner.reset();
        if (two.can_keep(c.n_shared)) two.rewind(c.n_shared);
        Session three(model, runtime, options);
        if (one.can_keep(c.n_shared)) {
            three.share(one, c.n_shared);
            EXPECT_EQ(copy(three.feed(rest)), expected) << "shared of one that shares";
            EXPECT_EQ(copy(two.feed(rest)), expected);
        }
        // Back into what is another session's: it is read again, not written over.
        one.rewind(c.n_shared / 2);
        EXPECT_EQ(one.tokens().size(), c.n_shared / 2);
        one.feed(std::span(first).subspan(c.n_shared / 2, c.n_shared - c.n_shared / 2));
        EXPECT_EQ(copy(one.feed(rest)), expected);
    }
}

/// Prompts as a batch has them: most with the same beginning, some without, some twice.
std::vector<std::vector<Token>> prompts_for(uint32_t n_vocab) {
    std::vector<std::vector<Token>> prompts;
    const auto common = random_tokens(n_vocab, 280, 1), other = random_tokens(n_vocab, 90, 2);
    for (size_t i = 0; i < 14; ++i) {
        std::vector<Token> prompt = i == 4 ? std::vector<Token>() : i >= 9 ? other : common;
        const auto own = random_tokens(n_vocab, 1 + i * 5 % 23, 100 + (i == 7 ? 6 : i));
        prompt.insert(prompt.end(), own.begin(), own.end());
        prompts.push_back(std::move(prompt));
    }
    prompts.push_back(prompts[3]);
    return prompts;
}

/// An answer on its way.
struct Writing {
    Writing(const Model& model, const std::vector<Token>& prompt, size_t i)
        : sampler({.seed = 7}),
          generation(model.tokenizer(), prompt, sampler,
                     {.n_predict = int64_t(1 + i * 7 % 19), .ignore_eos = true, .continues = true}, nullptr) {}
    Sampler sampler;
    Generation generation;
};

std::vector<Token> alone(const std::shared_ptr<const Model>& model, const std::vector<Token>& prompt, size_t i) {
    Runtime runtime(1);
    Session session(model, runtime, {.n_ctx = 1024});
    Sampler sampler({.seed = 7});
    return generate(session, sampler, prompt,
                    {.n_predict = int64_t(1 + i * 7 % 19), .ignore_eos = true, .continues = true}, nullptr)
        .tokens;
}

TEST(AnswerPool, WritesWhatIsWrittenAlone) {
    const struct {
        size_t n_slots;
        int n_threads;
        size_t n_batch;
    } kWays[] = {{1, 1, 512}, {2, 2, 512}, {3, 1, 7}, {5, 3, 64}, {8, 2, 512}, {40, 1, 512}, {8, 1, 4}};
    for (const char* recipe : {"llama", "gemma3", "qwen3moe"}) {
        const auto model = tiny(recipe);
        const auto prompts = prompts_for(model->config().n_vocab);
        std::vector<std::vector<Token>> expected;
        for (size_t i = 0; i < prompts.size(); ++i) expected.push_back(alone(model, prompts[i], i));
        size_t n_all = 0;
        for (size_t i = 0; i < prompts.size(); ++i) n_all += prompts[i].size() + expected[i].size() - 1;
        for (const auto& way : kWays) {
            SCOPED_TRACE(std::string(recipe) + ", " + std::to_string(way.n_slots) + " at once, " +
                         std::to_string(way.n_threads) + " threads, passes of " + std::to_string(way.n_batch));
            Runtime runtime(way.n_threads, way.n_batch);
            AnswerPool pool(model, runtime, {.n_ctx = 1024}, way.n_slots);
            EXPECT_EQ(pool.n_slots(), std::min(way.n_slots, way.n_batch));
            std::vector<std::unique_ptr<Writing>> writing(prompts.size());
            size_t next = 0, n_ended = 0;
            while (n_ended < prompts.size()) {
                for (; next < prompts.size() && !pool.full(); ++next) {
                    writing[next] = std::make_unique<Writing>(*model, prompts[next], next);
                    pool.start(next, prompts[next], writing[next]->generation);
                }
                ASSERT_TRUE(pool.step([&](size_t id, const Error* error) {
                    EXPECT_EQ(error, nullptr);
                    EXPECT_EQ(writing[id]->generation.finish().tokens, expected[id]) << "prompt " << id;
                    writing[id].reset();
                    ++n_ended;
                }));
            }
            EXPECT_TRUE(pool.empty());
            EXPECT_LT(pool.n_read(), n_all - 5 * 256) << "what prompts have in common is read once";
        }
    }
}

/// Forbids everything after some tokens.
class Forbidding : public TokenFilter {
  public:
    void start(std::span<const Token>, std::string_view) override {}
    std::span<const float> allowed(std::span<const float> logits) override {
        if (n_++ == 3) fail(Fault::Failed, "enough");
        return logits;
    }
    void accept(Token) override {}
    bool finished() const override { return false; }

  private:
    int n_ = 0;
};

TEST(AnswerPool, OneThatFailsLeavesTheOthersAlone) {
    const auto model = tiny("llama");
    const auto prompts = prompts_for(model->config().n_vocab);
    Runtime runtime(1);
    AnswerPool pool(model, runtime, {.n_ctx = 400}, 3);
    Writing first(*model, prompts[0], 2), last(*model, prompts[1], 6);
    Sampler sampler({.seed = 1});
    Forbidding filter;
    Generation failing(model->tokenizer(), prompts[2], sampler, {.n_predict = 10, .filter = &filter}, nullptr);
    const std::vector<Token> too_long(401, 5);
    EXPECT_THROW(pool.start(9, too_long, failing), Error);
    EXPECT_TRUE(pool.empty());
    pool.start(0, prompts[0], first.generation);
    pool.start(1, prompts[2], failing);
    pool.start(2, prompts[1], last.generation);
    std::string failed;
    while (!pool.empty())
        ASSERT_TRUE(pool.step([&](size_t id, const Error* error) {
            EXPECT_EQ(id == 1, error != nullptr);
            if (error) failed = error->what();
        }));
    EXPECT_EQ(failed, "enough");
    EXPECT_EQ(first.generation.finish().tokens, alone(model, prompts[0], 2));
    EXPECT_EQ(last.generation.finish().tokens, alone(model, prompts[1], 6));
}

TEST(AnswerPool, GoesOnAfterAStop) {
    const auto model = tiny("llama");
    const auto prompts = prompts_for(model->config().n_vocab);
    Runtime runtime(1);
    std::atomic<bool> stop{true};
    runtime.stop_on(&stop);
    AnswerPool pool(model, runtime, {.n_ctx = 1024}, 2);
    Writing one(*model, prompts[0], 2), two(*model, prompts[1], 6);
    pool.start(0, prompts[0], one.generation);
    pool.start(1, prompts[1], two.generation);
    const auto ignore = [](size_t, const Error*) {};
    EXPECT_FALSE(pool.step(ignore));
    for (bool turn = false; !pool.empty(); turn = !turn) {
        stop = turn;
        EXPECT_EQ(pool.step(ignore), !turn);
    }
    EXPECT_EQ(one.generation.finish().tokens, alone(model, prompts[0], 2));
    EXPECT_EQ(two.generation.finish().tokens, alone(model, prompts[1], 6));
}

}  // namespace
}  // namespace siskin::test
