#include "engine/chat/template/format.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/chat/template/operators.h"
#include "engine/chat/template/print.h"
#include "engine/chat/template/template_error.h"
#include "engine/chat/template/text_ops.h"
#include "engine/chat/template/unicode.h"

namespace siskin::jinja {
namespace {

constexpr size_t kMaxPrecision = 500;

/// How one value is to be written, in either notation.
struct Spec {
    std::string fill = " ";
    char align = '\0';  // '<' '>' '^' '='; '\0' leaves it to the type
    char sign = '-';
    bool alternate = false, grouped = false;
    size_t width = 0;
    std::optional<size_t> precision;
    char type = '\0';
};

bool is_digit_byte(char c) { return c >= '0' && c <= '9'; }

/// Reads a pattern from left to right.
class Cursor {
  public:
    explicit Cursor(std::string_view text) : text_(text) {}
    bool done() const { return at_ >= text_.size(); }
    char peek() const { return done() ? '\0' : text_[at_]; }
    char take() { return done() ? '\0' : text_[at_++]; }
    bool take_if(char c) { return !done() && peek() == c && (++at_, true); }
    size_t at() const { return at_; }
    std::string_view rest() const { return text_.substr(at_); }
    void skip(size_t n) { at_ = std::min(at_ + n, text_.size()); }

    /// Up to and without `end`, which is taken as well.
    std::string_view take_until(char end) {
        const size_t size = rest().find(end);
        if (size == std::string_view::npos) complain("a format without its '", end, "'");
        const std::string_view taken = rest().substr(0, size);
        at_ += size + 1;
        return taken;
    }
    size_t take_number() {
        size_t number = 0;
        while (is_digit_byte(peek())) {
            number = number * 10 + static_cast<size_t>(take() - '0');
            if (number > Text::kMaxSize) complain("a format asks for too many characters");
        }
        return number;
    }

