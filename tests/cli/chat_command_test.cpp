// `siskin chat` from a pipe.

#include <gtest/gtest.h>

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

TEST(Chat, TheSameSeedWritesTheSameText) {
    const std::vector<std::string> built_in = {"SISKIN_MODEL="};
    const auto chat = [&](const std::string& input, const char* seed, const char* threads = "1") {
        return call({"chat", "-n", "30", "-s", seed, "-t", threads, "--temp", "2"},
                    {.input = input, .environment = built_in})
            .out;
    };
    const std::string two = chat("a story\nanother story\n", "7");
    EXPECT_EQ(chat("a story\nanother story\n", "7", "2"), two);
    EXPECT_EQ(chat("a story\nanother story\n/undo\nanother story\n", "7"),
              two + two.substr(chat("a story\n", "7").size()));
    EXPECT_NE(chat("a story\nanother story\n", "8"), two);
    // The first answer has the seed of the talk, as that of one question. /regen draws anew, unless it gets a seed.
    const std::string first =
        call({"run", "-p", "a story", "-n", "30", "-s", "7", "--temp", "2"}, {.environment = built_in}).out;
    EXPECT_EQ(chat("a story\n", "7"), first);
    EXPECT_EQ(chat("a story\n/regen 7\n", "5"), chat("a story\n", "5") + first);
    EXPECT_EQ(chat("a story\n/set seed 7\n/regen 7\n", "5"), chat("a story\n", "5") + first);
    EXPECT_NE(chat("a story\n/regen\n", "7"), first + first);
}

TEST(Chat, SettingsAndFiles) {
    Models models;
    const std::string model = models.parrot("e");
    const auto chat = [&](const std::string& input) { return call({"chat", model, "-n", "2"}, {.input = input}); };
    EXPECT_EQ(chat("/set predict 4\na\n").out, "eeee\n");
    EXPECT_EQ(chat("/set parameter num_predict 3\na\n").out, "eee\n");
    EXPECT_NE(chat("/set tmp 3\n").err.find("did you mean --temp?"), std::string::npos);
    EXPECT_NE(chat("/set top-p 3\n").err.find("--top-p: 3, expected"), std::string::npos);
    EXPECT_NE(chat("/set temp x\n").err.find("not a number"), std::string::npos);
    EXPECT_NE(chat("/set temp 0.25\n/set top-k 7\n/set\n").err.find("--temp 0.25 (flag)"), std::string::npos);
    EXPECT_NE(chat("/system Be kind.\n/system\n").err.find("Be kind."), std::string::npos);
    EXPECT_NE(chat("/show\n").err.find("model "), std::string::npos);
    const std::string notes = models.put("notes.txt", "the notes"), talk = models.path("talk.md");
    EXPECT_EQ(chat("/read " + notes + "\nSummarise.\n/save " + talk + "\n").code, 0);
    const Finished loaded = chat("/load " + talk + "\n/edit Explain.\n/save " + talk + "\n/context\n");
    EXPECT_EQ(loaded.out, "ee\n");
    EXPECT_NE(loaded.err.find("1 turn; keys and values"), std::string::npos) << loaded.err;
    EXPECT_EQ(call({"chat", model, "-n", "2"}, {.input = "/load " + notes + "\n"}).err.find("no line is") ==
                  std::string::npos,
              false);
    EXPECT_NE(chat("a\n/save " + notes + "\n").err.find("something else"), std::string::npos);
    const Finished folder = chat("/read .\n/load .\n/save .\na\n");
    EXPECT_EQ(folder.out, "ee\n") << folder.err;
    EXPECT_NE(chat("/read /no/such/file\n").err.find("/no/such/file"), std::string::npos);
    EXPECT_NE(chat("/undo\n").err.find("nothing to take back"), std::string::npos);
}

}  // namespace
}  // namespace siskin::test
