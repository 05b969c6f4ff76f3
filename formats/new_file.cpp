#include "formats/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "formats/error.h"

namespace siskin {
namespace {

/// Some systems refuse to write more than 2 GiB at once.
constexpr size_t kMaxWrite = size_t(1) << 30;

std::filesystem::path folder_of(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

std::filesystem::path temporary_name(const std::filesystem::path& path, int attempt) {
    const std::string name = "." + path.filename().string() + ".tmp." + std::to_string(getpid());
    return folder_of(path) / (attempt == 0 ? name : name + "." + std::to_string(attempt));
}

}  // namespace

bool sync_folder(const std::filesystem::path& folder) {
    const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return true;
    const bool failed = fsync(fd) != 0 && errno == EIO;
    close(fd);
    return !failed;
}

NewFile::NewFile(const std::filesystem::path& path) : path_(path) {
    struct stat status;
    if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
        fail(Fault::CannotCreate, path.string(), ": exists and is not a regular file; choose another name");
    for (int attempt = 0; fd_ < 0; ++attempt) {
        temporary_ = temporary_name(path, attempt);
        fd_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd_ < 0 && errno != EEXIST)
            fail(Fault::CannotCreate, path.string(), ": cannot create: ", std::strerror(errno));
    }
}

NewFile::~NewFile() {
    if (fd_ >= 0) close(fd_);
    if (!committed_) unlink(temporary_.c_str());
}

void NewFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd_, bytes.data(), std::min(bytes.size(), kMaxWrite));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail_io("write");
        bytes = bytes.subspan(size_t(written));
    }
}

void NewFile::commit() {
    if (fsync(fd_) != 0) fail_io("write to the disk");
    take_its_name();
    if (!sync_folder(folder_of(path_)))
        fail(Fault::Io, path_.string(), ": written, but its folder cannot be synced: ", std::strerror(EIO));
}

void NewFile::commit_without_sync() { take_its_name(); }

void NewFile::take_its_name() {
    if (close(std::exchange(fd_, -1)) != 0 && errno != EINTR) fail_io("close");
    if (rename(temporary_.c_str(), path_.c_str()) != 0) fail_io("rename the finished file");
    committed_ = true;
}

void NewFile::fail_io(const char* doing) const {
    fail(Fault::Io, path_.string(), ": cannot ", doing, ": ", std::strerror(errno), "; nothing was changed");
}

}  // namespace siskin
