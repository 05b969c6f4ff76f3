#include "ops/memory_bounds.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "tests/support/system_tree.h"

namespace siskin::test {
namespace {

using Of = MemoryBound::Of;
constexpr uint64_t kKiB = 1024, kGiB = 1 << 30;

struct Expected {
    Of of;
    uint64_t most, left;
    bool operator==(const Expected&) const = default;
};

void PrintTo(const Expected& e, std::ostream* out) { *out << name(e.of) << " " << e.most << " " << e.left; }

struct Case {
    std::string name;
    Files files;
    std::vector<Expected> bounds;
};

/// A machine of 16 GiB, of which 8 are free.
const File kMeminfo = {"proc/meminfo",
                       "MemTotal:       16777216 kB\nMemFree:         1048576 kB\nMemAvailable:    8388608 kB\n"
                       "SwapTotal:      33554432 kB\nSwapFree:       33554432 kB\n"};
const Expected kMachine = {Of::Machine, 16 * kGiB, 8 * kGiB};
const File kGroup = {"proc/self/cgroup", "0::/app\n"};
const File kGroupV1 = {"proc/self/cgroup", "9:memory:/m/n\n3:cpu,cpuacct:/docker/x\n0::/\n"};

const Case kCases[] = {
    {"nothing_told", {}, {}},
    {"machine", {kMeminfo}, {kMachine}},
    {"no_estimate_of_what_is_available", {{"proc/meminfo", "MemTotal: 16777216 kB\nMemFree: 1 kB\n"}}, {}},
    {"damaged_numbers", {{"proc/meminfo", "MemTotal: lots\nMemAvailable: 99999999999999999999 kB\n"}}, {}},
    {"v2_without_limit", {kMeminfo, kMountV2, kGroup, {"sys/fs/cgroup/app/memory.max", "max\n"}}, {kMachine}},
    {"v2_limit",
     {kMeminfo,
      kMountV2,
      kGroup,
      {"sys/fs/cgroup/app/memory.max", "4294967296\n"},
      {"sys/fs/cgroup/app/memory.current", "1073741824\n"}},
     {kMachine, {Of::Container, 4 * kGiB, 3 * kGiB}}},
    {"v2_files_in_memory_are_given_back",
     {kMeminfo,
      kMountV2,
      kGroup,
      {"sys/fs/cgroup/app/memory.max", "4294967296\n"},
      {"sys/fs/cgroup/app/memory.current", "4294967296\n"},
      {"sys/fs/cgroup/app/memory.stat",
       "anon 1073741824\nfile 3221225472\ninactive_anon 0\nactive_anon 1073741824\ninactive_file 1073741824\n"
       "active_file 2147483648\n"}},
     {kMachine, {Of::Container, 4 * kGiB, 3 * kGiB}}},
    {"v2_high_counts_as_well",
     {kMeminfo,
      kMountV2,
      kGroup,
      {"sys/fs/cgroup/app/memory.max", "max\n"},
      {"sys/fs/cgroup/app/memory.high", "2147483648\n"},
      {"sys/fs/cgroup/app/memory.current", "0\n"}},
     {kMachine, {Of::Container, 2 * kGiB, 2 * kGiB}}},
    {"v2_limits_of_ancestors",
     {kMeminfo,
      kMountV2,
      {"proc/self/cgroup", "0::/a/b\n"},
      {"sys/fs/cgroup/a/memory.max", "1073741824\n"},
      {"sys/fs/cgroup/a/memory.current", "2147483648\n"},
      {"sys/fs/cgroup/a/b/memory.max", "2147483648\n"},
      {"sys/fs/cgroup/a/b/memory.current", "1073741824\n"}},
     {kMachine, {Of::Container, 2 * kGiB, kGiB}, {Of::Container, kGiB, 0}}},
    {"v2_limit_beyond_the_machine",
     {kMeminfo, kMountV2, kGroup, {"sys/fs/cgroup/app/memory.max", "68719476736\n"}},
     {kMachine}},
    {"v1_limit",
     {kMeminfo,
      kMountV1,
      kGroupV1,
      {"sys/fs/cgroup/memory/m/n/memory.limit_in_bytes", "1073741824\n"},
      {"sys/fs/cgroup/memory/m/n/memory.usage_in_bytes", "805306368\n"},
      {"sys/fs/cgroup/memory/m/n/memory.stat",
       "cache 536870912\nactive_file 1\ninactive_file 1\ntotal_active_file 268435456\ntotal_inactive_file 268435456\n"},
      {"sys/fs/cgroup/memory/m/memory.limit_in_bytes", "9223372036854771712\n"},
      {"sys/fs/cgroup/cpu,cpuacct/docker/x/memory.limit_in_bytes", "1\n"}},
     {kMachine, {Of::Container, kGiB, kGiB - 256 * kKiB* kKiB}}},
    {"damaged_cgroup",
     {kMeminfo,
      kMountV2,
      kGroup,
      {"sys/fs/cgroup/app/memory.max", "-5\n"},
      {"sys/fs/cgroup/memory.max", ""},
      {"sys/fs/cgroup/app/memory.stat", "active_file lots\n"}},
     {kMachine}},
};

class Bounds : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Memory, Bounds, testing::ValuesIn(kCases),
                         [](const auto& parameter) { return parameter.param.name; });

TEST_P(Bounds, AreThoseOfTheTree) {
    const SystemTree tree(GetParam().files);
    std::vector<Expected> found;
    for (const MemoryBound& bound : memory_bounds(tree.root())) found.push_back({bound.of, bound.most, bound.left});
    EXPECT_EQ(found, GetParam().bounds);
}

TEST(Memory, ThisMachineHasBoundsThatMakeSense) {
    for (const MemoryBound& bound : memory_bounds()) {
        EXPECT_LE(bound.left, bound.most) << name(bound.of);
        EXPECT_GT(bound.most, uint64_t(1) << 20) << name(bound.of);
    }
}

TEST(Memory, AProcessKnowsWhatItHas) {
    if (access("/proc/self/status", R_OK) != 0) GTEST_SKIP() << "no /proc here";
    const uint64_t before = process_memory().own;
    constexpr size_t kBytes = 64 << 20;
    const std::vector<char> much(kBytes, 1);
    const uint64_t now = process_memory().own;
    EXPECT_NEAR(double(now - before), double(kBytes), 4e6) << int(much.back());
    EXPECT_GT(process_memory().files, 1u << 20) << "the program itself";
}

}  // namespace
}  // namespace siskin::test
