// A schema as a grammar: a rule for each schema that differs, found by its JSON text, so that recursion closes.
#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "engine/grammar/number_range.h"
#include "engine/grammar/regex.h"
#include "engine/grammar/schema.h"
#include "engine/grammar/schema_keywords.h"
#include "formats/error.h"

namespace siskin {
namespace {

constexpr uint32_t kNoLimit = Grammar::kNoLimit;

class SchemaCompiler {
  public:
    explicit SchemaCompiler(const Schema& schema) : schema_(schema), expander_(schema) {}

    Grammar compile() {
        add_common_rules();
        grammar_.set_root(rule_for(schema_.root(), ""));
        for (; !pending_.empty(); pending_.pop_front()) {
            const Pending job = pending_.front();
            grammar_.define(job.rule, any_alternative(job.schema, job.where));
        }
        return std::move(grammar_);
    }

  private:
    struct Pending {
        SchemaJson schema;
        std::string where;
        Rule rule;
    };

    Expr text(std::string_view bytes) { return grammar_.text(bytes); }
    Expr seq(std::initializer_list<Expr> parts) { return grammar_.sequence(parts); }
    Expr any_of(std::string_view ascii) { return grammar_.chars(CharSet::of(ascii)); }
    Expr digit() { return grammar_.chars(CharSet({{'0', '9'}})); }
    Expr hex() { return grammar_.chars(CharSet({{'0', '9'}, {'a', 'f'}})); }
    Expr value_of(const SchemaJson& schema, const std::string& where) { return grammar_.call(rule_for(schema, where)); }

    Rule rule_for(const SchemaJson& schema, const std::string& where) {
        const auto [entry, is_new] = rules_.try_emplace(schema.dump());
        if (!is_new) return entry->second;
        const Rule rule = grammar_.add_rule(where.empty() ? "/" : where);
        pending_.push_back({schema, where, rule});
        return entry->second = rule;
    }

    // ---- What JSON allows anywhere ----

    void add_common_rules() {
        character_ = grammar_.define("character", json_character());
        string_ =
            grammar_.define("string", seq({text("\""), grammar_.repeat(json_character(), 0, kNoLimit), text("\"")}));
        number_ = grammar_.define("number", json_number());
        any_ = grammar_.add_rule("value");
        array_ = grammar_.define("array", list_of(grammar_.call(any_), 0, kNoLimit));
        object_ = grammar_.define("object", free_object(grammar_.call(any_), 0, kNoLimit));
        grammar_.define(any_, grammar_.choice({grammar_.call(object_), grammar_.call(array_), grammar_.call(string_),
                                               grammar_.call(number_), text("true"), text("false"), text("null")}));
    }

    static CharSet written_escaped() { return CharSet({{0, 0x1F}, {'"', '"'}, {'\\', '\\'}}); }

    /// A character of a string as JSON writes it. Of \u only what is needed nowhere else is left out: surrogates.
    Expr json_character() {
        const Expr number = grammar_.choice(
            {seq({grammar_.chars(CharSet({{'0', '9'}, {'a', 'c'}, {'e', 'f'}})), grammar_.repeat(hex(), 3, 3)}),
             seq({text("d"), any_of("01234567"), grammar_.repeat(hex(), 2, 2)})});
        const Expr escape = grammar_.choice({any_of("\"\\/bfnrt"), seq({text("u"), number})});
        return grammar_.choice({grammar_.chars(written_escaped().inverted()), seq({text("\\"), escape})});
    }

    Expr json_number() {
        const Expr whole = grammar_.choice(
            {text("0"), seq({grammar_.chars(CharSet({{'1', '9'}})), grammar_.repeat(digit(), 0, kMaxDigits - 1)})});
        const Expr fraction = seq({text("."), grammar_.repeat(digit(), 1, kMaxDigits)});
        const Expr exponent = seq({any_of("eE"), grammar_.optional(any_of("+-")), grammar_.repeat(digit(), 1, 2)});
        return seq({grammar_.optional(text("-")), whole, grammar_.optional(fraction), grammar_.optional(exponent)});
    }

