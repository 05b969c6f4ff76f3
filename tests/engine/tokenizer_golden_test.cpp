// Every vector of the reference vocabularies: encoding with and without special tokens, decoding, streaming.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/tokenizer/utf8.h"
#include "formats/error.h"
#include "tests/engine/tokenizer_support.h"

namespace siskin::test {
namespace {

using Json = nlohmann::json;

/// Tokens whose type the reference changes by their text while we keep the type of the file. Vectors that contain them
/// are compared with the strict_ids of the reference data, which keep it as well; hidden, they are not compared.
struct KeptType {
    Token token;
    std::string_view reason;
};

struct VocabularyCase {
    std::string name;
    std::string pre;           ///< given as --pre
    bool alternative = false;  ///< compare with alt_ids where there are any
    std::vector<KeptType> kept_types;
    std::vector<Token> not_an_end;  ///< ends an answer for the reference, not for us
};

std::string label(const VocabularyCase& test) { return test.name + (test.pre.empty() ? "" : " as " + test.pre); }
void PrintTo(const VocabularyCase& test, std::ostream* out) { *out << label(test); }

const std::vector<VocabularyCase> kVocabularies = {
    {"baichuan"},
    {"llama-spm"},
    {"mistral-v3"},
    {.name = "phi-3",
     .kept_types = {{2, "\"</s>\" is user-defined in the file, control for the reference"}},
     .not_an_end = {2}},  // "</s>" is ordinary HTML there; the ends are <|endoftext|> and <|end|>
    {.name = "deepseek-coder",
     .kept_types = {{32015, "<｜fim▁hole｜> is user-defined in the file, control for the reference"},
                    {32016, "<｜fim▁begin｜>, likewise"},
                    {32017, "<｜fim▁end｜>, likewise"}}},
    {"deepseek-llm"},
    {"falcon"},
    {"gpt-2"},
    {.name = "gpt-neox", .alternative = true},  // no key for the pre-tokenizer: that of the architecture, gpt-2
    {.name = "gpt-neox", .pre = "default"},
    {.name = "gpt-oss",
     .kept_types = {{200003, "<|constrain|> is control in the file, user-defined for the reference"},
                    {200005, "<|channel|>, likewise"},
                    {200006, "<|start|>, likewise"},
                    {200007, "<|end|>, likewise"},
                    {200008, "<|message|>, likewise"}}},
    {"llama-bpe"},
    {"mpt"},
    {"phi-4"},
    {.name = "qwen2",
     .kept_types = {{128247, "\"</s>\" is a normal token of the file, control for the reference"}},
     .not_an_end = {128247}},  // one that merges build from any HTML
    {"refact"},
    {"starcoder"},
};

class GoldenVocabulary : public testing::TestWithParam<VocabularyCase> {
  protected:
    void SetUp() override {
        const std::string stem = "vocab/" + GetParam().name;
        SISKIN_NEED_GOLDEN(stem + ".tokens.json");
        std::ifstream in(golden(stem + ".tokens.json"));
        data_ = Json::parse(in);
        tokenizer_ = load_golden_tokenizer(stem + ".gguf", GetParam().pre);
    }

    /// The right tokens for a case: the model's own definition, then ours for invalid bytes and for types, then the
    /// reference's. A list without its own form for parse_special is the same with it.
    Tokens expected(const Json& test, bool parse_special) const {
        std::vector<std::string> keys = {"true_ids", "keep_ids", "strict_ids", "ids"};
        if (GetParam().alternative) keys.insert(keys.begin(), "alt_ids");
        const auto key = std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return test.contains(k); });
        return test[parse_special && test.contains(*key + "_sp") ? *key + "_sp" : *key];
    }

    bool has_kept_type(const Tokens& tokens) const {
        return std::any_of(tokens.begin(), tokens.end(), [](Token token) {
            const auto& kept = GetParam().kept_types;
            return std::any_of(kept.begin(), kept.end(), [&](const KeptType& k) { return k.token == token; });
        });
    }

    Json data_;
    std::unique_ptr<Tokenizer> tokenizer_;
};

