// siskin run and chat with a schema, a grammar or choices: what is printed, and with which exit code they end.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

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

// ---- Chat ----

Words lines_of(const std::string& text) {
    Words lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

size_t count(const std::string& text, const std::string& part) {
    size_t n = 0;
    for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
    return n;
}

std::string read_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool is_person(const std::string& text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    return json.is_object() && json.contains("name") && json.contains("age");
}

TEST(ConstrainedChat, EveryAnswerHasTheForm) {
    Models models;
    const std::string model = models.chatml(), saved = models.path("talk.md");
    const Words flags = {"-j", kPerson, "--seed", "4"};
    const Finished done =
        call(Words{"chat", model} + flags, {.input = "Who?\nAnd who else?\n/edit And then?\n/save " + saved + "\n"});
    EXPECT_EQ(done.code, 0) << done.err;
    const Words answers = lines_of(done.out);
    ASSERT_EQ(answers.size(), 3u) << done.out;
    for (const std::string& answer : answers) EXPECT_TRUE(is_person(answer)) << answer;
    EXPECT_EQ(answers[0] + "\n", call(Words{"run", model, "Who?"} + flags).out);
    const std::string text = read_text(saved);
    EXPECT_EQ(count(text, "Answer with JSON that fits this JSON schema"), 1u) << text;
    EXPECT_NE(text.find("## user\nAnd then?\n\n"), std::string::npos) << text;

    const auto stored = [&](const std::string& input) {
        return call(Words{"chat", model, "-S", "work"} + flags,
                    {.input = input, .environment = {"XDG_DATA_HOME=" + models.path("home")}});
    };
    EXPECT_TRUE(is_person(stored("Who?\n").out));
    EXPECT_TRUE(is_person(stored("Who?\n").out));
    const std::string both = read_text(models.path("home/siskin/sessions/work.md"));
    EXPECT_EQ(count(both, "Answer with JSON that fits this JSON schema"), 1u) << both;
    EXPECT_EQ(count(both, "## user\n"), 2u);
}

TEST(ConstrainedChat, TheFormIsChangedInTheTalk) {
    Models models;
    const std::string model = models.chatml(), saved = models.path("talk.md");
    const std::string file = models.put("person.json", kPerson);
    const Finished done = call(
        {"chat", model, "--seed", "2", "-n", "60"},
        {.input = "/schema " + file +
                  "\nWho?\n/set choices yes,no\nReally?\n/schema\n/set grammar root ::= "
                  "[0-9]{3}\nHow many?\n/regen\n/undo\n/schema " +
                  file + "\nWho?\n/save " + saved + "\n/set format json\n/set ignore-eos\n/set noformat\nWell?\n"});
    EXPECT_EQ(done.code, 0) << done.err;
    const Words answers = lines_of(done.out);
    ASSERT_GE(answers.size(), 6u) << done.out;
    EXPECT_TRUE(is_person(answers[0])) << answers[0];
    EXPECT_TRUE(answers[1] == "yes" || answers[1] == "no") << answers[1];
    EXPECT_NE(done.err.find("choices: yes, no"), std::string::npos) << done.err;
    for (const size_t i : {2u, 3u}) {
        EXPECT_EQ(answers[i].size(), 3u);
        EXPECT_EQ(answers[i].find_first_not_of("0123456789"), std::string::npos) << answers[i];
    }
    EXPECT_TRUE(is_person(answers[4])) << answers[4];
    EXPECT_FALSE(is_person(answers[5])) << answers[5];
    EXPECT_NE(done.err.find("/set: an answer that is held to a schema"), std::string::npos) << done.err;
    const std::string text = read_text(saved);
    EXPECT_EQ(count(text, "Answer with JSON that fits"), 2u) << text;
    EXPECT_EQ(count(text, "Answer with one of these"), 1u) << text;
}

TEST(ConstrainedChat, ThoughtsComeFirst) {
    Models models;
    const std::string model =
        models.reciter({"Let me", " see", "</think>", "Yes", "Never"}, std::string(Models::kChatml) + "<think>");
    const Words flags = {"--choices", "Yes,Never"};
    Words answers = lines_of(call(Words{"run", model, "Well?"} + flags).out);
    const Words more = lines_of(call(Words{"chat", model} + flags, {.input = "Well?\nWell?\n"}).out);
    answers.insert(answers.end(), more.begin(), more.end());
    EXPECT_EQ(answers.size(), 3u);
    for (const std::string& answer : answers) EXPECT_TRUE(answer == "Yes" || answer == "Never") << answer;
    const auto json = nlohmann::json::parse(call(Words{"run", model, "Well?", "--json"} + flags).out);
    EXPECT_EQ(json["reasoning"], "Let me see");
}

TEST(ConstrainedChat, Errors) {
    Models models;
    const std::string model = models.chatml();
    const Finished cut = call({"chat", model, "-j", kPerson, "-n", "5"}, {.input = "Who?\nWho?\n"});
    EXPECT_EQ(cut.code, 1) << "for a program the talk ends";
    EXPECT_EQ(lines_of(cut.out).size(), 1u) << cut.out;
    EXPECT_NE(cut.err.find("JSON schema: the answer was cut after 5 tokens"), std::string::npos) << cut.err;
    EXPECT_EQ(call({"chat", model, "-j", "{"}, {.input = "Who?\n"}).code, 65);
    EXPECT_EQ(call({"chat", model, "--choices", "a,b", "--ignore-eos"}, {.input = "Who?\n"}).code, 2);
    const Finished kept = call({"chat", model, "--choices", "a,b"}, {.input = "/schema absent.json\nWhich?\n"});
    EXPECT_EQ(kept.code, 0) << kept.err;
    EXPECT_NE(kept.err.find("/schema: absent.json"), std::string::npos) << kept.err;
    EXPECT_TRUE(kept.out == "a\n" || kept.out == "b\n") << "a schema that fails changes nothing: " << kept.out;
}

}  // namespace
}  // namespace siskin::test
