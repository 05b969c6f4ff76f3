#pragma once
// A named view of the bytes of one tensor in a mapped file. Nothing is owned, nothing is copied.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "formats/dtype.h"

namespace siskin {

struct Tensor {
    std::string_view name;
    const DTypeInfo* dtype = nullptr;
    std::array<uint64_t, 4> dims = {1, 1, 1,
                                    1};  ///< dims[0] is the row length, contiguous in memory; unused ones are 1
    uint32_t n_dims = 1;                 ///< as written in the file, 1..4
    const std::byte* data = nullptr;

    uint64_t row_elems() const { return dims[0]; }
    uint64_t n_rows() const { return dims[1] * dims[2] * dims[3]; }
    uint64_t n_elems() const { return dims[0] * n_rows(); }
    size_t row_bytes() const { return siskin::row_bytes(*dtype, dims[0]); }
    size_t bytes() const { return row_bytes() * n_rows(); }
    const std::byte* row(uint64_t i) const { return data + i * row_bytes(); }

    /// `count` rows from `first`, as a matrix: one part of a fused tensor, or one expert of a stacked one.
    Tensor rows(uint64_t first, uint64_t count) const {
        Tensor part = *this;
        part.dims = {dims[0], count, 1, 1};
        part.n_dims = 2;
        part.data = row(first);
        return part;
    }

    /// "[4096 x 1024]"
    std::string shape() const {
        std::string text = "[";
        for (uint32_t i = 0; i < n_dims; ++i) text += (i ? " x " : "") + std::to_string(dims[i]);
        return text + "]";
    }
};

}  // namespace siskin
