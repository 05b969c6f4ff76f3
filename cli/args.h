#pragma once
// From what people type to what the option parser understands: long names with one dash (-ngl), flags of other programs
// that have no effect here, positional arguments, and a hint for names that do not exist.

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace siskin {

struct Arguments {
    std::vector<std::string> positional;  ///< in order; "-" is one of them
    std::vector<std::string> ignored;     ///< flags without effect here, as typed
};

/// Parses `args` for a command whose options `app` holds. Every option takes no value or exactly one, and the last of
/// several counts unless the option collects them.
/// Throws Error(Usage), and CLI::CallForHelp where help is asked for.
Arguments parse_arguments(CLI::App& app, const std::vector<std::string>& args);

/// Every way to write an option, dashes included: -n, -ngl, --predict.
std::vector<std::string> option_names(const CLI::Option& option);

/// ""; or "; did you mean NAME?" for the nearest of some names.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& names);

}  // namespace siskin
