#include "formats/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "formats/error.h"

namespace siskin {
namespace {

/// Some systems refuse to read more than 2 GiB at once.
constexpr size_t kMaxRead = size_t(1) << 30;

Fault fault_of_errno(int error) {
    switch (error) {
        case ENOENT:
        case ENOTDIR:
            return Fault::NoInput;
        case EACCES:
        case EPERM:
            return Fault::NoPermission;
        case ENOMEM:
            return Fault::NoMemory;
        default:
            return Fault::Io;
    }
}

int64_t changed_ns_of(const struct stat& status) {
#ifdef __APPLE__
    const timespec& time = status.st_mtimespec;
#else
    const timespec& time = status.st_mtim;
#endif
    return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

InputFile::InputFile(const std::filesystem::path& path)
    // Without O_NONBLOCK, opening a pipe would wait for a writer; a regular file does not mind it.
    : path_(path), fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (fd_ < 0) fail_errno("open");
    try {
        struct stat status;
        if (fstat(fd_, &status) != 0) fail_errno("read the size of the file");
        if (S_ISDIR(status.st_mode)) fail(Fault::BadData, path.string(), ": is a directory, expected a file");
        if (!S_ISREG(status.st_mode)) fail(Fault::BadData, path.string(), ": is not a regular file");
        size_ = uint64_t(status.st_size);
        changed_ns_ = changed_ns_of(status);
    } catch (...) {
        close(fd_);
        throw;
    }
}

InputFile::~InputFile() { close(fd_); }

void InputFile::read(std::span<std::byte> to) {
    while (!to.empty()) {
        const ssize_t n = ::read(fd_, to.data(), std::min(to.size(), kMaxRead));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail_errno("read");
        if (n == 0) fail(Fault::BadData, path_.string(), ": the file is cut short");
        to = to.subspan(size_t(n));
    }
}

void InputFile::fail_errno(const char* doing) const {
    const int error = errno;
    fail(fault_of_errno(error), path_.string(), ": cannot ", doing, ": ", std::strerror(error));
}

}  // namespace siskin
