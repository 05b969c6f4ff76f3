#pragma once
// Lines that end between words on a terminal: a space becomes a line feed where the next word would not fit.

#include <cstddef>
#include <string>
#include <string_view>

namespace siskin {

class WordWrap {
  public:
    /// Of the terminal; 0: lines are left alone.
    void set_columns(int columns) { columns_ = columns; }

    /// Appends text to `out`. A word waits for its end, or until it is too long to matter. Text that is not breakable
    /// passes as it is.
    void text(std::string_view text, bool breakable, std::string& out);
    /// An escape sequence, which has no width.
    void sequence(std::string_view bytes, std::string& out);
    /// Appends what waits.
    void flush(std::string& out);

  private:
    std::string word_;
    int word_width_ = 0;
    int spaces_ = 0;  // before the word
    int column_ = 0;  // behind what has gone out
    int columns_ = 0;
};

}  // namespace siskin
