#include "cli/help.h"

#include <CLI/CLI.hpp>
#include <string_view>

namespace siskin {
namespace {

constexpr size_t kColumn = 34, kWidth = 110;

/// "-n, --predict, --n-predict N"
std::string names_of(const CLI::Option& option) {
    std::string names;
    for (const std::string& name : option.get_snames()) names += (names.empty() ? "-" : ", -") + name;
    for (const std::string& name : option.get_lnames()) names += (names.empty() ? "--" : ", --") + name;
    const bool takes_value = option.get_items_expected_max() > 0;
    return takes_value ? names + " " + option.get_type_name() : names;
}

/// Words of `text` filled into the right-hand column, which starts now.
std::string filled(std::string_view text) {
    std::string out;
    size_t column = kColumn;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (column > kColumn && column + 1 + word.size() > kWidth) {
            out += "\n" + std::string(kColumn, ' ');
            column = kColumn;
        }
        if (column > kColumn) out += ' ', column += 1;
        out += word;
        column += word.size();
    }
    return out;
}

}  // namespace

std::string command_help(const CLI::App& app, const std::string& usage) {
    std::string text = app.get_description() + "\n\nUsage: " + app.get_name() + " " + usage + " [FLAGS]\n", group;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_group() != group) text += "\n" + (group = option->get_group()) + ":\n";
        std::string line = "  " + names_of(*option);
        line += line.size() + 2 > kColumn ? "\n" + std::string(kColumn, ' ') : std::string(kColumn - line.size(), ' ');
        std::string description = option->get_description();
        const std::string& usual = option->get_default_str();
        if (!usual.empty() && usual != "[]") description += " [" + usual + "]";
        text += line + filled(description) + "\n";
    }
    return text;
}

}  // namespace siskin
