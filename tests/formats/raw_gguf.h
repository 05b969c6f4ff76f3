#pragma once
// A GGUF file put together by hand, so that every field can also be wrong.

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/gguf_reader.h"

namespace siskin::test {

/// The little-endian bytes of a number.
template <class T>
std::string raw(T value) {
    std::string bytes(sizeof(T), '\0');
    std::memcpy(bytes.data(), &value, sizeof(T));
    return bytes;
}

/// A string with its length.
inline std::string raw_text(std::string_view text) { return raw(uint64_t(text.size())) + std::string(text); }

inline std::string raw_pair(std::string_view key, uint32_t type, const std::string& value) {
    return raw_text(key) + raw(type) + value;
}

inline std::string raw_pair(std::string_view key, GgufType type, const std::string& value) {
    return raw_pair(key, uint32_t(type), value);
}

inline std::string raw_array(std::string_view key, GgufType type, uint64_t count, const std::string& values) {
    return raw_pair(key, GgufType::Array, raw(uint32_t(type)) + raw(count) + values);
}

struct RawTensor {
    std::string name;
    std::vector<uint64_t> dims;
    uint32_t type = 0;
    uint64_t offset = 0;
    std::optional<uint32_t> n_dims = {};       ///< when it is not the number of dims
    std::optional<uint64_t> name_length = {};  ///< when it is not the length of the name
};

struct RawGguf {
    std::string magic = "GGUF";
    uint32_t version = 3;
    std::optional<uint64_t> n_tensors = {}, n_pairs = {};  ///< when they are not the true numbers
    std::vector<std::string> pairs;
    std::vector<RawTensor> tensors;
    size_t alignment = 32;
    size_t data_bytes = 0;

    std::vector<std::byte> bytes() const {
        std::string out = magic + raw(version) + raw(n_tensors.value_or(tensors.size()));
        out += raw(n_pairs.value_or(pairs.size()));
        for (const std::string& pair : pairs) out += pair;
        for (const RawTensor& tensor : tensors) {
            out += raw(tensor.name_length.value_or(tensor.name.size())) + tensor.name;
            out += raw(tensor.n_dims.value_or(uint32_t(tensor.dims.size())));
            for (const uint64_t dim : tensor.dims) out += raw(dim);
            out += raw(tensor.type) + raw(tensor.offset);
        }
        if (data_bytes > 0) out.resize((out.size() + alignment - 1) / alignment * alignment + data_bytes, '\x2a');
        const auto* begin = reinterpret_cast<const std::byte*>(out.data());
        return {begin, begin + out.size()};
    }
};

/// A small valid file: three pairs, an F32 matrix of 64 bytes and a Q8_0 row of 34.
inline RawGguf small_gguf() {
    RawGguf gguf;
    gguf.pairs = {
        raw_pair("general.architecture", GgufType::String, raw_text("llama")),
        raw_pair("llama.block_count", GgufType::U32, raw(uint32_t(2))),
        raw_array("tokenizer.ggml.tokens", GgufType::String, 2, raw_text("a") + raw_text("bc")),
    };
    gguf.tensors = {{"first", {8, 2}, 0, 0}, {"second", {32}, 8, 64}};
    gguf.data_bytes = 64 + 34;
    return gguf;
}

}  // namespace siskin::test
