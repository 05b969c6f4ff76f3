#include "cli/line_editor/prompt.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "cli/line_editor/external_editor.h"
#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

/// How long the rest of an escape sequence may take; after that the Escape key was pressed.
constexpr int kRestOfKeyMs = 50;

void send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = write(STDERR_FILENO, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            pollfd wanted = {STDERR_FILENO, POLLOUT, 0};
            poll(&wanted, 1, -1);
            continue;
        }
        if (n < 0) return;
        bytes.remove_prefix(size_t(n));
    }
}

bool input_waits() {
    pollfd input = {STDIN_FILENO, POLLIN, 0};
    return poll(&input, 1, 0) > 0;
}

}  // namespace

Prompt::Prompt(TerminalMode& mode, StopWatch& watch, const History& history, Completer completer)
    : mode_(mode), watch_(watch), editor_(history, std::move(completer)) {}

void Prompt::paint() { send(painter_.paint(editor_.view(prompt_, hint_))); }

/// The text stays as it is, without what helps editing; what comes next begins below it.
void Prompt::leave_on_screen() {
    send(painter_.paint(editor_.final_view(prompt_)));
    send(painter_.finish());
}

Prompt::Typed Prompt::finish(End end) {
    leave_on_screen();
    mode_.watch();
    if (end == End::Message) look_ahead();
    return {end, editor_.text(), n_keys_ <= 1};
}

/// A Ctrl-C that was typed right behind the message, while it still was a key, is meant for the answer.
void Prompt::look_ahead() {
    while (input_waits() && read_some()) {
    }
    if (keys_.drop_through_interrupt()) kill(getpid(), SIGINT);
}

Prompt::Typed Prompt::read(std::string_view prompt, std::string_view hint, std::string initial) {
    prompt_ = prompt;
    hint_ = hint;
    n_keys_ = 0;
    editor_.start(std::move(initial));
    take_resized();
    const TerminalSize size = terminal_size();
    painter_.set_size(size.columns, size.rows);
    mode_.edit();
    for (;;) {
        while (const auto key = keys_.next()) {
            ++n_keys_;
            switch (editor_.press(*key)) {
                case LineEditor::Result::Going:
                    break;
                case LineEditor::Result::Line:
                    return finish(End::Message);
                case LineEditor::Result::Interrupt:
                    return finish(End::Interrupted);
                case LineEditor::Result::End:
                    return finish(End::Left);
                case LineEditor::Result::Suspend:
                    stop_for_a_while();
                    break;
                case LineEditor::Result::ExternalEditor:
                    edit_elsewhere();
                    break;
                case LineEditor::Result::ClearScreen:
                    send(painter_.clear_screen());
                    break;
            }
        }
        if (!input_waits()) paint();
        if (!wait_for_input()) return finish(End::Left);
        // Keys that were typed before a Ctrl-C come before it, though a signal is faster.
        if (!input_waits() && watch_.forget_interrupt()) return finish(End::Interrupted);
        if (stop_code() && stop_code() != 128 + SIGINT) return finish(End::Stopped);
    }
}

/// Passes bytes on to the decoder. False at the end of the input.
bool Prompt::wait_for_input() {
    pollfd files[] = {{STDIN_FILENO, POLLIN, 0}, {wake_descriptor(), POLLIN, 0}};
    const int n_ready = poll(files, 2, keys_.waits() ? kRestOfKeyMs : -1);
    if (n_ready == 0) {
        if (const auto key = keys_.flush()) editor_.press(*key);
        return true;
    }
    if (n_ready < 0) return errno == EINTR;
    if (files[1].revents) clear_wake();
    if (take_resized()) {
        const TerminalSize size = terminal_size();
        send(painter_.resize(size.columns, size.rows));
    }
    if (!files[0].revents) return true;
    return read_some();
}

bool Prompt::read_some() {
    char buffer[1 << 14];
    const ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (n > 0) keys_.push({buffer, size_t(n)});
    return n > 0 || (n < 0 && errno == EINTR);
}

void Prompt::stop_for_a_while() {
    leave_on_screen();
    kill(0, SIGTSTP);
}

void Prompt::edit_elsewhere() {
    leave_on_screen();
    mode_.lend();
    try {
        editor_.start(edit_in_program(without_block_marks(editor_.text())));
    } catch (const Error& error) {
        note(error.what());
    }
    mode_.take_back();
    watch_.forget_interrupt();  // the other program's Ctrl-C
    take_resized();
    const TerminalSize size = terminal_size();
    painter_.set_size(size.columns, size.rows);
}

}  // namespace siskin
