#pragma once
// What siskin is from outside: its commands, exit codes and environment. The parser, help, the man page and the
// completion of shells all go by these tables.

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cli/args.h"

namespace siskin {

/// What runs once the options are parsed. Returns the exit code.
using Command = std::function<int(Arguments&)>;

struct CommandRow {
    std::string_view name;
    std::string_view usage;  ///< the arguments: "[MODEL] [PROMPT]"; choices are separated by "|"
    std::string_view summary;
    Command (*make)(CLI::App&);              ///< adds the command's options to the parser
    std::vector<std::string_view> examples;  ///< what follows "siskin "
};

std::span<const CommandRow> all_commands();
const CommandRow* find_command(std::string_view name);  ///< nullptr where there is none; "ls" is list

/// A command's parser, and the command, which holds what the options are written to.
struct CommandParser {
    std::unique_ptr<CLI::App> app;
    Command command;
};
CommandParser parser_of(const CommandRow& row);

struct ExitCode {
    int code;
    std::string_view means;
};
std::span<const ExitCode> all_exit_codes();

struct EnvironmentVariable {
    std::string_view name, means;
};
std::span<const EnvironmentVariable> all_environment_variables();

Command run_command(CLI::App& app);
Command chat_command(CLI::App& app);
Command choose_command(CLI::App& app);
Command score_command(CLI::App& app);
Command logits_command(CLI::App& app);
Command tokenize_command(CLI::App& app);
Command template_command(CLI::App& app);
Command info_command(CLI::App& app);
Command bench_command(CLI::App& app);
Command list_command(CLI::App& app);
Command pull_command(CLI::App& app);
Command plan_command(CLI::App& app);
Command doctor_command(CLI::App& app);
Command completion_command(CLI::App& app);
Command man_command(CLI::App& app);

}  // namespace siskin
