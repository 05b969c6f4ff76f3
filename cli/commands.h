#pragma once
// The commands. Each adds its options to the parser and returns what runs once they are parsed; that returns the exit
// code.

#include <functional>

#include "cli/args.h"

namespace siskin {

using Command = std::function<int(Arguments&)>;

Command run_command(CLI::App& app);
Command chat_command(CLI::App& app);
Command logits_command(CLI::App& app);
Command tokenize_command(CLI::App& app);
Command template_command(CLI::App& app);
Command info_command(CLI::App& app);
Command bench_command(CLI::App& app);
Command doctor_command(CLI::App& app);

}  // namespace siskin
