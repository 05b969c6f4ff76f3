#pragma once
// Facts about a file that several commands report.

#include <cstdint>
#include <map>
#include <string>

#include "formats/gguf_reader.h"

namespace siskin {

struct TypeShare {
    size_t n_tensors = 0;
    uint64_t n_elems = 0, bytes = 0;
};

/// What the tensors of each type make up, by type.
std::map<DType, TypeShare> type_shares(const GgufFile& file);

uint64_t n_params(const GgufFile& file);
uint64_t tensor_bytes(const GgufFile& file);

/// "llama 1.2B Q4_K": family, number of weights, and the type of most of them.
std::string type_summary(const GgufFile& file);

/// 16 hexadecimal digits that tell files apart: a hash of the metadata, the tensor list, and the ends of each tensor's
/// data. Not proof against forgery.
std::string fingerprint(const GgufFile& file);

/// "1.24 B", "637 M".
std::string count_text(uint64_t n);
/// "0.62 GiB", "12.3 MiB".
std::string bytes_text(uint64_t n);

}  // namespace siskin
