#include "cli/signals.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>

namespace siskin {
namespace {

using Hook = void (*)();

std::atomic<bool> watched{false}, stopped{false}, resized{false};
std::atomic<int> code{0};
std::atomic<bool> newline_on_exit{false};
std::atomic<Hook> restore_hook{nullptr}, renew_hook{nullptr};
int wake_ends[2] = {-1, -1};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free &&
              std::atomic<Hook>::is_always_lock_free);

// A terminal that was closed terminates the program like a request to end.
int exit_code(int signal) { return signal == SIGALRM ? 124 : signal == SIGHUP ? 128 + SIGTERM : 128 + signal; }

void call(const std::atomic<Hook>& hook) {
    if (const Hook function = hook) function();
}

void wake() {
    const int error = errno;
    (void)!write(wake_ends[1], "", 1);
    errno = error;
}

// Handlers: only atomics, write, tcsetattr, signal functions and _exit.
void on_signal(int signal) {
    int none = 0;
    code.compare_exchange_strong(none, exit_code(signal));  // first, for whoever sees the flag
    const bool again = stopped.exchange(true);
    if (watched && !again) return wake();
    call(restore_hook);
    if (signal == SIGINT && newline_on_exit) (void)!write(STDERR_FILENO, "\n", 1);
    _exit(exit_code(signal));
}

void on_resize(int) {
    resized = true;
    wake();
}

void set_handler(int signal, void (*handler)(int), int flags = 0) {
    struct sigaction action = {};
    sigemptyset(&action.sa_mask);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigaction(signal, &action, nullptr);
}

/// Lets the signal do what it does by default, after the terminal is as it was.
void die_or_stop(int signal) {
    call(restore_hook);
    set_handler(signal, SIG_DFL);
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, signal);
    pthread_sigmask(SIG_UNBLOCK, &mask, nullptr);
    kill(getpid(), signal);
}

void on_stop(int signal) {
    const int error = errno;
    die_or_stop(signal);
    set_handler(signal, on_stop, SA_RESTART);  // the program goes on
    errno = error;
}

void on_continue(int) {
    const int error = errno;
    call(renew_hook);
    errno = error;
    on_resize(0);
}

}  // namespace

void install_signal_handlers() {
    newline_on_exit = isatty(STDERR_FILENO);
    if (pipe(wake_ends) == 0)
        for (const int end : wake_ends) {
            fcntl(end, F_SETFL, O_NONBLOCK);
            fcntl(end, F_SETFD, FD_CLOEXEC);
        }
    // Without SA_RESTART: a blocked write looks at the flag.
    for (const int signal : {SIGINT, SIGTERM, SIGALRM}) set_handler(signal, on_signal);
    set_handler(SIGPIPE, SIG_IGN);
}

StopWatch::StopWatch() {
    stopped = false;
    code = 0;
    watched = true;
}

StopWatch::~StopWatch() { watched = false; }

const std::atomic<bool>* StopWatch::flag() const { return &stopped; }

bool StopWatch::forget_interrupt() {
    int interrupt = 128 + SIGINT;
    if (!code.compare_exchange_strong(interrupt, 0)) return false;
    stopped = false;
    return true;
}

void stop_after(double seconds) {
    itimerval timer = {};
    timer.it_value.tv_sec = time_t(seconds);
    timer.it_value.tv_usec = suseconds_t((seconds - std::floor(seconds)) * 1e6);
    setitimer(ITIMER_REAL, &timer, nullptr);
}

int stop_code() { return code; }

void set_terminal_hooks(void (*restore)(), void (*renew)()) {
    restore_hook = restore;
    renew_hook = renew;
    const bool wanted = restore != nullptr;
    set_handler(SIGHUP, wanted ? on_signal : SIG_DFL);
    set_handler(SIGWINCH, wanted ? on_resize : SIG_DFL, SA_RESTART);
    set_handler(SIGTSTP, wanted ? on_stop : SIG_DFL, SA_RESTART);
    set_handler(SIGCONT, wanted ? on_continue : SIG_DFL, SA_RESTART);
    for (const int signal : {SIGQUIT, SIGSEGV, SIGABRT, SIGFPE, SIGILL})
        set_handler(signal, wanted ? die_or_stop : SIG_DFL);
}

int wake_descriptor() { return wake_ends[0]; }

void clear_wake() {
    char buffer[64];
    while (read(wake_ends[0], buffer, sizeof buffer) > 0) {
    }
}

bool take_resized() { return resized.exchange(false); }

}  // namespace siskin
