#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>

#include "cli/commands.h"
#include "cli/memory_check.h"
#include "cli/model_facts.h"
#include "cli/options.h"
#include "cli/self_test.h"
#include "cli/terminal.h"
#include "formats/error.h"
#include "ops/cpu.h"
#include "ops/memory_bounds.h"
#include "ops/system_files.h"

namespace siskin {
namespace {

void print_processor() {
    std::string features;
    for (const std::string& name : cpu_feature_names()) features += (features.empty() ? "" : " ") + name;
    put_row("processor", cpu_name());
    put_row("features", features.empty() ? "none that siskin uses" : features);
    const ThreadAdvice advice = advise_threads();
    put_row("threads", advice.threads, " (", advice.reason, ")");
}

void print_memory() {
    const auto page = uint64_t(sysconf(_SC_PAGESIZE));
    for (const MemoryBound& bound : memory_bounds()) put_row("memory", free_text(bound));
    const auto huge = first_line("/sys/kernel/mm/transparent_hugepage/enabled");
    put_row("pages", bytes_text(page), "; huge pages: ", huge.value_or("not offered by the system"));
}

void print_choice() {
    const char* forced = std::getenv("SISKIN_ISA");
    std::string others;
    for (const Kernels* table : all_kernels())
        if (table != &kernels())
            others +=
                (others.empty() ? "" : ", ") + std::string(table->name) + (can_run(*table) ? "" : " (cannot run here)");
    put_row("kernels", kernels().name,
            forced && *forced ? " (SISKIN_ISA asks for it)" : " (the best that can run here)",
            others.empty() ? "" : "; also built in: " + others);
}

/// Whether every kernel that can run gives the bits of the scalar one.
bool test_kernels() {
    const Kernels& scalar = *all_kernels().back();
    bool sound = true;
    for (const Kernels* table : all_kernels()) {
        if (table == &scalar || !can_run(*table)) continue;
        const SelfTest result = self_test(*table, scalar);
        std::string differing;
        for (const std::string& name : result.differing) differing += (differing.empty() ? "" : ", ") + name;
        if (result.differing.empty())
            put_row("self-test", table->name, ": ", result.n_checks, " checks give the bits of the scalar kernels");
        else
            put_row("self-test", table->name, ": ", result.differing.size(), " of ", result.n_checks,
                    " checks DIFFER: ", differing);
        sound &= result.differing.empty();
    }
    return sound;
}

}  // namespace

Command doctor_command(CLI::App&) {
    return [](Arguments& arguments) {
        refuse_more(arguments);
        note_ignored(arguments);
        print_processor();
        print_memory();
        print_choice();
        if (test_kernels()) return 0;
        fail(Fault::Bug, "kernels give wrong results on this machine; until this is repaired, set SISKIN_ISA=",
             all_kernels().back()->name, " and report the lines above");
    };
}

}  // namespace siskin
