#include "cli/user_folders.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>

namespace siskin {
namespace {

std::optional<std::filesystem::path> user_folder(const char* variable, const char* below_home) {
    const char* named = std::getenv(variable);
    if (named && named[0] == '/') return std::filesystem::path(named) / "siskin";
    const char* home = std::getenv("HOME");
    if (!home || home[0] != '/') return std::nullopt;
    return std::filesystem::path(home) / below_home / "siskin";
}

}  // namespace

std::optional<std::filesystem::path> state_folder() { return user_folder("XDG_STATE_HOME", ".local/state"); }
std::optional<std::filesystem::path> data_folder() { return user_folder("XDG_DATA_HOME", ".local/share"); }
std::optional<std::filesystem::path> cache_folder() { return user_folder("XDG_CACHE_HOME", ".cache"); }

bool make_private_folder(const std::filesystem::path& folder) {
    std::filesystem::path path;
    for (const std::filesystem::path& part : folder) {
        path /= part;
        struct stat status;
        if (stat(path.c_str(), &status) == 0) continue;
        if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return false;
    }
    return true;
}

}  // namespace siskin
