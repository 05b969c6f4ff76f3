// `siskin template`, and chat templates, reasoning and tools in `run` and `chat`.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/cli/siskin.h"
#include "tests/support/golden.h"

namespace siskin::test {
namespace {

using Json = nlohmann::ordered_json;

std::string read_golden(const std::string& relative) {
    std::ifstream in(golden(relative));
    return {std::istreambuf_iterator<char>(in), {}};
}

ProcessOptions at_golden_time() { return {.environment = {"SISKIN_NOW=2026-11-21T00:00:00"}}; }

TEST(TemplateCommand, WritesWhatPublishedTemplatesWrite) {
    SISKIN_NEED_GOLDEN("templates/golden.json");
    const Json data = Json::parse(read_golden("templates/golden.json"));
    Models models;
    for (const auto& [file, results] : data["templates"].items()) {
        for (const char* name : {"multi", "tools_def", "strftime"}) {
            if (!results.contains(name)) continue;
            SCOPED_TRACE(file + " with " + name);
            Json context = data["template_vars"].value(file, Json::object());
            context.update(data["contexts"][name]);
            const std::string path = models.put("context.json", context.dump());
            const Finished done =
                call({"template", "--template", golden("templates/" + file), "--context", path}, at_golden_time());
            const Json& expected = results[name];
            if (expected.contains("out")) {
                EXPECT_EQ(done.code, 0) << done.err;
                EXPECT_EQ(done.out, expected["out"].get<std::string>());
            } else if (expected["raised"].get<bool>()) {
                EXPECT_EQ(done.code, 65);
                EXPECT_EQ(done.out, "");
                EXPECT_NE(done.err.find(expected["message"].get<std::string>()), std::string::npos) << done.err;
            }
        }
    }
}

TEST(TemplateCommand, TakesTheClockFromTheEnvironment) {
    Models models;
    const std::string text = models.put("now.jinja", "{{ strftime_now('%Y-%m-%d %H:%M:%S') }}");
    const std::string context = models.put("context.json", "{}");
    const auto shown = [&](const char* now) {
        return call({"template", "--template", text, "--context", context},
                    {.environment = {std::string("SISKIN_NOW=") + now}});
    };
    EXPECT_EQ(shown("2026-11-21T12:34:56").out, "2026-11-21 12:34:56");
    EXPECT_EQ(shown("2026-11-21").out, "2026-11-21 00:00:00");
    EXPECT_EQ(shown("noon").code, 2);
    EXPECT_TRUE(call({"template", "--template", text, "--context", context}).out.starts_with("20"));
}

TEST(TemplateCommand, ShowsAConversationAsTheModelReadsIt) {
    Models models;
    const Finished done = call({"template", models.chatml(), "-sys", "Be brief."});
    EXPECT_EQ(done.code, 0) << done.err;
    for (const char* said : {"⟦<|im_start|>⟧system\nBe brief.⟦<|im_end|>⟧\n", "⟦<|im_start|>⟧assistant\n", "tokens",
                             "an answer ends with: <|endoftext|>", "the template ends one with: <|im_end|>"})
        EXPECT_NE(done.out.find(said), std::string::npos) << said << " is not in " << done.out;
    EXPECT_EQ(done.err, "");
    EXPECT_NE(call({"template"}).out.find("im_start"), std::string::npos) << "the built-in model has one, too";
}

TEST(TemplateCommand, WarnsOfADoubleBos) {
    Models models;
    const std::string model = models.plain();
    const std::string twice = models.put("twice.jinja", "{{ bos_token }}{{ messages[-1].content }}");
    const Finished done = call({"template", model, "--template", twice});
    EXPECT_NE(done.err.find("double <s>"), std::string::npos) << done.err;
    EXPECT_NE(done.out.find("begins with: <s> (1), by the template"), std::string::npos) << done.out;
    const std::string once = models.put("once.jinja", "{{ messages[-1].content }}{{ eos_token }}");
    const Finished fine = call({"template", model, "--template", once});
    EXPECT_EQ(fine.err, "");
    EXPECT_NE(fine.out.find("begins with: <s> (1), by the vocabulary"), std::string::npos) << fine.out;
}

TEST(TemplateCommand, WarnsOfATemplateForAnotherModel) {
    Models models;
    const Finished done = call({"template", models.chatml(), "--template", "gemma"});
    EXPECT_NE(done.err.find("control token of this model"), std::string::npos) << done.err;
    EXPECT_NE(done.out.find("the template ends one with: no token"), std::string::npos) << done.out;
}

TEST(TemplateCommand, RefusesWhatWouldNotEnd) {
    Models models;
    const std::string context = models.put("context.json", "{}");
    const std::string brackets = std::string(20'000, '[') + std::string(20'000, ']');
    const std::pair<std::string, const char*> cases[] = {
        {"{% for i in range(10**9) %}x{% endfor %}", "range() of more than"},
        {"{{ " + brackets + " }}", "nested deeper than"},
        {"{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "goes deeper than"},
        {"{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
         "grows beyond"},
    };
    for (const auto& [source, why] : cases) {
        const Finished done =
            call({"template", "--template", models.put("hostile.jinja", source), "--context", context});
        EXPECT_EQ(done.code, 65) << source.substr(0, 50);
        EXPECT_NE(done.err.find(why), std::string::npos) << done.err;
        EXPECT_NE(done.err.find("line 1"), std::string::npos) << done.err;
    }
}

size_t prompt_tokens(Words words) {
    words.insert(words.end(), {"-n", "1", "--json"});
    const Finished done = call(words);
    return done.code ? 0 : Json::parse(done.out)["tokens"]["prompt"].get<size_t>();
}

TEST(ChatTemplateFlag, TakesNamesAndFiles) {
    Models models;
    const std::string model = models.plain();
    const std::string file = models.put("mine.jinja", "{{ messages[0].content }}{{ more | default('') }}");
    const size_t bare = prompt_tokens({"run", model, "Hi", "--chat-template", file});
    EXPECT_EQ(bare, prompt_tokens({"run", model, "--raw", "Hi"}));
    EXPECT_GT(prompt_tokens({"run", model, "Hi", "--chat-template", "llama2"}), bare);
    EXPECT_EQ(
        prompt_tokens({"run", model, "Hi", "--chat-template", file, "--chat-template-kwargs", "{\"more\": \"234\"}"}),
        bare + 3);
    EXPECT_EQ(call({"run", model, "Hi", "--chat-template-kwargs", "[1]"}).code, 2);
    const std::string broken = models.put("broken.jinja", "\n{% if %}");
    const Finished done = call({"run", model, "Hi", "--chat-template", broken});
    EXPECT_EQ(done.code, 65) << "what the user chose is not replaced";
    EXPECT_NE(done.err.find("line 2"), std::string::npos) << done.err;
}

TEST(ChatTemplateFlag, ABrokenTemplateOfTheModelNamesItsStandIn) {
    Models models;
    TinyFile file = make_tiny(tiny_recipe("qwen2"));
    for (const auto& [source, said] :
         {std::pair("a\n{{ '<start_of_turn>' + }}",
                    "broken chat template, line 2: expected an expression, got '}}'; using gemma"),
          std::pair("{{ '<|im_start|>' + role }}", "line 1: 'role' is undefined; using chatml")}) {
        file.set("tokenizer.chat_template", std::string(source));
        const Finished done = call({"run", models.put("broken.gguf", file), "Hi", "-n", "1"});
        EXPECT_EQ(done.code, 0);
        EXPECT_NE(done.err.find(said), std::string::npos) << done.err;
    }
}

/// Thinks before it answers.
std::string thinker(Models& models, const std::string& chat_template = Models::kChatml) {
    return models.reciter({"<think>", "Let me", " see.", "</think>", "\n\n", "Yes", "!"}, chat_template);
}

TEST(Reasoning, IsNotMixedIntoTheAnswer) {
    Models models;
    const std::string model = thinker(models);
    for (const char* think : {"show", "hide", ""}) {
        Words words = {"run", model, "Hi"};
        if (*think) words.insert(words.end(), {"--think", think});
        const Finished done = call(words);
        EXPECT_EQ(done.out, "Yes!\n") << think;
        EXPECT_EQ(done.err, "") << think;
    }
    EXPECT_EQ(call({"chat", model}, {.input = "Hi\nAgain\n"}).out, "Yes!\nYes!\n");
    const Json json = Json::parse(call({"run", model, "Hi", "--json"}).out);
    EXPECT_EQ(json["text"], "Yes!");
    EXPECT_EQ(json["reasoning"], "Let me see.");
    EXPECT_EQ(json["finish_reason"], "stop");
    EXPECT_EQ(json["tool_calls"], Json::array());
    const Json cut = Json::parse(call({"run", model, "Hi", "--json", "-n", "2"}).out);
    EXPECT_EQ(cut["text"], "");
    EXPECT_EQ(cut["reasoning"], "Let me");
    EXPECT_EQ(call({"run", model, "Hi", "--think", "aloud"}).code, 2);
}

TEST(Reasoning, IsDimOnATerminal) {
    SISKIN_NEED_TERMINAL();
    Models models;
    const std::string model = thinker(models);
    Process shown(siskin_command({"run", model, "Hi"}), {.environment = {"TERM=xterm", "NO_COLOR="}, .terminal = true});
    EXPECT_TRUE(shown.wait_for("\x1b[2mLet me see.\x1b[22m\r\n\r\nYes!\r\n")) << shown.out;
    Process plain(siskin_command({"run", model, "Hi"}), {.environment = {"NO_COLOR=1"}, .terminal = true});
    EXPECT_TRUE(plain.wait_for("Let me see.\r\n\r\nYes!\r\n")) << plain.out;
    Process hidden(siskin_command({"run", model, "Hi", "--think", "hide"}), {.terminal = true});
    EXPECT_TRUE(hidden.wait_for("Yes!\r\n")) << hidden.out;
    hidden.finish();
    EXPECT_EQ(hidden.out.find("Let me"), std::string::npos) << hidden.out;
}

TEST(Reasoning, IsTurnedOffWhereTheTemplateCan) {
    Models models;
    const std::string with_switch = "{{ messages[0].content }}{% if enable_thinking is false %}-{% endif %}";
    std::string model = thinker(models, with_switch);
    const size_t n = prompt_tokens({"run", model, "Hi"});
    EXPECT_EQ(prompt_tokens({"run", model, "Hi", "--think", "off"}), n + 1);
    EXPECT_EQ(prompt_tokens({"run", model, "Hi", "--think", "show"}), n);
    EXPECT_EQ(call({"run", model, "Hi", "--think", "off"}).err, "");
    model = thinker(models, "{{ messages[0].content }}{# <think> #}");
    const Finished done = call({"run", model, "Hi", "--think", "off"});
    EXPECT_NE(done.err.find("no switch"), std::string::npos) << done.err;
    EXPECT_EQ(done.out, "Yes!\n");
}

const char* const kTools =
    R"([{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}])";

TEST(Tools, CallsStandInTheJson) {
    Models models;
    const std::string tools = models.put("tools.json", kTools);
    const std::string model = models.reciter(
        {"I look.", "<tool_call>", "{\"name\": \"weather\", ", "\"arguments\": {\"city\": \"Oslo\"}}", "</tool_call>"},
        "{{ tools | tojson if tools }}{{ messages[0].content }}");
    const size_t n = prompt_tokens({"run", model, "Hi"});
    EXPECT_GT(prompt_tokens({"run", model, "Hi", "--tools", tools}), n + 60);
    const Json json = Json::parse(call({"run", model, "Hi", "--tools", tools, "--json"}).out);
    EXPECT_EQ(json["text"], "I look.");
    EXPECT_EQ(json["finish_reason"], "tool_calls");
    ASSERT_EQ(json["tool_calls"].size(), 1u);
    const Json expected = {{"id", "call00000"},
                           {"type", "function"},
                           {"function", {{"name", "weather"}, {"arguments", "{\"city\":\"Oslo\"}"}}}};
    EXPECT_EQ(json["tool_calls"][0], expected);
    const Finished text = call({"run", model, "Hi", "--tools", tools});
    EXPECT_EQ(text.out, "I look.\n");
    EXPECT_NE(text.err.find("the model calls weather with {\"city\":\"Oslo\"}"), std::string::npos) << text.err;
    const Json without = Json::parse(call({"run", model, "Hi", "--json"}).out);
    EXPECT_EQ(without["tool_calls"], Json::array());
}

std::string read_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Calls two tools whatever it reads, and a template that shows calls and results.
std::string caller(Models& models) {
    return models.reciter({"I look.", "<tool_call>", "[{\"name\": \"weather\", ",
                           "\"arguments\": {\"city\": \"Oslo\"}}, ", "{\"name\": \"now\"}]", "</tool_call>"},
                          "{% for m in messages %}{{ m.role }}: {{ m.name }} {{ m.tool_call_id }} {{ m.content }}"
                          "{{ m.tool_calls | tojson if m.tool_calls }}\n{% endfor %}assistant:");
}

TEST(Tools, AChatTakesTheirResults) {
    Models models;
    const std::string model = caller(models), tools = models.put("tools.json", kTools), saved = models.path("talk.md");
    const std::string noon = models.put("noon.txt", "12:00\n## tool: noon");
    const std::string talk = "/tool too early\nHi\n/tool 3 \u00b0C\n/tool @none\n/tool @" + noon + "\n";
    const Finished done = call({"chat", model, "--tools", tools}, {.input = talk + "/save " + saved + "\n"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, "I look.\nI look.\n");
    EXPECT_NE(done.err.find("/tool: the model waits for no result"), std::string::npos) << done.err;
    EXPECT_NE(done.err.find("/tool: none"), std::string::npos) << done.err;
    EXPECT_NE(done.err.find("the model calls weather with {\"city\":\"Oslo\"}"), std::string::npos) << done.err;
    const std::string calls = "## assistant\nI look.\n\n## call: weather\n{\"city\":\"Oslo\"}\n\n## call: now\n{}\n\n";
    EXPECT_EQ(read_text(saved), "## user\nHi\n\n" + calls +
                                    "## tool: weather\n3 \u00b0C\n\n## tool: now\n12:00\n\\## tool: noon\n\n" + calls);

    // A stored talk goes on with calls that wait for their results, and one that was saved as well.
    const auto stored = [&](const std::string& input, const std::string& home) {
        return call({"chat", model, "--tools", tools, "-S", "work"},
                    {.input = input, .environment = {"XDG_DATA_HOME=" + models.path(home)}});
    };
    const std::string more = "/tool 4\n/tool 13:00\n/save " + saved + "\n";
    const Finished whole = stored(talk + more, "whole");
    const std::string expected = read_text(saved);
    const std::string before = stored(talk, "cut").out, after = stored(more, "cut").out;
    EXPECT_EQ(before + after, whole.out);
    EXPECT_EQ(read_text(models.path("cut/siskin/sessions/work.md")), expected);
    const std::string loaded = models.path("loaded.md");
    call({"chat", model, "--tools", tools}, {.input = talk + "/save " + saved + "\n"});
    call({"chat", model, "--tools", tools},
         {.input = "/load " + saved + "\n/tool 4\n/tool 13:00\n/save " + loaded + "\n"});
    EXPECT_EQ(read_text(loaded), expected);

    // Taken back: the calls wait again.
    const Finished undone = call({"chat", model, "--tools", tools},
                                 {.input = talk + "/undo\n/tool 5\n/tool 6\n/edit 7\n/save " + saved + "\n"});
    EXPECT_EQ(undone.code, 0) << undone.err;
    EXPECT_NE(read_text(saved).find("## tool: weather\n5\n\n## tool: now\n7\n"), std::string::npos) << read_text(saved);
}

TEST(Tools, AFileMayHaveATemplateOfItsOwnForThem) {
    Models models;
    TinyFile file = make_tiny(tiny_recipe("qwen2"));
    file.set("tokenizer.chat_template", std::string("{{ messages[0].content }}"));
    file.set("tokenizer.chat_template.tool_use", std::string("{{ messages[0].content }} 12345"));
    const std::string model = models.put("two.gguf", file), tools = models.put("tools.json", kTools);
    EXPECT_EQ(prompt_tokens({"run", model, "Hi", "--tools", tools}), prompt_tokens({"run", model, "Hi"}) + 6);
}

TEST(Tools, FilesThatAreNoListOfToolsAreRefused) {
    Models models;
    const std::string model = models.chatml();
    for (const char* text : {"", "{", "{}", "[]", "[1]", R"([{"name": "f"}])", R"([{"function": {"name": 1}}])"}) {
        const Finished done = call({"run", model, "Hi", "--tools", models.put("tools.json", std::string_view(text))});
        EXPECT_EQ(done.code, 65) << text;
        EXPECT_NE(done.err.find("tools.json: expected a JSON list"), std::string::npos) << done.err;
    }
    EXPECT_EQ(call({"run", model, "Hi", "--tools", models.path("none.json")}).code, 66);
}

}  // namespace
}  // namespace siskin::test
