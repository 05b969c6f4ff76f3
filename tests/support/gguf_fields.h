#pragma once
// Where everything stands in a well-formed GGUF file, and damaging one thing at a time. Written apart from the reader,
// so that a test does not ask the code under test where its input is.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tests/support/tiny_blocks.h"

namespace siskin::test {

enum class FieldKind {
    Magic,
    Integer,  ///< version, count, length, type, dimension, offset, integer or bool value; 1 to 8 bytes
    Float,    ///< 4 or 8 bytes
    Text,
    Weights,  ///< the data of one tensor
};

struct GgufField {
    size_t offset, size;
    FieldKind kind;
    std::string name;  ///< "llama.block_count: value", "blk.0.attn_q.weight: dimension 1"
};

/// The fields of a file in order. Of long lists the first elements and the last one.
std::vector<GgufField> gguf_fields(std::span<const std::byte> file);

/// Bytes before the data of the tensors.
size_t gguf_header_bytes(const std::vector<GgufField>& fields);

/// A damage: `bytes` replace those at `offset`; or, when `shift` is not 0, that many bytes are taken out there (< 0) or
/// zeros put in.
struct Damage {
    size_t offset = 0;
    std::vector<std::byte> bytes;
    int shift = 0;
    std::string description;
};
Damage random_damage(std::span<const std::byte> file, const std::vector<GgufField>& fields, Random& random);
std::vector<std::byte> damaged(std::span<const std::byte> file, const Damage& damage);

}  // namespace siskin::test
