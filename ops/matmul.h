#pragma once
// Products of weight matrices with columns of activations, shared among the threads of a team by chunks of rows.

#include <cstddef>
#include <initializer_list>
#include <span>
#include <vector>

#include "formats/tensor.h"
#include "ops/activations.h"
#include "ops/memory.h"
#include "ops/threads.h"

namespace siskin {

/// A float matrix of up to `max_rows` rows, with a pointer to each row.
class RowSet {
  public:
    RowSet() = default;
    RowSet(size_t max_rows, size_t row_elems);
    float* operator[](size_t row) const { return rows_[row]; }
    float* const* pointers() const { return rows_.data(); }

  private:
    Buffer memory_;
    std::vector<float*> rows_;
};

/// The activation kinds that some weight types need, as a set.
class ActKinds {
  public:
    void add(const Tensor& w) { bits_ |= 1u << unsigned(w.dtype->act); }
    bool has(ActKind kind) const { return bits_ >> unsigned(kind) & 1u; }

  private:
    unsigned bits_ = 0;
};

/// Columns of activations: written as floats, then quantized once into every form that the weights at hand need.
class ColumnSet {
  public:
    ColumnSet() = default;
    /// The floats of columns whose quantized forms are made from values elsewhere are there only where `kinds` has
    /// them.
    enum class Floats : bool { WhereNeeded, Always };
    ColumnSet(size_t max_cols, size_t n_k, ActKinds kinds, Floats floats = Floats::Always);

    float* operator[](size_t col) const { return floats_[col]; }
    float* const* rows() const { return floats_.pointers(); }
    /// Fills the quantized forms of one column, or of its values from .. from + count (multiples of 256 unless the
    /// end).
    void quantize(size_t col) const { quantize(col, 0, n_k_); }
    void quantize(size_t col, size_t from, size_t count) const { quantize(col, from, count, floats_[col] + from); }
    /// The same with values that lie elsewhere, for columns that need no floats.
    void quantize(size_t col, size_t from, size_t count, const float* x) const;
    bool needs_floats() const { return !forms_[size_t(ActKind::F32)].empty(); }

    /// Pointers to the columns in the form that the weights of w need.
    const void* const* pointers(const Tensor& w) const { return forms_[size_t(w.dtype->act)].data(); }

  private:
    size_t n_k_ = 0;
    RowSet floats_;
    Buffer quantized_[kActKinds];  // empty where not needed
    std::vector<void*> forms_[kActKinds];
};

/// out[c][r] = scale * sum_k w[r][k] x[c][k] + bias[r], for all rows of w and n_cols columns.
struct Product {
    Tensor w;
    const float* bias = nullptr;   ///< or none
    const float* scale = nullptr;  ///< one value, or none
    const void* const* x;          ///< [n_cols] columns in the form that w's type needs
    float* const* out;             ///< [n_cols]
    size_t n_cols;

    /// Rows first .. first + count alone, with an output of their own.
    Product rows(size_t first, size_t count, const RowSet& to) const {
        return {w.rows(first, count), bias ? bias + first : nullptr, scale, x, to.pointers(), n_cols};
    }
};

/// Computes rows first .. first + count of a product; the work of one member, for phases of the caller's own.
void multiply_rows(Worker& worker, const Product& product, size_t first, size_t count);

/// Computes all products in one phase of the team; every member calls it with equal arguments.
void matmul(Worker& worker, std::span<const Product> products);
inline void matmul(Worker& worker, std::initializer_list<Product> products) {
    matmul(worker, std::span(products.begin(), products.size()));
}

}  // namespace siskin
