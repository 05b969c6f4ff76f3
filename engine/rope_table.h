#pragma once
// Rotary positions: the frequency of each rotated pair, scaling included (linear, YaRN, per-pair divisors).
//   linear:  f(i) = base^(-2i/n_rot) / factor(i) * freq_scale
//   YaRN (arXiv:2309.00071): with d(b) = n_rot * ln(n_ctx_orig / (2 pi b)) / (2 ln base), low = floor(d(beta_fast)),
//     high = ceil(d(beta_slow)), both clamped to [0, n_rot-1], and ramp(i) = 1 - clamp((i-low) / max(0.001, high-low),
//     0, 1): f(i) = base^(-2i/n_rot) / factor(i) * (freq_scale * (1 - ramp(i)) + ramp(i))

#include <cstdint>
#include <vector>

#include "models/config.h"

namespace siskin {

class RopeTable {
  public:
    RopeTable() = default;
    /// `factors` holds n_rot/2 divisors or is null.
    RopeTable(const RopeConfig& rope, uint32_t n_rot, uint32_t n_ctx_orig, const float* factors);

    /// Cosines and sines of a position, times the magnitude; n_rot/2 each.
    void fill(size_t position, float* cosines, float* sines) const;

  private:
    std::vector<double> frequency_;
    double magnitude_ = 1;
};

}  // namespace siskin
