#include <algorithm>
#include <cmath>

#include "engine/grammar/schema_keywords.h"

namespace siskin {
namespace {

/// Depth of properties that are compared to tell two objects apart.
constexpr int kMaxDepth = 3;

class Exclusion {
  public:
    explicit Exclusion(const Schema& schema) : schema_(schema), expander_(schema) {}

    /// Each of a list with each other.
    bool among(const SchemaJson& list) {
        std::vector<std::vector<SchemaJson>> all;
        for (const SchemaJson& one : list) all.push_back(expander_.expand(one, ""));
        for (size_t i = 0; i < all.size(); ++i)
            for (size_t j = i + 1; j < all.size(); ++j)
                if (!between(all[i], all[j], 0)) return false;
        return true;
    }

  private:
    static constexpr size_t kMaxComparisons = 20'000;

    bool between(const std::vector<SchemaJson>& a, const std::vector<SchemaJson>& b, int depth) {
        if (depth > kMaxDepth) return false;
        for (const SchemaJson& left : a)
            for (const SchemaJson& right : b) {
                if (++n_comparisons_ > kMaxComparisons) return false;
                if (!plain(left, right, depth) || !plain(right, left, depth)) return false;
            }
        return true;
    }

    /// No value written for `a` fits `b`.
    bool plain(const SchemaJson& a, const SchemaJson& b, int depth) {
        if (a.contains("enum"))
            return std::none_of(a["enum"].begin(), a["enum"].end(), [&](const SchemaJson& value) {
                return schema_.fault_of(value, a).empty() && schema_.fault_of(value, b).empty();
            });
        if (b.contains("enum"))
            return std::none_of(b["enum"].begin(), b["enum"].end(), [&](const SchemaJson& value) {
                return schema_.fault_of(value, a).empty() && schema_.fault_of(value, b).empty();
            });
        const std::vector<std::string> left = types(a), right = types(b);
        if (left.empty() || right.empty()) return false;
        for (const std::string& one : left)
            for (const std::string& other : right)
                if (meet(one, other) && !same_type_excluded(one, a, b, depth)) return false;
        return true;
    }

    static std::vector<std::string> types(const SchemaJson& schema) {
        if (!schema.contains("type"))
            return schema.contains("properties") ? std::vector<std::string>{"object"} : std::vector<std::string>{};
        if (schema["type"].is_string()) return {schema["type"].get<std::string>()};
        return schema["type"].get<std::vector<std::string>>();
    }
    static bool meet(const std::string& a, const std::string& b) {
        return a == b || (a == "integer" && b == "number") || (a == "number" && b == "integer");
    }

    bool same_type_excluded(const std::string& type, const SchemaJson& a, const SchemaJson& b, int depth) {
        if (type == "object") return objects(a, b, depth);
        const auto limit = [](const SchemaJson& schema, const char* name, double otherwise) {
            return schema.contains(name) ? schema[name].get<double>() : otherwise;
        };
        const auto apart = [&](const SchemaJson& low, const SchemaJson& high) {
            const double most = std::min(limit(low, "maximum", HUGE_VAL), limit(low, "exclusiveMaximum", HUGE_VAL));
            const double least =
                std::max(limit(high, "minimum", -HUGE_VAL), limit(high, "exclusiveMinimum", -HUGE_VAL));
            const bool excluded =
                limit(low, "exclusiveMaximum", HUGE_VAL) == most || limit(high, "exclusiveMinimum", -HUGE_VAL) == least;
            return most < least || (most == least && std::abs(most) < HUGE_VAL && excluded);
        };
        return (type == "number" || type == "integer") && (apart(a, b) || apart(b, a));
    }

    static bool requires_name(const SchemaJson& schema, const std::string& name) {
        if (!schema.contains("required")) return false;
        const SchemaJson& names = schema["required"];
        return std::find(names.begin(), names.end(), name) != names.end();
    }
    static bool names(const SchemaJson& schema, const std::string& name) {
        return schema.contains("properties") && schema["properties"].contains(name);
    }

    bool objects(const SchemaJson& a, const SchemaJson& b, int depth) {
        const SchemaJson none = SchemaJson::array();
        // Something that b needs is never written for a.
        const bool a_open = a.contains("additionalProperties") ? a["additionalProperties"] != false
                                                               : !a.contains("properties") && !a.contains("required");
        for (const auto& name : b.value("required", none))
            if (!a_open && !names(a, name) && !requires_name(a, name)) return true;
        for (const auto& name : a.value("required", none)) {
            // Something that a needs is forbidden in b, or is something else there.
            if (!names(b, name) && b.contains("additionalProperties") && b["additionalProperties"] == false)
                return true;
            if (!names(a, name) || !names(b, name)) continue;
            const auto key = name.get<std::string>();
            if (between(expander_.expand(a["properties"][key], ""), expander_.expand(b["properties"][key], ""),
                        depth + 1))
                return true;
        }
        return false;
    }

    const Schema& schema_;
    SchemaExpander expander_;
    size_t n_comparisons_ = 0;
};

}  // namespace

bool exclude_each_other(const Schema& schema, const SchemaJson& list) { return Exclusion(schema).among(list); }

}  // namespace siskin
