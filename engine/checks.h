#pragma once
// Whether what a pass computed can be trusted.

#include <cstddef>
#include <span>

namespace siskin {

/// Throws Error(Io) when the model's file has changed under us, and Error(BadData) when logits are not finite.
/// `n_tokens` is the number of tokens read so far, for the message.
void check_logits(std::span<const float> logits, size_t n_tokens);

}  // namespace siskin
