// Answers taken apart, whatever the pieces are that they come in.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "engine/chat/answer_splitter.h"
#include "engine/chat/literal.h"
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
                                 "<｜tool▁sep｜>",
                                 "<|tools_prefix|>",
                                 "<|tools_suffix|>",
                                 "<|tool_call_start|>",
                                 "<|tool_call>",
                                 "<tool_call|>",
                                 "<|\"|>",
                                 "<|tool_calls|>",
                                 "<|calls|>",
                                 "<|tool_call:begin|>",
                                 "<|tool_call:name|>",
                                 "<|tool_call:args|>",
                                 "<|tool_call:end|>"}) {
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
     {"f {\"a\":1}"}},
    {"",
     "<think>x</think>I look.<tool_call>\n{\"name\": \"f\"}\n</tool_call>\n<tool_call>g {\"b\": 2}</tool_call>",
     "x",
     "I look.\n",
     {"f {}", "g {\"b\":2}"}},
    {"", "[TOOL_CALLS]f[ARGS]{}[TOOL_CALLS]g[ARGS]{}", "", "", {"f {}", "g {}"}},
    // As MiniMax, DeepSeek, Apertus, LFM, Gemma, Solar, Hunyuan, Functionary and MiniCPM write calls.
    {"",
     "<think>Hm.</think>\n\nI look.\n<minimax:tool_call>\n<invoke name=\"search\">\n<parameter name=\"query\">a \"q\" "
     "\\ "
     "b\nc</parameter>\n<parameter name=\"n\">[1, [2]]</parameter>\n</invoke>\n<invoke name=\"now\">\n</invoke>\n"
     "</minimax:tool_call>",
     "Hm.",
     "I look.\n",
     {R"(search {"query":"a \"q\" \\ b\nc","n":[1,[2]]})", "now {}"}},
    {"",
     "]<]minimax[>[<tool_call>\n]<]minimax[>[<invoke name=\"search\">]<]minimax[>[<query>Z\u00fcrich "
     "<b>]<]minimax[>[</query>"
     "]<]minimax[>[<filter>]<]minimax[>[<strict>true]<]minimax[>[</strict>]<]minimax[>[</filter>]<]minimax[>[<n>"
     "]<]minimax[>[<item>1]<]minimax[>[</item>]<]minimax[>[<item>]<]minimax[>[<item>2]<]minimax[>[</"
     "item>]<]minimax[>[</item>"
     "]<]minimax[>[</n>]<]minimax[>[</invoke>\n]<]minimax[>[<invoke name=\"now\">]<]minimax[>[</invoke>\n"
     "]<]minimax[>[</tool_call>",
     "",
     "",
     {"search {\"query\":\"Z\u00fcrich <b>\",\"filter\":{\"strict\":true},\"n\":[1,[2]]}", "now {}"}},
    {"",
     "Let me check.\n\n<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"get_weather\">\n<｜DSML｜parameter "
     "name=\"city\" "
     "string=\"true\">3</｜DSML｜parameter>\n<｜DSML｜parameter name=\"days\" string=\"false\">3</｜DSML｜parameter>\n"
     "</｜DSML｜invoke>\n</｜DSML｜function_calls>",
     "",
     "Let me check.\n\n",
     {"get_weather {\"city\":\"3\",\"days\":3}"}},
    {"",
     "<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"now\">\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>",
     "",
     "",
     {"now {}"}},
    {"",
     "Well.<|tools_prefix|>[{\"get_weather\": {\"city\": \"Oslo\"}}, {\"now\": {}}]<|tools_suffix|>",
     "",
     "Well.",
     {"get_weather {\"city\":\"Oslo\"}", "now {}"}},
    {"",
     "<|tool_call_start|>[search(query='a \"q\" \\ b\nc', limit=-3, tags=[], filter={\"lang\": \"fr\", 'strict': "
     "True}, "
     "x=None, f=1.5), now()]<|tool_call_end|>",
     "",
     "",
     {R"(search {"query":"a \"q\" \\ b\nc","limit":-3,"tags":[],"filter":{"lang":"fr","strict":true},"x":null,"f":1.5})",
      "now {}"}},
    {"",
     "<|tool_call>call:search{filter:{lang:<|\"|>fr<|\"|>,strict:true},n:[1,[2,{k:false}]],query:<|\"|>a \"q\" \\ "
     "b\nc<|\"|>,tags:[],x:None}<tool_call|><|tool_call>call:now{}<tool_call|>",
     "",
     "",
     {R"(search {"filter":{"lang":"fr","strict":true},"n":[1,[2,{"k":false}]],"query":"a \"q\" \\ b\nc","tags":[],"x":null})",
      "now {}"}},
    {"",
     "<|tool_calls|><|tool_call:begin|>call1<|tool_call:name|>get_weather<|tool_call:args|>{\"city\": "
     "\"Oslo\"}<|tool_call:end|><|tool_call:begin|>call2<|tool_call:name|>now<|tool_call:args|>{}<|tool_call:end|><|"
     "calls|>",
     "",
     "",
     {"get_weather {\"city\":\"Oslo\"}", "now {}"}},
    {"",
     "<tool_calls:opensource>\n<tool_call:opensource>search<tool_sep:opensource>\n<arg_key:opensource>query</arg_key:"
     "opensource>\n<arg_value:opensource>\u65e5\u672c</arg_value:opensource>\n</tool_call:opensource>\n</tool_calls:"
     "opensource>",
     "",
     "",
     {"search {\"query\":\"\u65e5\u672c\"}"}},
    {"", "<function=f>{\"a\": 1}</function><function=g>{}</function>", "", "", {"f {\"a\":1}", "g {}"}},
    {"",
     "<function name=\"f\"><param name=\"q\"><![CDATA[a <b> \"c\"]]></param><param name=\"x\">None</param><param "
     "name=\"n\">{'k': False}</param></function>",
     "",
     "",
     {R"(f {"q":"a <b> \"c\"","x":null,"n":{"k":false}})"}},
    {"",
     "<｜tool▁call▁begin｜>function<｜tool▁sep｜>search\n```json\n{\"query\": \"ski\"}\n```<｜tool▁call▁end｜>",
     "",
     "",
     {"search {\"query\":\"ski\"}"}},
    {"", "<tool_call>now\n</tool_call>", "", "", {"now {}"}},
    {">>>", "all\nHello.", "", "Hello."},
    {">>>", "all\nLook: >>>search\n{\"query\": \"a\"}>>>now\n{}", "", "Look: ", {"search {\"query\":\"a\"}", "now {}"}},
    {">>>", "now\n{}>>>all\nSo.", "", "So.", {"now {}"}},
    {">>>", "all\n>>> print(1)\n1", "", ">>> print(1)\n1"},
    {">>>", "Hello.", "", "Hello."},
    {"", ">>>now\n{}", "", ">>>now\n{}"},
    // What is no call, or the beginning of one, is text.
    {"", "<tool_call>then\n</tool_call>", "", "<tool_call>then\n</tool_call>"},
    {"", "a <tool_call>{\"name\": </tool_call> b", "", "a <tool_call>{\"name\": </tool_call> b"},
    {"", "<|tool_call_start|>[f(a=)]<|tool_call_end|>", "", "<|tool_call_start|>[f(a=)]<|tool_call_end|>"},
    {"", "<|tool_call>call:f{a:<|\"|>x}<tool_call|>", "", "<|tool_call>call:f{a:<|\"|>x}<tool_call|>"},
    {"", "<function=f><parameter=a>1</function>", "", "<function=f><parameter=a>1</function>"},
    {"", "<minimax:tool_call><invoke name=\"f\">", "", "<minimax:tool_call><invoke name=\"f\">"},
    {"", "x [TOOL_CALLS]nothing", "", "x [TOOL_CALLS]nothing"},
    {"", "<|tool_call_start|>[f(a=1)]", "", "", {"f {\"a\":1}"}},
};