    /// [ITEM, ITEM]
    Expr list_of(Expr item, uint32_t least, uint32_t most) {
        return seq({text("["), separated(item, least, most), text("]")});
    }

    Expr separated(Expr item, uint32_t least, uint32_t most) {
        if (most == 0) return grammar_.empty();
        const uint32_t more = most == kNoLimit ? kNoLimit : most - 1;
        const Expr rest = grammar_.repeat(seq({text(", "), item}), least == 0 ? 0 : least - 1, more);
        const Expr list = seq({item, rest});
        return least == 0 ? grammar_.optional(list) : list;
    }

    Expr free_object(Expr value, uint32_t least, uint32_t most) {
        return seq({text("{"), separated(seq({grammar_.call(string_), text(": "), value}), least, most), text("}")});
    }

    // ---- Schemas ----

    Expr any_alternative(const SchemaJson& schema, const std::string& where) {
        std::vector<Expr> ways;
        for (const SchemaJson& alternative : expander_.expand(schema, where)) ways.push_back(plain(alternative, where));
        return grammar_.choice(ways);
    }

    Expr plain(const SchemaJson& schema, const std::string& where) {
        if (schema.contains("enum")) return one_of_values(schema);
        std::vector<Expr> ways;
        for (const std::string& type : types_of(schema)) ways.push_back(of_type(type, schema, where));
        return grammar_.choice(ways);
    }

    /// The listed values that the other keywords allow.
    Expr one_of_values(const SchemaJson& schema) {
        SchemaJson others = schema;
        others.erase("enum");
        std::vector<Expr> ways;
        for (const SchemaJson& value : schema["enum"])
            if (schema_.fault_of(value, others).empty()) ways.push_back(text(json_line(value)));
        return grammar_.choice(ways);
    }

    static std::vector<std::string> types_of(const SchemaJson& schema) {
        if (schema.contains("type")) {
            if (schema["type"].is_string()) return {schema["type"].get<std::string>()};
            return schema["type"].get<std::vector<std::string>>();
        }
        constexpr std::pair<const char*, const char*> kTold[] = {
            {"properties", "object"},    {"required", "object"},         {"additionalProperties", "object"},
            {"minProperties", "object"}, {"maxProperties", "object"},    {"items", "array"},
            {"prefixItems", "array"},    {"minItems", "array"},          {"maxItems", "array"},
            {"minLength", "string"},     {"maxLength", "string"},        {"pattern", "string"},
            {"format", "string"},        {"minimum", "number"},          {"maximum", "number"},
            {"multipleOf", "number"},    {"exclusiveMinimum", "number"}, {"exclusiveMaximum", "number"}};
        std::vector<std::string> types;
        for (const auto& [keyword, type] : kTold)
            if (schema.contains(keyword) && (types.empty() || types.back() != type)) types.push_back(type);
        if (types.empty()) return {"object", "array", "string", "number", "boolean", "null"};
        return types;
    }

    Expr of_type(const std::string& type, const SchemaJson& schema, const std::string& where) {
        if (type == "object") return object(schema, where);
        if (type == "array") return array(schema, where);
        if (type == "string") return string(schema, where);
        if (type == "boolean") return grammar_.choice({text("true"), text("false")});
        if (type == "null") return text("null");
        return number(schema, type == "integer");
    }

    static uint32_t count(const SchemaJson& schema, const char* name, uint32_t otherwise) {
        return schema.contains(name) ? uint32_t(schema[name].get<double>()) : otherwise;
    }

    // ---- Numbers ----

