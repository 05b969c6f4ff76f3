// GBNF: what is accepted, what is refused and how that is said, and that no input can crash or hang the parser.

#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "engine/grammar/automaton.h"
#include "engine/grammar/gbnf.h"
#include "engine/grammar/matcher.h"
#include "tests/support/expect_error.h"

namespace siskin::test {
namespace {

bool fits(Matcher& matcher, std::string_view text) { return matcher.complete(matcher.next(matcher.start(), text)); }

struct GrammarCase {
    std::string_view grammar;
    std::vector<std::string_view> accepted, rejected;
};

constexpr std::string_view kJson = R"(
root   ::= object
value  ::= object | array | string | number | ("true" | "false" | "null") ws
object ::=
  "{" ws (
            string ":" ws value
    ("," ws string ":" ws value)*
  )? "}" ws
array  ::=
  "[" ws (
            value
    ("," ws value)*
  )? "]" ws
string ::=
  "\"" (
    [^"\\\x7F\x00-\x1F] |
    "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}) # escapes
  )* "\"" ws
number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws
# Optional space
ws ::= | " " | "\n" [ \t]{0,20}
)";

const GrammarCase kCases[] = {
    {"root ::= \"yes\" | \"no\"", {"yes", "no"}, {"", "y", "yesno", "maybe", "Yes"}},
    {"root ::= \"a\"*", {"", "a", "aaaa"}, {"b", "ab"}},
    {"root ::= \"a\"+", {"a", "aaaa"}, {"", "ba"}},
    {"root ::= \"a\"? \"b\"", {"b", "ab"}, {"a", "aab", ""}},
    {"root ::= \"ab\"{2}", {"abab"}, {"ab", "ababab", "aabb"}},
    {"root ::= [0-9]{2,3}", {"12", "123"}, {"1", "1234", "1a"}},
    {"root ::= [0-9]{2,}", {"12", "1234567"}, {"1", ""}},
    {"root ::= [0-9]{ 0 , 2 }", {"", "1", "12"}, {"123"}},
    {"root ::= \"a\"{0}\"b\"", {"b"}, {"ab", "a"}},
    {"root ::= (\"a\" | \"b\" (\"c\" | \"d\")+)* \"e\"", {"e", "ae", "bcde", "abdce"}, {"be", "ce", "abe"}},
    {"root ::= (\"a\"?){3}", {"", "a", "aa", "aaa"}, {"aaaa"}},
    {"root ::= ((\"a\"*)*)*", {"", "a", "aaaaaaaaaa"}, {"b", "ab"}},
    {"root ::= (\"a\"+)+ \"b\"", {"ab", "aaaaaaab"}, {"b", "aa"}},
    {"root ::= \"a\"?*", {"", "a", "aaa"}, {"b"}},
    {"root ::= a \"b\" #c\n\na::=\"x\" # more\n", {"xb"}, {"b", "x"}},
    {"root ::= a-1 | b_2\na-1 ::= \"1\"\nb_2 ::= \"2\"", {"1", "2"}, {"", "12"}},
    {"root ::= \"a\" |\n  \"b\"", {"a", "b"}, {"ab"}},
    {"root ::= (\n\"a\"\n\"b\"\n)", {"ab"}, {"a"}},
    {"root ::=\n \"a\"", {"a"}, {}},
    {"\n# first a comment\r\nroot ::= \"a\"\r\n", {"a"}, {}},
    {"root ::= \"a\" |", {"", "a"}, {"aa"}},
    {"root ::= \"\"", {""}, {"a"}},
    {"root ::= .",
     {"a", "\n", "é", "€", "😀"},
     {"", "ab", "\xff", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80"}},
    {"root ::= [^\"\\\\\\n]+", {"abc", "grüße", "日本"}, {"", "a\"", "a\\", "a\nb", "\x80"}},
    {"root ::= [a-cx-z-]+", {"abc-xyz", "-"}, {"d", "w"}},
    {"root ::= [-a]+", {"-a-"}, {"b"}},
    {"root ::= [a\\]\\[\\\\]+", {"a][\\"}, {"b"}},
    {"root ::= [あ-ん]+", {"あい", "ん"}, {"a", "ア", "\xe3\x81"}},
    {"root ::= [à-ö]", {"é"}, {"e", "ø"}},
    {"root ::= [\\u0400-\\u04FF]{2}", {"да"}, {"д", "da"}},
    {"root ::= [\\U0001F600-\\U0001F64F]", {"😀", "🙏"}, {"🚀", "x"}},
    {"root ::= \"\\x41\\u00e9\\U0001F600\\n\\t\\r\\\\\\\"\\[\\]\"", {"Aé😀\n\t\r\\\"[]"}, {"A"}},
    {"root ::= \"é\"{2}", {"éé"}, {"é", "\xc3\xc3"}},
    {"root ::= \"(\" root \")\" | \"x\"", {"x", "(x)", "((((x))))"}, {"", "(", "((x)", "(x))"}},
    {"root ::= \"a\" root \"b\" | \"\"", {"", "ab", "aaabbb"}, {"aab", "abb", "ba"}},
    {"root ::= item (\",\" root)?\nitem ::= [0-9]", {"1", "1,2,3"}, {"1,", ",1"}},
    {"root ::= e\ne ::= t (\"+\" t)*\nt ::= f (\"*\" f)*\nf ::= \"(\" e \")\" | [0-9]+",
     {"1", "1+2*(3+44)*5"},
     {"1+", "(1"}},
    {"root ::= a | b\na ::= \"x\" a \"y\" | \"m\"\nb ::= \"x\" b \"z\" | \"m\"",
     {"m", "xmy", "xxmzz"},
     {"xmyz", "xxmyz"}},
    {"root ::= \"a\" dead | \"b\"\ndead ::= \"x\" dead", {"b"}, {"a", "ax", "axx"}},
    {kJson,
     {"{}", R"({"a": [1, -2.5e3, {"b": null}], "c": "d\nAé"})", "{\n  \"x\": true}"},
     {"", "{", "[]", R"({"a"})", R"({"a": })", R"({"a": 01})", R"({"a": "\x"})", "{} }"}},
};

TEST(Gbnf, AcceptsAndRejects) {
    for (const GrammarCase& c : kCases) {
        Matcher matcher(compile(parse_gbnf(c.grammar)));
        for (const std::string_view text : c.accepted) EXPECT_TRUE(fits(matcher, text)) << c.grammar << "\n" << text;
        for (const std::string_view text : c.rejected) EXPECT_FALSE(fits(matcher, text)) << c.grammar << "\n" << text;
    }
}

/// From every state that is not dead the end can be reached, so no beginning leads into a trap.
TEST(Gbnf, KnowsDeadEndsAtOnce) {
    Matcher matcher(compile(parse_gbnf("root ::= \"a\" dead | \"b\"\ndead ::= \"x\" dead")));
    EXPECT_EQ(matcher.next(matcher.start(), uint8_t('a')), Matcher::kDead);
}

TEST(Gbnf, EqualStatesAreOne) {
    Matcher matcher(compile(parse_gbnf("root ::= item (\",\" root)?\nitem ::= [0-9]+ | \"(\" root \")\"")));
    const auto after = [&](std::string_view text) { return matcher.next(matcher.start(), text); };
    EXPECT_EQ(after("1"), after("2,3,44"));  // what a list has behind it grows no stack
    EXPECT_EQ(after("(1,"), after("((2),(1)),("));
    EXPECT_NE(after("1"), after("(1"));
    EXPECT_TRUE(matcher.complete(after("1")));
    EXPECT_FALSE(matcher.finished(after("1")));
    Matcher choice(compile(parse_gbnf("root ::= \"ab\" | \"cd\"")));
    EXPECT_TRUE(choice.finished(choice.next(choice.start(), "ab")));
}

TEST(Gbnf, AStateOutlivesForgetting) {
    Matcher matcher(compile(parse_gbnf(kJson)));
    const std::string_view begin = R"({"a": [1, {"b": )", rest = R"("x"}]})";
    const Matcher::State kept = matcher.forget_all_but(matcher.next(matcher.start(), begin));
    EXPECT_TRUE(matcher.complete(matcher.next(kept, rest)));
    EXPECT_EQ(matcher.next(kept, "]"), Matcher::kDead);
    const Matcher::State end = matcher.forget_all_but(matcher.next(kept, rest));
    EXPECT_TRUE(matcher.complete(end));
}

struct ErrorCase {
    std::string grammar;
    std::string_view named;
};

const ErrorCase kErrors[] = {
    {"", "grammar:1:1: no rule \"root\""},
    {"a ::= \"x\"", "no rule \"root\""},
    {"root = \"x\"", "grammar:1:6: expected \"::=\", got \"=\""},
    {"root ::= \"x", "grammar:1:10: this string is never closed"},
    {"root ::= [a-", "grammar:1:10: this class is never closed"},
    {"root ::= []", "grammar:1:10: a class without characters"},
    {"root ::= [z-a]", "the range ends before it begins"},
    {"root ::= (\"x\"", "grammar:1:10: this \"(\" is never closed"},
    {"root ::= (\"x\" $)", "grammar:1:15: expected \")\" or more of the group, got \"$\""},
    {"root ::= \"x\")", "grammar:1:13: expected the end of the rule, got \")\""},
    {"root ::= \"x\"\n\"y\"", "grammar:2:1: expected the name of a rule, got \"\"\""},
    {"root ::= a\n\nroot2 ::= a", "grammar:1:10: rule \"a\" is not defined"},
    {"root ::= \"x\"\nroot ::= \"y\"", "grammar:2:1: rule \"root\" is defined twice"},
    {"root ::= *", "nothing stands before this to repeat"},
    {"root ::= \"x\" | +", "nothing stands before this to repeat"},
    {"root ::= \"x\"{", "expected a number of repetitions, got the end"},
    {"root ::= \"x\"{,3}", "expected a number of repetitions, got \",\""},
    {"root ::= \"x\"{1", "expected \"}\", got the end"},
    {"root ::= \"x\"{3,2}", "the most repetitions are fewer than the least"},
    {"root ::= \"x\"{99999999999999999999}", "more than 1000000 repetitions"},
    {"root ::= \"x\"{1000000}{1000000}", "larger than"},
    {"root ::= \"\"{1000000}{1000000}{1000000}", "larger than"},
    {"root ::= \"\\q\"", "grammar:1:11: unknown escape"},
    {"root ::= \"\\x4\"", "expected 2 hexadecimal digits, got \"\"\""},
    {"root ::= \"\\uD800\"", "not that of a character"},
    {"root ::= \"\\U00110000\"", "not that of a character"},
    {"root ::= \"\xff\"", "this is not UTF-8"},
    {"root ::= <think>", "references to tokens are not supported"},
    {"root ::= !<[1]>", "references to tokens are not supported"},
    {"root ::= root", "no text fits it"},
    {"root ::= \"a\" root", "no text fits it"},
    {"root ::= root \"a\" | \"b\"", "rule \"root\" begins with itself (left recursion: root -> root)"},
    {"root ::= x\nx ::= y \"a\" | \"b\"\ny ::= z\nz ::= \"\" x", "left recursion: x -> y -> z -> x"},
    {"root ::= e root | \"b\"\ne ::= \"a\"?", "rule \"root\" begins with itself"},
    {"root ::= \"x\" | a\na ::= (\"y\"* a \"z\") | \"q\"", "rule \"a\" begins with itself"},
    {"root ::= " + std::string(200, '('), "more than 128 groups inside one another"},
    {"root ::= " + std::string(60000, '('), "more than 128 groups inside one another"},
    {"root ::= \"a\"" + std::string(60000, '*'), "inside one another"},
    {std::string(2 << 20, ' '), "2097152 bytes, at most"},
};

TEST(Gbnf, SaysWhereAndWhatIsWrong) {
    for (const ErrorCase& c : kErrors) {
        SCOPED_TRACE(c.grammar.substr(0, 100));
        expect_bad_data([&] { compile(parse_gbnf(c.grammar)); }, c.named);
    }
}

TEST(Gbnf, AGrammarThatCanBeReadInTooManyWaysIsAnError) {
    // The number of stacks doubles with each "a".
    Matcher matcher(compile(parse_gbnf("root ::= \"a\" root \"x\"{2} | \"a\" root [x-y]{2} | \"b\"")));
    const std::string text(40, 'a');
    EXPECT_THROW(matcher.next(matcher.start(), text), Error);
}

/// Whatever is done to a grammar, the parser answers with a grammar or an error, and soon.
TEST(Gbnf, MutationsNeverCrashOrHang) {
    constexpr std::string_view kParts[] = {"(", ")", "*",  "+",   "?",    "|",      "\n",     "[",   "]",
                                           "^", "-", "\"", "\\",  "{3}",  "{2,40}", "{1000}", "::=", "root",
                                           "a", "#", ".",  "\\x", "\xff", "ws",     " ",      "<",   "é"};
    std::mt19937 random(7);
    size_t n_good = 0;
    for (int i = 0; i < 3000; ++i) {
        std::string text(i % 2 == 0 ? kJson : kCases[size_t(i / 2) % std::size(kCases)].grammar);
        for (size_t n = 1 + random() % 4; n > 0; --n) {
            const size_t place = random() % (text.size() + 1);
            const std::string_view part = kParts[random() % std::size(kParts)];
            switch (random() % 3) {
                case 0:
                    text.insert(place, part);
                    break;
                case 1:
                    text.erase(place, 1 + random() % 5);
                    break;
                default:
                    text.replace(place, std::min<size_t>(text.size() - place, part.size()), part);
            }
        }
        const auto started = std::chrono::steady_clock::now();
        try {
            Matcher matcher(compile(parse_gbnf(text)));
            ++n_good;
            Matcher::State state = matcher.start();
            for (int k = 0; k < 200 && state != Matcher::kDead; ++k) {
                // Some byte that goes on, tried from a random one.
                Matcher::State reached = Matcher::kDead;
                for (size_t byte = random() % 256, tries = 0; tries < 256 && reached == Matcher::kDead; ++tries, ++byte)
                    reached = matcher.next(state, uint8_t(byte));
                EXPECT_TRUE(reached != Matcher::kDead || matcher.complete(state)) << text;
                state = reached;
            }
        } catch (const Error&) {
        }
        EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10)) << text;
    }
    EXPECT_GT(n_good, 300u);
}

}  // namespace
}  // namespace siskin::test
