#include "engine/runtime.h"

#include "engine/scratch.h"
#include "ops/cpu.h"

namespace siskin {

Runtime::Runtime(int n_threads, size_t n_batch)
    : team_(n_threads > 0 ? n_threads : advise_threads().threads), n_batch_(n_batch) {}

Runtime::~Runtime() = default;

Scratch& Runtime::scratch(const std::shared_ptr<const Model>& model) {
    if (!scratch_ || scratch_model_.lock() != model) {
        scratch_ = std::make_unique<Scratch>(*model, n_batch_, team_.size());
        scratch_model_ = model;
    }
    return *scratch_;
}

}  // namespace siskin
