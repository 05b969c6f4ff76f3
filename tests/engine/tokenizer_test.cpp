// The tokenizer on small vocabularies made up on the spot: both kinds against plain restatements of their definition,
// special tokens, streaming, and texts of any length.

#include "engine/tokenizer/tokenizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <optional>
#include <queue>
#include <random>
#include <thread>

#include "engine/tokenizer/space_marks.h"
#include "engine/tokenizer/utf8.h"
#include "formats/error.h"
#include "tests/engine/tokenizer_support.h"

namespace siskin::test {
namespace {

std::vector<std::string> texts_of(const Tokenizer& tokenizer, const Tokens& tokens) {
    std::vector<std::string> texts;
    for (const Token token : tokens) texts.emplace_back(tokenizer.text(token));
    return texts;
}

using Texts = std::vector<std::string>;
constexpr EncodeOptions kPlain = {.add_special = false};
constexpr EncodeOptions kParsed = {.add_special = false, .parse_special = true};

// ---- SPM ------------------------------------------------------------------------------------------------------------

const std::vector<std::string> kSpmPieces = {"th",   "the", "▁the", "an",   "in", "▁a",   "ing", "▁t",  "er",   "▁and",
                                             "and",  "nd",  "▁▁",   "▁▁▁▁", "aa", "aaaa", "ab",  "ba",  "bab",  "é",
                                             "中文", "ca",  "▁b",   "cab",  "re", "ther", "is",  "▁is", "this", "si"};

/// Sentencepiece's BPE, restated: the neighbours whose joined text scores best are merged, the leftmost of several;
/// what is no piece in the end comes out as bytes.
Tokens spm_oracle(const TinyVocabulary& vocabulary, const std::string& text) {
    std::map<std::string, Token> pieces;
    for (size_t i = 0; i < vocabulary.texts.size(); ++i) {
        if (vocabulary.types[i] == int32_t(TokenType::Normal)) pieces.emplace(vocabulary.texts[i], Token(i));
    }
    const std::string marked = spaces_to_marks(" " + text);
    std::vector<std::string> parts;
    for (size_t at = 0; at < marked.size(); at += parts.back().size()) {
        parts.push_back(marked.substr(at, utf8_length(std::string_view(marked).substr(at))));
    }
    std::vector<size_t> next(parts.size()), previous(parts.size());
    using Candidate = std::tuple<float, int64_t, std::string>;  // score, minus the left index, joined text
    std::priority_queue<Candidate> queue;
    const auto consider = [&](size_t left) {
        if (left >= parts.size() || next[left] >= parts.size()) return;
        const std::string both = parts[left] + parts[next[left]];
        const auto piece = pieces.find(both);
        if (piece != pieces.end()) queue.emplace(vocabulary.scores[size_t(piece->second)], -int64_t(left), both);
    };
    for (size_t i = 0; i < parts.size(); ++i) next[i] = i + 1, previous[i] = i == 0 ? parts.size() : i - 1;
    for (size_t i = 0; i < parts.size(); ++i) consider(i);
    while (!queue.empty()) {
        const auto [score, minus_left, both] = queue.top();
        queue.pop();
        const auto left = size_t(-minus_left);
        if (parts[left].empty() || next[left] >= parts.size() || parts[left] + parts[next[left]] != both) continue;
        const size_t right = next[left];
        parts[left] = both;
        parts[right].clear();
        next[left] = next[right];
        if (next[right] < parts.size()) previous[next[right]] = left;
        consider(previous[left]);
        consider(left);
    }
    Tokens tokens;
    for (const std::string& part : parts) {
        if (part.empty()) continue;
        const auto piece = pieces.find(part);
        if (piece != pieces.end()) {
            tokens.push_back(piece->second);
        } else {
            for (const char c : part) tokens.push_back(3 + uint8_t(c));
        }
    }
    return tokens;
}

std::string random_text(std::mt19937& random, size_t length) {
    static const std::vector<std::string> kUnits = {"a",  "b",  "c",  "the", "and", "in",  "g", " ",
                                                    " ",  "  ", "er", "s",   "i",   "th",  "é", "中文",
                                                    "文", "😀",  "\n", "zz",  "ba",  "cab", "▁"};
    std::string text;
    while (text.size() < length) text += kUnits[random() % kUnits.size()];
    return text;
}

TEST(Spm, AgreesWithItsDefinition) {
    const TinyVocabulary vocabulary = spm_vocabulary(kSpmPieces);
    const auto tokenizer = vocabulary.load();
    std::mt19937 random(3);
    for (int n = 0; n < 2000; ++n) {
        const std::string text = random_text(random, 1 + random() % 60);
        ASSERT_EQ(tokenizer->encode(text, kPlain), spm_oracle(vocabulary, text)) << text;
    }
    for (const size_t length : {5000, 40000, 300000}) {  // of several chunks
        const std::string text = random_text(random, length);
        ASSERT_EQ(tokenizer->encode(text, kPlain), spm_oracle(vocabulary, text)) << length;
    }
}

/// Of a large vocabulary, the first short texts are encoded by the pieces that they hold, later ones by all.
TEST(Spm, ShortTextsGiveTheSameTokensFromTheFirstOnAsLater) {
    TinyVocabulary vocabulary = spm_vocabulary(kSpmPieces);
    vocabulary.add("▁▁▁", TokenType::UserDefined);
    vocabulary.add("inth", TokenType::UserDefined);
    vocabulary.add("andan", TokenType::Unused);
    vocabulary.add("<0x4g>");
    for (int i = 0; i < 5000; ++i) vocabulary.add("q" + std::to_string(i));
    const auto later = vocabulary.load();
    std::mt19937 random(7);
    later->encode(random_text(random, 100000), kPlain);
    Texts texts = {"",       " ", "<0x41> <0x4g>", "</s><s>", "inthe   inthe", "andandand", std::string("a\0b", 3),
                   "\xFFthe"};
    while (texts.size() < 300) texts.push_back(random_text(random, 1 + random() % 60));
    for (const std::string& text : texts) EXPECT_EQ(vocabulary.load()->encode(text), later->encode(text)) << text;
}

TEST(Spm, PutsASpaceInFrontOfEachStretchOfText) {
    TinyVocabulary vocabulary = spm_vocabulary(kSpmPieces);
    vocabulary.add("<tag>", TokenType::UserDefined);
    const auto tokenizer = vocabulary.load();
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("the")), (Texts{"<s>", "▁the"}));
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("the<tag>the", kPlain)), (Texts{"▁the", "<tag>", "▁the"}));
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("</s>the", kParsed)), (Texts{"</s>", "▁the"}));
    EXPECT_EQ(tokenizer->encode("", kPlain), Tokens{});
    EXPECT_EQ(tokenizer->encode(""), Tokens{1});
    EXPECT_EQ(tokenizer->decode(tokenizer->encode("the the", kPlain)), "the the");
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(" the", kPlain)), " the");
    EXPECT_EQ(tokenizer->piece(tokenizer->find("▁the")), " the");

    GgufWriter without = vocabulary.writer();
    without.add("tokenizer.ggml.add_space_prefix", false);
    const auto bare = load_tokenizer(without.bytes());
    EXPECT_EQ(texts_of(*bare, bare->encode("the<tag> the", kPlain)), (Texts{"the", "<tag>", "▁the"}));
    EXPECT_EQ(bare->decode(bare->encode(" the", kPlain)), " the");
}

