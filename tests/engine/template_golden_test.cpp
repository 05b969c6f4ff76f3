// Chat templates of published models, and cases of single features, against what jinja2 makes of them.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "engine/chat/template/chat_template.h"
#include "tests/support/golden.h"

namespace siskin::test {
namespace {

using Json = nlohmann::ordered_json;

std::string read_text(const std::string& relative) {
    std::ifstream file(golden(relative), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

RenderOptions golden_options() {
    using namespace std::chrono;
    return {.now = sys_days(2026y / November / 21)};
}

struct Outcome {
    std::string text;     // what was rendered
    std::string refusal;  // what raise_exception said
    std::string error;    // any other error
};

Outcome outcome_of(const std::string& source, const std::string& context) {
    try {
        const ChatTemplate chat = ChatTemplate::parse(source);
        return {.text = std::string(chat.render_json(context, golden_options()).bytes())};
    } catch (const TemplateRefusal& refusal) {
        return {.refusal = refusal.message()};
    } catch (const TemplateError& error) {
        return {.error = error.what()};
    }
}

TEST(TemplateGolden, PublishedTemplates) {
    SISKIN_NEED_GOLDEN("templates/golden.json");
    const Json data = Json::parse(read_text("templates/golden.json"));
    size_t n_cases = 0;
    for (const auto& [file, results] : data["templates"].items()) {
        const std::string source = read_text("templates/" + file);
        for (const auto& [name, expected] : results.items()) {
            SCOPED_TRACE(file + " with " + name);
            Json context = data["template_vars"].value(file, Json::object());
            context.update(data["contexts"][name]);
            const Outcome outcome = outcome_of(source, context.dump());
            if (expected.contains("out")) {
                EXPECT_EQ(outcome.text, expected["out"].get<std::string>()) << outcome.refusal << outcome.error;
            } else if (expected["raised"].get<bool>()) {
                EXPECT_EQ(outcome.refusal, expected["message"].get<std::string>()) << outcome.error;
            } else {
                // Python failed there; an error of ours is as good as an output.
                EXPECT_EQ(outcome.refusal, "");
            }
            ++n_cases;
        }
    }
    EXPECT_GT(n_cases, 2000u);
}

TEST(TemplateGolden, SingleFeatures) {
    SISKIN_NEED_GOLDEN("templates/jinja_cases.json");
    const Json data = Json::parse(read_text("templates/jinja_cases.json"));
    for (const Json& test : data["cases"]) {
        const std::string id = test["id"], source = test["tpl"];
        SCOPED_TRACE(id + ": " + source);
        std::string context = test["ctx"].dump();
        // The library that reads the cases makes a float of the integer in this one.
        if (id == "print-2") context = R"({"a":true,"b":null,"c":1.0,"d":"x","e":10000000000000000000000})";
        const Outcome outcome = outcome_of(source, context);
        if (test.contains("out")) {
            EXPECT_EQ(outcome.text, test["out"].get<std::string>()) << outcome.refusal << outcome.error;
        } else if (test["raised"].get<bool>()) {
            EXPECT_EQ(outcome.refusal, test["message"].get<std::string>()) << outcome.error;
        } else {
            EXPECT_NE(outcome.error, "") << outcome.text;
        }
    }
}

}  // namespace
}  // namespace siskin::test
