#include "engine/chat/template/operators.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/chat/template/builtins.h"
#include "engine/chat/template/format.h"
#include "engine/chat/template/objects.h"
#include "engine/chat/template/template_error.h"
#include "engine/chat/template/text_ops.h"
#include "engine/chat/template/unicode.h"

namespace siskin::jinja {
namespace {

constexpr std::string_view kSigns[] = {"or", "and", "+", "-", "*", "/", "//", "%", "**"};

[[noreturn]] void refuse_operands(BinaryOp op, const Value& a, const Value& b) {
    for (const Value* value : {&a, &b})
        if (const Undefined* undefined = value->undefined()) complain(missing_message(*undefined));
    if (op == BinaryOp::Add && a.is_text()) complain("can only concatenate str (not \"", b.type_name(), "\") to str");
    complain("unsupported operands for ", kSigns[static_cast<size_t>(op)], ": '", a.type_name(), "' and '",
             b.type_name(), "'");
}

Int checked(bool overflow, Int result) {
    if (overflow) complain("an integer becomes too large");
    return result;
}
Int add(Int a, Int b) {
    Int out = 0;
    const bool overflow = __builtin_add_overflow(a, b, &out);
    return checked(overflow, out);
}
Int subtract(Int a, Int b) {
    Int out = 0;
    const bool overflow = __builtin_sub_overflow(a, b, &out);
    return checked(overflow, out);
}
Int multiply(Int a, Int b) {
    Int out = 0;
    const bool overflow = __builtin_mul_overflow(a, b, &out);
    return checked(overflow, out);
}

Int floor_divide(Int a, Int b) {
    if (b == -1) return subtract(0, a);
    const Int quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

Value power(Int base, Int exponent) {
    if (exponent < 0) return std::pow(static_cast<double>(base), static_cast<double>(exponent));
    Int result = 1;
    if (base == 0 || base == 1) return exponent == 0 ? Int{1} : base;
    if (base == -1) return exponent % 2 == 0 ? Int{1} : Int{-1};
    for (; exponent > 0; --exponent) result = multiply(result, base);  // overflows before it takes long
    return result;
}

Value calculate_integers(BinaryOp op, Int a, Int b) {
    const bool divides = op == BinaryOp::Divide || op == BinaryOp::FloorDivide || op == BinaryOp::Modulo;
    if (divides && b == 0) complain("division by zero");
    switch (op) {
        case BinaryOp::Add:
            return add(a, b);
        case BinaryOp::Subtract:
            return subtract(a, b);
        case BinaryOp::Multiply:
            return multiply(a, b);
        case BinaryOp::Divide:
            return static_cast<double>(a) / static_cast<double>(b);
        case BinaryOp::FloorDivide:
            return floor_divide(a, b);
        case BinaryOp::Modulo:
            return b == -1 ? Int{0} : subtract(a, multiply(floor_divide(a, b), b));
        default:
            return power(a, b);
    }
}

double modulo(double a, double b) {
    const double rest = std::fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

Value calculate_reals(BinaryOp op, double a, double b) {
    const bool divides = op == BinaryOp::Divide || op == BinaryOp::FloorDivide || op == BinaryOp::Modulo;
    if (divides && b == 0) complain("division by zero");
    switch (op) {
        case BinaryOp::Add:
            return a + b;
        case BinaryOp::Subtract:
            return a - b;
        case BinaryOp::Multiply:
            return a * b;
        case BinaryOp::Divide:
            return a / b;
        case BinaryOp::FloorDivide:
            return std::floor(a / b);
        case BinaryOp::Modulo:
            return modulo(a, b);
        default:
            return std::pow(a, b);
    }
}

/// text * count, list * count.
Value repeat(Heap& heap, const Value& value, Int times) {
    const size_t size = value.text() ? value.text()->size() : value.list()->items.size();
    const size_t n = times <= 0 || size == 0 ? 0 : static_cast<size_t>(std::min(times, Int{Text::kMaxSize}));
    heap.work(n);
    if (const Text* text = value.text()) {
        Text out;
        for (size_t i = 0; i < n; ++i) out.append(*text);
        return heap.text(std::move(out));
    }
    heap.work(n * size);
    std::vector<Value> items;
    for (size_t i = 0; i < n; ++i) items.insert(items.end(), value.list()->items.begin(), value.list()->items.end());
    return heap.list(std::move(items), value.list()->kind);
}

bool is_indexed(const List& list) {
    return list.kind == List::Kind::List || list.kind == List::Kind::Tuple || list.kind == List::Kind::Range;
}
bool is_sequence(const Value& value) { return value.text() || (value.list() && is_indexed(*value.list())); }

Text add_texts(const Text& a, const Text& b) {
    const bool markup = a.is_markup() || b.is_markup();
    Text out = markup ? escaped(a) : a;
    out.append(markup ? escaped(b) : b);
    return out;
}

Value add_sequences(Heap& heap, const Value& a, const Value& b) {
    if (a.text() && b.text()) return heap.text(add_texts(*a.text(), *b.text()));
    const List *left = a.list(), *right = b.list();
    if (!left || !right || left->kind != right->kind || left->kind > List::Kind::Tuple)
        refuse_operands(BinaryOp::Add, a, b);
    heap.work(left->items.size() + right->items.size());
    std::vector<Value> items = left->items;
    items.insert(items.end(), right->items.begin(), right->items.end());
    return heap.list(std::move(items), left->kind);
}

/// Compares what may be nested, to a limited depth.
class Comparer {
  public:
    explicit Comparer(Heap& heap) : heap_(heap) {}

    bool equal(const Value& a, const Value& b) {
        heap_.work(1);
        if (a.is_number() && b.is_number()) return numbers_equal(a, b);
        if (a.text() && b.text()) return texts_equal(*a.text(), *b.text());
        if (a.list() && b.list()) return lists_equal(*a.list(), *b.list());
        if (a.dict() && b.dict()) return dicts_equal(*a.dict(), *b.dict());
        if (a.object() || b.object()) return a.object() == b.object();
        return (a.is_none() && b.is_none()) || (a.is_undefined() && b.is_undefined());
    }

    bool less(const Value& a, const Value& b) {
        heap_.work(1);
        if (a.is_number() && b.is_number()) return number_less(a, b);
        if (a.text() && b.text()) {
            heap_.scan(std::min(a.text()->size(), b.text()->size()));
            return a.text()->bytes() < b.text()->bytes();
        }
        if (a.list() && b.list() && a.list()->kind == b.list()->kind && is_indexed(*a.list()))
            return list_less(a.list()->items, b.list()->items);
        for (const Value* value : {&a, &b})
            if (const Undefined* undefined = value->undefined()) complain(missing_message(*undefined));
        complain("'<' not supported between instances of '", a.type_name(), "' and '", b.type_name(), "'");
    }

  private:
    class Level {
      public:
        explicit Level(Comparer& comparer) : depth_(comparer.depth_) {
            const size_t limit = comparer.heap_.limits().nesting;
            if (depth_ >= limit) complain("values nested deeper than ", limit, " levels cannot be compared");
            ++depth_;
        }
        ~Level() { --depth_; }

      private:
        size_t& depth_;
    };

    static bool numbers_equal(const Value& a, const Value& b) {
        const auto left = a.integer(), right = b.integer();
        return left && right ? *left == *right : *a.number() == *b.number();
    }
    static bool number_less(const Value& a, const Value& b) {
        const auto left = a.integer(), right = b.integer();
        return left && right ? *left < *right : *a.number() < *b.number();
    }

    bool texts_equal(const Text& a, const Text& b) {
        if (a.size() != b.size()) return false;
        heap_.scan(a.size());
        return a.bytes() == b.bytes();
    }

    bool lists_equal(const List& a, const List& b) {
        const Level level(*this);
        if (&a == &b) return true;
        if (a.kind != b.kind || a.kind == List::Kind::Iterator || a.items.size() != b.items.size()) return false;
        for (size_t i = 0; i < a.items.size(); ++i)
            if (!equal(a.items[i], b.items[i])) return false;
        return true;
    }

    bool dicts_equal(const Dict& a, const Dict& b) {
        const Level level(*this);
        if (a.size() != b.size()) return false;
        for (const auto& [key, value] : a.entries()) {
            const Value* other = b.find(key);
            if (!other || !equal(value, *other)) return false;
        }
        return true;
    }

    bool list_less(const std::vector<Value>& a, const std::vector<Value>& b) {
        const Level level(*this);
        for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
            if (!equal(a[i], b[i])) return less(a[i], b[i]);
        return a.size() < b.size();
    }

    Heap& heap_;
    size_t depth_ = 0;
};

/// The place in a sequence of n that a Python index means; nothing where it is outside.
std::optional<size_t> place(Int index, size_t n) {
    const Int from_start = index < 0 ? index + static_cast<Int>(n) : index;
    if (from_start < 0 || from_start >= static_cast<Int>(n)) return std::nullopt;
    return static_cast<size_t>(from_start);
}

std::optional<Value> entry_of(Heap& heap, const Value& value, const Value& key) {
    if (const Dict* dict = value.dict()) {
        if (key.list() || key.dict() || key.object() || key.is_undefined()) return std::nullopt;
        const Value* found = dict->find(key);
        return found ? std::optional(*found) : std::nullopt;
    }
    const auto index = key.integer();
    if (!index || !is_sequence(value)) return std::nullopt;
    if (const List* list = value.list()) {
        const auto at = place(*index, list->items.size());
        return at ? std::optional(list->items[*at]) : std::nullopt;
    }
    const Text& text = *value.text();
    heap.scan(text.size());
    const auto at = place(*index, count_characters(text.bytes()));
    if (!at) return std::nullopt;
    const size_t begin = character_offset(text.bytes(), *at);
    return heap.text(text.slice(begin, begin + first_character(text.bytes().substr(begin)).size()));
}

/// A method or an object's attribute.
std::optional<Value> member_of(Heap& heap, const Value& value, std::string_view name) {
    if (name.starts_with("__")) return std::nullopt;
    if (Object* object = value.object()) return object->attribute(heap, name);
    if (const Builtin* method = find_method(value, name)) return heap.object<BoundBuiltin>(*method, value);
    return std::nullopt;
}

struct Range {
    Int begin, end, step;
};

Int slice_part(const Value& value, Int fallback) {
    if (value.is_none()) return fallback;
    const auto index = value.integer();
    if (!index) complain("slice indices must be integers or None, not ", value.type_name());
    return *index;
}

/// What Python's slice.indices gives for a sequence of n.
Range resolved(const Value& begin, const Value& end, const Value& step, Int n) {
    Range range{};
    range.step = slice_part(step, 1);
    if (range.step == 0) complain("slice step cannot be zero");
    const Int low = range.step > 0 ? 0 : -1, high = range.step > 0 ? n : n - 1;
    const auto clamp = [&](const Value& value, Int fallback) {
        const Int index = slice_part(value, fallback);
        return std::clamp(index < 0 && !value.is_none() ? index + n : index, low, high);
    };
    range.begin = clamp(begin, range.step > 0 ? low : high);
    range.end = clamp(end, range.step > 0 ? high : low);
    range.step = std::clamp(range.step, -n - 1, n + 1);
    return range;
}

Value slice_text(Heap& heap, const Text& text, const Range& range) {
    if (range.step == 1) {
        const size_t begin = character_offset(text.bytes(), static_cast<size_t>(range.begin));
        const auto length = static_cast<size_t>(std::max(range.end - range.begin, Int{0}));
        return heap.text(text.slice(begin, begin + character_offset(text.bytes().substr(begin), length)));
    }
    std::vector<uint32_t> offsets;
    for (size_t at = 0; at < text.size(); at += first_character(text.bytes().substr(at)).size())
        offsets.push_back(static_cast<uint32_t>(at));
    offsets.push_back(static_cast<uint32_t>(text.size()));
    Text out;
    for (Int i = range.begin; range.step > 0 ? i < range.end : i > range.end; i += range.step) {
        const auto at = static_cast<size_t>(i);
        out.append(text, offsets[at], offsets[at + 1]);
    }
    return heap.text(std::move(out));
}

}  // namespace

Value negative(const Value& value) {
    if (const double* real = value.real()) return -*real;
    if (const auto integer = value.integer()) return subtract(0, *integer);
    if (const Undefined* undefined = value.undefined()) complain(missing_message(*undefined));
    complain("'", value.type_name(), "' cannot be negative");
}

Value positive(const Value& value) {
    if (const double* real = value.real()) return *real;
    if (const auto integer = value.integer()) return *integer;
    if (const Undefined* undefined = value.undefined()) complain(missing_message(*undefined));
    complain("'", value.type_name(), "' is no number");
}

Value calculate(Heap& heap, BinaryOp op, const Value& a, const Value& b) {
    if (a.is_number() && b.is_number()) {
        const auto left = a.integer(), right = b.integer();
        if (left && right) return calculate_integers(op, *left, *right);
        return calculate_reals(op, *a.number(), *b.number());
    }
    if (op == BinaryOp::Add && is_sequence(a)) return add_sequences(heap, a, b);
    if (op == BinaryOp::Multiply && is_sequence(a) && b.integer()) return repeat(heap, a, *b.integer());
    if (op == BinaryOp::Multiply && is_sequence(b) && a.integer()) return repeat(heap, b, *a.integer());
    if (op == BinaryOp::Modulo && a.is_text()) return format_percent(heap, *a.text(), b);
    refuse_operands(op, a, b);
}

bool compare(Heap& heap, CompareOp op, const Value& a, const Value& b) {
    switch (op) {
        case CompareOp::Equal:
            return is_equal(heap, a, b);
        case CompareOp::NotEqual:
            return !is_equal(heap, a, b);
        case CompareOp::Less:
            return is_less(heap, a, b);
        case CompareOp::LessEqual:
            return is_less(heap, a, b) || is_equal(heap, a, b);
        case CompareOp::Greater:
            return is_less(heap, b, a);
        case CompareOp::GreaterEqual:
            return is_less(heap, b, a) || is_equal(heap, a, b);
        case CompareOp::In:
            return contains(heap, b, a);
        default:
            return !contains(heap, b, a);
    }
}

bool is_equal(Heap& heap, const Value& a, const Value& b) { return Comparer(heap).equal(a, b); }
bool is_less(Heap& heap, const Value& a, const Value& b) { return Comparer(heap).less(a, b); }

bool contains(Heap& heap, const Value& container, const Value& item) {
    if (const Text* text = container.text()) {
        if (const Undefined* undefined = item.undefined()) complain(missing_message(*undefined));
        if (!item.text()) complain("'in <string>' requires string as left operand, not ", item.type_name());
        return find_text(heap, text->bytes(), item.text()->bytes()) != std::string_view::npos;
    }
    if (const Dict* dict = container.dict()) return !item.is_undefined() && dict->find(item);
    if (const List* list = container.list()) {
        for (const Value& candidate : list->items)
            if (is_equal(heap, candidate, item)) return true;
        return false;
    }
    if (container.is_undefined()) return false;
    complain("argument of type '", container.type_name(), "' is not iterable");
}

std::vector<Value> iterate(Heap& heap, const Value& value) {
    std::vector<Value> items;
    if (List* list = value.list()) {
        heap.work(list->items.size());
        if (list->kind == List::Kind::Iterator) return std::exchange(list->items, {});
        return list->items;
    }
    if (const Dict* dict = value.dict()) {
        heap.work(dict->size());
        for (const auto& [key, entry] : dict->entries()) items.push_back(key);
    } else if (const Text* text = value.text()) {
        for (size_t at = 0; at < text->size();) {
            const size_t size = first_character(text->bytes().substr(at)).size();
            items.push_back(heap.text(text->slice(at, at + size)));
            at += size;
        }
    } else if (!value.is_undefined()) {
        complain("'", value.type_name(), "' object is not iterable");
    }
    return items;
}

Value attribute_of(Heap& heap, const Value& value, const std::string* name) {
    if (const Undefined* undefined = value.undefined()) complain(missing_message(*undefined));
    if (const auto member = member_of(heap, value, *name)) return *member;
    const Value* entry = value.dict() ? value.dict()->find_name(*name) : nullptr;
    return entry ? *entry : Value(Undefined{value.type_name(), name});
}

Value item_of(Heap& heap, const Value& value, const Value& key) {
    if (const Undefined* undefined = value.undefined()) complain(missing_message(*undefined));
    if (const auto entry = entry_of(heap, value, key)) return *entry;
    const Text* name = key.text();
    if (!name) return Undefined{value.type_name(), nullptr};
    if (const auto member = member_of(heap, value, name->bytes())) return *member;
    return Undefined{value.type_name(), heap.name(name->bytes())};
}

Value slice_of(Heap& heap, const Value& value, const Value& begin, const Value& end, const Value& step) {
    if (const Undefined* undefined = value.undefined()) complain(missing_message(*undefined));
    if (!is_sequence(value)) complain("'", value.type_name(), "' object cannot be sliced");
    if (const Text* text = value.text()) {
        heap.scan(text->size());
        return slice_text(heap, *text, resolved(begin, end, step, static_cast<Int>(count_characters(text->bytes()))));
    }
    const std::vector<Value>& items = value.list()->items;
    const Range range = resolved(begin, end, step, static_cast<Int>(items.size()));
    std::vector<Value> out;
    for (Int i = range.begin; range.step > 0 ? i < range.end : i > range.end; i += range.step)
        out.push_back(items[static_cast<size_t>(i)]);
    return heap.list(std::move(out), value.list()->kind);
}

size_t find_text(Heap& heap, std::string_view text, std::string_view needle, size_t from) {
    if (from > text.size()) return std::string_view::npos;
    // At every place as much as the needle's length may have to be compared.
    const size_t each = 1 + needle.size() / 64;
    heap.afford((text.size() - from) / 16 * each);
    const size_t found = text.find(needle, from);
    heap.work(1 + (std::min(found, text.size()) - from) / 16 * each);
    return found;
}

}  // namespace siskin::jinja
