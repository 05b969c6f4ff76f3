#pragma once
// Regular expressions of JSON schemas (keyword `pattern`, ECMA-262) as expressions of a grammar. Understood:
// characters,
// `.`, classes, \d \w \s and their opposites, escapes, groups, alternatives, all quantifiers, ^ and $ at the ends of
// alternatives that stand in no group. Not understood, and refused: look-around, references to groups, \b, \p.

#include <functional>
#include <optional>
#include <string_view>

#include "engine/grammar/grammar.h"

namespace siskin {

struct RegexExpr {
    Expr expression;
    uint32_t least = 0, most = 0;  ///< characters of the texts that match; most may be Grammar::kNoLimit
    /// Where the whole is one expression of single characters repeated, as in ^[a-z]+$: that expression.
    std::optional<Expr> repeated = {};
};

/// Builds in `grammar` what matches all of a text. Where an end is not anchored anything may stand there, as schemas
/// want it. `spell` writes one character of a set. Throws Error(BadData) that says what is not understood and at
/// which byte.
RegexExpr compile_regex(Grammar& grammar, std::string_view pattern, const std::function<Expr(const CharSet&)>& spell);

}  // namespace siskin
