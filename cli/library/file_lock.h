#pragma once
// One process at a time. The lock goes with the process, however it ends; the file stays.

#include <filesystem>

namespace siskin {

class FileLock {
  public:
    /// Opens the file of the lock, making it and its folders. Throws Error(CannotCreate).
    explicit FileLock(const std::filesystem::path& path);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

    /// False while another process has it. Throws Error(Io) where the file system knows no locks.
    bool try_lock();

  private:
    std::filesystem::path path_;
    int fd_;
};

}  // namespace siskin
