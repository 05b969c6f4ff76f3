#include "cli/chat/chat_input.h"

#include <unistd.h>

#include <string_view>
#include <utility>

#include "cli/chat/commands.h"
#include "cli/terminal.h"
#include "cli/user_folders.h"

namespace siskin {
namespace {

constexpr std::string_view kHint = "a message, or /help";

History open_history() {
    const auto folder = state_folder();
    return folder ? History(*folder / "history") : History();
}

}  // namespace

struct ChatInput::Terminal {
    StopWatch watch;  // for the whole talk, so that no Ctrl-C falls between an answer and the prompt
    TerminalMode mode;
    History history = open_history();
    Prompt prompt{mode, watch, history, complete_command};
    bool first = true, leaves_next = false, history_fails = false;
};

ChatInput::ChatInput() : interactive_(stdin_is_terminal() && stderr_is_terminal()) {
    if (interactive_ && understands_sequences()) terminal_ = std::make_unique<Terminal>();
}

ChatInput::~ChatInput() = default;

ChatInput::Got ChatInput::read(const std::string& prompt, std::string initial, std::string& message) {
    message.clear();
    return terminal_ ? read_on_terminal(prompt, std::move(initial), message) : read_line_by_line(prompt, message);
}

ChatInput::Got ChatInput::read_on_terminal(const std::string& prompt, std::string initial, std::string& message) {
    Terminal& t = *terminal_;
    for (;;) {
        const bool hint = std::exchange(t.first, false);
        Prompt::Typed typed = t.prompt.read(prompt, hint ? kHint : std::string_view(), std::exchange(initial, {}));
        switch (typed.end) {
            case Prompt::End::Message:
                t.leaves_next = false;
                remember(typed.text);
                message = without_block_marks(typed.text);
                return Got::Message;
            case Prompt::End::Left:
                return Got::End;
            case Prompt::End::Stopped:
                return Got::Stopped;
            case Prompt::End::Interrupted:
                if (typed.at_once && t.leaves_next) return Got::Stopped;
                if (typed.text.empty()) say("Ctrl-C once more, or Ctrl-D, leaves");
                t.leaves_next = true;
        }
    }
}

void ChatInput::remember(const std::string& message) {
    Terminal& t = *terminal_;
    if (!t.history.add(message) && !std::exchange(t.history_fails, true))
        note("what you type cannot be kept for the next time: ", state_folder()->string(), " is not writable");
}

/// A line, lines that end in a backslash and the next one, or what stands between two """.
ChatInput::Got ChatInput::read_line_by_line(const std::string& prompt, std::string& message) {
    const auto show = [&](std::string_view text) {
        if (interactive_) (void)!::write(STDERR_FILENO, text.data(), text.size());
    };
    show(prompt);
    std::string line;
    bool any = false;
    while (read_line(line)) {
        any = true;
        message += line;
        const bool block = block_is_open(message), goes_on = !block && line.ends_with('\\');
        if (goes_on) message.pop_back();
        if (!block && !goes_on) break;
        message += '\n';
        show(". ");
    }
    message = without_block_marks(message);
    if (!any) show("\n");
    return any ? Got::Message : Got::End;
}

const std::atomic<bool>* ChatInput::begin_answer() {
    if (terminal_) return terminal_->watch.flag();
    answer_watch_.emplace();
    return answer_watch_->flag();
}

bool ChatInput::end_answer(bool stopped) {
    const bool goes_on = stopped && interactive_ && (terminal_ ? terminal_->watch : *answer_watch_).forget_interrupt();
    if (terminal_ && goes_on) terminal_->leaves_next = true;
    answer_watch_.reset();
    return goes_on;
}

}  // namespace siskin
