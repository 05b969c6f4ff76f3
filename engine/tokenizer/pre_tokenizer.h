#pragma once
// Cuts a text into the pieces within which BPE merges, as the model's authors did: by a sequence of regular
// expressions, run by PCRE2.

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace siskin {

/// What becomes of the text that an expression matches. Text between matches always is a piece of its own.
enum class PreSplit : unsigned char {
    Pieces,         ///< each match is a piece; an empty match cuts
    Thousands,      ///< each match is cut into threes of characters counted from its right end
    ThousandsTail,  ///< the same, but what is left of the first cut stays with the text before the match
    PowersOfTwo,    ///< each match is cut into 512, 256 … 2, 1 characters, the largest that fits first
};

struct PreStep {
    /// PCRE2 syntax with Unicode properties; \s is the Unicode property White_Space. Nullptr ends a list of steps.
    const char* regex = nullptr;
    PreSplit split = PreSplit::Pieces;
};

class PreTokenizer {
  public:
    /// Throws Error(Bug) when an expression does not compile. Without `jit` the expressions are interpreted, which is
    /// also what happens where the system forbids generated code.
    explicit PreTokenizer(std::span<const PreStep> steps, bool jit = true);
    PreTokenizer(PreTokenizer&&) noexcept;
    ~PreTokenizer();

    /// Calls `emit` with the pieces in order; joined they are the text. Each step works on the pieces of the step
    /// before, and sees nothing beyond their ends. A byte that is not part of well-formed UTF-8 counts as one U+FFFD.
    /// Safe to call from several threads.
    void split(std::string_view text, const std::function<void(std::string_view)>& emit) const;

  private:
    struct Step;
    class Run;
    std::vector<Step> steps_;
};

}  // namespace siskin
