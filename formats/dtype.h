#pragma once
// One row per tensor type. A type is exactly
//     weight = (signed 8-bit code) x (scale of its group) [- minimum of its group]
// and its row names the decoder that writes those integers; every kernel, every dequantization and every test starts
// from that one decoder. Ids, block sizes and layouts: the GGUF specification (ggml-org/ggml docs/gguf.md).

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace siskin {

/// Weight types by their GGUF id. Integer and run-time-only types of the format are not weights and not listed.
enum class DType : uint32_t {
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q2_K = 10,
    Q3_K = 11,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    IQ2_XXS = 16,
    IQ2_XS = 17,
    IQ3_XXS = 18,
    IQ1_S = 19,
    IQ4_NL = 20,
    IQ3_S = 21,
    IQ2_S = 22,
    IQ4_XS = 23,
    IQ1_M = 29,
    BF16 = 30,
    TQ1_0 = 34,
    TQ2_0 = 35,
    MXFP4 = 39,
    NVFP4 = 40,
    Q1_0 = 41,
    Q2_0 = 42,
};
constexpr size_t kDTypeIds = 43;  ///< ids are below this; tables may be indexed by id

/// 256 weights: w[i] = (d * scale[i/16]) * q[i] - dmin * min[i/16].
struct Codes256 {
    float d, dmin;      ///< dmin = 0 and min = 0 for types without minimum
    int8_t q[256];      ///< signed codes, in K order
    int16_t scale[16];  ///< integer scale of each 16 weights
    int16_t min[16];    ///< integer minimum of each 16 weights, >= 0
};

/// 32 weights: w[i] = d[i/16] * q[i] + m.
struct Codes32 {
    float d[2];    ///< scale of each 16 weights; equal for types with one scale per 32
    float m;       ///< -0.0 for types without minimum: adding it changes nothing, not even the sign of a zero
    int8_t q[32];  ///< signed codes, in K order
};

/// What the activations are turned into before they meet weights of a type (ops/activations.h).
enum class ActKind : uint8_t {
    F32,   ///< left as floats: F32 and F16 weights
    BF16,  ///< rounded to bfloat16: BF16 weights
    Q8_0,  ///< 8-bit codes, one scale per 32
    Q8_K,  ///< 8-bit codes, one scale per 256
};
constexpr size_t kActKinds = 4;

struct DTypeInfo {
    DType type;
    std::string_view name;  ///< as people write it: "Q4_K"
    uint32_t block_elems;   ///< weights per block; a row is a whole number of blocks
    uint32_t block_bytes;
    ActKind act;
    bool split_scale;  ///< Codes32 only: d[0] and d[1] may differ (one fused multiply-add per 16, not per 32)
    /// Exactly one of these is set for a quantized type, none for F32, F16 and BF16. `block` has block_bytes bytes.
    void (*unpack256)(const std::byte* block, Codes256& out);
    void (*unpack32)(const std::byte* block, Codes32* out);  ///< writes block_elems / 32 entries
};

/// All weight types in id order.
std::span<const DTypeInfo> all_dtypes();

/// The row of a weight type.
const DTypeInfo& dtype_info(DType type);

/// The row of a GGUF id, or nullptr when no weight type has it.
const DTypeInfo* find_dtype(uint32_t id);

/// A type by name, any case ("q4_k"), or nullptr.
const DTypeInfo* find_dtype(std::string_view name);

/// What a GGUF id is, for messages: "Q4_0_4_4 (removed from the format; requantize the model)", "type 999 (unknown)".
std::string describe_dtype(uint32_t id);

/// Bytes of a row of n weights; n is a multiple of block_elems.
inline size_t row_bytes(const DTypeInfo& info, size_t n) { return n / info.block_elems * info.block_bytes; }

/// Writes the n weights of a row as floats, n a multiple of block_elems. Bit for bit the format's definition.
void decode_row(const DTypeInfo& info, const std::byte* row, size_t n, float* out);

}  // namespace siskin
