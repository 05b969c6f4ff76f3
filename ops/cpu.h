#pragma once
// What this processor can do, and how many threads should compute on it.

#include <filesystem>
#include <string>
#include <vector>

#include "ops/flush_denormals.h"

namespace siskin {

struct CpuFeatures {
    bool avx2 = false, fma = false, f16c = false;  // x86
    bool avx512f = false, avx512cd = false, avx512bw = false, avx512dq = false, avx512vl = false;
    bool avx512vnni = false, avx512bf16 = false;
    bool avxvnni = false;
    bool neon = false, dotprod = false, i8mm = false, bf16 = false;  // ARM
};

/// Detected once, by cpuid and XGETBV, getauxval or sysctl: only what the operating system also saves.
const CpuFeatures& cpu_features();

/// Names of the features present, for people: {"avx2", "fma", …}.
std::vector<std::string> cpu_feature_names();

/// "AMD EPYC 9B14", or the architecture where the system does not tell.
std::string cpu_name();

/// Threads to compute with: the least of the allowed processors (affinity), the container's quota (cgroup v1 and v2,
/// all ancestors) and the physical performance cores; at least 1. A quota is rounded to the nearest: two threads use
/// all of 1.5 processors and rest for a quarter of the time, where one would leave a third unused; of 1.25 they would
/// rest for so long that one is better. `root` is "/" except in tests, which pass a fixture tree with /sys and /proc
/// below it.
struct ThreadAdvice {
    int threads;
    std::string reason;  ///< "2 physical cores", "cgroup quota of 1.5 processors"
};
ThreadAdvice advise_threads(const std::filesystem::path& root = "/");

}  // namespace siskin
