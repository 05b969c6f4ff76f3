// The same answer every time: the logits of a token do not depend, bit for bit, on the number of threads, on how the
// text was cut into passes, on what other sessions do in the same pass, on what was rewound before, or on the
// instruction set.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <sstream>

#include "engine/batch.h"
#include "formats/error.h"
#include "tests/support/engine_run.h"
#include "tests/support/golden.h"
#include "tests/support/golden_models.h"
#include "tests/support/isa.h"
#include "tests/support/process.h"
#include "tests/support/tiny_blocks.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

using ModelPtr = std::shared_ptr<const Model>;

struct Subject {
    std::string name;
    std::function<ModelPtr()> load;
};

Subject tiny_subject(const TinyRecipe& recipe, DType type = DType::F32) {
    return {"tiny/" + recipe.name + "-" + std::string(dtype_info(type).name),
            [recipe, type] { return load_bytes(make_tiny(recipe, {.matrices = type, .embedding = type}).bytes()); }};
}

/// One layer in rows that every type can hold.
TinyRecipe shallow(std::string_view name) {
    TinyRecipe recipe = widened(tiny_recipe(name));
    recipe.n_layer = 1;
    return recipe;
}

/// Large enough that the heads of a group fill whole blocks of activations, and that the feed-forward part has pieces
/// for two members but not for three: what is fused there and what is not must give the same.
TinyRecipe with_many_pieces(std::string_view name) {
    TinyRecipe recipe = shallow(name);
    recipe.name += "-pieces";
    recipe.n_head = {8};
    recipe.write_head_length = true;
    recipe.n_ff = 9 * 256;
    return recipe;
}

/// One for each way through the engine: every recipe but the very deep ones, experts with each form of activations, and
/// many pieces with each.
std::vector<Subject> recipe_subjects() {
    std::vector<Subject> all;
    for (const TinyRecipe& recipe : tiny_recipes())
        if (recipe.n_layer < 16) all.push_back(tiny_subject(recipe));
    for (const DType type : {DType::Q4_K, DType::Q8_0, DType::BF16})
        for (const TinyRecipe& recipe : {shallow("llama-moe"), with_many_pieces("qwen3")})
            all.push_back(tiny_subject(recipe, type));
    return all;
}

/// Every model at hand: the golden files, the recipes, and one recipe in each weight type.
std::vector<Subject> all_subjects() {
    std::vector<Subject> all = recipe_subjects();
    for (const GoldenModel& golden_model : golden_models({"archs", "extra", "quants", "quants_moe"}))
        all.push_back({golden_model.name, [path = golden_model.gguf] { return Model::load(path); }});
    for (const DTypeInfo& info : all_dtypes()) all.push_back(tiny_subject(shallow("llama"), info.type));
    return all;
}

/// Number of floats that differ in any bit; npos when the lengths differ.
size_t differing(std::span<const float> a, std::span<const float> b) {
    if (a.size() != b.size()) return SIZE_MAX;
    size_t n = 0;
    for (size_t i = 0; i < a.size(); ++i) n += std::memcmp(&a[i], &b[i], sizeof(float)) != 0;
    return n;
}

uint64_t hash_of(std::span<const float> values) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (const std::byte byte : std::as_bytes(values)) hash = (hash ^ uint64_t(byte)) * 0x100000001b3u;
    return hash;
}

constexpr size_t kTokens = 20;

class Equality : public IsaTest {
  protected:
    /// Calls check(model, tokens) for each subject, with its name on each failure.
    template <class Check>
    static void for_all(const std::vector<Subject>& subjects, Check&& check) {
        for (const Subject& subject : subjects) {
            SCOPED_TRACE(subject.name);
            const ModelPtr model = subject.load();
            check(model, random_tokens(model->config().n_vocab, kTokens, 11));
            if (HasFatalFailure()) return;
        }
    }
};

TEST_F(Equality, ThreadsAndBatches) {
    const std::pair<const char*, RunOptions> variants[] = {
        {"two threads", {.n_threads = 2}},
        {"one token at a time", {.n_ctx = 100, .chunk = 1}},
        {"feeds of 7, three threads", {.n_threads = 3, .chunk = 7}},
        {"feeds of 16", {.chunk = 16}},
        {"passes of 7", {.n_batch = 7}},
    };
    for_all(all_subjects(), [&](const ModelPtr& model, const std::vector<Token>& tokens) {
        for (const DType kv : {DType::F16, DType::F32}) {
            const auto expected = engine_logits(model, tokens, {.kv_type = kv});
            ASSERT_EQ(expected.size(), tokens.size() * model->config().n_vocab);
            // What the cache holds does not depend on how it came there: two variants are enough for the second type.
            for (auto [what, options] : std::span(variants).first(kv == DType::F16 ? std::size(variants) : 2)) {
                options.kv_type = kv;
                EXPECT_EQ(differing(engine_logits(model, tokens, options), expected), 0u)
                    << what << ", cache " << dtype_info(kv).name;
            }
        }
    });
}

