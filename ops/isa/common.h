#pragma once
// Types that the ISA files share. Types and constants only: a function with external linkage would be compiled for one
// instruction set and linked into code for another.

#include <cstdint>
#include <limits>

#include "ops/kernels.h"

namespace siskin {

struct Half {
    uint16_t bits;  ///< binary16
};
struct Brain {
    uint16_t bits;  ///< bfloat16
};

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

}  // namespace siskin