TEST(AnswerSplitter, TakesAnswersApartWhereverTheyAreCut) {
    const AnswerSyntax syntax = AnswerSyntax::of(tokenizer(), {"now"});
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
            std::vector<std::string> calls;
            for (const auto& call : splitter.tool_calls())
                calls.push_back(call["function"]["name"].get<std::string>() + " " +
                                call["function"]["arguments"].get<std::string>());
            EXPECT_EQ(calls, c.calls) << c.answer << ", pieces of " << size;
            EXPECT_EQ(reasoning, splitter.reasoning()) << "what was shown is what was kept";
            EXPECT_EQ(content, splitter.content());
        }
    }
}

TEST(AnswerSplitter, GivesTextAsSoonAsItIsCertain) {
    const AnswerSyntax syntax = AnswerSyntax::of(tokenizer(), {});
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
    const AnswerSyntax syntax = AnswerSyntax::of(*plain, {});
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

/// Every beginning of a call, and calls with bytes changed: read or refused, and never more than a moment.
TEST(ToolCalls, BrokenOnesAreReadOrRefused) {
    const std::string texts[] = {
        "<invoke name=\"f\"><parameter name=\"a\" string=\"true\">x</parameter></invoke>",
        "]<]minimax[>[<invoke name=\"f\">]<]minimax[>[<a>]<]minimax[>[<item>1]<]minimax[>[</item>]<]minimax[>[</a>"
        "]<]minimax[>[</invoke>",
        "[f(a='x\\u00e9\\n', b={'k': [1, 2.5, None]}), g()]",
        "call:f{a:<|\"|>x<|\"|>,b:[1,{c:true}]}",
        "<function name=\"f\"><param name=\"q\"><![CDATA[x]]></param></function>",
        "f<arg_key>a</arg_key><arg_value>1</arg_value>",
    };
    std::mt19937 random(5);
    for (const std::string& text : texts) {
        EXPECT_TRUE(read_tool_calls(text)) << text;
        for (size_t n = 0; n < text.size(); ++n) (void)read_tool_calls(text.substr(0, n));
        for (int round = 0; round < 2000; ++round) {
            std::string changed = text;
            for (size_t i = 1 + random() % 3; i > 0; --i)
                changed[random() % changed.size()] = text[random() % text.size()];
            if (random() % 4 == 0) changed[random() % changed.size()] = char(random());
            const auto calls = read_tool_calls(changed);
            for (const auto& call : calls.value_or(Json::array()))
                EXPECT_TRUE(call["function"]["arguments"].is_string());
        }
    }
    std::string deep = "[f(a=" + std::string(100'000, '['), marked;
    for (int i = 0; i < 10'000; ++i) marked += "]<]minimax[>[<invoke name=\"f\">";
    EXPECT_FALSE(read_tool_calls(deep));
    EXPECT_FALSE(read_tool_calls("call:f{a:" + std::string(100'000, '{')));
    EXPECT_FALSE(read_tool_calls(marked));
}

TEST(Literals, AreReadAsTheirLanguagesWriteThem) {
    const std::pair<const char*, const char*> cases[] = {
        {"'it\\'s'", R"("it's")"},
        {R"("\u00e9\ud83d\ude00\x41\q\n")", "\"\u00e9\U0001F600A\\\\q\\n\""},
        {"'a\nb'", R"("a\nb")"},
        {"<|\"|>\"\\n<|\"|>", R"("\"\\n")"},
        {"(1, -2., +.5, 1_000, 1e3,)", "[1,-2.0,0.5,1000,1000.0]"},
        {" { 'a' : True , b: null } ", R"({"a":true,"b":null})"},
        {"\"\\ud800\"", R"("\\ud800")"},
        {"'open", ""},
        {"'a\\n12", ""},
        {"1.2.3", ""},
        {"--1", ""},
        {"{a}", ""},
        {"[1 2]", ""},
        {"yes", ""},
        {"", ""},
        {"1 2", ""},
    };
    for (const auto& [text, json] : cases) {
        const auto value = read_literal(text);
        EXPECT_EQ(value ? value->dump() : "", json) << text;
    }
}

TEST(ToolCalls, AnAnswerIsACallOnlyIfItNamesATool) {
    const std::vector<std::string> tools = tool_names(
        Json::parse(R"([{"type": "function", "function": {"name": "f", "parameters": {}}}, {}, 1, {"function": []}])"));
    EXPECT_EQ(tools, std::vector<std::string>{"f"});
    EXPECT_TRUE(read_bare_tool_calls(" {\"name\": \"f\", \"parameters\": {\"a\": 1}}\n", tools));
    EXPECT_TRUE(read_bare_tool_calls("[{\"name\": \"f\", \"parameters\": {}}]", tools));
    EXPECT_FALSE(read_bare_tool_calls("{\"name\": \"g\", \"parameters\": {}}", tools));
    EXPECT_FALSE(read_bare_tool_calls("The call is {\"name\": \"f\", \"parameters\": {}}", tools));
    EXPECT_FALSE(read_bare_tool_calls("f {\"a\": 1}", tools));
    EXPECT_TRUE(read_bare_tool_calls("[f(a=\"x\"), f()]", tools));
    EXPECT_FALSE(read_bare_tool_calls("[g()]", tools));
    EXPECT_TRUE(read_bare_tool_calls(" functools[{\"name\": \"f\", \"arguments\": {}}]", tools));
    EXPECT_FALSE(read_bare_tool_calls("", tools));
}

}  // namespace
}  // namespace siskin::test
