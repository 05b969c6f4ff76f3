#pragma once
// The text of a template in tokens, white space control already applied (trim_blocks and lstrip_blocks are on, one
// newline at the very end is dropped).

#include <string>
#include <string_view>
#include <vector>

namespace siskin::jinja {

enum class TokenKind {
    Data,  ///< text outside of tags
    VariableBegin,
    VariableEnd,  ///< {{ }}
    BlockBegin,
    BlockEnd,  ///< {% %}
    Name,
    String,
    Integer,
    Float,
    Operator,
    End,
};

struct TemplateToken {
    TokenKind kind;
    std::string text;  ///< of strings: with their escapes resolved; of numbers: without underscores
    int line;
};

/// Throws TemplateError. The last token is End.
std::vector<TemplateToken> lex_template(std::string_view source);

/// A token as messages call it: "'endif'", "a string", "the end of the template".
std::string describe(const TemplateToken& token);

}  // namespace siskin::jinja
