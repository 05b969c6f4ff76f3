#pragma once
// How fast a model will read and write on this machine: a few of its own layers are run for real, with the machine's
// own kernels and threads, and what they take is held against what all layers have to do. So everything counts that a
// pass consists of, for any type of weights, instruction set and number of threads.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/kv_cache.h"
#include "engine/model.h"
#include "engine/runtime.h"

namespace siskin {

/// What passes of a model have to do.
struct Work {
    double products = 0;  ///< of weights and activations, for each token of a prompt; the output matrix it needs once
    double bytes = 0;     ///< of weights that are read for each token of an answer
    std::vector<std::span<const std::byte>> weights;

    Work() = default;
    explicit Work(const Model& model);
    void add(const Layer& layer, const Config& config);

  private:
    void add(const Tensor& w, double products_of, double bytes_of);
};

struct Speed {
    double prompt = 0, answer = 0;  ///< tokens per second
};

/// The speeds of a prompt of n_prompt tokens, read in passes of at most runtime.n_batch(), and of an answer of n_answer
/// tokens after it. Takes some tenths of a second, and the time that it takes to read the layers from the disk.
/// Returns zeros where the runtime was stopped.
Speed probe_speed(const std::shared_ptr<const Model>& model, Runtime& runtime, KvTypes types, uint32_t n_prompt,
                  uint32_t n_answer);

}  // namespace siskin
