#include "ops/cpu.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>
#include <thread>

#include "ops/system_files.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif
#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace siskin {
namespace {

namespace fs = std::filesystem;

// ------------------------------------------------------------------------------------------------------------ features

struct FeatureName {
    std::string_view name;
    bool CpuFeatures::*field;
};

constexpr FeatureName kFeatureNames[] = {
    {"avx2", &CpuFeatures::avx2},
    {"fma", &CpuFeatures::fma},
    {"f16c", &CpuFeatures::f16c},
    {"avxvnni", &CpuFeatures::avxvnni},
    {"avx512f", &CpuFeatures::avx512f},
    {"avx512cd", &CpuFeatures::avx512cd},
    {"avx512bw", &CpuFeatures::avx512bw},
    {"avx512dq", &CpuFeatures::avx512dq},
    {"avx512vl", &CpuFeatures::avx512vl},
    {"avx512vnni", &CpuFeatures::avx512vnni},
    {"avx512bf16", &CpuFeatures::avx512bf16},
    {"neon", &CpuFeatures::neon},
    {"dotprod", &CpuFeatures::dotprod},
    {"i8mm", &CpuFeatures::i8mm},
    {"bf16", &CpuFeatures::bf16},
};

#if defined(__x86_64__)

enum Register { kEax, kEbx, kEcx, kEdx };

struct CpuidBit {
    bool CpuFeatures::*field;
    unsigned leaf, subleaf;
    Register reg;
    unsigned bit;
    bool zmm;  ///< needs the 512-bit state as well
};

constexpr CpuidBit kCpuidBits[] = {
    {&CpuFeatures::fma, 1, 0, kEcx, 12, false},      {&CpuFeatures::f16c, 1, 0, kEcx, 29, false},
    {&CpuFeatures::avx2, 7, 0, kEbx, 5, false},      {&CpuFeatures::avxvnni, 7, 1, kEax, 4, false},
    {&CpuFeatures::avx512f, 7, 0, kEbx, 16, true},   {&CpuFeatures::avx512cd, 7, 0, kEbx, 28, true},
    {&CpuFeatures::avx512dq, 7, 0, kEbx, 17, true},  {&CpuFeatures::avx512bw, 7, 0, kEbx, 30, true},
    {&CpuFeatures::avx512vl, 7, 0, kEbx, 31, true},  {&CpuFeatures::avx512vnni, 7, 0, kEcx, 11, true},
    {&CpuFeatures::avx512bf16, 7, 1, kEax, 5, true},
};

/// The registers that the operating system saves (XCR0), or 0 when it does not say.
uint64_t saved_state() {
    unsigned r[4];
    constexpr unsigned kOsXsave = 1u << 27;
    if (!__get_cpuid(1, &r[kEax], &r[kEbx], &r[kEcx], &r[kEdx]) || !(r[kEcx] & kOsXsave)) return 0;
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return uint64_t(high) << 32 | low;
}

CpuFeatures detect() {
    constexpr uint64_t kYmmState = 0x06, kZmmState = 0xe6;
    const uint64_t state = saved_state();
    CpuFeatures found;
    for (const CpuidBit& b : kCpuidBits) {
        const uint64_t needed = b.zmm ? kZmmState : kYmmState;
        unsigned r[4];
        found.*b.field = (state & needed) == needed &&
                         __get_cpuid_count(b.leaf, b.subleaf, &r[kEax], &r[kEbx], &r[kEcx], &r[kEdx]) &&
                         (r[b.reg] >> b.bit & 1u);
    }
    return found;
}

#elif defined(__APPLE__)

bool sysctl_flag(const char* name) {
    int value = 0;
    size_t size = sizeof(value);
    return sysctlbyname(name, &value, &size, nullptr, 0) == 0 && value != 0;
}

CpuFeatures detect() {
    CpuFeatures found;
    found.neon = true;
    found.dotprod = sysctl_flag("hw.optional.arm.FEAT_DotProd");
    found.i8mm = sysctl_flag("hw.optional.arm.FEAT_I8MM");
    found.bf16 = sysctl_flag("hw.optional.arm.FEAT_BF16");
    return found;
}

#elif defined(__aarch64__) && defined(__linux__)

CpuFeatures detect() {
    const unsigned long caps = getauxval(AT_HWCAP), caps2 = getauxval(AT_HWCAP2);
    CpuFeatures found;
    found.neon = caps & HWCAP_ASIMD;
    found.dotprod = caps & HWCAP_ASIMDDP;
    found.i8mm = caps2 & HWCAP2_I8MM;
    found.bf16 = caps2 & HWCAP2_BF16;
    return found;
}

#else

CpuFeatures detect() { return {}; }

#endif

// ---------------------------------------------------------------------------------------------------------------- name

std::string name_from_system() {
#if defined(__x86_64__)
    uint32_t words[12] = {};
    for (unsigned i = 0; i < 3; ++i)
        if (!__get_cpuid(0x80000002u + i, &words[4 * i], &words[4 * i + 1], &words[4 * i + 2], &words[4 * i + 3]))
            return {};
    char text[sizeof(words) + 1] = {};
    std::memcpy(text, words, sizeof(words));
    return trimmed(text);
#elif defined(__APPLE__)
    char text[128] = {};
    size_t size = sizeof(text) - 1;
    return sysctlbyname("machdep.cpu.brand_string", text, &size, nullptr, 0) == 0 ? trimmed(text) : std::string();
#else
    for (const char* key : {"model name", "Hardware", "Model"})
        if (std::string name = field_of("/proc/cpuinfo", key); !name.empty()) return name;
    return {};
#endif
}

constexpr std::string_view architecture() {
#if defined(__x86_64__)
    return "x86-64";
#elif defined(__aarch64__)
    return "aarch64";
#else
    return "unknown processor";
#endif
}

// ------------------------------------------------------------------------------------------------------------ topology

/// "0-3,8" as a set; nothing where the text is missing or is not such a list.
std::optional<std::set<int>> cpu_list(const std::optional<std::string>& text) {
    constexpr int kMostCpus = 1 << 16;
    if (!text || text->empty()) return std::nullopt;
    std::set<int> cpus;
    std::istringstream in(*text);
    for (std::string range; std::getline(in, range, ',');) {
        std::istringstream numbers(range);
        int first = -1;
        if (!(numbers >> first)) return std::nullopt;
        int last = first;
        if (char dash; numbers >> dash && !(dash == '-' && numbers >> last)) return std::nullopt;
        if (char more; numbers >> more) return std::nullopt;
        if (first < 0 || last < first || last >= kMostCpus) return std::nullopt;
        for (int cpu = first; cpu <= last; ++cpu) cpus.insert(cpus.end(), cpu);
    }
    return cpus;
}

void keep_only(std::set<int>& cpus, const std::optional<std::set<int>>& others) {
    if (others) std::erase_if(cpus, [&](int cpu) { return !others->contains(cpu); });
}

std::set<int> online_cpus(const fs::path& root) {
    return cpu_list(first_line(root / "sys/devices/system/cpu/online")).value_or(std::set<int>());
}

/// The processors that this process may run on and that are switched on.
std::set<int> allowed_cpus(const fs::path& root) {
    std::set<int> cpus = online_cpus(root);
    const auto allowed = cpu_list(field_of(root / "proc/self/status", "Cpus_allowed_list"));
    if (cpus.empty()) return allowed.value_or(std::set<int>());
    keep_only(cpus, allowed);
    return cpus;
}

fs::path cpu_folder(const fs::path& root, int cpu) {
    return root / ("sys/devices/system/cpu/cpu" + std::to_string(cpu));
}

/// What each of `cpus` can do according to a file of its own, in a unit of the system's; empty unless all tell.
std::vector<std::pair<int, long>> strengths(const fs::path& root, const std::set<int>& cpus, const char* file) {
    std::vector<std::pair<int, long>> all;
    for (int cpu : cpus) {
        const auto text = first_line(cpu_folder(root, cpu) / file);
        const long strength = text ? std::strtol(text->c_str(), nullptr, 10) : 0;
        if (strength <= 0) return {};
        all.emplace_back(cpu, strength);
    }
    return all;
}

/// Hybrid processors: only the fast cores of `cpus`, as far as the system tells them apart.
std::set<int> performance_cpus(const fs::path& root, const std::set<int>& cpus) {
    std::set<int> fast = cpus;
    keep_only(fast, cpu_list(first_line(root / "sys/devices/cpu_core/cpus")));
    if (fast.empty()) return cpus;

    // Cores of less than half the fastest would only hold it up. Capacities know more than frequencies, but not every
    // system has them.
    auto all = strengths(root, fast, "cpu_capacity");
    if (all.empty()) all = strengths(root, fast, "cpufreq/cpuinfo_max_freq");
    long most = 0;
    for (const auto& [cpu, strength] : all) most = std::max(most, strength);
    for (const auto& [cpu, strength] : all)
        if (strength < most / 2) fast.erase(cpu);
    return fast;
}

/// Threads of one core count once.
int physical_cores(const fs::path& root, const std::set<int>& cpus) {
    std::set<int> cores;
    for (int cpu : cpus) {
        const auto siblings = cpu_list(first_line(cpu_folder(root, cpu) / "topology/thread_siblings_list"));
        cores.insert(siblings && siblings->contains(cpu) ? *siblings->begin() : cpu);
    }
    return int(cores.size());
}

// --------------------------------------------------------------------------------------------------------------- quota

/// Processors that one cgroup directory allows, or infinity.
double quota_of(const Cgroup& group) {
    const fs::path& directory = group.directory;
    std::string text;
    if (group.v2) {
        text = first_line(directory / "cpu.max").value_or("");
    } else {
        text = first_line(directory / "cpu.cfs_quota_us").value_or("") + " " +
               first_line(directory / "cpu.cfs_period_us").value_or("");
    }
    std::istringstream in(text);
    double quota = 0, period = 0;
    if (!(in >> quota >> period) || quota <= 0 || period <= 0) return INFINITY;  // "max 100000", "-1 100000"
    return quota / period;
}

/// The least quota of this process's cgroups and all their ancestors, or infinity.
double cgroup_quota(const fs::path& root) {
    double least = INFINITY;
    for (const Cgroup& group : cgroups_that_limit("cpu", root)) least = std::min(least, quota_of(group));
    return least;
}

std::string counted(int n, std::string_view what) {
    return std::to_string(n) + " " + std::string(what) + (n == 1 ? "" : "s");
}

ThreadAdvice advice_without_proc() {
#if defined(__APPLE__)
    for (const auto& [name, what] :
         {std::pair("hw.perflevel0.physicalcpu", "performance core"), std::pair("hw.physicalcpu", "physical core")}) {
        int cores = 0;
        size_t size = sizeof(cores);
        if (sysctlbyname(name, &cores, &size, nullptr, 0) == 0 && cores > 0) return {cores, counted(cores, what)};
    }
#endif
    const int n = std::max(1, int(std::thread::hardware_concurrency()));
    return {n, counted(n, "processor")};
}

}  // namespace

