#include "ops/threads.h"

#include <omp.h>
#include <sched.h>

#include <chrono>

#include "ops/cpu.h"
#include "ops/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace siskin {
namespace {

constexpr size_t kLine = 128;  // two cache lines: processors fetch them in pairs

// A waiting thread spins this long, then offers its processor for as long again, then sleeps.
constexpr auto kSpin = std::chrono::microseconds(50);

void pause_briefly() {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

}  // namespace

struct Team::Shared {
    alignas(kLine) std::atomic<size_t> next[2];     // next task of the even and of the odd phase
    alignas(kLine) std::atomic<int> arrived{0};     // members that ended the phase
    alignas(kLine) std::atomic<uint32_t> epoch{0};  // phases ended
};

size_t Worker::claim() { return team_.shared_->next[phase_ & 1].fetch_add(1, std::memory_order_relaxed); }

void Worker::sync() {
    Team::Shared& shared = *team_.shared_;
    const uint32_t epoch = shared.epoch.load(std::memory_order_acquire);
    if (shared.arrived.fetch_add(1, std::memory_order_acq_rel) == count_ - 1) {
        shared.arrived.store(0, std::memory_order_relaxed);
        shared.next[phase_ & 1].store(0, std::memory_order_relaxed);
        shared.epoch.store(epoch + 1, std::memory_order_release);
        shared.epoch.notify_all();
    } else {
        using Clock = std::chrono::steady_clock;
        const auto start = Clock::now();
        for (int turn = 0; shared.epoch.load(std::memory_order_acquire) == epoch; ++turn) {
            pause_briefly();
            if (turn % 64 != 63) continue;
            const auto waited = Clock::now() - start;
            if (waited > 2 * kSpin)
                shared.epoch.wait(epoch, std::memory_order_acquire);
            else if (waited > kSpin)
                sched_yield();
        }
    }
    ++phase_;
}

std::byte* Worker::scratch() { return team_.scratch_[size_t(index_)].data(); }

Team::Team(int n_threads) : size_(n_threads < 1 ? 1 : n_threads), shared_(std::make_unique<Shared>()) {
    for (int i = 0; i < size_; ++i) scratch_.emplace_back(kTileScratch);
}

Team::~Team() = default;

void Team::run(const std::function<void(Worker&)>& work) {
    shared_->next[0] = shared_->next[1] = 0;
#pragma omp parallel num_threads(size_)
    {
        FlushDenormals flush;
        Worker worker(*this, omp_get_thread_num(), omp_get_num_threads());
        work(worker);
    }
}

}  // namespace siskin
