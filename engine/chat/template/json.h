#pragma once
// JSON to values. The only place that knows the JSON library.

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "engine/chat/template/heap.h"

namespace siskin::jinja {

/// All of it is data, and frozen. Complains about what is nested deeper than TemplateLimits::nesting.
Value value_from(Heap& heap, const nlohmann::ordered_json& json);

/// The same from a text, integers of more than 64 bits included. Complains about what is no JSON.
Value parse_json(Heap& heap, std::string_view text);

}  // namespace siskin::jinja
