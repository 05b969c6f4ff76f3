// Each exit code that `siskin --help` lists is reached by the program itself, in a way that people meet.

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "cli/commands.h"
#include "tests/cli/siskin.h"
#include "tests/support/isolated.h"

namespace siskin::test {
namespace {

/// A model that goes on for a million tokens.
Words endless(Models& models) { return {"run", models.parrot("e"), "say"}; }

Finished after_first_output(Models& models, const std::function<void(Process&)>& then) {
    Process process(siskin_command(endless(models)));
    EXPECT_TRUE(process.wait_for("e"));
    then(process);
    const int code = process.finish();
    return {code, process.out, process.err};
}

struct Way {
    int code;
    const char* how;
    std::function<Finished(Models&)> go;
    size_t n_lines = 1;    ///< on stderr
    bool possible = true;  ///< here
};

Finished busy(Models& models) {
    const Words home = {"HOME=" + models.path("home"), "XDG_STATE_HOME=" + models.path("home/state"),
                        "XDG_DATA_HOME=" + models.path("home/data")};
    const Words chat = {"chat", models.parrot("e"), "-S", "work"};
    Process first(siskin_command(chat), {.input = "say\n", .environment = home});
    EXPECT_TRUE(first.wait_for("e"));
    return call(chat, {.input = "say\n", .environment = home});
}

/// Files of others: this test's folder is its own, which only root's rights would overcome.
Finished forbidden(Models& models) {
    const std::string model = models.plain();
    if (geteuid() != 0) std::filesystem::permissions(model, std::filesystem::perms::none);
    return call({"run", model, "hi"}, {.as_nobody = true});
}

/// Whether somebody without rights can run the program at all.
bool nobody_can_run() { return geteuid() != 0 || call({"--version"}, {.as_nobody = true}).code == 0; }

std::vector<Way> ways() {
    const auto calling = [](const Words& words, const std::string& to = "") {
        return [=](Models&) { return call(words, {.stdout_to = to}); };
    };
    return {
        {0, "an answer",
         [](Models& m) {
             return call({"run", m.plain(), "hi", "-n", "2"});
         },
         0},
        {1, "an answer cut before it was what was asked for",
         [](Models& m) {
             return call({"run", m.plain(), "hi", "-n", "2", "--choices", "a long choice,another long one"});
         }},
        {2, "an unknown command", calling({"rum"})},
        {65, "a file that is no model",
         [](Models& m) {
             return call({"run", m.put("text", "text\n"), "hi"});
         }},
        {66, "a file that is not there",
         [](Models& m) {
             return call({"run", m.path("none.gguf"), "hi"});
         }},
        {70, "a system that siskin is not made for",
         [](Models& m) {
             return call({"run", m.plain(), "hi"}, {.environment = {"LD_PRELOAD=" SISKIN_NO_BUS_HANDLER}});
         },
         1, sanitizer_slowdown() == 1 && *SISKIN_NO_BUS_HANDLER != 0},
        {71, "a context larger than the machine",
         [](Models& m) {
             return call({"run", m.plain(), "hi", "-c", "4000000000"});
         }},
        {73, "an output where none can be",
         [](Models& m) {
             return call({"logits", m.plain(), "--tokens", "1", "-o", "/nowhere/out"});
         }},
        {74, "an output that is full", calling({"--help"}, "/dev/full")},
        {75, "a session that is in use", busy},
        {77, "a file that may not be read", forbidden, 1, nobody_can_run()},
        {78, "a prompt that is too long",
         [](Models& m) {
             return call({"run", m.plain(), "a long prompt", "-c", "5"});
         }},
        {124, "the time limit",
         [](Models& m) {
             Words words = endless(m);
             words.insert(words.end(), {"--max-time", "0.2"});
             return call(words);
         }},
        {130, "Ctrl-C", [](Models& m) { return after_first_output(m, [](Process& p) { p.send(SIGINT); }); }, 0},
        {141, "a reader that goes",
         [](Models& m) { return after_first_output(m, [](Process& p) { p.close_stdout(); }); }, 0},
        {143, "the end of the day",
         [](Models& m) { return after_first_output(m, [](Process& p) { p.send(SIGTERM); }); }, 0},
    };
}

TEST(ExitCodes, EachIsReached) {
    for (const Way& way : ways()) {
        if (!way.possible) continue;
        SCOPED_TRACE(way.how);
        Models models;
        const Finished done = way.go(models);
        EXPECT_EQ(done.code, way.code) << done.err;
        EXPECT_EQ(size_t(std::count(done.err.begin(), done.err.end(), '\n')), way.n_lines) << done.err;
    }
}

TEST(ExitCodes, NoneIsMissingHere) {
    std::set<int> listed, reached;
    for (const ExitCode& code : all_exit_codes()) listed.insert(code.code);
    for (const Way& way : ways()) reached.insert(way.code);
    EXPECT_EQ(reached, listed);
}

}  // namespace
}  // namespace siskin::test
