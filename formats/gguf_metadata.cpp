// Typed access to metadata. The parser has checked the encoding, so the bytes of a value are known to be whole.

#include <cmath>
#include <cstring>
#include <limits>

#include "formats/checked.h"
#include "formats/gguf_reader.h"

namespace siskin {
namespace {

struct TypeInfo {
    std::string_view name;
    size_t bytes;
};

const TypeInfo& type_info(GgufType type) {
    static constexpr TypeInfo kTypes[] = {
        {"u8", 1},   {"i8", 1},     {"u16", 2},   {"i16", 2}, {"u32", 4}, {"i32", 4}, {"f32", 4},
        {"bool", 1}, {"string", 0}, {"array", 0}, {"u64", 8}, {"i64", 8}, {"f64", 8},
    };
    return kTypes[size_t(type)];
}

std::string describe(const GgufValue& value) {
    const std::string name(type_info(value.type).name);
    return value.is_array ? "an array of " + std::to_string(value.count) + " x " + name : name;
}

[[noreturn]] void fail_type(std::string_view key, std::string_view expected, const GgufValue& value) {
    fail(Fault::BadData, printable(key), ": expected ", expected, ", got ", describe(value),
         "; the model was converted wrongly, convert or download it again");
}

[[noreturn]] void fail_range(std::string_view key, std::string_view expected, const std::string& got) {
    fail(Fault::BadData, printable(key), ": expected ", expected, ", got ", got,
         "; the model was converted wrongly, convert or download it again");
}

template <class T>
T load(const std::byte* bytes) {
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    return value;
}

bool is_integer(GgufType type) {
    switch (type) {
        case GgufType::U8:
        case GgufType::I8:
        case GgufType::U16:
        case GgufType::I16:
        case GgufType::U32:
        case GgufType::I32:
        case GgufType::U64:
        case GgufType::I64:
            return true;
        default:
            return false;
    }
}

bool is_float(GgufType type) { return type == GgufType::F32 || type == GgufType::F64; }

/// An element of an integer or bool type.
int64_t load_integer(std::string_view key, GgufType type, const std::byte* bytes) {
    switch (type) {
        case GgufType::Bool:
        case GgufType::U8:
            return load<uint8_t>(bytes);
        case GgufType::I8:
            return load<int8_t>(bytes);
        case GgufType::U16:
            return load<uint16_t>(bytes);
        case GgufType::I16:
            return load<int16_t>(bytes);
        case GgufType::U32:
            return load<uint32_t>(bytes);
        case GgufType::I32:
            return load<int32_t>(bytes);
        case GgufType::I64:
            return load<int64_t>(bytes);
        default:
            break;
    }
    const auto value = load<uint64_t>(bytes);
    if (value > uint64_t(std::numeric_limits<int64_t>::max()))
        fail_range(key, "an integer below 2^63", std::to_string(value));
    return int64_t(value);
}

/// An element of an integer or float type.
double load_number(std::string_view key, GgufType type, const std::byte* bytes) {
    if (type == GgufType::F32) return load<float>(bytes);
    if (type == GgufType::F64) return load<double>(bytes);
    if (type == GgufType::U64) return double(load<uint64_t>(bytes));
    return double(load_integer(key, type, bytes));
}

float load_float(std::string_view key, GgufType type, const std::byte* bytes) {
    const double value = load_number(key, type, bytes);
    if (std::isfinite(value) && std::abs(value) > double(std::numeric_limits<float>::max()))
        fail_range(key, "a number within the range of a 32-bit float", std::to_string(value));
    return float(value);
}

/// Takes one encoded string off the front of `bytes`.
std::string_view next_string(std::span<const std::byte>& bytes) {
    const auto length = size_t(load<uint64_t>(bytes.data()));
    const std::string_view text = as_text(bytes.subspan(sizeof(uint64_t), length));
    bytes = bytes.subspan(sizeof(uint64_t) + length);
    return text;
}

/// The elements of a value of fixed element size, each read by `load_one`.
template <class T, class LoadOne>
std::vector<T> load_all(std::string_view key, const GgufValue& value, LoadOne load_one) {
    std::vector<T> elements;
    elements.reserve(value.count);
    const size_t step = gguf_type_bytes(value.type);
    for (size_t at = 0; at < value.bytes.size(); at += step)
        elements.push_back(load_one(key, value.type, value.bytes.data() + at));
    return elements;
}

}  // namespace

size_t gguf_type_bytes(GgufType type) { return type_info(type).bytes; }

const GgufValue* Metadata::find(std::string_view key) const {
    const auto at = index_.find(key);
    return at ? &pairs_[*at].second : nullptr;
}

std::optional<bool> Metadata::boolean(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value) return std::nullopt;
    if (value->is_array || value->type != GgufType::Bool) fail_type(key, "bool", *value);
    return load<uint8_t>(value->bytes.data()) != 0;
}

std::optional<int64_t> Metadata::integer(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value) return std::nullopt;
    if (value->is_array || !is_integer(value->type)) fail_type(key, "an integer", *value);
    return load_integer(key, value->type, value->bytes.data());
}

std::optional<double> Metadata::number(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value) return std::nullopt;
    if (value->is_array || !(is_integer(value->type) || is_float(value->type))) fail_type(key, "a number", *value);
    return load_number(key, value->type, value->bytes.data());
}

std::optional<std::string_view> Metadata::string(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value) return std::nullopt;
    if (value->is_array || value->type != GgufType::String) fail_type(key, "string", *value);
    auto bytes = value->bytes;
    return next_string(bytes);
}

std::optional<std::vector<int64_t>> Metadata::integers(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value) return std::nullopt;
    if (!is_integer(value->type) && value->type != GgufType::Bool) fail_type(key, "an array of integers", *value);
    return load_all<int64_t>(key, *value, load_integer);
}

std::optional<std::vector<float>> Metadata::numbers(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value) return std::nullopt;
    if (!is_integer(value->type) && !is_float(value->type)) fail_type(key, "an array of numbers", *value);
    return load_all<float>(key, *value, load_float);
}

std::optional<std::vector<std::string_view>> Metadata::strings(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value) return std::nullopt;
    if (value->type != GgufType::String) fail_type(key, "an array of strings", *value);
    std::vector<std::string_view> texts;
    texts.reserve(value->count);
    auto bytes = value->bytes;
    for (uint64_t i = 0; i < value->count; ++i) texts.push_back(next_string(bytes));
    return texts;
}

}  // namespace siskin
