#pragma once
// What is edited, on the rows of a terminal. The painter knows what it has put there and writes only what differs. It
// never writes into the last column, so that no terminal wraps a row by itself.

#include <string>
#include <string_view>
#include <vector>

namespace siskin {

struct View {
    std::string_view prompt, continuation;  ///< before the first line, before each further one
    std::string_view text;
    size_t cursor = 0;               ///< byte of `text`
    std::string_view hint;           ///< shown dim while the text is empty
    std::vector<std::string> below;  ///< dim lines after the text
};

class Painter {
  public:
    /// Of the terminal, before the first paint. What is not positive counts as 80 x 24.
    void set_size(int columns, int rows);

    /// The bytes that make the terminal show this, the cursor in its place. A text that needs more rows than the
    /// terminal has is shown around the cursor, with a line that says how much is above or below.
    std::string paint(const View& view);

    /// The terminal has another size now: the bytes that take back what was painted, on terminals that wrap rows anew.
    /// The next paint writes everything.
    std::string resize(int columns, int rows);

    /// The bytes that put the cursor on a fresh row below what was painted, which stays.
    std::string finish();

    /// The bytes that empty the screen. The next paint writes everything, at the top.
    std::string clear_screen();

  private:
    struct Row {
        std::string text;
        int width = 0;
        size_t dim_from = std::string::npos;  // byte from which the text is dim
        bool operator==(const Row&) const = default;
    };
    struct Span {  // of the text, on one row
        size_t begin, end;
        std::string_view prefix;
        int width;  // with the prefix
    };
    struct Position {
        int row = 0, column = 0;
    };

    std::vector<Span> spans(const View& view, Position& cursor) const;
    Row render(const View& view, const Span& span) const;
    std::vector<Row> rows(const View& view, Position& cursor);
    void write_row(const Row& row, const Row& old, std::string& out);
    void move_to(Position to, std::string& out);
    void forget();

    int columns_ = 80, height_ = 24;
    size_t top_ = 0;          // first row of the text that is shown
    std::vector<Row> shown_;  // on the terminal
    Position at_;             // of the terminal's cursor, in shown_
};

}  // namespace siskin
