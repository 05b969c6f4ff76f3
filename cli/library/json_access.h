#pragma once
// Fields of JSON that others wrote: what is missing or of another kind reads as nothing.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace siskin {

/// The string of this name, or an empty one.
inline std::string string_in(const nlohmann::json& object, const char* key) {
    if (!object.is_object()) return "";
    const auto at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

/// The whole number of this name, or 0.
inline uint64_t number_in(const nlohmann::json& object, const char* key) {
    if (!object.is_object()) return 0;
    const auto at = object.find(key);
    return at != object.end() && at->is_number_unsigned() ? at->get<uint64_t>() : 0;
}

/// What stands under this name, or null.
inline nlohmann::json value_in(const nlohmann::json& object, const char* key) {
    return object.is_object() ? object.value(key, nlohmann::json()) : nlohmann::json();
}

}  // namespace siskin