    static std::optional<Bound> bound(const SchemaJson& schema, const char* inclusive, const char* exclusive,
                                      bool lower) {
        const SchemaJson* value = schema.contains(inclusive) ? &schema[inclusive] : nullptr;
        bool included = true;
        if (schema.contains(exclusive)) {
            const SchemaJson& other = schema[exclusive];
            if (!value || (lower ? other >= *value : other <= *value)) value = &other, included = false;
        }
        if (!value) return std::nullopt;
        if (value->is_number_unsigned()) return Bound{Decimal::of(value->get<uint64_t>()), included};
        if (value->is_number_integer()) return Bound{Decimal::of(value->get<int64_t>()), included};
        return Bound{Decimal::of(value->get<double>()), included};
    }

    Expr number(const SchemaJson& schema, bool integer) {
        const auto least = bound(schema, "minimum", "exclusiveMinimum", true);
        const auto most = bound(schema, "maximum", "exclusiveMaximum", false);
        const bool stepped = schema.contains("multipleOf");
        if (!integer && !least && !most && !stepped) return grammar_.call(number_);
        const uint32_t fraction = integer ? 0 : stepped ? *digits_of_step(schema["multipleOf"]) : kMaxDigits;
        return number_range(grammar_, least, most, fraction);
    }

    // ---- Strings ----

    /// One character of a set, escaped where JSON wants that.
    Expr spelled(const CharSet& set) {
        constexpr std::string_view kEscaped = "\"\\\n\r\t\b\f", kLetters = "\"\\nrtbf";
        std::vector<Expr> ways;
        if (const CharSet plain = set.without(written_escaped()); !plain.empty()) ways.push_back(grammar_.chars(plain));
        for (size_t i = 0; i < kEscaped.size(); ++i)
            if (set.contains(char32_t(kEscaped[i]))) ways.push_back(text(std::string("\\") + kLetters[i]));
        for (char32_t c = 0; c < 0x20; ++c)
            if (set.contains(c) && kEscaped.find(char(c)) == std::string_view::npos)
                ways.push_back(text(std::string("\\u00") + (c < 0x10 ? '0' : '1') + "0123456789abcdef"[c % 16]));
        return grammar_.choice(ways);
    }

    Expr string(const SchemaJson& schema, const std::string& where) {
        const uint32_t least = count(schema, "minLength", 0), most = count(schema, "maxLength", kNoLimit);
        const bool has_pattern = schema.contains("pattern"), has_format = schema.contains("format");
        if (has_pattern && has_format) refuse_schema(where, "pattern and format meet, which is not supported");
        if (!has_pattern && !has_format) {
            if (least == 0 && most == kNoLimit) return grammar_.call(string_);
            // Written out, a character is quicker to follow than as a call; in long strings it is smaller as one.
            constexpr uint32_t kLong = 10'000;
            const uint32_t n = most == kNoLimit ? least : most;
            const Expr character = n <= kLong ? json_character() : grammar_.call(character_);
            return seq({text("\""), grammar_.repeat(character, least, most), text("\"")});
        }
        const std::string pattern = has_pattern ? schema["pattern"].get<std::string>()
                                                : std::string(pattern_of_format(schema["format"].get<std::string>()));
        const RegexExpr regex = compile_regex(grammar_, pattern, [this](const CharSet& set) { return spelled(set); });
        return seq({text("\""), of_length(regex, least, most, where), text("\"")});
    }

    Expr of_length(const RegexExpr& regex, uint32_t least, uint32_t most, const std::string& where) {
        if (regex.least >= least && regex.most <= most) return regex.expression;
        if (!regex.repeated)
            refuse_schema(where, "pattern and a length meet, which is supported for patterns like ^[a-z]+$ only");
        const uint32_t from = std::max(least, regex.least), to = std::min(most, regex.most);
        return from <= to ? grammar_.repeat(*regex.repeated, from, to) : grammar_.choice({});
    }

    // ---- Arrays ----

