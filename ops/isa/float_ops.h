#pragma once
// Every float operation of the kernel table, written once over a vector of 16 floats and compiled into each ISA file.
// Nothing here has external linkage: the including file defines V16 and its operations in the anonymous namespace of
// siskin first (scalar.cpp with an array, the others through ops/simd.h), so that each table owns its copy.
//
// The order of every sum is fixed by the 16 lanes and `sum16`, and every fused multiply-add is written out, so that all
// tables give the same bits.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "ops/isa/common.h"

namespace siskin {
namespace {

/// Calls f(0), f(1), ... f(n - 1) with constants.
template <int n, class F>
inline void unrolled(F f) {
    [&]<int... i>(std::integer_sequence<int, i...>) { (f(std::integral_constant<int, i>()), ...); }
    (std::make_integer_sequence<int, n>());
}

/// Calls body(first, count) for each run of 16 of n elements; count is 16 except perhaps in the last.
template <class Body>
inline void for_each_16(size_t n, Body body) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) body(i, size_t(16));
    if (i < n) body(i, n - i);
}

/// v[i] = op(v[i], v[i + 8]) for i < 8, then with 4, 2 and 1.
template <class Op>
inline float fold16(const V16& v, Op op) {
    float lane[16], four[4];
    store(v, lane);
    for (int i = 0; i < 4; ++i) four[i] = op(op(lane[i], lane[i + 8]), op(lane[i + 4], lane[i + 12]));
    return op(op(four[0], four[2]), op(four[1], four[3]));
}
inline float sum16(const V16& v) {
    return fold16(v, [](float a, float b) { return a + b; });
}
inline float max16(const V16& v) {
    return fold16(v, [](float a, float b) { return a > b ? a : b; });
}

// ---------------------------------------------------------------------------------------------------- exp and friends

/// e^x = scale * (1 + rest), with scale half of a power of two: the half keeps it a number up to e^x = infinity.
struct ExpParts {
    V16 half_scale, rest;
};

/// x = n ln 2 + r with |r| <= ln 2 / 2 (Cody and Waite: ln 2 in two parts), and rest = e^r - 1 by the minimax
/// polynomial of degree 6 (relative error of e^r 3.1e-9).
inline ExpParts exp_parts(V16 x) {
    const V16 magic = splat(0x1.8p23f);  // adding it rounds to an integer, which then sits in the low bits
    const V16 shifted = fma(x, splat(0x1.715476p0f), magic);
    const V16 n = shifted - magic;
    V16 r = fma(n, splat(-0x1.62e43p-1f), x);
    r = fma(n, splat(0x1.05c61p-29f), r);
    V16 q = splat(0x1.6a2434p-10f);
    q = fma(q, r, splat(0x1.1239e2p-7f));
    q = fma(q, r, splat(0x1.5558f2p-5f));
    q = fma(q, r, splat(0x1.555492p-3f));
    q = fma(q, r, splat(0x1.fffffcp-2f));
    return {half_power_of_two(shifted), fma(r * r, q, r)};
}

/// Below this, exp is 0; the results above it are normal numbers whether or not denormals are flushed.
constexpr float kExpLow = -86.5f;

/// Error at most 1 ulp. exp(-inf) = 0, NaN stays NaN, too large becomes infinity.
inline V16 exp(V16 x) {
    const ExpParts e = exp_parts(min(splat(89.0f), x));
    const V16 value = fma(e.half_scale, e.rest, e.half_scale) * splat(2.0f);
    return select_less(x, splat(kExpLow), splat(0.0f), value);
}

inline float exp(float x) {
    float out[16];
    store(exp(splat(x)), out);
    return out[0];
}

/// tanh x = (e^2x - 1) / (e^2x + 1). The numerator is assembled from the parts without cancellation, which keeps the
/// relative error near 0 as small as elsewhere.
inline V16 tanh(V16 x) {
    const V16 bounded = max(splat(-10.0f), min(splat(10.0f), x));
    const ExpParts e = exp_parts(bounded + bounded);
    const V16 scale = e.half_scale + e.half_scale;
    const V16 numerator = fma(scale, e.rest, scale - splat(1.0f));
    return numerator / (numerator + splat(2.0f));
}

/// g * sigmoid(x)
inline V16 times_sigmoid(V16 g, V16 x) { return g / (splat(1.0f) + exp(splat(0.0f) - x)); }

// ------------------------------------------------------------------------------------------------------- elementwise

