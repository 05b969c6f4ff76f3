#include "tests/support/tiny_blocks.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <stdexcept>
#include <string>

#include "formats/half.h"

namespace siskin::test {
namespace {

enum class ScaleKind {
    F16,      ///< two bytes
    E8M0,     ///< one byte, a power of two
    UE4M3,    ///< one byte, an unsigned 8-bit float
    Nibbles,  ///< an F16 spread over the top nibbles of four 16-bit words
};

/// Where a block keeps a scale. `share` is what the scale is relative to the block's first one: minima are chosen so
/// that the weights come out around zero.
struct ScaleField {
    size_t offset;
    ScaleKind kind;
    double share;
};

struct BlockScales {
    DType type;
    std::vector<ScaleField> fields;
};

const std::vector<BlockScales>& block_scales() {
    using enum ScaleKind;
    static const std::vector<BlockScales> table = {
        {DType::Q4_0, {{0, F16, 1}}},
        {DType::Q4_1, {{0, F16, 1}, {2, F16, -7.5}}},
        {DType::Q5_0, {{0, F16, 1}}},
        {DType::Q5_1, {{0, F16, 1}, {2, F16, -15.5}}},
        {DType::Q8_0, {{0, F16, 1}}},
        {DType::Q2_K, {{80, F16, 1}, {82, F16, 1.5}}},
        {DType::Q3_K, {{108, F16, 1}}},
        {DType::Q4_K, {{0, F16, 1}, {2, F16, 7.5}}},
        {DType::Q5_K, {{0, F16, 1}, {2, F16, 15.5}}},
        {DType::Q6_K, {{208, F16, 1}}},
        {DType::IQ2_XXS, {{0, F16, 1}}},
        {DType::IQ2_XS, {{0, F16, 1}}},
        {DType::IQ3_XXS, {{0, F16, 1}}},
        {DType::IQ1_S, {{0, F16, 1}}},
        {DType::IQ4_NL, {{0, F16, 1}}},
        {DType::IQ3_S, {{0, F16, 1}}},
        {DType::IQ2_S, {{0, F16, 1}}},
        {DType::IQ4_XS, {{0, F16, 1}}},
        {DType::IQ1_M, {{48, Nibbles, 1}}},
        {DType::TQ1_0, {{52, F16, 1}}},
        {DType::TQ2_0, {{64, F16, 1}}},
        {DType::MXFP4, {{0, E8M0, 1}}},
        {DType::NVFP4, {{0, UE4M3, 1}, {1, UE4M3, 1}, {2, UE4M3, 1}, {3, UE4M3, 1}}},
        {DType::Q1_0, {{0, F16, 1}}},
        {DType::Q2_0, {{0, F16, 1}}},
    };
    return table;
}

void put16(std::byte* at, uint16_t value) { std::memcpy(at, &value, sizeof value); }

/// The unsigned 8-bit float (4 exponent bits, bias 7) nearest below a positive value.
uint8_t ue4m3(double value) {
    int exponent = 0;
    std::frexp(value, &exponent);
    exponent = std::clamp(exponent - 1, -6, 8);
    const int mantissa = int(std::clamp(std::floor((std::ldexp(value, -exponent) - 1) * 8), 0.0, 7.0));
    return uint8_t(std::min((exponent + 7) * 8 + mantissa, 0x7e));
}

void put_scale(std::byte* block, const ScaleField& field, double value) {
    std::byte* at = block + field.offset;
    switch (field.kind) {
        case ScaleKind::F16:
            put16(at, f32_to_f16(float(value)));
            break;
        case ScaleKind::E8M0:
            *at = std::byte(int(std::lround(std::log2(std::fabs(value)))) + 127);
            break;
        case ScaleKind::UE4M3:
            *at = std::byte(ue4m3(std::fabs(value)));
            break;
        case ScaleKind::Nibbles: {
            const uint16_t half = f32_to_f16(float(value));
            for (int i = 0; i < 4; ++i) {
                uint16_t word;
                std::memcpy(&word, at + 2 * i, sizeof word);
                put16(at + 2 * i, uint16_t((word & 0x0fff) | ((half >> (4 * i)) & 15) << 12));
            }
        }
    }
}

double root_mean_square(const std::vector<float>& values) {
    double sum = 0;
    for (float value : values) sum += double(value) * value;
    return std::sqrt(sum / double(values.size()));
}

}  // namespace

Random::Random(uint64_t seed, std::string_view name) : state_(seed) {
    for (char c : name) state_ = (state_ ^ uint8_t(c)) * 0x100000001b3u;
}

uint64_t Random::bits() {  // SplitMix64
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double Random::normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::vector<std::byte> encode_floats(DType type, const std::vector<float>& values) {
    const DTypeInfo& info = dtype_info(type);
    std::vector<std::byte> bytes(row_bytes(info, values.size()));
    for (size_t i = 0; i < values.size(); ++i) {
        std::byte* at = bytes.data() + i * info.block_bytes;
        switch (type) {
            case DType::F32:
                std::memcpy(at, &values[i], sizeof values[i]);
                break;
            case DType::F16:
                put16(at, f32_to_f16(values[i]));
                break;
            case DType::BF16:
                put16(at, f32_to_bf16(values[i]));
                break;
            default:
                throw std::logic_error("encode_floats: " + std::string(info.name) + " is not a float type");
        }
    }
    return bytes;
}

std::vector<std::byte> random_weights(DType type, size_t n, double size, Random& random) {
    const DTypeInfo& info = dtype_info(type);
    if (!info.unpack256 && !info.unpack32) {
        std::vector<float> values(n);
        for (float& value : values) value = float(size * random.normal());
        return encode_floats(type, values);
    }
    const auto& table = block_scales();
    const auto row = std::find_if(table.begin(), table.end(), [&](const BlockScales& b) { return b.type == type; });
    if (row == table.end())
        throw std::logic_error("tiny_blocks.cpp has no row for " + std::string(info.name) +
                               ": add where its scales are");

    std::vector<std::byte> bytes(row_bytes(info, n));
    for (std::byte& byte : bytes) byte = std::byte(random.below(256));
    std::vector<float> decoded(info.block_elems);
    for (size_t at = 0; at < bytes.size(); at += info.block_bytes) {
        std::byte* block = bytes.data() + at;
        for (const ScaleField& field : row->fields) put_scale(block, field, field.share);
        decode_row(info, block, info.block_elems, decoded.data());
        const double scale = size / root_mean_square(decoded) * (random.below(2) ? 1 : -1);
        for (const ScaleField& field : row->fields) put_scale(block, field, scale * field.share);
    }
    return bytes;
}

}  // namespace siskin::test
