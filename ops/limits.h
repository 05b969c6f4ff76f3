#pragma once
// What this machine can do at most, measured now: the yardsticks that speeds are held against.

#include <cstddef>
#include <span>

#include "ops/threads.h"

namespace siskin {

/// Bytes per second that the team reads from these ranges: the best of a few rounds over all of them. In ranges that
/// fit a cache a plain loop such as this does not reach the limit.
double read_rate(Team& team, std::span<const std::span<const std::byte>> ranges);

/// Products of 8-bit integers, with their sums, per second: what the multiplying instruction of kernels() does from
/// registers. 0 for kernels without one.
double int8_rate(Team& team);

}  // namespace siskin
