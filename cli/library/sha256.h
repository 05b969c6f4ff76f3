#pragma once
// SHA-256 (FIPS 180-4), fed piece by piece.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace siskin {

class Sha256 {
  public:
    void add(std::span<const std::byte> bytes);
    /// 64 hexadecimal digits, of everything added so far. More may be added afterwards.
    std::string hex() const;

  private:
    void add_block(const std::byte* block);

    std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<std::byte, 64> held_ = {};  ///< bytes of a block that is not full
    uint64_t n_bytes_ = 0;
};

}  // namespace siskin
