#pragma once
// A file mapped read-only into memory.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace siskin {

class MappedFile {
  public:
    MappedFile() = default;
    /// Maps the whole file. Throws Error: NoInput (does not exist), NoPermission, BadData (a directory, empty, or no
    /// regular file), NoMemory, Io, Failed (more than 4096 files mapped at once).
    explicit MappedFile(const std::filesystem::path& path);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return bytes_; }
    int64_t changed_ns() const { return changed_ns_; }  ///< time of the last change when it was mapped, in nanoseconds

    /// Asks the system to read what is not in memory yet in large pages: they are quicker to map, and to read from
    /// memory. For a file that memory holds whole; else each large page would drive out much of the rest. Linux alone
    /// knows this.
    void use_large_pages() const;

    /// Reads the pages of `range` into memory, or at least asks the system to (before Linux 5.14 and elsewhere).
    /// Waiting for them is worth it: what Linux reads on mere advice lies in small pages, which are read from memory a
    /// fifth slower ever after.
    static void prefetch(std::span<const std::byte> range);

    /// True once the file was found to have lost pages under us (it was truncated or overwritten in place). From then
    /// on reads give zeros instead of a signal; callers check this after each token and stop with Fault::Io.
    static bool lost_pages();

  private:
    std::span<const std::byte> bytes_;
    int64_t changed_ns_ = 0;
};

}  // namespace siskin
