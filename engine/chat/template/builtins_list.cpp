// Filters of lists and other things one can walk through.

#include <algorithm>
#include <charconv>

#include "engine/chat/template/builtins.h"
#include "engine/chat/template/operators.h"
#include "engine/chat/template/print.h"
#include "engine/chat/template/template_error.h"
#include "engine/chat/template/text_ops.h"
#include "engine/chat/template/unicode.h"

namespace siskin::jinja {
namespace {

using Values = std::vector<Value>;

Values items_of(const BuiltinCall& call) { return iterate(call.heap, call.subject); }

/// Digits and nothing else.
std::optional<Int> index_in(std::string_view text) {
    int64_t index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    const bool is_index = error == std::errc() && end == text.data() + text.size() && text[0] != '-';
    return is_index ? std::optional(Int{index}) : std::nullopt;
}

/// "a.b.0" of a value: what attribute= means to filters.
Value at_path(Heap& heap, Value value, const Value& path, const Value& fallback = Value()) {
    if (!path.is_text()) return item_of(heap, value, path);
    for (const Text& part : split(heap, *path.text(), ".", -1)) {
        const std::optional<Int> index = index_in(part.bytes());
        const Value key = index ? Value(*index) : heap.text(part);
        value = item_of(heap, value, key);
        if (value.is_undefined() && !fallback.is_undefined()) value = fallback;
    }
    return value;
}

/// What values are sorted and compared by: themselves or an attribute, and unless `exactly` without regard to case.
class Key {
  public:
    Key(Heap& heap, Value path, bool exactly) : heap_(heap), path_(std::move(path)), exactly_(exactly) {
        if (path_.is_none()) path_ = Value();
    }
    Value operator()(const Value& value) const {
        const Value key = path_.is_undefined() ? value : at_path(heap_, value, path_);
        return !exactly_ && key.is_text() ? heap_.text(lower(*key.text())) : key;
    }

  private:
    Heap& heap_;
    Value path_;
    bool exactly_;
};

/// In ascending order of their keys; equal ones stay as they were, also in reverse.
Values sorted_by(Heap& heap, const Values& values, const Key& key, bool reverse) {
    std::vector<std::pair<Value, const Value*>> keyed;
    for (const Value& value : values) keyed.emplace_back(key(value), &value);
    std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
        return reverse ? is_less(heap, b.first, a.first) : is_less(heap, a.first, b.first);
    });
    Values out;
    for (const auto& [unused, value] : keyed) out.push_back(*value);
    return out;
}

Value list_filter(const BuiltinCall& call) { return call.heap.list(items_of(call)); }

Value first_filter(const BuiltinCall& call) {
    const Values items = items_of(call);
    return items.empty() ? Value() : items.front();
}

Value last_filter(const BuiltinCall& call) {
    const Values items = items_of(call);
    return items.empty() ? Value() : items.back();
}

Value reverse_filter(const BuiltinCall& call) {
    Values items = items_of(call);
    std::reverse(items.begin(), items.end());
    if (!call.subject.is_text()) return call.heap.iterator(std::move(items));
    Text out;
    for (const Value& character : items) out.append(*character.text());
    return call.heap.text(std::move(out));
}

Value join_filter(const BuiltinCall& call) {
    const bool by_attribute = call.has(1) && !call.at(1).is_none();
    Text separator, out;
    append_str(call.heap, separator, call.at(0));
    bool first = true;
    for (const Value& item : items_of(call)) {
        if (!first) out.append(separator);
        first = false;
        append_str(call.heap, out, by_attribute ? at_path(call.heap, item, call.at(1)) : item);
    }
    return call.heap.text(std::move(out));
}

Value sort_filter(const BuiltinCall& call) {
    const Key key(call.heap, call.at(2), call.truth(1));
    return call.heap.list(sorted_by(call.heap, items_of(call), key, call.truth(0)));
}

Value unique_filter(const BuiltinCall& call) {
    const Key key(call.heap, call.at(1), call.truth(0));
    Dict seen;
    Values out;
    for (const Value& item : items_of(call)) {
        const Value identity = key(item);
        if (seen.find(identity)) continue;
        seen.set(identity, true);
        out.push_back(item);
    }
    return call.heap.iterator(std::move(out));
}