  private:
    std::string_view text_;
    size_t at_ = 0;
};

using Magnitude = unsigned __int128;

std::string digits_of(Magnitude value, unsigned base) {
    std::string out;
    do {
        out += "0123456789abcdef"[static_cast<size_t>(value % base)];
        value /= base;
    } while (value > 0);
    std::reverse(out.begin(), out.end());
    return out;
}

void group_thousands(std::string& digits) {
    const size_t whole = std::min(digits.find_first_not_of("0123456789"), digits.size());
    for (size_t at = whole; at > 3; at -= 3) digits.insert(at - 3, ",");
}

std::string unsigned_integer(const Spec& spec, Magnitude value) {
    switch (spec.type) {
        case 'x':
            return (spec.alternate ? "0x" : "") + digits_of(value, 16);
        case 'X':
            return (spec.alternate ? "0X" : "") + to_upper(digits_of(value, 16));
        case 'o':
            return (spec.alternate ? "0o" : "") + digits_of(value, 8);
        case 'b':
            return (spec.alternate ? "0b" : "") + digits_of(value, 2);
        default:
            return digits_of(value, 10);
    }
}

std::string unsigned_real(const Spec& spec, double value) {
    if (!std::isfinite(value)) return print_double(value);
    if (spec.type == '\0' && !spec.precision) return print_double(value);
    const size_t precision = spec.precision.value_or(6);
    if (precision > kMaxPrecision) complain("a format with more than ", kMaxPrecision, " digits");
    const char type = static_cast<char>(spec.type | 0x20);
    const auto format = type == 'e'                       ? std::chars_format::scientific
                        : type == 'f' || spec.type == '%' ? std::chars_format::fixed
                                                          : std::chars_format::general;
    char buffer[1024];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, format, static_cast<int>(precision)).ptr;
    std::string out(buffer, end);
    return spec.type == 'E' || spec.type == 'G' ? to_upper(out) : out;
}

/// A number with its sign apart, so that zeros may come between.
Text format_number(Heap& heap, const Spec& spec, const Value& value) {
    const bool whole = value.integer() && std::string_view("eEfFgG%").find(spec.type) == std::string_view::npos;
    std::string digits;
    bool negative = false;
    if (whole) {
        const Int integer = *value.integer();
        negative = integer < 0;
        const auto magnitude = static_cast<Magnitude>(integer);
        digits = unsigned_integer(spec, negative ? 0 - magnitude : magnitude);
    } else {
        const double real = *value.number() * (spec.type == '%' ? 100 : 1);
        negative = std::signbit(real);
        digits = unsigned_real(spec, std::abs(real));
    }
    if (spec.grouped) group_thousands(digits);
    if (spec.type == '%') digits += '%';
    const std::string sign = negative ? "-" : spec.sign == '-' ? "" : std::string(1, spec.sign);
    const Text fill(spec.fill, Origin::Data);
    if (spec.align == '=') {
        Text out(sign, Origin::Data);
        const Int rest = static_cast<Int>(spec.width) - static_cast<Int>(sign.size());
        out.append(padded(heap, Text(digits, Origin::Data), rest, fill, Side::Right));
        return out;
    }
    const Side side = spec.align == '<' ? Side::Left : spec.align == '^' ? Side::Both : Side::Right;
    return padded(heap, Text(sign + digits, Origin::Data), static_cast<Int>(spec.width), fill, side);
}

Text format_text(Heap& heap, const Spec& spec, const Text& text) {
    const size_t end = spec.precision ? character_offset(text.bytes(), *spec.precision) : text.size();
    const Side side = spec.align == '>' ? Side::Right : spec.align == '^' ? Side::Both : Side::Left;
    return padded(heap, text.slice(0, end), static_cast<Int>(spec.width), Text(spec.fill, Origin::Data), side);
}

Text as_text(Heap& heap, const Value& value, bool as_repr) {
    if (as_repr) return Text(repr(heap, value), Origin::Data);
    Text text;
    append_str(heap, text, value);
    return text;
}

/// %[(name)][flags][width][.precision]type, behind the %.
Spec percent_spec(Cursor& cursor) {
    Spec spec;
    spec.align = '>';
    for (;;) {
        if (cursor.take_if('-')) {
            spec.align = '<';
        } else if (cursor.take_if('0')) {
            if (spec.align == '>') spec.align = '=', spec.fill = "0";
        } else if (cursor.take_if('+')) {
            spec.sign = '+';
        } else if (cursor.take_if(' ')) {
            spec.sign = ' ';
        } else if (cursor.take_if('#')) {
            spec.alternate = true;
        } else {
            break;
        }
    }
    spec.width = cursor.take_number();
    if (cursor.take_if('.')) spec.precision = cursor.take_number();
    spec.type = cursor.take();
    return spec;
}

Text percent_value(Heap& heap, Spec spec, const Value& value) {
    if (spec.type == 's' || spec.type == 'r' || spec.type == 'c') {
        if (spec.align == '=') spec.align = '>', spec.fill = " ";
        return format_text(heap, spec, as_text(heap, value, spec.type == 'r'));
    }
    const bool integer = std::string_view("diuxXo").find(spec.type) != std::string_view::npos;
    if (!integer && std::string_view("eEfFgG").find(spec.type) == std::string_view::npos)
        complain("unsupported format character '", spec.type, "'");
    if (!value.is_number()) complain("%", spec.type, " needs a number, not ", value.type_name());
    if (!integer) return format_number(heap, spec, value);
    const Value whole = value.real() ? Value(static_cast<Int>(std::clamp(*value.real(), -1e37, 1e37))) : value;
    return format_number(heap, spec, whole);
}

/// [[fill]align][sign][#][0][width][,][.precision][type]
Spec brace_spec(std::string_view text) {
    constexpr std::string_view kAligns = "<>^=";
    Spec spec;
    Cursor cursor(text);
    const std::string_view fill = text.empty() ? text : first_character(text);
    if (fill.size() < text.size() && kAligns.find(text[fill.size()]) != std::string_view::npos) {
        spec.fill = fill;
        cursor.skip(fill.size());
    }
    if (!cursor.done() && kAligns.find(cursor.peek()) != std::string_view::npos) spec.align = cursor.take();
    if (cursor.peek() == '+' || cursor.peek() == '-' || cursor.peek() == ' ') spec.sign = cursor.take();
    spec.alternate = cursor.take_if('#');
    if (cursor.take_if('0') && spec.align == '\0') spec.align = '=', spec.fill = "0";
    spec.width = cursor.take_number();
    spec.grouped = cursor.take_if(',');
    if (cursor.take_if('.')) spec.precision = cursor.take_number();
    spec.type = cursor.take();
    if (!cursor.done()) complain("invalid format '", text, "'");
    return spec;
}

/// What "{name.attribute[key]}" means.
class Field {
  public:
    Field(Heap& heap, const Arguments& arguments) : heap_(heap), arguments_(arguments) {}

