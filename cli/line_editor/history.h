#pragma once
// What was typed before, oldest first, and the file that keeps it from one talk to the next.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace siskin {

class History {
  public:
    /// Kept in memory alone.
    History() = default;
    /// Reads the file, if there is one, and keeps it from now on. Its folder is made when needed. A file that has grown
    /// beyond the limit is cut to its newer half.
    explicit History(std::filesystem::path file);

    /// Adds an entry unless it is the last one again, and appends it to the file by a single write, so that several
    /// programs may share it. Entries that begin with a space, or are very long, are not written. False when it could
    /// not be stored; it is then still in memory.
    bool add(const std::string& text);

    size_t size() const { return entries_.size(); }
    const std::string& operator[](size_t i) const { return entries_[i]; }

  private:
    bool append(const std::string& text);
    void cut();

    std::filesystem::path file_;
    std::vector<std::string> entries_;
};

/// One entry as a line of the file: line feeds as \n, backslashes doubled.
std::string history_line(const std::string& text);
std::string from_history_line(std::string_view line);

}  // namespace siskin
