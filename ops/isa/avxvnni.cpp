// AVX2, FMA, F16C and AVX-VNNI.

#include "ops/isa/avx2_ops.h"

namespace siskin {
namespace {

inline Lanes dot_bytes(Lanes acc, Lanes a, Lanes b) { return _mm256_dpbusd_avx_epi32(acc, a, b); }
inline Lanes dot_words(Lanes acc, Lanes a, Lanes b) { return _mm256_dpwssd_avx_epi32(acc, a, b); }

}  // namespace
}  // namespace siskin

// Needs Lanes:
#include "ops/isa/vnni_products.h"

// Needs V16, Lanes and their products:
#include "ops/isa/block_rows.h"
#include "ops/isa/float_tiles.h"
#include "ops/isa/tables.h"
#include "ops/isa/tiles.h"

namespace siskin {

constinit const Kernels kAvxVnniKernels = with_float_tiles(with_tiles(vector_kernels("avxvnni")));

}  // namespace siskin
