#pragma once
// Values as text: Python's str and repr, and json.dumps.

#include <string>
#include <string_view>

#include "engine/chat/template/heap.h"

namespace siskin::jinja {

std::string print_int(Int value);
/// The shortest text that reads back as the same number, as Python's repr writes it: 1.0, 1e-05, inf.
std::string print_double(double value);

/// str(value). Strings keep the origin of their bytes, everything else is data.
void append_str(Heap& heap, Text& out, const Value& value);
Value to_str(Heap& heap, const Value& value);
std::string repr(Heap& heap, const Value& value);

struct JsonStyle {
    bool ensure_ascii = false;
    bool sort_keys = false;
    bool lines = false;  ///< one item per line
    std::string indent;  ///< for each level, with `lines`
    std::string item_separator = ", ", key_separator = ": ";
};

/// json.dumps(value).
std::string to_json(Heap& heap, const Value& value, const JsonStyle& style);

}  // namespace siskin::jinja
