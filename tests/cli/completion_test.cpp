// What shells complete, asked of the shells themselves where they are installed, and the man page under its checkers.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "tests/cli/siskin.h"

namespace siskin::test {
namespace {

bool installed(const std::string& program) { return run_process({"/bin/sh", "-c", "command -v " + program}).code == 0; }

std::set<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::set<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.insert(line);
    return lines;
}

/// Every way to write a flag, as a command's help shows it.
std::set<std::string> flags_in_help(const std::string& command) {
    std::set<std::string> flags;
    for (const std::string& line : lines_of(call({command, "--help"}).out)) {
        if (!line.starts_with("  -")) continue;
        std::istringstream words(line);
        for (std::string word; words >> word && word.starts_with('-');) {
            const bool more = word.back() == ',';
            if (more) word.pop_back();
            flags.insert(word);
            if (!more) break;
        }
    }
    return flags;
}

const Words kCommands = {"run",    "chat", "choose", "score", "info",   "bench",      "tokenize", "template",
                         "logits", "list", "pull",   "plan",  "doctor", "completion", "man"};

/// A folder to complete in, with the script of a shell.
class Completion : public testing::Test {
  protected:
    Completion() {
        for (const char* name : {"one.gguf", "two words.gguf", "text.txt"}) models_.put(name, "x");
        std::filesystem::create_directory(models_.path("folder"));
    }
    void write_script(const std::string& shell) {
        const Finished done = call({"completion", shell});
        ASSERT_EQ(done.code, 0) << done.err;
        script_ = models_.put("_siskin", done.out);
    }
    /// What bash proposes for the last of `words`.
    std::set<std::string> bash(const Words& words) {
        std::string array;
        for (const std::string& word : words) array += " '" + word + "'";
        const std::string code = "cd '" + models_.path("") + "' && source ./_siskin && COMP_WORDS=(siskin" + array +
                                 ") && COMP_CWORD=" + std::to_string(words.size()) +
                                 " && _siskin && printf '%s\\n' \"${COMPREPLY[@]}\"";
        const Finished done = run_process({"/bin/sh", "-c", "exec bash --norc -c \"$1\"", "sh", code});
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_EQ(done.err, "");
        std::set<std::string> proposed = lines_of(done.out);
        proposed.erase("");
        return proposed;
    }

    Models models_;
    std::string script_;
};

TEST_F(Completion, BashProposesWhatFits) {
    if (!installed("bash")) GTEST_SKIP() << "no bash";
    write_script("bash");
    const std::set<std::string> models = {"folder", "one.gguf", "two words.gguf"};
    const std::set<std::string> files = {"_siskin", "folder", "one.gguf", "text.txt", "two words.gguf"};
    struct {
        Words words;
        std::set<std::string> proposed;
    } cases[] = {
        {{"ch"}, {"chat", "choose"}},
        {{"--v"}, {"--version"}},
        {{"nothing"}, {}},
        {{"run", "--temp"}, {"--temp", "--temperature", "--template"}},
        {{"run", "-ng"}, {"-ngl"}},
        {{"run", "--no-e"}, {"--no-escape"}},
        {{"info", "--temp"}, {}},
        {{"run", "-m", ""}, models},
        {{"run", "-m", "o"}, {"one.gguf"}},
        {{"run", "--model", "=", "tw"}, {"two words.gguf"}},
        {{"run", "--model", "="}, models},
        {{"chat", "-m", "te"}, {}},
        {{"run", ""}, models},
        {{"info", "o"}, {"one.gguf"}},
        {{"run", "-f", ""}, files},
        {{"run", "-ctk", ""}, {"f16", "f32", "q4_0", "q8_0"}},
        {{"run", "--cache-type-v", "=", "q"}, {"q4_0", "q8_0"}},
        {{"run", "--mirostat", ""}, {"0", "1", "2"}},
        {{"run", "--each", ""}, {"jsonl", "lines"}},
        {{"bench", "-o", ""}, {"csv", "json", "md"}},
        {{"run", "-n", ""}, {}},
        {{"run", "--raw", ""}, models},
        {{"run", "--", "-m", "o"}, {"one.gguf"}},
        {{"run", "--", "--te"}, {}},
        {{"completion", ""}, {"bash", "fish", "zsh"}},
        {{"doctor", ""}, {}},
    };
    for (const auto& c : cases) {
        std::string typed;
        for (const std::string& word : c.words) typed += " " + word;
        EXPECT_EQ(bash(c.words), c.proposed) << typed;
    }
    for (const std::string& command : kCommands) EXPECT_EQ(bash({command, "-"}), flags_in_help(command)) << command;
    std::set<std::string> commands(kCommands.begin(), kCommands.end());
    EXPECT_EQ(bash({"help", ""}), commands);
    commands.insert({"help", "--help", "--version"});
    EXPECT_EQ(bash({""}), commands);
}

TEST_F(Completion, BashKnowsItAsTheCompletionOfSiskin) {
    if (!installed("bash")) GTEST_SKIP() << "no bash";
    write_script("bash");
    const Finished done =
        run_process({"/bin/sh", "-c", "exec bash --norc -c \"source '$1' && complete -p siskin\"", "sh", script_});
    EXPECT_EQ(done.out, "complete -F _siskin siskin\n") << done.err;
}

TEST_F(Completion, ZshReadsItsScript) {
    write_script("zsh");
    if (!installed("zsh")) GTEST_SKIP() << "no zsh";
    const Finished done = run_process({"/bin/sh", "-c", "exec zsh -f -n \"$1\"", "sh", script_});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.err, "");
}

