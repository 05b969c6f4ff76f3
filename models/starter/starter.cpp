#include "models/starter/starter.h"

extern "C" const std::byte siskin_starter_begin[], siskin_starter_end[];  // starter.S

namespace siskin {

std::span<const std::byte> starter_model() { return {siskin_starter_begin, siskin_starter_end}; }

}  // namespace siskin
