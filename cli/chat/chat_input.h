#pragma once
// Where the messages of a talk come from: the line editor on a terminal, lines of text from anywhere else.

#include <memory>
#include <optional>
#include <string>

#include "cli/line_editor/history.h"
#include "cli/line_editor/prompt.h"
#include "cli/signals.h"

namespace siskin {

class ChatInput {
  public:
    ChatInput();
    ~ChatInput();

    /// Whether somebody sits there who sees prompts and notes.
    bool interactive() const { return interactive_; }
    /// Whether texts can be offered for editing.
    bool has_editor() const { return bool(terminal_); }

    enum class Got { Message, End, Stopped };
    /// The next message. After Got::Stopped stop_code() or 130 is what the program ends with.
    Got read(const std::string& prompt, std::string initial, std::string& message);

    /// Until the end of an answer Ctrl-C only sets the flag that is returned.
    const std::atomic<bool>* begin_answer();
    /// Whether a Ctrl-C stopped it and the talk can go on. The next Ctrl-C then leaves.
    bool end_answer(bool stopped);

  private:
    struct Terminal;
    Got read_line_by_line(const std::string& prompt, std::string& message);
    Got read_on_terminal(const std::string& prompt, std::string initial, std::string& message);
    void remember(const std::string& message);

    bool interactive_;
    std::unique_ptr<Terminal> terminal_;
    std::optional<StopWatch> answer_watch_;  // without a line editor
};

}  // namespace siskin
