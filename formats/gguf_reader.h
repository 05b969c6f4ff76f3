#pragma once
// The one reader of GGUF files (versions 2 and 3, little endian, single or split). Every count, length and offset is
// checked against the bytes left before it is used; whatever the bytes are, the result is a valid object or an Error of
// kind BadData. Format: ggml-org/ggml docs/gguf.md.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/mapped_file.h"
#include "formats/name_index.h"
#include "formats/tensor.h"

namespace siskin {

/// Metadata value types by their GGUF id.
enum class GgufType : uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64 };

/// Bytes of one element; 0 for strings and arrays, which have no fixed size.
size_t gguf_type_bytes(GgufType type);

/// A metadata value as it stands in the file.
struct GgufValue {
    GgufType type;  ///< of the element, for arrays
    bool is_array = false;
    uint64_t count = 1;                ///< elements
    std::span<const std::byte> bytes;  ///< the encoded elements, length prefixes of strings included
};

/// Typed access to key-value pairs. An absent key gives nullopt; a value of another type than asked, or out of the
/// range of the type asked, throws Error(BadData) that names the key, the type expected and the type found.
class Metadata {
  public:
    bool has(std::string_view key) const { return find(key) != nullptr; }
    const GgufValue* find(std::string_view key) const;  ///< nullptr when there is no such key

    std::optional<bool> boolean(std::string_view key) const;
    std::optional<int64_t> integer(std::string_view key) const;  ///< any integer type
    std::optional<double> number(std::string_view key) const;    ///< any integer or float type
    std::optional<std::string_view> string(std::string_view key) const;
    /// Arrays; a scalar counts as an array of one.
    std::optional<std::vector<int64_t>> integers(std::string_view key) const;  ///< integer or bool elements
    std::optional<std::vector<float>> numbers(std::string_view key) const;
    std::optional<std::vector<std::string_view>> strings(std::string_view key) const;

    /// Pairs in file order.
    const std::vector<std::pair<std::string_view, GgufValue>>& pairs() const { return pairs_; }

  private:
    friend class GgufParser;
    std::vector<std::pair<std::string_view, GgufValue>> pairs_;
    NameIndex index_;
};

class GgufFile {
  public:
    /// Opens a file, or all parts of a split one when `path` is its first part (PREFIX-00001-of-0000N.gguf).
    /// Throws Error: those of MappedFile (NoInput also for a missing part), and BadData for anything malformed or
    /// unsupported.
    static GgufFile open(const std::filesystem::path& path);

    /// Parses one GGUF held in memory; the bytes must outlive the object. Throws Error(BadData).
    static GgufFile parse(std::span<const std::byte> bytes, std::string_view name);

    const Metadata& metadata() const { return metadata_; }
    const std::vector<Tensor>& tensors() const { return tensors_; }  ///< in file order, parts in order
    const Tensor* find(std::string_view name) const;                 ///< nullptr when there is no tensor of that name
    uint32_t version() const { return version_; }
    size_t file_bytes() const { return file_bytes_; }  ///< of all parts
    int64_t changed_ns() const;                        ///< time of the last change of a part; 0 for bytes in memory
    void use_large_pages() const;                      ///< of all parts, as MappedFile says

  private:
    friend class GgufParser;
    std::vector<MappedFile> parts_;  ///< an empty one when the bytes belong to somebody else
    size_t file_bytes_ = 0;
    uint32_t version_ = 0;
    Metadata metadata_;
    std::vector<Tensor> tensors_;
    NameIndex tensor_index_;
};

}  // namespace siskin