TEST_P(GoldenVocabulary, SpeaksOfItself) {
    EXPECT_EQ(tokenizer_->n_vocab(), data_["n_tokens"]);
    EXPECT_EQ(tokenizer_->model_name(), data_["model"]);
    EXPECT_EQ(tokenizer_->bos(), data_["bos"]);
    EXPECT_EQ(tokenizer_->eos(), data_["eos"]);
    EXPECT_EQ(tokenizer_->add_bos(), data_["add_bos"]);
    EXPECT_EQ(tokenizer_->add_eos(), data_["add_eos"]);
    Tokens ends = data_["eog"];
    for (const Token token : GetParam().not_an_end) EXPECT_EQ(std::erase(ends, token), 1u);
    EXPECT_EQ(Tokens(tokenizer_->end_tokens().begin(), tokenizer_->end_tokens().end()), ends);
    for (const Token end : ends) EXPECT_TRUE(tokenizer_->is_end(end) && tokenizer_->is_control(end)) << end;
}

TEST_P(GoldenVocabulary, Encodes) {
    size_t n = 0, good = 0;
    for (const Json& test : data_["cases"]) {
        const std::string text = decode_base64(test["in"].get<std::string>());
        // Its tokens are those of "default" and there is no alternative list.
        if (GetParam().alternative && test["id"] == "iv-13") continue;
        const Tokens plain = expected(test, false), special = expected(test, true);
        const Tokens prefix = data_["add_prefix"], suffix = data_["add_suffix"];
        Tokens whole = prefix;
        whole.insert(whole.end(), plain.begin(), plain.end());
        whole.insert(whole.end(), suffix.begin(), suffix.end());

        const bool passed = tokenizer_->encode(text, {.add_special = false}) == plain &&
                            tokenizer_->encode(text, {.add_special = false, .parse_special = true}) == special &&
                            tokenizer_->encode(text) == whole;
        EXPECT_EQ(tokenizer_->encode(text, {.add_special = false}), plain) << test["id"];
        EXPECT_EQ(tokenizer_->encode(text, {.add_special = false, .parse_special = true}), special) << test["id"];
        EXPECT_EQ(tokenizer_->encode(text), whole) << test["id"];
        ++n;
        good += passed;
    }
    std::cout << label(GetParam()) << ": " << good << " of " << n << " texts encoded as expected\n";
}

TEST_P(GoldenVocabulary, Decodes) {
    const bool spm = tokenizer_->model_name() == "llama";
    size_t n = 0, n_kept = 0;
    for (const Json& test : data_["cases"]) {
        const std::string id = test["id"];
        if (!test.contains("ids")) continue;  // the reference cannot encode it
        const auto text_of = [&](const char* key) { return decode_base64(test[key].get<std::string>()); };
        const std::string detok = text_of(test.contains("detok") ? "detok" : "in");
        const std::string pieces = test.contains("pieces") ? text_of("pieces") : detok;

        const Tokens ids = test["ids"];
        std::string all_pieces;
        for (const Token token : ids) all_pieces += tokenizer_->piece(token, true);
        EXPECT_EQ(all_pieces, pieces) << id;
        // The reference removes spaces before punctuation for some BPE vocabularies; text is left as it is here.
        EXPECT_EQ(tokenizer_->decode(ids, true), spm ? detok : pieces) << id;

        const Tokens special = test.contains("ids_sp") ? test["ids_sp"].get<Tokens>() : ids;
        if (test.contains("detok_sp")) {
            const bool cleaned = !spm && (test.contains("pieces") || detok != text_of("in"));
            if (cleaned) continue;
            EXPECT_EQ(tokenizer_->decode(special, true), text_of("detok_sp")) << id;
            if (has_kept_type(special)) {
                ++n_kept;
            } else {
                EXPECT_EQ(tokenizer_->decode(special, false), text_of("detok_sp_hidden")) << id;
            }
        }
        ++n;
    }
    std::cout << label(GetParam()) << ": " << n << " sequences decoded, of " << n_kept
              << " of them the hidden form not compared\n";
    EXPECT_EQ(n_kept > 0, !GetParam().kept_types.empty());
}

