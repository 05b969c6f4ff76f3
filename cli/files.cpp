#include "cli/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

Fault input_fault(int error) {
    return error == ENOENT || error == ENOTDIR ? Fault::NoInput
           : error == EACCES || error == EPERM ? Fault::NoPermission
           : error == EISDIR                   ? Fault::BadData
                                               : Fault::Io;
}

}  // namespace

void fail_reading(const std::filesystem::path& path, int error) {
    fail(input_fault(error), path.string(), ": ", std::strerror(error));
}

int open_input(const std::filesystem::path& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail_reading(path, errno);
    return fd;
}

std::string read_file(const std::filesystem::path& path) {
    const int fd = open_input(path);
    std::string text;
    char buffer[1 << 16];
    ssize_t n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0) text.append(buffer, size_t(n));
    const int error = errno;
    close(fd);
    if (n < 0) fail_reading(path, error);
    return text;
}

void write_file(const std::filesystem::path& path, std::string_view text) {
    NewFile file(path);
    file.write(std::as_bytes(std::span(text)));
    file.commit();
}

FloatFile::FloatFile(const std::filesystem::path& path) : path_(path) {
    if (path_ == "-") return;
    std::error_code ignored;
    const auto status = std::filesystem::status(path_, ignored);
    if (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status)) {
        file_.emplace(path_);
    } else {
        fd_ = open(path_.c_str(), O_WRONLY | O_CLOEXEC);
        if (fd_ < 0) fail(Fault::CannotCreate, path_.string(), ": ", std::strerror(errno));
    }
}

FloatFile::~FloatFile() {
    if (fd_ >= 0) close(fd_);
}

void FloatFile::write(std::span<const float> values) {
    auto bytes = std::as_bytes(values);
    if (file_) return file_->write(bytes);
    if (fd_ < 0) return put({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EPIPE) throw Exit{141};
        if (n < 0) fail(Fault::Io, path_.string(), ": ", std::strerror(errno));
        bytes = bytes.subspan(size_t(n));
    }
}

void FloatFile::commit() {
    if (file_) file_->commit();
    if (fd_ >= 0 && close(std::exchange(fd_, -1)) != 0) fail(Fault::Io, path_.string(), ": ", std::strerror(errno));
}

}  // namespace siskin