TEST(Spm, KeepsInvalidBytes) {
    const auto tokenizer = spm_vocabulary(kSpmPieces).load();
    const std::string text = "the\xFF\xC3 in\xE2\x96";
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode(text, kPlain)),
              (Texts{"▁the", "<0xFF>", "<0xC3>", "▁", "in", "<0xE2>", "<0x96>"}));
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, kPlain)), text);
    const std::string zeros("a\0b\0", 4);
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(zeros, kPlain)), zeros);
}

/// Tokens that hold white space and are user-defined, as Gemma has them, in either spelling.
TEST(Spm, MatchesUserDefinedWhiteSpace) {
    for (const std::string token : {"   ", "▁▁▁"}) {
        std::vector<std::string> pieces = kSpmPieces;
        TinyVocabulary vocabulary = spm_vocabulary(pieces);
        const Token three = vocabulary.add(token, TokenType::UserDefined);
        GgufWriter writer = vocabulary.writer();
        writer.add("tokenizer.ggml.add_space_prefix", false);
        const auto tokenizer = load_tokenizer(writer.bytes());
        const Tokens tokens = tokenizer->encode("in   the", kPlain);
        EXPECT_EQ(std::count(tokens.begin(), tokens.end(), three), 1) << token;
        EXPECT_EQ(tokenizer->decode(tokens), "in   the") << token;
    }
}

