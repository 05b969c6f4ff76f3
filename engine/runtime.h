#pragma once
// What computes: a team of threads and the scratch memory of a forward pass. One Runtime serves any number of sessions,
// one pass at a time.

#include <atomic>
#include <cstddef>
#include <memory>

#include "ops/threads.h"

namespace siskin {

struct Scratch;  // engine/scratch.h
class Model;

class Runtime {
  public:
    /// `n_threads` <= 0 takes the advice of ops/cpu.h; `n_batch` is the most rows of one pass.
    explicit Runtime(int n_threads = 0, size_t n_batch = 512);
    ~Runtime();

    Team& team() { return team_; }
    size_t n_batch() const { return n_batch_; }
    /// Scratch for passes of this model of up to n_rows rows. Kept until a pass of another model or of more rows: a
    /// short text does not pay for the memory of a long one.
    Scratch& scratch(const std::shared_ptr<const Model>& model, size_t n_rows);

    /// A pass looks at this flag between layers and gives up when it is set. May be null.
    void stop_on(const std::atomic<bool>* flag) { stop_ = flag; }
    bool stopped() const { return stop_ && stop_->load(std::memory_order_relaxed); }

  private:
    Team team_;
    size_t n_batch_;
    std::weak_ptr<const Model> scratch_model_;  // not an address: another model may come to lie at the same one
    std::unique_ptr<Scratch> scratch_;
    const std::atomic<bool>* stop_ = nullptr;
};

}  // namespace siskin
