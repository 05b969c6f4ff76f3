#include "tests/support/isolated.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace siskin::test {
namespace {

constexpr size_t kMaxDeaths = 20;

/// What the child tells the parent.
struct Progress {
    std::atomic<size_t> current;
};

class SharedProgress {
  public:
    SharedProgress() {
        void* memory = mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANON, -1, 0);
        if (memory == MAP_FAILED) throw std::runtime_error("no shared memory for isolated cases");
        progress_ = new (memory) Progress;
    }
    ~SharedProgress() { munmap(progress_, sizeof(Progress)); }
    SharedProgress(const SharedProgress&) = delete;
    SharedProgress& operator=(const SharedProgress&) = delete;
    Progress* operator->() const { return progress_; }

  private:
    Progress* progress_;
};

/// The child: failures go into the pipe as "index text\0".
[[noreturn]] void run_child(size_t from, size_t n, double seconds, const std::function<std::string(size_t)>& run,
                            const SharedProgress& progress, int pipe) {
    std::FILE* out = fdopen(pipe, "w");
    for (size_t i = from; i < n; ++i) {
        progress->current = i;
        alarm(unsigned(std::ceil(seconds)) + 1);  // ends a case that hangs
        const auto start = std::chrono::steady_clock::now();
        std::string what = run(i);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        if (what.empty() && took.count() > seconds) what = "took " + std::to_string(took.count()) + " s";
        if (!what.empty()) std::fprintf(out, "%zu %s%c", i, what.c_str(), '\0');
    }
    alarm(0);
    std::fclose(out);
    _exit(0);
}

std::string read_all(int pipe) {
    std::string text;
    char buffer[4096];
    for (ssize_t n; (n = read(pipe, buffer, sizeof buffer)) > 0;) text.append(buffer, size_t(n));
    return text;
}

void parse_failures(const std::string& text, std::vector<CaseFailure>& failures) {
    for (size_t at = 0; at < text.size();) {
        const size_t end = text.find('\0', at);
        if (end == std::string::npos) return;  // cut off in the middle of a death
        const size_t space = text.find(' ', at);
        failures.push_back({std::stoul(text.substr(at, space - at)), text.substr(space + 1, end - space - 1)});
        at = end + 1;
    }
}

}  // namespace

std::vector<CaseFailure> run_isolated(size_t n, double seconds, const std::function<std::string(size_t)>& run) {
    std::vector<CaseFailure> failures;
    SharedProgress progress;
    size_t from = 0;
    for (size_t deaths = 0; from < n && deaths < kMaxDeaths; ++deaths) {
        int ends[2];
        if (pipe(ends) != 0) throw std::runtime_error("no pipe for isolated cases");
        std::fflush(nullptr);
        const pid_t child = fork();
        if (child < 0) throw std::runtime_error("no process for isolated cases");
        if (child == 0) {
            close(ends[0]);
            run_child(from, n, seconds, run, progress, ends[1]);
        }
        close(ends[1]);
        const std::string text = read_all(ends[0]);
        close(ends[0]);
        int status = 0;
        waitpid(child, &status, 0);
        parse_failures(text, failures);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return failures;
        const std::string how = WIFSIGNALED(status) ? "killed by signal " + std::to_string(WTERMSIG(status))
                                                    : "ended the process with " + std::to_string(WEXITSTATUS(status));
        failures.push_back({progress->current, how});
        from = progress->current + 1;
    }
    if (from < n) failures.push_back({from, "not run: too many cases before it ended the process"});
    return failures;
}

double sanitizer_slowdown() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return 10;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return 10;
#endif
#endif
    return 1;
}

}  // namespace siskin::test
