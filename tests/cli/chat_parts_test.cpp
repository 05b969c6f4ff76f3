// What a talk is made of: its commands, its text on disk, the colours of its answers.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "cli/chat/commands.h"
#include "cli/chat/markdown.h"
#include "cli/chat/transcript.h"
#include "formats/error.h"
#include "tests/support/temp_folder.h"

namespace siskin::test {
namespace {

// ---- Commands ----

TEST(ChatCommands, AreToldFromMessages) {
    struct Case {
        const char* message;
        const char* parsed;  // "name|argument", "?name" for an unknown one, "" for a message
    };
    const Case cases[] = {
        {"/exit", "exit|"},
        {"/bye", "exit|"},
        {"/quit  ", "exit|"},
        {"/?", "help|"},
        {"/read notes.txt", "read|notes.txt"},
        {"/read   a file with spaces.txt \n", "read|a file with spaces.txt"},
        {"/system Be brief.\nBe kind.", "system|Be brief.\nBe kind."},
        {"/set temp 0.5", "set|temp 0.5"},
        {"/exit\nand more lines", ""},
        {"/dance", "?dance"},
        {"/dance\n/dance", ""},
        {"/", ""},
        {"/etc/hosts is a file", ""},
        {"/x86 is a family", ""},
        {" /exit", ""},
        {"what does /exit do", ""},
        {"//comment", ""},
        {"", ""},
    };
    for (const Case& c : cases) {
        const auto typed = parse_command(c.message);
        std::string parsed;
        if (typed && !typed->row) parsed = "?" + typed->name;
        if (typed && typed->row)
            parsed = std::string(typed->row->names.substr(0, typed->row->names.find(' '))) + "|" + typed->argument;
        EXPECT_EQ(parsed, c.parsed) << c.message;
    }
}

TEST(ChatCommands, HelpHasThemAllAndFitsATerminal) {
    std::string help;
    for (const std::string& line : chat_help()) {
        EXPECT_LE(line.size(), 110u) << line;
        help += line + "\n";
    }
    for (const std::string& name : chat_command_names()) EXPECT_NE(help.find(name), std::string::npos) << name;
}

TEST(ChatCommands, AreCompleted) {
    const TempFolder folder;
    for (const char* name : {"notes.txt", "notes.md", "other.txt", ".hidden"}) folder.put(name, {});
    std::filesystem::create_directory(folder / "nested");
    const std::string path = (folder / "").string();
    const auto completed = [](const std::string& text) {
        const Completion completion = complete_command(text);
        std::string out;
        for (const std::string& candidate : completion.candidates)
            out += (out.empty() ? "" : ", ") + text.substr(0, completion.from) + candidate;
        return out;
    };
    EXPECT_EQ(completed("/cl"), "/clear");
    EXPECT_EQ(completed("/c"), "/context, /clear");
    EXPECT_EQ(completed("/rea"), "/read ");
    EXPECT_EQ(completed("/xyz"), "");
    EXPECT_EQ(completed("hello /cl"), "");
    EXPECT_EQ(completed("/read " + path + "no"), "/read " + path + "notes.md, /read " + path + "notes.txt");
    EXPECT_EQ(completed("/read " + path + "ne"), "/read " + path + "nested/");
    EXPECT_EQ(completed("/read " + path + ".h"), "/read " + path + ".hidden");
    EXPECT_EQ(completed("/read " + path).find(".hidden"), std::string::npos);
    EXPECT_EQ(completed("/system " + path), "");
    EXPECT_EQ(completed("/read /no/such/folder/"), "");
}

// ---- Transcripts ----

std::string flat(const Transcript& transcript) {
    std::string out = "[" + transcript.system + "]";
    for (const Turn& turn : transcript.turns) {
        out += "{" + turn.user;
        for (const ToolResult& result : turn.results)
            out += "<" + result.name + " " + result.id + " " + result.text + ">";
        out += "|" + turn.answer;
        for (const auto& call : turn.tool_calls) out += call.dump();
        out += "}";
    }
    return out;
}

TEST(Transcripts, AreTextsThatPeopleCanRead) {
    const Transcript transcript = {"Be brief.", {{"Hello", "Hi!\n\nWhat now?", {}}, {"Bye", "", {}}}};
    EXPECT_EQ(write_transcript(transcript),
              "## system\nBe brief.\n\n## user\nHello\n\n## assistant\nHi!\n\nWhat now?\n\n## user\nBye\n\n## "
              "assistant\n\n\n");
}

TEST(Transcripts, ComeBackAsTheyWere) {
    const std::string texts[] = {
        "",
        "one line",
        "two\nlines",
        "an end\n",
        "many ends\n\n\n",
        "\n\na beginning",
        "## user\nnot a heading",
        "\\## assistant",
        "\\\\## system\nand more",
        "## users\n##user\n ## user",
        "bytes \xff\xfe and \x1b[31m",
        "\r\n",
    };
    for (const std::string& user : texts)
        for (const std::string& answer : texts)
            for (const std::string& system : {std::string(), user}) {
                const Transcript transcript = {system, {{user, answer, {}}, {answer, user, {}}}};
                EXPECT_EQ(flat(parse_transcript(write_transcript(transcript))), flat(transcript));
            }
    EXPECT_EQ(flat(parse_transcript(write_transcript({}))), "[]");
}

TEST(Transcripts, HoldCallsOfToolsAndTheirResults) {
    const auto call = [](size_t n, const std::string& name, const std::string& arguments) {
        return nlohmann::ordered_json{
            {"id", tool_call_id(n)}, {"type", "function"}, {"function", {{"name", name}, {"arguments", arguments}}}};
    };
    Turn asked{.user = "Weather?", .answer = ""}, first, second;
    asked.tool_calls = {call(0, "get weather", "{\"city\":\"Montr\u00e9al\"}"), call(1, "now", "{}")};
    first.results = {{"get weather", tool_call_id(0), "## user\n3"}, {"now", tool_call_id(1), ""}};
    first.tool_calls = nlohmann::ordered_json::array({call(2, "f", "not JSON")});
    second.results = {{"f", tool_call_id(2), "x"}};
    second.answer = "## call: f";
    const Transcript transcript = {"", {asked, first, second, {.user = "Thanks", .answer = "Well"}}};
    const std::string text = write_transcript(transcript);
    EXPECT_EQ(flat(parse_transcript(text)), flat(transcript)) << text;
    EXPECT_NE(text.find("## call: get weather\n{\"city\":\"Montr\u00e9al\"}\n\n"), std::string::npos) << text;
    EXPECT_THROW(parse_transcript("## tool: f\nx\n"), Error);
    EXPECT_THROW(parse_transcript("## call: f\n{}\n"), Error);
}

TEST(Transcripts, WrittenByPeopleAreUnderstood) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "[]"},
        {"## user\nHello", "[]{Hello|}"},
        {"A title\n\n## user\nHello\n## assistant\nHi", "[]{Hello|Hi}"},
        {"## user\na\n\n## user\nb\n\n## assistant\nc\n\n## assistant\nd\n", "[]{a\n\nb|c\n\nd}"},
        {"## user\na\n\n## system\ns\n", "[s]{a|}"},
    };
    for (const auto& [text, parsed] : cases) EXPECT_EQ(flat(parse_transcript(text)), parsed) << text;
    EXPECT_THROW(parse_transcript("just some text\n"), Error);
    EXPECT_THROW(parse_transcript("## assistant\nHi\n"), Error);
}

