#include "engine/runtime.h"

#include <algorithm>
#include <bit>

#include "engine/scratch.h"
#include "ops/cpu.h"

namespace siskin {

Runtime::Runtime(int n_threads, size_t n_batch)
    : team_(n_threads > 0 ? n_threads : advise_threads().threads), n_batch_(n_batch) {}

Runtime::~Runtime() = default;

Scratch& Runtime::scratch(const std::shared_ptr<const Model>& model, size_t n_rows) {
    constexpr size_t kFewRows = 16;
    const bool same_model = scratch_ && scratch_model_.lock() == model;
    if (!same_model || scratch_->n_rows < n_rows) {
        const bool used = same_model && scratch_->used;
        scratch_.reset();
        const size_t room = std::min(std::max(kFewRows, std::bit_ceil(n_rows)), n_batch_);
        scratch_ = std::make_unique<Scratch>(*model, room, team_.size());
        scratch_->used = used;
        scratch_model_ = model;
    }
    return *scratch_;
}

}  // namespace siskin
