// AVX2, FMA and F16C.

#include "ops/isa/avx2_ops.h"

// Needs Lanes:
#include "ops/isa/word_products.h"

// Needs V16, Lanes and their products:
#include "ops/isa/block_rows.h"
#include "ops/isa/float_tiles.h"
#include "ops/isa/tables.h"
#include "ops/isa/tiles.h"

namespace siskin {

constinit const Kernels kAvx2Kernels = with_float_tiles(with_tiles(vector_kernels("avx2")));

}  // namespace siskin
