#pragma once
// What the parts of the schema code share: conjunctions of schemas, patterns of formats, JSON text in the one style
// that answers are written in.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/grammar/schema.h"

namespace siskin {

[[noreturn]] void refuse_schema(const std::string& where, const std::string& what);

/// An ECMA-262 expression for what a format allows, or empty where the format is not known. Dates exist: 30 February
/// does not, nor, to keep it simple, does 29 February.
std::string_view pattern_of_format(std::string_view format);
std::string known_formats();

/// For multipleOf 1, 0.1, 0.01 …: the digits behind the point, else nothing.
std::optional<uint32_t> digits_of_step(const SchemaJson& step);

/// One JSON value on a line.
std::string json_line(const SchemaJson& value);

/// `pointer` with one more step, escaped.
std::string below(const std::string& pointer, std::string_view step);

/// Takes $ref, allOf, anyOf, oneOf and nullable apart: a value fits the schema when it fits one of the results, which
/// have none of these. Throws Error(BadData): a schema that consists of itself, too many combinations.
class SchemaExpander {
  public:
    explicit SchemaExpander(const Schema& schema) : schema_(schema) {}
    std::vector<SchemaJson> expand(const SchemaJson& schema, const std::string& where) {
        return expand(schema, where, 0);
    }

  private:
    std::vector<SchemaJson> expand(const SchemaJson& schema, const std::string& where, int depth);
    std::vector<SchemaJson> any_of(const SchemaJson& list, const std::string& where, int depth);

    const Schema& schema_;
    size_t n_steps_ = 0;
};

/// A schema for what fits both; nothing where no value does. Both as SchemaExpander gives them.
std::optional<SchemaJson> both_schemas(const SchemaJson& a, const SchemaJson& b, const std::string& where);

/// No value that the grammar writes for one of the schemas of a list fits another one. False where that cannot be seen.
bool exclude_each_other(const Schema& schema, const SchemaJson& list);

}  // namespace siskin