TEST_F(Completion, FishProposesWhatFits) {
    write_script("fish");
    if (!installed("fish")) GTEST_SKIP() << "no fish";
    struct {
        const char* typed;
        std::set<std::string> proposed;
    } cases[] = {
        {"siskin ch", {"chat"}},
        {"siskin run --dry-b", {"--dry-base"}},
        {"siskin info --dry-b", {}},
        {"siskin run -ctk q", {"q4_0", "q8_0"}},
        {"siskin run -m on", {"one.gguf"}},
        {"siskin completion ", {"bash", "fish", "zsh"}},
    };
    for (const auto& c : cases) {
        const std::string code = "cd '" + models_.path("") + "'; source ./_siskin; complete -C'" + c.typed + "'";
        const Finished done = run_process({"/bin/sh", "-c", "exec fish -c \"$1\"", "sh", code},
                                          {.environment = {"HOME=" + models_.path("")}});
        EXPECT_EQ(done.code, 0) << done.err;
        std::set<std::string> proposed;
        for (const std::string& line : lines_of(done.out)) proposed.insert(line.substr(0, line.find('\t')));
        EXPECT_EQ(proposed, c.proposed) << c.typed;
    }
}

TEST_F(Completion, EveryScriptNamesEveryFlag) {
    for (const std::string shell : {"bash", "zsh", "fish"}) {
        const std::string script = call({"completion", shell}).out;
        for (const std::string& flag : flags_in_help("run")) {
            const std::string name = shell == "fish" ? " " + flag.substr(flag.find_first_not_of('-')) + " " : flag;
            EXPECT_NE(script.find(name), std::string::npos) << shell << ' ' << flag;
        }
    }
    EXPECT_EQ(call({"completion"}).code, 2);
    EXPECT_EQ(call({"completion", "tcsh"}).code, 2);
    EXPECT_EQ(call({"completion", "bash", "zsh"}).code, 2);
}

TEST(Help, FitsATerminal) {
    const auto check = [](const Words& words) {
        const std::string text = call(words).out;
        EXPECT_FALSE(text.empty());
        for (const std::string& line : lines_of(text)) {
            EXPECT_LE(line.size(), 80u) << line;
            EXPECT_FALSE(line.ends_with(' ')) << line;
        }
    };
    check({"--help"});
    for (const std::string& command : kCommands) check({command, "--help"});
    const std::string run = call({"run", "--help"}).out;
    EXPECT_NE(run.find("Usage: siskin run [MODEL] [PROMPT] [FLAGS]\n"), std::string::npos) << run;
    EXPECT_NE(run.find("Examples:\n  siskin run "), std::string::npos) << run;
    EXPECT_NE(run.find("  -ngl, --gpu-layers, --n-gpu-layers N\n"), std::string::npos) << run;
    EXPECT_NE(run.find("  --top-k K                choose among the K most likely tokens; 0: off [40]\n"),
              std::string::npos)
        << run;
}

TEST(ManPage, SaysEverythingAndPleasesItsCheckers) {
    Models models;
    const Finished done = call({"man"});
    ASSERT_EQ(done.code, 0) << done.err;
    const std::string page = models.put("siskin.1", done.out);
    for (const std::string& command : kCommands)
        EXPECT_NE(done.out.find(".SS \\fBsiskin " + command), std::string::npos) << command;
    for (const std::string& flag : flags_in_help("run")) {
        std::string escaped;
        for (const char c : flag) escaped += c == '-' ? "\\-" : std::string(1, c);
        const bool is_help = flag == "--help" || flag == "-h";
        EXPECT_TRUE(is_help || done.out.find(escaped) != std::string::npos) << flag;
    }
    for (const char* section :
         {"NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES"})
        EXPECT_NE(done.out.find(std::string("\n.SH ") + section + "\n"), std::string::npos) << section;

    if (installed("man && command -v groff")) {
        const Finished shown = run_process({"/bin/sh", "-c", "exec man --warnings -l \"$1\"", "sh", page},
                                           {.environment = {"LC_ALL=C.UTF-8", "MANWIDTH=80", "MANPAGER=cat"}});
        EXPECT_EQ(shown.code, 0);
        EXPECT_EQ(shown.err, "");
        EXPECT_NE(shown.out.find("--dry-multiplier X"), std::string::npos) << "dashes stay dashes";
        EXPECT_NE(shown.out.find("\\n, \\t, \\xHH in the texts"), std::string::npos) << "backslashes stay backslashes";
    }
    if (installed("mandoc")) {
        const Finished lint = run_process({"/bin/sh", "-c", "exec mandoc -Tlint -Wwarning \"$1\"", "sh", page});
        // A date would be that of the build, and builds are to be alike.
        for (const std::string& line : lines_of(lint.out))
            EXPECT_NE(line.find("missing date"), std::string::npos) << line;
    }
}

}  // namespace
}  // namespace siskin::test