// ---- Markdown ----

std::string without_sequences(const std::string& text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b')
            while (text[i] != 'm') ++i;
        else
            out += text[i];
    }
    return out;
}

/// Escape sequences by name: <bold>, <> for reset.
std::string named(std::string text) {
    const std::pair<const char*, const char*> names[] = {
        {"\x1b[0m", "<>"},      {"\x1b[1;36m", "<head>"}, {"\x1b[1m", "<bold>"},    {"\x1b[36m", "<cyan>"},
        {"\x1b[33m", "<list>"}, {"\x1b[2m", "<dim>"},     {"\x1b[32m", "<string>"}, {"\x1b[35m", "<word>"}};
    for (const auto& [sequence, name] : names)
        for (size_t at; (at = text.find(sequence)) != std::string::npos;)
            text.replace(at, std::string(sequence).size(), name);
    return text;
}

std::string styled(const std::string& text, size_t piece) {
    MarkdownStyler styler;
    std::string out;
    for (size_t at = 0; at < text.size(); at += piece) out += styler.push(text.substr(at, piece));
    return out + styler.finish();
}

struct MarkdownCase {
    const char *text, *styled;
};
const MarkdownCase kMarkdown[] = {
    {"plain text\nof two lines\n", "plain text\nof two lines\n"},
    {"# Title\ntext", "<head># Title<>\ntext"},
    {"###### Six\n####### Seven\n", "<head>###### Six<>\n####### Seven\n"},
    {"#hashtag\n", "#hashtag\n"},
    {"a **bold** word", "a <bold>**bold**<> word"},
    {"**bold**", "<bold>**bold**<>"},
    {"2 ** 3 ** 4", "2 ** 3 ** 4"},
    {"a * b", "a * b"},
    {"**open\nclosed", "<bold>**open<>\nclosed"},
    {"use `ls -l` here", "use <cyan>`ls -l`<> here"},
    {"``a ` b`` c", "<cyan>``a ` b``<> c"},
    {"`open\nclosed", "<cyan>`open<>\nclosed"},
    {"`a **b** c`", "<cyan>`a **b** c`<>"},
    {"**a `b` c**", "<bold>**a <><head>`b`<><bold> c**<>"},
    {"- one\n* two\n  + three\n10. four\n", "<list>-<> one\n<list>*<> two\n  <list>+<> three\n<list>10.<> four\n"},
    {"-no list\n2024 was\n", "-no list\n2024 was\n"},
    {"```\nx\n```\ny", "<dim>```<>\nx\n<dim>```<>\ny"},
    {"```python\ndef f(a): # \"c\"\n    return \"x\\\"y\" + 12\n```\n",
     "<dim>```python<>\n<word>def<> f(a): <dim># \"c\"<>\n    <word>return<> <string>\"x\\\"y\"<> + "
     "<cyan>12<>\n<dim>```<>\n"},
    {"```cpp\nint x; // # y\n/* a\nb */ z\n```\n",
     "<dim>```cpp<>\n<word>int<> x; <dim>// # y<>\n<dim>/* a<>\n<dim>b */<> z\n<dim>```<>\n"},
    {"```rust\nfn f<'a>() {}\n```\n", "<dim>```rust<>\n<word>fn<> f<'a>() {}\n<dim>```<>\n"},
    {"````\n```\n````\nx", "<dim>````<>\n<string>```<>\n<dim>````<>\nx"},
    {"~~~\n**x**\n~~~\n**y**", "<dim>~~~<>\n**x**\n<dim>~~~<>\n<bold>**y**<>"},
    {"  ```\n  x\n  ```\n", "<dim>  ```<>\n  x\n<dim>  ```<>\n"},
    {"```a``` b\n", "<cyan>```a```<> b\n"},
    {"```never closed\nx", "<dim>```never closed<>\nx"},
    {"gr\u00fc\u00dfe **\u4f60\u597d**", "gr\u00fc\u00dfe <bold>**\u4f60\u597d**<>"},
    {"", ""},
};

