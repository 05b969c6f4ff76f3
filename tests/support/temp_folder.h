#pragma once
// A folder of a test's own, removed with everything in it at the end.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace siskin::test {

class TempFolder {
  public:
    TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder();

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

    /// Writes a file into the folder and returns its path.
    std::filesystem::path put(const std::string& name, std::span<const std::byte> bytes) const;

    /// Names of everything in the folder, sorted.
    std::vector<std::string> names() const;

  private:
    std::filesystem::path path_;
};

}  // namespace siskin::test