void rms_norm(size_t n, const float* x, const float* w, float eps, float* out) {
    V16 squares = splat(0.0f);
    for_each_16(n, [&](size_t i, size_t count) {
        const V16 v = load(x + i, count);
        squares = fma(v, v, squares);
    });
    const V16 factor = splat(1.0f / std::sqrt(sum16(squares) / float(n) + eps));
    for_each_16(n, [&](size_t i, size_t count) {
        const V16 scaled = load(x + i, count) * factor;
        store(w ? scaled * load(w + i, count) : scaled, out + i, count);
    });
}

void rotate(float cosine, float sine, float& a, float& b) {
    const float rotated = std::fma(a, cosine, -(b * sine));
    b = std::fma(a, sine, b * cosine);
    a = rotated;
}

void rope(size_t n_rot, bool halves, const float* cosines, const float* sines, float* x) {
    const size_t half = n_rot / 2;
    if (halves)
        for (size_t i = 0; i < half; ++i) rotate(cosines[i], sines[i], x[i], x[i + half]);
    else
        for (size_t i = 0; i < half; ++i) rotate(cosines[i], sines[i], x[2 * i], x[2 * i + 1]);
}

inline V16 silu(V16 gate, V16 up) { return times_sigmoid(gate, gate) * up; }

/// 0.5 g (1 + tanh z) = g sigmoid(2 z), z = sqrt(2/pi) (g + 0.044715 g^3): this form does not cancel for negative g.
inline V16 gelu_tanh(V16 gate, V16 up) {
    const V16 z2 = gate * fma(splat(2 * 0.79788456f * 0.044715f), gate * gate, splat(2 * 0.79788456f));
    return times_sigmoid(gate, z2) * up;
}

inline V16 swiglu_oai(V16 gate, V16 up) {
    const V16 g = min(splat(7.0f), gate);
    const V16 u = max(splat(-7.0f), min(splat(7.0f), up));
    return times_sigmoid(g, g * splat(1.702f)) * (u + splat(1.0f));
}

template <V16 (*act)(V16, V16)>
void gated_by(size_t n, const float* gate, const float* up, float* out) {
    for_each_16(
        n, [&](size_t i, size_t count) { store(act(load(gate + i, count), load(up + i, count)), out + i, count); });
}

void gated(Activation act, size_t n, const float* gate, const float* up, float* out) {
    switch (act) {
        case Activation::SiLU:
            return gated_by<silu>(n, gate, up, out);
        case Activation::GeluTanh:
            return gated_by<gelu_tanh>(n, gate, up, out);
        case Activation::SwigluOai:
            return gated_by<swiglu_oai>(n, gate, up, out);
    }
}

void add(size_t n, const float* x, float* y) {
    for_each_16(n, [&](size_t i, size_t count) { store(load(y + i, count) + load(x + i, count), y + i, count); });
}

void axpy(size_t n, float a, const float* x, float* y) {
    for_each_16(
        n, [&](size_t i, size_t count) { store(fma(splat(a), load(x + i, count), load(y + i, count)), y + i, count); });
}

void scale(size_t n, float a, float* x) {
    for_each_16(n, [&](size_t i, size_t count) { store(load(x + i, count) * splat(a), x + i, count); });
}

inline V16 capped(V16 x, float cap) { return tanh(x / splat(cap)) * splat(cap); }

void softcap(size_t n, float cap, float* x) {
    for_each_16(n, [&](size_t i, size_t count) { store(capped(load(x + i, count), cap), x + i, count); });
}

inline float largest(size_t n, const float* x) {
    V16 most = splat(-kInfinity);
    for_each_16(n, [&](size_t i, size_t count) { most = max(load(x + i, count, -kInfinity), most); });
    return max16(most);
}

/// x[i] = exp(x[i] - top); returns their sum.
inline float exp_and_sum(size_t n, float top, float* x) {
    V16 total = splat(0.0f);
    for_each_16(n, [&](size_t i, size_t count) {
        const V16 e = exp(load(x + i, count, -kInfinity) - splat(top));
        store(e, x + i, count);
        total = total + e;
    });
    return sum16(total);
}

void divide(size_t n, const float* x, float divisor, float* out) {
    for_each_16(n, [&](size_t i, size_t count) { store(load(x + i, count) / splat(divisor), out + i, count); });
}

void softmax(size_t n, float* x) {
    const float total = exp_and_sum(n, largest(n, x), x);
    divide(n, x, total, x);
}

