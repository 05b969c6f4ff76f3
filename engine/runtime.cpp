#include "engine/runtime.h"

#include "engine/scratch.h"
#include "ops/cpu.h"

namespace siskin {

Runtime::Runtime(int n_threads, size_t n_batch)
    : team_(n_threads > 0 ? n_threads : advise_threads().threads), n_batch_(n_batch) {}

Runtime::~Runtime() = default;

Scratch& Runtime::scratch(const Model& model) {
    if (!scratch_ || scratch_->model != &model) scratch_ = std::make_unique<Scratch>(model, n_batch_, team_.size());
    return *scratch_;
}

}  // namespace siskin