TEST_P(GoldenVocabulary, SurvivesTheRoundTrip) {
    const std::set<int> missing = data_["missing_bytes"];
    for (const Json& test : data_["cases"]) {
        std::string text = decode_base64(test["in"].get<std::string>());
        std::erase_if(text, [&](char c) { return missing.contains(uint8_t(c)); });
        if (tokenizer_->model_name() == "llama") {  // sentencepiece itself takes the mark for a space
            for (size_t at; (at = text.find("\xE2\x96\x81")) != std::string::npos;) text.replace(at, 3, " ");
        }
        const Tokens tokens = tokenizer_->encode(text, {.add_special = false});
        // Behind a special token SPM puts a space, and Phi-3's "</s>" swallows those that were there.
        if (tokenizer_->model_name() == "llama" && has_kept_type(tokens)) continue;
        EXPECT_EQ(tokenizer_->decode(tokens, true), text) << test["id"];
    }
}

TEST_P(GoldenVocabulary, Streams) {
    for (const Json& test : data_["cases"]) {
        const std::string text = decode_base64(test["in"].get<std::string>());
        for (const bool parse_special : {false, true}) {
            const Tokens tokens = tokenizer_->encode(text, {.add_special = true, .parse_special = parse_special});
            for (const bool show : {false, true}) {
                const auto chunks = stream(*tokenizer_, tokens, show);
                const std::string whole = tokenizer_->decode(tokens, show);
                EXPECT_EQ(joined(chunks), whole) << test["id"];
                if (utf8_valid_prefix(whole) != whole.size()) continue;
                for (const std::string& chunk : chunks) {
                    EXPECT_EQ(utf8_valid_prefix(chunk), chunk.size()) << test["id"];
                }
                EXPECT_EQ(chunks.back(), "") << test["id"];
            }
        }
    }
}

/// The vectors of NAME.gguf.inp and .out.
TEST_P(GoldenVocabulary, EncodesTheShortList) {
    const std::string stem = "vocab/" + GetParam().name + ".gguf";
    SISKIN_NEED_GOLDEN(stem + ".inp");
    std::ifstream in(golden(stem + ".inp"), std::ios::binary), out(golden(stem + ".out"));
    std::string texts((std::istreambuf_iterator<char>(in)), {});
    constexpr std::string_view kSeparator = "\n__ggml_vocab_test__\n";
    size_t n = 0;
    for (std::string line; std::getline(out, line); ++n) {
        const size_t end = texts.find(kSeparator);
        std::istringstream numbers(line);
        const Tokens ids((std::istream_iterator<Token>(numbers)), {});
        EXPECT_EQ(tokenizer_->encode(texts.substr(0, end), {.add_special = false}), ids) << texts.substr(0, end);
        texts.erase(0, end == std::string::npos ? end : end + kSeparator.size());
    }
    EXPECT_GE(n, 46u);
    std::cout << label(GetParam()) << ": " << n << " texts of the short list\n";
}

INSTANTIATE_TEST_SUITE_P(All, GoldenVocabulary, testing::ValuesIn(kVocabularies), [](const auto& test) {
    std::string name = label(test.param);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '-' || c == ' '; }, '_');
    return name;
});

/// The small models of the reference data have the same vocabulary of 320 tokens each.
TEST(GoldenModels, HaveAVocabulary) {
    SISKIN_NEED_GOLDEN("archs/llama.gguf");
    const auto tokenizer = load_golden_tokenizer("archs/llama.gguf");
    EXPECT_EQ(tokenizer->n_vocab(), 320);
    EXPECT_EQ(tokenizer->decode(tokenizer->encode("the end of the line, \xC3\xA9!")),
              " the end of the line, \xC3\xA9!");
    EXPECT_EQ(tokenizer->end_tokens().size(), 1u);
}

/// Kinds of vocabularies that are still to come are refused by name.
TEST(GoldenVocabularies, OfOtherKindsAreRefused) {
    for (const std::string name : {"bert-bge", "t5"}) {
        SISKIN_NEED_GOLDEN("vocab/" + name + ".gguf");
        try {
            load_golden_tokenizer("vocab/" + name + ".gguf");
            FAIL() << name;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::BadData);
            EXPECT_NE(std::string(error.what()).find("not supported yet"), std::string::npos) << error.what();
        }
    }
}

}  // namespace
}  // namespace siskin::test