TEST(Spm, FallsBackWhereBytesHaveNoToken) {
    TinyVocabulary vocabulary;
    vocabulary.add("<unk>", TokenType::Unknown);
    vocabulary.add("<s>", TokenType::Control);
    vocabulary.add("</s>", TokenType::Control);
    vocabulary.add("▁");
    vocabulary.add("a");
    vocabulary.add("<0x62>", TokenType::Byte);
    const auto tokenizer = vocabulary.load();
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("abc\xFF", kPlain)),
              (Texts{"▁", "a", "<0x62>", "<unk>", "<unk>"}));
}

/// Old files have no types: what can be told from the texts and ids is.
TEST(Spm, DoesWithoutTypes) {
    TinyVocabulary vocabulary = spm_vocabulary(kSpmPieces);
    vocabulary.types.clear();
    const auto tokenizer = vocabulary.load();
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("the!</s>", kPlain)),
              (Texts{"▁the", "<0x21>", "<0x3C>", "<0x2F>", "s", "<0x3E>"}));
    EXPECT_EQ(tokenizer->decode(tokenizer->encode("the!", kPlain)), "the!");
    EXPECT_TRUE(tokenizer->is_control(2));
}

// ---- BPE ------------------------------------------------------------------------------------------------------------

/// Merges in the order of their ranks, restated: the lowest rank first, the leftmost of several.
Texts bpe_oracle(const std::vector<std::string>& merges, const std::string& word) {
    Texts parts;
    for (const char c : word) parts.emplace_back(1, c);
    while (true) {
        size_t best_rank = merges.size(), best = 0;
        for (size_t i = 0; i + 1 < parts.size(); ++i) {
            const auto rank =
                size_t(std::find(merges.begin(), merges.end(), parts[i] + " " + parts[i + 1]) - merges.begin());
            if (rank < best_rank) best_rank = rank, best = i;
        }
        if (best_rank == merges.size()) return parts;
        parts[best] += parts[best + 1];
        parts.erase(parts.begin() + ptrdiff_t(best) + 1);
    }
}

/// Merges of random parts in a random order, also such as no training would give.
TEST(Bpe, AgreesWithItsDefinition) {
    std::mt19937 random(5);
    for (int n = 0; n < 200; ++n) {
        Texts parts = {"a", "b", "c"}, merges;
        while (merges.size() < 30) {
            const std::string left = parts[random() % parts.size()], right = parts[random() % parts.size()];
            const std::string merge = left + " " + right;
            if (left.size() + right.size() > 8 || std::find(merges.begin(), merges.end(), merge) != merges.end())
                continue;
            merges.push_back(merge);
            parts.push_back(left + right);
        }
        std::shuffle(merges.begin(), merges.end(), random);
        const auto tokenizer = bpe_vocabulary(merges).load();
        for (int i = 0; i < 20; ++i) {
            std::string word;
            for (size_t length = 1 + random() % 40; length > 0; --length) word += char('a' + random() % 3);
            ASSERT_EQ(texts_of(*tokenizer, tokenizer->encode(word)), bpe_oracle(merges, word)) << word;
        }
    }
}

TEST(Bpe, KeepsEveryByte) {
    const auto tokenizer = bpe_vocabulary({"Ġ t", "h e", "Ġt he"}).load();
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += char(byte);
    all += "in the";
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(all)), all);
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("in the")), (Texts{"i", "n", "Ġthe"}));
    EXPECT_EQ(tokenizer->piece(tokenizer->find("Ġthe")), " the");
}

