#include "cli/terminal_mode.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <string_view>

#include "cli/signals.h"

namespace siskin {
namespace {

constexpr std::string_view kMarkPastes = "\x1b[?2004h", kPlainPastes = "\x1b[?2004l\x1b[0m";

// Read by signal handlers; written before the hooks are set, but for the choice between two modes.
termios original, editing, watching;
std::atomic<bool> edits{false};

void send(std::string_view bytes) { (void)!write(STDERR_FILENO, bytes.data(), bytes.size()); }

void restore() {
    tcsetattr(STDIN_FILENO, TCSANOW, &original);
    send(kPlainPastes);
}

void apply() { tcsetattr(STDIN_FILENO, TCSANOW, edits ? &editing : &watching); }

void renew() {
    apply();
    send(kMarkPastes);
}

}  // namespace

TerminalMode::TerminalMode() {
    tcgetattr(STDIN_FILENO, &original);
    watching = original;
    watching.c_lflag &= tcflag_t(~(ICANON | ECHO | ECHONL | IEXTEN));
    watching.c_lflag |= ISIG | NOFLSH;  // what was typed ahead survives a Ctrl-C
    watching.c_iflag &= tcflag_t(~(ICRNL | INLCR | IGNCR | IXON | ISTRIP));
    watching.c_cc[VMIN] = 1;
    watching.c_cc[VTIME] = 0;
    editing = watching;
    editing.c_lflag &= tcflag_t(~ISIG);
    edits = false;
    set_terminal_hooks(restore, renew);
    renew();
}

TerminalMode::~TerminalMode() {
    set_terminal_hooks(nullptr, nullptr);
    restore();
}

void TerminalMode::edit() {
    edits = true;
    apply();
}

void TerminalMode::watch() {
    edits = false;
    apply();
}

void TerminalMode::lend() {
    set_terminal_hooks(nullptr, nullptr);
    restore();
}

void TerminalMode::take_back() {
    set_terminal_hooks(restore, renew);
    renew();
}

TerminalSize terminal_size() {
    winsize size = {};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) return {};
    return {size.ws_col, size.ws_row};
}

}  // namespace siskin
