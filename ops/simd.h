#pragma once
// 16 floats as xsimd batches, for ops/isa/float_ops.h. Serves xsimd 8.1 to 14: only operators, loads, stores, select
// and bitwise casts of it are used; its detection, dispatch, fma and reductions differ between versions or are wrong in
// some.
//
// The including ISA file has defined, in the anonymous namespace of siskin and for its Batch = xsimd::batch<float>:
//   fma(a, b, c)               fused
//   widen(const Half*), narrow(Batch, uint16_t*)                          one batch of 16-bit floats
//   widen(const int8_t*)                                                  one batch of small integers
//   store_low_bytes(Batch, int8_t*)                                       the low byte of each lane's bits

#include <cstddef>
#include <cstring>
#include <xsimd/xsimd.hpp>

#include "ops/isa/common.h"

namespace siskin {
namespace {

constexpr int kLanesOfBatch = int(Batch::size);
constexpr int kParts = 16 / kLanesOfBatch;

struct V16 {
    using Register = Batch;
    Register part[kParts];
};

template <class F>
inline V16 each_part(F f) {
    V16 out;
    for (int i = 0; i < kParts; ++i) out.part[i] = f(i);
    return out;
}

template <class To, class From>
inline xsimd::batch<To> bits_as(const xsimd::batch<From>& v) {
#if XSIMD_VERSION_MAJOR >= 11
    return xsimd::bitwise_cast<To>(v);
#else
    return xsimd::bitwise_cast<xsimd::batch<To>>(v);
#endif
}

inline V16 splat(float x) {
    return each_part([&](int) { return Batch(x); });
}

inline Batch widen(const float* p) { return Batch::load_unaligned(p); }
inline void narrow(Batch v, float* p) { v.store_unaligned(p); }

template <class T>
inline V16 load(const T* p) {
    return each_part([&](int i) { return widen(p + i * kLanesOfBatch); });
}
template <class T>
[[gnu::noinline]] V16 load_some(const T* p, size_t n, T fill) {
    T padded[16];
    for (size_t i = 0; i < 16; ++i) padded[i] = i < n ? p[i] : fill;
    return load(padded);
}
template <class T>
inline V16 load(const T* p, size_t n, T fill = T()) {
    return n == 16 ? load(p) : load_some(p, n, fill);
}

/// The second numbers (half 0) or the first (half 1) of 16 pairs, of which n numbers are there and the others are
/// zeros.
template <int half>
inline V16 load_half(const Brain* p) {
    return each_part([&](int i) {
        const auto pairs = bits_as<uint32_t>(widen(reinterpret_cast<const float*>(p + 2 * i * kLanesOfBatch)));
        return bits_as<float>(half == 0 ? pairs & xsimd::batch<uint32_t>(0xffff0000u) : pairs << 16);
    });
}
template <int half>
[[gnu::noinline]] V16 load_some_half(const Brain* p, size_t n) {
    Brain padded[32] = {};
    std::memcpy(padded, p, n * sizeof(Brain));
    return load_half<half>(padded);
}
template <int half>
inline V16 load_half(const Brain* p, size_t n) {
    return n == 32 ? load_half<half>(p) : load_some_half<half>(p, n);
}

template <class T>
inline void store_as(const V16& v, T* p, size_t n) {
    if (n == 16) {
        for (int i = 0; i < kParts; ++i) narrow(v.part[i], p + i * kLanesOfBatch);
    } else {
        T padded[16];
        store_as(v, padded, 16);
        std::memcpy(p, padded, n * sizeof(T));
    }
}
inline void store(const V16& v, float* p, size_t n = 16) { store_as(v, p, n); }
inline void store_f16(const V16& v, uint16_t* p, size_t n) { store_as(v, p, n); }
inline void store_low_bytes(const V16& v, int8_t* p) {
    for (int i = 0; i < kParts; ++i) store_low_bytes(v.part[i], p + i * kLanesOfBatch);
}

inline V16 operator+(const V16& a, const V16& b) {
    return each_part([&](int i) { return a.part[i] + b.part[i]; });
}
inline V16 operator-(const V16& a, const V16& b) {
    return each_part([&](int i) { return a.part[i] - b.part[i]; });
}
inline V16 operator*(const V16& a, const V16& b) {
    return each_part([&](int i) { return a.part[i] * b.part[i]; });
}
inline V16 operator/(const V16& a, const V16& b) {
    return each_part([&](int i) { return a.part[i] / b.part[i]; });
}
inline V16 fma(const V16& a, const V16& b, const V16& c) {
    return each_part([&](int i) { return fma(a.part[i], b.part[i], c.part[i]); });
}
/// a < b ? yes : no
inline V16 select_less(const V16& a, const V16& b, const V16& yes, const V16& no) {
    return each_part([&](int i) { return xsimd::select(a.part[i] < b.part[i], yes.part[i], no.part[i]); });
}
/// NaN where b is NaN. Where only a is NaN, b or NaN: nothing may depend on which.
inline V16 min(const V16& a, const V16& b) {
    return each_part([&](int i) { return xsimd::min(a.part[i], b.part[i]); });
}
inline V16 max(const V16& a, const V16& b) {
    return each_part([&](int i) { return xsimd::max(a.part[i], b.part[i]); });
}

/// 2^(n - 1) for lanes that hold 1.5 * 2^23 + n: n sits in the low bits and moves to the exponent.
inline V16 half_power_of_two(const V16& v) {
    return each_part([&](int i) { return bits_as<float>((bits_as<uint32_t>(v.part[i]) + uint32_t(126)) << 23); });
}

}  // namespace
}  // namespace siskin
