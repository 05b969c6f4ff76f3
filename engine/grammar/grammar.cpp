#include "engine/grammar/grammar.h"

#include <algorithm>

#include "formats/error.h"

namespace siskin {

Expr Grammar::add(Node node) {
    if (nodes_.size() >= kMaxNodes) fail(Fault::BadData, "grammar: larger than ", kMaxNodes, " expressions");
    if (node.depth > kMaxDepth)
        fail(Fault::BadData, "grammar: more than ", kMaxDepth, " expressions inside one another");
    nodes_.push_back(node);
    return Expr(nodes_.size() - 1);
}

Expr Grammar::text(std::string_view bytes) {
    const auto begin = uint32_t(bytes_.size());
    bytes_ += bytes;
    return add({Kind::Text, 1, begin, uint32_t(bytes_.size()), {}});
}

Expr Grammar::chars(CharSet set) {
    sets_.push_back(std::move(set));
    return add({Kind::Chars, 1, uint32_t(sets_.size() - 1), 0, {}});
}

Expr Grammar::add_list(Kind kind, std::span<const Expr> parts) {
    if (parts.size() == 1) return parts[0];
    const auto begin = uint32_t(children_.size());
    uint16_t depth = 0;
    for (const Expr part : parts) depth = std::max(depth, node(part).depth);
    children_.insert(children_.end(), parts.begin(), parts.end());
    return add({kind, uint16_t(depth + 1), begin, uint32_t(children_.size()), {}});
}

Expr Grammar::sequence(std::span<const Expr> parts) { return add_list(Kind::Sequence, parts); }
Expr Grammar::choice(std::span<const Expr> parts) { return add_list(Kind::Choice, parts); }

Expr Grammar::repeat(Expr part, uint32_t least, uint32_t most) {
    return add({Kind::Repeat, uint16_t(node(part).depth + 1), least, most, part});
}

Expr Grammar::call(Rule rule) { return add({Kind::Call, 1, uint32_t(rule), 0, {}}); }

Rule Grammar::add_rule(std::string name) {
    if (rules_.size() >= kMaxRules) fail(Fault::BadData, "grammar: more than ", kMaxRules, " rules");
    rules_.push_back({std::move(name)});
    return Rule(rules_.size() - 1);
}

void Grammar::define(Rule rule, Expr expression) {
    rules_[size_t(rule)].defined = true;
    rules_[size_t(rule)].expression = expression;
}

Rule Grammar::define(std::string name, Expr expression) {
    const Rule rule = add_rule(std::move(name));
    define(rule, expression);
    return rule;
}

}  // namespace siskin
