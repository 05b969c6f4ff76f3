#include "engine/chat/template/lexer.h"

#include <algorithm>

#include "engine/chat/template/template_error.h"
#include "engine/chat/template/unicode.h"

namespace siskin::jinja {
namespace {

constexpr std::string_view kSpace = " \t\n\v\f\r";
constexpr std::string_view kDigits = "0123456789";
// The longest first.
constexpr std::string_view kOperators[] = {"**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[",
                                           "]",  "(",  ")",  "{",  "}",  ">",  "<", "=", ".", ":", "|", ",", ";"};

bool is_name_start(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit_byte(char c) { return c >= '0' && c <= '9'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit_byte(c); }

/// "\r\n" and "\r" become "\n"; one newline at the end is not part of the template.
std::string normalized(std::string_view source) {
    std::string out;
    for (size_t i = 0; i < source.size(); ++i) {
        if (source[i] != '\r') {
            out += source[i];
            continue;
        }
        out += '\n';
        if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
    }
    if (out.ends_with('\n')) out.pop_back();
    return out;
}

class Lexer {
  public:
    explicit Lexer(std::string_view source) : source_(normalized(source)), rest_(source_) {}

    std::vector<TemplateToken> run() {
        while (!rest_.empty()) {
            const size_t tag = find_tag();
            if (tag == std::string_view::npos) {
                take_data(rest_.size(), rest_);
                break;
            }
            take_data(tag, stripped_before_tag(tag));
            take_tag();
        }
        add(TokenKind::End, "");
        return std::move(tokens_);
    }

  private:
    [[noreturn]] void fail_here(const std::string& message) const { throw TemplateError(line_, message); }

    void add(TokenKind kind, std::string_view text) { tokens_.push_back({kind, std::string(text), line_}); }

    /// Takes `size` bytes; every byte of the source goes through here once.
    std::string_view take(size_t size) {
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(taken.size());
        line_ += static_cast<int>(std::count(taken.begin(), taken.end(), '\n'));
        at_line_start_ = taken.ends_with('\n');
        return taken;
    }
    bool take_if(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        take(text.size());
        return true;
    }
    void take_space() { take(std::min(rest_.find_first_not_of(kSpace), rest_.size())); }

    size_t find_tag() const {
        for (size_t i = rest_.find('{'); i != std::string_view::npos; i = rest_.find('{', i + 1))
            if (i + 1 < rest_.size() && (rest_[i + 1] == '{' || rest_[i + 1] == '%' || rest_[i + 1] == '#')) return i;
        return std::string_view::npos;
    }

    void take_data(size_t size, std::string_view shown) {
        if (!shown.empty()) add(TokenKind::Data, shown);
        if (size > 0) take(size);
    }

    /// The text before a tag, less the white space that the tag asks to drop.
    std::string_view stripped_before_tag(size_t tag) const {
        const std::string_view text = rest_.substr(0, tag);
        const char sign = tag + 2 < rest_.size() ? rest_[tag + 2] : '\0';
        if (sign == '-') return text.substr(0, text.find_last_not_of(kSpace) + 1);
        if (sign == '+' || rest_[tag + 1] == '{') return text;
        const size_t line = text.rfind('\n') + 1;
        const bool blank = text.find_first_not_of(kSpace, line) == std::string_view::npos;
        return blank && (line > 0 || at_line_start_) ? text.substr(0, line) : text;
    }

    void take_tag() {
        const char kind = rest_[1];
        if (kind == '#') return take_comment();
        if (kind == '%' && take_raw()) return;
        add(kind == '{' ? TokenKind::VariableBegin : TokenKind::BlockBegin, "");
        take(2);
        take_sign();
        take_inside(kind == '{' ? '}' : '%');
    }

    void take_sign() {
        if (!take_if("-")) take_if("+");
    }

    void take_comment() {
        const size_t begin = rest_.size() > 2 && (rest_[2] == '-' || rest_[2] == '+') ? 3 : 2;
        const size_t end = rest_.find("#}", begin);
        if (end == std::string_view::npos) fail_here("a comment {# without its end #}");
        const char sign = end > begin ? rest_[end - 1] : '\0';
        take(end + 2);
        drop_after_block(sign);
    }

    /// What follows the end of a block or comment: with '-' all white space is dropped, with '+' nothing, otherwise one
    /// newline.
    void drop_after_block(char sign) {
        if (sign == '-') {
            take_space();
        } else if (sign != '+') {
            take_if("\n");
        }
    }

    /// {% raw %}…{% endraw %}, if that is what comes.
    bool take_raw() {
        size_t size = 0;
        char sign = '\0';
        if (!match_word_tag(0, "raw", size, sign) || sign == '+') return false;
        const int begin_line = line_;
        take(size);
        if (sign == '-') take_space();
        for (size_t end = rest_.find("{%"); end != std::string_view::npos; end = rest_.find("{%", end + 1)) {
            if (!match_word_tag(end, "endraw", size, sign)) continue;
            take_data(end, stripped_before_tag(end));
            take(size);
            drop_after_block(sign);
            return true;
        }
        throw TemplateError(begin_line, "{% raw %} without {% endraw %}");
    }

    /// True for a tag at `at` that consists of one word; then its size, and the sign before its end.
    bool match_word_tag(size_t at, std::string_view word, size_t& size, char& sign) const {
        size_t i = at + 2;
        const auto peek = [&] { return i < rest_.size() ? rest_[i] : '\0'; };
        const auto skip_space = [&] { i = std::min(rest_.find_first_not_of(kSpace, i), rest_.size()); };
        if (peek() == '-' || peek() == '+') ++i;
        skip_space();
        if (!rest_.substr(i).starts_with(word)) return false;
        i += word.size();
        skip_space();
        sign = peek();
        if (sign == '-' || sign == '+') ++i;
        if (!rest_.substr(i).starts_with("%}")) return false;
        size = i + 2 - at;
        return true;
    }

    /// From behind the beginning of a tag to its end: "}}" or "%}". Inside brackets these are operators.
    void take_inside(char end) {
        const int begin_line = line_;
        const std::string closing = {end, '}'};
        std::string brackets;
        for (;;) {
            take_space();
            if (rest_.empty()) throw TemplateError(begin_line, "a tag without its end " + closing);
            if (brackets.empty() && take_end(end)) return;
            take_token(brackets);
        }
    }

    bool take_end(char end) {
        const char sign = rest_[0] == '-' || (rest_[0] == '+' && end == '%') ? rest_[0] : '\0';
        const size_t at = sign ? 1 : 0;
        if (rest_.size() < at + 2 || rest_[at] != end || rest_[at + 1] != '}') return false;
        add(end == '}' ? TokenKind::VariableEnd : TokenKind::BlockEnd, "");
        take(at + 2);
        if (end == '%') {
            drop_after_block(sign);
        } else if (sign == '-') {
            take_space();
        }
        return true;
    }

    void take_token(std::string& brackets) {
        const char c = rest_[0];
        if (is_digit_byte(c)) return take_number();
        if (is_name_start(c)) {
            const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_name_part);
            const auto size = static_cast<size_t>(end - rest_.begin());
            add(TokenKind::Name, rest_.substr(0, size));
            take(size);
            return;
        }
        if (c == '\'' || c == '"') return take_string(c);
        for (const std::string_view op : kOperators) {
            if (!rest_.starts_with(op)) continue;
            balance(op, brackets);
            add(TokenKind::Operator, op);
            take(op.size());
            return;
        }
        fail_here("unexpected character " + std::string(first_character(rest_)));
    }

    void balance(std::string_view op, std::string& brackets) const {
        constexpr std::string_view kOpen = "([{", kClose = ")]}";
        if (kOpen.find(op) != std::string_view::npos) brackets += kClose[kOpen.find(op)];
        if (kClose.find(op) == std::string_view::npos) return;
        if (brackets.empty()) fail_here("unexpected '" + std::string(op) + "'");
        if (brackets.back() != op[0])
            fail_here("unexpected '" + std::string(op) + "', expected '" + brackets.back() + "'");
        brackets.pop_back();
    }

    void take_string(char quote) {
        const int begin_line = line_;
        size_t end = 1;
        while (end < rest_.size() && rest_[end] != quote) end += rest_[end] == '\\' ? 2 : 1;
        if (end >= rest_.size()) fail_here(std::string("a string without its closing ") + quote);
        const std::string text = unescaped(rest_.substr(1, end - 1));
        take(end + 1);
        tokens_.push_back({TokenKind::String, text, begin_line});
    }

    std::string unescaped(std::string_view text) const {
        constexpr std::string_view kNames = "abfnrtv\\'\"", kMeanings = "\a\b\f\n\r\t\v\\'\"";
        std::string out;
        for (size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '\\') {
                out += text[i];
                continue;
            }
            const char letter = text[++i];
            if (const size_t known = kNames.find(letter); known != std::string_view::npos) {
                out += kMeanings[known];
            } else if (letter == 'x' || letter == 'u' || letter == 'U') {
                const size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
                out += from_code(text.substr(i + 1, digits), digits, 16);
                i += digits;
            } else if (letter >= '0' && letter <= '7') {
                const size_t digits =
                    std::min(text.substr(i, 3).find_first_not_of("01234567"), text.substr(i, 3).size());
                out += from_code(text.substr(i, digits), digits, 8);
                i += digits - 1;
            } else if (letter != '\n') {
                out += {'\\', letter};
            }
        }
        return out;
    }

