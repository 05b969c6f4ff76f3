#pragma once
// Writes GGUF version 3. The file appears under its final name complete or not at all: it is written beside it, synced,
// renamed, and the directory synced.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "formats/gguf_reader.h"

namespace siskin {

class GgufWriter {
  public:
    /// Pairs stand in the file in the order of these calls. Each key may be added once.
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
    /// A value of another file, as it stands there. general.alignment is left out: this file has its own, 32.
    void add(std::string_view key, const GgufValue& value);

    /// Announces a tensor; `data` must stay valid until write() and have the size that shape and type ask for.
    /// dims[0] is the row length.
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
    void begin_pair(std::string_view key);
    template <class T>
    void add_scalar(std::string_view key, const T& value);
    template <class T>
    void add_array(std::string_view key, std::span<const T> values);
    std::vector<std::byte> header() const;  ///< up to the first tensor's data
    void emit(const std::function<void(std::span<const std::byte>)>& sink) const;

    std::vector<std::byte> pairs_;
    std::unordered_set<std::string> keys_, names_;  ///< of the pairs and of the tensors
    std::vector<Pending> tensors_;
};

}  // namespace siskin
