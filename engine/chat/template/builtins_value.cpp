// Filters of single values.

#include <charconv>
#include <cmath>

#include "engine/chat/template/builtins.h"
#include "engine/chat/template/json.h"
#include "engine/chat/template/operators.h"
#include "engine/chat/template/print.h"
#include "engine/chat/template/template_error.h"
#include "engine/chat/template/text_ops.h"
#include "engine/chat/template/unicode.h"

namespace siskin::jinja {
namespace {

constexpr double kLargestInt = 1e37;

void need_defined(const Value& value) {
    if (const Undefined* undefined = value.undefined()) complain(missing_message(*undefined));
}

Value default_filter(const BuiltinCall& call) {
    const bool missing = call.subject.is_undefined() || (call.truth(1) && !is_true(call.subject));
    if (!missing) return call.subject;
    return call.has(0) ? call.at(0) : call.heap.text("", Origin::Template);
}

Value length_filter(const BuiltinCall& call) {
    const Value& value = call.subject;
    if (const Text* text = value.text()) {
        call.heap.scan(text->size());
        return count_characters(text->bytes());
    }
    if (value.list() && value.list()->kind != List::Kind::Iterator) return value.list()->items.size();
    if (value.dict()) return value.dict()->size();
    if (value.is_undefined()) return 0;
    complain("object of type '", value.type_name(), "' has no len()");
}

/// What int() and float() allow around a number.
std::string number_text(const BuiltinCall& call) {
    std::string text(stripped(call.heap, *call.subject.text(), std::nullopt).bytes());
    if (text.starts_with('+')) text.erase(0, 1);
    return text;
}

std::optional<double> parse_real(const std::string& text) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && at == end ? std::optional(value) : std::nullopt;
}

std::optional<Int> parse_integer(std::string text, Int base) {
    const bool negative = text.starts_with('-');
    if (negative) text.erase(0, 1);
    const std::string prefix = to_lower(std::string_view(text).substr(0, 2));
    if ((base == 16 && prefix == "0x") || (base == 8 && prefix == "0o") || (base == 2 && prefix == "0b"))
        text.erase(0, 2);
    uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value, static_cast<int>(base));
    if (error != std::errc() || at != end) return std::nullopt;
    return negative ? -Int{value} : Int{value};
}

Value truncated(double value, const Value& fallback) {
    if (!(std::abs(value) < kLargestInt)) return fallback;
    return static_cast<Int>(value);
}

Value int_filter(const BuiltinCall& call) {
    const Value fallback = call.has(0) ? call.at(0) : Value(0);
    const Int base = call.integer(1, 10);
    need_defined(call.subject);
    if (base < 2 || base > 36) complain("int: the base must be 2 to 36");
    if (const auto integer = call.subject.integer()) return *integer;
    if (const double* real = call.subject.real()) return truncated(*real, fallback);
    if (!call.subject.is_text()) return fallback;
    const std::string text = number_text(call);
    if (const auto integer = parse_integer(text, base)) return *integer;
    const auto real = parse_real(text);
    return real ? truncated(*real, fallback) : fallback;
}

Value float_filter(const BuiltinCall& call) {
    need_defined(call.subject);
    if (const auto number = call.subject.number()) return *number;
    if (call.subject.is_text())
        if (const auto real = parse_real(number_text(call))) return *real;
    return call.has(0) ? call.at(0) : Value(0.0);
}

Value abs_filter(const BuiltinCall& call) {
    const auto number = call.subject.number();
    return number && *number < 0 ? negative(call.subject) : positive(call.subject);
}

/// To so many decimals, ties to even, exactly as the decimal digits say.
double rounded(double value, Int precision) {
    if (!std::isfinite(value) || precision > 300) return value;
    if (precision < 0) {
        const double unit = std::pow(10.0, static_cast<double>(-precision));
        return std::nearbyint(value / unit) * unit;
    }
    char buffer[1024];
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, static_cast<int>(precision)).ptr;
    std::from_chars(buffer, end, value);
    return value;
}

Value round_filter(const BuiltinCall& call) {
    const Int precision = call.integer(0, 0);
    const Text method = call.text(1, "common");
    const auto number = call.subject.number();
    if (!number) complain("round: a number is needed, not ", call.subject.type_name());
    if (method.bytes() == "common")
        return call.subject.integer() && precision >= 0 ? Value(*call.subject.integer())
                                                        : Value(rounded(*number, precision));
    const double unit = std::pow(10.0, static_cast<double>(precision));
    if (method.bytes() == "ceil") return std::ceil(*number * unit) / unit;
    if (method.bytes() == "floor") return std::floor(*number * unit) / unit;
    complain("round: the method must be common, ceil or floor");
}

Value tojson_filter(const BuiltinCall& call) {
    JsonStyle style;
    style.ensure_ascii = call.truth(0);
    style.sort_keys = call.truth(3);
    if (const Value indent = call.at(1); call.has(1) && !indent.is_none()) {
        style.lines = true;
        style.item_separator = ",";
        const Int width = indent.is_text() ? 0 : call.integer(1);
        if (width > 1000) complain("tojson: an indent of more than 1000");
        style.indent = indent.is_text() ? std::string(indent.text()->bytes())
                                        : std::string(static_cast<size_t>(std::max(width, Int{0})), ' ');
    }
    if (const Value separators = call.at(2); call.has(2) && !separators.is_none()) {
        const std::vector<Value> pair = iterate(call.heap, separators);
        if (pair.size() != 2 || !pair[0].is_text() || !pair[1].is_text())
            complain("tojson: separators must be two strings");
        style.item_separator = pair[0].text()->bytes();
        style.key_separator = pair[1].text()->bytes();
    }
    return call.heap.text(to_json(call.heap, call.subject, style), Origin::Data);
}

Value from_json_filter(const BuiltinCall& call) {
    if (!call.subject.is_text()) complain("from_json: a string is needed, not ", call.subject.type_name());
    return parse_json(call.heap, call.subject.text()->bytes());
}

Value attr_filter(const BuiltinCall& call) {
    return attribute_of(call.heap, call.subject, call.heap.name(call.text(0).bytes()));
}

constexpr Builtin kFilters[] = {
    {"abs", "", abs_filter},
    {"attr", "name", attr_filter},
    {"count", "", length_filter},
    {"d", "default_value? boolean?", default_filter},
    {"default", "default_value? boolean?", default_filter},
    {"float", "default?", float_filter},
    {"from_json", "", from_json_filter},
    {"int", "default? base?", int_filter},
    {"length", "", length_filter},
    {"round", "precision? method?", round_filter},
    {"tojson", "ensure_ascii? indent? separators? sort_keys?", tojson_filter},
};

}  // namespace

std::span<const Builtin> value_filters() { return kFilters; }

}  // namespace siskin::jinja
