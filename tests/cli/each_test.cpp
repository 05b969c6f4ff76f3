// siskin run --each: the answers are those of separate runs, in order, whatever happens on the way.

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/each/prompt_pattern.h"
#include "formats/error.h"
#include "tests/cli/siskin.h"

namespace siskin::test {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::string file_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_text(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

struct PatternCase {
    const char *pattern, *expected;
};

TEST(PromptPattern, PutsItemsInTheirPlaces) {
    const Json object = {{"name", "Ann"}, {"n", 3}, {"a-b.c", {1, 2}}};
    const PatternCase kCases[] = {
        {"", "ITEM"},
        {"Sum up:", "ITEM\nSum up:"},
        {"Sum up: {}", "Sum up: ITEM"},
        {"{}{}", "ITEMITEM"},
        {"{name} is {n}.", "Ann is 3."},
        {"{a-b.c}", "[1,2]"},
        {"{{}} {}", "{} ITEM"},
        {"{{name}} {name}", "{name} Ann"},
        {"{{name}}", "ITEM\n{name}"},
        {"as {\"x\": 1}", "ITEM\nas {\"x\": 1}"},
        {"{ name } {", "ITEM\n{ name } {"},
        {"}{", "ITEM\n}{"},
        {"{{name}", "{Ann"},
    };
    for (const PatternCase& c : kCases)
        EXPECT_EQ(PromptPattern(c.pattern, true).prompt("ITEM", object).text(), c.expected);
    EXPECT_EQ(PromptPattern("{name}", false).prompt("ITEM").text(), "ITEM\n{name}");
    EXPECT_EQ(PromptPattern("{} {name}", false).prompt("{}").text(), "{} {name}") << "an item has no places";
    EXPECT_THROW(PromptPattern("{other}", true).prompt("ITEM", object), Error);
    EXPECT_THROW(PromptPattern("{name}", true).prompt("[]", Json::array()), Error);
}

const std::vector<std::string> kItems = {
    "one",        "two words",  "three", "x",     "a longer line that goes on for a while", "one", "caf\xc3\xa9", "{}",
    "\\n and \\", "<|im_end|>", "ten",   "eleven"};

/// A prompt of many tokens before the item.
std::string long_prompt() {
    std::string text;
    for (int i = 0; i < 60; ++i) text += "Rule " + std::to_string(i) + ". ";
    return text + "Now: {}";
}

std::string replaced(std::string text, const std::string& item) { return text.replace(text.find("{}"), 2, item); }

std::string all_lines(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) text += item + "\n";
    return text;
}

struct EqualCase {
    const char* name;
    bool chat;
    Words flags;
};

TEST(Each, AnswersAreThoseOfSeparateRuns) {
    Models models;
    const EqualCase kCases[] = {
        {"messages", true, {"-n", "12", "-s", "5"}},
        {"texts", false, {"-n", "9", "-s", "6", "--temp", "1.2", "--repeat-penalty", "1.3"}},
        {"a system prompt", true, {"-n", "5", "--temp", "0", "-s", "0", "-sys", "Be brief."}},
        {"raw", true, {"-n", "8", "-s", "1", "--raw"}},
        {"choices", true, {"--choices", "yes,no,not sure", "-s", "3"}},
        {"a schema", false, {"-j", R"({"type": "array", "items": {"type": "boolean"}, "maxItems": 3})", "-s", "2"}},
        {"a stop string", true, {"-n", "40", "-s", "8", "--stop", "e"}},
        {"mirostat", true, {"-n", "7", "-s", "9", "--mirostat", "2"}},
    };
    const Words kWays[] = {
        {"-np", "1", "-t", "1"}, {"--parallel", "3", "-t", "2"}, {"-t", "1"}, {"-np", "50", "-b", "9"}};
    const std::string prompt = long_prompt();
    for (const EqualCase& c : kCases) {
        SCOPED_TRACE(c.name);
        const std::string model = c.chat ? models.chatml() : models.plain();
        std::vector<Json> expected;
        for (const std::string& item : kItems) {
            const Finished done =
                call(Words{"run", model, "--json", "--no-escape", "-p", replaced(prompt, item)} + c.flags);
            ASSERT_EQ(done.code, 0) << done.err;
            expected.push_back(Json::parse(done.out));
        }
        for (const Words& way : kWays) {
            const Finished done = call(Words{"run", model, "--each", "lines", "--json", prompt} + c.flags + way,
                                       {.input = all_lines(kItems)});
            EXPECT_EQ(done.code, 0) << done.err;
            const auto answers = lines_of(done.out);
            ASSERT_EQ(answers.size(), kItems.size());
            for (size_t i = 0; i < answers.size(); ++i) {
                const Json answer = Json::parse(answers[i]);
                EXPECT_EQ(answer["line"], i + 1);
                EXPECT_EQ(answer["input"], kItems[i]);
                EXPECT_EQ(answer["error"], nullptr);
                for (const char* key : {"text", "reasoning", "finish_reason", "stop", "truncated", "seed"})
                    EXPECT_EQ(answer[key], expected[i][key]) << key << " of " << kItems[i];
                for (const char* key : {"prompt", "generated"})
                    EXPECT_EQ(answer["tokens"][key], expected[i]["tokens"][key]) << key << " of " << kItems[i];
            }
        }
    }
}

TEST(Each, TheBuiltInModelAnswersAsAlone) {
    const std::vector<std::string> items = {"What is GGUF?", "What is a token?", "Who are you?", "What is Q4_K_M?"};
    const Words flags = {"--temp", "0", "-n", "40"};
    std::string expected;
    for (const std::string& item : items)
        expected += call(Words{"run", item} + flags, {.environment = {"SISKIN_MODEL="}}).out;
    const Finished done =
        call(Words{"run", "--each", "lines"} + flags, {.input = all_lines(items), .environment = {"SISKIN_MODEL="}});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, expected);
}

