// Checking values against a schema, independently of the grammar: patterns by PCRE2, numbers as doubles.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <cmath>
#include <memory>

#include "engine/grammar/schema.h"
#include "engine/grammar/schema_keywords.h"
#include "formats/error.h"

namespace siskin {
namespace {

bool matches(const std::string& pattern, const std::string& text) {
    int error = 0;
    PCRE2_SIZE offset = 0;
    const auto units = [](const std::string& s) { return reinterpret_cast<PCRE2_SPTR>(s.data()); };
    // As ECMA-262 has it: $ is the very end, a \u has four digits, and . stops at every line end.
    const std::unique_ptr<pcre2_compile_context, decltype(&pcre2_compile_context_free)> context(
        pcre2_compile_context_create(nullptr), pcre2_compile_context_free);
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_ANYCRLF);
    const std::unique_ptr<pcre2_code, decltype(&pcre2_code_free)> code(
        pcre2_compile(units(pattern), pattern.size(),
                      PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS, &error, &offset,
                      context.get()),
        pcre2_code_free);
    if (!code) return false;
    const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data(
        pcre2_match_data_create_from_pattern(code.get(), nullptr), pcre2_match_data_free);
    return pcre2_match(code.get(), units(text), text.size(), 0, 0, data.get(), nullptr) >= 0;
}

size_t n_characters(const std::string& text) {
    size_t n = 0;
    for (const char c : text) n += (uint8_t(c) & 0xC0) != 0x80;
    return n;
}

bool has_type(const SchemaJson& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "null") return value.is_null();
    if (type == "number") return value.is_number();
    return value.is_number_integer() || (value.is_number_float() && std::floor(value.get<double>()) == value);
}

/// Objects are equal whatever the order of their keys.
bool same_value(const SchemaJson& a, const SchemaJson& b) {
    if (!a.is_structured() || !b.is_structured()) return a == b;
    return nlohmann::json::parse(a.dump()) == nlohmann::json::parse(b.dump());
}

class Checker {
  public:
    explicit Checker(const Schema& schema) : schema_(schema) {}

    /// Empty, or why the value at `where` does not fit.
    std::string check(const SchemaJson& value, const SchemaJson& schema, const std::string& where) {
        constexpr int kMaxDepth = 1000;
        if (++depth_ > kMaxDepth) return fault(where, "nested too deeply to be checked");
        std::string found = check_all(value, schema, where);
        --depth_;
        return found;
    }

  private:
    static std::string fault(const std::string& where, const std::string& what) {
        return (where.empty() ? "/" : where) + ": " + what;
    }

    std::string check_all(const SchemaJson& value, const SchemaJson& schema, const std::string& where) {
        if (schema.is_boolean()) return schema == true ? "" : fault(where, "no value is allowed here");
        if (value.is_null() && schema.value("nullable", false)) return "";
        for (const auto& [keyword, limit] : schema.items()) {
            std::string found = check_keyword(keyword, limit, value, schema, where);
            if (!found.empty()) return found;
        }
        return "";
    }

    std::string check_keyword(const std::string& keyword, const SchemaJson& limit, const SchemaJson& value,
                              const SchemaJson& schema, const std::string& where) {
        if (keyword == "$ref") return check(value, schema_.resolve(limit.get<std::string>()), where);
        if (keyword == "type") return check_type(value, limit, where);
        if (keyword == "const") return same_value(value, limit) ? "" : fault(where, "not " + json_line(limit));
        if (keyword == "enum") return check_enum(value, limit, where);
        if (keyword == "allOf") return check_all_of(value, limit, where);
        if (keyword == "anyOf") return n_fitting(value, limit, where) > 0 ? "" : fault(where, "fits none of anyOf");
        if (keyword == "oneOf") {
            const size_t n = n_fitting(value, limit, where);
            return n == 1 ? "" : fault(where, "fits " + std::to_string(n) + " of oneOf");
        }
        if (value.is_number()) return check_number(keyword, limit.is_number() ? limit.get<double>() : 0, value, where);
        if (value.is_string()) return check_string(keyword, limit, value.get<std::string>(), where);
        if (value.is_array()) return check_array(keyword, limit, value, schema, where);
        if (value.is_object()) return check_object(keyword, limit, value, schema, where);
        return "";
    }

    static std::string check_type(const SchemaJson& value, const SchemaJson& type, const std::string& where) {
        if (type.is_string())
            return has_type(value, type.get<std::string>()) ? ""
                                                            : fault(where, "not of type " + type.get<std::string>());
        for (const SchemaJson& one : type)
            if (has_type(value, one.get<std::string>())) return "";
        return fault(where, "of none of the types " + json_line(type));
    }

