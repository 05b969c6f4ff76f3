#pragma once
// A session on disk: its tokens, and keys and values as they lie in the cache, so that it goes on at once. A session
// that was loaded computes the same bits as the one that was saved.

#include <filesystem>
#include <string_view>

#include "engine/session.h"

namespace siskin {

class Snapshot {
  public:
    /// Writes a file that appears complete or not at all (formats/new_file.h). `fingerprint` tells models apart.
    /// Throws Error: CannotCreate, Io.
    static void save(const Session& session, std::string_view fingerprint, const std::filesystem::path& path);

    /// Makes the session what was saved, whatever it held. Throws Error: NoInput (no such file), NoPermission, Io,
    /// NoMemory, and BadData for a file that is damaged, of another version, another model, other types of keys and
    /// values, or does not fit the context; the session is then empty.
    static void load(Session& session, std::string_view fingerprint, const std::filesystem::path& path);

  private:
    static void read(Session& session, std::string_view fingerprint, const std::filesystem::path& path);
};

}  // namespace siskin