TEST_F(Equality, CacheTypes) {
    const KvTypes types[] = {DType::Q8_0, DType::Q4_0, {DType::Q8_0, DType::F16}, {DType::F32, DType::Q4_0}};
    const RunOptions variants[] = {{.n_threads = 2}, {.n_threads = 3, .chunk = 1}, {.n_batch = 7}};
    for_all(recipe_subjects(), [&](const ModelPtr& model, const std::vector<Token>& tokens) {
        for (const KvTypes& kv : types) {
            const auto expected = engine_logits(model, tokens, {.kv_type = kv});
            for (RunOptions options : variants) {
                options.kv_type = kv;
                EXPECT_EQ(differing(engine_logits(model, tokens, options), expected), 0u)
                    << dtype_info(kv.k).name << " keys, " << dtype_info(kv.v).name << " values";
            }
        }
    });
}

// Asking for the logits of one token or of all must give the same: different numbers of columns meet the output matrix.
TEST_F(Equality, LastLogitsAlone) {
    for_all(recipe_subjects(), [&](const ModelPtr& model, const std::vector<Token>& tokens) {
        const size_t n_vocab = model->config().n_vocab;
        const auto expected = engine_logits(model, tokens, {.kv_type = DType::F16});
        Runtime runtime(1);
        Session session(model, runtime, {.n_ctx = 512});
        size_t at = 0;
        for (const size_t n : {1, 9, 1, 2, 3, 4}) {
            const auto last = session.feed(std::span(tokens).subspan(at, n));
            at += n;
            EXPECT_EQ(differing(last, std::span(expected).subspan((at - 1) * n_vocab, n_vocab)), 0u) << "after " << at;
        }
    });
}

// Sessions of one pass may differ in everything: text, position, context, type of cache, and whose logits are wanted.
TEST_F(Equality, SessionsSharingPasses) {
    const SessionOptions settings[] = {{.n_ctx = 512, .kv_type = DType::F16},
                                       {.n_ctx = 48, .kv_type = DType::F16},
                                       {.n_ctx = 512, .kv_type = {DType::Q8_0, DType::Q4_0}}};
    constexpr size_t kSessions = std::size(settings), kFirst = 10, kMore = 3;
    Random random(3);
    for_all(recipe_subjects(), [&](const ModelPtr& model, const std::vector<Token>&) {
        const size_t n_vocab = model->config().n_vocab;
        Runtime runtime(2, 16);
        struct Text {
            std::vector<Token> tokens;
            std::vector<float> all, expected, got;
            std::unique_ptr<Session> session;
            size_t fed = 0;
        };
        std::vector<Text> texts(kSessions);
        size_t left = 0;
        for (size_t i = 0; i < kSessions; ++i) {
            texts[i].tokens = random_tokens(uint32_t(n_vocab), kFirst + kMore * i, 20 + i);
            texts[i].all =
                engine_logits(model, texts[i].tokens, {.kv_type = settings[i].kv_type, .n_ctx = settings[i].n_ctx});
            texts[i].session = std::make_unique<Session>(model, runtime, settings[i]);
            left += texts[i].tokens.size();
        }
        while (left > 0) {
            Batch batch;
            std::vector<Text*> rows;
            for (const size_t n = std::min<size_t>(left, 1 + random.below(16)); batch.rows().size() < n;) {
                Text& text = texts[random.below(kSessions)];
                if (text.fed == text.tokens.size()) continue;
                const bool wanted = random.below(3) != 0;
                batch.add(*text.session, text.tokens[text.fed], wanted);
                const auto logits = std::span(text.all).subspan(text.fed * n_vocab, n_vocab);
                if (wanted) text.expected.insert(text.expected.end(), logits.begin(), logits.end());
                if (wanted) rows.push_back(&text);
                ++text.fed;
            }
            left -= batch.rows().size();
            ASSERT_TRUE(batch.run(runtime));
            ASSERT_EQ(batch.n_logits(), rows.size());
            for (size_t row = 0; row < rows.size(); ++row)
                rows[row]->got.insert(rows[row]->got.end(), batch.logits(row).begin(), batch.logits(row).end());
        }
        for (const Text& text : texts) {
            EXPECT_EQ(differing(text.got, text.expected), 0u) << "a text of " << text.tokens.size();
            EXPECT_EQ(text.session->tokens(), text.tokens);
        }
    });
}

