#pragma once
// Sets of Unicode characters, and the byte sequences that encode them in UTF-8.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace siskin {

constexpr char32_t kLastChar = 0x10FFFF;

struct CharRange {
    char32_t first, last;
};

/// Immutable. Surrogates are not characters and never part of a set.
class CharSet {
  public:
    CharSet() = default;
    /// In any order; they may overlap. What lies above U+10FFFF is left out.
    explicit CharSet(std::vector<CharRange> ranges);
    /// The characters of an ASCII text.
    static CharSet of(std::string_view characters);
    static CharSet all() { return CharSet({{0, kLastChar}}); }

    CharSet inverted() const;
    CharSet joined(const CharSet& other) const;
    CharSet without(const CharSet& other) const;

    bool empty() const { return ranges_.empty(); }
    bool contains(char32_t character) const;
    const std::vector<CharRange>& ranges() const { return ranges_; }  ///< ascending, with gaps between them

  private:
    std::vector<CharRange> ranges_;
};

/// Encodings of one length: at each place any byte of a range.
struct ByteSequence {
    struct Range {
        uint8_t first, last;
    };
    std::array<Range, 4> bytes;
    uint8_t length;
};

/// The UTF-8 encodings of all characters of a set.
std::vector<ByteSequence> utf8_sequences(const CharSet& set);

}  // namespace siskin
