#pragma once
// The forward pass: from the tokens of a batch to logits.

#include "engine/batch.h"
#include "engine/scratch.h"

namespace siskin {

/// Computes the logits of the rows that want them into scratch.logits, in order, and appends the keys and values of all
/// rows to their caches. False when the runtime's stop flag ended the pass early.
bool forward(Runtime& runtime, Scratch& scratch, std::span<const Batch::Row> rows);

}  // namespace siskin
