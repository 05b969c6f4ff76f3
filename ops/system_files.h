#pragma once
// What Linux tells in the small files of /proc and /sys, cgroups among it. Everywhere `root` is "/" except in tests,
// which pass a fixture tree with /sys and /proc below it; what is missing there is missing on other systems too.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace siskin {

/// A text without the spaces at its ends.
std::string trimmed(std::string_view text);

/// The first line of a file, trimmed, or nothing where there is no such file.
std::optional<std::string> first_line(const std::filesystem::path& file);

/// The value of "key : value" in a file of such lines, or "".
std::string field_of(const std::filesystem::path& file, std::string_view key);

/// The number that a text begins with; nothing where it does not ("max").
std::optional<uint64_t> number_in(std::string_view text);

/// A directory of a cgroup hierarchy, of version 2 or 1: this process's group or one above it.
struct Cgroup {
    bool v2;
    std::filesystem::path directory;
};
/// All that may limit this process by way of a controller ("cpu", "memory").
std::vector<Cgroup> cgroups_that_limit(std::string_view controller, const std::filesystem::path& root = "/");

}  // namespace siskin
