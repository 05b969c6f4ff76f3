#include "engine/rope_table.h"

#include <algorithm>
#include <cmath>

namespace siskin {
namespace {

/// The YaRN ramp of pair i: 0 where the frequency is scaled, 1 where it is kept.
double yarn_ramp(const RopeConfig& rope, uint32_t n_rot, uint32_t n_ctx_orig, uint32_t i) {
    auto dimension = [&](double beta) {
        return n_rot * std::log(n_ctx_orig / (beta * 2 * M_PI)) / (2 * std::log(double(rope.base)));
    };
    const double last = double(n_rot) - 1;
    const double low = std::clamp(std::floor(dimension(rope.beta_fast)), 0.0, last);
    const double high = std::clamp(std::ceil(dimension(rope.beta_slow)), 0.0, last);
    return 1 - std::clamp((i - low) / std::max(0.001, high - low), 0.0, 1.0);
}

}  // namespace

RopeTable::RopeTable(const RopeConfig& rope, uint32_t n_rot, uint32_t n_ctx_orig, const float* factors)
    : frequency_(n_rot / 2), magnitude_(rope.magnitude) {
    for (uint32_t i = 0; i < n_rot / 2; ++i) {
        const double plain = std::pow(double(rope.base), -2.0 * i / n_rot) / (factors ? factors[i] : 1.0f);
        const double kept = rope.yarn ? yarn_ramp(rope, n_rot, n_ctx_orig, i) : 0;
        frequency_[i] = plain * (rope.freq_scale * (1 - kept) + kept);
    }
}

void RopeTable::fill(size_t position, float* cosines, float* sines) const {
    for (size_t i = 0; i < frequency_.size(); ++i) {
        const double angle = double(position) * frequency_[i];
        cosines[i] = float(std::cos(angle) * magnitude_);
        sines[i] = float(std::sin(angle) * magnitude_);
    }
}

}  // namespace siskin
