#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <stdexcept>

#include "tests/support/temp_folder.h"

namespace siskin::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(60);

struct Pipe {
    int read = -1, write = -1;
    Pipe() {
        std::array<int, 2> ends;
        if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
        read = ends[0], write = ends[1];
    }
};

/// A file without a name that holds this.
int file_with(const std::string& text) {
    std::string name = (std::filesystem::temp_directory_path() / "siskin-input-XXXXXX").string();
    const int fd = mkostemp(name.data(), O_CLOEXEC);
    unlink(name.c_str());
    if (fd < 0 || write(fd, text.data(), text.size()) != ssize_t(text.size())) throw std::runtime_error("input file");
    lseek(fd, 0, SEEK_SET);
    return fd;
}

[[noreturn]] void become(const std::vector<std::string>& command, const ProcessOptions& options) {
    for (const int signal : {SIGINT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_DFL);
    setenv("SISKIN_PROMPT_CACHE", "0", 1);  // what a test's programs read is not for those of the user
    for (const std::string& name : options.without) unsetenv(name.c_str());
    for (const std::string& variable : options.environment) putenv(const_cast<char*>(variable.c_str()));
    for (const auto& [resource, most] : options.limits) {
        const rlimit limit = {most, most};
        setrlimit(resource, &limit);
    }
    if (options.stdin_closed) close(0);
    constexpr uid_t kNobody = 65534;
    if (options.as_nobody && geteuid() == 0 && (setgid(kNobody) != 0 || setuid(kNobody) != 0)) _exit(126);
    std::vector<char*> argv;
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
}

/// False where the system gives no pseudo-terminal.
bool open_terminal(int& master, int& slave) {
    slave = -1;
    master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0)
        if (const char* name = ptsname(master)) slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    return slave >= 0;
}

}  // namespace

bool has_terminals() {
    int master, slave;
    const bool opened = open_terminal(master, slave);
    if (master >= 0) close(master);
    if (slave >= 0) close(slave);
    return opened;
}

Process::Process(const std::vector<std::string>& command, const ProcessOptions& options) {
    if (options.terminal) {
        int slave;
        if (!open_terminal(out_, slave)) throw std::runtime_error("no terminal");
        pid_ = fork();
        if (pid_ == 0) {
            setsid();
            ioctl(slave, TIOCSCTTY, 0);
            for (const int fd : {0, 1, 2}) dup2(slave, fd);
            become(command, options);
        }
        close(slave);
        in_ = dup(out_);
        return;
    }
    const int input = file_with(options.input);
    const Pipe out_pipe, err_pipe;
    pid_ = fork();
    if (pid_ == 0) {
        dup2(input, 0);
        dup2(err_pipe.write, 2);
        const bool to_file = !options.stdout_to.empty() && options.stdout_to != "closed";
        if (to_file)
            dup2(open(options.stdout_to.c_str(), O_WRONLY | O_CREAT, 0600), 1);
        else
            dup2(out_pipe.write, 1);
        if (options.stdout_to == "closed") close(1);
        become(command, options);
    }
    for (const int fd : {input, out_pipe.write, err_pipe.write}) close(fd);
    out_ = out_pipe.read, err_ = err_pipe.read;
}

Process::~Process() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    for (const int fd : {in_, out_, err_})
        if (fd >= 0) close(fd);
}

bool Process::read_some() {
    std::array<pollfd, 2> files = {pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0}};  // poll skips those below 0
    if (out_ < 0 && err_ < 0) return false;
    if (poll(files.data(), files.size(), int(std::chrono::milliseconds(kPatience).count())) <= 0) return false;
    const auto take = [](const pollfd& file, int& fd, std::string& text) {
        if (file.fd < 0 || file.revents == 0) return;
        std::array<char, 4096> buffer;
        const ssize_t n = read(file.fd, buffer.data(), buffer.size());
        if (n > 0) {
            text.append(buffer.data(), size_t(n));
        } else if (n == 0 || errno == EIO) {  // EIO: the other side of a terminal is gone
            close(fd);
            fd = -1;
        }
    };
    take(files[0], out_, out);
    take(files[1], err_, err);
    return true;
}

bool Process::wait_for(std::string_view text) {
    const auto until = Clock::now() + kPatience;
    for (;;) {
        const size_t at = out.find(text, found_);
        if (at != std::string::npos) return found_ = at + text.size(), true;
        if (Clock::now() > until || !read_some()) return false;
    }
}

bool Process::wait_for_error(std::string_view text) {
    const auto until = Clock::now() + kPatience;
    while (err.find(text) == std::string::npos)
        if (Clock::now() > until || !read_some()) return false;
    return true;
}

void Process::type(std::string_view text) {
    if (write(in_, text.data(), text.size()) != ssize_t(text.size())) throw std::runtime_error("type");
}

void Process::send(int signal) { kill(pid_, signal); }

void Process::resize(int columns, int rows) {
    winsize size = {};
    size.ws_col = static_cast<unsigned short>(columns);
    size.ws_row = static_cast<unsigned short>(rows);
    ioctl(in_, TIOCSWINSZ, &size);
}

void Process::hold_output(bool held) {
    const int slave = open(ptsname(in_), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0 || tcflow(slave, held ? TCOOFF : TCOON) != 0) throw std::runtime_error("tcflow");
    close(slave);
}

std::string Process::settings() const {
    termios settings = {};
    if (tcgetattr(in_, &settings) != 0) throw std::runtime_error("tcgetattr");
    std::string text;
    for (const tcflag_t flags : {settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag})
        text += std::to_string(flags) + " ";
    for (const cc_t key : settings.c_cc) text += std::to_string(key) + " ";
    return text;
}

void Process::close_stdout() {
    close(out_);
    out_ = -1;
}

int Process::finish() {
    const auto until = Clock::now() + kPatience;
    while (Clock::now() < until && read_some()) {
    }
    int status = 0;
    while (waitpid(pid_, &status, WNOHANG) == 0) {
        if (Clock::now() > until) return -1;
        usleep(1000);
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

Finished run_process(const std::vector<std::string>& command, const ProcessOptions& options) {
    Process process(command, options);
    const int code = process.finish();
    return {code, process.out, process.err};
}

}  // namespace siskin::test