/// "ab" is a step on the way to "abc" but no token itself: alone it comes out in bytes.
TEST(Bpe, MergesThroughTextsThatAreNoTokens) {
    TinyVocabulary vocabulary = bpe_vocabulary({"a b", "ab c"});
    const auto step = std::find(vocabulary.texts.begin(), vocabulary.texts.end(), "ab");
    *step = "something else";
    const auto tokenizer = vocabulary.load();
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("abc")), (Texts{"abc"}));
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("abd")), (Texts{"a", "b", "d"}));
}

/// The first space of a merge ends its first text, which may begin with one: of three spaces, the last two are joined
/// to the first, but the last one never to the first two.
TEST(Bpe, MergesOfSpacesArePartedAsTheFileMeansThem) {
    TinyVocabulary vocabulary = spm_vocabulary({"  ", "   ", " "});
    vocabulary.model = "gpt2";
    vocabulary.pre = "whitespace";
    vocabulary.scores.clear();
    vocabulary.merges = {"   ", "    "};  // " " and " ", " " and "  "
    EXPECT_EQ(texts_of(*vocabulary.load(), vocabulary.load()->encode("a   b")), (Texts{"a", "  ", " ", "b"}));
    vocabulary.merges = {"    "};
    EXPECT_EQ(texts_of(*vocabulary.load(), vocabulary.load()->encode("a   b")), (Texts{"a", " ", " ", " ", "b"}));
}

TEST(Bpe, TakesWholePiecesWhereThePreTokenizerSays) {
    TinyVocabulary vocabulary = bpe_vocabulary({"a b"});
    vocabulary.add("xyz");  // no merge leads there
    for (const auto& [pre, expected] :
         {std::pair<std::string, Texts>{"llama-bpe", {"xyz"}}, {"gpt-2", {"x", "y", "z"}}}) {
        vocabulary.pre = pre;
        const auto tokenizer = vocabulary.load();
        EXPECT_EQ(tokenizer->pre_name(), pre);
        EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("xyz")), expected) << pre;
    }
}

TEST(Bpe, PlainTextNeverMakesControlTokens) {
    TinyVocabulary vocabulary = bpe_vocabulary({"a b"});
    vocabulary.add("xyz", TokenType::Control);
    const Token end = vocabulary.add("<|im_end|>", TokenType::Normal);  // as some converters leave it
    vocabulary.pre = "llama-bpe";
    const auto tokenizer = vocabulary.load();
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("xyz")), (Texts{"x", "y", "z"}));
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("xyz", kParsed)), (Texts{"xyz"}));
    const Tokens plain = tokenizer->encode("<|im_end|>");
    EXPECT_EQ(std::count(plain.begin(), plain.end(), end), 0);
    EXPECT_EQ(tokenizer->encode("<|im_end|>", kParsed), Tokens{end});
    EXPECT_TRUE(tokenizer->is_end(end) && tokenizer->is_control(end));
}

/// Of two tokens with one text, merges lead to the ordinary one, also where a control token stands before it.
TEST(Bpe, MergesPassOverAControlTokenOfTheSameText) {
    TinyVocabulary vocabulary = bpe_vocabulary({"a b"});
    const auto ab = std::find(vocabulary.texts.begin(), vocabulary.texts.end(), "ab");
    vocabulary.types[size_t(ab - vocabulary.texts.begin())] = int32_t(TokenType::Control);
    const Token ordinary = vocabulary.add("ab");
    EXPECT_EQ(vocabulary.load()->encode("ab"), Tokens{ordinary});
}

/// Gemma 4: merges on UTF-8 with marks for spaces, bytes as tokens of their own, line feeds taken whole.
TEST(Bpe, WorksOnMarkedText) {
    TinyVocabulary vocabulary = spm_vocabulary({"▁t", "▁th", "\n", "\n\n", "é"});
    vocabulary.model = "gemma4";
    vocabulary.scores.clear();
    vocabulary.merges = {"▁ t", "▁t h"};
    vocabulary.add("<bos>", TokenType::Control);
    GgufWriter writer = vocabulary.writer();
    writer.add("tokenizer.ggml.bos_token_id", uint32_t(vocabulary.texts.size() - 1));
    writer.add("tokenizer.ggml.add_bos_token", false);
    const auto tokenizer = load_tokenizer(writer.bytes());
    EXPECT_EQ(tokenizer->pre_name(), "gemma4");
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("a thé\n\nz\xFF中")),
              (Texts{"<bos>", "a", "▁th", "é", "\n\n", "z", "<0xFF>", "<0xE4>", "<0xB8>", "<0xAD>"}));
    EXPECT_EQ(tokenizer->decode(tokenizer->encode("a thé\n\nz\xFF中")), "a thé\n\nz\xFF中");
}

