// AVX-512 F, CD, BW, DQ and VL.

#include "ops/isa/avx512_ops.h"

// Needs Lanes:
#include "ops/isa/word_products.h"

// Needs V16, Lanes and their products:
#include "ops/isa/block_rows.h"
#include "ops/isa/float_tiles.h"
#include "ops/isa/tables.h"
#include "ops/isa/tiles.h"

namespace siskin {

constinit const Kernels kAvx512Kernels = with_float_tiles(with_tiles(vector_kernels("avx512")));

}  // namespace siskin
