#pragma once
// A regular file opened for reading.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace siskin {

class InputFile {
  public:
    /// Throws Error: NoInput (does not exist), NoPermission, BadData (a directory, or no regular file), NoMemory, Io.
    explicit InputFile(const std::filesystem::path& path);
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;
    ~InputFile();

    uint64_t size() const { return size_; }             ///< when it was opened
    int64_t changed_ns() const { return changed_ns_; }  ///< time of the last change, in nanoseconds
    int descriptor() const { return fd_; }

    /// Fills `to` with the bytes that follow. Throws Error: BadData (the file ends before), Io.
    void read(std::span<std::byte> to);

    /// Throws the Error for errno after a call on this file failed; `doing` says what could not be done.
    [[noreturn]] void fail_errno(const char* doing) const;

  private:
    std::filesystem::path path_;
    int fd_;
    uint64_t size_ = 0;
    int64_t changed_ns_ = 0;
};

}  // namespace siskin