TEST(Each, WithoutAPlaceTheLineComesFirst) {
    Models models;
    const std::string model = models.chatml();
    const Words flags = {"-n", "6", "-s", "4", "--json"};
    const Finished alone = call(Words{"run", model, "Sum up:"} + flags, {.input = "a text"});
    const std::string file = models.put("items.txt", "a text\r\n\nother");
    const Finished done = call(Words{"run", model, "Sum up:", "--each", "lines", "-f", file} + flags);
    ASSERT_EQ(lines_of(done.out).size(), 2u) << done.err;
    EXPECT_EQ(Json::parse(lines_of(done.out)[0])["text"], Json::parse(alone.out)["text"]);
    EXPECT_EQ(Json::parse(lines_of(done.out)[1])["line"], 3) << "lines are counted, blank ones are no items";
}

TEST(Each, ALineForEveryLine) {
    Models models;
    const std::string model = models.reciter({"a\n", "b\\", "\t"}, Models::kChatml);
    const Finished done = call({"run", model, "--each", "lines", "Say it"}, {.input = "x\n\ny"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, "a\\nb\\\\\t\n\na\\nb\\\\\t\n");
    EXPECT_EQ(call({"run", model, "--each", "lines", "Say it"}, {.input = ""}).out, "");
}

TEST(Each, ObjectsHaveFields) {
    Models models;
    const std::string model = models.chatml();
    const Words flags = {"-n", "6", "-s", "4"};
    const std::string input = "{\"id\": 7, \"text\": \"one\\ntwo\"}\n\n{\"id\":8,\"text\":\"three\",\"n\":1.5}\n";
    const Finished done = call(Words{"run", model, "--each", "jsonl", "{id}: {text}"} + flags, {.input = input});
    EXPECT_EQ(done.code, 0) << done.err;
    const auto answers = lines_of(done.out);
    ASSERT_EQ(answers.size(), 2u);
    const Finished alone = call(Words{"run", model, "--json", "7: one\ntwo"} + flags);
    EXPECT_EQ(Json::parse(answers[0])["text"], Json::parse(alone.out)["text"]);
    EXPECT_EQ(Json::parse(answers[1])["input"].dump(), R"({"id":8,"text":"three","n":1.5})");
    EXPECT_EQ(Json::parse(answers[1])["line"], 3);

    const Finished whole = call(Words{"run", model, "--each", "jsonl", "Explain"} + flags, {.input = "[1, 2]\n"});
    const Finished same = call(Words{"run", model, "--json", "[1, 2]\nExplain"} + flags);
    EXPECT_EQ(Json::parse(whole.out)["text"], Json::parse(same.out)["text"]);
}

TEST(Each, AnItemThatFailsDoesNotStopTheOthers) {
    Models models;
    const std::string model = models.chatml(), much(300, 'x');
    const Words flags = {"-n", "4", "-s", "1", "-c", "200"};
    const std::string input = "{\"t\": \"a\"}\nno json\n{\"t\": \"" + much + "\"}\n{\"u\": 1}\n" +
                              std::string(300, '[') + "\n{\"t\": \"b\"}\n";
    const Finished done = call(Words{"run", model, "--each", "jsonl", "{t}"} + flags, {.input = input});
    EXPECT_EQ(done.code, 1);
    const auto answers = lines_of(done.out);
    ASSERT_EQ(answers.size(), 6u);
    const int codes[] = {0, 65, 78, 65, 65, 0};
    for (size_t i = 0; i < 6; ++i) {
        const Json answer = Json::parse(answers[i]);
        EXPECT_EQ(answer["error"].is_null() ? 0 : answer["error"]["code"].get<int>(), codes[i]) << answers[i];
        EXPECT_EQ(answer["text"].is_string(), codes[i] == 0);
    }
    EXPECT_EQ(lines_of(done.err).size(), 4u) << done.err;
    EXPECT_NE(done.err.find("siskin: line 3: the prompt has 3"), std::string::npos) << done.err;
    EXPECT_NE(done.err.find("line 4: no field \"t\""), std::string::npos) << done.err;

    const Finished text = call(Words{"run", model, "--each", "lines"} + flags, {.input = "a\n" + much + "\nb\n"});
    EXPECT_EQ(text.code, 1);
    EXPECT_EQ(lines_of(text.out).size(), 3u);
    EXPECT_EQ(lines_of(text.out)[1], "") << "answers stay beside their lines";

    // Cut by -n, an answer with a form is no answer; with --json it is shown.
    const Words form = {"run", models.plain(), "--each", "lines", "--grammar", "root ::= \"x\"{9}", "-n", "5"};
    const Finished cut = call(form, {.input = "a\nb\n"});
    EXPECT_EQ(cut.code, 1);
    EXPECT_EQ(cut.out, "\n\n");
    const Json shown = Json::parse(call(form + Words{"--json"}, {.input = "a\n"}).out);
    EXPECT_EQ(shown["text"], "xxxxx");
    EXPECT_EQ(shown["error"]["code"], 1);
}

TEST(Each, PiecesComeWithTheirLine) {
    Models models;
    const std::string model = models.chatml();
    const std::string input = "one\n\ntwo\n" + std::string(300, 'x') + "\nthree\n";
    const Words words = {"run", model, "--each", "lines", "Say {}", "-n", "9", "-s", "4", "-c", "200"};
    const Finished streamed = call(words + Words{"--stream-json"}, {.input = input});
    EXPECT_EQ(streamed.code, 1) << streamed.err;
    std::map<size_t, std::string> pieces, texts;
    std::string objects;
    for (const std::string& line : lines_of(streamed.out)) {
        const Json json = Json::parse(line);
        const size_t number = json.at("line");
        if (json.contains("event")) {
            EXPECT_EQ(json["event"], "text");
            EXPECT_FALSE(texts.contains(number)) << "a piece behind the whole";
            pieces[number] += json["piece"];
        } else {
            texts[number] = json["text"].is_null() ? "" : json["text"];
            objects += line + "\n";
        }
    }
    EXPECT_EQ(objects, call(words + Words{"--json"}, {.input = input}).out);
    std::erase_if(texts, [](const auto& text) { return text.second.empty(); });
    EXPECT_EQ(texts.size(), 3u);
    EXPECT_EQ(pieces, texts);

    Process process(siskin_command({"run", models.parrot("e"), "--each", "lines", "--stream-json"}), {.input = "a\n"});
    EXPECT_TRUE(process.wait_for("{\"line\":1,\"event\":\"text\",\"piece\":\"e\"}\n")) << "while it is written";
    process.send(SIGINT);
    EXPECT_EQ(process.finish(), 130);
}

TEST(Each, AnItemThatDoesNotFitIsCutOnlyWhenAsked) {
    Models models;
    const std::string model = models.chatml();
    std::string much;
    for (int i = 0; i < 300; ++i) much += "n" + std::to_string(i) + "\u00e9 ";
    const std::string file = models.put("much.txt", much);
    const Words flags = {"-n", "9", "-s", "4", "-c", "400", "--truncate", "--json"};
    const Finished done =
        call(Words{"run", model, "--each", "lines", "Sum up:"} + flags, {.input = "one\n" + much + "\ntwo\n"});
    EXPECT_EQ(done.code, 0) << done.err;
    const auto answers = lines_of(done.out);
    ASSERT_EQ(answers.size(), 3u);
    const Json alone = Json::parse(call(Words{"run", model, "-f", file, "Sum up:"} + flags).out);
    const Json cut = Json::parse(answers[1]);
    EXPECT_EQ(cut["text"], alone["text"]);
    for (const char* key : {"prompt", "cut"}) EXPECT_EQ(cut["tokens"][key], alone["tokens"][key]) << key;
    EXPECT_GT(cut["tokens"]["cut"], 100);
    for (const size_t i : {0, 2}) EXPECT_EQ(Json::parse(answers[i])["tokens"]["cut"], 0);
    EXPECT_EQ(count_lines(done.err), 1u) << done.err;
    EXPECT_TRUE(done.err.starts_with("note: line 2: the prompt of ")) << done.err;
    EXPECT_NE(done.err.find(" in the middle of the item; the context has 400"), std::string::npos) << done.err;

    const std::string object = Json({{"id", "a"}, {"text", much}}).dump() + "\n";
    const Finished field = call(Words{"run", model, "--each", "jsonl", "{id}: {text}"} + flags, {.input = object});
    EXPECT_EQ(field.code, 0) << field.err;
    EXPECT_NE(field.err.find(" in the middle of {text};"), std::string::npos) << field.err;
}

TEST(Each, UsageAndFiles) {
    Models models;
    const std::string model = models.chatml(), there = models.put("there.txt", "old\n");
    const struct {
        Words words;
        int code;
        const char* said;
    } kCases[] = {
        {{"--each", "words"}, 2, "expected lines or jsonl"},
        {{"--each", "lines", "-np", "0"}, 2, "--parallel"},
        {{"-o", "x", "hi"}, 2, "go with --each"},
        {{"--each", "lines", "--resume"}, 2, "-o FILE"},
        {{"--each", "lines", "--stream-json", "-o", "x"}, 2, "--json does for the file"},
        {{"--each", "lines", "-o", there}, 73, "is there already"},
        {{"--each", "lines", "-o", models.path("no/where")}, 73, "where"},
        {{"--each", "lines", "-f", models.path("none")}, 66, "none"},
        {{"--each", "lines", "-f", "/"}, 65, "directory"},
        {{"--each", "lines", "--choices", "a,b", "--ignore-eos"}, 2, "end tokens cannot be ignored"},
        {{"--each", "lines", "-o", "/dev/full", "-n", "1"}, 74, "No space"},
    };
    for (const auto& c : kCases) {
        const Finished done = call(Words{"run", model} + c.words, {.input = "a\n"});
        EXPECT_EQ(done.code, c.code) << c.said << ": " << done.err;
        EXPECT_NE(done.err.find(c.said), std::string::npos) << done.err;
        EXPECT_EQ(done.out, "");
    }
    EXPECT_EQ(file_text(there), "old\n");
    EXPECT_EQ(call({"run", model, "--each", "lines", "-n", "1"}, {.input = "a\n", .stdout_to = "/dev/full"}).code, 74);
}

TEST(Each, GoesOnWhereAnEarlierRunStopped) {
    Models models;
    const std::string model = models.chatml(), whole = models.path("whole"), cut = models.path("cut");
    for (const char* form : {"lines", "json", "jsonl"}) {
        SCOPED_TRACE(form);
        Words words = {"run", model, "-n", "5", "-s", "3", "--each", form == std::string("jsonl") ? "jsonl" : "lines"};
        if (form == std::string("json")) words.push_back("--json");
        const std::string input =
            form == std::string("jsonl") ? "{\"a\":1}\nno json\n\n{\"a\": 2}\n{\"a\": 3}\n" : "one\n\ntwo\nthree\nfour";
        std::filesystem::remove(whole);
        call(words + Words{"-o", whole}, {.input = input});
        const std::string expected = file_text(whole);
        ASSERT_GT(expected.size(), 20u);
        for (size_t size = 0; size <= expected.size(); size += size < expected.size() ? expected.size() / 7 + 1 : 1) {
            write_text(cut, expected.substr(0, size));
            const Finished done = call(words + Words{"-o", cut, "--resume"}, {.input = input});
            EXPECT_EQ(done.out, "");
            EXPECT_EQ(file_text(cut), expected) << "cut after " << size << " bytes: " << done.err;
        }
        write_text(cut, expected + "more\n");
        const Finished more = call(words + Words{"-o", cut, "--resume"}, {.input = input});
        EXPECT_EQ(more.code, 65);
        EXPECT_NE(more.err.find("belongs to another input"), std::string::npos) << more.err;
        EXPECT_EQ(file_text(cut), expected + "more\n");
    }
    write_text(cut, "{\"input\": \"other\"}\n");
    EXPECT_EQ(
        call({"run", model, "--each", "lines", "--json", "-n", "1", "-o", cut, "--resume"}, {.input = "a\n"}).code, 65);
}

/// A model that never stops by itself.
Words endless(Models& models) { return {"run", models.parrot("e"), "--each", "lines"}; }

TEST(Each, AnswersComeAsSoonAsTheyAreThere) {
    SISKIN_NEED_TERMINAL();
    Models models;
    Process process(siskin_command({"run", models.parrot("e"), "--each", "lines", "-n", "3"}), {.terminal = true});
    process.type("first\n");
    ASSERT_TRUE(process.wait_for("eee")) << "without waiting for a second line";
    process.type("second\n");
    ASSERT_TRUE(process.wait_for("eee"));
    process.send(SIGINT);
    EXPECT_EQ(process.finish(), 130) << "while it waits for a line";
}

TEST(Each, WhatIsFinishedIsOutWhenItIsInterrupted) {
    Models models;
    for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
        const std::string file = models.path("answers" + std::to_string(code));
        // The blank line is answered at once, the other ones never.
        Process process(siskin_command(endless(models) + Words{"-o", file, "-v"}), {.input = "\na\nb\n"});
        ASSERT_TRUE(process.wait_for_error("seed"));
        while (file_text(file).empty()) usleep(1000);
        process.send(signal);
        EXPECT_EQ(process.finish(), code);
        EXPECT_EQ(file_text(file), "\n");
    }
    const Finished late = call(endless(models) + Words{"--max-time", "1"}, {.input = "\na\n"});
    EXPECT_EQ(late.code, 124);
    EXPECT_EQ(late.out, "\n");
    EXPECT_NE(late.err.find("time limit reached after 1 answers"), std::string::npos) << late.err;
}

TEST(Each, AClosedPipeEndsQuietly) {
    Models models;
    std::string input;
    for (int i = 0; i < 3000; ++i) input += "a\n";
    Process process(siskin_command({"run", models.parrot("e"), "--each", "lines", "-n", "30"}), {.input = input});
    ASSERT_TRUE(process.wait_for("e"));
    process.close_stdout();
    EXPECT_EQ(process.finish(), 141);
    EXPECT_EQ(process.err, "");
}

}  // namespace
}  // namespace siskin::test
