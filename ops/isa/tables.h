#pragma once
// The tables that the files of this folder define, one each; nothing else leaves those files.

#include "ops/kernels.h"

namespace siskin {

extern const Kernels kScalarKernels;
extern const Kernels kAvx2Kernels;    ///< x86-64 only: AVX2, FMA, F16C
extern const Kernels kAvx512Kernels;  ///< x86-64 only: the above and AVX-512 F, CD, BW, DQ, VL, VNNI

}  // namespace siskin