TEST(Markdown, IsColouredAlikeHoweverItArrives) {
    for (const MarkdownCase& c : kMarkdown)
        for (const size_t piece : {1u, 2u, 3u, 5u, 1000u}) EXPECT_EQ(named(styled(c.text, piece)), c.styled) << piece;
}

TEST(Markdown, KeepsEveryByte) {
    std::mt19937 random(3);
    constexpr const char* kPieces[] = {"`",  "``",  "```",    "*",  "**",     "#",  "# ",    "\n", "\n\n",
                                       "- ", "1. ", "~~~",    " ",  "word",   "\"", "'",     "/*", "*/",
                                       "//", "\\",  "return", "12", "\u00fc", "(",  "python"};
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (size_t i = random() % 40; i > 0; --i) text += kPieces[random() % std::size(kPieces)];
        const std::string whole = styled(text, 1000);
        ASSERT_EQ(without_sequences(whole), text);
        ASSERT_EQ(styled(text, 1 + random() % 4), whole) << text;
        // Styles never reach over the end of a line.
        std::string_view rest = whole;
        for (size_t end; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
            const size_t last = rest.substr(0, end).rfind('\x1b');
            if (last == std::string_view::npos) continue;
            ASSERT_TRUE(rest.substr(last).starts_with("\x1b[0m")) << named(whole);
        }
    }
}

TEST(Markdown, WithoutColoursIsTheTextItself) {
    for (const MarkdownCase& c : kMarkdown) {
        MarkdownStyler styler(false);
        std::string out = styler.push(c.text);
        out += styler.finish();
        EXPECT_EQ(out, c.text);
    }
}

TEST(Markdown, LinesEndBetweenWords) {
    const std::pair<const char*, const char*> cases[] = {
        {"one two three four", "one two\nthree four"},
        {"1234567890 next", "1234567890\nnext"},
        {"a longerthanaline b", "a\nlongerthanaline b"},
        {"one two\nthree four five", "one two\nthree four\nfive"},
        {"**one** **two**", "<bold>**one**<>\n<bold>**two**<>"},
        {"end of it  ", "end of it  "},
        {"\u4f60\u597d\u4f60\u597d\u4f60\u597d", "\u4f60\u597d\u4f60\u597d\u4f60\u597d"},
        {"```\none two three four\n```\none two three", "<dim>```<>\none two three four\n<dim>```<>\none two\nthree"},
        {"    deep", "    deep"},
    };
    for (const auto& [text, expected] : cases)
        for (const size_t piece : {1u, 3u, 100u}) {
            const std::string whole = text;
            const bool ascii = std::all_of(whole.begin(), whole.end(), [](char c) { return uint8_t(c) < 0x80; });
            if (!ascii && piece < whole.size()) continue;  // text comes in whole characters
            MarkdownStyler styler;
            styler.set_columns(10);
            std::string out;
            for (size_t at = 0; at < whole.size(); at += piece) out += styler.push(whole.substr(at, piece));
            out += styler.finish();
            EXPECT_EQ(named(out), expected) << piece;
        }
}

TEST(Markdown, ShowsTextAtOnce) {
    MarkdownStyler styler;
    EXPECT_EQ(styler.push("Hello"), "Hello");
    EXPECT_EQ(styler.push(" wor"), " wor");
    EXPECT_EQ(styler.push("ld\n"), "ld\n");
    EXPECT_EQ(styler.push("-"), "");
    EXPECT_EQ(named(styler.push(" x")), "<list>-<> x");
    MarkdownStyler narrow(false);
    narrow.set_columns(80);
    EXPECT_EQ(narrow.push("one tw"), "one");
    EXPECT_EQ(narrow.push("o three"), " two");
    EXPECT_GT(narrow.push(std::string(100, 'e')).size(), 90u) << "a long word does not wait";
}

}  // namespace
}  // namespace siskin::test
