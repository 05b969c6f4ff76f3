#pragma once
// Finds the special tokens that are written out in a text.

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "engine/tokenizer/vocabulary.h"

namespace siskin {

struct SpecialToken {
    std::string_view text;  ///< not empty; must outlive the matcher
    Token token = kNoToken;
    bool strips_left = false, strips_right = false;  ///< swallows white space of the plain text on that side
};

class SpecialMatcher {
  public:
    SpecialMatcher() = default;
    explicit SpecialMatcher(std::vector<SpecialToken> specials);

    /// A stretch of plain text (`token` is kNoToken, `text` not empty) or a special token.
    struct Part {
        std::string_view text;
        Token token = kNoToken;
    };

    /// Cuts a text at its special tokens. Where several overlap, a longer one comes before a shorter one, then the one
    /// further left. Time and memory grow with the length of the text, not with the number of special tokens.
    std::vector<Part> split(std::string_view text) const;

  private:
    struct Match {
        size_t begin, end;
        const SpecialToken* special;
    };
    struct Range {
        size_t begin = 0, end = 0;
    };

    template <class Found>
    void for_each_match(std::string_view text, size_t position, Found found) const;
    const SpecialToken* longest_match(std::string_view text, size_t position) const;
    const SpecialToken* match_of_length(std::string_view text, size_t position, size_t length) const;
    void resolve(std::string_view text, Range cluster, std::vector<Match>& out) const;

    std::vector<SpecialToken> specials_;      ///< sorted by text
    std::array<Range, 256> by_first_byte_{};  ///< in specials_
    size_t max_length_ = 0;
};

}  // namespace siskin
