// Every kernel in plain C++: the definition of correct for all other tables.

#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "formats/half.h"
#include "ops/isa/common.h"
#include "ops/isa/tables.h"

namespace siskin {
namespace {

// ------------------------------------------------------------------------------------------------ a vector of 16
// floats

struct V16 {
    float lane[16];
};

constexpr int kSums = 4;
constexpr int kAccumulators = 6;

template <class F>
inline V16 each_lane(F f) {
    V16 out;
    for (int i = 0; i < 16; ++i) out.lane[i] = f(i);
    return out;
}

inline V16 splat(float x) {
    return each_lane([&](int) { return x; });
}
inline V16 load(const float* p, size_t n = 16, float fill = 0.0f) {
    return each_lane([&](int i) { return size_t(i) < n ? p[i] : fill; });
}
inline V16 load(const Half* p, size_t n = 16) {
    return each_lane([&](int i) { return size_t(i) < n ? f16_to_f32(p[i].bits) : 0.0f; });
}
/// The second numbers (half 0) or the first (half 1) of 16 pairs of which n numbers are there, the others being zeros.
template <int half>
inline V16 load_half(const Brain* p, size_t n) {
    return each_lane([&](int i) {
        const size_t k = size_t(2 * i + 1 - half);
        return k < n ? bf16_to_f32(p[k].bits) : 0.0f;
    });
}
inline V16 load(const int8_t* p) {
    return each_lane([&](int i) { return float(p[i]); });
}
inline float from_half(uint16_t bits) { return f16_to_f32(bits); }
inline void store(const V16& v, float* p, size_t n = 16) {
    for (size_t i = 0; i < n; ++i) p[i] = v.lane[i];
}
inline void store_f16(const V16& v, uint16_t* p, size_t n) {
    for (size_t i = 0; i < n; ++i) p[i] = f32_to_f16(v.lane[i]);
}
/// The low byte of each lane's bits.
inline void store_low_bytes(const V16& v, int8_t* p) {
    for (int i = 0; i < 16; ++i) p[i] = int8_t(std::bit_cast<uint32_t>(v.lane[i]));
}

inline V16 operator+(const V16& a, const V16& b) {
    return each_lane([&](int i) { return a.lane[i] + b.lane[i]; });
}
inline V16 operator-(const V16& a, const V16& b) {
    return each_lane([&](int i) { return a.lane[i] - b.lane[i]; });
}
inline V16 operator*(const V16& a, const V16& b) {
    return each_lane([&](int i) { return a.lane[i] * b.lane[i]; });
}
inline V16 operator/(const V16& a, const V16& b) {
    return each_lane([&](int i) { return a.lane[i] / b.lane[i]; });
}
inline V16 fma(const V16& a, const V16& b, const V16& c) {
    return each_lane([&](int i) { return std::fma(a.lane[i], b.lane[i], c.lane[i]); });
}
/// b where one is NaN.
inline V16 min(const V16& a, const V16& b) {
    return each_lane([&](int i) { return a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i]; });
}
inline V16 max(const V16& a, const V16& b) {
    return each_lane([&](int i) { return a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i]; });
}
/// a < b ? yes : no
inline V16 select_less(const V16& a, const V16& b, const V16& yes, const V16& no) {
    return each_lane([&](int i) { return a.lane[i] < b.lane[i] ? yes.lane[i] : no.lane[i]; });
}
/// 2^(n - 1) for lanes that hold 1.5 * 2^23 + n: n sits in the low bits and moves to the exponent.
inline V16 half_power_of_two(const V16& v) {
    return each_lane([&](int i) { return std::bit_cast<float>((std::bit_cast<uint32_t>(v.lane[i]) + 126u) << 23); });
}

inline float sum16(const V16& v);
inline void sums(const V16* v, float* out) {
    for (int i = 0; i < kSums; ++i) out[i] = sum16(v[i]);
}

}  // namespace
}  // namespace siskin

