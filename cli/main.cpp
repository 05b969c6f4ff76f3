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

struct CommandRow {
    const char *name, *usage, *summary;
    Command (*make)(CLI::App&);
};

constexpr CommandRow kCommands[] = {
    {"run", "[MODEL] [PROMPT]", "answer one prompt, or go on with a text", run_command},
    {"chat", "[MODEL]", "talk with a model", chat_command},
    {"info", "[MODEL]", "what is in a GGUF file", info_command},
    {"bench", "[-m MODEL]", "measure reading and writing speed", bench_command},
    {"tokenize", "[-m MODEL]", "text on stdin to token ids, and back", tokenize_command},
    {"template", "[-m MODEL]", "what a chat template makes of a conversation", template_command},
    {"logits", "[-m MODEL] --tokens IDS", "the numbers behind the answers", logits_command},
    {"doctor", "", "what this machine can do, and whether siskin computes right on it", doctor_command},
};

const CommandRow* find_command(std::string_view name) {
    for (const CommandRow& row : kCommands)
        if (row.name == name) return &row;
    return nullptr;
}

std::string help() {
    std::string text =
        "siskin runs GGUF language models on the processor of this machine.\n\n"
        "  siskin run model.gguf \"Why is the sky blue?\"\n"
        "  siskin run model.gguf \"Summarise:\" < report.txt\n"
        "  siskin chat model.gguf\n\nCommands:\n";
    for (const CommandRow& row : kCommands)
        text += "  " + std::string(row.name) + std::string(10 - std::string_view(row.name).size(), ' ') + row.summary +
                "\n";
    return text +
           "\n`siskin COMMAND --help` lists the flags of a command.\n"
           "Without a model a small built-in one answers, or that of the environment variable SISKIN_MODEL.\n"
           "The environment variable SISKIN_ISA forces the kernels of one instruction set.\n"
           "Exit codes: 0 ok, 1 failed, 2 usage, 65 bad model or data, 66 no such file, 70 bug, 71 not enough memory,\n"
           "73 cannot create output, 74 I/O error, 75 busy, 77 permission, 78 prompt does not fit the context,\n"
           "124 time limit, 130 interrupted, 141 closed pipe, 143 terminated.\n";
}

int run_command_line(const CommandRow& row, const std::vector<std::string>& args) {
    CLI::App app(std::string("siskin ") + row.name + ": " + row.summary, std::string("siskin ") + row.name);
    app.option_defaults()->take_last()->always_capture_default();
    app.set_help_flag("-h,--help", "print this")->group("General");
    const Command command = row.make(app);
    try {
        Arguments arguments = parse_arguments(app, args);
        return command(arguments);
    } catch (const CLI::CallForHelp&) {
        put(command_help(app, row.usage));
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
        say_lines(help());
        return int(Fault::Usage);
    }
    const std::string name = args.front();
    args.erase(args.begin());
    const bool wants_help = name == "-h" || name == "--help" || name == "help";
    if (wants_help && args.empty()) return put(help()), 0;
    if (name == "--version") return put("siskin " SISKIN_VERSION " (" SISKIN_COMMIT ")\n"), 0;
    const CommandRow* row = find_command(wants_help ? args.front() : name);
    if (wants_help) args = {"--help"};
    if (row) return run_command_line(*row, args);
    std::vector<std::string> names;
    for (const CommandRow& known : kCommands) names.emplace_back(known.name);
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
