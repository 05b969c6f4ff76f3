#include "ops/cpu.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/system_tree.h"

namespace siskin::test {
namespace {

/// n processors, of which `siblings` in sequence share a core, all switched on and all allowed.
Files machine(int n, int siblings, const std::string& allowed = "") {
    const std::string all = "0-" + std::to_string(n - 1) + "\n";
    Files files = {{"sys/devices/system/cpu/online", all},
                   {"proc/self/status",
                    "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t" + (allowed.empty() ? all : allowed + "\n")}};
    for (int cpu = 0; cpu < n; ++cpu) {
        const int first = cpu / siblings * siblings;
        std::string list = std::to_string(first);
        for (int i = 1; i < siblings; ++i) list += "," + std::to_string(first + i);
        files.push_back(
            {"sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list", list + "\n"});
    }
    return files;
}

/// A file of each processor, from 0 on.
Files of_each_cpu(const std::string& file, std::initializer_list<std::string> texts) {
    Files files;
    for (const std::string& text : texts)
        files.push_back({"sys/devices/system/cpu/cpu" + std::to_string(files.size()) + "/" + file, text + "\n"});
    return files;
}

struct Case {
    std::string name;
    Files files;
    int threads;
    std::string reason;
};

const Case kCases[] = {
    {"plain", machine(4, 1), 4, "4 physical cores"},
    {"one", machine(1, 1), 1, "1 physical core"},
    {"smt", machine(16, 2), 8, "8 physical cores"},
    {"affinity", machine(8, 1, "2-4,7"), 4, "4 physical cores allowed to this process"},
    {"affinity_to_both_threads_of_a_core", machine(8, 2, "2-3"), 1, "1 physical core allowed to this process"},
    {"affinity_beyond_what_is_online", machine(2, 1, "0-127"), 2, "2 physical cores"},
    {"intel_hybrid",
     machine(12, 1) + Files{{"sys/devices/cpu_core/cpus", "0-7\n"},
                            {"sys/devices/cpu_atom/cpus", "8-11\n"},
                            {"sys/devices/system/cpu/cpu1/topology/thread_siblings_list", "0-1\n"},
                            {"sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "0-1\n"}},
     7, "7 performance cores"},
    {"only_efficient_cores_allowed",
     machine(12, 1, "8-11") + Files{{"sys/devices/cpu_core/cpus", "0-7\n"}, {"sys/devices/cpu_atom/cpus", "8-11\n"}}, 4,
     "4 physical cores allowed to this process"},
    {"arm_big_little",
     machine(8, 1) + of_each_cpu("cpu_capacity", {"300", "300", "300", "300", "870", "870", "870", "1024"}), 4,
     "4 performance cores"},
    {"arm_all_alike", machine(4, 1) + of_each_cpu("cpu_capacity", {"1024", "1024", "1024", "1024"}), 4,
     "4 physical cores"},
    {"arm_big_little_with_frequencies_alone",
     machine(6, 1) +
         of_each_cpu("cpufreq/cpuinfo_max_freq", {"1008000", "1008000", "1008000", "1008000", "2208000", "2208000"}),
     2, "2 performance cores"},
    {"arm_capacities_count_before_frequencies",
     machine(2, 1) + of_each_cpu("cpu_capacity", {"400", "1024"}) +
         of_each_cpu("cpufreq/cpuinfo_max_freq", {"2000000", "2400000"}),
     1, "1 performance core"},
    {"arm_only_little_cores_allowed",
     machine(4, 1, "0-1") + of_each_cpu("cpu_capacity", {"300", "300", "1024", "1024"}), 2,
     "2 physical cores allowed to this process"},
    {"amd_dense_cores_are_fast_enough",
     machine(4, 2) + of_each_cpu("cpufreq/cpuinfo_max_freq", {"5157000", "5157000", "3302000", "3302000"}), 2,
     "2 physical cores"},
    {"smt_off_line",
     machine(8, 2) + Files{{"sys/devices/system/cpu/online", "0,2,4,6\n"}} +
         of_each_cpu("topology/thread_siblings_list", {"0", "0-1", "2", "2-3", "4", "4-5", "6", "6-7"}),
     4, "4 physical cores"},
    {"some_processors_off_line", machine(8, 1) + Files{{"sys/devices/system/cpu/online", "0-2,5\n"}}, 4,
     "4 physical cores"},
    {"smt_numbered_by_core_first",
     machine(4, 1) + of_each_cpu("topology/thread_siblings_list", {"0,2", "1,3", "0,2", "1,3"}), 2, "2 physical cores"},
    {"intel_hybrid_in_a_small_container",
     machine(12, 1) + Files{{"sys/devices/cpu_core/cpus", "0-7\n"}, {"sys/devices/cpu_atom/cpus", "8-11\n"}} +
         Files{kMountV2, {"proc/self/cgroup", "0::/app\n"}, {"sys/fs/cgroup/app/cpu.max", "350000 100000\n"}},
     4, "cgroup quota of 3.5 processors"},
    {"v2_quota",
     machine(8, 1) +
         Files{kMountV2, {"proc/self/cgroup", "0::/app\n"}, {"sys/fs/cgroup/app/cpu.max", "250000 100000\n"}},
     3, "cgroup quota of 2.5 processors"},
    {"v2_quota_nearer_to_the_lower_number",
     machine(8, 1) +
         Files{kMountV2, {"proc/self/cgroup", "0::/app\n"}, {"sys/fs/cgroup/app/cpu.max", "125000 100000\n"}},
     1, "cgroup quota of 1.25 processors"},
    {"v2_quota_of_another_period",
     machine(8, 1) + Files{kMountV2, {"proc/self/cgroup", "0::/app\n"}, {"sys/fs/cgroup/app/cpu.max", "30000 10000\n"}},
     3, "cgroup quota of 3 processors"},
    {"v2_without_quota",
     machine(8, 1) + Files{kMountV2, {"proc/self/cgroup", "0::/app\n"}, {"sys/fs/cgroup/app/cpu.max", "max 100000\n"}},
     8, "8 physical cores"},
    {"v2_quota_of_an_ancestor",
     machine(8, 1) + Files{kMountV2,
                           {"proc/self/cgroup", "0::/a/b/c\n"},
                           {"sys/fs/cgroup/a/cpu.max", "150000 100000\n"},
                           {"sys/fs/cgroup/a/b/cpu.max", "max 100000\n"},
                           {"sys/fs/cgroup/a/b/c/cpu.max", "400000 100000\n"}},
     2, "cgroup quota of 1.5 processors"},
    {"v2_at_the_mount_itself",
     machine(8, 1) + Files{kMountV2, {"proc/self/cgroup", "0::/\n"}, {"sys/fs/cgroup/cpu.max", "300000 100000\n"}}, 3,
     "cgroup quota of 3 processors"},
    {"v2_less_than_one",
     machine(8, 1) +
         Files{kMountV2, {"proc/self/cgroup", "0::/app\n"}, {"sys/fs/cgroup/app/cpu.max", "50000 100000\n"}},
     1, "cgroup quota of 0.5 processors"},
    {"v2_more_than_cores",
     machine(2, 1) +
         Files{kMountV2, {"proc/self/cgroup", "0::/app\n"}, {"sys/fs/cgroup/app/cpu.max", "900000 100000\n"}},
     2, "2 physical cores"},
    {"v2_path_outside_the_namespace",
     machine(8, 1) +
         Files{kMountV2, {"proc/self/cgroup", "0::/../elsewhere\n"}, {"sys/fs/cgroup/cpu.max", "200000 100000\n"}},
     2, "cgroup quota of 2 processors"},
    {"v1_quota",
     machine(8, 1) + Files{kMountV1,
                           {"proc/self/cgroup", "9:memory:/m\n3:cpu,cpuacct:/docker/x\n0::/\n"},
                           {"sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "200000\n"},
                           {"sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n"}},
     2, "cgroup quota of 2 processors"},
    {"v1_quota_of_an_ancestor",
     machine(8, 1) + Files{kMountV1,
                           {"proc/self/cgroup", "3:cpu,cpuacct:/docker/x\n"},
                           {"sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us", "300000\n"},
                           {"sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_period_us", "100000\n"},
                           {"sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "-1\n"},
                           {"sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n"}},
     3, "cgroup quota of 3 processors"},
    {"v1_container_that_sees_its_own_part",
     machine(8, 1) +
         Files{{"proc/self/mountinfo", "32 31 0:29 /docker/x /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n"},
               {"proc/self/cgroup", "3:cpu:/docker/x\n"},
               {"sys/fs/cgroup/cpu/cpu.cfs_quota_us", "100000\n"},
               {"sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"}},
     1, "cgroup quota of 1 processor"},
    {"both_versions_mounted",
     machine(8, 1) +
         Files{{"proc/self/mountinfo", kMountV1.text + "34 31 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"},
               {"proc/self/cgroup", "3:cpu,cpuacct:/x\n0::/y\n"},
               {"sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us", "500000\n"},
               {"sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us", "100000\n"},
               {"sys/fs/cgroup/unified/y/cpu.max", "600000 100000\n"}},
     5, "cgroup quota of 5 processors"},
    {"damaged_files",
     machine(4, 1) + Files{kMountV2,
                           {"proc/self/cgroup", "0::/app\nnonsense\n:\n"},
                           {"sys/fs/cgroup/app/cpu.max", "what?\n"},
                           {"sys/devices/cpu_core/cpus", "9-2,x\n"}},
     4, "4 physical cores"},
    {"damaged_lists",
     machine(4, 1) +
         Files{{"sys/devices/cpu_core/cpus", "zero\n"}, {"proc/self/status", "Cpus_allowed_list:\t0-1;2\n"}} +
         of_each_cpu("topology/thread_siblings_list", {"", "x", "0-", "-3"}) +
         of_each_cpu("cpu_capacity", {"1024", "-5", "", "99999999999999999999"}),
     4, "4 physical cores"},
    {"siblings_that_do_not_name_the_processor_itself",
     machine(4, 1) + of_each_cpu("topology/thread_siblings_list", {"7", "7", "7", "7"}), 4, "4 physical cores"},
    {"damaged_quotas",
     machine(4, 1) + Files{kMountV1,
                           {"proc/self/cgroup", "3:cpu,cpuacct:/a/b/c\n"},
                           {"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "100000\n"},
                           {"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "0\n"},
                           {"sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "100000\n"},
                           {"sys/fs/cgroup/cpu,cpuacct/a/b/c/cpu.cfs_quota_us", "-100000\n"},
                           {"sys/fs/cgroup/cpu,cpuacct/a/b/c/cpu.cfs_period_us", "100000\n"}},
     4, "4 physical cores"},
    {"damaged_mounts",
     machine(4, 1) + Files{{"proc/self/mountinfo", " - \n - cgroup2\n30 23 - cgroup2 cgroup2 rw\n" + kMountV2.text},
                           {"proc/self/cgroup", "\n::\n0::/app\n"},
                           {"sys/fs/cgroup/cpu.max", "200000 100000\n"}},
     2, "cgroup quota of 2 processors"},
};

class Advice : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Cpu, Advice, testing::ValuesIn(kCases),
                         [](const auto& parameter) { return parameter.param.name; });

TEST_P(Advice, FollowsTheTree) {
    const SystemTree fixture(GetParam().files);
    const ThreadAdvice advice = advise_threads(fixture.root());
    EXPECT_EQ(advice.threads, GetParam().threads);
    EXPECT_EQ(advice.reason, GetParam().reason);
}

TEST(Cpu, AdviceWithoutAnyInformationIsAtLeastOneThread) {
    const SystemTree fixture(Files{{"empty", ""}});
    EXPECT_GE(advise_threads(fixture.root()).threads, 1);
}

TEST(Cpu, AdviceForThisMachine) {
    const ThreadAdvice advice = advise_threads();
    EXPECT_GE(advice.threads, 1);
    EXPECT_FALSE(advice.reason.empty());
    EXPECT_FALSE(cpu_name().empty());
}

// What the operating system itself reports to people agrees.
TEST(Cpu, FeaturesAgreeWithProc) {
    std::ifstream in("/proc/cpuinfo");
    std::string flags;
    for (std::string line; std::getline(in, line);)
        if (line.rfind("flags", 0) == 0 || line.rfind("Features", 0) == 0) flags = line + " ";
    if (flags.empty()) GTEST_SKIP() << "no /proc/cpuinfo here";
    const auto names = cpu_feature_names();
    const std::pair<const char*, const char*> kNames[] = {{"avx2", "avx2"},
                                                          {"fma", "fma"},
                                                          {"f16c", "f16c"},
                                                          {"avxvnni", "avx_vnni"},
                                                          {"avx512f", "avx512f"},
                                                          {"avx512cd", "avx512cd"},
                                                          {"avx512bw", "avx512bw"},
                                                          {"avx512dq", "avx512dq"},
                                                          {"avx512vl", "avx512vl"},
                                                          {"avx512vnni", "avx512_vnni"},
                                                          {"avx512bf16", "avx512_bf16"},
                                                          {"neon", "asimd"},
                                                          {"dotprod", "asimddp"},
                                                          {"i8mm", "i8mm"},
                                                          {"bf16", "bf16"}};
    for (const auto& [ours, theirs] : kNames)
        EXPECT_EQ(std::count(names.begin(), names.end(), ours) > 0,
                  flags.find(" " + std::string(theirs) + " ") != flags.npos)
            << ours;
}

TEST(Cpu, FlushDenormalsLastsForItsLifetime) {
    volatile float tiny = 1e-38f;  // a product of it with 0.1 is a denormal
    const auto product = [&] { return tiny * 0.1f; };
    EXPECT_NE(product(), 0.0f);
    {
        const FlushDenormals outer;
        EXPECT_EQ(product(), 0.0f);
        {
            const FlushDenormals inner;
            EXPECT_EQ(product(), 0.0f);
        }
        EXPECT_EQ(product(), 0.0f);
    }
    EXPECT_NE(product(), 0.0f);
}

}  // namespace
}  // namespace siskin::test
