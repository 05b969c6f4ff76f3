#pragma once
// Where the weights of a model are not in memory yet, the first pass asks for each layer while it computes the one
// before. A pass that only faults on them waits for the disk page by page.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/model.h"

namespace siskin {

class ReadAhead {
  public:
    /// For a pass of so many rows that begins now; `model` must outlive it.
    ReadAhead(const Model& model, size_t n_rows);

    /// To be called by one member before layer il: asks for what is needed after it, if anything had to come from the
    /// disk since the pass began.
    void before_layer(uint32_t il);

    /// What is needed after layer il: the matrices of the next one, at the end the output matrix. Stacks of experts
    /// only where there are so many rows that most experts will be chosen.
    std::vector<std::span<const std::byte>> after_layer(uint32_t il) const;

  private:
    const Model& model_;
    bool most_experts_;
    long faults_;
    bool from_disk_ = false;
};

}  // namespace siskin
