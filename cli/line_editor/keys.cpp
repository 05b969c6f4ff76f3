#include "cli/line_editor/keys.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "engine/tokenizer/utf8.h"

namespace siskin {
namespace {

constexpr std::string_view kPasteBegin = "\x1b[200~", kPasteEnd = "\x1b[201~";
constexpr size_t kLongestSequence = 32;

struct Sequence {
    std::string_view bytes;  ///< after ESC [ or ESC O, without modifiers
    Key::Code code;
};
constexpr Sequence kSequences[] = {
    {"A", Key::Up},    {"B", Key::Down}, {"C", Key::Right}, {"D", Key::Left}, {"H", Key::Home},    {"F", Key::End},
    {"1~", Key::Home}, {"4~", Key::End}, {"7~", Key::Home}, {"8~", Key::End}, {"3~", Key::Delete},
};

/// "1;5C" is C with Ctrl: the second number is 1 + Shift + 2 Alt + 4 Ctrl.
Key named_key(std::string_view sequence) {
    Key key;
    std::string bare(sequence);
    if (const size_t semicolon = bare.find(';'); semicolon != std::string::npos) {
        const int modifiers = std::atoi(bare.c_str() + semicolon + 1) - 1;
        key.alt = modifiers & 2;
        key.ctrl = modifiers & 4;
        bare.erase(semicolon, bare.size() - 1 - semicolon);
        if (bare.size() == 2 && bare[0] == '1' && bare[1] != '~') bare.erase(0, 1);
    }
    for (const Sequence& row : kSequences)
        if (row.bytes == bare) key.code = row.code;
    return key;
}

/// Line ends of every kind become line feeds: terminals paste what was copied with carriage returns.
std::string with_line_feeds(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (size_t i = 0; i < text.size(); ++i) {
        const bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (!pair) out += text[i] == '\r' ? '\n' : text[i];
    }
    return out;
}

}  // namespace

std::optional<Key> KeyDecoder::take(size_t bytes, Key key) {
    pending_.erase(0, bytes);
    return key;
}

std::optional<Key> KeyDecoder::flush() {
    flushing_ = true;
    const auto key = next();
    flushing_ = false;
    return key;
}

bool KeyDecoder::drop_through_interrupt() {
    const size_t at = pasting_ ? std::string::npos : pending_.find('\x03');
    if (at == std::string::npos) return false;
    pending_.erase(0, at + 1);
    return true;
}

std::optional<Key> KeyDecoder::next() {
    if (pasting_) return next_of_paste();
    if (pending_.empty()) return {};
    if (pending_.starts_with(kPasteBegin)) {
        pending_.erase(0, kPasteBegin.size());
        pasting_ = true;
        return next_of_paste();
    }
    return pending_[0] == '\x1b' ? escape_sequence() : character(0);
}

std::optional<Key> KeyDecoder::next_of_paste() {
    const size_t end = pending_.find(kPasteEnd);
    if (end == std::string::npos) {
        // All but what may be the beginning of the end moves on, so that each byte is searched once.
        const size_t certain = pending_.size() - std::min(pending_.size(), kPasteEnd.size() - 1);
        pasted_.append(pending_, 0, certain);
        pending_.erase(0, certain);
        return {};
    }
    pasted_.append(pending_, 0, end);
    pending_.erase(0, end + kPasteEnd.size());
    pasting_ = false;
    Key key;
    key.code = Key::Paste;
    key.text = with_line_feeds(std::exchange(pasted_, {}));
    return key;
}

std::optional<Key> KeyDecoder::escape_sequence() {
    if (pending_.size() == 1) {
        if (!flushing_) return {};
        return take(1, ctrl('['));
    }
    const char second = pending_[1];
    if (second == '\x1b') return take(1, ctrl('['));
    if (second != '[' && second != 'O') {
        auto key = character(1);
        if (key) key->alt = true;
        return key;
    }
    size_t end = 2;
    while (end < pending_.size() && (pending_[end] < '@' || pending_[end] > '~')) ++end;
    const bool complete = end < pending_.size();
    if (!complete && !flushing_ && pending_.size() < kLongestSequence) return {};
    if (!complete) return take(pending_.size(), {});
    return take(end + 1, named_key(std::string_view(pending_).substr(2, end - 1)));
}

std::optional<Key> KeyDecoder::character(size_t at) {
    const std::string_view text = std::string_view(pending_).substr(at);
    const auto first = uint8_t(text[0]);
    if (first < 0x20) return take(at + 1, ctrl(char(first + 0x40)));
    if (first == 0x7F) return take(at + 1, ctrl('?'));
    if (utf8_is_cut_short(text) && !flushing_) return {};
    const size_t n = utf8_length(text);
    Key key;
    key.code = n ? utf8_decode(text.substr(0, n)) : char32_t(Key::Unknown);
    key.text = text.substr(0, n);
    return take(at + std::max<size_t>(n, 1), key);
}

}  // namespace siskin
