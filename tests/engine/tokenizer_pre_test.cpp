// The pre-tokenizers: the splits of the reference data, expressions that are written differently from their source, and
// time that grows with the length of the text.

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "engine/tokenizer/pre_table.h"
#include "formats/error.h"
#include "tests/engine/tokenizer_support.h"

namespace siskin::test {
namespace {

using Json = nlohmann::json;

std::vector<std::string> pieces_of(const PreTokenizer& pre, std::string_view text) {
    std::vector<std::string> pieces;
    pre.split(text, [&](std::string_view piece) { pieces.emplace_back(piece); });
    return pieces;
}

std::vector<std::string> pieces_of(std::string_view name, std::string_view text) {
    return pieces_of(PreTokenizer(find_pre_tokenizer(name)->steps), text);
}

std::vector<std::string> all_names() {
    std::vector<std::string> names;
    std::string list = known_pre_tokenizers();
    for (size_t comma; (comma = list.find(", ")) != std::string::npos; list.erase(0, comma + 2)) {
        names.push_back(list.substr(0, comma));
    }
    names.push_back(list);
    return names;
}

TEST(PreTokenizers, AreAllThere) {
    const std::vector<std::string> names = all_names();
    EXPECT_EQ(names.size(), 87u);
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end()) << "a name in two rows";
    for (const std::string& name : names) ASSERT_NE(find_pre_tokenizer(name), nullptr) << name;
    EXPECT_EQ(find_pre_tokenizer("gpt"), nullptr);
    EXPECT_EQ(find_pre_tokenizer(""), nullptr);
}

TEST(PreTokenizers, SplitAsTheReferenceData) {
    SISKIN_NEED_GOLDEN("vocab/pretok_splits.json");
    std::ifstream in(golden("vocab/pretok_splits.json"));
    const Json data = Json::parse(in);
    EXPECT_EQ(data["pieces"].size(), 31u);
    for (const auto& [name, lists] : data["pieces"].items()) {
        const PreTokenizerRow* row = find_pre_tokenizer(name);
        ASSERT_NE(row, nullptr) << name;
        for (const bool jit : {true, false}) {
            const PreTokenizer pre(row->steps, jit);
            for (size_t i = 0; i < lists.size(); ++i) {
                const std::string text = decode_base64(data["inputs"][i][1].get<std::string>());
                std::vector<size_t> lengths;
                pre.split(text, [&](std::string_view piece) { lengths.push_back(piece.size()); });
                EXPECT_EQ(lengths, lists[i].get<std::vector<size_t>>()) << name << " " << data["inputs"][i][0];
            }
        }
    }
}

/// Where the table has another expression than the source, both must cut any text alike. Short random texts over the
/// classes that the expressions tell apart reach every branch.
struct Rewritten {
    std::string_view name;
    std::vector<PreStep> source;
};

TEST(PreTokenizers, CutLikeTheirSources) {
    const std::string jais2 =
        R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+)"
        R"(|\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S))"
        R"(|\s{1,2}(?!\S)|\s{1})";
    const std::string exaone_moe =
        R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N})"
        R"(| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+)";
    const std::string kimi_k2 = R"(\p{sc:Han}+|[^\r\n\p{L}\p{N}]?(?:(?!\p{sc:Han})[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])*)"
                                R"((?:(?!\p{sc:Han})[\p{Ll}\p{Lm}\p{Lo}\p{M}])+(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
                                R"(|[^\r\n\p{L}\p{N}]?(?:(?!\p{sc:Han})[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])+)"
                                R"((?:(?!\p{sc:Han})[\p{Ll}\p{Lm}\p{Lo}\p{M}])*(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
                                R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
    const std::string digits =
        R"(\d{1,3}(?=(?:\d{3})*(?:(?<=\d)(?![\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]))))";

    const auto steps_of = [](std::string_view name) { return find_pre_tokenizer(name)->steps; };
    std::vector<Rewritten> cases = {
        {"jais-2", {{jais2.c_str()}}},
        {"exaone-moe", {{exaone_moe.c_str()}}},
        {"kimi-k2", {{kimi_k2.c_str()}}},
        {"tiny_aya", {{digits.c_str()}, steps_of("tiny_aya")[1]}},
        {"superbpe", {{R"(\p{N}+)"}, {R"((?=(\d{3})+(?!\d)))"}}},
    };
    const auto deepseek = steps_of("deepseek-llm");
    cases.push_back({"deepseek-llm", {deepseek.begin(), deepseek.end()}});
    ASSERT_STREQ(cases.back().source[3].regex, R"((?<!\s)\s++$)");
    cases.back().source[3].regex = R"(\s+$)";

    const std::vector<std::string> alphabet = {
        " ",
        " ",
        " ",
        "\n",
        "\r",
        "\t",
        "a",
        "b",
        "A",
        "B",
        "s",
        "'",
        "1",
        "2",
        "3",
        "4",
        "_",
        "-",
        "/",
        ",",
        "\xC3\xA9",      // é, lower case
        "\xC7\x85",      // U+01C5, title case
        "\xCA\xB0",      // U+02B0, modifier letter
        "\xD7\x90",      // U+05D0, Lo
        "\xE4\xB8\xAD",  // U+4E2D, Han
        "\xE3\x80\x85",  // U+3005, Han and Lm
        "\xCC\x81",      // U+0301, combining
        "\xC2\xBD",      // ½, No
        "\xD9\xA3",      // U+0663, Nd
        "\xE2\x80\xA8",  // U+2028, white space
        "\xE1\xA0\x8E",  // U+180E, not white space any more
        "\xF0\x9F\x98\x80",
    };
    std::mt19937 random(7);
    for (const Rewritten& test : cases) {
        const PreTokenizer ours(steps_of(test.name)), source(test.source);
        for (int n = 0; n < 4000; ++n) {
            std::string text;
            for (size_t length = random() % 24; length > 0; --length) {
                text += repeated(alphabet[random() % alphabet.size()], 1 + (random() % 4 == 0 ? random() % 9 : 0));
            }
            ASSERT_EQ(pieces_of(ours, text), pieces_of(source, text)) << test.name << ": " << text;
        }
    }
    for (const size_t n : {511, 512, 513, 1023, 1024, 1537}) {  // longer than random texts
        const PreTokenizer source(std::vector<PreStep>{{jais2.c_str()}});
        for (const std::string after : {"", "x", "\n", "7", "."}) {
            const std::string text = repeated(" ", n) + after;
            EXPECT_EQ(pieces_of("jais-2", text), pieces_of(source, text)) << n << after;
        }
    }
}

