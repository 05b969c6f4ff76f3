#pragma once
// The conversation in the terminal, for `chat` and for `run` without a prompt.

#include "cli/chat_flags.h"
#include "cli/constraint_flags.h"
#include "cli/options.h"
#include "cli/sampling_flags.h"

namespace siskin {

class StoredSession;

/// Reads turns from stdin until it ends. `stored` keeps them for another day; it may be null. Returns the exit code.
int talk(const ModelFlags& model, const ComputeFlags& compute, const SamplingFlags& sampling, const ChatFlags& chat,
         const ConstraintFlags& form, const StoredSession* stored = nullptr);

}  // namespace siskin
