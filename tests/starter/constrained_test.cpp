// Answers of models that are held to a schema: of the starter model, and of models with random weights.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/generate.h"
#include "engine/grammar/automaton.h"
#include "engine/grammar/gbnf.h"
#include "engine/grammar/grammar_filter.h"
#include "engine/grammar/schema.h"
#include "models/starter/starter.h"
#include "tests/support/expect_error.h"
#include "tests/support/schemas.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

std::shared_ptr<const Model> starter() { return Model::load(GgufFile::parse(starter_model(), "starter")); }
std::shared_ptr<const Model> tiny(const char* recipe) { return load_bytes(make_tiny(tiny_recipe(recipe)).bytes()); }

/// After some tokens makes those likely that close strings and brackets, so that answers of random models end.
class Closing : public TokenFilter {
  public:
    Closing(GrammarFilter& inner, const Tokenizer& tokenizer, size_t n_free)
        : inner_(inner), tokenizer_(tokenizer), n_free_(n_free) {}
    void start(std::span<const Token> ends, std::string_view begin_after) override {
        inner_.start(ends, begin_after);
        n_ = 0;
    }
    void accept(Token token) override { inner_.accept(token), ++n_; }
    bool finished() const override { return inner_.finished(); }
    std::span<const float> allowed(std::span<const float> logits) override {
        const std::span<const float> allowed = inner_.allowed(logits);
        if (n_ < n_free_) return allowed;
        logits_.assign(allowed.begin(), allowed.end());
        for (Token token = 0; token < tokenizer_.n_vocab(); ++token) {
            const std::string_view piece = tokenizer_.piece(token);
            if (tokenizer_.is_end(token) || piece.ends_with('"'))
                logits_[size_t(token)] += 90;  // in a string, a bracket closes nothing
            else if (piece.find_first_of("]}") != std::string_view::npos)
                logits_[size_t(token)] += 60;
            else if (piece.find_first_of("[{,\\") != std::string_view::npos)
                logits_[size_t(token)] -= 60;
        }
        return logits_;
    }

  private:
    GrammarFilter& inner_;
    const Tokenizer& tokenizer_;
    const size_t n_free_;
    size_t n_ = 0;
    std::vector<float> logits_;
};

void write_all(const std::shared_ptr<const Model>& model, std::initializer_list<uint64_t> seeds, int64_t n_predict) {
    size_t n_whole = 0;
    const Tokenizer& tokenizer = model->tokenizer();
    Runtime runtime(1);
    for (const SchemaCase& c : kSchemas) {
        const Schema schema(c.schema);
        GrammarFilter filter(tokenizer, compile(schema.grammar()));
        for (const uint64_t seed : seeds) {
            Closing closing(filter, tokenizer, 12 * seed);
            Session session(model, runtime, {.n_ctx = 1024});
            Sampler sampler({.temp = 1, .top_k = 0, .top_p = 1, .min_p = 0, .seed = seed});
            const GenerateOptions options = {.n_predict = n_predict, .filter = &closing};
            const Generated out = generate(session, sampler, tokenizer.encode("Hello"), options, {});
            EXPECT_EQ(out.text, filter.text());
            EXPECT_TRUE(out.finish == Finish::EndToken || out.finish == Finish::Length);
            if (out.finish == Finish::EndToken)
                EXPECT_EQ(schema.fault_of_text(out.text), "") << c.schema << "\n" << out.text;
            else  // a pattern may want a word that does not come by chance
                EXPECT_NE(c.schema.find("pattern"), std::string_view::npos) << c.schema << "\n" << out.text;
            n_whole += out.finish == Finish::EndToken;
        }
    }
    EXPECT_GE(n_whole, (std::size(kSchemas) - 4) * seeds.size());
}

TEST(Constrained, TheStarterModelFitsEverySchema) { write_all(starter(), {1, 2}, 200); }

TEST(Constrained, RandomModelsFitEverySchema) {
    for (const char* recipe : {"llama", "qwen2"}) write_all(tiny(recipe), {1, 2, 3}, 600);
}

std::string write(const std::shared_ptr<const Model>& model, GrammarFilter& filter, GenerateOptions options = {},
                  const char* prompt = "Hello") {
    Runtime runtime(1);
    Session session(model, runtime, {.n_ctx = 512});
    Sampler sampler({.temp = 1, .seed = 5});
    options.filter = &filter;
    return generate(session, sampler, model->tokenizer().encode(prompt), options, {}).text;
}

TEST(Constrained, AGrammarDecidesEveryByte) {
    const auto model = tiny("llama");
    const auto answer = [&](const char* grammar, const GenerateOptions& options = {}) {
        GrammarFilter filter(model->tokenizer(), compile(parse_gbnf(grammar)));
        return write(model, filter, options);
    };
    EXPECT_EQ(answer("root ::= \"only this\""), "only this");
    EXPECT_EQ(answer("root ::= \" a space first\""), " a space first");
    EXPECT_EQ(answer("root ::= \"€ and 😀\\n\""), "€ and 😀\n");
    EXPECT_EQ(answer("root ::= \"\""), "");
    EXPECT_EQ(answer("root ::= \"</s>\""), "</s>");  // spelled, not the token
    EXPECT_THROW(answer("root ::= \"x\"", {.ignore_eos = true}), Error);
    // Where an end is possible but not the only way, the model decides.
    const std::string digits = answer("root ::= [0-9]+", {.n_predict = 20});
    EXPECT_EQ(digits.find_first_not_of("0123456789"), std::string::npos);
}

