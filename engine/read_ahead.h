#pragma once
// Where the weights of a model are not in memory yet, a thread reads the layers from the disk while the first pass
// computes those before.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

#include "engine/model.h"

namespace siskin {

class ReadAhead {
  public:
    /// For a pass of so many rows that begins now; `model` must outlive it.
    ReadAhead(const Model& model, size_t n_rows);
    /// Ends the reading.
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    /// To be called by one member before layer il. If anything had to come from the disk since the pass began, the
    /// reading starts; it stays at most two layers ahead, for memory that does not hold the whole model.
    void before_layer(uint32_t il);

    /// What is needed after layer il: the matrices of the next one, at the end the output matrix. Stacks of experts
    /// only where there are so many rows that most experts will be chosen.
    std::vector<std::span<const std::byte>> after_layer(uint32_t il) const;

  private:
    void read_from(uint32_t il);

    const Model& model_;
    bool most_experts_;
    long faults_;
    std::atomic<uint32_t> computing_{0};  // the layer that the pass is at
    std::thread reader_;
};

}  // namespace siskin