// Needs V16:
#include "ops/isa/float_rows.h"

namespace siskin {
namespace {

// --------------------------------------------------------------------------------------------------- quantized weights

inline int32_t dot_codes(size_t n, const int8_t* a, const int8_t* b) {
    int32_t sum = 0;
    for (size_t i = 0; i < n; ++i) sum += int32_t(a[i]) * b[i];
    return sum;
}

inline float add_block(float acc, const Codes256& w, const ActQ8K& x) {
    int32_t isum = 0, msum = 0;
    for (size_t g = 0; g < 16; ++g) {
        isum += w.scale[g] * dot_codes(16, w.q + 16 * g, x.q + 16 * g);
        msum += w.min[g] * x.sum[g];
    }
    acc = std::fma(w.d * x.d, float(isum), acc);
    return std::fma(-(w.dmin * x.d), float(msum), acc);
}

inline float add_block(float acc, const Codes32& w, const ActQ80& x, bool split_scale) {
    if (split_scale) {
        acc = std::fma(w.d[0] * x.d, float(dot_codes(16, w.q, x.q)), acc);
        acc = std::fma(w.d[1] * x.d, float(dot_codes(16, w.q + 16, x.q + 16)), acc);
    } else {
        acc = std::fma(w.d[0] * x.d, float(dot_codes(32, w.q, x.q)), acc);
    }
    return std::fma(w.m * x.d, float(x.sum), acc);
}

void row256(const DTypeInfo& info, size_t n_k, const std::byte* w, int n_cols, const void* const* x, float* acc) {
    Codes256 codes;
    for (size_t b = 0; b < n_k / 256; ++b) {
        info.unpack256(w + b * info.block_bytes, codes);
        for (int c = 0; c < n_cols; ++c) acc[c] = add_block(acc[c], codes, static_cast<const ActQ8K*>(x[c])[b]);
    }
}

void row32(const DTypeInfo& info, size_t n_k, const std::byte* w, int n_cols, const void* const* x, float* acc) {
    constexpr size_t kMostParts = 4;
    Codes32 codes[kMostParts];
    const size_t parts = info.block_elems / 32;
    for (size_t b = 0; b < n_k / info.block_elems; ++b) {
        info.unpack32(w + b * info.block_bytes, codes);
        for (size_t i = 0; i < parts; ++i)
            for (int c = 0; c < n_cols; ++c)
                acc[c] = add_block(acc[c], codes[i], static_cast<const ActQ80*>(x[c])[b * parts + i], info.split_scale);
    }
}

template <size_t id>
void quantized_rows(size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, int n_cols, const void* const* x,
                    float* const* out) {
    const DTypeInfo& info = dtype_info(DType(id));
    for (size_t r = 0; r < n_rows; ++r) {
        float acc[kMaxCols] = {};
        (info.unpack256 ? row256 : row32)(info, n_k, w + r * row_bytes, n_cols, x, acc);
        for (int c = 0; c < n_cols; ++c) out[c][r] = acc[c] + 0.0f;
    }
}

template <size_t... ids>
constexpr std::array<RowsFn, kDTypeIds> all_quantized_rows(std::index_sequence<ids...>) {
    return {quantized_rows<ids>...};
}

void multiply_blocks(DType type, size_t n_k, size_t n_rows, const std::byte* w, size_t row_bytes, size_t n_cols,
                     const void* const* x, float* const* out, std::byte*) {
    for (size_t c = 0; c < n_cols; c += kMaxCols)
        kScalarKernels.rows[size_t(type)](n_k, n_rows, w, row_bytes, int(smaller(n_cols - c, kMaxCols)), x + c,
                                          out + c);
}

}  // namespace

constinit const Kernels kScalarKernels =
    float_kernels("scalar", all_quantized_rows(std::make_index_sequence<kDTypeIds>()));

}  // namespace siskin