TEST(PreTokenizers, GroupDigitsFromTheRight) {
    using Pieces = std::vector<std::string>;
    EXPECT_EQ(pieces_of("tiny_aya", "1234567 12 12345x"),
              (Pieces{"1", "234", "567", " ", "12", " ", "123", "45", "x"}));
    EXPECT_EQ(pieces_of("afmoe", "a1234567b"), (Pieces{"a", "1", "234", "567", "b"}));
    EXPECT_EQ(pieces_of("superbpe", "by 1234567"), (Pieces{"by ", "1", "234", "567"}));
}

TEST(PreTokenizers, CountAnInvalidByteAsOneReplacementCharacter) {
    using Pieces = std::vector<std::string>;
    EXPECT_EQ(pieces_of("gpt-2",
                        "ab\xFF"
                        "cd \x80\x80 9\xE2\x82"),
              (Pieces{"ab", "\xFF", "cd", " \x80\x80", " 9", "\xE2\x82"}));
    EXPECT_EQ(pieces_of("gpt-2", "\xFF"), (Pieces{"\xFF"}));
    EXPECT_EQ(pieces_of("qwen2", "\xED\xA0\x80"), (Pieces{"\xED\xA0\x80"}));  // a surrogate: three bytes
}

/// Whatever the text, the pieces joined are the text.
TEST(PreTokenizers, LoseNothing) {
    std::mt19937 random(11);
    for (const std::string& name : all_names()) {
        const PreTokenizer pre(find_pre_tokenizer(name)->steps);
        for (int n = 0; n < 60; ++n) {
            std::string text;
            for (size_t length = random() % 40; length > 0; --length)
                text += char(random() % 3 ? random() % 128 : random());
            ASSERT_EQ(joined(pieces_of(pre, text)), text) << name;
        }
    }
}

/// Processor time, which other programs disturb less than time.
double seconds_to_split(const PreTokenizer& pre, const std::string& text) {
    const std::clock_t start = std::clock();
    size_t bytes = 0;
    pre.split(text, [&](std::string_view piece) { bytes += piece.size(); });
    EXPECT_EQ(bytes, text.size());
    return double(std::clock() - start) / CLOCKS_PER_SEC;
}

/// Long runs of each class, and of classes that take turns. With quadratic behaviour most would take minutes.
TEST(PreTokenizers, TakeTimeAsLongAsTheText) {
    const std::vector<std::string> units = {"a",
                                            "A",
                                            " ",
                                            "\n",
                                            "7",
                                            ".",
                                            "'",
                                            "\t",
                                            "\xCC\x81",
                                            "a ",
                                            "Aa ",
                                            " \n ",
                                            "1.5",
                                            "'s ",
                                            "\r\n",
                                            "  5  ",
                                            "\xE4\xB8\xAD",
                                            "\xFF",
                                            "\xD7\x90"
                                            "A"};
    constexpr size_t kBytes = size_t(256) << 10;
    std::vector<const PreTokenizerRow*> rows;
    for (const std::string& name : all_names()) {
        const PreTokenizerRow* row = find_pre_tokenizer(name);
        if (std::find(rows.begin(), rows.end(), row) != rows.end()) continue;
        rows.push_back(row);
        const PreTokenizer pre(row->steps);
        for (const std::string& unit : units) {
            const double seconds = seconds_to_split(pre, repeated(unit, kBytes / unit.size()));
            EXPECT_LT(seconds, 1) << name << " on " << unit;
        }
    }
    EXPECT_GT(rows.size(), 25u);
}

TEST(PreTokenizers, RefuseAnExpressionThatDoesNotCompile) {
    EXPECT_THROW(PreTokenizer(std::vector<PreStep>{{"("}}), Error);
}

}  // namespace
}  // namespace siskin::test
