#include "cli/line_editor/line_editor.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <utility>

#include "cli/line_editor/text_width.h"

namespace siskin {
namespace {

constexpr std::string_view kBlock = "\"\"\"", kContinuation = ". ";

/// Letters, digits and everything beyond ASCII make words.
bool in_word(char c) { return uint8_t(c) >= 0x80 || std::isalnum(uint8_t(c)); }

std::string common_front(const std::vector<std::string>& texts) {
    std::string front = texts.front();
    for (const std::string& text : texts) {
        const auto [mine, theirs] = std::mismatch(front.begin(), front.end(), text.begin(), text.end());
        front.erase(mine, front.end());
    }
    // Not within a character.
    while (!front.empty() && front.size() < texts.front().size() &&
           (uint8_t(texts.front()[front.size()]) & 0xC0) == 0x80)
        front.pop_back();
    return front;
}

/// Candidates side by side, a few lines of them.
std::vector<std::string> in_lines(const std::vector<std::string>& candidates) {
    constexpr size_t kMost = 60, kWidth = 76;
    std::vector<std::string> lines(1);
    for (size_t i = 0; i < std::min(candidates.size(), kMost); ++i) {
        if (!lines.back().empty() && lines.back().size() + candidates[i].size() > kWidth) lines.emplace_back();
        lines.back() += candidates[i] + "  ";
    }
    if (candidates.size() > kMost) lines.push_back("... and " + std::to_string(candidates.size() - kMost) + " more");
    return lines;
}

}  // namespace

/// Which key does what.
struct Bindings {
    struct Row {
        char32_t code;
        bool ctrl, alt;
        LineEditor::Result (LineEditor::*action)();
    };
    static constexpr Row kRows[] = {
        {'M', true, false, &LineEditor::enter},
        {'J', true, false, &LineEditor::new_line},
        {'M', true, true, &LineEditor::new_line},
        {'J', true, true, &LineEditor::new_line},
        {'C', true, false, &LineEditor::interrupt},
        {'D', true, false, &LineEditor::end_or_delete},
        {Key::Delete, false, false, &LineEditor::delete_forward},
        {'?', true, false, &LineEditor::backspace},
        {'H', true, false, &LineEditor::backspace},
        {'B', true, false, &LineEditor::left},
        {Key::Left, false, false, &LineEditor::left},
        {'F', true, false, &LineEditor::right},
        {Key::Right, false, false, &LineEditor::right},
        {'b', false, true, &LineEditor::word_left},
        {Key::Left, true, false, &LineEditor::word_left},
        {Key::Left, false, true, &LineEditor::word_left},
        {'f', false, true, &LineEditor::word_right},
        {Key::Right, true, false, &LineEditor::word_right},
        {Key::Right, false, true, &LineEditor::word_right},
        {'A', true, false, &LineEditor::line_start},
        {Key::Home, false, false, &LineEditor::line_start},
        {'E', true, false, &LineEditor::line_end},
        {Key::End, false, false, &LineEditor::line_end},
        {Key::Up, false, false, &LineEditor::up},
        {Key::Down, false, false, &LineEditor::down},
        {'P', true, false, &LineEditor::older},
        {'N', true, false, &LineEditor::newer},
        {'K', true, false, &LineEditor::kill_to_end},
        {'U', true, false, &LineEditor::kill_to_start},
        {'W', true, false, &LineEditor::kill_space_left},
        {'?', true, true, &LineEditor::kill_word_left},
        {'H', true, true, &LineEditor::kill_word_left},
        {'d', false, true, &LineEditor::kill_word_right},
        {Key::Delete, true, false, &LineEditor::kill_word_right},
        {'Y', true, false, &LineEditor::yank},
        {'T', true, false, &LineEditor::transpose},
        {'I', true, false, &LineEditor::complete},
        {'R', true, false, &LineEditor::search},
        {'G', true, false, &LineEditor::external_editor},
        {'L', true, false, &LineEditor::clear_screen},
        {'Z', true, false, &LineEditor::suspend},
    };
};

bool block_is_open(std::string_view typed) {
    if (!typed.starts_with(kBlock)) return false;
    typed.remove_prefix(kBlock.size());
    while (!typed.empty() && (typed.back() == ' ' || typed.back() == '\n')) typed.remove_suffix(1);
    return !typed.ends_with(kBlock);
}

std::string without_block_marks(std::string_view typed) {
    if (!typed.starts_with(kBlock) || block_is_open(typed)) return std::string(typed);
    typed.remove_prefix(kBlock.size());
    typed = typed.substr(0, typed.rfind(kBlock));
    if (typed.starts_with('\n')) typed.remove_prefix(1);
    if (typed.ends_with('\n')) typed.remove_suffix(1);
    return std::string(typed);
}

LineEditor::LineEditor(const History& history, Completer completer)
    : history_(history), completer_(std::move(completer)) {}

void LineEditor::start(std::string text) {
    text_ = std::move(text);
    cursor_ = text_.size();
    entry_ = history_.size();
    unfinished_.clear();
    candidates_.clear();
    searching_ = listed_ = false;
}

LineEditor::Result LineEditor::press(const Key& key) {
    if (searching_) return press_in_search(key);
    candidates_.clear();
    if (!key.is('I', true)) listed_ = false;
    if (key.code == Key::Paste) return insert(key.text);
    for (const Bindings::Row& row : Bindings::kRows)
        if (key.is(row.code, row.ctrl, row.alt)) return (this->*row.action)();
    return key.ctrl || key.alt ? Result::Going : insert(key.text);
}

View LineEditor::view(std::string_view prompt, std::string_view hint) const {
    return {searching_ ? std::string_view(search_prompt_) : prompt,   kContinuation, text_, cursor_, hint,
            candidates_.empty() ? candidates_ : in_lines(candidates_)};
}

View LineEditor::final_view(std::string_view prompt) const {
    return {prompt, kContinuation, text_, text_.size(), {}, {}};
}

LineEditor::Result LineEditor::insert(std::string_view text) {
    text_.insert(cursor_, text);
    cursor_ += text.size();
    return Result::Going;
}

LineEditor::Result LineEditor::enter() {
    const bool goes_on = cursor_ == text_.size() && text_.ends_with('\\');
    if (goes_on) backspace();
    return goes_on || block_is_open(text_) ? new_line() : Result::Line;
}

LineEditor::Result LineEditor::new_line() { return insert("\n"); }
LineEditor::Result LineEditor::interrupt() { return Result::Interrupt; }
LineEditor::Result LineEditor::external_editor() { return Result::ExternalEditor; }
LineEditor::Result LineEditor::suspend() { return Result::Suspend; }
LineEditor::Result LineEditor::clear_screen() { return Result::ClearScreen; }

LineEditor::Result LineEditor::end_or_delete() { return text_.empty() ? Result::End : delete_forward(); }

LineEditor::Result LineEditor::backspace() {
    const size_t end = cursor_;
    left();
    text_.erase(cursor_, end - cursor_);
    return Result::Going;
}

LineEditor::Result LineEditor::delete_forward() {
    if (cursor_ < text_.size()) text_.erase(cursor_, front_cluster(std::string_view(text_).substr(cursor_)).bytes);
    return Result::Going;
}

LineEditor::Result LineEditor::left() {
    cursor_ -= last_cluster(std::string_view(text_).substr(0, cursor_));
    return Result::Going;
}

LineEditor::Result LineEditor::right() {
    if (cursor_ < text_.size()) cursor_ += front_cluster(std::string_view(text_).substr(cursor_)).bytes;
    return Result::Going;
}

LineEditor::Result LineEditor::word_left() {
    while (cursor_ > 0 && !in_word(text_[cursor_ - 1])) --cursor_;
    while (cursor_ > 0 && in_word(text_[cursor_ - 1])) --cursor_;
    return Result::Going;
}

LineEditor::Result LineEditor::word_right() {
    while (cursor_ < text_.size() && !in_word(text_[cursor_])) ++cursor_;
    while (cursor_ < text_.size() && in_word(text_[cursor_])) ++cursor_;
    return Result::Going;
}

size_t LineEditor::line_begin() const {
    const size_t feed = cursor_ == 0 ? std::string::npos : text_.rfind('\n', cursor_ - 1);
    return feed == std::string::npos ? 0 : feed + 1;
}

size_t LineEditor::line_end_at() const { return std::min(text_.find('\n', cursor_), text_.size()); }

LineEditor::Result LineEditor::line_start() {
    cursor_ = line_begin();
    return Result::Going;
}

LineEditor::Result LineEditor::line_end() {
    cursor_ = line_end_at();
    return Result::Going;
}

/// Puts the cursor into the line that begins there, as near to the column as the line allows.
void LineEditor::go_to_line(size_t begin, int column) {
    cursor_ = begin;
    while (cursor_ < text_.size() && text_[cursor_] != '\n') {
        const Cluster cluster = front_cluster(std::string_view(text_).substr(cursor_));
        if (cluster.width > column) break;
        column -= cluster.width;
        cursor_ += cluster.bytes;
    }
}

LineEditor::Result LineEditor::up() {
    const size_t begin = line_begin();
    if (begin == 0) return older();
    const int column = text_width(std::string_view(text_).substr(begin, cursor_ - begin));
    cursor_ = begin - 1;
    go_to_line(line_begin(), column);
    return Result::Going;
}

LineEditor::Result LineEditor::down() {
    const size_t begin = line_begin(), end = line_end_at();
    if (end == text_.size()) return newer();
    go_to_line(end + 1, text_width(std::string_view(text_).substr(begin, cursor_ - begin)));
    return Result::Going;
}

void LineEditor::show_entry(size_t index) {
    if (entry_ == history_.size()) unfinished_ = text_;
    entry_ = index;
    text_ = index == history_.size() ? unfinished_ : history_[index];
    cursor_ = text_.size();
}

LineEditor::Result LineEditor::older() {
    if (entry_ > 0) show_entry(entry_ - 1);
    return Result::Going;
}

LineEditor::Result LineEditor::newer() {
    if (entry_ < history_.size()) show_entry(entry_ + 1);
    return Result::Going;
}

void LineEditor::kill(size_t from, size_t to) {
    if (from == to) return;
    killed_ = text_.substr(from, to - from);
    text_.erase(from, to - from);
    cursor_ = from;
}

LineEditor::Result LineEditor::kill_to_end() {
    const size_t end = line_end_at();
    kill(cursor_, end == cursor_ && end < text_.size() ? end + 1 : end);
    return Result::Going;
}

LineEditor::Result LineEditor::kill_to_start() {
    kill(line_begin(), cursor_);
    return Result::Going;
}

LineEditor::Result LineEditor::kill_word_left() {
    const size_t end = cursor_;
    word_left();
    kill(cursor_, end);
    return Result::Going;
}

LineEditor::Result LineEditor::kill_space_left() {
    const auto space = [](char c) { return c == ' ' || c == '\n' || c == '\t'; };
    size_t from = cursor_;
    while (from > 0 && space(text_[from - 1])) --from;
    while (from > 0 && !space(text_[from - 1])) --from;
    kill(from, cursor_);
    return Result::Going;
}

LineEditor::Result LineEditor::kill_word_right() {
    const size_t from = cursor_;
    word_right();
    kill(from, cursor_);
    return Result::Going;
}

LineEditor::Result LineEditor::yank() { return insert(killed_); }

LineEditor::Result LineEditor::transpose() {
    if (cursor_ == text_.size()) left();
    if (cursor_ == 0 || cursor_ == text_.size()) return Result::Going;
    const std::string_view text = text_;
    const size_t before = last_cluster(text.substr(0, cursor_)), after = front_cluster(text.substr(cursor_)).bytes;
    const auto at = text_.begin() + ptrdiff_t(cursor_);
    std::rotate(at - ptrdiff_t(before), at, at + ptrdiff_t(after));
    cursor_ += after;
    return Result::Going;
}

LineEditor::Result LineEditor::complete() {
    Completion found = completer_ ? completer_(std::string_view(text_).substr(0, cursor_)) : Completion{};
    if (found.candidates.empty()) return Result::Going;
    const std::string front = common_front(found.candidates);
    const bool extends = front.size() > cursor_ - found.from;
    if (extends || found.candidates.size() == 1) {
        text_.replace(found.from, cursor_ - found.from, front);
        cursor_ = found.from + front.size();
    } else if (std::exchange(listed_, true)) {
        candidates_ = std::move(found.candidates);
    }
    return Result::Going;
}

// ---- Search ----

LineEditor::Result LineEditor::search() {
    searching_ = true;
    query_.clear();
    match_ = history_.size();
    before_search_ = text_;
    cursor_before_ = cursor_;
    search_prompt_ = "(search) '': ";
    return Result::Going;
}

/// Shows the newest entry before that one which holds the query.
bool LineEditor::find_older(size_t before) {
    for (size_t i = before; i-- > 0;) {
        const size_t at = history_[i].rfind(query_);
        if (at == std::string::npos) continue;
        match_ = i;
        text_ = history_[i];
        cursor_ = at;
        return true;
    }
    return false;
}

void LineEditor::leave_search() {
    searching_ = false;
    if (match_ < history_.size()) {
        if (entry_ == history_.size()) unfinished_ = before_search_;
        entry_ = match_;
    }
}

LineEditor::Result LineEditor::press_in_search(const Key& key) {
    bool found = true;
    if (key.is('R', true)) {
        if (!query_.empty()) found = find_older(match_);
    } else if (key.is('?', true) || key.is('H', true)) {
        query_.erase(query_.size() - last_cluster(query_));
        if (!query_.empty()) found = find_older(history_.size());
    } else if (key.is('G', true) || key.is('C', true) || key.is('[', true)) {
        searching_ = false;
        text_ = before_search_;
        cursor_ = cursor_before_;
        return Result::Going;
    } else if (!key.ctrl && !key.alt && !key.text.empty() && key.code != Key::Paste) {
        query_ += key.text;
        found = find_older(std::min(match_ + 1, history_.size()));
    } else {
        leave_search();
        return press(key);
    }
    search_prompt_ = (found ? "(search) '" : "(nothing found) '") + query_ + "': ";
    return Result::Going;
}

}  // namespace siskin
