#include "engine/chat/template/builtins.h"

#include <initializer_list>

#include "engine/chat/template/template_error.h"

namespace siskin::jinja {
namespace {

const Builtin* find_in(std::initializer_list<std::span<const Builtin>> tables, std::string_view name) {
    for (const std::span<const Builtin> table : tables)
        for (const Builtin& builtin : table)
            if (builtin.name == name) return &builtin;
    return nullptr;
}

struct Parameter {
    std::string_view name;
    bool needed;
};

std::vector<Parameter> parameters_of(const Builtin& builtin) {
    std::vector<Parameter> out;
    std::string_view rest = builtin.parameters;
    while (!rest.empty()) {
        std::string_view word = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        const bool needed = !word.ends_with('?');
        if (!needed) word.remove_suffix(1);
        out.push_back({word, needed});
    }
    return out;
}

size_t index_of(const std::vector<Parameter>& parameters, std::string_view name, const Builtin& builtin) {
    for (size_t i = 0; i < parameters.size(); ++i)
        if (parameters[i].name == name) return i;
    complain(builtin.name, " takes no argument '", name, "'");
}

}  // namespace

BuiltinCall::BuiltinCall(Interpreter& running, const Builtin& builtin, const Value& of, Arguments& given)
    : interpreter(running), heap(running.heap()), subject(of), arguments(given), builtin_(builtin) {
    if (builtin.parameters == "...") return;
    const std::vector<Parameter> parameters = parameters_of(builtin);
    if (given.positional.size() > parameters.size())
        complain(builtin.name, " takes at most ", parameters.size(), " argument(s), ", given.positional.size(),
                 " were given");
    values_.assign(given.positional.begin(), given.positional.end());
    values_.resize(parameters.size());
    for (auto& [name, value] : given.named) {
        std::optional<Value>& place = values_[index_of(parameters, name, builtin)];
        if (place) complain(builtin.name, " got the argument '", name, "' twice");
        place = value;
    }
    for (size_t i = 0; i < parameters.size(); ++i)
        if (parameters[i].needed && !values_[i])
            complain(builtin.name, " needs the argument '", parameters[i].name, "'");
}

const Text& BuiltinCall::text(size_t i) const {
    const Value& value = *values_.at(i);
    if (!value.text()) complain(builtin_.name, ": argument ", i + 1, " must be str, not ", value.type_name());
    return *value.text();
}

Text BuiltinCall::text(size_t i, std::string_view fallback) const {
    return has(i) ? text(i) : Text(fallback, Origin::Template);
}

Int BuiltinCall::integer(size_t i) const {
    const Value& value = *values_.at(i);
    const auto integer = value.integer();
    if (!integer) complain(builtin_.name, ": argument ", i + 1, " must be int, not ", value.type_name());
    return *integer;
}

Value call_builtin(Interpreter& interpreter, const Builtin& builtin, const Value& subject, Arguments& arguments) {
    interpreter.heap().work(1);
    return builtin.function(BuiltinCall(interpreter, builtin, subject, arguments));
}

const Builtin* find_filter(std::string_view name) {
    return find_in({text_filters(), list_filters(), value_filters()}, name);
}
const Builtin* find_test(std::string_view name) { return find_in({tests()}, name); }
const Builtin* find_function(std::string_view name) { return find_in({functions()}, name); }
const Builtin* find_loop_method(std::string_view name) { return find_in({loop_methods()}, name); }

const Builtin* find_method(const Value& value, std::string_view name) {
    if (value.text()) return find_in({text_methods()}, name);
    if (value.list()) return find_in({list_methods()}, name);
    if (value.dict()) return find_in({dict_methods()}, name);
    return nullptr;
}

}  // namespace siskin::jinja
