#pragma once
// What bounds the memory that this process may take, and how much of each bound is left.

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace siskin {

struct MemoryBound {
    enum class Of : uint8_t {
        Machine,    ///< MemTotal and MemAvailable; swap does not count, for what is read again for every token
        Container,  ///< a cgroup's limit, v1 or v2, ancestors included; what files keep in memory counts as left
        Addresses,  ///< ulimit -v: counts what is reserved, whether it is used or not
        Data,       ///< ulimit -d: the same, without files
    } of;
    uint64_t most, left;  ///< bytes in all; bytes that can still be taken
    /// Whether only memory in use counts.
    bool counts_use() const { return of == Of::Machine || of == Of::Container; }
};

/// "this machine", "the container", "the limit on addresses (ulimit -v)", …
std::string_view name(MemoryBound::Of of);

/// All bounds that this system tells; `root` is "/" except in tests (ops/system_files.h), where the limits of the
/// process are not asked for.
std::vector<MemoryBound> memory_bounds(const std::filesystem::path& root = "/");

/// What this process has in memory: of its own, and of files (the program among them). Zeros where the system does not
/// tell.
struct ProcessMemory {
    uint64_t own = 0, files = 0;
};
ProcessMemory process_memory();

}  // namespace siskin
