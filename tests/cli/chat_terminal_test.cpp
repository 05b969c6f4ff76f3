// `siskin chat` as people use it: on a terminal, with the built-in model and with small ones.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "tests/cli/terminal_chat.h"

namespace siskin::test {
namespace {

std::string read_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string home_of(Models& models) { return models.path("home"); }

/// Gets a parrot's first answer going.
bool is_in_an_answer(TerminalChat& chat) {
    if (!chat.wait_for_prompt()) return false;
    chat.enter("hello");
    return chat.wait_for("eeeeee");
}

TEST(TerminalChat, TheTerminalIsAsBeforeHoweverItEnds) {
    SISKIN_NEED_TERMINAL();
    Models models;
    const std::string model = models.parrot("e");
    struct Case {
        const char* name;
        std::vector<std::string> typed;
        int signal, code;
    };
    const Case cases[] = {
        {"Ctrl-D", {kCtrlD}, 0, 0},
        {"exit", {"/exit\r"}, 0, 0},
        {"two Ctrl-C", {kCtrlC, kCtrlC}, 0, 130},
        {"terminated at the prompt", {}, SIGTERM, 143},
        {"closed at the prompt", {}, SIGHUP, 143},
        {"terminated in an answer", {"hello\r"}, SIGTERM, 143},
        {"killed by a fault", {"hello\r"}, SIGSEGV, 1000 + SIGSEGV},
    };
    for (const Case& c : cases) {
        TerminalChat chat({"chat", model}, home_of(models));
        const std::string before = chat.settings();
        ASSERT_TRUE(chat.wait_for_prompt()) << chat.out;
        EXPECT_NE(chat.settings(), before) << "keys are not echoed by the terminal";
        for (const std::string& keys : c.typed) {
            chat.type(keys);
            if (keys == kCtrlC) {
                ASSERT_TRUE(chat.wait_for("> ") || &keys == &c.typed.back()) << c.name << chat.out;
            }
            if (keys == "hello\r") {
                ASSERT_TRUE(chat.wait_for("eeeeee")) << c.name << chat.out;
            }
        }
        if (c.signal) chat.send(c.signal);
        EXPECT_EQ(chat.finish(), c.code) << c.name;
        EXPECT_EQ(chat.settings(), before) << c.name;
        EXPECT_GT(chat.out.rfind("\x1b[?2004l") + 1, chat.out.rfind("\x1b[?2004h") + 1) << c.name;
    }
}

TEST(TerminalChat, ExceptionsRestoreTheTerminalToo) {
    SISKIN_NEED_TERMINAL();
    Models models;
    TinyFile file = make_tiny(tiny_recipe("llama"));
    const float nan = std::numeric_limits<float>::quiet_NaN();
    std::memcpy(file.tensor("output_norm.weight").data.data(), &nan, sizeof nan);
    TerminalChat chat({"chat", models.put("nan.gguf", file)}, home_of(models));
    const std::string before = chat.settings();
    ASSERT_TRUE(chat.wait_for_prompt()) << chat.out;
    chat.enter("hello");
    EXPECT_EQ(chat.finish(), 65) << chat.out;
    EXPECT_EQ(chat.settings(), before);
}

TEST(TerminalChat, CtrlCAtThePrompt) {
    SISKIN_NEED_TERMINAL();
    Models models;
    TerminalChat chat({"chat", models.parrot("e"), "-n", "2"}, home_of(models));
    ASSERT_TRUE(chat.wait_for_prompt());
    chat.type(std::string("not sent") + kCtrlC);
    ASSERT_TRUE(chat.wait_for("> ")) << "the line is forgotten";
    chat.enter("sent");
    ASSERT_TRUE(chat.wait_for("ee\r\n> ")) << chat.out;
    chat.type(kCtrlC);
    ASSERT_TRUE(chat.wait_for("once more")) << "one at a fresh prompt does not leave";
    ASSERT_TRUE(chat.wait_for("> "));
    chat.enter("again");
    ASSERT_TRUE(chat.wait_for("ee\r\n> ")) << chat.out;
    chat.type(kCtrlC);
    ASSERT_TRUE(chat.wait_for("> "));
    chat.type(kCtrlC);
    EXPECT_EQ(chat.finish(), 130);
}

TEST(TerminalChat, CtrlCStopsTheAnswerAndASecondOneLeaves) {
    SISKIN_NEED_TERMINAL();
    Models models;
    TerminalChat chat({"chat", models.parrot("e")}, home_of(models));
    ASSERT_TRUE(is_in_an_answer(chat)) << chat.out;
    chat.type(kCtrlC);
    ASSERT_TRUE(chat.wait_for("> "));
    chat.enter("again");
    ASSERT_TRUE(chat.wait_for("eeeeee")) << "the talk goes on";
    chat.type(kCtrlC);
    ASSERT_TRUE(chat.wait_for("> "));
    chat.type(kCtrlC);
    EXPECT_EQ(chat.finish(), 130);
}

TEST(TerminalChat, CtrlCWhileTheTerminalTakesNothingStopsTheAnswerOnly) {
    SISKIN_NEED_TERMINAL();
    Models models;
    TerminalChat chat({"chat", models.parrot("e")}, home_of(models));
    ASSERT_TRUE(is_in_an_answer(chat)) << chat.out;
    chat.hold_output(true);
    usleep(100'000);  // it waits in the middle of a write
    chat.type(kCtrlC);
    usleep(100'000);
    chat.hold_output(false);
    ASSERT_TRUE(chat.wait_for("> ")) << "the talk goes on, not " << chat.finish();
    chat.type(kCtrlD);
    EXPECT_EQ(chat.finish(), 0);
}

TEST(TerminalChat, SignalsOfOtherProcessesAreLikeKeys) {
    SISKIN_NEED_TERMINAL();
    Models models;
    TerminalChat chat({"chat", models.parrot("e")}, home_of(models));
    ASSERT_TRUE(is_in_an_answer(chat)) << chat.out;
    chat.send(SIGINT);
    ASSERT_TRUE(chat.wait_for("> ")) << chat.out;
    chat.send(SIGINT);
    EXPECT_EQ(chat.finish(), 130);
}

TEST(TerminalChat, ARunWithoutAPromptIsAChat) {
    SISKIN_NEED_TERMINAL();
    Models models;
    TerminalChat chat({"run", models.parrot("e"), "-n", "2"}, home_of(models));
    ASSERT_TRUE(chat.wait_for_prompt()) << chat.out;
    chat.enter("hello");
    ASSERT_TRUE(chat.wait_for("ee\r\n")) << chat.out;
    chat.enter("/exit");
    EXPECT_EQ(chat.finish(), 0);
}

TEST(TerminalChat, APasteOfManyLinesIsOneMessage) {
    SISKIN_NEED_TERMINAL();
    Models models;
    TerminalChat chat({"chat", models.parrot("e"), "-n", "2"}, home_of(models));
    ASSERT_TRUE(chat.wait_for_prompt());
    std::string paste = "\x1b[200~/exit\r";
    for (int i = 1; i <= 200; ++i) paste += "line " + std::to_string(i) + "\r";
    chat.type(paste + "\x1b[201~");
    ASSERT_TRUE(chat.wait_for("line 200")) << chat.out;
    EXPECT_EQ(chat.screen().front(), "... 179 rows above");
    EXPECT_EQ(chat.out.find("ee\r\n"), std::string::npos) << "nothing is sent before Enter";
    chat.type(kEnter);
    ASSERT_TRUE(chat.wait_for("ee\r\n> ")) << chat.out;
    chat.enter("/undo");
    ASSERT_TRUE(chat.wait_for("> "));
    chat.type("\x1b[200~one\rtwo\rthree\x1b[201~\r");
    ASSERT_TRUE(chat.wait_for("ee\r\n> ")) << chat.out;
    chat.enter("/save " + models.path("talk.md"));
    ASSERT_TRUE(chat.wait_for("1 turn saved to")) << chat.out;
    EXPECT_EQ(read_text(models.path("talk.md")), "## user\none\ntwo\nthree\n\n## assistant\nee\n\n");
    chat.type(kCtrlD);
    EXPECT_EQ(chat.finish(), 0);
}

TEST(TerminalChat, AMegabyteIsPastedInASecond) {
    SISKIN_NEED_TERMINAL();
    Models models;
    TerminalChat chat({"chat", models.parrot("e"), "-n", "2"}, home_of(models));
    ASSERT_TRUE(chat.wait_for_prompt());
    std::string paste = "\x1b[200~";
    while (paste.size() < (1 << 20)) paste += "a line of what somebody pastes into the chat\r";
    const auto start = std::chrono::steady_clock::now();
    chat.type(paste + "the end\x1b[201~");
    ASSERT_TRUE(chat.wait_for("the end"));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    RecordProperty("seconds", std::to_string(seconds.count()));
    EXPECT_LT(seconds.count(), 5.0) << "on a busy machine";
    chat.type(kCtrlC);
    ASSERT_TRUE(chat.wait_for("> "));
    chat.type(kCtrlD);
    EXPECT_EQ(chat.finish(), 0);
}

TEST(TerminalChat, AResizedTerminalIsPaintedAnew) {
    SISKIN_NEED_TERMINAL();
    Models models;
    TerminalChat chat({"chat", models.parrot("e"), "-n", "2"}, home_of(models));
    ASSERT_TRUE(chat.wait_for_prompt());
    chat.type("a line that is longer than forty columns, and says so at its end");
    ASSERT_TRUE(chat.wait_for("end"));
    chat.resize(40, 10);
    ASSERT_TRUE(chat.wait_for("end")) << chat.out;
    Screen since(40, 10);
    since.write(chat.out.substr(chat.out.rfind("\x1b[J")));
    EXPECT_EQ(since.rows(),
              (std::vector<std::string>{"> a line that is longer than forty colu", "mns, and says so at its end"}));
    chat.type(kEnter);
    ASSERT_TRUE(chat.wait_for("ee\r\n> ")) << chat.out;
    chat.type(kCtrlD);
    EXPECT_EQ(chat.finish(), 0);
}

TEST(TerminalChat, UndoEditRegenAndCompletion) {
    SISKIN_NEED_TERMINAL();
    Models models;
    TerminalChat chat({"chat", models.parrot("e"), "-n", "2"}, home_of(models));
    ASSERT_TRUE(chat.wait_for_prompt());
    chat.enter("first");
    ASSERT_TRUE(chat.wait_for("ee\r\n> "));
    chat.enter("second");
    ASSERT_TRUE(chat.wait_for("ee\r\n> "));
    chat.enter("/un\t");
    ASSERT_TRUE(chat.wait_for("taken back; the conversation has 1 turn")) << chat.out;
    ASSERT_TRUE(chat.wait_for("> "));
    chat.enter("/edit");
    ASSERT_TRUE(chat.wait_for("> first")) << chat.out;
    chat.enter("!");
    ASSERT_TRUE(chat.wait_for("ee\r\n> "));
    chat.enter("/regen 5");
    ASSERT_TRUE(chat.wait_for("ee\r\n> "));
    chat.enter("/context");
    ASSERT_TRUE(chat.wait_for("1 turn; keys and values take")) << chat.out;
    ASSERT_TRUE(chat.wait_for("> "));
    chat.enter("/save " + models.path("talk.md"));
    ASSERT_TRUE(chat.wait_for("> "));
    EXPECT_EQ(read_text(models.path("talk.md")), "## user\nfirst!\n\n## assistant\nee\n\n");
    chat.enter("/ext");
    ASSERT_TRUE(chat.wait_for("did you mean /exit?")) << chat.out;
    ASSERT_TRUE(chat.wait_for("> "));
    chat.enter("/exit");
    EXPECT_EQ(chat.finish(), 0);
}

TEST(TerminalChat, HistoryLastsForTheNextTalk) {
    SISKIN_NEED_TERMINAL();
    Models models;
    const std::string model = models.parrot("e");
    for (const char* keys : {"find me\r", "\x1b[A\r",
                             "\x12"
                             "find\r"}) {
        TerminalChat chat({"chat", model, "-n", "2"}, home_of(models));
        ASSERT_TRUE(chat.wait_for_prompt());
        chat.type(keys);
        ASSERT_TRUE(chat.wait_for("ee\r\n> ")) << chat.out;
        chat.enter("/save " + models.path("talk.md"));
        ASSERT_TRUE(chat.wait_for("> "));
        EXPECT_TRUE(read_text(models.path("talk.md")).starts_with("## user\nfind me\n")) << keys;
        chat.type(kCtrlD);
        EXPECT_EQ(chat.finish(), 0);
        // The command is not what is found next.
        std::ofstream(home_of(models) + "/state/siskin/history") << "find me\n";
    }
    struct stat status;
    ASSERT_EQ(stat((home_of(models) + "/state/siskin/history").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(TerminalChat, AnotherEditorWritesTheMessage) {
    SISKIN_NEED_TERMINAL();
    Models models;
    const std::string script = models.put("editor.sh", "#!/bin/sh\nprintf ' and\\nedited\\n' >> \"$1\"\n");
    chmod(script.c_str(), 0700);
    ProcessOptions options = {.environment = home_in(home_of(models)), .terminal = true};
    options.environment.push_back("VISUAL=" + script);
    Process chat(siskin_command({"chat", models.parrot("e"), "-n", "2"}), options);
    ASSERT_TRUE(chat.wait_for("> "));
    chat.type("typed\x07");
    ASSERT_TRUE(chat.wait_for(". edited")) << chat.out;
    chat.type(kEnter);
    ASSERT_TRUE(chat.wait_for("ee\r\n> ")) << chat.out;
    chat.type("/save " + models.path("talk.md") + kEnter);
    ASSERT_TRUE(chat.wait_for("> "));
    EXPECT_TRUE(read_text(models.path("talk.md")).starts_with("## user\ntyped and\nedited\n"));
    chat.type(kCtrlD);
    EXPECT_EQ(chat.finish(), 0);
}

TEST(TerminalChat, ADumbTerminalGetsPlainLines) {
    SISKIN_NEED_TERMINAL();
    Models models;
    ProcessOptions options = {.environment = home_in(home_of(models)), .terminal = true};
    options.environment.push_back("TERM=dumb");
    Process chat(siskin_command({"chat", models.parrot("e"), "-n", "2"}), options);
    ASSERT_TRUE(chat.wait_for("> "));
    chat.type("hello\r");
    ASSERT_TRUE(chat.wait_for("ee\r\n> ")) << chat.out;
    EXPECT_EQ(chat.out.find('\x1b'), std::string::npos) << chat.out;
    chat.type(kCtrlD);
    EXPECT_EQ(chat.finish(), 0);
}

TEST(TerminalChat, TheOldestTurnsAreDroppedVisibly) {
    SISKIN_NEED_TERMINAL();
    Models models;
    TerminalChat chat({"chat", models.parrot("e"), "-n", "8", "-c", "128"}, home_of(models));
    ASSERT_TRUE(chat.wait_for_prompt());
    for (int i = 0; i < 3; ++i) {
        chat.enter("a message of some length " + std::to_string(i));
        ASSERT_TRUE(chat.wait_for("eeeeeeee\r\n")) << chat.out;
        ASSERT_TRUE(chat.wait_for("> "));
    }
    EXPECT_NE(chat.out.find("no longer sees the oldest"), std::string::npos) << chat.out;
    EXPECT_NE(chat.out.find("% > "), std::string::npos) << "the meter: " << chat.out;
    chat.enter("/save " + models.path("talk.md"));
    ASSERT_TRUE(chat.wait_for("3 turns")) << "the text keeps them all" << chat.out;
    ASSERT_TRUE(chat.wait_for("> "));
    chat.enter(std::string(200, 'x'));
    ASSERT_TRUE(chat.wait_for("the context has 128")) << chat.out;
    chat.type(kCtrlU);
    chat.enter("/exit");
    EXPECT_EQ(chat.finish(), 0);
}

// ---- Sessions ----

TEST(TerminalChat, ASessionGoesOn) {
    Models models;
    const std::string home = home_of(models);
    const std::vector<std::string> words = {"chat", "-S", "work", "-s", "7", "-n", "30", "-t", "1"};
    const std::string messages[] = {"Hello", "What is siskin?", "Tell me a story", "Thank you"};
    // One talk by a pipe, and the same cut in two.
    const auto pipe = [&](const std::string& input, const std::string& where) {
        return call(words, {.input = input, .environment = home_in(where)});
    };
    const std::string all = messages[0] + "\n" + messages[1] + "\n" + messages[2] + "\n" + messages[3] + "\n";
    const Finished whole = pipe(all, home + "1");
    EXPECT_EQ(whole.code, 0) << whole.err;
    const Finished first = pipe(messages[0] + "\n" + messages[1] + "\n", home + "2");
    const std::string folder = home + "2/data/siskin/sessions/";
    EXPECT_TRUE(std::filesystem::exists(folder + "work.kv"));
    const Finished second = pipe(messages[2] + "\n" + messages[3] + "\n", home + "2");
    EXPECT_EQ(first.out + second.out, whole.out) << second.err;
    EXPECT_EQ(read_text(folder + "work.md"), read_text(home + "1/data/siskin/sessions/work.md"));
    struct stat status;
    ASSERT_EQ(stat(folder.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u);

    // Without the snapshot, and with a damaged one, the text is read again and the answers are the same.
    for (const bool damaged : {false, true}) {
        const std::string where = home + (damaged ? "3" : "4");
        pipe(messages[0] + "\n" + messages[1] + "\n", where);
        const std::string kv = where + "/data/siskin/sessions/work.kv";
        if (damaged)
            std::filesystem::resize_file(kv, 1000);
        else
            std::filesystem::remove(kv);
        const Finished rest = pipe(messages[2] + "\n" + messages[3] + "\n", where);
        EXPECT_EQ(first.out + rest.out, whole.out) << rest.err;
        EXPECT_EQ(rest.err.find("discarded") != std::string::npos, damaged) << rest.err;
    }
}

TEST(TerminalChat, ASessionIsForOneProcess) {
    SISKIN_NEED_TERMINAL();
    Models models;
    const std::string home = home_of(models), model = models.parrot("e");
    TerminalChat chat({"chat", model, "-S", "work", "-n", "2"}, home);
    ASSERT_TRUE(chat.wait_for_prompt()) << chat.out;
    const Finished other = call({"chat", model, "-S", "work"}, {.environment = home_in(home)});
    EXPECT_EQ(other.code, 75);
    EXPECT_NE(other.err.find("in use"), std::string::npos) << other.err;
    EXPECT_EQ(call({"chat", model, "-S", "other"}, {.environment = home_in(home)}).code, 0);
    EXPECT_EQ(call({"chat", model, "-S", "../x"}, {.environment = home_in(home)}).code, 2);
    chat.enter("hello");
    ASSERT_TRUE(chat.wait_for("ee\r\n> "));
    chat.send(SIGKILL);
    chat.finish();
    const std::string folder = home + "/data/siskin/sessions/";
    EXPECT_EQ(read_text(folder + "work.md"), "## user\nhello\n\n## assistant\nee\n\n") << "saved after every turn";

    // What a process that was killed while it wrote has left is cleared away; the model is remembered.
    std::ofstream(folder + ".work.kv.tmp.123") << "half";
    TerminalChat again({"chat", "-S", "work", "-n", "2"}, home);
    ASSERT_TRUE(again.wait_for("session work, turn 2")) << again.out;
    ASSERT_TRUE(again.wait_for("> "));
    EXPECT_FALSE(std::filesystem::exists(folder + ".work.kv.tmp.123"));
    again.enter("/clear");
    ASSERT_TRUE(again.wait_for("work~1.md")) << again.out;
    again.type(kCtrlD);
    EXPECT_EQ(again.finish(), 0);
    EXPECT_EQ(read_text(folder + "work.md"), "");
}

TEST(TerminalChat, OfAnotherModelTheTextIsReadAgain) {
    Models models;
    const std::string home = home_of(models), a = models.parrot("e");
    EXPECT_EQ(call({"chat", a, "-S", "work", "-n", "2"}, {.input = "hello\n", .environment = home_in(home)}).code, 0);
    const Finished other =
        call({"chat", models.chatml(), "-S", "work", "-n", "2"}, {.input = "more\n", .environment = home_in(home)});
    EXPECT_EQ(other.code, 0);
    EXPECT_NE(other.err.find("another model"), std::string::npos) << other.err;
    EXPECT_NE(read_text(home + "/data/siskin/sessions/work.md").find("more"), std::string::npos);
}

}  // namespace
}  // namespace siskin::test
