// siskin run with a schema, a grammar or choices: what is printed, and with which exit code it ends.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/siskin.h"

namespace siskin::test {
namespace {

constexpr const char* kPerson =
    R"({"type": "object", "properties": {"name": {"type": "string", "maxLength": 8}, "age": {"type": "integer", "minimum": 0, "maximum": 120}}, "required": ["name", "age"]})";

TEST(ConstrainedRun, AnswersWithJson) {
    Models models;
    const std::string file = models.put("person.json", kPerson);
    for (const std::string& schema : {std::string(kPerson), file}) {
        const Finished done = call({"run", models.plain(), "Who?", "-j", schema, "--seed", "4"});
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_EQ(done.err.find("JSON schema"), std::string::npos) << done.err;
        const auto person = nlohmann::json::parse(done.out);
        EXPECT_TRUE(person.at("name").is_string());
        EXPECT_LE(person.at("age").get<int>(), 120);
        EXPECT_TRUE(done.out.starts_with("{\"name\": \"") && done.out.ends_with("}\n")) << done.out;
    }
}

TEST(ConstrainedRun, ChoicesAndGrammars) {
    Models models;
    const std::string model = models.plain();
    const Finished choice = call({"run", model, "Well?", "--choices", "yes, no,not sure", "--seed", "1"});
    EXPECT_EQ(choice.code, 0) << choice.err;
    EXPECT_TRUE(choice.out == "yes\n" || choice.out == "no\n" || choice.out == "not sure\n") << choice.out;

    const std::string grammar = "root ::= [0-9]{3} \"-\" [a-f]{2}";
    for (const auto& flags : {std::vector<std::string>{"--grammar", grammar},
                              std::vector<std::string>{"--grammar-file", models.put("g.gbnf", grammar)}}) {
        std::vector<std::string> arguments = {"run", model, "Code?", "--seed", "2"};
        arguments.insert(arguments.end(), flags.begin(), flags.end());
        const Finished done = call(arguments);
        EXPECT_EQ(done.code, 0) << done.err;
        ASSERT_EQ(done.out.size(), 7u) << done.out;
        EXPECT_EQ(done.out[3], '-');
    }
}

TEST(ConstrainedRun, TheModelIsShownTheSchema) {
    Models models;
    const auto n_prompt = [&](std::vector<std::string> flags) {
        std::vector<std::string> arguments = {"run", models.plain(), "Well?", "--json"};
        arguments.insert(arguments.end(), flags.begin(), flags.end());
        return nlohmann::json::parse(call(arguments).out).at("tokens").at("prompt").get<int>();
    };
    const int alone = n_prompt({"-n", "1"});
    EXPECT_GT(n_prompt({"--choices", "yes,no"}), alone + 10);
    EXPECT_GT(n_prompt({"-j", kPerson}), alone + 60);
    EXPECT_EQ(n_prompt({"--choices", "yes,no", "--raw"}), alone);
    EXPECT_EQ(n_prompt({"--grammar", "root ::= \"x\""}), alone);
}

TEST(ConstrainedRun, ACutAnswerFails) {
    Models models;
    const std::string model = models.plain();
    const Finished cut = call({"run", model, "Who?", "-j", kPerson, "-n", "5"});
    EXPECT_EQ(cut.code, 1);
    EXPECT_TRUE(cut.out.starts_with("{\"n")) << cut.out;
    EXPECT_NE(cut.err.find("JSON schema: the answer was cut after 5 tokens; -n allows more"), std::string::npos)
        << cut.err;

    const Finished full = call({"run", model, "--raw", "Who?", "--grammar", "root ::= \"x\"{400}", "-c", "64"});
    EXPECT_EQ(full.code, 1);
    EXPECT_NE(full.err.find("grammar: the answer was cut because the context is full"), std::string::npos) << full.err;

    const Finished stopped = call({"run", model, "Who?", "-j", kPerson, "--stop", "age"});
    EXPECT_EQ(stopped.code, 1);
    EXPECT_NE(stopped.err.find("cut by the stop string \"age\""), std::string::npos) << stopped.err;
}

struct ErrorCase {
    std::vector<std::string> flags;
    int code;
    std::string_view said;
};

TEST(ConstrainedRun, Errors) {
    Models models;
    const std::string model = models.plain();
    const ErrorCase kCases[] = {
        {{"-j", "{}", "--choices", "a,b"}, 2, "only one of them can be obeyed"},
        {{"--choices", "a,,b"}, 2, "--choices: one of them is empty"},
        {{"--choices", "a,b", "--ignore-eos"}, 2, "end tokens cannot be ignored"},
        {{"-j", "{\"type\": \"strnig\"}"}, 65, "JSON schema: /type: expected a type"},
        {{"-j", "{\"not\": {}}"}, 65, "JSON schema: /not: this keyword is not supported"},
        {{"-j", "{"}, 65, "JSON schema: not JSON"},
        {{"-j", models.path("absent.json")}, 66, "absent.json"},
        {{"--grammar", "root ::= \"a"}, 65, "grammar:1:10: this string is never closed"},
        {{"--grammar-file", models.path("absent.gbnf")}, 66, "absent.gbnf"},
    };
    for (const ErrorCase& c : kCases) {
        std::vector<std::string> arguments = {"run", model, "Who?"};
        arguments.insert(arguments.end(), c.flags.begin(), c.flags.end());
        const Finished done = call(arguments);
        EXPECT_EQ(done.code, c.code) << c.said;
        EXPECT_EQ(done.out, "");
        EXPECT_NE(done.err.find(c.said), std::string::npos) << done.err;
    }
    const Finished lenient = call({"run", model, "Who?", "-j", R"({"not": {}, "type": "boolean"})", "--lenient"});
    EXPECT_EQ(lenient.code, 0);
    EXPECT_NE(lenient.err.find("JSON schema: left out: /not: this keyword is not supported"), std::string::npos)
        << lenient.err;
}

}  // namespace
}  // namespace siskin::test
