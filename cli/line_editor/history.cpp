#include "cli/line_editor/history.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string_view>
#include <system_error>

#include "cli/files.h"
#include "cli/user_folders.h"
#include "formats/error.h"

namespace siskin {
namespace {

constexpr size_t kMostFileBytes = 1 << 20, kMostEntryBytes = 1 << 14;

/// An open file that is locked while it is open.
class LockedFile {
  public:
    explicit LockedFile(const std::filesystem::path& path)
        : fd_(open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
        if (fd_ >= 0) (void)!flock(fd_, LOCK_EX);
    }
    ~LockedFile() {
        if (fd_ >= 0) close(fd_);
    }
    LockedFile(const LockedFile&) = delete;
    LockedFile& operator=(const LockedFile&) = delete;

    bool is_open() const { return fd_ >= 0; }
    bool append(std::string_view bytes) { return write(fd_, bytes.data(), bytes.size()) == ssize_t(bytes.size()); }
    bool empty() { return ftruncate(fd_, 0) == 0; }

  private:
    int fd_;
};

}  // namespace

std::string history_line(const std::string& text) {
    std::string line;
    for (const char c : text) line += c == '\n' ? "\\n" : c == '\\' ? "\\\\" : std::string(1, c);
    return line;
}

std::string from_history_line(std::string_view line) {
    std::string text;
    for (size_t i = 0; i < line.size(); ++i) {
        const bool escaped = line[i] == '\\' && i + 1 < line.size();
        if (escaped) ++i;
        text += escaped && line[i] == 'n' ? '\n' : line[i];
    }
    return text;
}

History::History(std::filesystem::path file) : file_(std::move(file)) {
    std::ifstream in(file_);
    size_t bytes = 0;
    for (std::string line; std::getline(in, line); bytes += line.size() + 1)
        entries_.push_back(from_history_line(line));
    if (bytes > kMostFileBytes) cut();
}

bool History::add(const std::string& text) {
    if (text.empty() || (!entries_.empty() && entries_.back() == text)) return true;
    entries_.push_back(text);
    if (file_.empty() || text.front() == ' ' || text.size() > kMostEntryBytes) return true;
    return append(text);
}

bool History::append(const std::string& text) {
    if (!make_private_folder(file_.parent_path())) return false;
    LockedFile file(file_);
    return file.is_open() && file.append(history_line(text) + "\n");
}

void History::cut() {
    size_t bytes = 0, first = entries_.size();
    while (first > 0 && bytes + entries_[first - 1].size() < kMostFileBytes / 2) bytes += entries_[--first].size() + 1;
    entries_.erase(entries_.begin(), entries_.begin() + ptrdiff_t(first));
    LockedFile file(file_);
    if (!file.is_open() || !file.empty()) return;
    std::string lines;
    for (const std::string& entry : entries_) lines += history_line(entry) + "\n";
    (void)!file.append(lines);
}

}  // namespace siskin