TEST_F(Equality, AfterRewinding) {
    Random random(4);
    for_all(recipe_subjects(), [&](const ModelPtr& model, const std::vector<Token>& tokens) {
        const size_t n_vocab = model->config().n_vocab;
        const auto expected = engine_logits(model, tokens, {.kv_type = DType::F16});
        const auto others = random_tokens(uint32_t(n_vocab), kTokens, 12);
        Runtime runtime(2);
        Session session(model, runtime, {.n_ctx = 512});
        for (size_t kept : {size_t(0), size_t(random.below(kTokens)), size_t(random.below(kTokens)), kTokens - 1}) {
            session.rewind(kept);
            session.feed(std::span(others).subspan(kept));  // another continuation, to be forgotten
            session.rewind(kept);
            ASSERT_EQ(session.tokens().size(), kept);
            std::vector<float> got;
            session.feed_all(std::span(tokens).subspan(kept), [&](std::span<const float> logits) {
                got.insert(got.end(), logits.begin(), logits.end());
            });
            EXPECT_EQ(differing(got, std::span(expected).subspan(kept * n_vocab)), 0u) << "after rewinding to " << kept;
        }
    });
}

// Texts longer than the pages of the cache: chunks of attention are merged, windows give pages back, and a rewind
// behind a window has to read again.
TEST_F(Equality, LongTexts) {
    constexpr size_t kLong = 530;
    for (const char* name : {"llama", "gemma2", "gemma3", "gpt-oss"}) {
        SCOPED_TRACE(name);
        const ModelPtr model = load_bytes(make_tiny(tiny_recipe(name)).bytes());
        const size_t n_vocab = model->config().n_vocab;
        const auto tokens = random_tokens(uint32_t(n_vocab), kLong, 13);
        const auto expected = engine_logits(model, tokens, {.n_batch = kLong, .kv_type = DType::F16, .n_ctx = 1000});
        for (const RunOptions& options :
             {RunOptions{.kv_type = DType::F16, .n_ctx = 1000, .chunk = 1},
              RunOptions{.n_threads = 2, .kv_type = DType::F16, .n_ctx = 1000, .chunk = 1},
              RunOptions{.n_threads = 3, .n_batch = 97, .kv_type = DType::F16, .n_ctx = 1000}})
            EXPECT_EQ(differing(engine_logits(model, tokens, options), expected), 0u) << "feeds of " << options.chunk;

        Runtime runtime(1, 128);
        Session session(model, runtime, {.n_ctx = 1000});
        session.feed(tokens);
        for (const size_t kept : {520, 300, 5}) {
            session.rewind(kept);
            const auto last = session.feed(std::span(tokens).subspan(kept));
            EXPECT_EQ(differing(last, std::span(expected).last(n_vocab)), 0u) << "after rewinding to " << kept;
            EXPECT_EQ(session.tokens(), tokens);
        }
    }
}

// The chunks of a single row are shared out, several to a task; those of many rows are not.
TEST_F(Equality, OneRowAfterManyChunks) {
    constexpr size_t kLong = 9 * 256 + 5;
    const ModelPtr model = load_bytes(make_tiny(tiny_recipe("llama")).bytes());
    const auto tokens = random_tokens(model->config().n_vocab, kLong, 16);
    Runtime runtime(1);
    Session together(model, runtime, {.n_ctx = kLong});
    const auto logits = together.feed(tokens);
    const std::vector<float> expected(logits.begin(), logits.end());
    for (const int n_threads : {1, 2}) {
        Runtime other(n_threads);
        Session apart(model, other, {.n_ctx = kLong});
        apart.feed(std::span(tokens).first(kLong - 1));
        EXPECT_EQ(differing(apart.feed(std::span(tokens).last(1)), expected), 0u) << n_threads << " threads";
    }
}

