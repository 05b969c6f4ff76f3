// Answers taken apart, whatever the pieces are that they come in.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/chat/answer_splitter.h"
#include "engine/chat/tool_calls.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

using Json = nlohmann::ordered_json;

/// A tokenizer that has all the signs that look like control tokens.
const Tokenizer& tokenizer() {
    static const auto made = [] {
        TinyFile file = make_tiny(tiny_recipe("qwen2"));
        std::vector<std::string> tokens;
        std::vector<int32_t> types;
        for (const auto& [key, value] : file.pairs) {
            if (key == "tokenizer.ggml.tokens") tokens = std::get<std::vector<std::string>>(value);
            if (key == "tokenizer.ggml.token_type") types = std::get<std::vector<int32_t>>(value);
        }
        for (const char* sign : {"<|channel|>",
                                 "<|message|>",
                                 "<|start|>",
                                 "<|end|>",
                                 "<|call|>",
                                 "<|constrain|>",
                                 "<|START_THINKING|>",
                                 "<|END_THINKING|>",
                                 "<|START_RESPONSE|>",
                                 "<|END_RESPONSE|>",
                                 "<|START_ACTION|>",
                                 "<|END_ACTION|>",
                                 "<|tool_call_begin|>",
                                 "<|tool_call_argument_begin|>",
                                 "<|tool_call_end|>",
                                 "<|channel>",
                                 "<channel|>",
                                 "<｜tool▁call▁begin｜>",
                                 "<｜tool▁call▁end｜>",
                                 "<｜tool▁sep｜>"}) {
            tokens.push_back(sign);
            types.push_back(3);
        }
        file.set("tokenizer.ggml.tokens", tokens);
        file.set("tokenizer.ggml.token_type", types);
        const std::vector<std::byte> bytes = file.bytes();
        return Tokenizer::load(GgufFile::parse(bytes, "vocabulary").metadata());
    }();
    return *made;
}

struct Case {
    const char *prompt, *answer, *reasoning, *content;
    std::vector<std::string> calls = {};
};

const Case kCases[] = {
    {"", "Hello.", "", "Hello."},
    {"", "  \n", "", "  \n"},
    {"", " a <think> b", "", " a <think> b"},
    {"", "<think>\nHm.\n\nYes.\n</think>\n\nHello <think>.", "Hm.\n\nYes.", "Hello <think>."},
    {"", "\n<think></think>\n\nHello", "", "Hello"},
    {"assistant\n<think>\n", "Hm. </thin </think>Hi", "Hm. </thin", "Hi"},
    {"assistant\n<think>\n\n</think>\n\n", "Hi </think>", "", "Hi </think>"},
    {"", "<think>cut off", "cut off", ""},
    {"", "a<b <|end|>", "", "a<b <|end|>"},
    {"", "[THINK]x[/THINK]y", "x", "y"},
    {"", "<seed:think>x</seed:think>y", "x", "y"},
    {"", "Here are my reasoning steps:\nx\n[BEGIN FINAL RESPONSE]\ny\n[END FINAL RESPONSE]", "x", "y\n"},
    {"", "<|START_THINKING|>x<|END_THINKING|><|START_RESPONSE|>y<|END_RESPONSE|>", "x", "y"},
    {"", "<|channel>thought\nx\n<channel|>y", "x", "y"},
    {"<|start|>assistant", "<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>final<|message|>y", "x",
     "y"},
    {"",
     "<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>commentary to=functions.f "
     "<|constrain|>json<|message|>{\"a\":1}<|call|>",
     "x",
     "",
     {"f <|constrain|>json<|message|>{\"a\":1}"}},
    {"",
     "<think>x</think>I look.<tool_call>\n{}\n</tool_call>\n<tool_call>b</tool_call>",
     "x",
     "I look.\n",
     {"\n{}\n", "b"}},
    {"", "[TOOL_CALLS]f[ARGS]{}[TOOL_CALLS]g[ARGS]{}", "", "", {"f[ARGS]{}", "g[ARGS]{}"}},
};

TEST(AnswerSplitter, TakesAnswersApartWhereverTheyAreCut) {
    const AnswerSyntax syntax = AnswerSyntax::of(tokenizer(), true);
    for (const Case& c : kCases) {
        const std::string_view answer = c.answer;
        for (size_t size = 1; size <= answer.size(); ++size) {
            std::string reasoning, content;
            AnswerSplitter splitter(syntax, syntax.begun_in(c.prompt), [&](AnswerPart part, std::string_view text) {
                (part == AnswerPart::Reasoning ? reasoning : content) += text;
                return true;
            });
            for (size_t at = 0; at < answer.size(); at += size) splitter.push(answer.substr(at, size));
            splitter.finish();
            EXPECT_EQ(splitter.reasoning(), c.reasoning) << c.answer << ", pieces of " << size;
            EXPECT_EQ(splitter.content(), c.content) << c.answer << ", pieces of " << size;
            EXPECT_EQ(splitter.tool_calls(), c.calls) << c.answer << ", pieces of " << size;
            EXPECT_EQ(reasoning, splitter.reasoning()) << "what was shown is what was kept";
            EXPECT_EQ(content, splitter.content());
        }
    }
}

