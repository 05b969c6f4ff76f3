// `siskin chat` from a pipe and on a terminal.

#include <gtest/gtest.h>
#include <signal.h>

#include "tests/cli/siskin.h"

namespace siskin::test {
namespace {

TEST(Chat, AnswersEachLineOfAPipe) {
    Models models;
    const Finished done = call({"chat", models.parrot("\u2581the"), "-n", "3"},
                               {.input = "one\n\n/regen\n/clear\ntwo\nlast without end"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, "the the the\nthe the the\nthe the the\nthe the the\n");
    EXPECT_NE(done.err.find("using chatml"), std::string::npos) << done.err;
}

TEST(Chat, TakesMessagesOfSeveralLines) {
    Models models;
    const std::string model = models.chatml();
    const std::vector<std::string> words = {"chat", model, "-n", "12", "--temp", "0"};
    const std::string expected = call({"run", model, "-p", "one\\ntwo", "-n", "12", "--temp", "0"}).out;
    EXPECT_EQ(call(words, {.input = "one\\\ntwo\n"}).out, expected);
    EXPECT_EQ(call(words, {.input = "\"\"\"one\ntwo\"\"\"\n"}).out, expected);
}

TEST(Chat, CommandsOfAPipe) {
    Models models;
    const std::string model = models.parrot("e");
    const auto chat = [&](const std::string& input) { return call({"chat", model, "-n", "2"}, {.input = input}); };
    EXPECT_EQ(chat("").out, "");
    EXPECT_EQ(chat("").code, 0);
    EXPECT_EQ(chat("a\n/exit\nb\n").out, "ee\n");
    EXPECT_EQ(chat("/bye\nb\n").out, "");
    EXPECT_NE(chat("/help\n").err.find("/regen"), std::string::npos);
    EXPECT_NE(chat("/dance\n").err.find("/dance is not a command"), std::string::npos);
    EXPECT_EQ(chat("/dance\n").out, "");
    EXPECT_NE(chat("/regen\n").err.find("no answer yet"), std::string::npos);
    EXPECT_EQ(chat("/etc/hosts is a file\n").out, "ee\n");
}

TEST(Chat, AConversationThatDoesNotFitSaysSo) {
    Models models;
    const Finished done =
        call({"chat", models.parrot("e"), "-c", "64", "-n", "2"}, {.input = std::string(100, 'x') + "\n"});
    EXPECT_EQ(done.code, 78);
    EXPECT_NE(done.err.find("the context has 64"), std::string::npos) << done.err;
    const Finished full = call({"chat", models.parrot("e"), "-c", "64"}, {.input = "x\n"});
    EXPECT_EQ(full.code, 0);
    EXPECT_NE(full.err.find("the context of 64 tokens is full"), std::string::npos) << full.err;
}

TEST(Chat, OnATerminalCtrlCStopsTheAnswerAndKeepsTheTalk) {
    Models models;
    Process chat(siskin_command({"chat", models.parrot("e")}), {.terminal = true});
    ASSERT_TRUE(chat.wait_for("/help lists commands")) << chat.out;
    ASSERT_TRUE(chat.wait_for("> "));
    chat.type("hello\n");
    ASSERT_TRUE(chat.wait_for("eeeeee")) << chat.out;
    chat.type("\x03");
    ASSERT_TRUE(chat.wait_for("> ")) << chat.out;
    chat.type("again\n");
    ASSERT_TRUE(chat.wait_for("eeeeee")) << chat.out;
    chat.send(SIGINT);
    ASSERT_TRUE(chat.wait_for("> ")) << chat.out;
    chat.type("\x04");
    EXPECT_EQ(chat.finish(), 0) << chat.out;
}

TEST(Chat, OnATerminalSignalsAtThePromptLeave) {
    Models models;
    const std::string model = models.parrot("e");
    for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
        Process chat(siskin_command({"chat", model}), {.terminal = true});
        ASSERT_TRUE(chat.wait_for("> "));
        chat.send(signal);
        EXPECT_EQ(chat.finish(), code);
    }
    Process chat(siskin_command({"chat", model}), {.terminal = true});
    ASSERT_TRUE(chat.wait_for("> "));
    chat.type("hello\n");
    ASSERT_TRUE(chat.wait_for("eeeeee")) << chat.out;
    chat.send(SIGTERM);
    EXPECT_EQ(chat.finish(), 143);
}

TEST(Chat, ARunWithoutAPromptOnATerminalIsAChat) {
    Models models;
    Process chat(siskin_command({"run", models.parrot("e"), "-n", "2"}), {.terminal = true});
    ASSERT_TRUE(chat.wait_for("> ")) << chat.out;
    chat.type("hello\n");
    ASSERT_TRUE(chat.wait_for("ee\r\n")) << chat.out;
    chat.type("/exit\n");
    EXPECT_EQ(chat.finish(), 0);
}

}  // namespace
}  // namespace siskin::test
