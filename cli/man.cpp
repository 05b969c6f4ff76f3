// The manual in the language of man(7), from the same tables as help.

#include <CLI/CLI.hpp>
#include <map>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/terminal.h"

namespace siskin {
namespace {

/// Text that roff prints as it is: no escapes, and no line that looks like a request.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '\'')
            out += "\\(aq";
        else
            out += c;
    }
    return out.starts_with('.') ? "\\&" + out : out;
}

std::string bold(std::string_view text) { return "\\fB" + plain(text) + "\\fR"; }

std::string entry(const std::string& title, std::string_view text) {
    return ".TP\n" + title + "\n" + plain(text) + "\n";
}

std::string flags_of(const std::vector<const CLI::Option*>& options) {
    std::string text;
    for (const CLI::Option* option : options) text += entry(bold(flag_title(*option)), flag_description(*option));
    return text;
}

/// The flags of every command by group. What a command has in common with one before is told there alone.
class CommandPages {
  public:
    std::string page(const CommandRow& row) {
        const CommandParser parser = parser_of(row);
        std::string text = ".SS " + bold("siskin " + std::string(row.name)) + " " + plain(row.usage) + "\n" +
                           plain(row.summary) + "\n";
        std::string group;
        std::vector<const CLI::Option*> options;
        for (const CLI::Option* option : parser.app->get_options()) {
            if (option->get_group() != group) text += section(row, group, std::exchange(options, {}));
            group = option->get_group();
            options.push_back(option);
        }
        return text + section(row, group, options);
    }

  private:
    std::string section(const CommandRow& row, const std::string& group,
                        const std::vector<const CLI::Option*>& options) {
        if (options.empty() || group == "General") return "";
        const std::string text = flags_of(options), title = ".PP\n\\fI" + plain(group) + "\\fR\n";
        const auto [first, is_new] = told_.try_emplace(text, row.name);
        return title + (is_new ? text : ".IP\nAs for " + bold("siskin " + std::string(first->second)) + ".\n");
    }

    std::map<std::string, std::string_view> told_;  // by text, the command
};

std::string manual() {
    std::string text = ".TH SISKIN 1 \"\" \"siskin " SISKIN_VERSION "\" \"User Commands\"\n";
    text += ".SH NAME\nsiskin \\- run GGUF language models on the processor of this machine\n.SH SYNOPSIS\n";
    std::string_view between;
    for (const CommandRow& row : all_commands()) {
        text.append(between).append(bold("siskin " + std::string(row.name)));
        if (!row.usage.empty()) text += " " + plain(row.usage);
        text += " [FLAGS]\n";
        between = ".br\n";
    }
    text += ".SH DESCRIPTION\n" +
            plain(
                "siskin runs language models in GGUF files, on the processor and without a daemon. stdout is the "
                "answer and nothing else; notes go to stderr. A small model is built in.") +
            "\n.SH COMMANDS\n" + bold("siskin COMMAND --help") + " lists the flags of a command.\n";
    CommandPages pages;
    for (const CommandRow& row : all_commands()) text += pages.page(row);
    text += ".SH ENVIRONMENT\n";
    for (const EnvironmentVariable& variable : all_environment_variables())
        text += entry(bold(variable.name), variable.means);
    text += ".SH EXIT STATUS\n";
    for (const auto& [code, means] : all_exit_codes()) text += entry(bold(std::to_string(code)), means);
    text += ".SH EXAMPLES\n.nf\n";
    for (const CommandRow& row : all_commands())
        for (const std::string_view example : row.examples) text += plain("siskin " + std::string(example)) + "\n";
    return text + ".fi\n";
}

}  // namespace

Command man_command(CLI::App&) {
    return [](Arguments& arguments) {
        refuse_more(arguments);
        note_ignored(arguments);
        put(manual());
        return 0;
    };
}

}  // namespace siskin