TEST(Bpe, ChoosesAPreTokenizerWhereTheFileNamesNone) {
    TinyVocabulary vocabulary = bpe_vocabulary({"a b"});
    vocabulary.pre.clear();
    EXPECT_EQ(vocabulary.load()->pre_name(), "default");
    vocabulary.architecture = "gptneox";
    EXPECT_EQ(vocabulary.load()->pre_name(), "gpt-2");
    EXPECT_EQ(load_tokenizer(vocabulary.writer().bytes(), "qwen2")->pre_name(), "qwen2");
}

// ---- special tokens -------------------------------------------------------------------------------------------------

TEST(SpecialTokens, AreMatchedLongestFirst) {
    TinyVocabulary vocabulary = bpe_vocabulary({"a b"});
    for (const std::string text : {"<a>", "<a><b>", "><", "    ", "  ", "ab<"})
        vocabulary.add(text, TokenType::UserDefined);
    const auto tokenizer = vocabulary.load();
    const auto encoded = [&](std::string_view text) { return texts_of(*tokenizer, tokenizer->encode(text)); };
    EXPECT_EQ(encoded("<a><b>"), (Texts{"<a><b>"}));
    EXPECT_EQ(encoded("<a><a>"), (Texts{"<a>", "<a>"}));
    EXPECT_EQ(encoded("<b><b>"), (Texts{"<", "b", "><", "b", ">"}));
    EXPECT_EQ(encoded("ab<a>"), (Texts{"ab<", "a", ">"}));    // of two of a length the one further left
    EXPECT_EQ(encoded("ab<a><b>"), (Texts{"ab", "<a><b>"}));  // the longer one further right
    EXPECT_EQ(encoded("       x"), (Texts{"    ", "  ", "Ġ", "x"}));
    EXPECT_EQ(encoded("      "), (Texts{"    ", "  "}));
}

TEST(SpecialTokens, ShowOnlyWhenAsked) {
    TinyVocabulary vocabulary = spm_vocabulary(kSpmPieces);
    const Token user = vocabulary.add("<tool>", TokenType::UserDefined);
    const Token unused = vocabulary.add("[PAD7]", TokenType::Unused);
    const auto tokenizer = vocabulary.load();
    EXPECT_EQ(tokenizer->piece(1), "");
    EXPECT_EQ(tokenizer->piece(1, true), "<s>");
    EXPECT_EQ(tokenizer->piece(0), "");
    EXPECT_EQ(tokenizer->piece(user), "<tool>");
    EXPECT_EQ(tokenizer->piece(unused), "");
    EXPECT_EQ(tokenizer->decode(Tokens{1, user, 2}), "<tool>");
    EXPECT_EQ(tokenizer->decode(Tokens{1, user, 2}, true), "<s><tool></s>");
    EXPECT_TRUE(tokenizer->is_control(1) && !tokenizer->is_control(user));
    for (const Token outside : {-1, tokenizer->n_vocab(), INT32_MAX, INT32_MIN}) {
        EXPECT_EQ(tokenizer->piece(outside, true), "");
        EXPECT_EQ(tokenizer->text(outside), "");
        EXPECT_FALSE(tokenizer->is_control(outside) || tokenizer->is_end(outside));
    }
}

TEST(SpecialTokens, SwallowWhiteSpaceWherePhi3Says) {
    TinyVocabulary vocabulary = spm_vocabulary(kSpmPieces);
    vocabulary.add("<|end|>", TokenType::Control);
    const auto encoded = [&] {
        const auto tokenizer = vocabulary.load();
        return texts_of(*tokenizer, tokenizer->encode("the <|end|> \n the<s> the", kParsed));
    };
    EXPECT_EQ(encoded(), (Texts{"▁the", "▁", "<|end|>", "▁▁", "<0x0A>", "▁the", "<s>", "▁", "▁the"}));
    vocabulary.name = "Phi-3 mini";
    EXPECT_EQ(encoded(), (Texts{"▁the", "▁", "<|end|>", "▁the", "<s>", "▁", "▁the"}));
}

