// Every command in surroundings that are not as usual: standard files closed or full, no home or one that cannot be
// written, another locale, a terminal that can do nothing. The exit code says what happened, stderr holds one clear
// line at most, and of what was to be written nothing is lost.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include "cli/commands.h"
#include "tests/cli/siskin.h"

namespace siskin::test {
namespace {

struct Use {
    std::string name;
    Words words;
    std::string input;
    bool repeats;       ///< the same output each time
    bool slow = false;  ///< tried only where it fails at once
};

/// A row for each command that computes or prints; those without one are asked for their help alone.
std::vector<Use> uses(Models& models) {
    const std::string model = models.chatml();
    const Words repeatable = {"-n", "4", "-s", "1", "-t", "1"};
    std::vector<Use> all = {
        {"run", Words{"run", model, "-p", "hi"} + repeatable, "", true},
        {"run with a prompt on stdin", Words{"run", model, "Say:"} + repeatable, "hi\n", true},
        {"run for each line", Words{"run", model, "--each", "lines", "Say:"} + repeatable, "hi\nagain\n", true},
        {"chat", Words{"chat", model} + repeatable, "hi\nagain\n", true},
        {"choose", {"choose", model, "-p", "hi", "-t", "1"}, "", true},
        {"score", {"score", model, "-p", "hi", "-t", "1"}, "", true},
        {"list", {"list", "--json"}, "", true},
        {"info", {"info", model}, "", true},
        {"plan", {"plan", model, "-p", "8", "-n", "2"}, "", false},
        {"bench", {"bench", model, "-p", "4", "-n", "2", "-r", "1"}, "", false},
        {"tokenize", {"tokenize", model, "--ids"}, "some text", true},
        {"template", {"template", model}, "", true},
        {"logits", {"logits", model, "--tokens", "1,2,3"}, "", true},
        {"doctor", {"doctor"}, "", false, true},
        {"completion", {"completion", "bash"}, "", true},
        {"man", {"man"}, "", true},
    };
    for (const CommandRow& row : all_commands())
        all.push_back({"help " + std::string(row.name), {std::string(row.name), "--help"}, "", true});
    return all;
}

struct Surroundings {
    const char* name;
    ProcessOptions options;
    bool can_write = true;
    bool can_read = true;
};

std::vector<Surroundings> all_surroundings() {
    const Words homes = {"HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"};
    std::vector<Surroundings> all;
    all.reserve(16);  // references to them stay
    const auto add = [&](const char* name) -> Surroundings& { return all.emplace_back(Surroundings{name, {}}); };
    Surroundings& no_input = add("stdin closed");
    no_input.options.stdin_closed = true;
    no_input.can_read = false;
    Surroundings& no_output = add("stdout closed");
    no_output.options.stdout_to = "closed";
    no_output.can_write = false;
    Surroundings& full = add("stdout full");
    full.options.stdout_to = "/dev/full";
    full.can_write = false;
    add("no home").options.without = homes;
    Surroundings& read_only = add("a home that cannot be written");
    read_only.options.without = homes;
    read_only.options.environment = {"HOME=/proc/self"};  // nobody may, root neither
    add("the C locale").options.environment = {"LC_ALL=C", "LANG=C"};
    add("a locale with decimal commas").options.environment = {"LC_ALL=de_DE.UTF-8"};
    add("a dumb terminal").options.environment = {"TERM=dumb"};
    add("no terminal type").options.without = {"TERM"};
    return all;
}

class Everywhere : public testing::TestWithParam<Surroundings> {};
INSTANTIATE_TEST_SUITE_P(Surroundings, Everywhere, testing::ValuesIn(all_surroundings()), [](const auto& parameter) {
    std::string name = parameter.param.name;
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
});
void PrintTo(const Surroundings& s, std::ostream* out) { *out << s.name; }

/// What a command does as usual; each is called once.
const Finished& as_usual(const Use& use, const std::string& input) {
    static std::map<std::string, Finished> known;
    const auto [place, is_new] = known.try_emplace(use.name + "\n" + input);
    if (is_new) {
        place->second = call(use.words, {.input = input});
        EXPECT_EQ(place->second.code, 0) << place->second.err;
    }
    return place->second;
}

TEST_P(Everywhere, CommandsDoWhatTheyAlwaysDo) {
    static Models models;
    const Surroundings& where = GetParam();
    for (const Use& use : uses(models)) {
        SCOPED_TRACE(use.name);
        if (use.slow && where.can_write) continue;
        ProcessOptions options = where.options;
        options.input = where.can_read ? use.input : "";
        const Finished &expected = as_usual(use, options.input), done = call(use.words, options);
        if (where.can_write) {
            EXPECT_EQ(done.code, 0) << done.err;
            EXPECT_EQ(done.err, expected.err);
            if (use.repeats)
                EXPECT_EQ(done.out, expected.out);
            else
                EXPECT_FALSE(done.out.empty());
        } else if (!expected.out.empty()) {
            EXPECT_EQ(done.code, 74) << done.err;
            const std::string notes = done.err.substr(0, done.err.find("siskin: stdout: "));
            EXPECT_EQ(std::count(done.err.begin() + ptrdiff_t(notes.size()), done.err.end(), '\n'), 1) << done.err;
            EXPECT_TRUE(expected.err.starts_with(notes)) << done.err;
        }
    }
}

TEST(Surroundings, OnlyASessionNeedsAHome) {
    Models models;
    const Words words = {"chat", models.chatml(), "-S", "work", "-n", "2"};
    for (const Surroundings& where : all_surroundings()) {
        if (std::string(where.name).find("home") == std::string::npos) continue;
        ProcessOptions options = where.options;
        options.input = "hi\n";
        const Finished done = call(words, options);
        EXPECT_EQ(done.code, 73) << where.name << ": " << done.err;
        EXPECT_EQ(std::count(done.err.begin(), done.err.end(), '\n'), 1) << done.err;
        EXPECT_EQ(done.out, "");
    }
}

// A command that nobody entered above would only ever be tried with --help.
TEST(Surroundings, EveryCommandHasItsUse) {
    Models models;
    std::set<std::string> used;
    for (const Use& use : uses(models))
        if (use.words.size() < 2 || use.words[1] != "--help") used.insert(use.words[0]);
    used.insert("pull");  // takes a server: pull_test
    for (const CommandRow& row : all_commands()) EXPECT_TRUE(used.contains(std::string(row.name))) << row.name;
}

}  // namespace
}  // namespace siskin::test
