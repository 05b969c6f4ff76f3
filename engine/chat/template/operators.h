#pragma once
// Python's operators on values. All complain about operands they are not made for.

#include <vector>

#include "engine/chat/template/heap.h"
#include "engine/chat/template/tree.h"

namespace siskin::jinja {

Value negative(const Value& value);
Value positive(const Value& value);
/// All but `and` and `or`, which do not always need their right side.
Value calculate(Heap& heap, BinaryOp op, const Value& a, const Value& b);

bool compare(Heap& heap, CompareOp op, const Value& a, const Value& b);
bool is_equal(Heap& heap, const Value& a, const Value& b);
bool is_less(Heap& heap, const Value& a, const Value& b);
bool contains(Heap& heap, const Value& container, const Value& item);

/// The items of a list, the keys of a dict, the characters of a string; none of an undefined value. An iterator is
/// empty afterwards.
std::vector<Value> iterate(Heap& heap, const Value& value);

/// value.name: a method, else an entry. Undefined where there is neither; complains about an undefined value.
Value attribute_of(Heap& heap, const Value& value, const std::string* name);
/// value[key]: an entry, else a method.
Value item_of(Heap& heap, const Value& value, const Value& key);
/// value[begin:end:step]; None stands for what is not given.
Value slice_of(Heap& heap, const Value& value, const Value& begin, const Value& end, const Value& step);

/// Where `needle` stands in `text` at or after `from`, or npos.
size_t find_text(Heap& heap, std::string_view text, std::string_view needle, size_t from = 0);

}  // namespace siskin::jinja
