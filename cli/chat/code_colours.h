#pragma once
// A little colour for program text, alike for all languages: comments, strings, numbers and the words that most of them
// keep for themselves.

#include <cstddef>
#include <string>
#include <string_view>

namespace siskin {

class CodeColours {
  public:
    /// Begins a block in a language as fences name it; unknown ones are coloured like C.
    void begin(std::string_view language);

    /// The next piece of a line: its bytes and its style, an escape sequence or empty. 0 bytes where the text may go on
    /// and the piece with it. `text` is not empty and does not begin with a line feed.
    struct Piece {
        size_t bytes;
        std::string_view style;
    };
    Piece next(std::string_view text, bool last);
    void end_line();

  private:
    Piece quoted(std::string_view text, bool last);

    bool hash_comments_ = false, slash_comments_ = true, dash_comments_ = false, apostrophe_quotes_ = true;
    bool in_comment_ = false;  // to the end of the line
    bool in_block_comment_ = false;
    char quote_ = '\0';  // that opened the string we are in
};

}  // namespace siskin
