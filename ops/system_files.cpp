#include "ops/system_files.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace siskin {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
    return parts;
}

bool has(std::string_view controller, const std::string& list) {
    const auto parts = split(list, ',');
    return std::find(parts.begin(), parts.end(), controller) != parts.end();
}

/// The path of this process in the hierarchy, from /proc/self/cgroup: "id:controllers:/path".
std::optional<std::string> cgroup_path(std::string_view controller, const fs::path& root, bool v2) {
    std::ifstream in(root / "proc/self/cgroup");
    for (std::string line; std::getline(in, line);) {
        const size_t first = line.find(':'), second = line.find(':', first == line.npos ? first : first + 1);
        if (second == line.npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        if (v2 ? controllers.empty() : has(controller, controllers)) return line.substr(second + 1);
    }
    return std::nullopt;
}

/// Where a cgroup hierarchy is mounted, and which of its directories is this process's.
struct CgroupMount {
    bool v2;
    fs::path mount_point, directory;
};

/// The lines of /proc/self/mountinfo: id parent device ROOT MOUNTPOINT options... - TYPE source SUPEROPTIONS
std::vector<CgroupMount> cgroup_mounts(std::string_view controller, const fs::path& root) {
    std::vector<CgroupMount> mounts;
    std::ifstream in(root / "proc/self/mountinfo");
    for (std::string line; std::getline(in, line);) {
        const size_t dash = line.find(" - ");
        if (dash == line.npos) continue;
        const auto left = split(line.substr(0, dash), ' '), right = split(line.substr(dash + 3), ' ');
        if (left.size() < 5 || right.size() < 3) continue;
        const bool v2 = right[0] == "cgroup2";
        if (!v2 && !(right[0] == "cgroup" && has(controller, right[2]))) continue;
        const auto path = cgroup_path(controller, root, v2);
        if (!path) continue;
        // A container may see only a part of the hierarchy, mounted as its root.
        const fs::path mount_point = root / fs::path(left[4]).relative_path();
        fs::path inside = fs::path(*path).lexically_relative(left[3]);
        if (inside.empty() || *inside.begin() == "..") inside = ".";
        mounts.push_back({v2, mount_point, (mount_point / inside).lexically_normal()});
    }
    return mounts;
}

}  // namespace

std::string trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t\n");
    if (first == text.npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\n") - first + 1));
}

std::optional<std::string> first_line(const fs::path& file) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line)) return std::nullopt;
    return trimmed(line);
}

std::string field_of(const fs::path& file, std::string_view key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const size_t colon = line.find(':');
        if (colon != line.npos && trimmed(line.substr(0, colon)) == key) return trimmed(line.substr(colon + 1));
    }
    return {};
}

std::optional<uint64_t> number_in(std::string_view text) {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    return number;
}

std::vector<Cgroup> cgroups_that_limit(std::string_view controller, const fs::path& root) {
    std::vector<Cgroup> groups;
    for (const CgroupMount& mount : cgroup_mounts(controller, root)) {
        const fs::path above = mount.mount_point.lexically_normal();
        for (fs::path dir = mount.directory;; dir = dir.parent_path()) {
            groups.push_back({mount.v2, dir});
            if (dir == above || !dir.has_relative_path()) break;
        }
    }
    return groups;
}

}  // namespace siskin
