#define PCRE2_CODE_UNIT_WIDTH 8
#include "engine/chat/template/unicode.h"

#include <pcre2.h>

#include <memory>
#include <new>

#include "engine/tokenizer/utf8.h"
#include "formats/error.h"

namespace siskin::jinja {
namespace {

PCRE2_SPTR units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

/// PCRE2 carries Unicode's tables; an expression is the way to ask it. Safe to use from several threads.
class Expression {
  public:
    explicit Expression(std::string_view pattern) {
        int error = 0;
        PCRE2_SIZE offset = 0;
        code_.reset(pcre2_compile(units(pattern), pattern.size(), PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF,
                                  &error, &offset, nullptr));
        if (!code_) fail(Fault::Bug, "expression ", pattern, ": error ", error, " at ", offset);
    }

    bool matches(std::string_view text) const {
        const std::unique_ptr<pcre2_match_data, FreeMatch> match(
            pcre2_match_data_create_from_pattern(code_.get(), nullptr));
        if (!match) throw std::bad_alloc();
        return pcre2_match(code_.get(), units(text), text.size(), 0, 0, match.get(), nullptr) >= 0;
    }

    /// Every match replaced by what PCRE2's extended syntax says.
    std::string replace_all(std::string_view text, std::string_view replacement) const {
        // Case changes the length of a character by half at most: two bytes become three.
        std::string out(text.size() * 2 + 16, '\0');
        PCRE2_SIZE size = out.size();
        const int replaced = pcre2_substitute(
            code_.get(), units(text), text.size(), 0, PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_EXTENDED, nullptr,
            nullptr, units(replacement), replacement.size(), reinterpret_cast<PCRE2_UCHAR*>(out.data()), &size);
        if (replaced < 0) fail(Fault::Bug, "replacing by ", replacement, ": error ", replaced);
        out.resize(size);
        return out;
    }

  private:
    struct FreeCode {
        void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    };
    struct FreeMatch {
        void operator()(pcre2_match_data* match) const { pcre2_match_data_free(match); }
    };
    std::unique_ptr<pcre2_code, FreeCode> code_;
};

bool is_ascii(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x80) return false;
    return true;
}

bool is_between(char c, char first, char last) { return c >= first && c <= last; }

char ascii_upper(char c) { return is_between(c, 'a', 'z') ? static_cast<char>(c - 'a' + 'A') : c; }
char ascii_lower(char c) { return is_between(c, 'A', 'Z') ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view first_character(std::string_view text) {
    const size_t length = utf8_length(text);
    return text.substr(0, length > 0 ? length : 1);
}

size_t count_characters(std::string_view text) {
    size_t count = 0;
    for (; !text.empty(); ++count) text.remove_prefix(first_character(text).size());
    return count;
}

size_t character_offset(std::string_view text, size_t index) {
    size_t offset = 0;
    for (; index > 0 && offset < text.size(); --index) offset += first_character(text.substr(offset)).size();
    return offset;
}

bool is_space(std::string_view character) {
    if (utf8_length(character) == 0) return false;
    const char32_t code = utf8_decode(character);
    return (code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x20) || code == 0x85 || code == 0xA0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 || code == 0x202F ||
           code == 0x205F || code == 0x3000;
}

bool is_alpha(std::string_view character) {
    if (is_ascii(character)) return is_between(ascii_lower(character[0]), 'a', 'z');
    static const Expression letter("\\p{L}");
    return letter.matches(character);
}

bool is_digit(std::string_view character) {
    if (is_ascii(character)) return is_between(character[0], '0', '9');
    static const Expression digit("\\p{Nd}");
    return digit.matches(character);
}

bool is_printable(std::string_view character) {
    if (is_ascii(character)) return is_between(character[0], ' ', '~');
    static const Expression printable("[^\\p{C}\\p{Z}]");
    return printable.matches(character);
}

std::string to_upper(std::string_view text) {
    if (is_ascii(text)) {
        std::string out(text);
        for (char& c : out) c = ascii_upper(c);
        return out;
    }
    static const Expression sharp_s("\u00DF"), anything("(?s).+");
    return anything.replace_all(sharp_s.replace_all(text, "SS"), "\\U$0");
}

std::string to_lower(std::string_view text) {
    if (is_ascii(text)) {
        std::string out(text);
        for (char& c : out) c = ascii_lower(c);
        return out;
    }
    static const Expression anything("(?s).+");
    return anything.replace_all(text, "\\L$0");
}

std::string encode_utf8(char32_t code) {
    const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
    const auto tail = [&](int shift) { return byte(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) return {byte(code)};
    if (code < 0x800) return {byte(0xC0 | (code >> 6)), tail(0)};
    if (code < 0x10000) return {byte(0xE0 | (code >> 12)), tail(6), tail(0)};
    return {byte(0xF0 | (code >> 18)), tail(12), tail(6), tail(0)};
}

}  // namespace siskin::jinja
