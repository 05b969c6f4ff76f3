// What can stand behind `is`.

#include "engine/chat/template/builtins.h"
#include "engine/chat/template/operators.h"
#include "engine/chat/template/print.h"
#include "engine/chat/template/template_error.h"
#include "engine/chat/template/unicode.h"

namespace siskin::jinja {
namespace {

bool is_int(const Value& value) { return value.integer() && !value.is_bool(); }

Value defined_test(const BuiltinCall& call) { return !call.subject.is_undefined(); }
Value undefined_test(const BuiltinCall& call) { return call.subject.is_undefined(); }
Value none_test(const BuiltinCall& call) { return call.subject.is_none(); }
Value string_test(const BuiltinCall& call) { return call.subject.is_text(); }
Value number_test(const BuiltinCall& call) { return call.subject.is_number(); }
Value integer_test(const BuiltinCall& call) { return is_int(call.subject); }
Value float_test(const BuiltinCall& call) { return call.subject.real() != nullptr; }
Value boolean_test(const BuiltinCall& call) { return call.subject.is_bool(); }
Value true_test(const BuiltinCall& call) { return call.subject.is_bool() && is_true(call.subject); }
Value false_test(const BuiltinCall& call) { return call.subject.is_bool() && !is_true(call.subject); }
Value mapping_test(const BuiltinCall& call) { return call.subject.dict() != nullptr; }
Value callable_test(const BuiltinCall& call) { return call.subject.object() && call.subject.object()->callable(); }
Value escaped_test(const BuiltinCall& call) { return call.subject.text() && call.subject.text()->is_markup(); }

Value iterable_test(const BuiltinCall& call) {
    const Value& value = call.subject;
    return value.is_text() || value.list() || value.dict() || value.is_undefined();
}

Value sequence_test(const BuiltinCall& call) {
    const Value& value = call.subject;
    const bool list = value.list() && value.list()->kind <= List::Kind::Range;
    return value.is_text() || list || value.dict() || value.is_undefined();
}

Value rest_is(const BuiltinCall& call, const Value& divisor, int expected) {
    return is_equal(call.heap, calculate(call.heap, BinaryOp::Modulo, call.subject, divisor), expected);
}
Value odd_test(const BuiltinCall& call) { return rest_is(call, 2, 1); }
Value even_test(const BuiltinCall& call) { return rest_is(call, 2, 0); }
Value divisibleby_test(const BuiltinCall& call) { return rest_is(call, call.at(0), 0); }

template <CompareOp op>
Value compare_test(const BuiltinCall& call) {
    return compare(call.heap, op, call.subject, call.at(0));
}

/// Python's `is`, as far as values without identity have it.
Value sameas_test(const BuiltinCall& call) {
    const Value& other = call.at(0);
    const bool shared = call.subject.list() || call.subject.dict();
    if (shared) return call.subject.list() == other.list() && call.subject.dict() == other.dict();
    return call.subject.type_name() == other.type_name() && is_equal(call.heap, call.subject, other);
}

/// str.islower and str.isupper: some letter has case, and none has the other one.
bool all_unchanged(const BuiltinCall& call, std::string (*function)(std::string_view),
                   std::string (*opposite)(std::string_view)) {
    Text text;
    append_str(call.heap, text, call.subject);
    return function(text.bytes()) == text.bytes() && opposite(text.bytes()) != text.bytes();
}
Value lower_test(const BuiltinCall& call) { return all_unchanged(call, to_lower, to_upper); }
Value upper_test(const BuiltinCall& call) { return all_unchanged(call, to_upper, to_lower); }

Value filter_test(const BuiltinCall& call) {
    return call.subject.text() && find_filter(call.subject.text()->bytes()) != nullptr;
}
Value test_test(const BuiltinCall& call) {
    return call.subject.text() && find_test(call.subject.text()->bytes()) != nullptr;
}

constexpr Builtin kTests[] = {
    {"!=", "other", compare_test<CompareOp::NotEqual>},
    {"<", "other", compare_test<CompareOp::Less>},
    {"<=", "other", compare_test<CompareOp::LessEqual>},
    {"==", "other", compare_test<CompareOp::Equal>},
    {">", "other", compare_test<CompareOp::Greater>},
    {">=", "other", compare_test<CompareOp::GreaterEqual>},
    {"boolean", "", boolean_test},
    {"callable", "", callable_test},
    {"defined", "", defined_test},
    {"divisibleby", "num", divisibleby_test},
    {"eq", "other", compare_test<CompareOp::Equal>},
    {"equalto", "other", compare_test<CompareOp::Equal>},
    {"escaped", "", escaped_test},
    {"even", "", even_test},
    {"false", "", false_test},
    {"filter", "", filter_test},
    {"float", "", float_test},
    {"ge", "other", compare_test<CompareOp::GreaterEqual>},
    {"greaterthan", "other", compare_test<CompareOp::Greater>},
    {"gt", "other", compare_test<CompareOp::Greater>},
    {"in", "seq", compare_test<CompareOp::In>},
    {"integer", "", integer_test},
    {"iterable", "", iterable_test},
    {"le", "other", compare_test<CompareOp::LessEqual>},
    {"lessthan", "other", compare_test<CompareOp::Less>},
    {"lower", "", lower_test},
    {"lt", "other", compare_test<CompareOp::Less>},
    {"mapping", "", mapping_test},
    {"ne", "other", compare_test<CompareOp::NotEqual>},
    {"none", "", none_test},
    {"number", "", number_test},
    {"odd", "", odd_test},
    {"sameas", "other", sameas_test},
    {"sequence", "", sequence_test},
    {"string", "", string_test},
    {"test", "", test_test},
    {"true", "", true_test},
    {"undefined", "", undefined_test},
    {"upper", "", upper_test},
};

}  // namespace

std::span<const Builtin> tests() { return kTests; }

}  // namespace siskin::jinja