TEST_F(Equality, AfterAStoppedOrRefusedFeed) {
    for (const char* name : {"llama", "gemma3"}) {
        SCOPED_TRACE(name);
        const ModelPtr model = load_bytes(make_tiny(tiny_recipe(name)).bytes());
        const uint32_t n_vocab = model->config().n_vocab;
        const auto tokens = random_tokens(n_vocab, kTokens, 14);
        const auto expected = engine_logits(model, tokens, {.kv_type = DType::F16, .n_ctx = kTokens});

        std::atomic<bool> stop = false;
        Runtime runtime(2, 8);
        runtime.stop_on(&stop);
        Session session(model, runtime, {.n_ctx = kTokens});
        session.feed(std::span(tokens).first(5));
        const std::vector<Token> before = session.tokens();

        stop = true;
        EXPECT_TRUE(session.feed(std::span(tokens).subspan(5)).empty());
        EXPECT_EQ(session.tokens(), before);
        stop = false;

        const std::vector<Token> too_many(kTokens, 1), negative = {-1};
        std::vector<Token> unknown(12, 1);  // in the second pass of the feed
        unknown.push_back(Token(n_vocab));
        const std::pair<std::span<const Token>, Fault> refused[] = {
            {too_many, Fault::TooLong}, {unknown, Fault::BadData}, {negative, Fault::BadData}};
        for (const auto& [text, fault] : refused) {
            try {
                session.feed(text);
                ADD_FAILURE() << "taken";
            } catch (const Error& error) {
                EXPECT_EQ(error.fault(), fault) << error.what();
            }
            EXPECT_EQ(session.tokens(), before);
        }

        const auto last = session.feed(std::span(tokens).subspan(5));
        EXPECT_EQ(differing(last, std::span(expected).last(n_vocab)), 0u);
    }
}

// A runtime may serve one model after another, also one that lies where another lay before.
TEST_F(Equality, OneRuntimeForManyModels) {
    Runtime runtime(1, 16);
    for (int round = 0; round < 3; ++round)
        for (const char* name : {"llama-odd", "gpt-oss", "llama", "gemma3"}) {
            SCOPED_TRACE(name);
            const ModelPtr model = load_bytes(make_tiny(tiny_recipe(name)).bytes());
            const auto tokens = random_tokens(model->config().n_vocab, kTokens, 15);
            const auto expected = engine_logits(model, tokens, {.kv_type = DType::F16});
            Session session(model, runtime, {.n_ctx = 512});
            EXPECT_EQ(differing(session.feed(tokens), std::span(expected).last(model->config().n_vocab)), 0u);
        }
}

// ---- Instruction sets ----------------------------------------------------------------------------------------------

/// One line "name hash" for each subject.
std::string hashes() {
    std::ostringstream lines;
    for (const Subject& subject : all_subjects()) {
        const ModelPtr model = subject.load();
        const auto tokens = random_tokens(model->config().n_vocab, kTokens, 11);
        const auto logits = engine_logits(model, tokens, {.n_threads = 2, .kv_type = DType::F16});
        lines << "hash " << subject.name << ' ' << std::hex << hash_of(logits) << std::dec << '\n';
    }
    return lines.str();
}

std::map<std::string, std::string> parse_hashes(std::istream& lines) {
    std::map<std::string, std::string> parsed;
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string mark, name, hash;
        if (words >> mark >> name >> hash && mark == "hash") parsed[name] = hash;
    }
    return parsed;
}

// Run by the test below in processes of their own: the choice of kernels is made once per process.
TEST(InstructionSets, DISABLED_PrintHashes) { std::fputs(hashes().c_str(), stdout); }

TEST(InstructionSets, GiveTheSameLogits) {
    if (std::getenv("SISKIN_ISA")) GTEST_SKIP() << "compares all of them already where none is chosen";
    std::istringstream own_lines(hashes());
    const auto own = parse_hashes(own_lines);
    for (const Kernels* table : all_kernels()) {
        if (!can_run(*table) || table == &kernels()) continue;
        SCOPED_TRACE(std::string(table->name) + " against " + std::string(kernels().name));
        const Finished finished = run_process({SISKIN_TEST_PROGRAM, "--gtest_also_run_disabled_tests",
                                               "--gtest_filter=InstructionSets.DISABLED_PrintHashes"},
                                              {.environment = {"SISKIN_ISA=" + std::string(table->name)}});
        ASSERT_EQ(finished.code, 0) << finished.err;
        std::istringstream lines(finished.out);
        const auto other = parse_hashes(lines);
        EXPECT_EQ(other.size(), own.size());
        for (const auto& [name, hash] : own) EXPECT_EQ(other.count(name) ? other.at(name) : "none", hash) << name;
    }
}

}  // namespace
}  // namespace siskin::test