    static std::string check_enum(const SchemaJson& value, const SchemaJson& values, const std::string& where) {
        for (const SchemaJson& one : values)
            if (same_value(value, one)) return "";
        return fault(where, "none of " + json_line(values));
    }

    std::string check_all_of(const SchemaJson& value, const SchemaJson& list, const std::string& where) {
        for (const SchemaJson& schema : list)
            if (std::string found = check(value, schema, where); !found.empty()) return found;
        return "";
    }

    size_t n_fitting(const SchemaJson& value, const SchemaJson& list, const std::string& where) {
        size_t n = 0;
        for (const SchemaJson& schema : list) n += check(value, schema, where).empty();
        return n;
    }

    static std::string check_number(const std::string& keyword, double limit, const SchemaJson& value,
                                    const std::string& where) {
        const auto x = value.get<double>();
        const std::string shown = SchemaJson(limit).dump();
        if (keyword == "minimum" && x < limit) return fault(where, "below " + shown);
        if (keyword == "maximum" && x > limit) return fault(where, "above " + shown);
        if (keyword == "exclusiveMinimum" && x <= limit) return fault(where, "not above " + shown);
        if (keyword == "exclusiveMaximum" && x >= limit) return fault(where, "not below " + shown);
        if (keyword == "multipleOf") {
            const double n = x / limit;
            if (std::abs(n - std::round(n)) > 1e-9 * std::max(1.0, std::abs(n)))
                return fault(where, "not a multiple of " + shown);
        }
        return "";
    }

    static std::string check_string(const std::string& keyword, const SchemaJson& limit, const std::string& text,
                                    const std::string& where) {
        if (keyword == "minLength" && n_characters(text) < limit) return fault(where, "shorter than " + limit.dump());
        if (keyword == "maxLength" && n_characters(text) > limit) return fault(where, "longer than " + limit.dump());
        if (keyword == "pattern" && !matches(limit.get<std::string>(), text))
            return fault(where, "does not match " + limit.dump());
        if (keyword == "format" && !matches(std::string(pattern_of_format(limit.get<std::string>())), text))
            return fault(where, "no " + limit.get<std::string>());
        return "";
    }

    std::string check_array(const std::string& keyword, const SchemaJson& limit, const SchemaJson& value,
                            const SchemaJson& schema, const std::string& where) {
        if (keyword == "minItems" && value.size() < limit) return fault(where, "fewer than " + limit.dump() + " items");
        if (keyword == "maxItems" && value.size() > limit) return fault(where, "more than " + limit.dump() + " items");
        const bool is_prefix = keyword == "prefixItems", is_rest = keyword == "items";
        if (!is_prefix && !is_rest) return "";
        const size_t n_prefix = schema.contains("prefixItems") ? schema["prefixItems"].size() : 0;
        for (size_t i = is_prefix ? 0 : n_prefix; i < (is_prefix ? std::min(n_prefix, value.size()) : value.size());
             ++i) {
            std::string found = check(value[i], is_prefix ? limit[i] : limit, below(where, std::to_string(i)));
            if (!found.empty()) return found;
        }
        return "";
    }

    std::string check_object(const std::string& keyword, const SchemaJson& limit, const SchemaJson& value,
                             const SchemaJson& schema, const std::string& where) {
        if (keyword == "minProperties" && value.size() < limit) return fault(where, "too few properties");
        if (keyword == "maxProperties" && value.size() > limit) return fault(where, "too many properties");
        if (keyword == "required")
            for (const SchemaJson& name : limit)
                if (!value.contains(name.get<std::string>())) return fault(where, "lacks " + name.dump());
        const bool is_named = keyword == "properties", is_other = keyword == "additionalProperties";
        if (!is_named && !is_other) return "";
        for (const auto& [name, inner] : value.items()) {
            const bool known = schema.contains("properties") && schema["properties"].contains(name);
            if (known != is_named) continue;
            std::string found = check(inner, is_named ? limit[name] : limit, below(where, name));
            if (!found.empty()) return found;
        }
        return "";
    }

    const Schema& schema_;
    int depth_ = 0;
};

}  // namespace

std::string Schema::fault_of(const SchemaJson& value, const SchemaJson& schema) const {
    return Checker(*this).check(value, schema, "");
}

std::string Schema::fault_of(const SchemaJson& value) const { return fault_of(value, root()); }

std::string Schema::fault_of_text(std::string_view text) const {
    constexpr int kMaxAnswerDepth = 400;
    try {
        return fault_of(parse_json(text, "answer", kMaxAnswerDepth));
    } catch (const Error& error) {
        return error.what();
    }
}

}  // namespace siskin
