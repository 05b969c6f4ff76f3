#pragma once
// The line editor on a terminal: reads stdin, paints on stderr.

#include <string>

#include "cli/line_editor/line_editor.h"
#include "cli/signals.h"
#include "cli/terminal_mode.h"

namespace siskin {

class Prompt {
  public:
    enum class End {
        Message,
        Interrupted,  ///< Ctrl-C; `text` is what had been typed
        Left,         ///< Ctrl-D on an empty line, or the terminal is gone
        Stopped,      ///< stop_code() says by what
    };
    struct Typed {
        End end;
        std::string text;
        bool at_once = false;  ///< no key came before the one that ended it
    };

    /// All must outlive the prompt.
    Prompt(TerminalMode& mode, StopWatch& watch, const History& history, Completer completer);

    /// Lets the user write a message, from `initial` on.
    Typed read(std::string_view prompt, std::string_view hint, std::string initial = {});

  private:
    bool wait_for_input();
    bool read_some();
    void look_ahead();
    void paint();
    void leave_on_screen();
    Typed finish(End end);
    void edit_elsewhere();
    void stop_for_a_while();

    TerminalMode& mode_;
    StopWatch& watch_;
    LineEditor editor_;
    KeyDecoder keys_;
    Painter painter_;
    std::string_view prompt_, hint_;
    size_t n_keys_ = 0;  // since the beginning of this message
};

}  // namespace siskin
