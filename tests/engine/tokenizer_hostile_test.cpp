// Vocabularies that no model has: whatever a file says, loading gives an Error or a tokenizer that works.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "formats/error.h"
#include "tests/engine/tokenizer_support.h"

namespace siskin::test {
namespace {

TinyVocabulary spm() { return spm_vocabulary({"ab", "▁a"}); }
TinyVocabulary bpe() { return bpe_vocabulary({"a b", "Ġ a"}); }

/// Encoding and decoding must give something for any text; invalid ids are no tokens.
void exercise(const Tokenizer& tokenizer) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += char(byte);
    for (const std::string& text : {all, std::string("ab ab"), std::string("<s>\xE2\x96\x81 é中😀</s>")}) {
        for (const bool parse : {false, true}) {
            const Tokens tokens = tokenizer.encode(text, {.add_special = true, .parse_special = parse});
            for (const Token token : tokens) ASSERT_TRUE(token >= 0 && token < tokenizer.n_vocab()) << token;
            for (const bool show : {false, true}) {
                ASSERT_EQ(joined(stream(tokenizer, tokens, show)), tokenizer.decode(tokens, show));
            }
        }
    }
    for (Token token = -2; token < tokenizer.n_vocab() + 2; ++token) {
        tokenizer.piece(token, true);
        tokenizer.text(token);
    }
    for (const Token end : tokenizer.end_tokens()) ASSERT_TRUE(end >= 0 && end < tokenizer.n_vocab());
    ASSERT_LT(tokenizer.bos(), tokenizer.n_vocab());
    ASSERT_LT(tokenizer.eos(), tokenizer.n_vocab());
}

struct Refused {
    std::string what;
    std::function<GgufWriter()> make;
    std::string message;  ///< part of it
    Fault fault = Fault::BadData;
    std::string pre;
};

template <class T>
GgufWriter with(TinyVocabulary vocabulary, std::string_view key, const T& value) {
    GgufWriter writer = vocabulary.writer();
    writer.add(std::string("tokenizer.ggml.") + std::string(key), value);
    return writer;
}

/// The vocabulary after a change to it.
GgufWriter changed(TinyVocabulary vocabulary, const std::function<void(TinyVocabulary&)>& change) {
    change(vocabulary);
    return vocabulary.writer();
}

const std::vector<uint32_t> kNumbers = {1, 2, 3};

const std::vector<Refused> kRefused = {
    {"no tokens", [] { return changed(spm(), [](auto& v) { v.texts.clear(); }); }, "tokenizer.ggml.tokens: missing"},
    {"an empty list of tokens",
     [] {
         TinyVocabulary vocabulary = spm();
         vocabulary.texts.clear();
         return with(vocabulary, "tokens", std::span<const std::string>());
     },
     "tokenizer.ggml.tokens: missing or empty"},
    {"tokens that are numbers",
     [] {
         TinyVocabulary vocabulary = spm();
         vocabulary.texts.clear();
         return with(vocabulary, "tokens", std::span<const uint32_t>(kNumbers));
     },
     "tokenizer.ggml.tokens"},
    {"no kind", [] { return changed(spm(), [](auto& v) { v.model.clear(); }); }, "tokenizer.ggml.model: missing"},
    {"an unsupported kind", [] { return changed(spm(), [](auto& v) { v.model = "rwkv"; }); }, "not supported yet"},
    {"a kind that is a number",
     [] {
         TinyVocabulary vocabulary = spm();
         vocabulary.model.clear();
         return with(vocabulary, "model", uint32_t(1));
     },
     "tokenizer.ggml.model"},
    {"too few types", [] { return changed(spm(), [](auto& v) { v.types.pop_back(); }); }, "one per token"},
    {"too many types", [] { return changed(spm(), [](auto& v) { v.types.push_back(1); }); }, "one per token"},
    {"type 7", [] { return changed(spm(), [](auto& v) { v.types.back() = 7; }); }, "expected 0 to 6"},
    {"type -1", [] { return changed(bpe(), [](auto& v) { v.types.back() = -1; }); }, "expected 0 to 6"},
    {"no scores", [] { return changed(spm(), [](auto& v) { v.scores.clear(); }); }, "scores: missing"},
    {"too few scores", [] { return changed(spm(), [](auto& v) { v.scores.pop_back(); }); }, "one per token"},
    {"a score that is no number", [] { return changed(spm(), [](auto& v) { v.scores[5] = std::nanf(""); }); },
     "scores[5]"},
    {"an infinite score",
     [] { return changed(spm(), [](auto& v) { v.scores[5] = -std::numeric_limits<float>::infinity(); }); },
     "scores[5]"},
    {"scores that are texts",
     [] {
         TinyVocabulary vocabulary = spm();
         vocabulary.scores.clear();
         const std::vector<std::string> texts(vocabulary.texts.size(), "1");
         return with(vocabulary, "scores", std::span<const std::string>(texts));
     },
     "tokenizer.ggml.scores"},
    {"a byte token <0x-1>", [] { return changed(spm(), [](auto& v) { v.add("<0x-1>", TokenType::Byte); }); },
     "expected the form <0xHH>"},
    {"a byte token <0x100>", [] { return changed(spm(), [](auto& v) { v.add("<0x100>", TokenType::Byte); }); },
     "expected the form <0xHH>"},
    {"an empty byte token", [] { return changed(bpe(), [](auto& v) { v.add("", TokenType::Byte); }); },
     "expected the form <0xHH>"},
    {"a token of 5000 bytes", [] { return changed(bpe(), [](auto& v) { v.add(std::string(5000, 'x')); }); },
     "5000 bytes"},
    {"no merges", [] { return changed(bpe(), [](auto& v) { v.merges.clear(); }); }, "merges: missing"},
    {"a merge of one text", [] { return changed(bpe(), [](auto& v) { v.merges.push_back("ab"); }); }, "merges[2]"},
    {"a merge with nothing", [] { return changed(bpe(), [](auto& v) { v.merges.push_back("ab "); }); }, "merges[2]"},
    {"an empty merge", [] { return changed(bpe(), [](auto& v) { v.merges.push_back(""); }); }, "merges[2]"},
    {"merges that are numbers",
     [] {
         TinyVocabulary vocabulary = bpe();
         vocabulary.merges.clear();
         return with(vocabulary, "merges", std::span<const uint32_t>(kNumbers));
     },
     "tokenizer.ggml.merges"},
    {"an id that is a text", [] { return with(spm(), "bos_token_id", "one"); }, "tokenizer.ggml.bos_token_id"},
    {"a flag that is a text", [] { return with(spm(), "add_bos_token", "yes"); }, "tokenizer.ggml.add_bos_token"},
    {"an unknown pre-tokenizer", [] { return changed(bpe(), [](auto& v) { v.pre = "gpt-99"; }); },
     "\"gpt-99\" is not known; choose one by --pre NAME: "},
    {"an unknown --pre", [] { return bpe().writer(); }, "qwen2, qwen35", Fault::BadData, "gpt-99"},
    {"--pre for a kind without", [] { return spm().writer(); }, "has no pre-tokenizer", Fault::Usage, "qwen2"},
    {"a negative size without vocabulary",
     [] {
         GgufWriter writer;
         writer.add("general.architecture", "llama");
         writer.add("llama.vocab_size", int32_t(-1));
         return writer;
     },
     "llama.vocab_size"},
    {"a huge size without vocabulary",
     [] {
         GgufWriter writer;
         writer.add("general.architecture", "llama");
         writer.add("llama.vocab_size", uint64_t(1) << 40);
         return writer;
     },
     "llama.vocab_size"},
};

TEST(HostileVocabulary, IsRefusedWithAReason) {
    for (const Refused& test : kRefused) {
        try {
            load_tokenizer(test.make().bytes(), test.pre);
            ADD_FAILURE() << test.what << ": accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), test.fault) << test.what;
            EXPECT_NE(std::string(error.what()).find(test.message), std::string::npos)
                << test.what << ": " << error.what();
        }
    }
}

TEST(HostileVocabulary, ThatCanBeUsedIsUsed) {
    const std::vector<std::pair<std::string, std::function<void(TinyVocabulary&)>>> changes = {
        {"empty tokens",
         [](auto& v) { v.add(""), v.add(""), v.add("", TokenType::Control), v.add("", TokenType::UserDefined); }},
        {"double tokens", [](auto& v) { v.add("ab"), v.add("ab"), v.add("ab", TokenType::Control); }},
        {"double once spaces are marks", [](auto& v) { v.add(" qx"), v.add("\xE2\x96\x81qx"); }},
        {"double user-defined tokens",
         [](auto& v) { v.add("q", TokenType::UserDefined), v.add("q", TokenType::UserDefined), v.add("q"); }},
        {"double byte tokens", [](auto& v) { v.add("<0x41>", TokenType::Byte), v.add("<0x41>", TokenType::Byte); }},
        {"lower-case byte tokens", [](auto& v) { v.add("<0xff>", TokenType::Byte); }},
        {"tokens with NUL",
         [](auto& v) { v.add(std::string("\0", 1)), v.add(std::string("a\0b", 3), TokenType::UserDefined); }},
        {"tokens like the names inside",
         [](auto& v) {
             v.add(
                 std::string("\0"
                             "0",
                             2)),
                 v.add(std::string("\0"
                                   "1",
                                   2));
         }},
        {"tokens that are no UTF-8",
         [](auto& v) { v.add("\xFF"), v.add("\xE2\x96"), v.add("a\xC3", TokenType::UserDefined); }},
        {"long tokens",
         [](auto& v) { v.add(std::string(4096, 'a')), v.add(std::string(4095, 'a'), TokenType::UserDefined); }},
        {"several unknown tokens",
         [](auto& v) { v.add("<u1>", TokenType::Unknown), v.add("<u2>", TokenType::Unknown); }},
        {"all unknown", [](auto& v) { std::fill(v.types.begin(), v.types.end(), int32_t(TokenType::Unknown)); }},
        {"all control", [](auto& v) { std::fill(v.types.begin(), v.types.end(), int32_t(TokenType::Control)); }},
        {"all unused", [](auto& v) { std::fill(v.types.begin(), v.types.end(), int32_t(TokenType::Unused)); }},
        {"all user-defined",
         [](auto& v) { std::fill(v.types.begin(), v.types.end(), int32_t(TokenType::UserDefined)); }},
        {"type 0", [](auto& v) { std::fill(v.types.begin(), v.types.end(), 0); }},
        {"no types", [](auto& v) { v.types.clear(); }},
        {"one token",
         [](auto& v) { v.texts = {"x"}, v.types = {1}, v.scores.resize(std::min<size_t>(1, v.scores.size())); }},
        {"the scores of nothing", [](auto& v) { std::fill(v.scores.begin(), v.scores.end(), 0.f); }},
        {"scores at the limits",
         [](auto& v) { std::fill(v.scores.begin(), v.scores.end(), std::numeric_limits<float>::lowest()); }},
        {"double merges",
         [](auto& v) {
             v.merges.insert(v.merges.end(), {"a b", "a b", "b a"});
         }},
        {"merges of unknown texts",
         [](auto& v) {
             v.merges.insert(v.merges.end(), {"foo bar", "日 本", "  x", "a  "});
         }},
        {"merges of control tokens", [](auto& v) { v.add("abab", TokenType::Control), v.merges.push_back("ab ab"); }},
        {"merges that are no UTF-8",
         [](auto& v) {
             v.merges.insert(v.merges.end(), {"\xFF \xFE", "a \x80"});
         }},
    };
    for (const auto& [what, change] : changes) {
        for (TinyVocabulary vocabulary : {spm(), bpe()}) {
            SCOPED_TRACE(vocabulary.model + ": " + what);
            const size_t n_merges = vocabulary.merges.size();
            change(vocabulary);
            if (n_merges == 0) vocabulary.merges.clear();
            if (vocabulary.model == "gpt2") vocabulary.scores.clear();
            exercise(*vocabulary.load());
        }
    }
}

TEST(HostileVocabulary, HasNoIdsBeyondItsEnd) {
    for (const uint64_t id : {uint64_t(100000), uint64_t(0xFFFFFFFF), uint64_t(1) << 40}) {
        for (const TinyVocabulary& vocabulary : {spm(), bpe()}) {
            GgufWriter writer = vocabulary.writer();
            for (const char* key : {"bos", "eos", "eot", "eom", "unknown", "fim_pad", "fim_rep", "fim_sep"}) {
                writer.add(std::string("tokenizer.ggml.") + key + "_token_id", id);
            }
            writer.add("tokenizer.ggml.add_bos_token", true);
            writer.add("tokenizer.ggml.add_eos_token", true);
            const auto tokenizer = load_tokenizer(writer.bytes());
            EXPECT_EQ(tokenizer->bos(), kNoToken);
            EXPECT_EQ(tokenizer->eos(), kNoToken);
            EXPECT_FALSE(tokenizer->add_bos() || tokenizer->add_eos());
            exercise(*tokenizer);
        }
    }
    GgufWriter negative = spm().writer();
    negative.add("tokenizer.ggml.bos_token_id", int32_t(-5));
    EXPECT_EQ(load_tokenizer(negative.bytes())->bos(), kNoToken);
}

/// A token keeps its place when its text was taken before: the first has the text, and both can be decoded.
TEST(HostileVocabulary, GivesADoubleTextToTheFirst) {
    for (TinyVocabulary vocabulary : {spm(), bpe()}) {
        const Token second = vocabulary.add("ab");
        if (vocabulary.model == "gpt2") vocabulary.scores.clear();
        const auto tokenizer = vocabulary.load();
        const Token first = tokenizer->find("ab");
        EXPECT_LT(first, second);
        EXPECT_EQ(tokenizer->encode("xab", {.add_special = false}).back(), first);
        EXPECT_EQ(tokenizer->piece(second), "ab");
    }
}

/// Vocabularies of random bytes, types, scores and merges.
TEST(HostileVocabulary, OfAnyKindDoesNoHarm) {
    std::mt19937 random(17);
    const auto random_bytes = [&](size_t limit) {
        std::string out;
        for (size_t length = random() % limit; length > 0; --length) {
            out += random() % 3 == 0 ? char(random()) : "ab <>\xE2\x96\x81"[random() % 8];
        }
        return out;
    };
    const std::vector<std::string> pres = {"gpt-2", "llama-bpe", "default", "gemma4", "whitespace", "superbpe", ""};
    size_t n_loaded = 0;
    for (int n = 0; n < 1500; ++n) {
        TinyVocabulary vocabulary = n % 2 ? spm() : bpe();
        if (random() % 2) vocabulary.texts.clear(), vocabulary.types.clear(), vocabulary.scores.clear();
        for (size_t count = 1 + random() % 40; count > 0; --count) {
            const auto type = TokenType(random() % 50 ? 1 + random() % 5 : random() % 8);
            vocabulary.add(random_bytes(7), type, float(int(random() % 9)) - 4);
        }
        if (n % 2 == 0) {
            for (size_t count = random() % 20; count > 0; --count)
                vocabulary.merges.push_back(random_bytes(4) + " " + random_bytes(4) + "a");
            vocabulary.pre = pres[random() % pres.size()];
            vocabulary.scores.clear();
        }
        GgufWriter writer = vocabulary.writer();
        if (random() % 2) writer.add("tokenizer.ggml.eos_token_id", uint32_t(random() % 60));
        if (random() % 2) writer.add("tokenizer.ggml.add_space_prefix", random() % 2 == 0);
        std::unique_ptr<Tokenizer> tokenizer;
        try {
            tokenizer = load_tokenizer(writer.bytes());
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::BadData) << error.what();
            continue;
        }
        ++n_loaded;
        exercise(*tokenizer);
    }
    EXPECT_GT(n_loaded, 500u);
}

}  // namespace
}  // namespace siskin::test
