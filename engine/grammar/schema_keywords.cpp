#include "engine/grammar/schema_keywords.h"

#include <algorithm>
#include <cmath>

#include "formats/error.h"

namespace siskin {
namespace {

struct Format {
    std::string_view name, pattern;
};

constexpr Format kFormats[] = {
    {"date",
     R"(^\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))$)"},
    {"time", R"(^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$)"},
    {"date-time",
     R"(^\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8])))"
     R"(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$)"},
    {"uuid", R"(^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$)"},
    {"ipv4", R"(^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$)"},
    {"email",
     R"(^[A-Za-z0-9_%+-]{1,20}(\.[A-Za-z0-9_%+-]{1,20}){0,2}@([A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?\.){1,3}[A-Za-z]{2,12}$)"},
    {"uri", R"(^https?://([a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?\.){1,4}[a-z]{2,12}(/[A-Za-z0-9._~-]{0,60}){0,8}$)"},
};

bool has(const SchemaJson& schema, const char* name) { return schema.contains(name); }

/// Takes a list apart by what `keep` says of each item.
template <class Keep>
SchemaJson filtered(const SchemaJson& list, Keep keep) {
    SchemaJson out = SchemaJson::array();
    for (const SchemaJson& item : list)
        if (keep(item)) out.push_back(item);
    return out;
}
bool holds(const SchemaJson& list, const SchemaJson& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

SchemaJson as_list(const SchemaJson& value) { return value.is_array() ? value : SchemaJson::array({value}); }

/// Types that both lists have; every integer is a number.
SchemaJson both_types(const SchemaJson& a, const SchemaJson& b) {
    const SchemaJson left = as_list(a), right = as_list(b);
    SchemaJson types = filtered(left, [&](const SchemaJson& type) {
        return holds(right, type) || (type == "integer" && holds(right, "number"));
    });
    if (holds(left, "number") && holds(right, "integer") && !holds(types, "integer")) types.push_back("integer");
    return types;
}

/// A schema for what fits both. What is asked for twice stands in it once, so that recursive schemas that meet come
/// back to the same text.
SchemaJson both(const SchemaJson& a, const SchemaJson& b) {
    SchemaJson list = SchemaJson::array();
    for (const SchemaJson& part : {a, b}) {
        const bool is_list = part.is_object() && part.size() == 1 && part.contains("allOf");
        for (const SchemaJson& one : is_list ? part["allOf"] : SchemaJson::array({part}))
            if (!holds(list, one) && one != true) list.push_back(one);
    }
    if (list.empty()) return true;
    return list.size() == 1 ? list[0] : SchemaJson{{"allOf", std::move(list)}};
}

/// The schema that additionalProperties gives to names which `schema` does not list, or nullptr where it says nothing.
const SchemaJson* schema_of_others(const SchemaJson& schema) {
    const auto others = schema.find("additionalProperties");
    return others == schema.end() ? nullptr : &*others;
}

void join_properties(const SchemaJson& a, const SchemaJson& b, SchemaJson& out) {
    SchemaJson properties = SchemaJson::object();
    const auto add_from = [&](const SchemaJson& own, const SchemaJson& other) {
        const SchemaJson none = SchemaJson::object();
        const SchemaJson ours = own.value("properties", none), theirs = other.value("properties", none);
        for (const auto& [name, schema] : ours.items()) {
            if (properties.contains(name)) continue;
            if (theirs.contains(name))
                properties[name] = both(schema, theirs[name]);
            else if (const SchemaJson* others = schema_of_others(other))
                properties[name] = *others == false ? SchemaJson(false) : both(schema, *others);
            else
                properties[name] = schema;
        }
    };
    add_from(a, b);
    add_from(b, a);
    if (!properties.empty()) out["properties"] = std::move(properties);
    const SchemaJson *left = schema_of_others(a), *right = schema_of_others(b);
    if (left && right)
        out["additionalProperties"] = *left == false || *right == false ? SchemaJson(false) : both(*left, *right);
}

void join_items(const SchemaJson& a, const SchemaJson& b, SchemaJson& out) {
    const SchemaJson none = SchemaJson::array();
    const SchemaJson left = a.value("prefixItems", none), right = b.value("prefixItems", none);
    SchemaJson prefix = none;
    for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
        const auto at = [&](const SchemaJson& list, const SchemaJson& schema) {
            return i < list.size() ? list[i] : schema.value("items", SchemaJson(true));
        };
        prefix.push_back(both(at(left, a), at(right, b)));
    }
    if (!prefix.empty()) out["prefixItems"] = std::move(prefix);
    if (has(a, "items") && has(b, "items")) out["items"] = both(a["items"], b["items"]);
}

const SchemaJson& constrained_value(const SchemaJson& schema, const char* name) { return schema.find(name).value(); }

/// The larger of two lower limits, the smaller of two upper ones.
void join_limits(const SchemaJson& a, const SchemaJson& b, SchemaJson& out) {
    for (const char* name : {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
        if (has(a, name) && has(b, name)) out[name] = std::max(constrained_value(a, name), constrained_value(b, name));
    for (const char* name : {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
        if (has(a, name) && has(b, name)) out[name] = std::min(constrained_value(a, name), constrained_value(b, name));
}

}  // namespace

void refuse_schema(const std::string& where, const std::string& what) {
    fail(Fault::BadData, "JSON schema: ", where.empty() ? "/" : where, ": ", what);
}

std::string_view pattern_of_format(std::string_view format) {
    for (const Format& row : kFormats)
        if (row.name == format) return row.pattern;
    return {};
}

std::string known_formats() {
    std::string names;
    for (const Format& row : kFormats) names += (names.empty() ? "" : ", ") + std::string(row.name);
    return names;
}

std::optional<uint32_t> digits_of_step(const SchemaJson& step) {
    double power = 1;
    for (uint32_t digits = 0; digits <= 12; ++digits, power *= 10)
        if (step.get<double>() == 1 / power) return digits;
    return std::nullopt;
}

std::string json_line(const SchemaJson& value) {
    std::string out;
    if (value.is_object()) {
        for (const auto& [name, inner] : value.items())
            out += (out.empty() ? "" : ", ") + SchemaJson(name).dump() + ": " + json_line(inner);
        return "{" + out + "}";
    }
    if (value.is_array()) {
        for (const SchemaJson& inner : value) out += (out.empty() ? "" : ", ") + json_line(inner);
        return "[" + out + "]";
    }
    return value.dump();
}

std::string below(const std::string& pointer, std::string_view step) {
    std::string out = pointer + "/";
    for (const char c : step) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
}

std::vector<SchemaJson> SchemaExpander::expand(const SchemaJson& schema, const std::string& where, int depth) {
    constexpr int kMaxDepth = 64;
    constexpr size_t kMaxSteps = 20'000, kMaxResults = 256;
    if (depth > kMaxDepth) refuse_schema(where, "it consists of itself, or of references more than 64 steps deep");
    if (++n_steps_ > kMaxSteps) refuse_schema(where, "too many combinations of allOf, anyOf and oneOf");
    if (schema.is_boolean()) return schema == true ? std::vector{SchemaJson::object()} : std::vector<SchemaJson>{};

    SchemaJson plain = schema;
    for (const char* name : {"$ref", "allOf", "anyOf", "oneOf", "nullable", "$defs", "definitions"}) plain.erase(name);
    if (plain.contains("const")) {
        const SchemaJson value = plain["const"];
        plain.erase("const");
        const SchemaJson one = SchemaJson::array({value});
        plain["enum"] = !has(plain, "enum") || holds(plain["enum"], value) ? one : SchemaJson::array();
    }
    std::vector<SchemaJson> results = {plain};
    const auto restrict = [&](const std::vector<SchemaJson>& others) {
        std::vector<SchemaJson> joined;
        for (const SchemaJson& a : results)
            for (const SchemaJson& b : others) {
                if (auto schema_of_both = both_schemas(a, b, where)) joined.push_back(std::move(*schema_of_both));
                if (joined.size() > kMaxResults) refuse_schema(where, "more than 256 combinations of alternatives");
            }
        results = std::move(joined);
    };
    if (has(schema, "$ref")) {
        const auto reference = schema["$ref"].get<std::string>();
        restrict(expand(schema_.resolve(reference), reference.substr(1), depth + 1));
    }
    if (has(schema, "allOf"))
        for (size_t i = 0; i < schema["allOf"].size(); ++i)
            restrict(expand(schema["allOf"][i], below(below(where, "allOf"), std::to_string(i)), depth + 1));
    for (const char* name : {"anyOf", "oneOf"})
        if (has(schema, name)) restrict(any_of(schema[name], below(where, name), depth + 1));
    if (schema.value("nullable", false)) results.push_back({{"type", "null"}});
    return results;
}

std::vector<SchemaJson> SchemaExpander::any_of(const SchemaJson& list, const std::string& where, int depth) {
    std::vector<SchemaJson> results;
    for (size_t i = 0; i < list.size(); ++i)
        for (SchemaJson& result : expand(list[i], below(where, std::to_string(i)), depth))
            results.push_back(std::move(result));
    return results;
}

std::optional<SchemaJson> both_schemas(const SchemaJson& a, const SchemaJson& b, const std::string& where) {
    if (a.empty()) return b;
    if (b.empty()) return a;
    SchemaJson out = a;
    for (const auto& [name, value] : b.items())
        if (!out.contains(name)) out[name] = value;
    if (has(a, "type") && has(b, "type") && (out["type"] = both_types(a["type"], b["type"])).empty()) return {};
    if (has(a, "enum") && has(b, "enum")) {
        out["enum"] = filtered(a["enum"], [&](const SchemaJson& value) { return holds(b["enum"], value); });
        if (out["enum"].empty()) return {};
    }
    for (const char* name : {"pattern", "format", "multipleOf"})
        if (has(a, name) && has(b, name) && a[name] != b[name])
            refuse_schema(where, std::string("two different values of ") + name + " meet");
    if (has(a, "required") && has(b, "required"))
        for (const SchemaJson& name : b["required"])
            if (!holds(out["required"], name)) out["required"].push_back(name);
    join_limits(a, b, out);
    join_properties(a, b, out);
    join_items(a, b, out);
    return out;
}

}  // namespace siskin
