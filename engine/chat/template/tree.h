#pragma once
// A parsed template. Each node says what it is made of; how it is computed stands in evaluate.cpp and execute.cpp.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/chat/template/value.h"

namespace siskin::jinja {

class Interpreter;

/// A name in the tree's own set: equal names have equal addresses.
using NameRef = const std::string*;

struct Expression {
    int line = 0;
    virtual ~Expression() = default;
    virtual Value evaluate(Interpreter& interpreter) const = 0;
};
using ExpressionRef = std::unique_ptr<const Expression>;

/// How a statement ended: {% break %} and {% continue %} cut short what stands around them, up to the loop.
enum class Flow : uint8_t { Next, Break, Continue };

struct Statement {
    int line = 0;
    virtual ~Statement() = default;
    virtual Flow execute(Interpreter& interpreter) const = 0;
};
using StatementRef = std::unique_ptr<const Statement>;
using Body = std::vector<StatementRef>;

struct CallArguments {
    std::vector<ExpressionRef> positional;
    std::vector<std::pair<NameRef, ExpressionRef>> named;
    ExpressionRef more_positional, more_named;  // *args and **kwargs, may be null
};

// Expressions

struct Constant final : Expression {
    Value value;
    Value evaluate(Interpreter& interpreter) const override;
};

struct Variable final : Expression {
    NameRef name;
    Value evaluate(Interpreter& interpreter) const override;
};

struct Sequence final : Expression {  // [a, b] or (a, b)
    List::Kind kind;
    std::vector<ExpressionRef> items;
    Value evaluate(Interpreter& interpreter) const override;
};

struct Mapping final : Expression {
    std::vector<std::pair<ExpressionRef, ExpressionRef>> entries;
    Value evaluate(Interpreter& interpreter) const override;
};

enum class UnaryOp : uint8_t { Not, Minus, Plus };

struct Unary final : Expression {
    UnaryOp op;
    ExpressionRef operand;
    Value evaluate(Interpreter& interpreter) const override;
};

enum class BinaryOp : uint8_t { Or, And, Add, Subtract, Multiply, Divide, FloorDivide, Modulo, Power };

struct Binary final : Expression {
    BinaryOp op;
    ExpressionRef left, right;
    Value evaluate(Interpreter& interpreter) const override;
};

struct Join final : Expression {  // a ~ b ~ c
    std::vector<ExpressionRef> parts;
    Value evaluate(Interpreter& interpreter) const override;
};

enum class CompareOp : uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, NotIn };

struct Comparison final : Expression {  // a < b < c
    ExpressionRef first;
    std::vector<std::pair<CompareOp, ExpressionRef>> rest;
    Value evaluate(Interpreter& interpreter) const override;
};

struct Choice final : Expression {     // yes if condition else no
    ExpressionRef condition, yes, no;  // no may be null
    Value evaluate(Interpreter& interpreter) const override;
};

struct Attribute final : Expression {
    ExpressionRef object;
    NameRef name;
    Value evaluate(Interpreter& interpreter) const override;
};

struct Subscript final : Expression {
    ExpressionRef object, key;
    Value evaluate(Interpreter& interpreter) const override;
};

struct Slice final : Expression {
    ExpressionRef object, begin, end, step;  // the last three may be null
    Value evaluate(Interpreter& interpreter) const override;
};

struct Call final : Expression {
    ExpressionRef callee;
    CallArguments arguments;
    Value evaluate(Interpreter& interpreter) const override;
};

struct Filter final : Expression {
    ExpressionRef subject;
    NameRef name;
    CallArguments arguments;
    Value evaluate(Interpreter& interpreter) const override;
};

struct Test final : Expression {
    ExpressionRef subject;
    NameRef name;
    CallArguments arguments;
    bool negated = false;
    Value evaluate(Interpreter& interpreter) const override;
};

/// The text of a block: what {% filter %} and {% set %}…{% endset %} filter.
struct Captured final : Expression {
    Body body;
    Value evaluate(Interpreter& interpreter) const override;
};

// Statements

/// Where a value goes: a variable, an attribute of a namespace, or several of them.
struct Target {
    NameRef name = nullptr;
    NameRef attribute = nullptr;
    std::vector<Target> parts;
};

struct Literal final : Statement {
    Text text;
    Flow execute(Interpreter& interpreter) const override;
};

struct Output final : Statement {
    ExpressionRef value;
    Flow execute(Interpreter& interpreter) const override;
};

struct If final : Statement {
    std::vector<std::pair<ExpressionRef, Body>> branches;
    Body otherwise;
    Flow execute(Interpreter& interpreter) const override;
};

struct For final : Statement {
    Target target;
    ExpressionRef items, condition;  // condition may be null
    Body body, otherwise;
    bool recursive = false;
    Flow execute(Interpreter& interpreter) const override;
};

struct LoopJump final : Statement {
    Flow flow;
    Flow execute(Interpreter& interpreter) const override;
};

struct Set final : Statement {
    Target target;
    ExpressionRef value;
    Flow execute(Interpreter& interpreter) const override;
};

struct With final : Statement {
    std::vector<std::pair<Target, ExpressionRef>> values;
    Body body;
    Flow execute(Interpreter& interpreter) const override;
};

/// The definition that {% macro %} names, and that {% call %} hands to a macro as caller().
struct MacroBody {
    NameRef name = nullptr;
    std::vector<std::pair<NameRef, ExpressionRef>> parameters;  // with their defaults, which may be null
    Body body;
    bool takes_varargs = false, takes_kwargs = false;  // the body speaks of these names
};

struct Macro final : Statement {
    MacroBody macro;
    Flow execute(Interpreter& interpreter) const override;
};

struct CallBlock final : Statement {
    ExpressionRef callee;
    CallArguments arguments;
    MacroBody caller;
    Flow execute(Interpreter& interpreter) const override;
};

struct TemplateTree {
    std::unordered_set<std::string> names;  // its elements stay where they are, also when the tree is moved
    Body body;

    NameRef name(std::string_view text) { return &*names.emplace(text).first; }

    // Names that the interpreter itself gives a value.
    const NameRef loop = name("loop"), caller = name("caller"), varargs = name("varargs"), kwargs = name("kwargs");
};

}  // namespace siskin::jinja
