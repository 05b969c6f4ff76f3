#pragma once
// The starter model that is built into the program. README.md beside this file is its model card.

#include <cstddef>
#include <span>

namespace siskin {

/// A GGUF file of Q8_0 tensors, there as long as the program runs.
std::span<const std::byte> starter_model();

}  // namespace siskin