    Expr array(const SchemaJson& schema, const std::string& where) {
        const bool has_items = schema.contains("items"), has_prefix = schema.contains("prefixItems");
        const uint32_t least = count(schema, "minItems", 0), most = count(schema, "maxItems", kNoLimit);
        const Expr item = has_items ? value_of(schema["items"], below(where, "items")) : grammar_.call(any_);
        if (!has_prefix && least == 0 && most == kNoLimit && !has_items) return grammar_.call(array_);
        if (!has_prefix) {
            if (has_items && schema["items"] == false) return least == 0 ? text("[]") : grammar_.choice({});
            return least <= most ? list_of(item, least, most) : grammar_.choice({});
        }
        return listed_array(schema, where, item, least, most);
    }

    /// The tail of the list is written from its end: what may follow item i.
    Expr listed_array(const SchemaJson& schema, const std::string& where, Expr item, uint32_t least, uint32_t most) {
        const SchemaJson& prefix = schema["prefixItems"];
        const auto n = uint32_t(prefix.size());
        const bool closed = schema.contains("items") && schema["items"] == false;
        if (closed) most = std::min(most, n);
        if (least > most) return grammar_.choice({});
        Expr rest = grammar_.empty();
        if (most > n) {
            const uint32_t more = most == kNoLimit ? kNoLimit : most - n;
            rest = grammar_.repeat(seq({text(", "), item}), least > n ? least - n : 0, more);
        }
        for (uint32_t i = std::min(n, most); i-- > 0;) {
            const Expr value = value_of(prefix[i], below(below(where, "prefixItems"), std::to_string(i)));
            // As rules, because expressions inside one another are limited.
            const Expr tail = i == 0 ? seq({value, rest}) : seq({text(", "), value, rest});
            rest = grammar_.call(grammar_.define(where + "/" + std::to_string(i), tail));
            if (i >= least) rest = grammar_.optional(rest);
        }
        return seq({text("["), rest, text("]")});
    }

    // ---- Objects ----

    struct Property {
        Expr pair;  // "name": VALUE
        bool required;
    };

    Expr object(const SchemaJson& schema, const std::string& where) {
        const SchemaJson none = SchemaJson::object();
        const SchemaJson* others = schema.contains("additionalProperties") ? &schema["additionalProperties"] : nullptr;
        const bool named = schema.contains("properties") || schema.contains("required");
        const uint32_t least = count(schema, "minProperties", 0), most = count(schema, "maxProperties", kNoLimit);
        const bool closed = others && *others == false;
        if (!named && !closed) {
            if (least > 1 || most != kNoLimit)
                refuse_schema(where, "minProperties and maxProperties need named properties");
            if (!others && least == 0) return grammar_.call(object_);
            const Expr value = others ? value_of(*others, below(where, "additionalProperties")) : grammar_.call(any_);
            return free_object(value, least, kNoLimit);
        }
        std::vector<std::string> names;
        const std::vector<Property> properties = properties_of(schema, where, names);
        const auto n_required = uint32_t(std::count_if(properties.begin(), properties.end(),
                                                       [](const Property& property) { return property.required; }));
        const bool open = others && !closed;
        if (n_required < least && n_required < properties.size() + open)
            refuse_schema(where, "minProperties is supported where that many properties are required");
        if (n_required < least) return grammar_.choice({});
        if (most < n_required) return grammar_.choice({});
        if (most < properties.size() || (open && most != kNoLimit))
            refuse_schema(where, "maxProperties is supported where there are no more properties");
        Expr rest = grammar_.empty(), first = grammar_.empty();
        if (open) {
            const Expr pair = seq(
                {other_name(std::move(names)), text(": "), value_of(*others, below(where, "additionalProperties"))});
            rest = grammar_.repeat(seq({text(", "), pair}), 0, kNoLimit);
            first = separated(pair, 0, kNoLimit);
        }
        return members(properties, rest, first, where);
    }