TEST(Constrained, AnswersAreTheSameEachTime) {
    const auto model = tiny("qwen2");
    GrammarFilter filter(model->tokenizer(),
                         compile(Schema(R"({"items": {"type": "integer"}, "minItems": 4})").grammar()));
    const std::string first = write(model, filter, {.n_predict = 100});
    EXPECT_EQ(write(model, filter, {.n_predict = 100}), first);
}

/// The mask of a state against every token, tried by itself.
TEST(Constrained, MasksAreThoseOfTokensTriedOneByOne) {
    const auto model = starter();
    const Tokenizer& tokenizer = model->tokenizer();
    const auto trie = std::make_shared<TokenTrie>(tokenizer);
    const std::vector<Token> ends(tokenizer.end_tokens().begin(), tokenizer.end_tokens().end());
    EXPECT_GT(trie->tokens().size(), size_t(tokenizer.n_vocab()) / 2);
    for (const SchemaCase& c : kSchemas) {
        TokenMasks masks(compile(Schema(c.schema).grammar()), trie, size_t(tokenizer.n_vocab()), ends);
        Matcher& matcher = masks.matcher();
        const std::string text(c.accepted[0]);
        for (size_t n = 0; n <= text.size(); n += 1 + n / 4) {
            Matcher::State state = matcher.next(matcher.start(), std::string_view(text).substr(0, n));
            masks.trim(state);
            const std::vector<uint64_t> words = masks.of(state).words;
            for (Token token = 0; token < tokenizer.n_vocab(); ++token) {
                const bool in_trie =
                    std::find(trie->tokens().begin(), trie->tokens().end(), token) != trie->tokens().end();
                bool expected = in_trie && matcher.next(state, tokenizer.piece(token)) != Matcher::kDead;
                if (tokenizer.is_end(token)) expected = matcher.complete(state);
                ASSERT_EQ(words[size_t(token) / 64] >> (token % 64) & 1, expected)
                    << c.schema << " after " << text.substr(0, n) << ": " << tokenizer.piece(token);
            }
        }
    }
}

TEST(Constrained, LogitsOfOtherTokensAreMinusInfinity) {
    std::vector<float> logits(200), out(200);
    for (size_t i = 0; i < logits.size(); ++i) logits[i] = float(i) - 100;
    TokenMask mask{{~uint64_t(0), 0, 0x8000000000000005u, 0x81}, true};
    apply_mask(mask, logits, out);
    for (size_t i = 0; i < logits.size(); ++i) {
        const bool in = mask.words[i / 64] >> (i % 64) & 1;
        EXPECT_EQ(out[i], in ? logits[i] : -std::numeric_limits<float>::infinity()) << i;
    }
}

/// While the model thinks everything but an end may come; behind the mark the grammar begins.
TEST(Constrained, ThinkingMayComeFirst) {
    const auto model = tiny("llama");
    const Tokenizer& tokenizer = model->tokenizer();
    GrammarFilter filter(tokenizer, compile(parse_gbnf("root ::= \"yes\" | \"no\"")));
    const std::vector<float> logits(size_t(tokenizer.n_vocab()), 0.0f);
    const auto may = [&](std::string_view text) {
        const auto tokens = tokenizer.encode(text, {.add_special = false});
        return std::isfinite(filter.allowed(logits)[size_t(tokens.back())]);
    };
    const auto say = [&](std::string_view text) {
        for (const Token token : tokenizer.encode(text, {.add_special = false})) filter.accept(token);
    };
    filter.start(tokenizer.end_tokens(), "</think>");
    EXPECT_TRUE(may("q") && may("7"));
    EXPECT_FALSE(std::isfinite(filter.allowed(logits)[size_t(tokenizer.eos())]));
    say("hmm </thi");
    EXPECT_TRUE(may("q"));
    EXPECT_FALSE(filter.finished());
    for (const char c : std::string_view("nk>"))
        filter.accept(tokenizer.encode(std::string(1, c), {.add_special = false}).back());
    EXPECT_FALSE(may("q"));
    EXPECT_TRUE(may("y"));
    for (const char c : std::string_view("no"))
        filter.accept(tokenizer.encode(std::string(1, c), {.add_special = false}).back());
    EXPECT_TRUE(filter.finished());
    EXPECT_EQ(filter.text(), "no");
    filter.start(tokenizer.end_tokens(), "</think>");
    EXPECT_TRUE(may("q"));
}

/// A vocabulary without the bytes that a grammar wants is an error, not an endless answer.
TEST(Constrained, NoTokenFits) {
    TinyFile file = make_tiny(tiny_recipe("llama"));
    for (auto& [key, value] : file.pairs)
        if (key == "tokenizer.ggml.token_type")
            for (int32_t& type : std::get<std::vector<int32_t>>(value)) type = type == 6 ? 5 : type;
    const auto model = load_bytes(file.bytes());
    GrammarFilter filter(model->tokenizer(), compile(parse_gbnf("root ::= \"\\x01\"")));
    try {
        write(model, filter);
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Failed) << error.what();
    }
}

}  // namespace
}  // namespace siskin::test
