#pragma once
// Help for people at a terminal, from the tables of commands and the options of their parsers.

#include <string>

#include "cli/commands.h"

namespace siskin {

std::string program_help();
std::string command_help(const CommandRow& row, const CLI::App& app);

/// "-n, --predict, --n-predict N"
std::string flag_title(const CLI::Option& option);
/// What a flag does, with its default in brackets where that says something.
std::string flag_description(const CLI::Option& option);

}  // namespace siskin