Value extreme(const BuiltinCall& call, bool largest) {
    const Key key(call.heap, call.at(1), call.truth(0));
    Value best, best_key;
    bool first = true;
    for (const Value& item : items_of(call)) {
        const Value item_key = key(item);
        const bool better =
            first || (largest ? is_less(call.heap, best_key, item_key) : is_less(call.heap, item_key, best_key));
        if (better) best = item, best_key = item_key;
        first = false;
    }
    return best;
}
Value min_filter(const BuiltinCall& call) { return extreme(call, false); }
Value max_filter(const BuiltinCall& call) { return extreme(call, true); }

Value sum_filter(const BuiltinCall& call) {
    const bool by_attribute = call.has(0) && !call.at(0).is_none();
    Value sum = call.has(1) ? call.at(1) : Value(0);
    for (const Value& item : items_of(call))
        sum = calculate(call.heap, BinaryOp::Add, sum, by_attribute ? at_path(call.heap, item, call.at(0)) : item);
    return sum;
}

/// Likewise, for the filters that take whatever is false for an empty list.
Values items_if_true(const BuiltinCall& call) { return is_true(call.subject) ? items_of(call) : Values(); }

/// The rest of a call's arguments, from `first` on.
Arguments rest_of(const Arguments& arguments, size_t first) {
    Arguments rest;
    for (size_t i = first; i < arguments.positional.size(); ++i) rest.positional.push_back(arguments.positional[i]);
    rest.named = arguments.named;
    return rest;
}

const Value& needed_argument(const BuiltinCall& call, size_t i) {
    if (i >= call.arguments.positional.size()) complain("the filter needs ", i + 1, " argument(s)");
    return call.arguments.positional[i];
}

std::string_view builtin_name(const Value& name) {
    if (!name.is_text()) complain("the name of a filter or test must be str, not ", name.type_name());
    return name.text()->bytes();
}

/// The items, or those whose attribute, pass a test (or fail it, for reject); without a test those that are true.
Value selected(const BuiltinCall& call, bool by_attribute, bool wanted) {
    const size_t test_at = by_attribute ? 1 : 0;
    const bool has_test = call.arguments.positional.size() > test_at;
    const Builtin* test = has_test ? find_test(builtin_name(call.arguments.positional[test_at])) : nullptr;
    if (has_test && !test) complain("no test named '", builtin_name(call.arguments.positional[test_at]), "'");
    Values out;
    for (const Value& item : items_if_true(call)) {
        const Value subject = by_attribute ? at_path(call.heap, item, needed_argument(call, 0)) : item;
        Arguments rest = rest_of(call.arguments, test_at + 1);
        const Value result = test ? call_builtin(call.interpreter, *test, subject, rest) : subject;
        if (is_true(result) == wanted) out.push_back(item);
    }
    return call.heap.iterator(std::move(out));
}
Value select_filter(const BuiltinCall& call) { return selected(call, false, true); }
Value reject_filter(const BuiltinCall& call) { return selected(call, false, false); }
Value selectattr_filter(const BuiltinCall& call) { return selected(call, true, true); }
Value rejectattr_filter(const BuiltinCall& call) { return selected(call, true, false); }

const Value* named_argument(const Arguments& arguments, std::string_view name) {
    for (const auto& [key, value] : arguments.named)
        if (key == name) return &value;
    return nullptr;
}

/// map(attribute="a.b", default=x) or map("filter", arguments).
Value map_filter(const BuiltinCall& call) {
    Values out;
    if (const Value* path = named_argument(call.arguments, "attribute")) {
        const Value* fallback = named_argument(call.arguments, "default");
        for (const Value& item : items_if_true(call))
            out.push_back(at_path(call.heap, item, *path, fallback ? *fallback : Value()));
        return call.heap.iterator(std::move(out));
    }
    const std::string_view name = builtin_name(needed_argument(call, 0));
    const Builtin* filter = find_filter(name);
    if (!filter) complain("no filter named '", name, "'");
    for (const Value& item : items_if_true(call)) {
        Arguments rest = rest_of(call.arguments, 1);
        out.push_back(call_builtin(call.interpreter, *filter, item, rest));
    }
    return call.heap.iterator(std::move(out));
}

size_t positive_argument(const BuiltinCall& call, size_t i) {
    const Int value = call.integer(i);
    if (value < 1 || value > 1'000'000) complain("the argument must be 1 to 1000000");
    return static_cast<size_t>(value);
}

