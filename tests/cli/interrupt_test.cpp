// Ctrl-C at random moments of a talk with the built-in model: the answer stops at once, the talk goes on, and the
// terminal is whole at the end. SISKIN_INTERRUPTS says how many; from 100 on the time they take is judged as well.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>

#include "tests/cli/terminal_chat.h"

namespace siskin::test {
namespace {

using Clock = std::chrono::steady_clock;

TEST(Interrupts, AtAnyMoment) {
    SISKIN_NEED_TERMINAL();
    Models models;
    const char* wanted = std::getenv("SISKIN_INTERRUPTS");
    const int n = wanted ? std::atoi(wanted) : 20;
    // No answer may end by itself, not by a full context either, nor hold what the prompt is known by. The built-in
    // model has never read a Greek letter.
    TerminalChat chat({"chat", "--grammar", "root ::= [^>]* \"ω\"", "-S", "interrupted", "-c", "100000"},
                      models.path("home"));
    const std::string before = chat.settings();
    ASSERT_TRUE(chat.wait_for_prompt()) << chat.out;
    std::mt19937 random(11);
    std::vector<double> seconds;
    for (int i = 0; i < n; ++i) {
        // Ctrl-U: a message that was stopped before there was an answer is there again.
        chat.type(std::string(kCtrlU) + "Tell me a story about number " + std::to_string(i) + "." + kEnter);
        // Most in the middle of an answer, some before its first token.
        usleep(useconds_t(random() % (i % 4 ? 200'000 : 3'000)));
        const auto start = Clock::now();
        chat.type(kCtrlC);
        ASSERT_TRUE(chat.wait_for("> ")) << "interrupt " << i << ": " << chat.out;
        seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
        if (i % 20 != 19) continue;
        chat.type(std::string(kCtrlU) + "/clear" + kEnter);
        ASSERT_TRUE(chat.wait_for("> ")) << "/clear";
    }
    chat.type(std::string(kCtrlU) + "/stats" + kEnter);
    ASSERT_TRUE(chat.wait_for("seed  ")) << "the talk goes on";
    ASSERT_TRUE(chat.wait_for("> "));
    chat.type(kCtrlD);
    EXPECT_EQ(chat.finish(), 0);
    EXPECT_EQ(chat.settings(), before);
    std::sort(seconds.begin(), seconds.end());
    const double middle = seconds[seconds.size() / 2], p99 = seconds[(seconds.size() * 99 + 99) / 100 - 1];
    RecordProperty("median_ms", std::to_string(middle * 1e3));
    RecordProperty("p99_ms", std::to_string(p99 * 1e3));
    std::printf("%d interrupts: median %.1f ms, p99 %.1f ms, most %.1f ms\n", n, middle * 1e3, p99 * 1e3,
                seconds.back() * 1e3);
    EXPECT_LT(p99, n >= 100 ? 0.1 : 5.0);
}

}  // namespace
}  // namespace siskin::test
