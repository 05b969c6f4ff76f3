// AVX-512 F, CD, BW, DQ, VL, VNNI and BF16.

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
namespace {

/// BF16 weights: one instruction multiplies pairs and adds them up.
struct BrainDots {
    using Weight = Brain;
    using Column = Brain;
    struct Operand {
        using Register = Lanes;
        Register part[1];
    };
    using Mode = AnyMode;  // it always takes denormals for zeros
    static constexpr size_t kStep = 32;
    static constexpr int kStepParts = 1;

    template <int>
    static Operand load(const Brain* p, size_t n) {
        return {n == 32 ? _mm512_loadu_si512(p) : _mm512_maskz_loadu_epi16((1u << n) - 1, p)};
    }
    static Batch add(Batch sum, Lanes row, Lanes column) {
        return _mm512_dpbf16_ps(sum, __m512bh(row), __m512bh(column));
    }
    static V16 add(const V16& sum, const Operand& row, const Operand& column) {
        return {add(sum.part[0], row.part[0], column.part[0])};
    }
};

constexpr Kernels with_brain_dots(Kernels k) {
    k.rows[size_t(DType::BF16)] = float_rows<BrainDots>;
    set_float_tiles<BrainDots>(k, DType::BF16);
    return k;
}

}  // namespace

constinit const Kernels kAvx512Bf16Kernels =
    with_brain_dots(with_float_tiles(with_tiles(vector_kernels("avx512bf16"))));

}  // namespace siskin
