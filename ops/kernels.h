#pragma once
// One table of functions per instruction set, picked once. The scalar table is the definition of correct and is never
// deleted; every other table gives the same bits for quantized weights and for every float operation below.
//
// The numeric definition (integers are exact; floats are added in one fixed order):
//   256-blocks, blocks in K order, starting from acc = 0:
//       isum = sum_j scale_j * sum_i code_i * act_i        exact int32
//       msum = sum_j min_j * sum_i act_i                   exact int32, only for types with a minimum
//       acc  = fma(d_w * d_a, float(isum), acc);  acc = fma(-(dmin_w * d_a), float(msum), acc)
//   32-blocks, in K order:
//       acc = fma(d_w * d_a, float(isum), acc)             once per 32; once per 16 where the type splits its scale
//       acc = fma(m_w * d_a, float(sum of act), acc)       only for types with a minimum
//   F32, F16 weights: 16 virtual lanes along K, lane l takes k = l, l+16, ... with one fma each (missing elements of
//   the
//       last 16 count as zero), then the tree of `sum16`.
//   BF16 weights: 16 virtual lanes along K, lane l takes the pairs (2l, 2l+1), (2l+32, 2l+33), ... of activations
//       rounded to bfloat16: acc = fma(w[k+1], x[k+1], acc), then acc = fma(w[k], x[k], acc), denormal operands and
//       results counting as zero; then the tree. This is what the processors' own instruction (VDPBF16PS) computes.
//   quantized weights: out = acc + 0, so that a zero is +0 and a term that is always zero may be left out
//   sum16(v): v[i] += v[i+8] for i < 8, then +4, +2, +1.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "formats/dtype.h"
#include "ops/activations.h"
#include "ops/attention.h"

namespace siskin {

/// out[c][r] = sum_k w[r][k] * x[c][k] for n_rows consecutive rows of row_bytes each and 1 <= n_cols <= 8 columns in
/// the form that the weight type's ActKind says. Any number of rows. n_k is a multiple of the type's block.
using RowsFn = void (*)(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols,
                        const void* const* x, float* const* out);

constexpr int kMaxCols = 8;

/// The same product with any number of columns, in the same bits, by way of tiles: faster from a few columns on.
/// `scratch` has kTileScratch bytes, aligned to 64.
using TilesFn = void (*)(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols,
                         const void* const* x, float* const* out, std::byte* scratch);
constexpr size_t kTileScratch = 256 << 10;

enum class Activation : uint8_t { SiLU, GeluTanh, SwigluOai };

struct Kernels {
    std::string_view name;  ///< "scalar", "avx2", "avxvnni", "avx512", "avx512vnni", "avx512bf16"

    /// Products by weight type id; never null for a weight type (types without a fast path go through their decoder).
    RowsFn rows[kDTypeIds];

    /// Products of many columns by weight type id; null where rows are the only way.
    TilesFn tiles[kDTypeIds];

    /// Columns from which tiles are faster than rows, as measured.
    uint8_t tiles_from[kDTypeIds];

    /// Quantizes n_k floats into a column; see activations.h.
    void (*quantize_q8k)(size_t n_k, const float* x, ActQ8K* out);
    void (*quantize_q80)(size_t n_k, const float* x, ActQ80* out);

    /// out[i] = x[i] * w[i] / sqrt(mean(x^2) + eps); w may be null (all ones). The sum runs over 16 virtual lanes and
    /// sum16. out may be x.
    void (*rms_norm)(size_t n, const float* x, const float* w, float eps, float* out);

    /// Rotates n_rot values of a head in place by the angles whose cosines and sines are given, [n_rot/2] each.
    /// Adjacent pairs (2i, 2i+1) or, when `halves`, pairs (i, i + n_rot/2).
    void (*rope)(size_t n_rot, bool halves, const float* cosines, const float* sines, float* x);

    /// out[i] = act(gate[i], up[i]): silu(g)*u, gelu_tanh(g)*u, or gpt-oss's clamped form:
    ///   g = min(g, 7), u = clamp(u, -7, 7), g * sigmoid(1.702 g) * (u + 1).   out may be gate or up.
    void (*gated)(Activation act, size_t n, const float* gate, const float* up, float* out);

    void (*add)(size_t n, const float* x, float* y);            ///< y[i] += x[i]
    void (*axpy)(size_t n, float a, const float* x, float* y);  ///< y[i] = fma(a, x[i], y[i])
    void (*scale)(size_t n, float a, float* x);                 ///< x[i] *= a
    void (*softcap)(size_t n, float cap, float* x);             ///< x[i] = cap * tanh(x[i] / cap)
    /// x[i] = exp(x[i] - max(x)) / sum, 16 virtual lanes and sum16.
    void (*softmax)(size_t n, float* x);
    bool (*all_finite)(size_t n, const float* x);

    void (*to_f16)(size_t n, const float* x, uint16_t* out);   ///< nearest even, as half.h
    void (*to_f32)(size_t n, const uint16_t* x, float* out);   ///< from f16
    void (*to_bf16)(size_t n, const float* x, uint16_t* out);  ///< nearest even, as half.h

    /// The attention of a block of rows; see attention.h.
    void (*attend)(const AttendArgs& args);
    /// The same in parts that may be computed anywhere: what one chunk gives, [n_rows][n_q][attend_state()], for a
    /// chunk that some row sees; and out from the states of all such chunks, in order.
    void (*attend_chunk)(const AttendArgs& args, size_t chunk, float* states);
    void (*merge_chunks)(const AttendArgs& args, float* states);

    /// Stores a key or a value in one of the 256 slots of a page.
    void (*put_key)(DType type, size_t d_k, const float* x, std::byte* page, size_t slot);
    void (*put_value)(DType type, size_t d_v, const float* x, std::byte* page, size_t slot);

    /// Multiplies 8-bit integers and adds the products up, from registers alone and as fast as it goes, `times` times
    /// over. Returns how many products that were. Null where there is no instruction for it.
    uint64_t (*int8_products)(size_t times);
};

/// The tables this program contains, best first; the last is scalar.
std::span<const Kernels* const> all_kernels();

/// Whether this processor and operating system can run a table.
bool can_run(const Kernels& table);

/// The table in use: the best that can run, or the one that the environment variable SISKIN_ISA names.
/// Throws Error(Usage) when SISKIN_ISA names an unknown table or one that this processor cannot run.
const Kernels& kernels();

}  // namespace siskin