TEST(SpecialTokens, SwallowWhiteSpaceOnTheLeftOfAMask) {
    TinyVocabulary vocabulary = bpe_vocabulary({"a b"});
    vocabulary.pre = "jina-v2-code";
    vocabulary.add("<mask>", TokenType::Control);
    const auto tokenizer = vocabulary.load();
    EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("a \t<mask> b", kParsed)), (Texts{"a", "<mask>", "Ġ", "b"}));
}

TEST(SpecialTokens, EndAnAnswer) {
    struct Case {
        std::vector<std::pair<std::string, TokenType>> tokens;
        std::map<std::string, uint32_t> keys;  ///< value: number of the token in `tokens`
        Texts ends;
    };
    constexpr auto kControl = TokenType::Control, kUser = TokenType::UserDefined, kNormal = TokenType::Normal;
    const std::vector<Case> cases = {
        {{{"<|eot_id|>", kControl}, {"<|eom_id|>", kControl}, {"<x>", kControl}}, {}, {"<|eot_id|>", "<|eom_id|>"}},
        {{{"<|im_end|>", kUser}, {"</s>", kUser}}, {}, {"<|im_end|>"}},
        {{{"</s>", kControl}, {"<a>", kControl}}, {{"eos_token_id", 1}}, {"</s>", "<a>"}},
        {{{"</s>", kNormal}, {"<a>", kControl}}, {{"eot_token_id", 1}}, {"<a>"}},
        {{{"<|end|>", kControl}, {"<|return|>", kControl}, {"<|call|>", kControl}}, {}, {"<|return|>", "<|call|>"}},
        {{{"<|end|>", kControl}, {"<|flush|>", kControl}, {"<|calls|>", kControl}}, {}, {"<|flush|>", "<|calls|>"}},
        {{{"<|end|>", kControl}, {"<|return|>", kControl}}, {}, {"<|end|>", "<|return|>"}},
        {{{"</s>", kControl}, {"<|tool_response>", kControl}}, {}, {"<|tool_response>"}},
        {{{"<fim_pad>", kControl}, {"<reponame>", kControl}, {"<|file_sep|>", kControl}, {"<fim_prefix>", kControl}},
         {},
         {"<fim_pad>", "<reponame>", "<|file_sep|>"}},
        {{{"<fim_pad>", kControl}, {"<p>", kControl}}, {{"fim_pad_token_id", 1}}, {"<p>"}},
        {{{"<｜end▁of▁sentence｜>", kControl}}, {{"eom_token_id", 700}}, {"<｜end▁of▁sentence｜>"}},
    };
    for (size_t n = 0; n < cases.size(); ++n) {
        TinyVocabulary vocabulary = bpe_vocabulary({"a b"});
        const auto first = uint32_t(vocabulary.texts.size());
        for (const auto& [text, type] : cases[n].tokens) vocabulary.add(text, type);
        GgufWriter writer = vocabulary.writer();
        for (const auto& [key, number] : cases[n].keys) writer.add("tokenizer.ggml." + key, first + number);
        const auto tokenizer = load_tokenizer(writer.bytes());
        const auto ends = tokenizer->end_tokens();
        EXPECT_EQ(texts_of(*tokenizer, Tokens(ends.begin(), ends.end())), cases[n].ends) << n;
        for (const Token end : ends) EXPECT_TRUE(tokenizer->is_end(end) && tokenizer->is_control(end)) << n;
    }
}

