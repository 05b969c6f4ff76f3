#pragma once
// A prompt with places for what an item says: {} is the item, {NAME} a field of it if it is a JSON object, {{}} and
// {{NAME}} are these signs themselves. Without a place the item comes first, as what is on stdin does.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/prompt.h"

namespace siskin {

class PromptPattern {
  public:
    /// `with_fields`: {NAME} is a place.
    PromptPattern(std::string_view text, bool with_fields);

    /// The prompt for an item: its text, and what that means if it is JSON. Throws Error(BadData) where it lacks a
    /// field.
    Prompt prompt(std::string_view item, const nlohmann::ordered_json& value = {}) const;

  private:
    enum class Kind { Text, Item, Field };
    struct Part {
        Kind kind;
        std::string text;  // or the name of the field
    };
    void add_text(std::string_view text);
    std::vector<Part> parts_;
};

}  // namespace siskin
