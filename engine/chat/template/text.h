#pragma once
// Text whose bytes know where they come from. A rendered prompt mixes the template's own text with what people, models
// and tools say; only the former may become control tokens. So every string of a template carries the origin of its
// bytes through whatever is done with it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace siskin {

enum class Origin : uint8_t {
    Template,  ///< written by the template's author, or said by the caller to be as good (bos_token)
    Data,      ///< everything else: messages, tools, numbers, dates
};

/// Neighbouring bytes of one origin.
struct TextPiece {
    std::string_view bytes;
    Origin origin;
};

class Text {
  public:
    /// No text of a template grows beyond this, its output included.
    static constexpr size_t kMaxSize = size_t{64} << 20;

    Text() = default;
    Text(std::string_view bytes, Origin origin) { append(bytes, origin); }

    std::string_view bytes() const { return bytes_; }
    size_t size() const { return bytes_.size(); }
    bool empty() const { return bytes_.empty(); }

    /// Throw TemplateComplaint when the text would grow beyond kMaxSize.
    void append(std::string_view bytes, Origin origin);
    void append(const Text& text) { append(text, 0, text.size()); }
    void append(const Text& text, size_t begin, size_t end);

    /// Bytes begin..end; begin <= end <= size().
    Text slice(size_t begin, size_t end) const;

    /// The text in pieces, neighbours of different origin. The views live as long as the text is not changed.
    std::vector<TextPiece> pieces() const { return pieces(0, size()); }
    std::vector<TextPiece> pieces(size_t begin, size_t end) const;

    /// Jinja's Markup, what `safe` and `escape` give: joined by +, it escapes its neighbour for HTML. Whatever else is
    /// made of it is plain again.
    bool is_markup() const { return markup_; }
    Text&& as_markup() && {
        markup_ = true;
        return std::move(*this);
    }

  private:
    struct Run {
        size_t end;
        Origin origin;
    };
    std::string bytes_;
    bool markup_ = false;
    std::vector<Run> runs_;  // ascending; the last one ends with the text
};

}  // namespace siskin
