#pragma once
// Files that commands read and write whole.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "formats/new_file.h"

namespace siskin {

/// A file opened for reading; the caller closes it. Throws Error: NoInput, NoPermission, Io.
int open_input(const std::filesystem::path& path);
/// Throws what goes with the errno of a failed read: BadData (a directory) or Io.
[[noreturn]] void fail_reading(const std::filesystem::path& path, int error);

/// A whole file. Throws Error: NoInput, NoPermission, BadData (a directory), Io.
std::string read_file(const std::filesystem::path& path);

/// Replaces a file by this text, whole or not at all. Throws what NewFile throws.
void write_file(const std::filesystem::path& path, std::string_view text);

/// Where a command puts floats: a new file (see NewFile), or what is written through a name: a device, a pipe, or "-",
/// stdout.
class FloatFile {
  public:
    /// Throws Error(CannotCreate).
    explicit FloatFile(const std::filesystem::path& path);
    ~FloatFile();
    FloatFile(const FloatFile&) = delete;
    FloatFile& operator=(const FloatFile&) = delete;

    /// Throws Error(Io).
    void write(std::span<const float> values);
    /// Makes a new file appear under its name. Throws Error(Io).
    void commit();

  private:
    std::filesystem::path path_;
    std::optional<NewFile> file_;
    int fd_ = -1;
};

}  // namespace siskin
