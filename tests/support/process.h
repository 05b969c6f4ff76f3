#pragma once
// Running a program as a shell would: arguments, environment, standard files, signals, exit codes.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace siskin::test {

/// Whether this system gives pseudo-terminals; a bare container may not.
bool has_terminals();

struct ProcessOptions {
    std::string input;                             ///< what stdin holds
    std::vector<std::string> environment;          ///< NAME=VALUE, beside the test's own
    std::vector<std::string> without;              ///< names of variables that are not set, whatever the test's own
    std::vector<std::pair<int, uint64_t>> limits;  ///< of setrlimit: RLIMIT_AS and bytes
    bool as_nobody = false;                        ///< with the rights of nobody in particular, where root tests
    bool stdin_closed = false;                     ///< it is not open at all
    std::string stdout_to;                         ///< a file that stdout goes to; "closed": it is not open at all
    bool terminal = false;  ///< stdin, stdout and stderr are one terminal; `input` is then typed by type()
};

/// A program while it runs. Killed and collected at the latest by the destructor.
class Process {
  public:
    Process(const std::vector<std::string>& command, const ProcessOptions& options = {});
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();

    /// Reads stdout until it holds `text` after what earlier calls found; false when it ends first, or after 60
    /// seconds.
    bool wait_for(std::string_view text);
    /// The same for stderr, from its beginning.
    bool wait_for_error(std::string_view text);
    void type(std::string_view text);
    void send(int signal);
    /// The terminal has another size now.
    void resize(int columns, int rows);
    /// What is written to the terminal has to wait, as after Ctrl-S.
    void hold_output(bool held);
    /// The settings of the terminal, as a text that is equal for equal ones; also after the program's end.
    std::string settings() const;
    pid_t pid() const { return pid_; }
    /// Nobody reads the program's stdout any more.
    void close_stdout();

    /// Waits for the end. The exit code, or 1000 + the signal that killed it; -1 when it was still there after 60
    /// seconds.
    int finish();

    std::string out, err;  ///< what has been read so far

  private:
    bool read_some();
    pid_t pid_ = -1;
    int in_ = -1, out_ = -1, err_ = -1;
    size_t found_ = 0;
};

struct Finished {
    int code;
    std::string out, err;
};
Finished run_process(const std::vector<std::string>& command, const ProcessOptions& options = {});

}  // namespace siskin::test

/// Skips the running test where there are no terminals to test on.
#define SISKIN_NEED_TERMINAL() \
    if (!::siskin::test::has_terminals()) GTEST_SKIP() << "this system gives no pseudo-terminals"
