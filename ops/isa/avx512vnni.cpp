// AVX-512 F, CD, BW, DQ, VL and VNNI.

#include "ops/isa/avx512_ops.h"

namespace siskin {
namespace {

inline Lanes dot_bytes(Lanes acc, Lanes a, Lanes b) { return _mm512_dpbusd_epi32(acc, a, b); }
inline Lanes dot_words(Lanes acc, Lanes a, Lanes b) { return _mm512_dpwssd_epi32(acc, a, b); }

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

constinit const Kernels kAvx512VnniKernels = with_float_tiles(with_tiles(vector_kernels("avx512vnni")));

}  // namespace siskin
