#pragma once
// From the bytes that a terminal sends to the keys that people press.

#include <optional>
#include <string>
#include <string_view>

namespace siskin {

struct Key {
    /// Code points of characters stand for themselves; these lie behind the last one.
    enum Code : char32_t { Up = 0x110000, Down, Left, Right, Home, End, Delete, Paste, Unknown };
    char32_t code = Unknown;
    bool ctrl = false, alt = false;
    std::string text;  ///< the bytes of a character; everything that a Paste brought

    bool is(char32_t c, bool with_ctrl = false, bool with_alt = false) const {
        return code == c && ctrl == with_ctrl && alt == with_alt;
    }
};

/// Ctrl with a letter: ctrl('C'). Enter is ctrl('M'), Tab ctrl('I'), Escape ctrl('['), Backspace ctrl('?').
inline Key ctrl(char letter) { return {char32_t(letter), true, false, {}}; }

class KeyDecoder {
  public:
    void push(std::string_view bytes) { pending_ += bytes; }

    /// The next complete key. What begins like a longer sequence waits for its rest.
    std::optional<Key> next();

    /// True while the bytes so far may be the beginning of a key: after a moment without more, flush() gives them as
    /// they are. A paste has all the time it needs.
    bool waits() const { return !pasting_ && !pending_.empty(); }
    std::optional<Key> flush();

    /// Forgets everything up to a Ctrl-C among the bytes that wait; whether there was one.
    bool drop_through_interrupt();

  private:
    std::optional<Key> take(size_t bytes, Key key);
    std::optional<Key> next_of_paste();
    std::optional<Key> escape_sequence();
    std::optional<Key> character(size_t at);

    std::string pending_;
    std::string pasted_;
    bool pasting_ = false, flushing_ = false;
};

}  // namespace siskin
