// The loop that writes an answer: how it ends, what is held back for stop strings, and that streaming loses nothing.

#include "engine/generate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstring>

#include "engine/stop_strings.h"
#include "formats/error.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

struct StopCase {
    std::string text;
    std::vector<std::string> stops;
    std::string before, found;  // found empty: none, and before is the whole text
};

const StopCase kStopCases[] = {
    {"one two three", {"two"}, "one ", "two"},
    {"one two three", {"four"}, "one two three", ""},
    {"stop", {"stop"}, "", "stop"},
    {"aaab", {"aab"}, "a", "aab"},
    {"aXbYc", {"Y", "X"}, "a", "X"},
    {"User: hi\nUser:", {"\nUser:", "\nSystem:"}, "User: hi", "\nUser:"},
    {"abcd", {"abcd", "bc"}, "a", "bc"},         // the first to be complete
    {"abcd", {"cd", "abcd"}, "", "abcd"},        // complete together: the longest
    {"ababac", {"abac"}, "ab", "abac"},          // begins inside a false start
    {"half a sto", {"stop"}, "half a sto", ""},  // a beginning at the end is given back
    {"caf\xc3\xa9 \xe2\x82\xac", {"\xa9"}, "caf\xc3", "\xa9"},
    {"", {"x"}, "", ""},
    {"no stops", {}, "no stops", ""},
};

std::string through(const StopCase& c, std::span<const std::string> pieces) {
    StopStrings stops(c.stops);
    std::string out;
    for (const std::string& piece : pieces) out += stops.push(piece);
    out += stops.finish();
    EXPECT_EQ(stops.found(), c.found) << c.text;
    return out;
}

TEST(StopStrings, AreFoundWhereverTheTextIsCut) {
    for (const StopCase& c : kStopCases) {
        for (size_t i = 0; i <= c.text.size(); ++i)
            for (size_t j = i; j <= c.text.size(); ++j) {
                const std::string pieces[] = {c.text.substr(0, i), c.text.substr(i, j - i), c.text.substr(j)};
                EXPECT_EQ(through(c, pieces), c.before) << c.text << " cut at " << i << " and " << j;
            }
        std::vector<std::string> characters;
        for (const char character : c.text) characters.emplace_back(1, character);
        EXPECT_EQ(through(c, characters), c.before) << c.text << " by single bytes";
    }
}

TEST(StopStrings, HoldBackOnlyWhatCouldBegin) {
    StopStrings stops({"</end>", "\n\n"});
    EXPECT_EQ(stops.push("a < b"), "a < b");
    EXPECT_EQ(stops.push("x</en"), "x");
    EXPECT_EQ(stops.push("ormous"), "</enormous");
    EXPECT_EQ(stops.push("line\n"), "line");
    EXPECT_EQ(stops.push("next"), "\nnext");
    EXPECT_EQ(stops.push("\n\nrest"), "");
    EXPECT_EQ(stops.found(), "\n\n");
    EXPECT_EQ(stops.push("more"), "");
    EXPECT_EQ(stops.finish(), "");
}

TEST(StopStrings, RefuseAnEmptyOne) { EXPECT_THROW(StopStrings({"a", ""}), Error); }

std::shared_ptr<const Model> tiny() {
    static const auto model = load_bytes(make_tiny(tiny_recipe("llama")).bytes());
    return model;
}

const std::vector<Token> kPrompt = {1, 104, 108, 184, 20};

struct Written {
    Generated out;
    std::string streamed;
    size_t n_pieces = 0;
    std::vector<Token> session;
};

struct RunOptions {
    SamplerParams params = {.temp = 1, .seed = 3};
    int n_threads = 1;
    uint32_t n_ctx = 256;
    const std::atomic<bool>* stop = nullptr;
    size_t most_pieces = SIZE_MAX;
};

Written write(const GenerateOptions& options, const RunOptions& how = {}, std::shared_ptr<const Model> model = tiny()) {
    Runtime runtime(how.n_threads);
    runtime.stop_on(how.stop);
    Session session(model, runtime, {.n_ctx = how.n_ctx});
    Sampler sampler(how.params);
    Written result;
    result.out = generate(session, sampler, kPrompt, options, [&](std::string_view text) {
        EXPECT_FALSE(text.empty());
        result.streamed += text;
        return ++result.n_pieces < how.most_pieces;
    });
    result.session = session.tokens();
    return result;
}

TEST(Generate, WritesAsManyTokensAsAskedFor) {
    for (const int64_t n : {0, 1, 2, 40}) {
        const Written r = write({.n_predict = n, .ignore_eos = true});
        EXPECT_EQ(r.out.finish, Finish::Length);
        EXPECT_EQ(int64_t(r.out.tokens.size()), n);
        EXPECT_EQ(r.out.timings.n_prompt, kPrompt.size());
        EXPECT_EQ(int64_t(r.out.timings.n_generated), n);
        // The last token is not read: nobody asked for what follows it.
        EXPECT_EQ(r.session.size(), kPrompt.size() + size_t(std::max<int64_t>(n - 1, 0)));
    }
}

TEST(Generate, StreamsWhatItReturns) {
    const Written r = write({.n_predict = 60, .ignore_eos = true});
    EXPECT_EQ(r.streamed, r.out.text);
    EXPECT_GT(r.n_pieces, 10u);
    EXPECT_EQ(r.out.text, tiny()->tokenizer().decode(r.out.tokens));
}

