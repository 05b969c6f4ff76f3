#pragma once
// Filters, tests, methods and functions: a row each in the tables of builtins_*.cpp.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chat/template/interpreter.h"

namespace siskin::jinja {

struct Builtin;

/// One call of a builtin, its arguments in the order of the row's parameters.
class BuiltinCall {
  public:
    BuiltinCall(Interpreter& interpreter, const Builtin& builtin, const Value& subject, Arguments& arguments);

    Interpreter& interpreter;
    Heap& heap;
    const Value& subject;  ///< what is filtered or tested, or whose method it is
    Arguments& arguments;  ///< as they were given; for rows with parameters "..."

    bool has(size_t i) const { return i < values_.size() && values_[i].has_value(); }
    /// An argument; where it was not given, undefined.
    Value at(size_t i) const { return has(i) ? *values_[i] : Value(); }
    // The same of one type. They complain of other types; the fallback is for what was not given.
    const Text& text(size_t i) const;
    Text text(size_t i, std::string_view fallback) const;
    Int integer(size_t i) const;
    Int integer(size_t i, Int fallback) const { return has(i) ? integer(i) : fallback; }
    bool truth(size_t i) const { return has(i) && is_true(*values_[i]); }
    /// The subject, for methods of strings.
    const Text& subject_text() const { return *subject.text(); }

  private:
    const Builtin& builtin_;
    std::vector<std::optional<Value>> values_;
};

struct Builtin {
    std::string_view name;
    /// Names with spaces between them, those that need not be given with a "?"; "..." for any arguments.
    std::string_view parameters;
    Value (*function)(const BuiltinCall& call);
};

Value call_builtin(Interpreter& interpreter, const Builtin& builtin, const Value& subject, Arguments& arguments);

// By name; nullptr where there is none.
const Builtin* find_filter(std::string_view name);
const Builtin* find_test(std::string_view name);
const Builtin* find_function(std::string_view name);
/// A method that values of this type have.
const Builtin* find_method(const Value& value, std::string_view name);
const Builtin* find_loop_method(std::string_view name);

// The tables.
std::span<const Builtin> text_filters();
std::span<const Builtin> list_filters();
std::span<const Builtin> value_filters();
std::span<const Builtin> tests();
std::span<const Builtin> functions();
std::span<const Builtin> text_methods();
std::span<const Builtin> list_methods();
std::span<const Builtin> dict_methods();
std::span<const Builtin> loop_methods();

}  // namespace siskin::jinja
