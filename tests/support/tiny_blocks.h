#pragma once
// Random weights of every tensor type: blocks of random bits whose scales are chosen so that the weights have a wanted
// size. No quantizer is involved, so every code and every scale index of a type occurs.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "formats/dtype.h"

namespace siskin::test {

/// A generator with the same numbers on every machine and standard library.
class Random {
  public:
    explicit Random(uint64_t seed) : state_(seed) {}
    /// Seeded by a text as well, so that what one name gets does not depend on what was drawn before it.
    Random(uint64_t seed, std::string_view name);

    uint64_t bits();
    uint64_t below(uint64_t n) { return bits() % n; }
    double uniform() { return double(bits() >> 11) * 0x1p-53; }  ///< [0, 1)
    double normal();

  private:
    uint64_t state_;
};

/// n weights (a whole number of blocks) with a root mean square near `size`, encoded as `type`.
/// Throws std::logic_error for a type whose scales this file does not know.
std::vector<std::byte> random_weights(DType type, size_t n, double size, Random& random);

/// The type's encoding of n given floats; F32, F16 and BF16 only.
std::vector<std::byte> encode_floats(DType type, const std::vector<float>& values);

}  // namespace siskin::test
