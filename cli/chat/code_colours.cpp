#include "cli/chat/code_colours.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <iterator>

namespace siskin {
namespace {

constexpr std::string_view kPlain = "", kComment = "\x1b[2m", kString = "\x1b[32m", kNumber = "\x1b[36m",
                           kKeyword = "\x1b[35m";

// In the order of the alphabet.
constexpr std::string_view kKeywords[] = {
    "None",    "True",      "and",   "as",        "async",    "auto",    "await",   "bool",     "break",   "case",
    "catch",   "char",      "class", "const",     "continue", "def",     "default", "del",      "do",      "done",
    "double",  "elif",      "else",  "enum",      "esac",     "except",  "export",  "extends",  "false",   "fi",
    "final",   "finally",   "float", "fn",        "for",      "from",    "func",    "function", "if",      "impl",
    "import",  "in",        "int",   "interface", "is",       "lambda",  "let",     "long",     "match",   "mod",
    "mut",     "namespace", "new",   "nil",       "not",      "null",    "nullptr", "or",       "package", "pass",
    "private", "protected", "pub",   "public",    "raise",    "return",  "self",    "static",   "struct",  "super",
    "switch",  "template",  "then",  "this",      "throw",    "trait",   "true",    "try",      "type",    "typename",
    "union",   "unsigned",  "use",   "using",     "var",      "virtual", "void",    "while",    "with",    "yield",
};

static_assert(std::is_sorted(std::begin(kKeywords), std::end(kKeywords)));

struct Language {
    std::string_view names;  ///< between spaces
    bool hash, slash, dash, apostrophe;
};
constexpr Language kLanguages[] = {
    {" python py ruby rb r perl julia ", true, false, false, true},
    {" bash sh shell zsh fish console make makefile cmake toml yaml yml dockerfile ini ", true, false, false, true},
    {" sql lua haskell ada ", false, false, true, true},
    {" rust lisp scheme clojure ", false, true, false, false},
    {" text txt plain markdown md ", false, false, false, false},
};

bool in_word(char c) { return uint8_t(c) >= 0x80 || std::isalnum(uint8_t(c)) || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

void CodeColours::begin(std::string_view language) {
    *this = CodeColours();
    if (language.empty()) return;
    const std::string wanted = " " + std::string(language) + " ";
    for (const Language& row : kLanguages) {
        if (row.names.find(wanted) == std::string_view::npos) continue;
        hash_comments_ = row.hash;
        slash_comments_ = row.slash;
        dash_comments_ = row.dash;
        apostrophe_quotes_ = row.apostrophe;
    }
}

void CodeColours::end_line() {
    in_comment_ = false;
    quote_ = '\0';
}

CodeColours::Piece CodeColours::next(std::string_view text, bool last) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const bool certain = last || line.size() < text.size();
    if (in_comment_) return {line.size(), kComment};
    if (in_block_comment_) {
        const size_t end = line.find("*/");
        if (end != std::string_view::npos) return in_block_comment_ = false, Piece{end + 2, kComment};
        const bool cut = !certain && line.ends_with('*');
        return {line.size() - cut, kComment};
    }
    if (quote_) return quoted(line, certain);

    const char c = line[0];
    if (in_word(c)) {
        size_t n = 1;
        while (n < line.size() && (in_word(line[n]) || (is_digit(c) && line[n] == '.'))) ++n;
        if (n == line.size() && !certain) return {0, kPlain};
        const bool keyword = std::binary_search(std::begin(kKeywords), std::end(kKeywords), line.substr(0, n));
        return {n, is_digit(c) ? kNumber : keyword ? kKeyword : kPlain};
    }
    if (c == '"' || c == '`' || (c == '\'' && apostrophe_quotes_)) {
        quote_ = c;
        return {1, kString};
    }
    if (c == '#' && hash_comments_) return in_comment_ = true, Piece{1, kComment};
    if ((c == '/' && slash_comments_) || (c == '-' && dash_comments_)) {
        if (line.size() == 1 && !certain) return {0, kPlain};
        const std::string_view pair = line.substr(0, 2);
        if (pair == "//" || pair == "--") return in_comment_ = true, Piece{2, kComment};
        if (pair == "/*") return in_block_comment_ = true, Piece{2, kComment};
    }
    return {1, kPlain};
}

/// To the closing quote, a character behind a backslash never being one.
CodeColours::Piece CodeColours::quoted(std::string_view line, bool certain) {
    size_t n = 0;
    for (; n < line.size(); ++n) {
        if (line[n] == quote_) return quote_ = '\0', Piece{n + 1, kString};
        if (line[n] != '\\') continue;
        if (n + 1 == line.size() && !certain) return {n, kString};
        n += n + 1 < line.size();
    }
    return {n, kString};
}

}  // namespace siskin
