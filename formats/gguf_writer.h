#pragma once
// Writes GGUF version 3. The file appears under its final name complete or not at all: it is written beside it, synced,
// renamed, and the directory synced.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/gguf_reader.h"

namespace siskin {

class GgufWriter {
  public:
    void add(std::string_view key, bool value);
    void add(std::string_view key, uint32_t value);
    void add(std::string_view key, int32_t value);
    void add(std::string_view key, uint64_t value);
    void add(std::string_view key, float value);
    void add(std::string_view key, std::string_view value);
    void add(std::string_view key, const char* value) { add(key, std::string_view(value)); }
    void add(std::string_view key, std::span<const std::string> values);
    void add(std::string_view key, std::span<const float> values);
    void add(std::string_view key, std::span<const int32_t> values);
    void add(std::string_view key, std::span<const uint32_t> values);
    void add(std::string_view key, const GgufValue& value);  ///< a value of another file, as it stands there

    /// Announces a tensor; `data` must stay valid until write(). dims[0] is the row length.
    void add_tensor(std::string_view name, DType type, std::span<const uint64_t> dims, std::span<const std::byte> data);

    /// The whole file in memory.
    std::vector<std::byte> bytes() const;

    /// Writes the file. Throws Error: CannotCreate, Io (disk full, write error); an old file of that name stays intact.
    void write(const std::filesystem::path& path) const;

  private:
    struct Pending {
        std::string name;
        DType type;
        std::vector<uint64_t> dims;
        std::span<const std::byte> data;
    };
    void header(std::vector<std::byte>& out) const;
    std::vector<std::byte> pairs_;
    uint64_t n_pairs_ = 0;
    std::vector<Pending> tensors_;
};

}  // namespace siskin
