#include "formats/gguf_writer.h"

#include <type_traits>

#include "formats/error.h"
#include "formats/new_file.h"

namespace siskin {
namespace {

constexpr uint32_t kVersion = 3;
constexpr size_t kAlignment = 32;
constexpr std::string_view kAlignmentKey = "general.alignment";

size_t padding_after(size_t n) { return (kAlignment - n % kAlignment) % kAlignment; }

void put_bytes(std::vector<std::byte>& out, std::span<const std::byte> bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

template <class T>
requires std::is_arithmetic_v<T> || std::is_enum_v<T>
void put(std::vector<std::byte>& out, T value) { put_bytes(out, std::as_bytes(std::span(&value, 1))); }

void put(std::vector<std::byte>& out, std::string_view text) {
    put(out, uint64_t(text.size()));
    put_bytes(out, std::as_bytes(std::span(text)));
}

template <class T>
constexpr GgufType type_of() {
    if constexpr (std::is_same_v<T, bool>) return GgufType::Bool;
    if constexpr (std::is_same_v<T, uint32_t>) return GgufType::U32;
    if constexpr (std::is_same_v<T, int32_t>) return GgufType::I32;
    if constexpr (std::is_same_v<T, uint64_t>) return GgufType::U64;
    if constexpr (std::is_same_v<T, float>) return GgufType::F32;
    if constexpr (std::is_same_v<T, std::string_view> || std::is_same_v<T, std::string>) return GgufType::String;
}

}  // namespace

void GgufWriter::begin_pair(std::string_view key) {
    if (!keys_.emplace(key).second) fail(Fault::Bug, "the metadata key ", key, " was written twice");
    put(pairs_, key);
}

template <class T>
void GgufWriter::add_scalar(std::string_view key, const T& value) {
    begin_pair(key);
    put(pairs_, type_of<T>());
    put(pairs_, value);
}

template <class T>
void GgufWriter::add_array(std::string_view key, std::span<const T> values) {
    begin_pair(key);
    put(pairs_, GgufType::Array);
    put(pairs_, type_of<T>());
    put(pairs_, uint64_t(values.size()));
    for (const T& value : values) put(pairs_, value);
}

void GgufWriter::add(std::string_view key, bool value) { add_scalar(key, value); }
void GgufWriter::add(std::string_view key, uint32_t value) { add_scalar(key, value); }
void GgufWriter::add(std::string_view key, int32_t value) { add_scalar(key, value); }
void GgufWriter::add(std::string_view key, uint64_t value) { add_scalar(key, value); }
void GgufWriter::add(std::string_view key, float value) { add_scalar(key, value); }
void GgufWriter::add(std::string_view key, std::string_view value) { add_scalar(key, value); }
void GgufWriter::add(std::string_view key, std::span<const std::string> values) { add_array(key, values); }
void GgufWriter::add(std::string_view key, std::span<const float> values) { add_array(key, values); }
void GgufWriter::add(std::string_view key, std::span<const int32_t> values) { add_array(key, values); }
void GgufWriter::add(std::string_view key, std::span<const uint32_t> values) { add_array(key, values); }

void GgufWriter::add(std::string_view key, const GgufValue& value) {
    if (key == kAlignmentKey) return;
    begin_pair(key);
    if (value.is_array) put(pairs_, GgufType::Array);
    put(pairs_, value.type);
    if (value.is_array) put(pairs_, value.count);
    put_bytes(pairs_, value.bytes);
}

void GgufWriter::add_tensor(std::string_view name, DType type, std::span<const uint64_t> dims,
                            std::span<const std::byte> data) {
    const DTypeInfo& info = dtype_info(type);
    const bool valid_rank = dims.size() >= 1 && dims.size() <= 4;
    if (!valid_rank || dims[0] % info.block_elems != 0)
        fail(Fault::Bug, name, ": ", dims.size(), " dimensions or a row length that ", info.name, " cannot have");
    uint64_t n_elems = 1;
    for (const uint64_t dim : dims) n_elems *= dim;
    const size_t expected = row_bytes(info, n_elems);
    if (data.size() != expected || expected == 0)
        fail(Fault::Bug, name, ": ", data.size(), " bytes to write, expected ", expected, " for its shape and type");
    if (!names_.emplace(name).second) fail(Fault::Bug, "the tensor ", name, " was written twice");
    tensors_.push_back({std::string(name), type, {dims.begin(), dims.end()}, data});
}

std::vector<std::byte> GgufWriter::header() const {
    std::vector<std::byte> out;
    put_bytes(out, std::as_bytes(std::span(std::string_view("GGUF"))));
    put(out, kVersion);
    put(out, uint64_t(tensors_.size()));
    put(out, uint64_t(keys_.size()));
    put_bytes(out, pairs_);
    uint64_t offset = 0;
    for (const Pending& tensor : tensors_) {
        put(out, std::string_view(tensor.name));
        put(out, uint32_t(tensor.dims.size()));
        for (const uint64_t dim : tensor.dims) put(out, dim);
        put(out, tensor.type);
        put(out, offset);
        offset += tensor.data.size() + padding_after(tensor.data.size());
    }
    out.resize(out.size() + padding_after(out.size()));
    return out;
}

void GgufWriter::emit(const std::function<void(std::span<const std::byte>)>& sink) const {
    static constexpr std::byte kZeros[kAlignment] = {};
    sink(header());
    for (const Pending& tensor : tensors_) {
        sink(tensor.data);
        sink(std::span(kZeros).first(padding_after(tensor.data.size())));
    }
}

std::vector<std::byte> GgufWriter::bytes() const {
    std::vector<std::byte> out;
    emit([&](std::span<const std::byte> part) { put_bytes(out, part); });
    return out;
}

void GgufWriter::write(const std::filesystem::path& path) const {
    NewFile file(path);
    emit([&](std::span<const std::byte> part) { file.write(part); });
    file.commit();
}

}  // namespace siskin
