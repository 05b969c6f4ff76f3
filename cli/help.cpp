#include "cli/help.h"

#include <CLI/CLI.hpp>
#include <string_view>
#include <vector>

namespace siskin {
namespace {

constexpr size_t kColumn = 27, kWidth = 80;

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        words.emplace_back(text.substr(0, text.find(' ')));
        text.remove_prefix(std::min(text.size(), words.back().size() + 1));
    }
    return words;
}

/// Words filled into lines that begin at column `begin`, where the first one is now.
std::string filled(const std::vector<std::string>& words, size_t begin) {
    std::string out;
    size_t column = begin;
    for (const std::string& word : words) {
        if (column > begin && column + 1 + word.size() > kWidth) {
            out += "\n" + std::string(begin, ' ');
            column = begin;
        }
        if (column > begin) out += ' ', column += 1;
        out += word;
        column += word.size();
    }
    return out + "\n";
}

/// A title, and beside it or, if it is long, below it a text.
std::string entry(const std::string& title, std::string_view text, size_t column) {
    const bool fits = title.size() + 2 <= column;
    const std::string gap = fits ? std::string(column - title.size(), ' ') : "\n" + std::string(column, ' ');
    return title + gap + filled(words_of(text), column);
}

std::string examples_of(const CommandRow& row) {
    std::string text;
    for (const std::string_view example : row.examples) text.append("  siskin ").append(example).append("\n");
    return text;
}

}  // namespace

std::string program_help() {
    std::string text = "siskin runs GGUF language models on the processor of this machine.\n\n";
    for (const std::string_view name : {"run", "chat"}) text += examples_of(*find_command(name));
    text += "\nCommands:\n";
    for (const CommandRow& row : all_commands()) text += entry("  " + std::string(row.name), row.summary, 14);
    text += "\nsiskin COMMAND --help lists the flags of a command.\n\nEnvironment:\n";
    for (const EnvironmentVariable& variable : all_environment_variables())
        text += entry("    " + std::string(variable.name), variable.means, 18);
    std::vector<std::string> codes;  // a number and what it means stay on one line
    for (const auto& [code, means] : all_exit_codes()) codes.push_back(std::to_string(code) + " " + std::string(means));
    for (size_t i = 0; i < codes.size(); ++i) codes[i] += i + 1 < codes.size() ? "," : ".";
    return text + "\nExit codes: " + filled(codes, 12);
}

std::string command_help(const CommandRow& row, const CLI::App& app) {
    const std::string name(row.name), usage = row.usage.empty() ? "" : " " + std::string(row.usage);
    std::string text = filled(words_of("siskin " + name + ": " + std::string(row.summary)), 0);
    text += "\nUsage: siskin " + name + usage + " [FLAGS]\n\nExamples:\n" + examples_of(row);
    std::string group, general;
    bool has_default = false;
    for (const CLI::Option* option : app.get_options()) {
        const std::string line = entry("  " + flag_title(*option), flag_description(*option), kColumn);
        if (option->get_group() == "General") {
            general += line;
            continue;
        }
        if (option->get_group() != group) text += "\n" + (group = option->get_group()) + ":\n";
        text += line;
        has_default = has_default || line.ends_with("]\n");
    }
    text += "\nGeneral:\n" + general;
    return text + (has_default ? "\nIn brackets: what holds where the flag is not given.\n" : "");
}

std::string flag_title(const CLI::Option& option) {
    std::string names;
    for (const std::string& name : option_names(option)) names.append(names.empty() ? "" : ", ").append(name);
    return option.get_items_expected_max() > 0 ? names + " " + option.get_type_name() : names;
}

std::string flag_description(const CLI::Option& option) {
    const std::string& usual = option.get_default_str();
    const bool says_something = !usual.empty() && usual != "[]" && usual != "\"\"";
    return option.get_description() + (says_something ? " [" + usual + "]" : "");
}

}  // namespace siskin
