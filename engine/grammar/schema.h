#pragma once
// JSON Schema (2020-12, with the older spellings `definitions`, `items: [...]`, `additionalItems` and OpenAPI's
// `nullable`) as far as answers can be held to it. What is not understood is an error, or in lenient mode left out.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/grammar/grammar.h"

namespace siskin {

using SchemaJson = nlohmann::ordered_json;

constexpr size_t kMaxSchemaBytes = 1 << 20;
constexpr int kMaxJsonDepth = 128;  ///< of arrays and objects inside one another, in schemas

/// Parses JSON of limited depth. Throws Error(BadData) that begins with `name`.
SchemaJson parse_json(std::string_view text, const std::string& name, int max_depth = kMaxJsonDepth);

/// A schema that has been read: every keyword that answers depend on is one of those below, with a value of the right
/// type, every $ref leads somewhere, every pattern and format is understood.
///   type enum const nullable $ref allOf anyOf oneOf properties required additionalProperties minProperties
///   maxProperties items prefixItems minItems maxItems minLength maxLength pattern format minimum maximum
///   exclusiveMinimum exclusiveMaximum multipleOf (a power of ten up to 1)
class Schema {
  public:
    /// Throws Error(BadData) that names the place as a JSON pointer: "JSON schema: /properties/a: …".
    Schema(std::string_view text, bool lenient = false);
    ~Schema();
    Schema(Schema&&) noexcept;

    const SchemaJson& root() const { return *root_; }
    /// The schema that a $ref names; there is one.
    const SchemaJson& resolve(const std::string& reference) const;

    /// What lenient mode left out, one line each.
    const std::vector<std::string>& left_out() const { return left_out_; }

    /// The values that fit, as JSON text on one line with a space behind each comma and colon: {"a": 1, "b": [2, 3]}.
    /// Keys come in the order of `properties`, those that are required alone last. Objects have no other keys unless
    /// additionalProperties is given, or nothing about their keys. Where a type is not named, the keywords tell.
    /// Throws Error(BadData) where no value fits, or keywords that meet (allOf) cannot be put together.
    Grammar grammar() const;

    /// Whether a JSON value fits; otherwise why not: "/items/3: below the minimum 5".
    std::string fault_of(const SchemaJson& value) const;
    std::string fault_of(const SchemaJson& value, const SchemaJson& schema) const;  ///< a part of this one
    /// The same for JSON text, which may also be malformed.
    std::string fault_of_text(std::string_view text) const;

  private:
    std::unique_ptr<SchemaJson> root_;
    std::vector<std::string> left_out_;
};

}  // namespace siskin
