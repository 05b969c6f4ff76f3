#pragma once
// A file that appears under its name complete or not at all. It is written beside its place under a temporary name;
// only commit() puts it there, after everything has reached the disk. Until then a file that was there before stays as
// it is.

#include <cstddef>
#include <filesystem>
#include <span>

namespace siskin {

/// Makes a rename in the folder durable. False on a disk error; folders that cannot be opened or synced at all are
/// taken as they are.
bool sync_folder(const std::filesystem::path& folder);

class NewFile {
  public:
    /// Throws Error(CannotCreate): no such folder, no permission, or `path` is something else than a regular file.
    explicit NewFile(const std::filesystem::path& path);
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile();  ///< removes the temporary file unless commit() succeeded

    /// Appends. Throws Error(Io): disk full, write error.
    void write(std::span<const std::byte> bytes);

    /// Makes it the file of its name, and durable. Throws Error(Io). Nothing may be written afterwards.
    void commit();
    /// The same without waiting for the disk: other processes see the file whole or not at all, but after a loss of
    /// power its bytes may be anything.
    void commit_without_sync();

  private:
    void take_its_name();
    [[noreturn]] void fail_io(const char* doing) const;
    std::filesystem::path path_, temporary_;
    int fd_ = -1;
    bool committed_ = false;
};

}  // namespace siskin
