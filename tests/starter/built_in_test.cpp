// The program without a model: the built-in one answers, says so on a terminal, and nowhere else.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/siskin.h"

namespace siskin::test {
namespace {

constexpr const char* kNote = "built-in one answers";

TEST(BuiltIn, AnswersWhereNoModelIsNamed) {
    const struct {
        const char* name;
        Words words;
        std::string input, environment;
    } cases[] = {
        {"a prompt", {"run", "What is GGUF?"}, "", "SISKIN_MODEL="},
        {"several words", {"run", "What", "is", "GGUF?"}, "", "SISKIN_MODEL="},
        {"-p", {"run", "-p", "What is GGUF?"}, "", "SISKIN_MODEL="},
        {"stdin", {"run"}, "What is GGUF?\n", "SISKIN_MODEL="},
        {"a prompt with a slash", {"run", "Is it and/or?"}, "", "SISKIN_MODEL="},
        {"a name of a folder as prompt", {"run", "tmp"}, "", "SISKIN_MODEL="},
    };
    for (const auto& c : cases) {
        const Finished done = call(c.words, {.input = c.input, .environment = {c.environment}});
        EXPECT_EQ(done.code, 0) << c.name << ": " << done.err;
        EXPECT_GT(done.out.size(), 10u) << c.name;
        EXPECT_EQ(done.err, "") << c.name;
    }
}

TEST(BuiltIn, SaysSoOnATerminal) {
    SISKIN_NEED_TERMINAL();
    for (const Words& words : {Words{"run", "-n", "4", "Hello"}, Words{"info"}, Words{"logits", "--tokens", "1,2"}}) {
        const Finished done = run_process(siskin_command(words), {.environment = {"SISKIN_MODEL="}, .terminal = true});
        EXPECT_EQ(done.code, 0) << words[0] << ": " << done.out;
        EXPECT_NE(done.out.find(kNote), std::string::npos) << words[0] << ": " << done.out;
    }
}

TEST(BuiltIn, InfoNamesIt) {
    const Finished done = call({"info", "--json"}, {.environment = {"SISKIN_MODEL="}});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_NE(done.out.find("built-in starter model"), std::string::npos) << done.out;
    EXPECT_TRUE(nlohmann::json::accept(done.out));
}

TEST(BuiltIn, APathThatIsNotThereIsNoPrompt) {
    for (const char* path : {"/nowhere/model", "model.gguf", "./model"}) {
        const Finished done = call({"run", path, "Hello"}, {.environment = {"SISKIN_MODEL="}});
        EXPECT_EQ(done.code, 66) << path << ": " << done.err;
        EXPECT_EQ(done.out, "") << path;
    }
}

}  // namespace
}  // namespace siskin::test
