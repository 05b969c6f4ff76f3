// Methods of strings, lists and dicts, and of the variable `loop`.

#include <algorithm>

#include "engine/chat/template/builtins.h"
#include "engine/chat/template/format.h"
#include "engine/chat/template/objects.h"
#include "engine/chat/template/operators.h"
#include "engine/chat/template/print.h"
#include "engine/chat/template/template_error.h"
#include "engine/chat/template/text_ops.h"
#include "engine/chat/template/unicode.h"

namespace siskin::jinja {
namespace {

constexpr size_t kNotFound = std::string_view::npos;
constexpr size_t kLetterWork = 16;  // what it takes to change the case of a single letter

Value done(const BuiltinCall& call, Text text) { return call.heap.text(std::move(text)); }

Value texts(const BuiltinCall& call, std::vector<Text> parts) {
    std::vector<Value> values;
    for (Text& part : parts) values.push_back(call.heap.text(std::move(part)));
    return call.heap.list(std::move(values));
}

// Strings: case and ends

Value upper_method(const BuiltinCall& call) { return done(call, upper(call.subject_text())); }
Value lower_method(const BuiltinCall& call) { return done(call, lower(call.subject_text())); }
Value capitalize_method(const BuiltinCall& call) { return done(call, capitalized(call.subject_text())); }

/// A letter behind a letter is lower case, any other upper case.
Value title_method(const BuiltinCall& call) {
    const Text& text = call.subject_text();
    Text out;
    bool inside = false;
    for (size_t at = 0; at < text.size();) {
        call.heap.work(kLetterWork);
        const std::string_view character = first_character(text.bytes().substr(at));
        const Text letter = text.slice(at, at + character.size());
        out.append(inside ? lower(letter) : upper(letter));
        inside = is_alpha(character);
        at += character.size();
    }
    return done(call, std::move(out));
}

Value swapcase_method(const BuiltinCall& call) {
    const Text& text = call.subject_text();
    Text out;
    for (size_t at = 0; at < text.size();) {
        call.heap.work(kLetterWork);
        const size_t end = at + first_character(text.bytes().substr(at)).size();
        const Text letter = text.slice(at, end), raised = upper(letter);
        out.append(raised.bytes() == letter.bytes() ? lower(letter) : raised);
        at = end;
    }
    return done(call, std::move(out));
}

Value strip_side(const BuiltinCall& call, Side side) {
    const bool given = call.has(0) && !call.at(0).is_none();
    const auto set = given ? std::optional(call.text(0).bytes()) : std::nullopt;
    return done(call, stripped(call.heap, call.subject_text(), set, side));
}
Value strip_method(const BuiltinCall& call) { return strip_side(call, Side::Both); }
Value lstrip_method(const BuiltinCall& call) { return strip_side(call, Side::Left); }
Value rstrip_method(const BuiltinCall& call) { return strip_side(call, Side::Right); }

Value removeprefix_method(const BuiltinCall& call) {
    const Text& text = call.subject_text();
    const bool there = text.bytes().starts_with(call.text(0).bytes());
    return done(call, text.slice(there ? call.text(0).size() : 0, text.size()));
}
Value removesuffix_method(const BuiltinCall& call) {
    const Text& text = call.subject_text();
    const bool there = text.bytes().ends_with(call.text(0).bytes());
    return done(call, text.slice(0, text.size() - (there ? call.text(0).size() : 0)));
}

Value pad(const BuiltinCall& call, Side side) {
    const Text fill = call.text(1, " ");
    if (count_characters(fill.bytes()) != 1) complain("the fill character must be exactly one character long");
    return done(call, padded(call.heap, call.subject_text(), call.integer(0), fill, side));
}
Value ljust_method(const BuiltinCall& call) { return pad(call, Side::Left); }
Value rjust_method(const BuiltinCall& call) { return pad(call, Side::Right); }
Value center_method(const BuiltinCall& call) { return pad(call, Side::Both); }

Value zfill_method(const BuiltinCall& call) {
    const Text& text = call.subject_text();
    const size_t sign = text.bytes().starts_with('-') || text.bytes().starts_with('+') ? 1 : 0;
    Text out = text.slice(0, sign);
    const Text zero("0", Origin::Template);
    out.append(
        padded(call.heap, text.slice(sign, text.size()), call.integer(0) - static_cast<Int>(sign), zero, Side::Right));
    return done(call, std::move(out));
}

// Strings: in parts

std::vector<Text> split_with(const BuiltinCall& call, decltype(split)& function) {
    const bool given = call.has(0) && !call.at(0).is_none();
    const auto separator = given ? std::optional(call.text(0).bytes()) : std::nullopt;
    return function(call.heap, call.subject_text(), separator, call.integer(1, -1));
}
Value split_method(const BuiltinCall& call) { return texts(call, split_with(call, split)); }
Value rsplit_method(const BuiltinCall& call) { return texts(call, split_with(call, split_from_right)); }
Value splitlines_method(const BuiltinCall& call) {
    return texts(call, split_lines(call.heap, call.subject_text(), call.truth(0)));
}

/// What stands before `at`, the separator, and the rest.
Value three_parts(const BuiltinCall& call, size_t at, size_t size) {
    const Text& text = call.subject_text();
    return call.heap.tuple({call.heap.text(text.slice(0, at)), call.heap.text(text.slice(at, at + size)),
                            call.heap.text(text.slice(at + size, text.size()))});
}
Value partition_method(const BuiltinCall& call) {
    const size_t found = find_text(call.heap, call.subject_text().bytes(), call.text(0).bytes());
    if (call.text(0).empty()) complain("empty separator");
    return found == kNotFound ? three_parts(call, call.subject_text().size(), 0)
                              : three_parts(call, found, call.text(0).size());
}
Value rpartition_method(const BuiltinCall& call) {
    if (call.text(0).empty()) complain("empty separator");
    const std::vector<Text> parts = split_from_right(call.heap, call.subject_text(), call.text(0).bytes(), 1);
    return parts.size() < 2 ? three_parts(call, 0, 0) : three_parts(call, parts[0].size(), call.text(0).size());
}

Value join_method(const BuiltinCall& call) {
    Text out;
    bool first = true;
    for (const Value& item : iterate(call.heap, call.at(0))) {
        if (!item.is_text()) complain("join() needs strings, not ", item.type_name());
        if (!first) out.append(call.subject_text());
        first = false;
        out.append(*item.text());
    }
    return done(call, std::move(out));
}

Value replace_method(const BuiltinCall& call) {
    return done(call,
                replaced(call.heap, call.subject_text(), call.text(0).bytes(), call.text(1), call.integer(2, -1)));
}

Value format_method(const BuiltinCall& call) { return format_braces(call.heap, call.subject_text(), call.arguments); }

// Strings: looking for something

/// The part of the string that the arguments `at` and `at` + 1, begin and end, leave.
Value window(const BuiltinCall& call, size_t at) {
    if (!call.has(at)) return call.subject;
    const Value end = call.has(at + 1) ? call.at(at + 1) : Value(None{});
    return slice_of(call.heap, call.subject, call.at(at), end, None{});
}

Value has_end(const BuiltinCall& call, bool (*matches)(std::string_view text, std::string_view end)) {
    const Value part = window(call, 1), ends = call.at(0);
    const auto matches_one = [&](const Text& end) {
        call.heap.scan(end.size());
        return matches(part.text()->bytes(), end.bytes());
    };
    if (ends.is_text()) return matches_one(*ends.text());
    if (!ends.list()) complain("str or a tuple of str is needed, not ", ends.type_name());
    for (const Value& end : ends.list()->items)
        if (end.is_text() && matches_one(*end.text())) return true;
    return false;
}
Value startswith_method(const BuiltinCall& call) {
    return has_end(call, [](std::string_view text, std::string_view end) { return text.starts_with(end); });
}
Value endswith_method(const BuiltinCall& call) {
    return has_end(call, [](std::string_view text, std::string_view end) { return text.ends_with(end); });
}

/// The place of what was found in the window from `start` on, in characters of the whole string; -1 for nothing.
Value index_in(const BuiltinCall& call, const Text& rest, size_t found) {
    if (found == kNotFound) return -1;
    const Text& text = call.subject_text();
    call.heap.scan(text.size());
    return count_characters(text.bytes().substr(0, text.size() - rest.size() + found));
}
Value find_method_of_text(const BuiltinCall& call) {
    const Value part = window(call, 1);
    const Text& rest = *part.text();
    return index_in(call, rest, find_text(call.heap, rest.bytes(), call.text(0).bytes()));
}
Value rfind_method(const BuiltinCall& call) {
    const Value part = window(call, 1);
    const Text& rest = *part.text();
    call.heap.work(1 + rest.size() / 16 * (1 + call.text(0).size() / 64));
    return index_in(call, rest, rest.bytes().rfind(call.text(0).bytes()));
}
Value needed_index(const Value& index) {
    if (*index.integer() < 0) complain("substring not found");
    return index;
}
Value index_method(const BuiltinCall& call) { return needed_index(find_method_of_text(call)); }
Value rindex_method(const BuiltinCall& call) { return needed_index(rfind_method(call)); }

Value count_method(const BuiltinCall& call) {
    const Value part = window(call, 1);
    const Text& text = *part.text();
    const std::string_view wanted = call.text(0).bytes();
    if (wanted.empty()) return count_characters(text.bytes()) + 1;
    size_t count = 0;
    for (size_t at = 0; (at = find_text(call.heap, text.bytes(), wanted, at)) != kNotFound; at += wanted.size())
        ++count;
    return count;
}

// Strings: what they are made of

bool all_characters(const BuiltinCall& call, bool (*matches)(std::string_view)) {
    std::string_view rest = call.subject_text().bytes();
    if (rest.empty()) return false;
    call.heap.work(rest.size());
    for (; !rest.empty(); rest.remove_prefix(first_character(rest).size()))
        if (!matches(first_character(rest))) return false;
    return true;
}
Value isalpha_method(const BuiltinCall& call) { return all_characters(call, is_alpha); }
Value isdigit_method(const BuiltinCall& call) { return all_characters(call, is_digit); }
Value isspace_method(const BuiltinCall& call) { return all_characters(call, is_space); }
Value isalnum_method(const BuiltinCall& call) {
    return all_characters(call, [](std::string_view c) { return is_alpha(c) || is_digit(c); });
}
Value as_test(const BuiltinCall& call, std::string_view test) {
    return call_builtin(call.interpreter, *find_test(test), call.subject, call.arguments);
}
Value islower_method(const BuiltinCall& call) { return as_test(call, "lower"); }
Value isupper_method(const BuiltinCall& call) { return as_test(call, "upper"); }

// Lists

Value list_index(const BuiltinCall& call) {
    const std::vector<Value>& items = call.subject.list()->items;
    for (size_t i = 0; i < items.size(); ++i)
        if (is_equal(call.heap, items[i], call.at(0))) return i;
    complain("the value is not in the list");
}

Value list_count(const BuiltinCall& call) {
    size_t count = 0;
    for (const Value& item : call.subject.list()->items) count += is_equal(call.heap, item, call.at(0));
    return count;
}

/// A list that the template made itself. Jinja's sandbox refuses to change any; templates are written that do.
List& own_list(const BuiltinCall& call) {
    List& list = *call.subject.list();
    if (list.kind != List::Kind::List) complain("'", call.subject.type_name(), "' objects cannot be changed");
    if (list.frozen) complain("a template cannot change the data it is given");
    return list;
}

Value list_append(const BuiltinCall& call) {
    call.heap.append(own_list(call), call.at(0));
    return None{};
}

Value list_extend(const BuiltinCall& call) {
    List& list = own_list(call);
    for (Value& item : iterate(call.heap, call.at(0))) call.heap.append(list, std::move(item));
    return None{};
}

Value list_pop(const BuiltinCall& call) {
    std::vector<Value>& items = own_list(call).items;
    const auto size = static_cast<Int>(items.size());
    const Int index = call.integer(0, -1), at = index < 0 ? index + size : index;
    if (at < 0 || at >= size) complain("pop index out of range");
    call.heap.work(items.size() - static_cast<size_t>(at));
    const Value item = items[static_cast<size_t>(at)];
    items.erase(items.begin() + static_cast<ptrdiff_t>(at));
    return item;
}

// Dicts

Value dict_get(const BuiltinCall& call) {
    const Value* found = call.at(0).is_undefined() ? nullptr : call.subject.dict()->find(call.at(0));
    if (found) return *found;
    return call.has(1) ? call.at(1) : Value(None{});
}

Value dict_keys(const BuiltinCall& call) { return call.heap.list(iterate(call.heap, call.subject), List::Kind::Keys); }

Value dict_values(const BuiltinCall& call) {
    std::vector<Value> values;
    for (const auto& [key, value] : call.subject.dict()->entries()) values.push_back(value);
    return call.heap.list(std::move(values), List::Kind::Values);
}

Value dict_items(const BuiltinCall& call) {
    std::vector<Value> pairs;
    for (const auto& [key, value] : call.subject.dict()->entries()) pairs.push_back(call.heap.tuple({key, value}));
    return call.heap.list(std::move(pairs), List::Kind::Items);
}

Value dict_copy(const BuiltinCall& call) {
    Dict* copy = call.heap.dict();
    for (const auto& [key, value] : call.subject.dict()->entries()) call.heap.set(*copy, key, value);
    return copy;
}

Value dict_update(const BuiltinCall& call) {
    Dict& dict = *call.subject.dict();
    if (dict.frozen) complain("a template cannot change the data it is given");
    const Value from = call_builtin(call.interpreter, *find_function("dict"), Value(), call.arguments);
    for (const auto& [key, value] : from.dict()->entries()) call.heap.set(dict, key, value);
    return None{};
}

// loop

Loop& loop_of(const BuiltinCall& call) { return *dynamic_cast<Loop*>(call.subject.object()); }
Value loop_cycle(const BuiltinCall& call) { return loop_of(call).cycle(call.arguments.positional); }
Value loop_changed(const BuiltinCall& call) { return loop_of(call).changed(call.heap, call.arguments.positional); }

constexpr Builtin kTextMethods[] = {
    {"capitalize", "", capitalize_method},
    {"casefold", "", lower_method},
    {"center", "width fillchar?", center_method},
    {"count", "sub start? end?", count_method},
    {"endswith", "suffix start? end?", endswith_method},
    {"find", "sub start?", find_method_of_text},
    {"format", "...", format_method},
    {"index", "sub start?", index_method},
    {"isalnum", "", isalnum_method},
    {"isalpha", "", isalpha_method},
    {"isdecimal", "", isdigit_method},
    {"isdigit", "", isdigit_method},
    {"islower", "", islower_method},
    {"isnumeric", "", isdigit_method},
    {"isspace", "", isspace_method},
    {"isupper", "", isupper_method},
    {"join", "iterable", join_method},
    {"ljust", "width fillchar?", ljust_method},
    {"lower", "", lower_method},
    {"lstrip", "chars?", lstrip_method},
    {"partition", "sep", partition_method},
    {"removeprefix", "prefix", removeprefix_method},
    {"removesuffix", "suffix", removesuffix_method},
    {"replace", "old new count?", replace_method},
    {"rfind", "sub start?", rfind_method},
    {"rindex", "sub start?", rindex_method},
    {"rjust", "width fillchar?", rjust_method},
    {"rpartition", "sep", rpartition_method},
    {"rsplit", "sep? maxsplit?", rsplit_method},
    {"rstrip", "chars?", rstrip_method},
    {"split", "sep? maxsplit?", split_method},
    {"splitlines", "keepends?", splitlines_method},
    {"startswith", "prefix start? end?", startswith_method},
    {"strip", "chars?", strip_method},
    {"swapcase", "", swapcase_method},
    {"title", "", title_method},
    {"upper", "", upper_method},
    {"zfill", "width", zfill_method},
};

constexpr Builtin kListMethods[] = {
    {"append", "object", list_append}, {"count", "value", list_count}, {"extend", "iterable", list_extend},
    {"index", "value", list_index},    {"pop", "index?", list_pop},
};

constexpr Builtin kDictMethods[] = {
    {"copy", "", dict_copy}, {"get", "key default?", dict_get}, {"items", "", dict_items},
    {"keys", "", dict_keys}, {"update", "...", dict_update},    {"values", "", dict_values},
};

constexpr Builtin kLoopMethods[] = {{"changed", "...", loop_changed}, {"cycle", "...", loop_cycle}};

}  // namespace

std::span<const Builtin> text_methods() { return kTextMethods; }
std::span<const Builtin> list_methods() { return kListMethods; }
std::span<const Builtin> dict_methods() { return kDictMethods; }
std::span<const Builtin> loop_methods() { return kLoopMethods; }

}  // namespace siskin::jinja
