// The only place that catches and exits.

#include <CLI/CLI.hpp>
#include <new>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "formats/error.h"
#include "ops/kernels.h"

namespace siskin {
namespace {

int run_command_line(const CommandRow& row, const std::vector<std::string>& args) {
    const CommandParser parser = parser_of(row);
    try {
        Arguments arguments = parse_arguments(*parser.app, args);
        return parser.command(arguments);
    } catch (const CLI::CallForHelp&) {
        put(command_help(row, *parser.app));
        return 0;
    }
}

void say_lines(std::string_view text) {
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        say(text.substr(0, end));
        text.remove_prefix(std::min(text.size(), end + 1));
    }
}

int dispatch(std::vector<std::string> args) {
    if (args.empty()) {
        say_lines(program_help());
        return int(Fault::Usage);
    }
    const std::string name = args.front();
    args.erase(args.begin());
    const bool wants_help = name == "-h" || name == "--help" || name == "help";
    if (wants_help && args.empty()) return put(program_help()), 0;
    if (name == "--version") return put("siskin " SISKIN_VERSION " (" SISKIN_COMMIT ")\n"), 0;
    const CommandRow* row = find_command(wants_help ? args.front() : name);
    if (wants_help) args = {"--help"};
    if (row) return run_command_line(*row, args);
    std::vector<std::string> names;
    for (const CommandRow& known : all_commands()) names.emplace_back(known.name);
    fail(Fault::Usage, "unknown command \"", name, "\"", did_you_mean(name, names));
}

int fail_with(Fault fault, std::string_view message) {
    say("siskin: " + std::string(message));
    return int(fault);
}

/// Runs the whole program and turns every way to fail into an exit code and one line.
template <class Program>
int guarded(Program&& program) {
    try {
        return program();
    } catch (const Exit& exit) {
        return exit.code;
    } catch (const Error& error) {
        return fail_with(error.fault(), error.what());
    } catch (const std::bad_alloc&) {
        return fail_with(Fault::NoMemory, "not enough memory; a smaller context (-c) or a smaller model needs less");
    } catch (const std::exception& error) {
        return fail_with(Fault::Bug, std::string("bug: ") + error.what());
    }
}

}  // namespace
}  // namespace siskin

int main(int argc, char** argv) {
    using namespace siskin;
    guard_standard_files();
    install_signal_handlers();
    const int code = guarded([&] { return dispatch({argv + 1, argv + argc}); });
    const int closing = guarded([] { return close_stdout(), 0; });
    return code ? code : closing;
}
