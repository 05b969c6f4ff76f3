#pragma once
// GBNF, the grammar notation of llama.cpp (grammars/README.md there): rules `name ::= …`, strings, classes of
// characters, `.`, groups, alternatives, * + ? {m} {m,} {m,n}, comments. The answer must fit the rule `root`.

#include <string_view>

#include "engine/grammar/grammar.h"

namespace siskin {

constexpr size_t kMaxGrammarBytes = 1 << 20;
constexpr size_t kMaxGroups = 128;               ///< inside one another
constexpr uint32_t kMaxRepetitions = 1'000'000;  ///< in {m,n}

/// Throws Error(BadData) that begins with "grammar:LINE:COLUMN:" and says what was expected. References to tokens (<…>)
/// are refused: an answer is text.
Grammar parse_gbnf(std::string_view source);

}  // namespace siskin
