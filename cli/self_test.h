#pragma once
// Every kernel of a table against the scalar one, on random data.

#include <string>
#include <vector>

#include "ops/kernels.h"

namespace siskin {

struct SelfTest {
    int n_checks = 0;
    std::vector<std::string> differing;  ///< names of kernels whose bits differ
};

SelfTest self_test(const Kernels& table, const Kernels& scalar);

}  // namespace siskin
