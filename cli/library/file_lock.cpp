#include "cli/library/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "formats/error.h"

namespace siskin {

FileLock::FileLock(const std::filesystem::path& path) : path_(path) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd_ < 0) fail(Fault::CannotCreate, path.string(), ": cannot create: ", std::strerror(errno));
}

FileLock::~FileLock() { close(fd_); }

bool FileLock::try_lock() {
    if (flock(fd_, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR)
        fail(Fault::Io, path_.string(), ": cannot lock: ", std::strerror(errno));
    return false;
}

}  // namespace siskin
