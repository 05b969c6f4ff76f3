#pragma once
// Files that commands read and write whole.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace siskin {

/// A whole file. Throws Error: NoInput, NoPermission, BadData (a directory), Io.
std::string read_file(const std::filesystem::path& path);

/// A file that is written from the beginning; "-" is stdout. A regular file appears under its name complete or not at
/// all.
class OutputFile {
  public:
    /// Throws Error(CannotCreate).
    explicit OutputFile(const std::filesystem::path& path);
    /// Drops what was written unless commit() ran.
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    /// Throws Error(Io).
    void write(std::span<const float> values);
    /// Throws Error(Io).
    void commit();

  private:
    std::filesystem::path path_, temporary_;
    int fd_ = -1;
};

}  // namespace siskin
