#pragma once
// The help of a command, from its options.

#include <string>

namespace CLI {
class App;
}

namespace siskin {

/// `usage` is what follows the command's name.
std::string command_help(const CLI::App& app, const std::string& usage);

}  // namespace siskin
