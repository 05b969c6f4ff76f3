#pragma once
// Light colours for Markdown while it streams in: headings, bold, inline code, lists, fenced code with a little of its
// syntax. Every byte of the text stays, in order; only escape sequences that set and reset styles are put between, and
// outside of code a line feed may take the place of a space.

#include <string>
#include <string_view>

#include "cli/chat/code_colours.h"
#include "cli/chat/word_wrap.h"

namespace siskin {

class MarkdownStyler {
  public:
    explicit MarkdownStyler(bool coloured = true) : coloured_(coloured) {}

    /// Columns of the terminal, for lines that end between words; 0: lines are left alone.
    void set_columns(int columns) { wrap_.set_columns(columns); }

    /// Styled text as far as its meaning is certain: the beginning of a line that may become a heading, or a word of
    /// code, waits for what decides. `text` is complete UTF-8 without escape sequences of its own.
    std::string push(std::string_view text);
    /// What was held back, and the end of all styles.
    std::string finish();

  private:
    size_t step(bool last);
    size_t begin_line(bool last);
    size_t begin_fence(std::string_view line, size_t indent);
    size_t inline_text(bool last);
    size_t code_mark(bool last);
    size_t bold_mark(bool last);
    size_t run_length(char mark) const;
    void emit(size_t n, std::string_view style);
    void change_style(std::string_view style);
    std::string_view inline_style() const;

    std::string held_, out_;
    std::string_view style_;  // in force on the terminal
    char before_ = '\n';      // the byte before held_
    bool at_line_start_ = true, heading_ = false, bold_ = false;
    size_t span_marks_ = 0;  // backquotes that opened the code span we are in
    std::string fence_;      // what opened the code block we are in
    CodeColours code_;
    WordWrap wrap_;
    bool coloured_;
};

}  // namespace siskin
