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
    if (!scratch_ || scratch_model_.lock() != model || scratch_->n_rows < n_rows) {
        scratch_.reset();
        const size_t room = std::clamp(std::bit_ceil(n_rows), kFewRows, std::max(kFewRows, n_batch_));
        scratch_ = std::make_unique<Scratch>(*model, room, team_.size());
        scratch_model_ = model;
    }
    return *scratch_;
}

}  // namespace siskin