TEST(SpecialTokens, StandAtTheEndsAsTheFileSays) {
    struct Case {
        std::string pre;
        std::optional<bool> add_bos, add_eos;
        bool bos, eos;
    };
    const std::vector<Case> cases = {
        {"gpt-2", {}, {}, false, false},        {"gpt-2", true, true, true, true}, {"llama-bpe", {}, {}, true, false},
        {"llama-bpe", false, {}, false, false}, {"tekken", {}, true, true, true},  {"chameleon", {}, {}, true, false},
    };
    for (const Case& test : cases) {
        TinyVocabulary vocabulary = bpe_vocabulary({"a b"});
        vocabulary.pre = test.pre;
        const Token bos = vocabulary.add("<b>", TokenType::Control), eos = vocabulary.add("<e>", TokenType::Control);
        GgufWriter writer = vocabulary.writer();
        writer.add("tokenizer.ggml.bos_token_id", uint32_t(bos));
        writer.add("tokenizer.ggml.eos_token_id", uint32_t(eos));
        if (test.add_bos) writer.add("tokenizer.ggml.add_bos_token", *test.add_bos);
        if (test.add_eos) writer.add("tokenizer.ggml.add_eos_token", *test.add_eos);
        const auto tokenizer = load_tokenizer(writer.bytes());
        Texts expected = {"ab"};
        if (test.bos) expected.insert(expected.begin(), "<b>");
        if (test.eos) expected.push_back("<e>");
        EXPECT_EQ(texts_of(*tokenizer, tokenizer->encode("ab")), expected) << test.pre;
        EXPECT_EQ(tokenizer->add_bos(), test.bos);
        EXPECT_EQ(tokenizer->add_eos(), test.eos);
    }
    EXPECT_FALSE(bpe_vocabulary({"a b"}).load()->add_bos());
    TinyVocabulary without_bos = bpe_vocabulary({"a b"});
    without_bos.pre = "llama-bpe";
    EXPECT_FALSE(without_bos.load()->add_bos()) << "there is none to add";
}

// ---- streaming ------------------------------------------------------------------------------------------------------

TEST(StreamDecoder, HoldsBackIncompleteCharacters) {
    const auto tokenizer = bpe_vocabulary({"a b"}).load();
    const auto byte_tokens = [&](std::string_view text) { return tokenizer->encode(text, kPlain); };
    const auto chunks = stream(*tokenizer, byte_tokens("a\xF0\x9F\x98\x80z"), false);
    EXPECT_EQ(chunks, (Texts{"a", "", "", "", "\xF0\x9F\x98\x80", "z", ""}));
    EXPECT_EQ(stream(*tokenizer, byte_tokens("\xE2\x82z"), false), (Texts{"", "", "\xE2\x82z", ""}));
    EXPECT_EQ(stream(*tokenizer, byte_tokens("\xFF\xC3"), false), (Texts{"\xFF", "", "\xC3"}));
    EXPECT_EQ(stream(*tokenizer, byte_tokens("\xC3\xC3\xA9"), false), (Texts{"", "\xC3", "\xC3\xA9", ""}));
    EXPECT_EQ(stream(*tokenizer, byte_tokens("\xED\xA0\x80"), false), (Texts{"", "\xED\xA0", "\x80", ""}));
}

TEST(StreamDecoder, GivesWhatDecodeGives) {
    const TinyVocabulary vocabulary = spm_vocabulary(kSpmPieces);
    const auto tokenizer = vocabulary.load();
    std::mt19937 random(9);
    for (int n = 0; n < 2000; ++n) {
        Tokens tokens(random() % 12);
        for (Token& token : tokens) token = Token(random() % (vocabulary.texts.size() + 2)) - 1;
        for (const bool show : {false, true}) {
            StreamDecoder decoder(*tokenizer, show);
            std::string streamed;
            for (size_t i = 0; i < tokens.size(); ++i) {
                streamed += decoder.push(tokens[i]);
                const std::string so_far = tokenizer->decode(std::span(tokens).first(i + 1), show);
                ASSERT_EQ(streamed, so_far.substr(0, utf8_complete_prefix(so_far)));
            }
            ASSERT_EQ(streamed + decoder.finish(), tokenizer->decode(tokens, show));
        }
    }
}

// ---- long texts -----------------------------------------------------------------------------------------------------

double seconds_to_encode(const Tokenizer& tokenizer, const std::string& text) {
    const std::clock_t start = std::clock();
    const Tokens tokens = tokenizer.encode(text, kPlain);
    const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
    EXPECT_EQ(tokenizer.decode(tokens, true), text);
    return seconds;
}

