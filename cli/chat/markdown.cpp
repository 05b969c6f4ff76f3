#include "cli/chat/markdown.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <utility>

namespace siskin {
namespace {

constexpr std::string_view kReset = "\x1b[0m", kPlain = "", kHeading = "\x1b[1;36m", kBold = "\x1b[1m",
                           kSpan = "\x1b[36m", kBoldSpan = "\x1b[1;36m", kListMark = "\x1b[33m", kFence = "\x1b[2m";

size_t count_front(std::string_view text, char c) { return std::min(text.find_first_not_of(c), text.size()); }

/// Length of "- ", "12. " and their like at the front; 0 where there is none.
size_t list_mark(std::string_view text) {
    size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
    const bool numbered =
        digits > 0 && digits < 4 && digits < text.size() && (text[digits] == '.' || text[digits] == ')');
    const bool bullet = digits == 0 && !text.empty() && (text[0] == '-' || text[0] == '*' || text[0] == '+');
    const size_t n = numbered ? digits + 1 : bullet ? 1 : 0;
    return n && n < text.size() && text[n] == ' ' ? n : 0;
}

/// Whether more of the line is needed to know what begins here.
bool may_be_mark(std::string_view text) {
    if (text.empty()) return true;
    if (text.size() <= 6 && count_front(text, text[0]) == text.size() && (text[0] == '#' || text[0] == '~'))
        return true;
    if (text[0] == '`' && (text.size() < 3 || text.starts_with("```"))) return true;
    if (text[0] == '~' && text.starts_with("~~~")) return true;
    const size_t digits =
        size_t(std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; }) - text.begin());
    if (digits == text.size()) return digits < 4;
    return text.size() == digits + 1 &&
           (digits ? text[digits] == '.' || text[digits] == ')' : text[0] == '-' || text[0] == '*' || text[0] == '+');
}

}  // namespace

std::string MarkdownStyler::push(std::string_view text) {
    held_ += text;
    while (!held_.empty() && step(false) > 0) {
    }
    return std::exchange(out_, {});
}

std::string MarkdownStyler::finish() {
    while (!held_.empty()) step(true);
    change_style(kPlain);
    wrap_.flush(out_);
    return std::exchange(out_, {});
}

void MarkdownStyler::change_style(std::string_view style) {
    if (!coloured_ || style == style_) return;
    if (!style_.empty()) wrap_.sequence(kReset, out_);
    if (!style.empty()) wrap_.sequence(style, out_);
    style_ = style;
}

/// Moves n bytes from what is held to the output, in a style.
void MarkdownStyler::emit(size_t n, std::string_view style) {
    change_style(style);
    if (n == 0) return;
    wrap_.text(std::string_view(held_).substr(0, n), fence_.empty(), out_);
    before_ = held_[n - 1];
    held_.erase(0, n);
}

std::string_view MarkdownStyler::inline_style() const {
    if (heading_) return kHeading;
    if (span_marks_) return bold_ ? kBoldSpan : kSpan;
    return bold_ ? kBold : kPlain;
}

/// Takes the next piece; 0 where it waits for more text.
size_t MarkdownStyler::step(bool last) {
    if (held_[0] == '\n') {
        emit(1, kPlain);
        code_.end_line();
        at_line_start_ = true;
        heading_ = bold_ = false;
        span_marks_ = 0;
        return 1;
    }
    if (at_line_start_) return begin_line(last);
    if (!fence_.empty()) {
        const CodeColours::Piece piece = code_.next(held_, last);
        if (piece.bytes) emit(piece.bytes, piece.style);
        return piece.bytes;
    }
    return inline_text(last);
}

size_t MarkdownStyler::begin_line(bool last) {
    const size_t end = std::min(held_.find('\n'), held_.size());
    const bool whole = last || end < held_.size();
    const std::string_view line = std::string_view(held_).substr(0, end);
    const size_t indent = count_front(line, ' ');
    const std::string_view text = line.substr(indent);
    if (!whole && may_be_mark(text)) return 0;
    if (text.starts_with("```") || text.starts_with("~~~")) {
        if (const size_t n = begin_fence(line, indent)) return n;
    }
    at_line_start_ = false;
    if (!fence_.empty()) return step(last);
    const size_t hashes = count_front(text, '#');
    heading_ = hashes >= 1 && hashes <= 6 && hashes < text.size() && text[hashes] == ' ';
    if (heading_) return emit(indent + hashes, kHeading), indent + hashes;
    if (const size_t n = list_mark(text)) return emit(indent, kPlain), emit(n, kListMark), indent + n;
    return indent ? (emit(indent, kPlain), indent) : inline_text(last);
}

/// A line that opens or closes a block of code; 0 where it does neither.
size_t MarkdownStyler::begin_fence(std::string_view line, size_t indent) {
    const std::string_view text = line.substr(indent);
    const std::string_view marks = text.substr(0, count_front(text, text[0]));
    std::string_view rest = text.substr(marks.size());
    rest = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
    if (!fence_.empty()) {
        if (marks[0] != fence_[0] || marks.size() < fence_.size() || !rest.empty()) return 0;
        fence_.clear();
    } else {
        if (marks[0] == '`' && rest.find('`') != std::string_view::npos) return 0;  // a span of code
        fence_ = marks;
        std::string language(rest.substr(0, rest.find_first_of(" {,")));
        for (char& c : language) c = char(std::tolower(uint8_t(c)));
        code_.begin(language);
    }
    const size_t n = line.size();
    emit(n, kFence);
    at_line_start_ = false;
    return n;
}

size_t MarkdownStyler::run_length(char mark) const { return count_front(held_, mark); }

size_t MarkdownStyler::inline_text(bool last) {
    if (held_[0] == '`') return code_mark(last);
    if (held_[0] == '*') return bold_mark(last);
    const size_t n = std::min(held_.find_first_of("`*\n"), held_.size());
    emit(n, inline_style());
    return n;
}

size_t MarkdownStyler::code_mark(bool last) {
    const size_t n = run_length('`');
    if (n == held_.size() && !last) return 0;
    const bool closes = span_marks_ == n;
    if (!span_marks_) span_marks_ = n;
    emit(n, inline_style());
    if (closes) span_marks_ = 0;
    return n;
}

/// Two stars that touch a word on the right side begin and end bold text.
size_t MarkdownStyler::bold_mark(bool last) {
    const size_t n = run_length('*');
    if (n == held_.size() && !last) return 0;
    const bool space_before = std::isspace(uint8_t(before_)),
               space_after = n == held_.size() || std::isspace(uint8_t(held_[n]));
    const bool closes = bold_ && !space_before, opens = !bold_ && !space_after;
    const bool counts = n >= 2 && !span_marks_ && !heading_;
    if (counts && opens) bold_ = true;
    emit(n, inline_style());
    if (counts && closes) bold_ = false;
    return n;
}

}  // namespace siskin