    std::string from_code(std::string_view digits, size_t expected, uint32_t base) const {
        constexpr std::string_view kHex = "0123456789abcdef";
        uint32_t code = 0;
        for (const char c : digits) {
            const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
            const size_t value = kHex.substr(0, base).find(lower);
            if (value == std::string_view::npos)
                fail_here("a string with a malformed escape \\…" + std::string(digits));
            code = code * base + static_cast<uint32_t>(value);
        }
        if (digits.size() != expected) fail_here("a string ends inside an escape");
        if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) fail_here("a string with an escape for no character");
        return encode_utf8(code);
    }

    /// Digits with single underscores between them.
    size_t digits_length(size_t at, std::string_view digits) const {
        size_t end = at;
        while (end < rest_.size()) {
            const bool underscore = rest_[end] == '_' && end > at && end + 1 < rest_.size();
            const size_t digit = underscore ? end + 1 : end;
            if (digits.find(rest_[digit]) == std::string_view::npos) break;
            end = digit + 1;
        }
        return end - at;
    }

    void take_number() {
        for (const auto& [prefix, digits] :
             {std::pair<std::string_view, std::string_view>{"xX", "0123456789abcdefABCDEF"},
              {"oO", "01234567"},
              {"bB", "01"}}) {
            if (rest_[0] != '0' || rest_.size() < 3 || prefix.find(rest_[1]) == std::string_view::npos) continue;
            const size_t size = digits_length(2, digits);
            if (size > 0) return add_number(TokenKind::Integer, 2 + size);
        }
        size_t size = digits_length(0, kDigits);
        // In a.0.5 the numbers are subscripts.
        const bool after_dot =
            !tokens_.empty() && tokens_.back().kind == TokenKind::Operator && tokens_.back().text == ".";
        TokenKind kind = TokenKind::Integer;
        if (!after_dot) {
            if (const size_t fraction = fraction_length(size)) {
                size += fraction;
                kind = TokenKind::Float;
            }
            if (const size_t exponent = exponent_length(size)) {
                size += exponent;
                kind = TokenKind::Float;
            }
        }
        add_number(kind, size);
    }

