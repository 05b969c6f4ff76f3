#include "ops/memory_bounds.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

#include "ops/system_files.h"

#if defined(__APPLE__)
#include <mach/mach.h>
#include <sys/sysctl.h>
#endif

namespace siskin {
namespace {

namespace fs = std::filesystem;
using Of = MemoryBound::Of;

/// A line "key: n kB" in bytes.
std::optional<uint64_t> kilobytes(const fs::path& file, std::string_view key) {
    const auto number = number_in(field_of(file, key));
    if (!number || *number > UINT64_MAX / 1024) return std::nullopt;
    return *number * 1024;
}

#if defined(__APPLE__)

std::optional<MemoryBound> machine(const fs::path&) {
    uint64_t total = 0;
    size_t size = sizeof total;
    if (sysctlbyname("hw.memsize", &total, &size, nullptr, 0) != 0) return std::nullopt;
    vm_statistics64_data_t pages = {};
    mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
    const kern_return_t answer =
        host_statistics64(mach_host_self(), HOST_VM_INFO64, reinterpret_cast<host_info64_t>(&pages), &count);
    if (answer != KERN_SUCCESS) return std::nullopt;
    // Pages of files and those that were not used lately are given away when somebody needs them.
    const uint64_t free = uint64_t(pages.free_count) + pages.inactive_count + pages.purgeable_count;
    return MemoryBound{Of::Machine, total, std::min<uint64_t>(total, free * uint64_t(sysconf(_SC_PAGESIZE)))};
}

#else

std::optional<MemoryBound> machine(const fs::path& root) {
    const fs::path file = root / "proc/meminfo";
    const auto total = kilobytes(file, "MemTotal"), available = kilobytes(file, "MemAvailable");
    if (!total || !available) return std::nullopt;
    return MemoryBound{Of::Machine, *total, std::min(*total, *available)};
}

#endif

std::optional<uint64_t> number_of(const fs::path& file) {
    const auto line = first_line(file);
    return line ? number_in(*line) : std::nullopt;
}

/// The value of "key n" in a file of such lines, or 0.
uint64_t statistic(const fs::path& file, std::string_view key) {
    std::ifstream in(file);
    std::string name;
    for (uint64_t n = 0; in >> name >> n;)
        if (name == key) return n;
    return 0;
}

std::optional<MemoryBound> container(const Cgroup& group) {
    const fs::path& dir = group.directory;
    auto most = number_of(dir / (group.v2 ? "memory.max" : "memory.limit_in_bytes"));
    // Above memory.high a group is slowed down until nothing moves.
    if (const auto high = group.v2 ? number_of(dir / "memory.high") : std::nullopt)
        most = std::min(*high, most.value_or(*high));
    if (!most) return std::nullopt;
    const uint64_t used = number_of(dir / (group.v2 ? "memory.current" : "memory.usage_in_bytes")).value_or(0);
    const std::string prefix = group.v2 ? "" : "total_";
    uint64_t files = 0;  // kept in memory, and given back when it is needed
    for (const char* key : {"active_file", "inactive_file"}) files += statistic(dir / "memory.stat", prefix + key);
    const uint64_t taken = used - std::min(files, used);
    return MemoryBound{Of::Container, *most, *most - std::min(taken, *most)};
}

/// What is left of one limit of the process, of which so much is used.
std::optional<MemoryBound> limit(int resource, Of of, uint64_t used) {
    rlimit value = {};
    if (getrlimit(resource, &value) != 0 || value.rlim_cur == RLIM_INFINITY) return std::nullopt;
    const uint64_t most = value.rlim_cur;
    return MemoryBound{of, most, most - std::min(used, most)};
}

}  // namespace

std::string_view name(Of of) {
    switch (of) {
        case Of::Machine:
            return "this machine";
        case Of::Container:
            return "the container";
        case Of::Addresses:
            return "the limit on addresses (ulimit -v)";
        case Of::Data:
            return "the limit on data (ulimit -d)";
    }
    return "";
}

std::vector<MemoryBound> memory_bounds(const fs::path& root) {
    std::vector<MemoryBound> bounds;
    const auto add = [&](const std::optional<MemoryBound>& bound) {
        if (bound) bounds.push_back(*bound);
    };
    const auto whole = machine(root);
    add(whole);
    for (const Cgroup& group : cgroups_that_limit("memory", root)) {
        const auto bound = container(group);
        // Version 1 writes "no limit" as a number beyond any memory.
        if (bound && !(whole && bound->most >= whole->most)) add(bound);
    }
    if (root != "/") return bounds;
    const fs::path status = root / "proc/self/status";
    add(limit(RLIMIT_AS, Of::Addresses, kilobytes(status, "VmSize").value_or(0)));
    add(limit(RLIMIT_DATA, Of::Data, kilobytes(status, "VmData").value_or(0)));
    return bounds;
}

ProcessMemory process_memory() {
    const fs::path status = "/proc/self/status";
    return {kilobytes(status, "RssAnon").value_or(0),
            kilobytes(status, "RssFile").value_or(0) + kilobytes(status, "RssShmem").value_or(0)};
}

}  // namespace siskin