TEST(AnswerSplitter, GivesTextAsSoonAsItIsCertain) {
    const AnswerSyntax syntax = AnswerSyntax::of(tokenizer(), false);
    std::string seen;
    AnswerSplitter splitter(syntax, nullptr, [&](AnswerPart, std::string_view text) {
        seen += text;
        return seen != "ab";
    });
    EXPECT_TRUE(splitter.push("a"));
    EXPECT_EQ(seen, "a");
    EXPECT_TRUE(splitter.push("<|chan"));
    EXPECT_EQ(seen, "a");
    EXPECT_TRUE(splitter.push("ges"));
    EXPECT_EQ(seen, "a<|changes");
    seen = "a";
    EXPECT_FALSE(splitter.push("b"));
}

TEST(AnswerSplitter, SignsThatTheVocabularyLacksAreText) {
    const std::vector<std::byte> bytes = make_tiny(tiny_recipe("qwen2")).bytes();
    const auto plain = Tokenizer::load(GgufFile::parse(bytes, "vocabulary").metadata());
    const AnswerSyntax syntax = AnswerSyntax::of(*plain, false);
    for (const char* text : {"<|channel|>analysis<|message|>x", "<tool_call>{}</tool_call>", "<|START_RESPONSE|>x"}) {
        AnswerSplitter splitter(syntax, nullptr, {});
        splitter.push(text);
        splitter.finish();
        EXPECT_EQ(splitter.content(), text);
    }
}

struct CallCase {
    const char *text, *name, *arguments;
};

const CallCase kCalls[] = {
    {"\n{\"name\": \"f\", \"arguments\": {\"a\": [1, \"é\"]}}\n", "f", "{\"a\":[1,\"é\"]}"},
    {"{\"name\": \"f\", \"parameters\": {}}", "f", "{}"},
    {"{\"name\": \"f\", \"arguments\": \"{\\\"a\\\":1}\"}", "f", "{\"a\":1}"},
    {"{\"name\": \"f\"}", "f", "{}"},
    {"[{\"name\": \"f\", \"arguments\": {\"a\": 1}, \"id\": \"x\"}]", "f", "{\"a\":1}"},
    {"[{\"tool_call_id\": \"0\", \"tool_name\": \"f\", \"parameters\": {\"a\": 1}}]", "f", "{\"a\":1}"},
    {"f[ARGS]{\"a\": 1}", "f", "{\"a\":1}"},
    {"f[CALL_ID]abc[ARGS]{\"a\": 1}", "f", "{\"a\":1}"},
    {"f <|constrain|>json<|message|>{\"a\": 1}", "f", "{\"a\":1}"},
    {"f<|channel|>commentary json<|message|>{\"a\": 1}", "f", "{\"a\":1}"},
    {"functions.f:0<|tool_call_argument_begin|>{\"a\": 1}", "f", "{\"a\":1}"},
    {"f<｜tool▁sep｜>{\"a\": 1}", "f", "{\"a\":1}"},
    {"<function=f>\n<parameter=a>\nParis\n</parameter>\n<parameter=b>\n2\n</parameter>\n</function>", "f",
     "{\"a\":\"Paris\",\"b\":2}"},
    {"f\n<arg_key>a</arg_key>\n<arg_value>Paris</arg_value>\n<arg_key>b</arg_key>\n<arg_value>[2]</arg_value>", "f",
     "{\"a\":\"Paris\",\"b\":[2]}"},
};

TEST(ToolCalls, AreReadInEverySyntax) {
    for (const CallCase& c : kCalls) {
        const auto calls = read_tool_calls(c.text);
        ASSERT_TRUE(calls) << c.text;
        ASSERT_EQ(calls->size(), 1u) << c.text;
        const Json expected = {
            {"id", ""}, {"type", "function"}, {"function", {{"name", c.name}, {"arguments", c.arguments}}}};
        EXPECT_EQ(calls->front(), expected) << c.text;
    }
    EXPECT_EQ(read_tool_calls("[{\"name\": \"f\"}, {\"name\": \"g\"}]")->size(), 2u);
}

TEST(ToolCalls, WhatIsNoneIsRefused) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const std::string hidden =
        "{\"name\": \"f\", \"arguments\": " + std::string(1000, '[') + "1" + std::string(1000, ']') + "}";
    for (const std::string& text :
         {std::string(), std::string("f"), std::string("{"), std::string("{}"), std::string("[]"), std::string("[1]"),
          std::string("{\"name\": 1}"), std::string("f {\"a\"}"), std::string("{\"a\": 1}"), std::string("f [1]"),
          std::string("<function=f"), std::string("<arg_key>a</arg_key>"), std::string("\xff{}"), deep, hidden})
        EXPECT_FALSE(read_tool_calls(text)) << text.substr(0, 60);
}

TEST(ToolCalls, AnAnswerIsACallOnlyIfItNamesATool) {
    const Json tools = Json::parse(R"([{"type": "function", "function": {"name": "f", "parameters": {}}}])");
    EXPECT_TRUE(read_bare_tool_calls(" {\"name\": \"f\", \"parameters\": {\"a\": 1}}\n", tools));
    EXPECT_TRUE(read_bare_tool_calls("[{\"name\": \"f\", \"parameters\": {}}]", tools));
    EXPECT_FALSE(read_bare_tool_calls("{\"name\": \"g\", \"parameters\": {}}", tools));
    EXPECT_FALSE(read_bare_tool_calls("The call is {\"name\": \"f\", \"parameters\": {}}", tools));
    EXPECT_FALSE(read_bare_tool_calls("f {\"a\": 1}", tools));
    EXPECT_FALSE(read_bare_tool_calls("", tools));
}

}  // namespace
}  // namespace siskin::test
