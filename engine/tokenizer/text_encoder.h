#pragma once
// What turns plain text into tokens; one implementation per kind of vocabulary.

#include <string_view>
#include <vector>

#include "engine/tokenizer/vocabulary.h"

namespace siskin {

class TextEncoder {
  public:
    virtual ~TextEncoder() = default;

    /// Appends the tokens of a stretch of text without special tokens. `at_start`: it begins the text or follows a
    /// special token. Safe to call from several threads.
    virtual void encode(std::string_view text, bool at_start, std::vector<Token>& out) const = 0;
};

}  // namespace siskin
