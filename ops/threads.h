#pragma once
// A team of threads that goes through a computation in phases. All members run the same function; inside a phase they
// claim tasks from one counter, so that a slow or disturbed core does less instead of stalling the rest; `sync` ends
// the phase. Waiting spins for a short while, then sleeps.

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "ops/contention.h"
#include "ops/memory.h"

namespace siskin {

class Team;

/// One member's view of the team during Team::run.
class Worker {
  public:
    int index() const { return index_; }
    int count() const { return count_; }

    /// Ends the phase: returns when every member has called it. Writes before it are visible to all after it.
    void sync();

    /// Calls task(i) for each i < n that this member claims; together the members do every i once. At most one share
    /// per phase.
    template <class Task>
    void share(size_t n, Task&& task) {
        for (size_t i = claim(); i < n; i = claim()) task(i);
    }

    /// Working memory of this member alone: kTileScratch bytes (ops/kernels.h).
    std::byte* scratch();

  private:
    friend class Team;
    Worker(Team& team, int index, int count) : team_(team), index_(index), count_(count) {}
    size_t claim();
    Team& team_;
    int index_, count_;
    unsigned phase_ = 0;
    double asleep_ = 0;  // seconds in sync
};

class Team {
  public:
    using Work = std::function<void(Worker&)>;

    /// Throws Error(NoMemory) where the system does not give so many threads.
    explicit Team(int n_threads);
    ~Team();
    int size() const { return size_; }
    size_t bytes() const;  ///< working memory of all members

    /// Runs work(worker) on every member, in one OpenMP parallel region, with denormals flushed to zero. `work` must
    /// not throw, and every member must call sync the same number of times.
    void run(const Work& work);

    /// The same for runs that follow one another, with as many members as are faster at the moment: where other
    /// processes want the cores as well, fewer may be (ops/contention.h). Runs of one `kind` take about equally long.
    void run_again(size_t kind, const Work& work);

  private:
    friend class Worker;
    struct Shared;
    double run_members(int members, const Work& work);
    int size_;
    Contention contention_;
    std::unique_ptr<Shared> shared_;
    std::vector<Buffer> scratch_;  // per member
};

}  // namespace siskin
