#include "ops/limits.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <vector>

#include "ops/kernels.h"

namespace siskin {
namespace {

constexpr int kRounds = 3;
constexpr size_t kPiece = size_t(1) << 20;
constexpr size_t kLeastBytes = size_t(256) << 20;  // of a round, so that waking the team does not count

/// Reads every byte; the value keeps the compiler from reading none.
uint64_t mixed(std::span<const std::byte> bytes) {
    constexpr size_t kSums = 16;
    uint64_t sums[kSums] = {}, words[kSums];
    size_t i = 0;
    for (; i + sizeof words <= bytes.size(); i += sizeof words) {
        std::memcpy(words, bytes.data() + i, sizeof words);
        for (size_t s = 0; s < kSums; ++s) sums[s] += words[s];
    }
    uint64_t all = 0;
    for (; i < bytes.size(); ++i) all += uint64_t(bytes[i]);
    for (const uint64_t sum : sums) all += sum;
    return all;
}

/// Seconds that the team takes for one run of `work`.
template <class Work>
double seconds(Team& team, Work work) {
    const auto start = std::chrono::steady_clock::now();
    team.run(work);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

double read_rate(Team& team, std::span<const std::span<const std::byte>> ranges) {
    std::vector<std::span<const std::byte>> pieces;
    size_t n_bytes = 0;
    for (const auto& range : ranges)
        for (size_t at = 0; at < range.size(); at += kPiece)
            pieces.push_back(range.subspan(at, std::min(kPiece, range.size() - at)));
    for (const auto& piece : pieces) n_bytes += piece.size();

    const size_t passes = std::max<size_t>(1, kLeastBytes / std::max<size_t>(n_bytes, 1));
    std::atomic<uint64_t> sum = 0;
    double best = 0;
    for (int round = 0; round < kRounds; ++round) {
        const double s = seconds(team, [&](Worker& worker) {
            uint64_t own = 0;
            // Each member reads its own stretch: neighbours share what the processor reads ahead.
            const size_t begin = pieces.size() * size_t(worker.index()) / size_t(worker.count());
            const size_t end = pieces.size() * size_t(worker.index() + 1) / size_t(worker.count());
            for (size_t pass = 0; pass < passes; ++pass)
                for (size_t i = begin; i < end; ++i) own += mixed(pieces[i]);
            sum += own;
        });
        best = std::max(best, double(n_bytes * passes) / s);
    }
    return best;
}

double int8_rate(Team& team) {
    if (!kernels().int8_products) return 0;
    constexpr size_t kTimes = size_t(1) << 24;
    double best = 0;
    for (int round = 0; round < kRounds; ++round) {
        std::atomic<uint64_t> n_products = 0;
        const double s = seconds(team, [&](Worker&) { n_products += kernels().int8_products(kTimes); });
        best = std::max(best, double(n_products) / s);
    }
    return best;
}

}  // namespace siskin