/// Lists of `linecount` items; the last one may be filled up.
Value batch_filter(const BuiltinCall& call) {
    const size_t size = positive_argument(call, 0);
    const Values items = items_of(call);
    Values out;
    for (size_t begin = 0; begin < items.size(); begin += size) {
        const auto from = items.begin() + static_cast<ptrdiff_t>(begin);
        const size_t n = std::min(size, items.size() - begin);
        Values batch(from, from + static_cast<ptrdiff_t>(n));
        if (call.has(1) && !call.at(1).is_none()) batch.resize(size, call.at(1));
        out.push_back(call.heap.list(std::move(batch)));
    }
    return call.heap.iterator(std::move(out));
}

/// So many lists of about equal length, the longer ones first.
Value slice_filter(const BuiltinCall& call) {
    const size_t n_slices = positive_argument(call, 0);
    const Values items = items_of(call);
    const size_t each = items.size() / n_slices, longer = items.size() % n_slices;
    Values out;
    auto at = items.begin();
    for (size_t i = 0; i < n_slices; ++i) {
        const auto end = at + static_cast<ptrdiff_t>(each + (i < longer));
        Values slice(at, end);
        if (call.has(1) && !call.at(1).is_none() && i >= longer) slice.push_back(call.at(1));
        out.push_back(call.heap.list(std::move(slice)));
        at = end;
    }
    return call.heap.iterator(std::move(out));
}

/// Pairs of a key and the list of items that have it, in order of the keys.
Value groupby_filter(const BuiltinCall& call) {
    Heap& heap = call.heap;
    const Key key(heap, call.at(0), call.truth(2));
    Values groups, group;
    Value group_key, name;
    const auto close_group = [&] {
        if (!group.empty()) groups.push_back(heap.tuple({name, heap.list(std::exchange(group, {}))}));
    };
    for (const Value& item : sorted_by(heap, items_of(call), key, false)) {
        const Value item_key = key(item);
        if (group.empty() || !is_equal(heap, group_key, item_key)) {
            close_group();
            group_key = item_key;
            name = at_path(heap, item, call.at(0), call.at(1));
        }
        group.push_back(item);
    }
    close_group();
    return heap.list(std::move(groups));
}

Value items_filter(const BuiltinCall& call) {
    if (call.subject.is_undefined()) return call.heap.iterator({});
    if (!call.subject.dict()) complain("Can only get item pairs from a mapping.");
    Values out;
    for (const auto& [key, value] : call.subject.dict()->entries()) out.push_back(call.heap.tuple({key, value}));
    return call.heap.iterator(std::move(out));
}

Value dictsort_filter(const BuiltinCall& call) {
    if (!call.subject.dict()) complain("dictsort: a dict is needed, not ", call.subject.type_name());
    const Text by = call.text(1, "key");
    if (by.bytes() != "key" && by.bytes() != "value") complain("dictsort: by must be key or value");
    Values pairs;
    for (const auto& [key, value] : call.subject.dict()->entries()) pairs.push_back(call.heap.tuple({key, value}));
    const Key key(call.heap, by.bytes() == "key" ? 0 : 1, call.truth(0));
    return call.heap.list(sorted_by(call.heap, pairs, key, call.truth(2)));
}

constexpr Builtin kFilters[] = {
    {"batch", "linecount fill_with?", batch_filter},
    {"dictsort", "case_sensitive? by? reverse?", dictsort_filter},
    {"first", "", first_filter},
    {"groupby", "attribute default? case_sensitive?", groupby_filter},
    {"items", "", items_filter},
    {"join", "d? attribute?", join_filter},
    {"last", "", last_filter},
    {"list", "", list_filter},
    {"map", "...", map_filter},
    {"max", "case_sensitive? attribute?", max_filter},
    {"min", "case_sensitive? attribute?", min_filter},
    {"reject", "...", reject_filter},
    {"rejectattr", "...", rejectattr_filter},
    {"reverse", "", reverse_filter},
    {"select", "...", select_filter},
    {"selectattr", "...", selectattr_filter},
    {"slice", "slices fill_with?", slice_filter},
    {"sort", "reverse? case_sensitive? attribute?", sort_filter},
    {"sum", "attribute? start?", sum_filter},
    {"unique", "case_sensitive? attribute?", unique_filter},
};

}  // namespace

std::span<const Builtin> list_filters() { return kFilters; }

}  // namespace siskin::jinja
