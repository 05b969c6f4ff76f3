#include "ops/kernels.h"

#include <array>
#include <cstdlib>
#include <iterator>
#include <string>

#include "formats/error.h"
#include "ops/cpu.h"
#include "ops/isa/tables.h"

namespace siskin {
namespace {

struct Candidate {
    const Kernels* table;
    bool (*runs_on)(const CpuFeatures&);
};

#if defined(__x86_64__)
bool has_avx2(const CpuFeatures& cpu) { return cpu.avx2 && cpu.fma && cpu.f16c; }
bool has_avx512(const CpuFeatures& cpu) {
    return has_avx2(cpu) && cpu.avx512f && cpu.avx512cd && cpu.avx512bw && cpu.avx512dq && cpu.avx512vl;
}
#endif

/// Best first. A new instruction set is one line here.
constexpr Candidate kCandidates[] = {
#if defined(__x86_64__)
    {&kAvx512Bf16Kernels, [](const CpuFeatures& cpu) { return has_avx512(cpu) && cpu.avx512vnni && cpu.avx512bf16; }},
    {&kAvx512VnniKernels, [](const CpuFeatures& cpu) { return has_avx512(cpu) && cpu.avx512vnni; }},
    {&kAvx512Kernels, has_avx512},
    {&kAvxVnniKernels, [](const CpuFeatures& cpu) { return has_avx2(cpu) && cpu.avxvnni; }},
    {&kAvx2Kernels, has_avx2},
#endif
    {&kScalarKernels, [](const CpuFeatures&) { return true; }},
};
constexpr size_t kCandidateCount = std::size(kCandidates);

constexpr auto kTables = [] {
    std::array<const Kernels*, kCandidateCount> tables = {};
    for (size_t i = 0; i < kCandidateCount; ++i) tables[i] = kCandidates[i].table;
    return tables;
}();

const Kernels& best_table() {
    for (const Candidate& candidate : kCandidates)
        if (candidate.runs_on(cpu_features())) return *candidate.table;
    return kScalarKernels;
}

std::string runnable_names() {
    std::string names;
    for (const Kernels* table : kTables)
        if (can_run(*table)) names += (names.empty() ? "" : ", ") + std::string(table->name);
    return names;
}

const Kernels& table_named(std::string_view name) {
    for (const Kernels* table : kTables) {
        if (table->name != name) continue;
        if (!can_run(*table))
            fail(Fault::Usage, "SISKIN_ISA=", name, ": this processor cannot run it; it can run ", runnable_names());
        return *table;
    }
    fail(Fault::Usage, "SISKIN_ISA=", name, ": no such instruction set; this processor can run ", runnable_names());
}

const Kernels& chosen_table() {
    const char* name = std::getenv("SISKIN_ISA");
    return name && *name ? table_named(name) : best_table();
}

}  // namespace

std::span<const Kernels* const> all_kernels() { return kTables; }

bool can_run(const Kernels& table) {
    for (const Candidate& candidate : kCandidates)
        if (candidate.table == &table) return candidate.runs_on(cpu_features());
    return false;
}

const Kernels& kernels() {
    static const Kernels& chosen = chosen_table();
    return chosen;
}

}  // namespace siskin