const CpuFeatures& cpu_features() {
    static const CpuFeatures features = detect();
    return features;
}

std::vector<std::string> cpu_feature_names() {
    std::vector<std::string> names;
    for (const FeatureName& f : kFeatureNames)
        if (cpu_features().*f.field) names.emplace_back(f.name);
    return names;
}

std::string cpu_name() {
    const std::string name = name_from_system();
    return name.empty() ? std::string(architecture()) : name;
}

ThreadAdvice advise_threads(const fs::path& root) {
    const std::set<int> allowed = allowed_cpus(root);
    if (allowed.empty()) return advice_without_proc();
    const std::set<int> fast = performance_cpus(root, allowed);
    const int cores = physical_cores(root, fast);
    const double quota = cgroup_quota(root);
    if (quota < cores) {
        std::ostringstream reason;
        reason << "cgroup quota of " << quota << (quota == 1 ? " processor" : " processors");
        return {std::max(1, int(std::lround(quota))), reason.str()};
    }
    const std::string what = counted(cores, fast.size() < allowed.size() ? "performance core" : "physical core");
    return {cores, allowed.size() < online_cpus(root).size() ? what + " allowed to this process" : what};
}

// ------------------------------------------------------------------------------------------------------------
// denormals

#if defined(__x86_64__)

FlushDenormals::FlushDenormals() : saved_(_mm_getcsr()) {
    constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;
    _mm_setcsr(unsigned(saved_) | kFlushToZero | kDenormalsAreZero);
}
FlushDenormals::~FlushDenormals() { _mm_setcsr(unsigned(saved_)); }

#elif defined(__aarch64__)

FlushDenormals::FlushDenormals() {
    constexpr unsigned long kFlushToZero = 1ul << 24;
    __asm__ volatile("mrs %0, fpcr" : "=r"(saved_));
    __asm__ volatile("msr fpcr, %0" : : "r"(saved_ | kFlushToZero));
}
FlushDenormals::~FlushDenormals() { __asm__ volatile("msr fpcr, %0" : : "r"(saved_)); }

#else

FlushDenormals::FlushDenormals() : saved_(0) {}
FlushDenormals::~FlushDenormals() = default;

#endif

}  // namespace siskin
