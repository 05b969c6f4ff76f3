#pragma once
// Finds the special tokens that are written out in a text.

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "engine/tokenizer/vocabulary.h"

namespace siskin {

struct SpecialToken {
    std::string_view text;  ///< not empty; must outlive the matcher
    Token token = kNoToken;
    bool strips_left = false, strips_right = false;  ///< swallows white space of the plain text on that side
    bool everywhere = false;                         ///< found in all text, not only where control tokens may be
};

/// Bytes begin..end of a text.
struct TextRange {
    size_t begin = 0, end = 0;
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

    /// Cuts a text at its special tokens, those that do not stand everywhere only inside the `allowed` ranges, which
    /// ascend and neither overlap nor touch. Where several tokens overlap, a longer one comes before a shorter one,
    /// then the one further left. Time and memory grow with the length of the text, not with the number of special
    /// tokens.
    std::vector<Part> split(std::string_view text, std::span<const TextRange> allowed) const;

  private:
    struct Match {
        size_t begin, end;
        const SpecialToken* special;
    };
    /// What is searched.
    struct Place {
        std::string_view text;
        std::span<const TextRange> allowed;
        bool allows(const SpecialToken& special, size_t position) const;
        Place until(size_t end) const { return {text.substr(0, end), allowed}; }
    };

    template <class Found>
    void for_each_match(const Place& place, size_t position, Found found) const;
    const SpecialToken* longest_match(const Place& place, size_t position) const;
    const SpecialToken* match_of_length(const Place& place, size_t position, size_t length) const;
    void resolve(const Place& place, TextRange cluster, std::vector<Match>& out) const;

    std::vector<SpecialToken> specials_;          ///< sorted by text
    std::array<TextRange, 256> by_first_byte_{};  ///< indices of specials_
    size_t max_length_ = 0;
};

}  // namespace siskin
