#include "cli/signals.h"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmath>

namespace siskin {
namespace {

std::atomic<bool> watched{false}, stopped{false};
std::atomic<int> code{0};
std::atomic<bool> newline_on_exit{false};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

int exit_code(int signal) { return signal == SIGALRM ? 124 : 128 + signal; }

// Only what a handler may do: atomics, write and _exit.
void on_signal(int signal) {
    const bool again = stopped.exchange(true);
    if (!again) code = exit_code(signal);
    if (watched && !again) return;
    if (signal == SIGINT && newline_on_exit) (void)!write(STDERR_FILENO, "\n", 1);
    _exit(exit_code(signal));
}

}  // namespace

void install_signal_handlers() {
    newline_on_exit = isatty(STDERR_FILENO);
    struct sigaction action = {};
    sigemptyset(&action.sa_mask);
    action.sa_handler = on_signal;  // without SA_RESTART: a blocked write looks at the flag
    for (const int signal : {SIGINT, SIGTERM, SIGALRM}) sigaction(signal, &action, nullptr);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, nullptr);
}

StopWatch::StopWatch() {
    stopped = false;
    code = 0;
    watched = true;
}

StopWatch::~StopWatch() { watched = false; }

const std::atomic<bool>* StopWatch::flag() const { return &stopped; }

void stop_after(double seconds) {
    itimerval timer = {};
    timer.it_value.tv_sec = time_t(seconds);
    timer.it_value.tv_usec = suseconds_t((seconds - std::floor(seconds)) * 1e6);
    setitimer(ITIMER_REAL, &timer, nullptr);
}

int stop_code() { return code; }

}  // namespace siskin
