#pragma once
// The flags of siskin run that one prompt and many of them (--each) share.

#include "cli/chat_flags.h"
#include "cli/constraint_flags.h"
#include "cli/options.h"
#include "cli/prompt_flags.h"
#include "cli/sampling_flags.h"

namespace siskin {

struct RunFlags {
    ModelFlags model;
    ComputeFlags compute;
    SamplingFlags sampling;
    ChatFlags chat;
    ConstraintFlags constraint;
    PromptFlags prompt;
    bool json = false, stream_json = false, truncate = false;
    double max_time = 0;
};

}  // namespace siskin
