// JSON schemas: what their grammars let through, what is refused, and that everything that comes through fits.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "engine/grammar/automaton.h"
#include "engine/grammar/matcher.h"
#include "engine/grammar/number_range.h"
#include "engine/grammar/schema.h"
#include "tests/support/expect_error.h"
#include "tests/support/schemas.h"

namespace siskin::test {
namespace {

bool fits(Matcher& matcher, std::string_view text) { return matcher.complete(matcher.next(matcher.start(), text)); }

TEST(Schema, AcceptsAndRejects) {
    EXPECT_GE(std::size(kSchemas), 60u);
    for (const SchemaCase& c : kSchemas) {
        const Schema schema(c.schema);
        Matcher matcher(compile(schema.grammar()));
        for (const std::string_view text : c.accepted) {
            EXPECT_TRUE(fits(matcher, text)) << c.schema << "\n" << text;
            EXPECT_EQ(schema.fault_of_text(text), "") << c.schema << "\n" << text;
        }
        for (const std::string_view text : c.rejected) EXPECT_FALSE(fits(matcher, text)) << c.schema << "\n" << text;
    }
}

/// A text that the machine accepts, byte by byte at random; after `n_free` bytes it takes the way out where it sees
/// one.
std::string random_text(Matcher& matcher, std::mt19937& random, size_t n_free) {
    constexpr std::string_view kClosing = "\"}]";
    std::string text;
    Matcher::State state = matcher.start();
    while (text.size() < 2'000 &&
           !(matcher.complete(state) && (text.size() >= n_free || matcher.finished(state) || random() % 4 == 0))) {
        std::string possible;
        for (int byte = 0; byte < 256; ++byte)
            if (matcher.next(state, uint8_t(byte)) != Matcher::kDead) possible += char(byte);
        EXPECT_FALSE(possible.empty()) << text;
        if (possible.empty()) return text;
        char chosen = possible[random() % possible.size()];
        std::string closing;
        for (const char c : possible)
            if (kClosing.find(c) != std::string_view::npos || (c == 'n' && chosen == '{')) closing += c;
        if (text.size() >= n_free && !closing.empty()) chosen = closing[random() % closing.size()];
        text += chosen;
        state = matcher.next(state, uint8_t(chosen));
    }
    return matcher.complete(state) ? text : "";
}

TEST(Schema, WhateverComesThroughFits) {
    std::mt19937 random(3);
    size_t n_whole = 0;
    for (const SchemaCase& c : kSchemas) {
        const Schema schema(c.schema);
        Matcher matcher(compile(schema.grammar()));
        for (int i = 0; i < 60; ++i) {
            const std::string text = random_text(matcher, random, size_t(i) * 3);
            if (text.empty()) continue;
            ++n_whole;
            EXPECT_EQ(schema.fault_of_text(text), "") << c.schema << "\n" << text;
        }
    }
    EXPECT_GT(n_whole, 55 * std::size(kSchemas));
}

/// The values that fit are those the automaton has, no more and no fewer.
TEST(Schema, IntegersInARange) {
    const int bounds[] = {-1000, -999, -101, -100, -57, -10, -9, -1, 0, 1, 9, 10, 57, 99, 100, 101, 999, 1000};
    for (const int least : bounds)
        for (const int most : bounds) {
            if (most < least) continue;
            Grammar grammar;
            const Expr range = number_range(grammar, Bound{Decimal::of(int64_t(least)), true},
                                            Bound{Decimal::of(int64_t(most)), true}, 0);
            grammar.set_root(grammar.define("root", range));
            Matcher matcher(compile(grammar));
            for (int i = -1100; i <= 1100; ++i)
                ASSERT_EQ(fits(matcher, std::to_string(i)), least <= i && i <= most)
                    << i << ' ' << least << ' ' << most;
        }
}

TEST(Schema, NumbersInARange) {
    const std::pair<const char*, double> bounds[] = {{"-10.5", -10.5}, {"-1", -1},     {"-0.25", -0.25},
                                                     {"0", 0},         {"0.1", 0.1},   {"0.95", 0.95},
                                                     {"1", 1},         {"9.99", 9.99}, {"12.5", 12.5}};
    for (const auto& [least_text, least] : bounds)
        for (const auto& [most_text, most] : bounds)
            for (const bool inclusive : {true, false}) {
                if (!(least < most)) continue;
                Grammar grammar;
                const Expr range = number_range(grammar, Bound{Decimal::of(least), inclusive},
                                                Bound{Decimal::of(most), inclusive}, 15);
                grammar.set_root(grammar.define("root", range));
                Matcher matcher(compile(grammar));
                for (int i = -1300; i <= 1300; ++i) {
                    char text[32];
                    std::snprintf(text, sizeof text, "%s%d.%02d", i < 0 ? "-" : "", std::abs(i) / 100,
                                  std::abs(i) % 100);
                    const double value = std::strtod(text, nullptr);
                    const bool inside = inclusive ? least <= value && value <= most : least < value && value < most;
                    ASSERT_EQ(fits(matcher, text), inside) << text << " in " << least_text << " to " << most_text;
                }
            }
}

struct ErrorCase {
    std::string schema;
    std::string_view named;
    bool lenient_passes = false;
};

std::string nested(int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += R"({"items": )";
    return text + "{}" + std::string(size_t(depth), '}');
}

const ErrorCase kErrors[] = {
    {"", "JSON schema: not JSON"},
    {"{\"type\": ", "JSON schema: not JSON"},
    {"[1]", "JSON schema: /: expected an object, true or false"},
    {R"({"type": "strnig"})", "/type: expected a type"},
    {R"({"properties": {"a": {"typo": 1}}})", "/properties/a/typo: this keyword is not supported", true},
    {R"({"properties": {"a/b": {"not": {}}}})", "/properties/a~1b/not: this keyword is not supported", true},
    {R"({"if": {}, "then": {}})", "this keyword is not supported", true},
    {R"({"patternProperties": {"^a": {}}})", "/patternProperties: this keyword", true},
    {R"({"dependentRequired": {}})", "/dependentRequired: this keyword", true},
    {R"({"contains": {}})", "/contains: this keyword", true},
    {R"({"items": {"uniqueItems": true}})", "/items/uniqueItems: not supported", true},
    {R"({"format": "hostname"})", "/format: \"hostname\" is not supported, expected date, time", true},
    {R"({"multipleOf": 3})", "/multipleOf: only 1, 0.1, 0.01", true},
    {R"({"minLength": -1})", "/minLength: expected a whole number"},
    {R"({"minLength": 1.5})", "/minLength: expected a whole number"},
    {R"({"minimum": "1"})", "/minimum: expected a number"},
    {R"({"exclusiveMinimum": true})", "/exclusiveMinimum: expected a number"},
    {R"({"enum": []})", "/enum: expected a list of values"},
    {R"({"required": "a"})", "/required: expected a list of names"},
    {R"({"properties": {"a": 1}})", "/properties: expected an object of schemas"},
    {R"({"anyOf": []})", "/anyOf: expected a list of schemas"},
    {R"({"pattern": "a("})", "/pattern: \"a(\" at byte 2: a group is never closed", true},
    {R"x({"pattern": "a)"})x", "a \")\" without a group", true},
    {R"x({"pattern": "(?=a)"})x", "look-ahead", true},
    {R"({"pattern": "(?<!a)b"})", "look-behind", true},
    {R"({"pattern": "(a)\\1"})", "\\1 is not understood", true},
    {R"({"pattern": "\\bword"})", "\\b is not understood", true},
    {R"({"pattern": "\\p{L}"})", "\\p is not understood", true},
    {R"x({"pattern": "(^a)"})x", "^ is understood at the beginning only", true},
    {R"({"pattern": "*a"})", "nothing stands before this to repeat", true},
    {R"({"pattern": "[a"})", "a class is never closed", true},
    {R"({"pattern": "a{2,1}"})", "fewer than the least", true},
    {R"({"$ref": "#/nowhere"})", "/$ref: \"#/nowhere\" is no schema in here"},
    {R"({"$ref": "https://example.org/schema"})", "is no schema in here"},
    {R"({"$ref": "#"})", "it consists of itself"},
    {R"({"$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"})",
     "it consists of itself"},
    {R"({"oneOf": [{"type": "string"}, {"type": "string", "minLength": 3}]})", "/oneOf: it cannot be seen", true},
    {R"({"oneOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]})", "/oneOf: it cannot be seen", true},
    {R"({"allOf": [{"pattern": "^a"}, {"pattern": "b$"}]})", "two different values of pattern meet"},
    {R"({"type": "string", "pattern": "^(ab)+$", "maxLength": 3})", "pattern and a length meet"},
    {"false", "no text fits it"},
    {R"({"type": "integer", "minimum": 5, "maximum": 4})", "no text fits it"},
    {R"({"type": "integer", "minimum": 1.2, "maximum": 1.8})", "no text fits it"},
    {R"({"type": "string", "enum": [1, 2]})", "no text fits it"},
    {R"({"allOf": [{"type": "string"}, {"type": "integer"}]})", "no text fits it"},
    {R"({"properties": {"a": false}, "required": ["a"]})", "no text fits it"},
    {R"({"required": ["a"], "additionalProperties": false})", "no text fits it"},
    {R"({"properties": {"a": {"$ref": "#"}}, "required": ["a"]})", "no text fits it"},
    {R"({"type": "array", "minItems": 3, "maxItems": 2})", "no text fits it"},
    {R"({"type": "string", "minLength": 900000000})", "larger than"},
    {R"({"type": "object", "minProperties": 3, "properties": {"a": {}, "b": {}, "c": {}}})",
     "minProperties is supported where"},
    {nested(200), "more than 128 arrays and objects inside one another"},
    {std::string(200'000, '['), "more than 128 arrays and objects inside one another"},
};

TEST(Schema, SaysWhereAndWhatIsWrong) {
    for (const ErrorCase& c : kErrors) {
        SCOPED_TRACE(c.schema.substr(0, 200));
        expect_bad_data([&] { compile(Schema(c.schema).grammar(), "JSON schema"); }, c.named);
        if (!c.lenient_passes) continue;
        const Schema lenient(c.schema, true);
        ASSERT_EQ(lenient.left_out().size() > 0, true);
        EXPECT_NE(("JSON schema: " + lenient.left_out()[0]).find(c.named), std::string::npos) << lenient.left_out()[0];
        EXPECT_NO_THROW(compile(lenient.grammar()));
    }
}

/// Schemas whose combinations would double with each step are refused soon.
TEST(Schema, CombinationsAreLimited) {
    for (const std::string_view keyword : {"allOf", "anyOf"}) {
        std::string text = R"({"$ref": "#/$defs/s0", "$defs": {"s25": {"type": "string"})";
        for (int i = 0; i < 25; ++i) {
            const std::string next = R"({"$ref": "#/$defs/s)" + std::to_string(i + 1) + "\"}";
            text +=
                ", \"s" + std::to_string(i) + "\": {\"" + std::string(keyword) + "\": [" + next + ", " + next + "]}";
        }
        expect_bad_data([&] { Schema(text + "}}").grammar(); }, "combinations");
    }
}

/// Long lists of alternatives are compared soon, or it is said that they are too long.
TEST(Schema, ManyAlternatives) {
    const auto one_of = [](int n) {
        std::string list;
        for (int i = 0; i < n; ++i)
            list += std::string(i > 0 ? ", " : "") + R"({"properties": {"kind": {"const": )" + std::to_string(i) +
                    R"(}}, "required": ["kind"]})";
        return "{\"oneOf\": [" + list + "]}";
    };
    Matcher matcher(compile(Schema(one_of(60)).grammar()));
    EXPECT_TRUE(fits(matcher, R"({"kind": 59})"));
    EXPECT_FALSE(fits(matcher, R"({"kind": 60})"));
    expect_bad_data([&] { Schema schema(one_of(5000)); }, "JSON schema: /");
}

/// Recursive schemas that extend each other come to an end.
TEST(Schema, RecursiveSchemasMeet) {
    const Schema schema(R"({"$ref": "#/$defs/a", "$defs": {
        "a": {"allOf": [{"$ref": "#/$defs/b"}], "properties": {"x": {"$ref": "#/$defs/a"}, "n": {"maximum": 5}}},
        "b": {"properties": {"x": {"$ref": "#/$defs/b"}, "n": {"type": "integer", "minimum": 2}}}}})");
    Matcher matcher(compile(schema.grammar()));
    EXPECT_TRUE(fits(matcher, R"({"x": {"x": {"n": 3}, "n": 2}, "n": 5})"));
    EXPECT_FALSE(fits(matcher, R"({"x": {"x": {"n": 6}}})"));
}

struct FaultCase {
    std::string_view schema, value, fault;
};

const FaultCase kFaults[] = {
    {R"({"type": "object"})", "[1]", "/: not of type object"},
    {R"({"type": ["string", "null"]})", "1", "/: of none of the types"},
    {R"({"properties": {"a": {"type": "integer"}}})", R"({"a": 1.5})", "/a: not of type integer"},
    {R"({"required": ["a"], "type": "object"})", R"({"b": 1})", "/: lacks \"a\""},
    {R"({"properties": {"a": {}}, "additionalProperties": false})", R"({"b": 1})", "/b: no value is allowed here"},
    {R"({"items": {"minimum": 3}})", "[3, 2]", "/1: below 3.0"},
    {R"({"items": {"exclusiveMaximum": 3}})", "[3]", "/0: not below 3.0"},
    {R"({"prefixItems": [{"type": "string"}], "items": {"type": "integer"}})", R"(["a", "b"])",
     "/1: not of type integer"},
    {R"({"minItems": 2})", "[1]", "fewer than 2 items"},
    {R"({"maxLength": 2})", R"("äöü")", "longer than 2"},
    {R"({"pattern": "^a$"})", R"("a\n")", "does not match"},
    {R"({"format": "date"})", R"("2023-02-30")", "no date"},
    {R"({"enum": [1, 2]})", "3", "none of [1, 2]"},
    {R"({"const": {"a": 1}})", R"({"a": 2})", "not {\"a\": 1}"},
    {R"({"anyOf": [{"type": "string"}, {"type": "null"}]})", "1", "fits none of anyOf"},
    {R"({"oneOf": [{"type": "string"}, {"type": "null"}]})", "1", "fits 0 of oneOf"},
    {R"({"multipleOf": 0.1})", "0.25", "not a multiple of 0.1"},
    {R"({"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}})", "1", "/: not of type null"},
    {"true", "[1", "not JSON"},
};

TEST(Schema, FaultsOfValues) {
    for (const FaultCase& c : kFaults) {
        const std::string fault = Schema(c.schema).fault_of_text(c.value);
        EXPECT_NE(fault.find(c.fault), std::string::npos) << c.schema << ' ' << c.value << ": " << fault;
    }
}

/// Whatever is done to a schema, it is read or refused.
TEST(Schema, MutationsNeverCrashOrHang) {
    constexpr std::string_view kParts[] = {
        "{",          "}",     "[",  "]",     ",",     ":",        "\"",       "null",      "true",
        "false",      "1",     "-5", "1e400", "\"#\"", "\"$ref\"", "\"type\"", "\"oneOf\"", "\"items\"",
        "\"object\"", "99999", "(",  "*",     "\\\\",  "{}",       "[]"};
    std::mt19937 random(11);
    size_t n_read = 0;
    for (int i = 0; i < 3000; ++i) {
        std::string text(kSchemas[size_t(i) % std::size(kSchemas)].schema);
        for (size_t n = 1 + random() % 2; n > 0; --n) {
            const size_t place = random() % (text.size() + 1);
            const std::string_view part = kParts[random() % std::size(kParts)];
            if (random() % 3 == 0)
                text.insert(place, part);
            else if (random() % 2 == 0)
                text.erase(place, 1 + random() % 4);
            else if (!text.empty())
                text[place % text.size()] = part[0];
        }
        try {
            const Schema schema(text, i % 2 == 0);
            Matcher matcher(compile(schema.grammar()));
            ++n_read;
            const std::string written = random_text(matcher, random, 20);
            schema.fault_of_text(written);
        } catch (const Error& error) {
            EXPECT_NE(error.fault(), Fault::Bug) << text;
        }
    }
    EXPECT_GT(n_read, 100u);
}

}  // namespace
}  // namespace siskin::test
