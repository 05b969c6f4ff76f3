#include "cli/line_editor/external_editor.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/files.h"
#include "formats/error.h"

namespace siskin {
namespace {

/// A file with a text, gone at the end.
class TemporaryText {
  public:
    explicit TemporaryText(const std::string& text) {
        std::error_code error;
        std::filesystem::path folder = std::filesystem::temp_directory_path(error);
        if (error) folder = "/tmp";
        name_ = (folder / "siskin-XXXXXX.md").string();
        const int fd = mkstemps(name_.data(), 3);  // for its owner alone
        if (fd < 0) fail(Fault::CannotCreate, name_, ": ", std::strerror(errno));
        const bool written = write(fd, text.data(), text.size()) == ssize_t(text.size());
        if (close(fd) != 0 || !written) fail(Fault::Io, name_, ": cannot write: ", std::strerror(errno));
    }
    ~TemporaryText() { unlink(name_.c_str()); }
    TemporaryText(const TemporaryText&) = delete;
    TemporaryText& operator=(const TemporaryText&) = delete;
    const std::string& name() const { return name_; }

  private:
    std::string name_;
};

std::string editor_command() {
    for (const char* variable : {"VISUAL", "EDITOR"})
        if (const char* value = getenv(variable); value && *value) return value;
    return "vi";
}

/// Runs a command of the shell with one more word. The exit status, or -1.
int run_in_shell(const std::string& command, const std::string& word) {
    const std::string line = command + " \"$1\"";
    const pid_t pid = fork();
    if (pid < 0) return -1;
    if (pid == 0) {
        for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGALRM}) ::signal(signal, SIG_DFL);
        execl("/bin/sh", "sh", "-c", line.c_str(), "sh", word.c_str(), static_cast<char*>(nullptr));
        _exit(127);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

std::string edit_in_program(const std::string& text) {
    const TemporaryText file(text);
    const std::string command = editor_command();
    if (const int status = run_in_shell(command, file.name()); status != 0)
        fail(Fault::Failed, command, ": ", status < 0 ? "did not end well" : "ended with exit code ",
             status < 0 ? "" : std::to_string(status),
             "; the text is as it was (the variable EDITOR names the editor)");
    std::string edited = read_file(file.name());
    if (edited.ends_with('\n')) edited.pop_back();
    return edited;
}

}  // namespace siskin
