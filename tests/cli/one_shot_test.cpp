// The contract of one-shot runs with scripts, on the built-in model: not a byte missing or added, wherever stdout
// goes, and a Ctrl-C at any moment ends the program at once. SISKIN_ONE_SHOTS and SISKIN_INTERRUPTS say how many runs
// and interrupts; from 100 interrupts on the time they take is judged as well.

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/cli/siskin.h"
#include "tests/support/isolated.h"

namespace siskin::test {
namespace {

using Clock = std::chrono::steady_clock;
int number_of(const char* variable, int usual) {
    const char* value = std::getenv(variable);
    return value ? std::atoi(value) : usual;
}

/// A user whose prompts are kept in this folder, and whose terminal gets text and nothing else.
Words environment(Models& models) {
    return {"TERM=dumb",
            "NO_COLOR=1",
            "SISKIN_MODEL=",
            "HOME=" + models.path("home"),
            "XDG_CACHE_HOME=" + models.path("cache"),
            "SISKIN_PROMPT_CACHE=64M"};
}

/// What a run is asked, and the answer that --json has.
struct Question {
    Words words;
    std::string answer;
};

std::string file_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
}

/// What a terminal makes of line feeds.
std::string as_typed(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return out;
}

std::vector<Question> ask_all(const Words& variables) {
    std::string report = "Report of the day.\n";
    for (int i = 0; i < 60; ++i) report += "Item " + std::to_string(i) + " is in order.\n";
    std::vector<Question> questions;
    for (const std::string& prompt : {std::string("What is a GGUF file?"), std::string("Tell me a story about a bird."),
                                      std::string("Which commands are there?"), report + "Is all in order?"}) {
        const Words words = {"run", prompt, "-n", "40", "-s", std::to_string(questions.size() + 1)};
        Words json = words;
        json.push_back("--json");
        const Finished done = call(json, {.environment = variables});
        EXPECT_EQ(done.code, 0) << done.err;
        std::string answer = nlohmann::json::parse(done.out)["text"];
        if (answer.empty() || answer.back() != '\n') answer += '\n';
        questions.push_back({words, answer});
    }
    return questions;
}

TEST(OneShot, NotAByteMissingOrAdded) {
    Models models;
    const Words variables = environment(models);
    const std::vector<Question> questions = ask_all(variables);
    const std::string file = models.path("out");
    const int n = number_of("SISKIN_ONE_SHOTS", 24);
    int bad = 0;
    for (int i = 0; i < n && bad < 5; ++i) {
        const Question& question = questions[size_t(i / 3) % questions.size()];
        Finished done;
        std::string expected = question.answer;
        if (i % 3 == 0) {
            done = call(question.words, {.environment = variables});
        } else if (i % 3 == 1) {
            done = call(question.words, {.environment = variables, .stdout_to = file});
            done.out = file_text(file);
            ::unlink(file.c_str());
        } else if (has_terminals()) {
            Process process(siskin_command(question.words), {.environment = variables, .terminal = true});
            done.code = process.finish();
            done.out = process.out;
            const std::string named = as_typed("note: no model named; the small built-in one answers\n");
            expected = named + as_typed(question.answer);
        } else {
            continue;
        }
        const bool good = done.code == 0 && done.out == expected && done.err.empty();
        bad += !good;
        EXPECT_TRUE(good) << "run " << i << ", exit code " << done.code << "\n"
                          << done.err << "\n--- got\n"
                          << done.out << "\n--- expected\n"
                          << expected;
    }
    std::printf("%d runs, %d of them wrong\n", n, bad);
}

TEST(OneShot, EndsAtOnceWhenInterrupted) {
    SISKIN_NEED_TERMINAL();
    Models models;
    Words variables = environment(models);
    variables[0] = "TERM=xterm";
    const int n = number_of("SISKIN_INTERRUPTS", 16);
    std::string report;
    for (int i = 0; i < 80; ++i) report += "Item " + std::to_string(i) + " is in order.\n";
    const std::string larger =
        "note: the context of 100000 tokens is larger than the 1024 that the model was made for\n";
    // A shell may have started this test with the signal ignored; a program that was just born would ignore it too.
    ::signal(SIGINT, SIG_DFL);
    std::mt19937 random(7);
    std::vector<double> seconds;
    for (int i = 0; i < n; ++i) {
        // On a terminal Ctrl-C is a key; off it, a signal. Some of them hit while the model is loaded or the prompt
        // read, the others in the middle of an answer that does not end by itself.
        const bool terminal = i % 2;
        Process process(siskin_command({"run", std::to_string(i) + report, "--ignore-eos", "-c", "100000"}),
                        {.environment = variables, .terminal = terminal});
        const std::string before = terminal ? process.settings() : "";
        // A key counts once the terminal is the program's, which says something at its start.
        if (terminal) {
            EXPECT_TRUE(process.wait_for("no model named")) << process.out;
        }
        const auto moment = useconds_t(random() % (i % 4 < 2 ? 30'000 : 400'000));
        usleep(moment);
        const auto start = Clock::now();
        terminal ? process.type("\x03") : process.send(SIGINT);
        const int code = process.finish();
        seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
        // Before the program has said how it takes a signal, the signal itself ends it.
        const bool early = !terminal && code == 1000 + SIGINT && moment < 100'000 * sanitizer_slowdown();
        EXPECT_TRUE(code == 130 || early) << "interrupt " << i << " after " << moment << " us: " << code << process.err;
        EXPECT_EQ(terminal ? process.settings() : "", before);
        EXPECT_TRUE(process.err.empty() || process.err == larger) << process.err;
    }
    std::sort(seconds.begin(), seconds.end());
    const double middle = seconds[seconds.size() / 2], p99 = seconds[(seconds.size() * 99 + 99) / 100 - 1];
    std::printf("%d interrupts: median %.1f ms, p99 %.1f ms, most %.1f ms\n", n, middle * 1e3, p99 * 1e3,
                seconds.back() * 1e3);
    EXPECT_LT(p99, n >= 100 ? 0.1 : 5.0);
}

}  // namespace
}  // namespace siskin::test