/// An infinity or a NaN times zero is NaN.
bool all_finite(size_t n, const float* x) {
    V16 zeros = splat(0.0f);
    for_each_16(n, [&](size_t i, size_t count) { zeros = fma(load(x + i, count), splat(0.0f), zeros); });
    return sum16(zeros) == 0.0f;
}

void to_f16(size_t n, const float* x, uint16_t* out) {
    for_each_16(n, [&](size_t i, size_t count) { store_f16(load(x + i, count), out + i, count); });
}

void to_bf16(size_t n, const float* x, uint16_t* out) {
    constexpr uint32_t kInfinityBits = 0x7f800000, kQuiet = 0x00400000;
    for (size_t i = 0; i < n; ++i) {
        uint32_t bits;
        std::memcpy(&bits, x + i, sizeof(bits));
        const bool is_nan = (bits & 0x7fffffff) > kInfinityBits;
        out[i] = uint16_t((is_nan ? bits | kQuiet : bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    }
}

void to_f32(size_t n, const uint16_t* x, float* out) {
    const Half* halves = reinterpret_cast<const Half*>(x);
    for_each_16(n, [&](size_t i, size_t count) { store(load(halves + i, count), out + i, count); });
}

// ------------------------------------------------------------------------------------------------------- quantization

/// Writes the codes of N floats and returns their scale; see ops/activations.h.
template <size_t N>
inline float quantize_group(const float* x, int8_t* q) {
    V16 least = splat(0.0f), most = splat(0.0f), zeros = splat(0.0f);
    for (size_t i = 0; i < N; i += 16) {
        const V16 v = load(x + i);
        least = min(v, least);
        most = max(v, most);
        zeros = fma(v, splat(0.0f), zeros);
    }
    const float amax = max16(max(most, splat(0.0f) - least));
    const bool finite = sum16(zeros) == 0.0f;
    const bool coded = finite && amax >= kLeastAmax;
    const V16 factor = splat(127.0f / amax), magic = splat(0x1.8p23f);  // rounds to nearest even, into the low bits
    for (size_t i = 0; i < N; i += 16) store_low_bytes(coded ? load(x + i) * factor + magic : splat(0.0f), q + i);
    return coded ? amax / 127.0f : finite ? 0.0f : kNaN;
}

/// The sums of 16 codes: of those with i % 4 < 2, and of the others.
struct PairSums {
    int first, second;
};

/// Sums the codes, made unsigned, in the four words of an integer.
inline PairSums pair_sums(const int8_t* q) {
    constexpr uint64_t kRaise = 0x8080808080808080, kLowBytes = 0x00ff00ff00ff00ff;
    constexpr int kRaised = 8 * 128;
    uint64_t code[2], words = 0;
    std::memcpy(code, q, sizeof(code));
    for (uint64_t c : code) words += ((c ^ kRaise) & kLowBytes) + ((c ^ kRaise) >> 8 & kLowBytes);
    words += words >> 32;
    return {int(words & 0xffff) - kRaised, int(words >> 16 & 0xffff) - kRaised};
}

void quantize_q8k(size_t n_k, const float* x, ActQ8K* out) {
    for (size_t k = 0; k < n_k; k += 256, ++out) {
        out->d = quantize_group<256>(x + k, out->q);
        for (size_t g = 0; g < 16; ++g) {
            const PairSums sums = pair_sums(out->q + 16 * g);
            out->sum[g] = int16_t(sums.first + sums.second);
            out->start[g] = -128 * out->sum[g];
            out->pair_start[2 * g] = int16_t(-32 * sums.first);
            out->pair_start[2 * g + 1] = int16_t(-32 * sums.second);
        }
        for (size_t g = 0; g < 8; ++g) {
            out->sum32[g] = int16_t(out->sum[2 * g] + out->sum[2 * g + 1]);
            out->start32[g] = -128 * out->sum32[g];
        }
    }
}

void quantize_q80(size_t n_k, const float* x, ActQ80* out) {
    for (size_t k = 0; k < n_k; k += 32, ++out) {
        out->d = quantize_group<32>(x + k, out->q);
        const PairSums a = pair_sums(out->q), b = pair_sums(out->q + 16);
        const PairSums sums = {a.first + b.first, a.second + b.second};
        out->sum = sums.first + sums.second;
        out->start[0] = -128 * (a.first + a.second);
        out->start[1] = -128 * (b.first + b.second);
        out->pair_start[0] = int16_t(-32 * sums.first);
        out->pair_start[1] = int16_t(-32 * sums.second);
    }
}

}  // namespace
}  // namespace siskin
