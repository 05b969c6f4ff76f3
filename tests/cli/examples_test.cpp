// EXAMPLES.md: every block of the page runs as it stands, and what comes has the form that the page promises. What the
// small model says in it does not matter.

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/siskin.h"

namespace siskin::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kFiles = "Some files to try it on";

std::string file_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// What stands between two fences of the page, and the heading above it.
struct Block {
    std::string heading, text;
};

std::vector<Block> blocks_of_page() {
    std::vector<Block> blocks;
    std::string heading;
    bool inside = false;
    for (const std::string& line : lines_of(file_text(SISKIN_SOURCE "/EXAMPLES.md"))) {
        if (line.starts_with("```")) {
            inside = !inside;
            if (inside) {
                EXPECT_EQ(line, "```sh");
                blocks.push_back({heading, ""});
            }
        } else if (inside) {
            blocks.back().text += line + "\n";
        } else if (line.starts_with("#")) {
            heading = line.substr(line.find(' ') + 1);
        }
    }
    return blocks;
}

/// An empty folder with a shell in it that finds siskin, and an editor that changes nothing.
class Scratch {
  public:
    Finished run(const std::string& text) const {
        const fs::path program = SISKIN_PROGRAM;
        const char* path = std::getenv("PATH");
        return run_process({"/bin/sh", "-c", "cd \"$0\" && exec sh -c \"$1\"", folder().string(), text},
                           {.environment = {"PATH=" + program.parent_path().string() + ":" + (path ? path : "/bin"),
                                            "HOME=" + folder().string(), "GIT_EDITOR=true", "GIT_CONFIG_NOSYSTEM=1",
                                            "GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.org",
                                            "GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.org"},
                            .without = {"SISKIN_MODEL", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"}});
    }
    std::string text_of(const std::string& name) const { return file_text(folder() / name); }
    std::vector<std::string> lines_in(const std::string& name) const { return lines_of(text_of(name)); }
    bool has(const std::string& name) const { return fs::exists(folder() / name); }
    void cut(const std::string& name, size_t bytes) const { fs::resize_file(folder() / name, bytes); }

  private:
    fs::path folder() const { return folder_ / "."; }
    TempFolder folder_;
};

/// Where a block has run.
struct Ran {
    const Scratch& scratch;
    const std::string& block;
    const std::vector<std::string> out;  ///< lines of stdout
    const std::string err;
};

void expect_objects(const std::vector<std::string>& lines, const Words& keys) {
    for (const std::string& line : lines) {
        const Json object = Json::parse(line, nullptr, false);
        ASSERT_TRUE(object.is_object()) << line;
        for (const std::string& key : keys) EXPECT_TRUE(object.contains(key)) << key << " in " << line;
    }
}

void expect_text(const Ran& ran) {
    ASSERT_FALSE(ran.out.empty());
    EXPECT_FALSE(ran.out.front().empty());
}

/// Every line begins with one of these, and a tab.
void expect_first_column(const std::vector<std::string>& lines, const Words& allowed) {
    for (const std::string& line : lines) {
        const std::string word = line.substr(0, line.find('\t'));
        EXPECT_TRUE(std::find(allowed.begin(), allowed.end(), word) != allowed.end()) << line;
    }
}

struct Example {
    const char* heading;
    std::function<void(const Ran&)> check;
    const char* before = "";  ///< what the reader has done in the folder of the files
};

const Example kExamples[] = {
    {"Worked examples", [](const Ran& ran) { EXPECT_TRUE(ran.out.empty()); }},
    {kFiles, [](const Ran& ran) { EXPECT_EQ(ran.scratch.lines_in("report.txt").size(), 3u); }},
    {"Summarise a file", expect_text},
    {"Ask about what a pipe brings", expect_text},
    {"Ask about what a pipe brings", expect_text},
    {"Read a log that is too long",
     [](const Ran& ran) {
         expect_text(ran);
         EXPECT_NE(ran.err.find("is cut to "), std::string::npos) << ran.err;
     }},
    {"Classify lines",
     [](const Ran& ran) {
         const auto lines = ran.scratch.lines_in("feedback.txt");
         ASSERT_EQ(ran.out.size(), lines.size());
         expect_first_column(ran.out, {"bug", "wish", "praise"});
         for (size_t i = 0; i < lines.size(); ++i) EXPECT_TRUE(ran.out[i].ends_with("\t" + lines[i])) << ran.out[i];
     }},
    {"Extract JSON from mails",
     [](const Ran& ran) {
         const auto lines = ran.scratch.lines_in("orders.jsonl");
         EXPECT_EQ(lines.size(), 2u);
         expect_objects(lines, {"sender", "order", "urgent"});
     }},
    {"Name files by what is in them",
     [](const Ran& ran) {
         EXPECT_FALSE(ran.scratch.has("report.txt"));
         const std::string name = ran.scratch.run("ls | grep -cE '^[a-z]{3,9}(-[a-z]{3,9}){1,3}\\.txt$'").out;
         EXPECT_EQ(name, "1\n");
     }},
    {"A commit message from a diff",
     [](const Ran& ran) {
         const auto message = ran.scratch.lines_in("message.txt");
         ASSERT_EQ(message.size(), 1u);
         EXPECT_TRUE(std::isupper(message[0][0])) << message[0];
         const auto n_characters = std::count_if(message[0].begin(), message[0].end(),
                                                 [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
         EXPECT_TRUE(n_characters >= 10 && n_characters <= 61) << message[0];
         EXPECT_EQ(ran.scratch.run("git log --oneline | wc -l").out.find_first_not_of(" 1\n"), std::string::npos);
     },
     "git init -q && git add mails report.txt"},
    {"If",
     [](const Ran& ran) {
         ASSERT_EQ(ran.out.size(), 1u);
         EXPECT_TRUE(ran.out[0] == "spam" || ran.out[0] == "not spam, or not sure enough") << ran.out[0];
     }},
    {"If", [](const Ran& ran) { EXPECT_EQ(ran.scratch.run("ls mails spam | grep -c txt").out, "2\n"); }},
    {"One of several",
     [](const Ran& ran) {
         ASSERT_EQ(ran.out.size(), 1u);
         EXPECT_TRUE(ran.out[0] == "Hello!" || ran.out[0] == "Bonjour !" || ran.out[0] == "Guten Tag!") << ran.out[0];
     }},
    {"The likeliest first",
     [](const Ran& ran) {
         ASSERT_EQ(ran.out.size(), 2u);
         double last = 1;
         for (const std::string& line : ran.out) {
             const double probability = std::stod(line);
             EXPECT_TRUE(probability > 0 && probability <= last) << line;
             EXPECT_NE(line.find("\tmails/"), std::string::npos) << line;
             last = probability;
         }
     }},
    {"Many lines, and a break between them",
     [](const Ran& ran) {
         const std::string whole = ran.scratch.text_of("french.txt");
         const auto lines = lines_of(whole);
         ASSERT_EQ(lines.size(), 5u);
         const std::string kept = lines[0] + "\n" + lines[1] + "\n";
         ran.scratch.cut("french.txt", kept.size() + lines[2].size() / 2);
         EXPECT_EQ(ran.scratch.run(ran.block).code, 0);
         EXPECT_TRUE(ran.scratch.text_of("french.txt").starts_with(kept));
         EXPECT_EQ(ran.scratch.lines_in("french.txt").size(), 5u);
     }},
    {"Many objects",
     [](const Ran& ran) {
         const auto lines = ran.scratch.lines_in("replies.jsonl");
         EXPECT_EQ(lines.size(), 2u);
         expect_objects(lines, {"text", "input", "error"});
     }},
    {"Translate letters, with all that can happen",
     [](const Ran& ran) {
         EXPECT_NE(ran.err.find("letters/too-long.txt: too long for this model"), std::string::npos) << ran.err;
         EXPECT_EQ(ran.scratch.run("ls french").out, "ada.txt\nbo.txt\n");
         for (const char* name : {"french/ada.txt", "french/bo.txt"}) EXPECT_GT(ran.scratch.text_of(name).size(), 1u);
     }},
    {"Inside a loop that reads",
     [](const Ran& ran) {
         for (const std::string& word : ran.scratch.lines_in("words.txt"))
             EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), word + ":"), 1) << word;
         EXPECT_GE(ran.out.size(), 10u);
     }},
    {"The same answer again", [](const Ran& ran) { EXPECT_EQ(ran.out, Words{"the same"}); }},
};

TEST(Examples, RunAsTheyStandOnThePage) {
    const std::vector<Block> blocks = blocks_of_page();
    Words on_page, tested;
    for (const Block& block : blocks) on_page.push_back(block.heading);
    for (const Example& example : kExamples) tested.push_back(example.heading);
    ASSERT_EQ(on_page, tested) << "every block of the page has its line in kExamples";
    const auto files =
        std::find_if(blocks.begin(), blocks.end(), [](const Block& block) { return block.heading == kFiles; });
    for (size_t i = 0; i < blocks.size(); ++i) {
        SCOPED_TRACE(blocks[i].heading + "\n" + blocks[i].text);
        const Scratch scratch;
        ASSERT_EQ(scratch.run(files->text + kExamples[i].before).code, 0);
        const Finished done = scratch.run(blocks[i].text);
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_EQ(done.err.find("siskin: "), done.err.find("siskin: the prompt has ")) << done.err;
        kExamples[i].check({scratch, blocks[i].text, lines_of(done.out), done.err});
    }
}

}  // namespace
}  // namespace siskin::test
