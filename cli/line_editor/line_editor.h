#pragma once
// A line editor without a terminal: keys in, text and cursor out. Emacs keys, history, search, completion, messages of
// several lines.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/line_editor/history.h"
#include "cli/line_editor/keys.h"
#include "cli/line_editor/painter.h"

namespace siskin {

/// What could stand in place of text[from, cursor).
struct Completion {
    size_t from = 0;
    std::vector<std::string> candidates;
};
using Completer = std::function<Completion(std::string_view before_cursor)>;

/// Whether a message that begins with """ still lacks the closing """.
bool block_is_open(std::string_view typed);
/// The message that was typed: without the """ around it and the line feeds beside them.
std::string without_block_marks(std::string_view typed);

class LineEditor {
  public:
    enum class Result {
        Going,
        Line,            ///< Enter: text() is the message
        Interrupt,       ///< Ctrl-C
        End,             ///< Ctrl-D on an empty text
        Suspend,         ///< Ctrl-Z
        ExternalEditor,  ///< Ctrl-G
        ClearScreen,     ///< Ctrl-L
    };

    /// `history` must outlive the editor.
    LineEditor(const History& history, Completer completer);

    /// Begins a new text with the cursor at its end.
    void start(std::string text);
    Result press(const Key& key);

    const std::string& text() const { return text_; }
    /// What to paint. The strings belong to the editor until the next press.
    View view(std::string_view prompt, std::string_view hint) const;
    /// The same without anything that helps editing: what stays on the screen.
    View final_view(std::string_view prompt) const;

  private:
    friend struct Bindings;
    Result insert(std::string_view text);
    Result enter();
    Result new_line();
    Result interrupt();
    Result external_editor();
    Result end_or_delete();
    Result backspace();
    Result delete_forward();
    Result left();
    Result right();
    Result word_left();
    Result word_right();
    Result line_start();
    Result line_end();
    Result up();
    Result down();
    Result older();
    Result newer();
    Result kill_to_end();
    Result kill_to_start();
    Result kill_word_left();
    Result kill_space_left();
    Result kill_word_right();
    Result yank();
    Result transpose();
    Result complete();
    Result search();
    Result suspend();
    Result clear_screen();

    Result press_in_search(const Key& key);
    bool find_older(size_t before);
    void leave_search();
    size_t line_begin() const;
    size_t line_end_at() const;
    void kill(size_t from, size_t to);
    void go_to_line(size_t begin, int column);
    void show_entry(size_t index);

    const History& history_;
    Completer completer_;
    std::string text_;
    size_t cursor_ = 0;
    std::string killed_;
    size_t entry_ = 0;        // of the history that is shown; its size: the text being written
    std::string unfinished_;  // that text while an entry is shown
    std::vector<std::string> candidates_;
    bool listed_ = false;  // the last key was a Tab that could not decide

    bool searching_ = false;
    std::string query_, search_prompt_, before_search_;
    size_t match_ = 0, cursor_before_ = 0;
};

}  // namespace siskin
