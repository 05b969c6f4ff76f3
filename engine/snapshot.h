#pragma once
// A session on disk: its tokens, and keys and values as they lie in the cache, so that it goes on at once. A session
// that was loaded computes the same bits as the one that was saved. Either a whole session is a file, or one page of
// its positions, so that sessions that begin alike share the files of what they have in common.

#include <filesystem>
#include <string_view>

#include "engine/session.h"
#include "ops/attention.h"

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

    /// The positions of a page, kPageKeys * page and on, up to position `end`; `n_read` of the session is not less.
    /// The file holds all tokens before them as well. It is not safe from a loss of power, which load_page finds out.
    /// Throws Error: CannotCreate, Io.
    static void save_page(const Session& session, size_t page, size_t end, std::string_view fingerprint,
                          const std::filesystem::path& path);

    /// Appends such positions to a session that has read what is before the page. Layers with sliding windows may then
    /// lack keys: Session::rewind finds out, and is to be called before the next feed. Throws as load does, and BadData
    /// where the tokens are not those of the session, which then holds what it held.
    static void load_page(Session& session, size_t page, std::string_view fingerprint,
                          const std::filesystem::path& path);

    /// What a file of save_page says at its beginning; the rest is not looked at. Throws Error: NoInput, NoPermission,
    /// Io, BadData.
    struct PageInfo {
        std::vector<Token> tokens;  ///< up to the end of its positions
        bool has_windows;           ///< layers with sliding windows have their keys, too
    };
    static PageInfo page_info(std::string_view fingerprint, const std::filesystem::path& path);

  private:
    struct Head;
    class Writer;
    class Reader;
    static void write(Writer& out, const Session& session, size_t first_page, size_t n_tokens,
                      std::string_view fingerprint);
    static Head read_head(Reader& in, std::string_view fingerprint);
    static void read(Session& session, size_t first_page, std::string_view fingerprint,
                     const std::filesystem::path& path);
};

}  // namespace siskin
