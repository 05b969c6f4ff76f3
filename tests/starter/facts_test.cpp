// models/starter/facts.json, from which the starter model learns, against what siskin's help says. What the model would
// say and siskin does not have is a fault, and so is what siskin has and the model never heard of.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/process.h"

namespace siskin::test {
namespace {

using Json = nlohmann::json;

Json facts() {
    std::ifstream file(SISKIN_SOURCE "/models/starter/facts.json");
    return Json::parse(file);
}

std::vector<std::string> help_lines(const std::string& command) {
    std::vector<std::string> call = {SISKIN_PROGRAM};
    if (!command.empty()) call.push_back(command);
    call.push_back("--help");
    std::istringstream out(run_process(call).out);
    std::vector<std::string> lines;
    for (std::string line; std::getline(out, line);) lines.push_back(line);
    return lines;
}

/// What stands between `open` and `close` in a text, or an empty string.
std::string between(const std::string& text, char open, char close) {
    const size_t begin = text.find(open), end = text.find(close, begin);
    return end == std::string::npos ? "" : text.substr(begin + 1, end - begin - 1);
}

/// "-n,     --predict, --n-predict N" and "(-ub) the same" give the names of a flag.
void add_names(const std::string& text, std::vector<std::string>& names) {
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        while (!word.empty() && word.back() == ',') word.pop_back();
        if (word.starts_with('-')) names.push_back(word);
    }
}

/// Every flag of a command by each of its names, with the default that the help shows for it.
std::map<std::string, std::string> flags_of(const std::string& command) {
    std::map<std::string, std::string> flags;
    std::vector<std::string> names;
    for (const std::string& line : help_lines(command)) {
        const bool begins = line.starts_with("  -");
        if (!begins && !line.starts_with("      ")) continue;
        if (begins) {
            names.clear();
            const size_t gap = line.find("  ", line.find("--") == std::string::npos ? 4 : line.find("--"));
            add_names(line.substr(0, gap), names);
            for (const std::string& name : names) flags[name] = "";
        }
        if (const std::string other = between(line, '(', ')'); other.starts_with('-')) {
            names.push_back(other);
            flags[other] = "";
        }
        if (const std::string value = between(line, '[', ']'); !value.empty())
            for (const std::string& name : names) flags[name] = value;
    }
    return flags;
}

bool same_value(const std::string& a, const std::string& b) {
    return a == b || (!a.empty() && !b.empty() && std::strtod(a.c_str(), nullptr) == std::strtod(b.c_str(), nullptr));
}

TEST(Facts, Commands) {
    const Json all = facts();
    std::vector<std::string> listed, shown;
    for (const auto& [name, about] : all.at("commands").items()) listed.push_back(name);
    for (const std::string& line : help_lines(""))
        if (line.starts_with("  ") && !line.starts_with("  siskin ") && line.size() > 2 && line[2] != ' ')
            shown.push_back(line.substr(2, line.find(' ', 2) - 2));
    std::sort(shown.begin(), shown.end());  // as nlohmann sorts the listed ones
    EXPECT_EQ(listed, shown);
}

TEST(Facts, FlagsAndTheirDefaults) {
    const Json all = facts();
    for (const auto& [command, about] : all.at("commands").items()) {
        const auto shown = flags_of(command);
        EXPECT_FALSE(shown.empty()) << command;
        std::map<std::string, std::string> listed;
        for (const auto& [key, flag] : all.at("flags").items()) {
            const auto& commands = flag.at("commands");
            if (std::find(commands.begin(), commands.end(), command) == commands.end()) continue;
            for (const std::string name : flag.at("names")) listed[name] = flag.value("default", "");
        }
        for (const auto& [name, value] : listed) {
            ASSERT_TRUE(shown.contains(name)) << "siskin " << command << " has no " << name;
            EXPECT_TRUE(value.empty() || same_value(value, shown.at(name)))
                << command << ' ' << name << ": listed " << value << ", shown " << shown.at(name);
        }
        for (const auto& [name, value] : shown)
            EXPECT_TRUE(listed.contains(name)) << "facts.json lacks siskin " << command << ' ' << name;
    }
}

TEST(Facts, ExitCodesAndEnvironment) {
    std::string help;
    for (const std::string& line : help_lines("")) help += line + ' ';
    const std::string codes = help.substr(help.find("Exit codes:"));
    const Json all = facts();
    for (const auto& [code, meaning] : all.at("exit_codes").items())
        EXPECT_NE(codes.find(' ' + code + ' '), std::string::npos) << code;
    for (const std::string name : all.at("environment")) EXPECT_NE(help.find(name), std::string::npos) << name;
}

}  // namespace
}  // namespace siskin::test
