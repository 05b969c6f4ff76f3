#include "cli/each/answer_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {

AnswerFile::AnswerFile(const std::string& path, bool resume) : path_(path) {
    if (path_.empty() || path_ == "-") {
        if (resume) fail(Fault::Usage, "--resume: needs the file of the answers, -o FILE");
        return;
    }
    // A pipe that is opened for reading as well would never be without a reader.
    struct stat status = {};
    const bool is_file = stat(path_.c_str(), &status) != 0 || S_ISREG(status.st_mode);
    if (!is_file && resume) fail(Fault::Usage, "--resume: ", path_, " is not a regular file");
    fd_ = open(path_.c_str(), (is_file ? O_RDWR | O_CREAT | O_APPEND : O_WRONLY) | O_CLOEXEC, 0666);
    if (fd_ < 0) fail(Fault::CannotCreate, path_, ": ", std::strerror(errno));
    if (!is_file) return;
    if (flock(fd_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        fail(Fault::Busy, path_, ": another process is writing answers to it");
    if (fstat(fd_, &status) != 0) fail(Fault::Io, path_, ": ", std::strerror(errno));
    if (!resume && status.st_size > 0)
        fail(Fault::CannotCreate, path_, ": is there already; --resume goes on behind its last line");
    old_bytes_ = status.st_size;
    drop_half_a_line();
    if (old_bytes_ == 0) return;
    old_.reset(std::fopen(path_.c_str(), "re"));
    if (!old_) fail(Fault::Io, path_, ": ", std::strerror(errno));
}

AnswerFile::~AnswerFile() {
    if (fd_ >= 0) close(fd_);
}

void AnswerFile::drop_half_a_line() {
    char buffer[1 << 12];
    const int64_t before = old_bytes_;
    while (old_bytes_ > 0) {
        const int64_t begin = std::max<int64_t>(0, old_bytes_ - int64_t(sizeof buffer));
        const ssize_t n = pread(fd_, buffer, size_t(old_bytes_ - begin), begin);
        if (n != old_bytes_ - begin) fail(Fault::Io, path_, ": ", n < 0 ? std::strerror(errno) : "cannot be read");
        const std::string_view text(buffer, size_t(n));
        const size_t last = text.rfind('\n');
        old_bytes_ = last == std::string_view::npos ? begin : begin + int64_t(last) + 1;
        if (last != std::string_view::npos) break;
    }
    if (old_bytes_ < before && ftruncate(fd_, old_bytes_) != 0) fail(Fault::Io, path_, ": ", std::strerror(errno));
}

bool AnswerFile::next_old(std::string& line) {
    if (!old_) return false;
    char* text = nullptr;
    size_t room = 0;
    const ssize_t n = getline(&text, &room, old_.get());
    const std::unique_ptr<char, decltype(&std::free)> owner(text, std::free);
    if (n <= 0 && std::ferror(old_.get())) fail(Fault::Io, path_, ": ", std::strerror(errno));
    if (n <= 0) {
        old_.reset();
        return false;
    }
    line.assign(text, size_t(n) - 1);
    return true;
}

void AnswerFile::write(std::string_view line) {
    const std::string text = std::string(line) + "\n";
    if (fd_ < 0) return put_text(text);
    for (std::string_view rest = text; !rest.empty();) {
        const ssize_t n = ::write(fd_, rest.data(), rest.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EPIPE) throw Exit{141};
        if (n < 0) fail(Fault::Io, path_, ": ", std::strerror(errno));
        rest.remove_prefix(size_t(n));
    }
}

void AnswerFile::check_reader() const { siskin::check_reader(fd_ < 0 ? STDOUT_FILENO : fd_); }

void AnswerFile::finish() {
    if (fd_ < 0) return close_stdout();
    // Devices and pipes cannot be synced.
    if (fsync(fd_) != 0 && errno != EINVAL && errno != EROFS) fail(Fault::Io, path_, ": ", std::strerror(errno));
}

}  // namespace siskin
