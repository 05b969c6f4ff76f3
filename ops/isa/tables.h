#pragma once
// The tables that the files of this folder define, one each; nothing else leaves those files.

#include "ops/kernels.h"

namespace siskin {

extern const Kernels kScalarKernels;

// x86-64 only:
extern const Kernels kAvx2Kernels;        ///< AVX2, FMA, F16C
extern const Kernels kAvxVnniKernels;     ///< the above and AVX-VNNI
extern const Kernels kAvx512Kernels;      ///< AVX2, FMA, F16C and AVX-512 F, CD, BW, DQ, VL
extern const Kernels kAvx512VnniKernels;  ///< the above and AVX-512 VNNI
extern const Kernels kAvx512Bf16Kernels;  ///< the above and AVX-512 BF16

}  // namespace siskin