TEST(Generate, GivesTheSameTextForASeedWhateverTheThreads) {
    const GenerateOptions options = {.n_predict = 40, .ignore_eos = true};
    const Written one = write(options), two = write(options, {.n_threads = 2});
    EXPECT_EQ(one.out.tokens, two.out.tokens);
    EXPECT_NE(one.out.tokens, write(options, {.params = {.temp = 1, .seed = 4}}).out.tokens);
}

TEST(Generate, EndsAtEveryStopStringInTheTextAndBeforeIt) {
    const Written whole = write({.n_predict = 40, .ignore_eos = true});
    const std::string& text = whole.out.text;
    for (size_t length : {1, 3, 7})
        for (size_t at = 0; at + length <= text.size(); at += 5) {
            const std::string stop = text.substr(at, length);
            const Written r = write({.n_predict = 40, .stop = {stop}, .ignore_eos = true});
            EXPECT_EQ(r.out.text, text.substr(0, text.find(stop)));
            EXPECT_EQ(r.streamed, r.out.text);
            EXPECT_EQ(r.out.stop, stop);
            EXPECT_EQ(r.out.finish, Finish::StopString);
        }
}

TEST(Generate, AnEndTokenEndsTheAnswerUnlessIgnored) {
    const Token eos = tiny()->tokenizer().eos();
    const RunOptions flat = {.params = {.temp = 1e6f, .top_k = 0, .top_p = 1, .min_p = 0, .seed = 1}, .n_ctx = 4096};
    const Written r = write({}, flat);
    EXPECT_EQ(r.out.finish, Finish::EndToken);
    EXPECT_EQ(r.out.tokens.back(), eos);
    EXPECT_EQ(std::count(r.session.begin(), r.session.end(), eos), 0);
    const Written ignoring = write({.n_predict = int64_t(r.out.tokens.size()) + 50, .ignore_eos = true}, flat);
    EXPECT_EQ(ignoring.out.finish, Finish::Length);
    EXPECT_EQ(std::count(ignoring.out.tokens.begin(), ignoring.out.tokens.end(), eos), 0);
}

TEST(Generate, EndsWhenTheContextIsFull) {
    const Written r = write({.ignore_eos = true}, {.n_ctx = 12});
    EXPECT_EQ(r.out.finish, Finish::ContextFull);
    EXPECT_EQ(r.session.size(), 12u);
    EXPECT_EQ(r.out.tokens.size(), 12 - kPrompt.size() + 1);
    const Written exact = write({.ignore_eos = true}, {.n_ctx = uint32_t(kPrompt.size())});
    EXPECT_EQ(exact.out.tokens.size(), 1u);
}

TEST(Generate, StopsByFlagAndByCallback) {
    const std::atomic<bool> stop{true};
    const Written stopped = write({}, {.stop = &stop});
    EXPECT_EQ(stopped.out.finish, Finish::Stopped);
    EXPECT_TRUE(stopped.out.tokens.empty());
    EXPECT_TRUE(stopped.session.empty());

    const Written called = write({.n_predict = 40, .ignore_eos = true}, {.most_pieces = 3});
    EXPECT_EQ(called.out.finish, Finish::Callback);
    EXPECT_EQ(called.n_pieces, 3u);
}

/// A model that writes one token for ever.
std::shared_ptr<const Model> parrot(Token token) {
    TinyRecipe recipe = tiny_recipe("llama");
    recipe.output_bias = true;
    TinyFile file = make_tiny(recipe);
    constexpr float kMuch = 1e4f;
    std::memcpy(file.tensor("output.bias").data.data() + size_t(token) * sizeof kMuch, &kMuch, sizeof kMuch);
    return load_bytes(file.bytes());
}

TEST(Generate, ALeadingSpaceStaysOnlyInAContinuation) {
    const auto model = parrot(tiny()->tokenizer().find("\u2581the"));
    EXPECT_EQ(write({.n_predict = 3}, {}, model).out.text, "the the the");
    EXPECT_EQ(write({.n_predict = 3, .continues = true}, {}, model).out.text, " the the the");
}

TEST(Generate, HalfACharacterAtTheEndIsNotLost) {
    const auto model = parrot(tiny()->tokenizer().find("<0xE2>"));
    const Written r = write({.n_predict = 1}, {}, model);
    EXPECT_EQ(r.out.text, "\xe2");
    EXPECT_EQ(r.streamed, "\xe2");
}

TEST(Generate, RefusesWhatCannotBeAnswered) {
    Runtime runtime(1);
    Session session(tiny(), runtime, {.n_ctx = 4});
    Sampler sampler({});
    const auto fault_of = [&](std::span<const Token> prompt) {
        try {
            generate(session, sampler, prompt, {}, {});
        } catch (const Error& error) {
            return error.fault();
        }
        return Fault::Failed;
    };
    EXPECT_EQ(fault_of({}), Fault::Usage);
    EXPECT_EQ(fault_of(kPrompt), Fault::TooLong);
    EXPECT_EQ(fault_of(std::vector<Token>{1, 1 << 20}), Fault::BadData);
    EXPECT_TRUE(session.tokens().empty());
}

TEST(Generate, NonFiniteLogitsAreAnError) {
    for (const float bad : {NAN, INFINITY}) {
        TinyFile file = make_tiny(tiny_recipe("llama"));
        std::vector<std::byte>& weights = file.tensor("output_norm.weight").data;
        std::memcpy(weights.data(), &bad, sizeof bad);
        try {
            write({.n_predict = 4}, {}, load_bytes(file.bytes()));
            ADD_FAILURE() << "accepted " << bad;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::BadData) << error.what();
        }
    }
}

}  // namespace
}  // namespace siskin::test
