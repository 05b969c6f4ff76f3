#pragma once
// Python's two ways to format text. What comes from the pattern and what from the values keeps its origin.

#include "engine/chat/template/heap.h"

namespace siskin::jinja {

/// pattern % values: a tuple, a dict for %(name)s, or a single value.
Value format_percent(Heap& heap, const Text& pattern, const Value& values);

/// pattern.format(*positional, **named).
Value format_braces(Heap& heap, const Text& pattern, const Arguments& arguments);

}  // namespace siskin::jinja