TinyVocabulary long_runs(TinyVocabulary vocabulary) {
    for (const size_t n : {2, 4, 8, 16}) vocabulary.add(repeated(" ", n), TokenType::UserDefined);
    return vocabulary;
}

std::vector<TinyVocabulary> vocabularies_for_long_texts() {
    const std::vector<std::string> merges = {"a a", "aa aa", "aaaa aaaa", "Ġ Ġ", "ĠĠ ĠĠ", "n n", "b a", "ba ba", "ä ¸"};
    return {spm_vocabulary(kSpmPieces), bpe_vocabulary(merges), long_runs(bpe_vocabulary(merges))};
}

/// 16 MiB of one character: one piece for BPE, one run of user-defined tokens, and no place to cut for SPM.
TEST(LongTexts, AreEncodedInReasonableTime) {
    constexpr size_t kBytes = size_t(16) << 20;
    for (const TinyVocabulary& vocabulary : vocabularies_for_long_texts()) {
        const auto tokenizer = vocabulary.load();
        const std::string unit = tokenizer->find("    ") == kNoToken ? "a" : " ";
        EXPECT_LT(seconds_to_encode(*tokenizer, repeated(unit, kBytes)), 30) << vocabulary.model << " '" << unit << "'";
    }
}

/// Eight times the text may take sixteen times the time: far from the 64 of quadratic behaviour, and from noise.
TEST(LongTexts, TakeTimeAsLongAsTheText) {
    for (const TinyVocabulary& vocabulary : vocabularies_for_long_texts()) {
        const auto tokenizer = vocabulary.load();
        for (const std::string unit : {"a", " ", "ba", "\xFF", "中", "the and ", "\x01"}) {
            const std::string text = repeated(unit, (size_t(96) << 10) / unit.size());
            const double once = std::min({seconds_to_encode(*tokenizer, text), seconds_to_encode(*tokenizer, text),
                                          seconds_to_encode(*tokenizer, text)});
            const double eight_times = seconds_to_encode(*tokenizer, repeated(text, 8));
            EXPECT_LT(eight_times, 16 * once + 0.05) << vocabulary.model << " '" << unit << "'";
        }
    }
}

TEST(Tokenizers, ServeSeveralThreads) {
    for (const TinyVocabulary& vocabulary : vocabularies_for_long_texts()) {
        const auto tokenizer = vocabulary.load();
        std::mt19937 random(13);
        const std::string text = random_text(random, 20000);
        const Tokens expected = tokenizer->encode(text);
        std::vector<Tokens> results(4);
        std::vector<std::thread> threads;
        for (Tokens& result : results) threads.emplace_back([&] { result = tokenizer->encode(text); });
        for (std::thread& thread : threads) thread.join();
        for (const Tokens& result : results) EXPECT_EQ(result, expected);
    }
}

// ---- no vocabulary --------------------------------------------------------------------------------------------------

TEST(NoVocabulary, LeavesTheIds) {
    for (const char* model : {"", "none", "no_vocab"}) {
        GgufWriter writer;
        writer.add("general.architecture", "llama");
        writer.add("llama.vocab_size", uint32_t(320));
        if (*model) writer.add("tokenizer.ggml.model", model);
        const auto tokenizer = load_tokenizer(writer.bytes());
        EXPECT_EQ(tokenizer->n_vocab(), 320);
        EXPECT_EQ(tokenizer->model_name(), "none");
        EXPECT_EQ(tokenizer->bos(), kNoToken);
        EXPECT_EQ(tokenizer->encode(""), Tokens{});
        EXPECT_THROW(tokenizer->encode("a"), Error);
        EXPECT_EQ(tokenizer->decode(Tokens{1, 2, 319}, true), "");
        EXPECT_EQ(tokenizer->text(1), "");
        EXPECT_EQ(tokenizer->find("a"), kNoToken);
        EXPECT_FALSE(tokenizer->is_end(2) || tokenizer->is_control(2));
    }
    EXPECT_EQ(load_tokenizer(GgufWriter().bytes())->n_vocab(), 0);
}

}  // namespace
}  // namespace siskin::test
