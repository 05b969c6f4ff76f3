#pragma once
// A context-free grammar in the making: rules, each an expression. Parsers of GBNF, of regular expressions and of JSON
// schemas all build one of these; automaton.h turns it into something that runs.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/grammar/char_set.h"

namespace siskin {

/// Numbers of an expression and of a rule inside one Grammar.
enum class Expr : uint32_t {};
enum class Rule : uint32_t {};

class Grammar {
  public:
    static constexpr uint32_t kNoLimit = UINT32_MAX;
    static constexpr size_t kMaxNodes = 1 << 20, kMaxRules = 1 << 16, kMaxDepth = 300;

    enum class Kind : uint8_t { Text, Chars, Sequence, Choice, Repeat, Call };
    struct Node {
        Kind kind;
        uint16_t depth;       // of expressions inside one another
        uint32_t begin, end;  // Text: bytes; Sequence, Choice: children; Chars: the set; Call: the rule; Repeat: limits
        Expr child;           // Repeat
    };

    // These throw Error(BadData) where a limit above is passed.
    Expr text(std::string_view bytes);
    Expr chars(CharSet set);
    Expr sequence(std::span<const Expr> parts);
    Expr sequence(std::initializer_list<Expr> parts) { return sequence(std::span(parts.begin(), parts.size())); }
    /// One of several; none of them: something that no text fits.
    Expr choice(std::span<const Expr> parts);
    Expr choice(std::initializer_list<Expr> parts) { return choice(std::span(parts.begin(), parts.size())); }
    Expr repeat(Expr part, uint32_t least, uint32_t most);
    Expr optional(Expr part) { return repeat(part, 0, 1); }
    Expr call(Rule rule);
    Expr empty() { return sequence({}); }

    /// A rule without an expression yet. The name is for messages.
    Rule add_rule(std::string name);
    void define(Rule rule, Expr expression);
    Rule define(std::string name, Expr expression);
    void set_root(Rule rule) { root_ = rule; }

    Rule root() const { return root_; }
    size_t n_rules() const { return rules_.size(); }
    const std::string& name(Rule rule) const { return rules_[size_t(rule)].name; }
    bool is_defined(Rule rule) const { return rules_[size_t(rule)].defined; }
    Expr expression(Rule rule) const { return rules_[size_t(rule)].expression; }
    const Node& node(Expr expression) const { return nodes_[size_t(expression)]; }
    std::string_view bytes(const Node& node) const {
        return std::string_view(bytes_).substr(node.begin, node.end - node.begin);
    }
    const CharSet& set(const Node& node) const { return sets_[node.begin]; }
    std::span<const Expr> children(const Node& node) const {
        return std::span(children_).subspan(node.begin, node.end - node.begin);
    }

  private:
    Expr add(Node node);
    Expr add_list(Kind kind, std::span<const Expr> parts);

    struct Named {
        std::string name;
        bool defined = false;
        Expr expression{};
    };
    std::vector<Node> nodes_;
    std::vector<Expr> children_;
    std::vector<CharSet> sets_;
    std::string bytes_;
    std::vector<Named> rules_;
    Rule root_{};
};

}  // namespace siskin
