// The parts of a prompt, and what is left of one that is too long.

#include <gtest/gtest.h>

#include "cli/prompt.h"

namespace siskin::test {
namespace {

size_t n_letters(const std::string& text) { return text.size(); }

TEST(Prompt, PartsAreLines) {
    Prompt prompt;
    EXPECT_FALSE(prompt.given());
    prompt.add("stdin", "data");
    prompt.add("empty", "");
    prompt.add("the prompt", "question");
    EXPECT_TRUE(prompt.given());
    EXPECT_EQ(prompt.text(), "data\nquestion");
}

TEST(Prompt, TheMiddleOfTheLongestPartIsCut) {
    Prompt prompt;
    prompt.add("stdin", "0123456789abcdefghij");
    prompt.add("the prompt", "why?");
    EXPECT_EQ(prompt.cut_to(25, n_letters), "") << "it fits";
    EXPECT_EQ(prompt.cut_to(20, n_letters), "stdin");
    EXPECT_EQ(prompt.text(), "0123\n[...]\nghij\nwhy?");
    EXPECT_EQ(prompt.cut_to(11, n_letters), "");
    EXPECT_EQ(prompt.text(), "0123\n[...]\nghij\nwhy?") << "cutting was not enough";
    EXPECT_EQ(prompt.cut_to(12, n_letters), "stdin");
    EXPECT_EQ(prompt.text(), "\n[...]\n\nwhy?");
}

TEST(Prompt, NoCharacterIsCutInTwo) {
    std::string text;
    for (int i = 0; i < 50; ++i) text += "\u20ac\u00e9";
    for (size_t most = Prompt::kCut.size(); most < text.size(); ++most) {
        Prompt prompt;
        prompt.add("stdin", text);
        EXPECT_EQ(prompt.cut_to(most, n_letters), "stdin");
        const std::string cut = prompt.text();
        EXPECT_LE(cut.size(), most);
        EXPECT_GE(cut.size() + 6, most);
        const size_t at = cut.find(Prompt::kCut);
        const std::string head = cut.substr(0, at), tail = cut.substr(at + Prompt::kCut.size());
        EXPECT_TRUE(text.starts_with(head) && text.ends_with(tail)) << cut;
        for (const std::string& part : {head, tail})
            EXPECT_TRUE(part.empty() || part.front() == '\xe2' || part.front() == '\xc3') << cut;
    }
}

TEST(Prompt, UnevenTokensTakeAnotherTurn) {
    // The beginning of the text has ten times the tokens of its end.
    const auto n_tokens = [](const std::string& text) {
        size_t n = 0;
        for (const char c : text) n += c == '#' ? 10 : 1;
        return n;
    };
    Prompt prompt;
    prompt.add("stdin", std::string(500, '#') + std::string(5000, '.'));
    EXPECT_EQ(prompt.cut_to(1000, n_tokens), "stdin");
    EXPECT_LE(n_tokens(prompt.text()), 1000u);
    EXPECT_GE(n_tokens(prompt.text()), 950u);
}

}  // namespace
}  // namespace siskin::test
