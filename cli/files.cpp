#include "cli/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

Fault input_fault(int error) {
    return error == ENOENT || error == ENOTDIR ? Fault::NoInput
         : error == EACCES || error == EPERM   ? Fault::NoPermission
         : error == EISDIR                     ? Fault::BadData
                                               : Fault::Io;
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail(input_fault(errno), path.string(), ": ", std::strerror(errno));
    std::string text;
    char buffer[1 << 16];
    ssize_t n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0) text.append(buffer, size_t(n));
    const int error = errno;
    close(fd);
    if (n < 0) fail(input_fault(error), path.string(), ": ", std::strerror(error));
    return text;
}

OutputFile::OutputFile(const std::filesystem::path& path) : path_(path) {
    if (path_ == "-") return;
    std::error_code ignored;
    const auto status = std::filesystem::status(path_, ignored);
    const bool special = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
    if (!special) temporary_ = path_.string() + ".tmp." + std::to_string(getpid());
    const std::filesystem::path& opened = special ? path_ : temporary_;
    fd_ = open(opened.c_str(), O_WRONLY | O_CLOEXEC | (special ? 0 : O_CREAT | O_EXCL), 0666);
    if (fd_ < 0) fail(Fault::CannotCreate, path_.string(), ": ", std::strerror(errno));
}

OutputFile::~OutputFile() {
    if (fd_ < 0) return;
    close(fd_);
    if (!temporary_.empty()) unlink(temporary_.c_str());
}

void OutputFile::write(std::span<const float> values) {
    auto bytes = std::as_bytes(values);
    if (path_ == "-") return put({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail(Fault::Io, path_.string(), ": ", std::strerror(errno));
        bytes = bytes.subspan(size_t(n));
    }
}

void OutputFile::commit() {
    if (path_ == "-") return;
    const bool synced = temporary_.empty() || fsync(fd_) == 0;
    const bool closed = close(std::exchange(fd_, -1)) == 0;
    const bool done = synced && closed && (temporary_.empty() || rename(temporary_.c_str(), path_.c_str()) == 0);
    if (done) return;
    const int error = errno;
    if (!temporary_.empty()) unlink(temporary_.c_str());
    fail(Fault::Io, path_.string(), ": ", std::strerror(error));
}

}  // namespace siskin
