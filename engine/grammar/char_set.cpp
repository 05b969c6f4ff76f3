#include "engine/grammar/char_set.h"

#include <algorithm>

namespace siskin {
namespace {

constexpr char32_t kBeforeSurrogates = 0xD7FF, kAfterSurrogates = 0xE000;

size_t utf8_size(char32_t character) {
    return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
}

/// Byte `place` of a character that takes `size` bytes.
uint8_t utf8_byte(char32_t character, size_t place, size_t size) {
    constexpr uint8_t kLead[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    const char32_t bits = character >> (6 * (size - 1 - place));
    return place == 0 ? uint8_t(kLead[size] | bits) : uint8_t(0x80 | (bits & 0x3F));
}

/// Where a range must be cut so that its first part is simpler; its last character if it need not be cut. A range is
/// simple when all its encodings are of one length and every byte but the first of those that differ runs through all
/// its values.
char32_t first_cut(CharRange range) {
    for (const char32_t last : {0x7F, 0x7FF, 0xFFFF})
        if (range.first <= last && last < range.last) return last;
    for (size_t i = 1; i < utf8_size(range.first); ++i) {
        const char32_t low = (char32_t(1) << (6 * i)) - 1;
        if ((range.first & ~low) == (range.last & ~low)) break;
        if ((range.first & low) != 0) return range.first | low;
        if ((range.last & low) != low) return (range.last & ~low) - 1;
    }
    return range.last;
}

}  // namespace

CharSet::CharSet(std::vector<CharRange> ranges) {
    std::vector<CharRange> parts;
    for (CharRange range : ranges) {
        range.last = std::min(range.last, kLastChar);
        const CharRange below = {range.first, std::min(range.last, kBeforeSurrogates)};
        const CharRange above = {std::max(range.first, kAfterSurrogates), range.last};
        for (const CharRange part : {below, above})
            if (part.first <= part.last) parts.push_back(part);
    }
    std::sort(parts.begin(), parts.end(), [](CharRange a, CharRange b) { return a.first < b.first; });
    for (const CharRange part : parts) {
        if (!ranges_.empty() && part.first <= ranges_.back().last + 1)
            ranges_.back().last = std::max(ranges_.back().last, part.last);
        else
            ranges_.push_back(part);
    }
}

CharSet CharSet::of(std::string_view characters) {
    std::vector<CharRange> ranges;
    for (const char c : characters) ranges.push_back({char32_t(c), char32_t(c)});
    return CharSet(std::move(ranges));
}

CharSet CharSet::inverted() const {
    std::vector<CharRange> gaps;
    char32_t next = 0;
    for (const CharRange range : ranges_) {
        if (range.first > next) gaps.push_back({next, range.first - 1});
        next = range.last + 1;
    }
    if (next <= kLastChar) gaps.push_back({next, kLastChar});
    return CharSet(std::move(gaps));
}

CharSet CharSet::joined(const CharSet& other) const {
    std::vector<CharRange> ranges = ranges_;
    ranges.insert(ranges.end(), other.ranges_.begin(), other.ranges_.end());
    return CharSet(std::move(ranges));
}

CharSet CharSet::without(const CharSet& other) const { return inverted().joined(other).inverted(); }

bool CharSet::contains(char32_t character) const {
    return std::any_of(ranges_.begin(), ranges_.end(),
                       [=](CharRange range) { return range.first <= character && character <= range.last; });
}

std::vector<ByteSequence> utf8_sequences(const CharSet& set) {
    std::vector<ByteSequence> sequences;
    std::vector<CharRange> pending(set.ranges().rbegin(), set.ranges().rend());
    while (!pending.empty()) {
        const CharRange range = pending.back();
        pending.pop_back();
        if (const char32_t cut = first_cut(range); cut != range.last) {
            pending.push_back({cut + 1, range.last});
            pending.push_back({range.first, cut});
            continue;
        }
        ByteSequence sequence{};
        sequence.length = uint8_t(utf8_size(range.first));
        for (size_t i = 0; i < sequence.length; ++i)
            sequence.bytes[i] = {utf8_byte(range.first, i, sequence.length), utf8_byte(range.last, i, sequence.length)};
        sequences.push_back(sequence);
    }
    return sequences;
}

}  // namespace siskin