    std::vector<Property> properties_of(const SchemaJson& schema, const std::string& where,
                                        std::vector<std::string>& names) {
        const SchemaJson required = schema.value("required", SchemaJson::array());
        const SchemaJson listed = schema.value("properties", SchemaJson::object());
        const SchemaJson others = schema.value("additionalProperties", SchemaJson(true));
        std::vector<Property> properties;
        const auto add = [&](const std::string& name, const SchemaJson& value, bool needed, const std::string& place) {
            names.push_back(name);
            if (!needed && value == false) return;
            const Expr key = text(SchemaJson(name).dump() + ": ");
            properties.push_back({seq({key, value_of(value, place)}), needed});
        };
        for (const auto& [name, value] : listed.items())
            add(name, value, std::find(required.begin(), required.end(), name) != required.end(),
                below(below(where, "properties"), name));
        for (const SchemaJson& name : required)
            if (!listed.contains(name.get<std::string>()) &&
                std::find(names.begin(), names.end(), name.get<std::string>()) == names.end())
                add(name.get<std::string>(), others, true, below(where, "required"));
        return properties;
    }

    /// Properties in their order, commas between those that are there. `rest` may follow a property, `alone` stands
    /// where there is none.
    Expr members(const std::vector<Property>& properties, Expr rest, Expr alone, const std::string& where) {
        // From the end: what may follow once something was written, and the ways to begin with each property.
        std::vector<Expr> beginnings;
        for (size_t i = properties.size(); i-- > 0;) {
            const Property& property = properties[i];
            if (property.required) beginnings.clear();
            const Expr begun = seq({property.pair, rest});
            beginnings.push_back(begun);
            const Expr next = seq({text(", "), property.pair});
            const Expr tail = seq({property.required ? next : grammar_.optional(next), rest});
            rest = grammar_.call(grammar_.define(where + "/" + std::to_string(i), tail));
        }
        std::reverse(beginnings.begin(), beginnings.end());
        const bool any_required =
            std::any_of(properties.begin(), properties.end(), [](const Property& p) { return p.required; });
        if (!any_required) beginnings.push_back(alone);
        return seq({text("{"), grammar_.choice(beginnings), text("}")});
    }

    /// A key that is none of some names: after each beginning that names share, something else. Escapes are left out,
    /// as they could spell a name.
    Expr other_name(std::vector<std::string> names) {
        std::sort(names.begin(), names.end());
        names.erase(std::unique(names.begin(), names.end()), names.end());
        return seq({text("\""), other_than(names, 0, names.size(), 0), text("\"")});
    }

    /// What may follow the first `depth` bytes that names[begin, end) share. Names are told apart as long as they are
    /// ASCII and not too long; what begins like one that is not, is left out.
    Expr other_than(const std::vector<std::string>& names, size_t begin, size_t end, size_t depth) {
        constexpr size_t kMaxNameDepth = 60;
        const CharSet plain = CharSet({{0x20, kLastChar}}).without(written_escaped());
        const Expr more = grammar_.repeat(grammar_.chars(plain), 0, kNoLimit);
        std::vector<Expr> ways;
        std::vector<CharRange> taken;
        if (begin < end && names[begin].size() == depth)
            ++begin;
        else if (depth > 0)
            ways.push_back(grammar_.empty());
        while (begin < end) {
            const char c = names[begin][depth];
            size_t same = begin;
            while (same < end && names[same][depth] == c) ++same;
            if (uint8_t(c) >= 0x80)
                taken.push_back({0x80, kLastChar});
            else
                taken.push_back({char32_t(c), char32_t(c)});
            if (uint8_t(c) < 0x80 && plain.contains(char32_t(c)) && depth < kMaxNameDepth)
                ways.push_back(seq({text(std::string(1, c)), other_than(names, begin, same, depth + 1)}));
            begin = same;
        }
        ways.push_back(seq({grammar_.chars(plain.without(CharSet(std::move(taken)))), more}));
        return grammar_.choice(ways);
    }

    const Schema& schema_;
    SchemaExpander expander_;
    Grammar grammar_;
    std::unordered_map<std::string, Rule> rules_;
    std::deque<Pending> pending_;
    Rule character_{}, string_{}, number_{}, any_{}, array_{}, object_{};
};

}  // namespace

Grammar Schema::grammar() const { return SchemaCompiler(*this).compile(); }

}  // namespace siskin
