#include "ops/contention.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace siskin {
namespace {

// A window spans many of the slices in which a system shares out a core (3 to 6 ms): what one gets varies.
constexpr double kWindow = 0.1;
// A choice is kept for this many windows at first and at most. Looking again costs one at the speed of the other size.
constexpr int kLeastPatience = 4, kMostPatience = 16;

/// Members that share their core: a fair system gives half of it to the other process.
int disturbed_members(double seconds, double stolen) { return int(std::lround(2 * stolen / seconds)); }

}  // namespace

void Contention::note(size_t kind, double seconds, double stolen) {
    if (most_ == 1) return;
    if (kind != kind_ && state_ != State::Keep) {
        window_ = {};
        state_ = State::Watch;
        size_ = most_;
    }
    kind_ = kind;
    window_ = {window_.runs + 1, window_.seconds + seconds, window_.stolen + stolen};
    if (window_.seconds < (state_ == State::Keep ? keep_ : kWindow)) return;

    const Window full = std::exchange(window_, {});
    switch (state_) {
        case State::Watch:
            return watch(full);
        case State::Try:
            return choose(full);
        case State::Keep:
            state_ = State::Watch;
            size_ = most_;
    }
}

void Contention::watch(const Window& all) {
    const int disturbed = disturbed_members(all.seconds, all.stolen);
    if (disturbed == 0) {
        chosen_ = 0;
        return;
    }
    all_ = all;
    size_ = std::max(1, most_ - disturbed);
    state_ = State::Try;
}

void Contention::choose(const Window& fewer) {
    if (fewer.per_run() >= all_.per_run()) size_ = most_;
    patience_ = size_ == chosen_ ? std::min(2 * patience_, kMostPatience) : kLeastPatience;
    chosen_ = size_;
    keep_ = patience_ * fewer.seconds;
    state_ = State::Keep;
}

}  // namespace siskin
