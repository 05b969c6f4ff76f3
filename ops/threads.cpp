#include "ops/threads.h"

#include <omp.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <thread>

#include "formats/error.h"
#include "ops/cpu.h"
#include "ops/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace siskin {
namespace {

constexpr size_t kLine = 128;  // two cache lines: processors fetch them in pairs

using Clock = std::chrono::steady_clock;

// A waiting thread spins this long, then sleeps: whoever it waits for may need its core.
constexpr auto kSpin = std::chrono::microseconds(50);

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// What this thread has computed so far.
double thread_seconds() {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

/// Where the system does not give a thread, OpenMP ends the program with a word that nobody understands. So they are
/// asked for here before, all at once, and given back.
void try_threads(int n) {
    std::atomic<bool> over{false};
    std::vector<std::thread> threads;
    bool enough = true;
    try {
        while (int(threads.size()) + 1 < n) threads.emplace_back([&] { over.wait(false); });
    } catch (const std::system_error&) {
        enough = false;
    }
    over = true;
    over.notify_all();
    for (std::thread& thread : threads) thread.join();
    if (!enough)
        fail(Fault::NoMemory, "the system gives no more than ", threads.size() + 1, " of ", n,
             " threads, for want of memory or by its limits; -t sets fewer");
}

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
        const auto start = Clock::now();
        for (int turn = 1; shared.epoch.load(std::memory_order_acquire) == epoch; ++turn) {
            pause_briefly();
            if (turn % 64 != 0 || Clock::now() - start < kSpin) continue;
            const auto fell_asleep = Clock::now();
            shared.epoch.wait(epoch, std::memory_order_acquire);
            asleep_ += seconds_since(fell_asleep);
        }
    }
    ++phase_;
}

std::byte* Worker::scratch() { return team_.scratch_[size_t(index_)].data(); }

Team::Team(int n_threads) : size_(std::max(1, n_threads)), contention_(size_), shared_(std::make_unique<Shared>()) {
    for (int i = 0; i < size_; ++i) scratch_.emplace_back(kTileScratch);
    try_threads(size_);
    run([](Worker&) {});  // the threads are there from now on, and with them the memory of their stacks
}

Team::~Team() = default;

size_t Team::bytes() const {
    size_t sum = 0;
    for (const Buffer& scratch : scratch_) sum += scratch.bytes();
    return sum;
}

void Team::run(const Work& work) { run_members(size_, work); }

void Team::run_again(size_t kind, const Work& work) {
    const auto start = Clock::now();
    const double stolen = run_members(contention_.size(), work);
    contention_.note(kind, seconds_since(start), stolen);
}

/// Returns the seconds that members could have computed but did not, summed over them.
double Team::run_members(int members, const Work& work) {
    shared_->next[0] = shared_->next[1] = 0;
    double stolen = 0;
    const auto start = Clock::now();
#pragma omp parallel num_threads(members) reduction(+ : stolen)
    {
        const double before = thread_seconds();
        FlushDenormals flush;
        Worker worker(*this, omp_get_thread_num(), omp_get_num_threads());
        work(worker);
        stolen = seconds_since(start) - (thread_seconds() - before) - worker.asleep_;
    }
    return stolen;
}

}  // namespace siskin
