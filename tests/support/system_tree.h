#pragma once
// A folder that looks like the root of a Linux system, as far as ops/system_files.h looks.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/temp_folder.h"

namespace siskin::test {

struct File {
    std::string path, text;
};
using Files = std::vector<File>;

inline Files operator+(Files a, const Files& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

class SystemTree {
  public:
    explicit SystemTree(const Files& files) {
        for (const File& file : files) {
            const std::filesystem::path path = root() / file.path;
            std::filesystem::create_directories(path.parent_path());
            std::ofstream(path) << file.text;
        }
    }
    std::filesystem::path root() const { return folder_ / "root"; }

  private:
    TempFolder folder_;
};

inline const File kMountV2 = {"proc/self/mountinfo",
                              "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"};
inline const File kMountV1 = {"proc/self/mountinfo",
                              "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
                              "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
                              "33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"};

}  // namespace siskin::test
