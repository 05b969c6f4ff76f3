#pragma once
// How much of a text is known from another one.

#include <algorithm>
#include <span>

#include "engine/tokenizer/vocabulary.h"

namespace siskin {

/// How many tokens both begin with alike.
inline size_t common_length(std::span<const Token> a, std::span<const Token> b) {
    return size_t(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

}  // namespace siskin
