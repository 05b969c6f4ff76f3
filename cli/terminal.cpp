#include "cli/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/signals.h"
#include "engine/tokenizer/utf8.h"
#include "formats/error.h"

namespace siskin {
namespace {

bool show_details = false;
bool progress_shown = false;

bool is_control(std::string_view character) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(character[i]); };
    if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7f;
    return character.size() == 2 && byte(0) == 0xc2 && byte(1) < 0xa0;
}

std::string escaped(std::string_view bytes) {
    constexpr char kHex[] = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto b = static_cast<unsigned char>(c);
        out += {'\\', 'x', kHex[b >> 4], kHex[b & 15]};
    }
    return out;
}

std::string made_visible(std::string_view text, std::string_view kept) {
    std::string out;
    while (!text.empty()) {
        const size_t n = utf8_length(text);
        const std::string_view front = text.substr(0, n ? n : 1);
        const bool harmless = n && (!is_control(front) || kept.find(front[0]) != std::string_view::npos);
        out += harmless ? std::string(front) : escaped(front);
        text.remove_prefix(front.size());
    }
    return out;
}

/// Waits until a descriptor that was set not to block takes bytes again.
void wait_writable(int fd) {
    pollfd wanted = {fd, POLLOUT, 0};
    poll(&wanted, 1, -1);
}

/// A pipe that nobody writes to looks like a program that hangs.
void explain_long_wait() {
    constexpr int kLongMs = 2000;
    pollfd wanted = {STDIN_FILENO, POLLIN, 0};
    if (stderr_is_terminal() && !stdin_is_terminal() && poll(&wanted, 1, kLongMs) == 0)
        note("waiting for the end of stdin");
}

}  // namespace

bool understands_sequences() {
    const char* terminal = std::getenv("TERM");
    return terminal && *terminal && std::string_view(terminal) != "dumb";
}

bool stdout_is_coloured() {
    const char* refused = std::getenv("NO_COLOR");
    return stdout_is_terminal() && understands_sequences() && !(refused && *refused);
}

void guard_standard_files() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) {
            // The lowest free number is the one that is closed. Read-only makes writing to stdout an error.
            (void)!open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
        }
}

bool stdin_is_terminal() { return isatty(STDIN_FILENO); }
bool stdout_is_terminal() { return isatty(STDOUT_FILENO); }
bool stderr_is_terminal() { return isatty(STDERR_FILENO); }

std::string visible(std::string_view text) { return made_visible(text, "\n\t"); }

void put(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (n >= 0) {
            bytes.remove_prefix(size_t(n));
        } else if (errno == EINTR) {
            // A terminal takes the rest, and a talk goes on after a Ctrl-C; a pipe that nobody reads would never.
            const int code = stop_code();
            if (code && !(code == 128 + SIGINT && stdout_is_terminal())) throw Exit{code};
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            wait_writable(STDOUT_FILENO);
        } else if (errno == EPIPE) {
            throw Exit{141};
        } else {
            fail(Fault::Io, "stdout: ", std::strerror(errno));
        }
    }
}

void check_reader(int descriptor) {
    pollfd output = {descriptor, 0, 0};
    if (poll(&output, 1, 0) > 0 && output.revents & (POLLERR | POLLHUP)) throw Exit{141};
}

void put_text(std::string_view text) {
    static const bool terminal = stdout_is_terminal();
    put(terminal ? visible(text) : std::string(text));
}

void close_stdout() {
    if (close(STDOUT_FILENO) != 0 && errno != EINTR && errno != EBADF)
        fail(Fault::Io, "stdout: ", std::strerror(errno));
}

void say(std::string_view line) {
    progress("");
    const std::string text = made_visible(line, "\t") + "\n";
    (void)!write(STDERR_FILENO, text.data(), text.size());
}

void set_verbose(bool wanted) { show_details = wanted; }
bool verbose() { return show_details; }

void progress(std::string_view line) {
    static const bool shown = stderr_is_terminal() && understands_sequences();
    if (!shown || (line.empty() && !progress_shown)) return;
    const std::string text = "\r\x1b[K" + made_visible(line, "");
    (void)!write(STDERR_FILENO, text.data(), text.size());
    progress_shown = !line.empty();
}

std::string read_stdin() {
    explain_long_wait();
    std::string text;
    char buffer[1 << 16];
    for (;;) {
        const ssize_t n = read(STDIN_FILENO, buffer, sizeof buffer);
        if (n > 0) text.append(buffer, size_t(n));
        if (n == 0) return text;
        if (n < 0 && errno != EINTR) fail(Fault::Io, "stdin: ", std::strerror(errno));
    }
}

bool read_line(std::string& line) {
    static std::string held;
    static bool ended = false;
    for (;;) {
        const size_t end = held.find('\n');
        if (end != std::string::npos || (ended && !held.empty())) {
            line = held.substr(0, end);
            held.erase(0, end == std::string::npos ? held.size() : end + 1);
            if (!line.empty() && line.back() == '\r') line.pop_back();
            return true;
        }
        if (ended) return false;
        char buffer[1 << 12];
        const ssize_t n = read(STDIN_FILENO, buffer, sizeof buffer);
        if (n > 0) held.append(buffer, size_t(n));
        ended = n == 0;
        if (n < 0 && errno != EINTR) fail(Fault::Io, "stdin: ", std::strerror(errno));
    }
}

}  // namespace siskin