    size_t fraction_length(size_t at) const {
        if (at >= rest_.size() || rest_[at] != '.') return 0;
        const size_t digits = digits_length(at + 1, kDigits);
        return digits > 0 ? 1 + digits : 0;
    }

    size_t exponent_length(size_t at) const {
        if (at >= rest_.size() || (rest_[at] != 'e' && rest_[at] != 'E')) return 0;
        const bool sign = at + 1 < rest_.size() && (rest_[at + 1] == '+' || rest_[at + 1] == '-');
        const size_t digits = digits_length(at + 1 + sign, kDigits);
        return digits > 0 ? 1 + sign + digits : 0;
    }

    void add_number(TokenKind kind, size_t size) {
        std::string text(rest_.substr(0, size));
        std::erase(text, '_');
        add(kind, text);
        take(size);
    }

    const std::string source_;
    std::string_view rest_;  // what is not taken yet
    int line_ = 1;
    bool at_line_start_ = true;  // what was taken last ended a line
    std::vector<TemplateToken> tokens_;
};

}  // namespace

std::vector<TemplateToken> lex_template(std::string_view source) { return Lexer(source).run(); }

std::string describe(const TemplateToken& token) {
    switch (token.kind) {
        case TokenKind::VariableEnd:
            return "'}}'";
        case TokenKind::BlockEnd:
            return "'%}'";
        case TokenKind::String:
            return "a string";
        case TokenKind::Integer:
        case TokenKind::Float:
            return "the number " + token.text;
        case TokenKind::End:
            return "the end of the template";
        default:
            return "'" + token.text + "'";
    }
}

}  // namespace siskin::jinja
