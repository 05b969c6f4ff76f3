#include "tests/support/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

extern char** environ;

namespace siskin::test {
namespace {

constexpr size_t kKeptBytes = 4096;

/// Reads until the other end is closed or the time is over; true when it was closed.
bool read_until(int pipe, double seconds, std::string& text) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        pollfd ready = {pipe, POLLIN, 0};
        if (left <= 0 || poll(&ready, 1, int(left)) <= 0) return false;
        char buffer[1024];
        const ssize_t n = read(pipe, buffer, sizeof buffer);
        if (n <= 0) return true;
        if (text.size() < kKeptBytes) text.append(buffer, size_t(n));
    }
}

}  // namespace

Ended run_program(const std::vector<std::string>& args, double seconds) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe for a child");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    std::vector<char*> argv;
    for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
    argv.push_back(nullptr);
    pid_t child = 0;
    const int spawned = posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (spawned != 0) throw std::runtime_error("cannot start " + args[0]);

    Ended ended;
    ended.timed_out = !read_until(ends[0], seconds, ended.error_text);
    if (ended.timed_out) kill(child, SIGKILL);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status)) ended.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
    return ended;
}

}  // namespace siskin::test
