#include "engine/chat/template/text_ops.h"

#include <algorithm>

#include "engine/chat/template/operators.h"
#include "engine/chat/template/template_error.h"
#include "engine/chat/template/unicode.h"

namespace siskin::jinja {
namespace {

constexpr size_t kNotFound = std::string_view::npos;

/// The character before `end`: at most four bytes back.
std::string_view character_before(std::string_view text, size_t end) {
    for (size_t size = std::min<size_t>(4, end); size > 1; --size) {
        const std::string_view candidate = text.substr(end - size, size);
        if (first_character(candidate).size() == size) return candidate;
    }
    return text.substr(end - 1, 1);
}

bool is_line_end(std::string_view character) {
    const char c = character[0];
    return (c >= '\n' && c <= '\r') || (c >= 0x1C && c <= 0x1E) || character == "\u0085" || character == "\u2028" ||
           character == "\u2029";
}

struct Bounds {
    size_t begin, end;
};

/// The words of a text: what white space separates. At most `limit` of them are cut off, the rest stays whole.
std::vector<Bounds> words(std::string_view text, Int limit) {
    std::vector<Bounds> out;
    size_t at = 0;
    const auto skip = [&](bool space) {
        while (at < text.size() && is_space(first_character(text.substr(at))) == space)
            at += first_character(text.substr(at)).size();
    };
    for (skip(true); at < text.size(); skip(true)) {
        const size_t begin = at;
        if (limit >= 0 && static_cast<Int>(out.size()) == limit) {
            out.push_back({begin, text.size()});
            break;
        }
        skip(false);
        out.push_back({begin, at});
    }
    return out;
}

std::vector<Text> slices(Heap& heap, const Text& text, const std::vector<Bounds>& bounds) {
    heap.work(bounds.size());
    std::vector<Text> out;
    for (const auto& [begin, end] : bounds) out.push_back(text.slice(begin, end));
    return out;
}

void check_separator(std::optional<std::string_view> separator) {
    if (separator && separator->empty()) complain("empty separator");
}

std::string with_entities(std::string_view text) {
    constexpr std::string_view kCharacters = "&<>'\"";
    constexpr std::string_view kEntities[] = {"&amp;", "&lt;", "&gt;", "&#39;", "&#34;"};
    std::string out;
    for (const char c : text) {
        const size_t known = kCharacters.find(c);
        known == kNotFound ? out += c : out += kEntities[known];
    }
    return out;
}

bool holds_data(const Text& text, size_t begin, size_t end) {
    const std::vector<TextPiece> pieces = text.pieces(begin, end);
    return std::any_of(pieces.begin(), pieces.end(),
                       [](const TextPiece& piece) { return piece.origin == Origin::Data; });
}

std::vector<Bounds> words_from_right(std::string_view text, Int limit) {
    std::vector<Bounds> all = words(text, -1);
    if (limit < 0 || static_cast<Int>(all.size()) <= limit) return all;
    const size_t rest = all.size() - static_cast<size_t>(limit);
    const Bounds whole = {0, all[rest - 1].end};
    all.erase(all.begin(), all.begin() + static_cast<ptrdiff_t>(rest));
    all.insert(all.begin(), whole);
    return all;
}

}  // namespace

Text stripped(Heap& heap, const Text& text, std::optional<std::string_view> characters, Side side) {
    heap.scan(text.size());
    const std::string_view bytes = text.bytes();
    const auto drop = [&](std::string_view character) {
        if (!characters) return is_space(character);
        heap.scan(characters->size());
        return characters->find(character) != kNotFound;
    };
    size_t begin = 0, end = bytes.size();
    while (side != Side::Right && begin < end && drop(first_character(bytes.substr(begin))))
        begin += first_character(bytes.substr(begin)).size();
    while (side != Side::Left && end > begin && drop(character_before(bytes, end)))
        end -= character_before(bytes, end).size();
    return text.slice(begin, end);
}

Text replaced(Heap& heap, const Text& text, std::string_view old, const Text& by, Int count) {
    Text out;
    const std::string_view bytes = text.bytes();
    const bool between = old.empty();  // An empty string is found before every character and at the end.
    const bool between_data = between && holds_data(text, 0, text.size());
    size_t at = 0;
    for (Int done = 0; count < 0 || done < count; ++done) {
        const size_t found =
            between ? (done == 0 ? 0 : at + first_character(bytes.substr(at)).size()) : find_text(heap, bytes, old, at);
        if (found == kNotFound || found > bytes.size() || (between && done > 0 && at == bytes.size())) break;
        heap.work(1);
        out.append(text, at, found);
        if (between_data || holds_data(text, found, found + old.size())) {
            out.append(by.bytes(), Origin::Data);
        } else {
            out.append(by);
        }
        at = found + old.size();
    }
    out.append(text, at, text.size());
    return out;
}

std::vector<Text> split(Heap& heap, const Text& text, std::optional<std::string_view> separator, Int limit) {
    check_separator(separator);
    heap.scan(text.size());
    if (!separator) return slices(heap, text, words(text.bytes(), limit));
    std::vector<Bounds> bounds;
    size_t at = 0;
    while (limit < 0 || static_cast<Int>(bounds.size()) < limit) {
        const size_t found = find_text(heap, text.bytes(), *separator, at);
        if (found == kNotFound) break;
        bounds.push_back({at, found});
        at = found + separator->size();
    }
    bounds.push_back({at, text.size()});
    return slices(heap, text, bounds);
}

std::vector<Text> split_from_right(Heap& heap, const Text& text, std::optional<std::string_view> separator, Int limit) {
    check_separator(separator);
    heap.scan(text.size());
    if (!separator) return slices(heap, text, words_from_right(text.bytes(), limit));
    std::vector<Bounds> bounds;
    size_t end = text.size();
    while (limit < 0 || static_cast<Int>(bounds.size()) < limit) {
        heap.work(1 + separator->size() / 16);
        const size_t found = text.bytes().substr(0, end).rfind(*separator);
        if (found == kNotFound) break;
        bounds.push_back({found + separator->size(), end});
        end = found;
    }
    bounds.push_back({0, end});
    std::reverse(bounds.begin(), bounds.end());
    return slices(heap, text, bounds);
}

std::vector<Text> split_lines(Heap& heap, const Text& text, bool keep_ends) {
    heap.scan(text.size());
    const std::string_view bytes = text.bytes();
    std::vector<Bounds> bounds;
    size_t begin = 0;
    for (size_t at = 0; at < bytes.size();) {
        const std::string_view character = first_character(bytes.substr(at));
        const size_t line_end = at;
        at += character.size();
        if (!is_line_end(character)) continue;
        if (character == "\r" && bytes.substr(at).starts_with('\n')) ++at;
        bounds.push_back({begin, keep_ends ? at : line_end});
        begin = at;
    }
    if (begin < bytes.size()) bounds.push_back({begin, bytes.size()});
    return slices(heap, text, bounds);
}

Text mapped(const Text& text, std::string (*function)(std::string_view)) {
    Text out;
    for (const TextPiece& piece : text.pieces()) out.append(function(piece.bytes), piece.origin);
    return out;
}

Text upper(const Text& text) { return mapped(text, to_upper); }
Text lower(const Text& text) { return mapped(text, to_lower); }

Text capitalized(const Text& text) {
    if (text.empty()) return text;
    const size_t first = first_character(text.bytes()).size();
    Text out = upper(text.slice(0, first));
    out.append(lower(text.slice(first, text.size())));
    return out;
}

Text escaped(const Text& text) { return text.is_markup() ? text : mapped(text, with_entities).as_markup(); }

Text padded(Heap& heap, const Text& text, Int width, const Text& fill, Side text_side) {
    const Int missing = width - static_cast<Int>(count_characters(text.bytes()));
    if (missing <= 0) return text;
    if (missing > static_cast<Int>(Text::kMaxSize)) complain("a width of more than ", Text::kMaxSize >> 20, " MiB");
    heap.work(static_cast<size_t>(missing));
    // str.center puts the odd one to the left where the width is odd.
    const Int middle = missing / 2 + (missing & width & 1);
    const Int before = text_side == Side::Left ? 0 : text_side == Side::Right ? missing : middle;
    Text out;
    for (Int i = 0; i < before; ++i) out.append(fill);
    out.append(text);
    for (Int i = before; i < missing; ++i) out.append(fill);
    return out;
}

}  // namespace siskin::jinja
