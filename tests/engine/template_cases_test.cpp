// The template interpreter on cases of its own: what it refuses and how it says so, limits, and the origin of bytes.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "engine/chat/template/chat_template.h"

namespace siskin::test {
namespace {

using Json = nlohmann::ordered_json;

Text rendered(const std::string& source, const std::string& context = "{}", const RenderOptions& options = {}) {
    return ChatTemplate::parse(source).render_json(context, options);
}
std::string text_of(const std::string& source, const std::string& context = "{}") {
    return std::string(rendered(source, context).bytes());
}

/// The message of the error, with "!" before that of a refusal; what was rendered where there is none.
std::string error_of(const std::string& source, const std::string& context = "{}") {
    try {
        return "rendered: " + text_of(source, context);
    } catch (const TemplateRefusal& refusal) {
        return "!" + std::to_string(refusal.line()) + ": " + refusal.message();
    } catch (const TemplateError& error) {
        EXPECT_EQ(error.fault(), Fault::BadData);
        return std::to_string(error.line()) + ": " + error.message();
    }
}

struct OutputCase {
    const char *source, *context, *output;
};

void PrintTo(const OutputCase& test, std::ostream* out) { *out << test.source; }

class Output : public testing::TestWithParam<OutputCase> {};

TEST_P(Output, IsThatOfPython) {
    const OutputCase& test = GetParam();
    EXPECT_EQ(text_of(test.source, test.context), test.output) << test.source;
}

INSTANTIATE_TEST_SUITE_P(
    Scopes, Output,
    testing::ValuesIn(std::initializer_list<OutputCase>{
        {"{% set x = 1 %}{% for i in [1, 2] %}{{ x }}{% set x = 2 %}{% endfor %}{{ x }}", "{}", "111"},
        {"{% set x = 1 %}{% set t %}{% set x = 2 %}{{ x }}{% endset %}{{ t }}{{ x }}", "{}", "21"},
        {"{% generation %}{% set x = 2 %}{{ x }}{% endgeneration %}{{ x is defined }}", "{}", "2False"},
        {"{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}", "{}", "1"},
        {"{% for x in [1, 2] %}{% else %}none{% endfor %}{{ loop is defined }}", "{}", "False"},
        {"{% macro f() %}{{ x }}{% endmacro %}{% set x = 5 %}{{ f() }}", "{}", "5"},
        {"{% macro f(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{% set a = 9 %}{{ f(1) }}", "{}", "11"},
        {"{% set ns = namespace(l=[]) %}{% set _ = ns.l.append(1) %}{{ ns.l }}{{ ns.l.pop() }}", "{}", "[1]1"},
    }));

INSTANTIATE_TEST_SUITE_P(
    Values, Output,
    testing::ValuesIn(std::initializer_list<OutputCase>{
        {"{{ x }} {{ x + 1 }} {{ [x] | tojson }}", R"({"x": 18446744073709551615})",
         "18446744073709551615 18446744073709551616 [18446744073709551615]"},
        {"{{ 2 ** 100 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7.5 % -2 }} {{ 1e300 * 1e10 }}", "{}",
         "1267650600228229401496703205376 -4 2 -0.5 inf"},
        {"{{ 0.1 + 0.2 }} {{ 1e-7 }} {{ 1.5e16 }} {{ 123456789012345.0 }}", "{}",
         "0.30000000000000004 1e-07 1.5e+16 123456789012345.0"},
        {"{{ {1: 'a', true: 'b', 1.0: 'c'} }} {{ {'1': 0}[1] is defined }}", "{}", "{1: 'c'} False"},
        {"{{ (1, 2) == [1, 2] }} {{ {'a': 1, 'b': 2} == {'b': 2, 'a': 1} }} {{ [1, 2] < [1, 3] }}", "{}",
         "False True True"},
        {"{{ ([] | select) is defined }}{% if [] | select('odd') %}true{% endif %}", "{}", "Truetrue"},
        {"{% set g = [1, 2] | map('string') %}{{ g | list }}{{ g | list }}", "{}", "['1', '2'][]"},
        {"{{ none | selectattr('a') | list }}{{ {'keys': 1}.keys() | list }}", "{}", "[]['keys']"},
        {"{{ d.items is callable }}{{ d['items'] }}{{ d.x.y is defined if d.x }}", R"({"d": {"items": 1}})", "True1"},
        {"{{ 'a\tb' | tojson }}{{ '\\u00e9\\x41\\n' | tojson(true) }}", "{}", R"("a\tb""\u00e9A\n")"},
        {"{{ ['<b>' | safe] | first + '<i>' }}{{ ('<b>' | safe) ~ '<i>' }}", "{}", "<b>&lt;i&gt;<b><i>"},
        {"{{ 'a-b' | title }}{{ \"it's\".title() }}{{ 'é' | upper }}{{ 'ÀÉ' | lower }}", "{}", "A-BIt'SÉàé"},
        {"{{ '%5.1f|%-3d|%x|%s' % (3.14159, 7, 255, none) }}{{ '{:>6,}|{!r}'.format(12345, 'a') }}", "{}",
         "  3.1|7  |ff|None12,345|'a'"},
        {"{{ '[1, {\"a\": null}]' | from_json }}", "{}", "[1, {'a': None}]"},
        {"{{ [[7, 8]] | map(attribute='1') | list }}{{ [[7]] | map(attribute='1000000000') | list | length }}", "{}",
         "[8]1"},
        {"{{ range(2 ** 126, 2 ** 126 + 1, 2 ** 126) | length }}", "{}", "1"},
        {"{{ strftime_now('%Y-%m-%d %H:%M %a %j') }}", "{}", "1970-01-01 00:00 Thu 001"},
        {"{% for a in [1, 2, 3] recursive %}{{ a }}{{ loop.depth }}{% if a is iterable %}{{ loop(a) }}{% endif %}"
         "{% endfor %}",
         "{}", "112131"},
    }));

INSTANTIATE_TEST_SUITE_P(WhiteSpace, Output,
                         testing::ValuesIn(std::initializer_list<OutputCase>{
                             {"a\n  {% if true %}\n  b\n  {% endif %}\nc\n\n", "{}", "a\n  b\nc\n"},
                             {"{#- a -#}\n b", "{}", "b"},
                             {"{#-#} c", "{}", " c"},
                             {"  {%+ if true +%}\n x{% endif %}", "{}", "  \n x"},
                             {"{% raw -%}  {{ a }}{%- endraw %}\n|", "{}", "{{ a }}|"},
                             {"{{ '}}' }}{{ {'a': {'b': 1}} }}", "{}", "}}{'a': {'b': 1}}"},
                         }));

struct ErrorCase {
    const char *source, *context, *error;
};

void PrintTo(const ErrorCase& test, std::ostream* out) { *out << test.source; }

class Errors : public testing::TestWithParam<ErrorCase> {};

TEST_P(Errors, SayWhereAndWhat) {
    const ErrorCase& test = GetParam();
    EXPECT_EQ(error_of(test.source, test.context), test.error) << test.source;
}

INSTANTIATE_TEST_SUITE_P(Parsing, Errors,
                         testing::ValuesIn(std::initializer_list<ErrorCase>{
                             {"a\n{{ 1 + }}", "{}", "2: expected an expression, got '}}'"},
                             {"{{ [1, 2 }}", "{}", "1: unexpected '}', expected ']'"},
                             {"\n\n{{ 'abc }}", "{}", "3: a string without its closing '"},
                             {"{{ a", "{}", "1: a tag without its end }}"},
                             {"\n{# a", "{}", "2: a comment {# without its end #}"},
                             {"{% if x %}\na", "{}", "1: a block without its {% endif %}"},
                             {"{% endif %}", "{}", "1: expected a tag that chat templates have, got 'endif'"},
                             {"{% for x of y %}{% endfor %}", "{}", "1: expected 'in', got 'of'"},
                             {"{% break %}", "{}", "1: 'break' and 'continue' belong inside a loop"},
                             {"{% set none = 1 %}", "{}", "1: cannot assign to 'none'"},
                             {"{{ '\\ud800' }}", "{}", "1: a string with an escape for no character"},
                             {"{{ ? }}", "{}", "1: unexpected character ?"},
                         }));

INSTANTIATE_TEST_SUITE_P(Rendering, Errors,
                         testing::ValuesIn(std::initializer_list<ErrorCase>{
                             {"\n{{ u.x }}", "{}", "2: 'u' is undefined"},
                             {"{{ d.x.y }}", R"({"d": {}})", "1: 'dict object' has no attribute 'x'"},
                             {"{{ 'a' + 1 }}", "{}", "1: can only concatenate str (not \"int\") to str"},
                             {"{{ 1 // 0 }}", "{}", "1: division by zero"},
                             {"{{ 2 ** 200 }}", "{}", "1: an integer becomes too large"},
                             {"{% for a in\n none %}{% endfor %}", "{}", "1: 'NoneType' object is not iterable"},
                             {"{{ x | nofilter }}", "{}", "1: no filter named 'nofilter'"},
                             {"{{ x is notest }}", "{}", "1: no test named 'notest'"},
                             {"{{ 'a'.split(1, 2, 3) }}", "{}", "1: split takes at most 2 argument(s), 3 were given"},
                             {"{{ 'a' | replace('b') }}", "{}", "1: replace needs the argument 'new'"},
                             {"{{ 1 < 'a' }}", "{}", "1: '<' not supported between instances of 'int' and 'str'"},
                             {"{{ l.append(1) }}", R"({"l": []})", "1: a template cannot change the data it is given"},
                             {"{% set a, b = [1] %}", "{}", "1: cannot unpack 1 values into 2 names"},
                             {"{{ ''.__class__.x }}", "{}", "1: 'str object' has no attribute '__class__'"},
                             {"{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}", "{}",
                              "1: macro 'f' takes not more than 1 argument(s)"},
                             {"{{ '{' | from_json }}", "{}", "1: malformed JSON at byte 2"},
                             {"a\n{{ raise_exception('no: ' ~ x) }}", R"({"x": "<é>"})", "!2: no: <é>"},
                         }));

TEST(Template, RefusesVariablesThatAreNoObject) {
    EXPECT_THROW(text_of("a", "[1]"), Error);
    EXPECT_THROW(text_of("a", "{"), Error);
    std::string deep;
    for (int i = 0; i < 300; ++i) deep += "[";
    EXPECT_THROW(text_of("a", "{\"a\":" + deep), Error);
}

std::string repeated(const std::string& text, size_t times) {
    std::string out;
    for (size_t i = 0; i < times; ++i) out += text;
    return out;
}

TEST(Template, RefusesWhatWouldNotEnd) {
    const struct {
        std::string source, part_of_message;
    } cases[] = {
        {"{{ range(10 ** 9) | length }}", "range() of more than 100000"},
        {"{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "takes more than"},
        {"{% for i in range(50000) %}{% for j in range(50000) %}{{ i * j }}{% endfor %}{% endfor %}",
         "takes more than"},
        {"{{ " + repeated("[", 20000) + repeated("]", 20000) + " }}", "nested deeper"},
        {"{{ " + repeated("(", 20000) + "1" + repeated(")", 20000) + " }}", "nested deeper"},
        {"{{ " + repeated("{'a':", 20000) + "1" + repeated("}", 20000) + " }}", "nested deeper"},
        {"{{ " + repeated("not ", 20000) + "1 }}", "nested deeper"},
        {"{{ " + repeated("-", 20000) + "1 }}", "nested deeper"},
        {"{{ 1" + repeated("+1", 20000) + " }}", "nested deeper"},
        {"{{ a" + repeated(".b", 20000) + " }}", "nested deeper"},
        {"{{ a" + repeated("|trim", 20000) + " }}", "nested deeper"},
        {"{{ 1" + repeated(" if 1", 20000) + " }}", "nested deeper"},
        {repeated("{% if 1 %}", 20000) + repeated("{% endif %}", 20000), "nested deeper"},
        {"{% set " + repeated("(", 20000) + "a" + repeated(")", 20000) + " = 1 %}", "nested deeper"},
        {"{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "goes deeper"},
        {"{% macro f(x) %}{{ f(x ~ x) }}{% endmacro %}{{ f('a') }}", ""},
        {"{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}", "goes deeper"},
        {"{% set ns = namespace(s='ab') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", "grows"},
        {"{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
         "takes more"},
        {"{% set ns = namespace(l=[]) %}{% for i in range(90000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
         "nested deeper"},
        {"{% set ns = namespace(l=[]) %}{% for i in range(90000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l | tojson "
         "}}",
         "nested deeper"},
        {"{% set a = namespace(l=[]) %}{% set b = namespace(l=[]) %}{% for i in range(9000) %}{% set a.l = [a.l] %}"
         "{% set b.l = [b.l] %}{% endfor %}{{ a.l == b.l }}",
         "nested deeper"},
        {"{% set l = [1] %}{% set _ = l.append(l) %}{{ l }}", "nested deeper"},
        {"{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
         "takes more than"},
        {"{{ 'a' * 10 ** 9 }}", "takes more than"},
        {"{{ [1] * 10 ** 12 }}", "takes more than"},
        {"{{ 'x' | center(10 ** 12) }}", "a width of more than"},
        {"{{ '%1000000000000d' % 1 }}", "too many characters"},
        {"{{ '%.99999f' % 1 }}", "digits"},
        {"{{ ('a' * 60000).replace('', 'b' * 60000) | length }}", "grows"},
        {"{% set a = 'a' * 4000000 %}{% for i in range(1000) %}{{ (a ~ 'b') in (a ~ 'c') }}{% endfor %}",
         "takes more than"},
        {"{% for i in range(100000) %}{{ '0123456789' * 100 }}{% endfor %}", ""},
    };
    for (const auto& [source, part] : cases) {
        SCOPED_TRACE(source.substr(0, 120));
        const auto begin = std::chrono::steady_clock::now();
        const std::string error = error_of(source);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
        EXPECT_FALSE(error.starts_with("rendered")) << error.substr(0, 100);
        EXPECT_NE(error.find(part), std::string::npos) << error;
        RecordProperty("seconds", std::to_string(seconds.count()));
    }
}

TEST(Template, HonoursTheLimitsItIsGiven) {
    RenderOptions options;
    options.limits.steps = 100;
    EXPECT_THROW(rendered("{% for i in range(200) %}{% endfor %}", "{}", options), TemplateError);
    EXPECT_EQ(rendered("{% for i in range(9) %}{{ i }}{% endfor %}", "{}", options).bytes(), "012345678");
    options = {};
    options.limits.memory = 10'000;
    EXPECT_THROW(rendered("{{ 'a' * 20000 }}", "{}", options), TemplateError);
}

/// The bytes of a rendering that count as the template's own.
std::string own_bytes(const Text& text) {
    std::string own;
    for (const TextPiece& piece : text.pieces())
        if (piece.origin == Origin::Template) own += piece.bytes;
    return own;
}

TEST(Provenance, DataStaysData) {
    // Each takes the message "x<|im_end|>y" and must show it, or its letters in another case, without owning it.
    const char* expressions[] = {
        "m",
        "m | trim",
        "m ~ ''",
        "'' + m + ''",
        "m | replace('x', 'z')",
        "m.replace('y', '')",
        "m.replace('<|im_end|>', '#').replace('#', '<|im_end|>')",
        "m | replace('', '<|im_end|>')",
        "m[1:]",
        "m[:-1]",
        "m[::-1][::-1]",
        "m | upper | lower",
        "m.upper()",
        "m | title",
        "m | capitalize",
        "m.strip('xy')",
        "m.split('x')[1]",
        "m.split('x') | join('x')",
        "m.rsplit('y', 1)[0]",
        "m.partition('x')[2]",
        "m | tojson",
        "[m] | tojson(indent=2)",
        "[m]",
        "{m: m}",
        "[m] | join",
        "'-'.join([m, m])",
        "m | list | join",
        "m | string | default('a')",
        "m | indent(2, true)",
        "m.splitlines()[0]",
        "'%s' % m",
        "'{}'.format(m)",
        "'{:>40}'.format(m)",
        "m | format",
        "m | center(40)",
        "m.ljust(40)",
        "m * 2",
        "m | truncate(300)",
        "m | reverse | reverse",
        "[m] | map('upper') | first",
        "[{'a': m}] | map(attribute='a') | first",
        "[m, m] | unique | list | last",
        "d.keys() | first",
        "dict(**d) | first",
        "('\"' ~ m ~ '\"') | from_json",
        "f(m)",
        "'x' | replace('x', m)",
        "m | safe",
        "(m | safe) ~ ''",
        "cycler(m).next()",
        "namespace(a=m).a",
        "k(**d)",
    };
    const std::string message = "x<|im_end|>y";
    const std::string context = Json{{"m", message}, {"d", {{message, 1}}}}.dump();
    for (const std::string expression : expressions) {
        SCOPED_TRACE(expression);
        const Text text = rendered(
            "{% macro f(a) %}{% set b %}{% filter trim %}{{ a }}{% endfilter %}{% endset %}{{ b }}"
            "{% endmacro %}{% macro k() %}{{ kwargs }}{% endmacro %}{{ " +
                expression + " }}",
            context);
        std::string lower(text.bytes());
        for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
        EXPECT_NE(lower.find("<|im_end|>"), std::string::npos) << text.bytes();
        EXPECT_EQ(own_bytes(text).find_first_of("<|>im_end"), std::string::npos) << own_bytes(text);
    }
}

TEST(Provenance, TheTemplatesTextIsItsOwn) {
    const struct {
        const char *source, *context, *own;
    } cases[] = {
        {"<|a|>{{ m }}<|b|>", R"({"m": "x"})", "<|a|><|b|>"},
        {"{{ '<|a|>' + m + '<|b|>' }}", R"({"m": "x"})", "<|a|><|b|>"},
        {"{{ ('<|a|>' ~ m ~ '<|b|>') | trim | replace('x', '<|c|>') }}", R"({"m": "x"})", "<|a|><|b|>"},
        {"{{ '<|a|>x' | replace('x', '<|c|>') }}", "{}", "<|a|><|c|>"},
        {"{% set s = '<|a|>' %}{{ [s, m] | join(s) }}", R"({"m": "x"})", "<|a|><|a|>"},
        {"{{ '<|%s|>' % m }}", R"({"m": "x"})", "<||>"},
        {"{{ bos_token }}{{ other_token }}", R"({"bos_token": "<s>", "other_token": "<o>"})", "<s>"},
        {"{{ '<|' + messages[0].role + '|>' }}", R"({"messages": [{"role": "user"}]})", "<|user|>"},
        {"{{ '<|' + messages[0].role + '|>' }}", R"({"messages": [{"role": "im_end"}]})", "<||>"},
        {"{{ loop_count }}{{ 5 }}{{ true }}", R"({"loop_count": 3})", ""},
    };
    for (const auto& [source, context, own] : cases) EXPECT_EQ(own_bytes(rendered(source, context)), own) << source;
}

TEST(Template, TakesParsedVariablesAsWell) {
    const Json context = {{"a", {1, -2, 2.5, nullptr, true, "é"}}, {"b", Json::object()}};
    EXPECT_EQ(ChatTemplate::parse("{{ a }}{{ b }}").render(context).bytes(), "[1, -2, 2.5, None, True, 'é']{}");
}

TEST(Template, KeepsBytesThatAreNoUtf8) {
    const Json context = {{"m", "a\xFF\xC3"}};
    EXPECT_EQ(ChatTemplate::parse("{{ m | trim | upper }}{{ m | length }}").render(context).bytes(),
              "A\xFF\xC3"
              "3");
}

TEST(Template, SurvivesMutations) {
    const std::string seeds[] = {
        "{% for m in messages %}{{ '<|im_start|>' + m['role'] ~ '\\n' + m.content | trim }}{% endfor %}",
        "{%- set ns = namespace(a=1, b=[1, 2.5]) -%}{% if ns.a > 0 and not x is defined %}{{ ns.b[::-1] }}{% else %}"
        "{% set ns.a = {'k': (1, 2)}['k'] %}{% endif %}{# c #}",
        "{% macro f(a, b='x', c=none) %}{{ a ~ b }}{{ varargs }}{% endmacro %}{{ f(1, *[2, 3], **{'c': 4}) }}{% raw "
        "%}{{"
        "{% endraw %}{% call f(1) %}x{% endcall %}",
        "{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | join(', ') | upper }}"
        "{{ '%s {}'.format(1) % 2 }}{{ messages | tojson(indent=2) }}{{ 'aé'[1:] * 3 // 2 }}",
    };
    const std::string parts[] = {"{{",   "}}",   "{%",       "%}",     "(",    ")", "[", "]",  "'",
                                 "\"",   "|",    "~",        " if ",   " in ", "-", "1", "**", "\\",
                                 "\xC3", "None", ".items()", " else ", "{#",   ",", ":"};
    const std::string context =
        R"({"messages": [{"role": "user", "content": " Hi "}, {"role": "assistant", "content": "é"}]})";
    RenderOptions options;
    options.limits.steps = 20'000;
    std::mt19937 random(7);
    const auto below = [&](size_t n) { return random() % n; };
    size_t n_rendered = 0;
    for (int round = 0; round < 4000; ++round) {
        std::string source = seeds[below(std::size(seeds))];
        for (size_t edits = 1 + below(3); edits > 0; --edits) {
            const size_t at = below(source.size());
            if (below(2)) {
                source.insert(at, parts[below(std::size(parts))]);
            } else {
                source.erase(at, 1 + below(4));
            }
        }
        try {
            rendered(source, context, options);
            ++n_rendered;
        } catch (const TemplateError&) {
        }
    }
    EXPECT_GT(n_rendered, 100u);
}

}  // namespace
}  // namespace siskin::test
