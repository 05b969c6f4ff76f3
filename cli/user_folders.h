#pragma once
// Where a user's own files lie (XDG base directories).

#include <filesystem>
#include <optional>

namespace siskin {

/// XDG_STATE_HOME/siskin or ~/.local/state/siskin; nothing without a home.
std::optional<std::filesystem::path> state_folder();
/// XDG_DATA_HOME/siskin or ~/.local/share/siskin; nothing without a home.
std::optional<std::filesystem::path> data_folder();
/// XDG_CACHE_HOME/siskin or ~/.cache/siskin; nothing without a home.
std::optional<std::filesystem::path> cache_folder();

/// Makes the folder and those above it that are missing, for the user's eyes only. False where that cannot be.
bool make_private_folder(const std::filesystem::path& folder);

}  // namespace siskin
