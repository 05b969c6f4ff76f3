#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <memory>

#include "cli/commands.h"
#include "cli/model_facts.h"
#include "cli/options.h"
#include "cli/self_test.h"
#include "cli/terminal.h"
#include "formats/error.h"
#include "ops/cpu.h"

namespace siskin {
namespace {

template <class... Parts>
void row(std::string_view title, const Parts&... parts) {
    std::ostringstream line;
    line << title << std::string(title.size() < 14 ? 14 - title.size() : 1, ' ');
    (line << ... << parts) << '\n';
    put_text(line.str());
}

std::string first_line(const char* path) {
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    return line;
}

/// "MemAvailable:   1234 kB" of /proc/meminfo, in bytes; 0 where the system does not tell.
uint64_t memory_line(std::string_view name) {
    std::ifstream in("/proc/meminfo");
    std::string word;
    uint64_t kilobytes = 0;
    while (in >> word)
        if (word == name && in >> kilobytes) return kilobytes * 1024;
    return 0;
}

void print_processor() {
    std::string features;
    for (const std::string& name : cpu_feature_names()) features += (features.empty() ? "" : " ") + name;
    row("processor", cpu_name());
    row("features", features.empty() ? "none that siskin uses" : features);
    const ThreadAdvice advice = advise_threads();
    row("threads", advice.threads, " (", advice.reason, ")");
}

void print_memory() {
    const auto page = uint64_t(sysconf(_SC_PAGESIZE));
    const uint64_t total = memory_line("MemTotal:"), available = memory_line("MemAvailable:");
    if (total) row("memory", bytes_text(available), " free of ", bytes_text(total));
    const std::string huge = first_line("/sys/kernel/mm/transparent_hugepage/enabled");
    row("pages", bytes_text(page), "; huge pages: ", huge.empty() ? "not offered by the system" : huge);
}

void print_choice() {
    const char* forced = std::getenv("SISKIN_ISA");
    std::string others;
    for (const Kernels* table : all_kernels())
        if (table != &kernels())
            others +=
                (others.empty() ? "" : ", ") + std::string(table->name) + (can_run(*table) ? "" : " (cannot run here)");
    row("kernels", kernels().name, forced && *forced ? " (SISKIN_ISA asks for it)" : " (the best that can run here)",
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
            row("self-test", table->name, ": ", result.n_checks, " checks give the bits of the scalar kernels");
        else
            row("self-test", table->name, ": ", result.differing.size(), " of ", result.n_checks,
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