    Value find(std::string_view name) {
        const size_t first_end = std::min(name.find_first_of(".["), name.size());
        Value value = argument(name.substr(0, first_end));
        for (Cursor cursor(name.substr(first_end)); !cursor.done();) {
            if (cursor.take_if('[')) {
                value = item_of(heap_, value, key(cursor.take_until(']')));
            } else {
                cursor.take();
                const size_t size = std::min(cursor.rest().find_first_of(".["), cursor.rest().size());
                value = attribute_of(heap_, value, heap_.name(cursor.rest().substr(0, size)));
                cursor.skip(size);
            }
        }
        return value;
    }

  private:
    Value argument(std::string_view name) {
        if (name.empty() || is_digit_byte(name[0])) {
            const size_t index = name.empty() ? next_++ : Cursor(name).take_number();
            if (index >= arguments_.positional.size()) complain("format() has no argument ", index);
            return arguments_.positional[index];
        }
        for (const auto& [key, value] : arguments_.named)
            if (key == name) return value;
        complain("format() has no argument '", name, "'");
    }

    Value key(std::string_view text) {
        if (!text.empty() && is_digit_byte(text[0])) return Cursor(text).take_number();
        return heap_.text(text, Origin::Template);
    }

    Heap& heap_;
    const Arguments& arguments_;
    size_t next_ = 0;  // the argument that the next "{}" stands for
};

Text brace_value(Heap& heap, const Value& value, std::string_view format, bool as_repr) {
    const Spec spec = brace_spec(format);
    if (!as_repr && value.is_number() && spec.type != 's' && (!value.is_bool() || spec.type != '\0'))
        return format_number(heap, spec, value);
    return format_text(heap, spec, as_text(heap, value, as_repr));
}

}  // namespace

Value format_percent(Heap& heap, const Text& pattern, const Value& values) {
    const List* list = values.list();
    const bool several = list && list->kind == List::Kind::Tuple;
    const size_t n = several ? list->items.size() : 1;
    size_t used = 0;
    const auto next = [&]() -> Value {
        if (used >= n) complain("not enough arguments for a format");
        return several ? list->items[used++] : (++used, values);
    };

    Text out;
    Cursor cursor(pattern.bytes());
    while (!cursor.done()) {
        const size_t begin = cursor.at();
        cursor.skip(std::min(cursor.rest().find('%'), cursor.rest().size()));
        out.append(pattern, begin, cursor.at());
        if (!cursor.take_if('%')) break;
        if (cursor.take_if('%')) {
            out.append(pattern, cursor.at() - 1, cursor.at());
            continue;
        }
        heap.work(1);
        std::optional<Value> named;
        if (cursor.take_if('(')) {
            named = item_of(heap, values, heap.text(cursor.take_until(')'), Origin::Template));
            used = n;
        }
        const Spec spec = percent_spec(cursor);
        out.append(percent_value(heap, spec, named ? *named : next()));
    }
    if (used < n && (several || values.is_text() || values.is_number() || values.is_none()))
        complain("not all arguments converted during string formatting");
    return heap.text(std::move(out));
}

Value format_braces(Heap& heap, const Text& pattern, const Arguments& arguments) {
    Text out;
    Field field(heap, arguments);
    Cursor cursor(pattern.bytes());
    while (!cursor.done()) {
        const size_t begin = cursor.at();
        cursor.skip(std::min(cursor.rest().find_first_of("{}"), cursor.rest().size()));
        out.append(pattern, begin, cursor.at());
        if (cursor.done()) break;
        const char brace = cursor.take();
        if (cursor.take_if(brace)) {
            out.append(pattern, cursor.at() - 1, cursor.at());
            continue;
        }
        if (brace == '}') complain("a format with a single '}'");
        heap.work(1);
        const std::string_view inside = cursor.take_until('}');
        const size_t colon = std::min(inside.find(':'), inside.size());
        const std::string_view head = inside.substr(0, colon);
        const size_t mark = std::min(head.find('!'), head.size());
        const std::string_view format = inside.substr(std::min(colon + 1, inside.size()));
        out.append(brace_value(heap, field.find(head.substr(0, mark)), format, head.substr(mark) == "!r"));
    }
    return heap.text(std::move(out));
}

}  // namespace siskin::jinja
