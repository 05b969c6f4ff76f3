#include "cli/each/line_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "cli/files.h"
#include "cli/signals.h"

namespace siskin {

LineReader::LineReader(const std::string& path) : name_(path), fd_(STDIN_FILENO) {
    if (path.empty() || path == "-")
        name_ = "stdin";
    else
        fd_ = open_input(path);
}

LineReader::~LineReader() {
    if (fd_ != STDIN_FILENO) close(fd_);
}

bool LineReader::has_bytes() const {
    pollfd wanted = {fd_, POLLIN, 0};
    return poll(&wanted, 1, 0) > 0;
}

void LineReader::read_some() {
    held_.erase(0, begin_);
    searched_ -= begin_;
    begin_ = 0;
    char buffer[1 << 16];
    const ssize_t n = read(fd_, buffer, sizeof buffer);
    if (n < 0 && errno != EINTR) fail_reading(name_, errno);
    if (n > 0) held_.append(buffer, size_t(n));
    if (n == 0) ended_ = true;
}

bool LineReader::next(std::string& line, bool wait) {
    for (;;) {
        const size_t end = held_.find('\n', searched_);
        searched_ = std::min(end, held_.size());
        if (end != std::string::npos || (ended_ && begin_ < held_.size())) {
            line = held_.substr(begin_, searched_ - begin_);
            if (line.ends_with('\r')) line.pop_back();
            begin_ = searched_ = std::min(searched_ + 1, held_.size());
            return true;
        }
        if (ended_ || stop_code() || !(wait || has_bytes())) return false;
        read_some();
    }
}

}  // namespace siskin
