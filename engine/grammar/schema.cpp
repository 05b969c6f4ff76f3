// Reading a schema: every keyword is looked at once, with its place at hand for messages.
#include "engine/grammar/schema.h"

#include <charconv>
#include <cmath>
#include <unordered_set>

#include "engine/grammar/regex.h"
#include "engine/grammar/schema_keywords.h"
#include "formats/error.h"

namespace siskin {
namespace {

enum class Value { Ignored, Schema, Schemas, NamedSchemas, Items, Count, Number, Bool, Text, Names, List, Type, Any };

struct Keyword {
    std::string_view name;
    Value value;
};

constexpr Keyword kKeywords[] = {
    {"$schema", Value::Ignored},
    {"$id", Value::Ignored},
    {"$comment", Value::Ignored},
    {"$defs", Value::Ignored},  // read where they are referred to
    {"definitions", Value::Ignored},
    {"title", Value::Ignored},
    {"description", Value::Ignored},
    {"default", Value::Ignored},
    {"example", Value::Ignored},
    {"examples", Value::Ignored},
    {"deprecated", Value::Ignored},
    {"readOnly", Value::Ignored},
    {"writeOnly", Value::Ignored},
    {"$ref", Value::Text},
    {"type", Value::Type},
    {"enum", Value::List},
    {"const", Value::Any},
    {"nullable", Value::Bool},
    {"allOf", Value::Schemas},
    {"anyOf", Value::Schemas},
    {"oneOf", Value::Schemas},
    {"properties", Value::NamedSchemas},
    {"required", Value::Names},
    {"additionalProperties", Value::Schema},
    {"minProperties", Value::Count},
    {"maxProperties", Value::Count},
    {"items", Value::Items},
    {"additionalItems", Value::Schema},
    {"prefixItems", Value::Schemas},
    {"minItems", Value::Count},
    {"maxItems", Value::Count},
    {"uniqueItems", Value::Bool},
    {"minLength", Value::Count},
    {"maxLength", Value::Count},
    {"pattern", Value::Text},
    {"format", Value::Text},
    {"minimum", Value::Number},
    {"maximum", Value::Number},
    {"exclusiveMinimum", Value::Number},
    {"exclusiveMaximum", Value::Number},
    {"multipleOf", Value::Number},
};

constexpr std::string_view kTypes[] = {"object", "array", "string", "number", "integer", "boolean", "null"};

const Keyword* find_keyword(std::string_view name) {
    for (const Keyword& keyword : kKeywords)
        if (keyword.name == name) return &keyword;
    return nullptr;
}

bool is_type(const SchemaJson& value) {
    return value.is_string() &&
           std::find(std::begin(kTypes), std::end(kTypes), value.get<std::string>()) != std::end(kTypes);
}
bool is_schema(const SchemaJson& value) { return value.is_object() || value.is_boolean(); }
template <class Test>
bool all_of(const SchemaJson& list, Test test) {
    for (const SchemaJson& item : list)
        if (!test(item)) return false;
    return true;
}

/// What a keyword's value must be; empty where it is.
std::string expected_instead(const SchemaJson& value, Value kind) {
    const auto is_text = [](const SchemaJson& item) { return item.is_string(); };
    switch (kind) {
        case Value::Schema:
            return is_schema(value) ? "" : "a schema";
        case Value::Schemas:
            return value.is_array() && !value.empty() && all_of(value, is_schema) ? "" : "a list of schemas";
        case Value::NamedSchemas:
            return value.is_object() && all_of(value, is_schema) ? "" : "an object of schemas";
        case Value::Items:
            return is_schema(value) || (value.is_array() && all_of(value, is_schema)) ? "" : "a schema";
        case Value::Count:
            return value.is_number() && value.get<double>() >= 0 && value.get<double>() <= 1e9 &&
                           value.get<double>() == std::floor(value.get<double>())
                       ? ""
                       : "a whole number up to 10^9";
        case Value::Number:
            return value.is_number() && std::isfinite(value.get<double>()) ? "" : "a number";
        case Value::Bool:
            return value.is_boolean() ? "" : "true or false";
        case Value::Text:
            return value.is_string() ? "" : "a string";
        case Value::Names:
            return value.is_array() && all_of(value, is_text) ? "" : "a list of names";
        case Value::List:
            return value.is_array() && !value.empty() ? "" : "a list of values";
        case Value::Type:
            return is_type(value) || (value.is_array() && !value.empty() && all_of(value, is_type))
                       ? ""
                       : "a type (object, array, string, number, integer, boolean, null) or a list of types";
        case Value::Ignored:
        case Value::Any:
            return "";
    }
    return "";
}

/// "%41" as the byte it stands for.
std::string percent_decoded(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        uint8_t byte = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(&text[i + 1], text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
            out += char(byte);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// "~0" and "~1" as ~ and /.
std::string step_decoded(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '~' && i + 1 < text.size() && (text[i + 1] == '0' || text[i + 1] == '1');
        out += escape ? (text[++i] == '0' ? '~' : '/') : text[i];
    }
    return out;
}

/// The schema at a JSON pointer, or nullptr.
SchemaJson* follow(SchemaJson& root, std::string_view pointer) {
    SchemaJson* at = &root;
    while (!pointer.empty()) {
        if (!pointer.starts_with('/')) return nullptr;
        pointer.remove_prefix(1);
        const std::string step = step_decoded(pointer.substr(0, pointer.find('/')));
        pointer.remove_prefix(std::min(pointer.size(), pointer.find('/')));
        size_t index = 0;
        if (at->is_object() && at->contains(step))
            at = &(*at)[step];
        else if (at->is_array() && std::from_chars(step.data(), step.data() + step.size(), index).ec == std::errc() &&
                 index < at->size())
            at = &(*at)[index];
        else
            return nullptr;
    }
    return is_schema(*at) ? at : nullptr;
}

/// Checks a schema and all that it refers to, and takes out what lenient mode leaves out.
class Reader {
  public:
    Reader(const Schema& schema, SchemaJson& root, bool lenient, std::vector<std::string>& left_out)
        : schema_(schema), root_(root), lenient_(lenient), left_out_(left_out) {}

    void read() {
        add("");
        for (size_t i = 0; i < places_.size(); ++i) {
            const std::string where = places_[i];
            SchemaJson* schema = follow(root_, where);
            if (!schema) refuse_schema(where, "expected an object, true or false");
            read_schema(*schema, where);
        }
        // Inner schemas stand behind those that hold them.
        for (size_t i = places_.size(); i-- > 0;)
            if (SchemaJson* at = follow(root_, places_[i]); at && at->is_object()) read_one_of(*at, places_[i]);
    }

  private:
    void add(const std::string& where) {
        if (seen_.insert(where).second) places_.push_back(where);
    }

    /// Refuses, or in lenient mode notes what is left out.
    void complain(const std::string& where, const std::string& what) {
        if (!lenient_) refuse_schema(where, what + "; --lenient leaves it out");
        left_out_.push_back((where.empty() ? "/" : where) + ": " + what);
    }

    void read_schema(SchemaJson& schema, const std::string& where) {
        if (schema.is_boolean()) return;
        read_names(schema, where);
        for (auto& [name, value] : schema.items()) {
            const Keyword& keyword = *find_keyword(name);
            const std::string expected = expected_instead(value, keyword.value);
            if (!expected.empty()) refuse_schema(below(where, name), "expected " + expected);
        }
        read_old_items(schema);
        read_numbers(schema, where);
        read_strings(schema, where);
        if (schema.contains("uniqueItems")) {
            if (schema["uniqueItems"] == true)
                complain(below(where, "uniqueItems"), "not supported: items cannot be compared while they are written");
            schema.erase("uniqueItems");
        }
        read_reference(schema, where);
        read_inner(schema, where);
    }

    /// Afterwards the reference is a pointer without percent signs.
    void read_reference(SchemaJson& schema, const std::string& where) {
        if (!schema.contains("$ref")) return;
        const auto reference = schema["$ref"].get<std::string>();
        const std::string pointer = reference.starts_with('#') ? percent_decoded(reference.substr(1)) : "?";
        if (!follow(root_, pointer)) refuse_schema(below(where, "$ref"), "\"" + reference + "\" is no schema in here");
        schema["$ref"] = "#" + pointer;
        add(pointer);
    }

    void read_names(SchemaJson& schema, const std::string& where) {
        std::vector<std::string> dropped;
        for (const auto& [name, value] : schema.items()) {
            const Keyword* keyword = find_keyword(name);
            if (keyword && keyword->value != Value::Ignored) continue;
            if (keyword && keyword->value == Value::Ignored && (name == "$defs" || name == "definitions")) continue;
            if (!keyword) complain(below(where, name), "this keyword is not supported");
            dropped.push_back(name);
        }
        for (const std::string& name : dropped) schema.erase(name);
    }

    /// Until 2019-09, a list under `items` was what prefixItems is now.
    static void read_old_items(SchemaJson& schema) {
        if (schema.contains("items") && schema["items"].is_array()) {
            SchemaJson prefix = schema["items"];
            schema.erase("items");
            if (!prefix.empty()) schema["prefixItems"] = std::move(prefix);
            if (schema.contains("additionalItems")) schema["items"] = SchemaJson(schema["additionalItems"]);
        }
        schema.erase("additionalItems");
    }

    void read_numbers(SchemaJson& schema, const std::string& where) {
        if (!schema.contains("multipleOf") || digits_of_step(schema["multipleOf"])) return;
        complain(below(where, "multipleOf"), "only 1, 0.1, 0.01 … are supported");
        schema.erase("multipleOf");
    }

    void read_strings(SchemaJson& schema, const std::string& where) {
        if (schema.contains("format") && pattern_of_format(schema["format"].get<std::string>()).empty()) {
            complain(below(where, "format"),
                     "\"" + schema["format"].get<std::string>() + "\" is not supported, expected " + known_formats());
            schema.erase("format");
        }
        if (!schema.contains("pattern")) return;
        try {
            Grammar grammar;
            compile_regex(grammar, schema["pattern"].get<std::string>(),
                          [&](const CharSet& set) { return grammar.chars(set); });
        } catch (const Error& error) {
            complain(below(where, "pattern"), error.what());
            schema.erase("pattern");
        }
    }

    void read_inner(SchemaJson& schema, const std::string& where) {
        for (auto& [name, value] : schema.items()) {
            const Value kind = find_keyword(name)->value;
            const std::string place = below(where, name);
            if (kind == Value::Schema || kind == Value::Items) add(place);
            if (kind == Value::Schemas)
                for (size_t i = 0; i < value.size(); ++i) add(below(place, std::to_string(i)));
            if (kind == Value::NamedSchemas)
                for (const auto& [inner, inner_schema] : value.items()) add(below(place, inner));
        }
    }

    /// oneOf asks for exactly one, which a grammar cannot count: fine where the alternatives exclude each other. In
    /// lenient mode it becomes anyOf where that cannot be seen.
    void read_one_of(SchemaJson& schema, const std::string& where) {
        if (!schema.contains("oneOf") || exclude_each_other(schema_, schema["oneOf"])) return;
        complain(below(where, "oneOf"), "it cannot be seen that these exclude each other; anyOf does not ask for that");
        SchemaJson list = schema["oneOf"];
        schema.erase("oneOf");
        if (schema.contains("anyOf"))
            schema["allOf"].push_back({{"anyOf", std::move(list)}});
        else
            schema["anyOf"] = std::move(list);
    }

    const Schema& schema_;
    SchemaJson& root_;
    const bool lenient_;
    std::vector<std::string>& left_out_;
    std::vector<std::string> places_;  // JSON pointers, as reading moves what lies in objects
    std::unordered_set<std::string> seen_;
};

}  // namespace

SchemaJson parse_json(std::string_view text, const std::string& name, int max_depth) {
    const auto limit = [&](int depth, SchemaJson::parse_event_t event, SchemaJson&) {
        const bool opens =
            event == SchemaJson::parse_event_t::object_start || event == SchemaJson::parse_event_t::array_start;
        if (opens && depth >= max_depth)
            fail(Fault::BadData, name, ": more than ", max_depth, " arrays and objects inside one another");
        return true;
    };
    try {
        return SchemaJson::parse(text, limit);
    } catch (const nlohmann::json::exception& error) {
        const std::string_view what = error.what();
        fail(Fault::BadData, name, ": not JSON: ", what.substr(what.find("] ") + 2));
    }
}

Schema::Schema(std::string_view text, bool lenient) {
    if (text.size() > kMaxSchemaBytes)
        fail(Fault::BadData, "JSON schema: ", text.size(), " bytes, at most ", kMaxSchemaBytes);
    root_ = std::make_unique<SchemaJson>(parse_json(text, "JSON schema"));
    Reader(*this, *root_, lenient, left_out_).read();
}

Schema::~Schema() = default;
Schema::Schema(Schema&&) noexcept = default;

const SchemaJson& Schema::resolve(const std::string& reference) const {
    const SchemaJson* schema = follow(*root_, std::string_view(reference).substr(1));
    if (!schema) fail(Fault::Bug, "JSON schema: ", reference, " was not checked");
    return *schema;
}

}  // namespace siskin
