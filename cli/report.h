#pragma once
// Lines about a run, shown with -v.

#include "engine/generate.h"

namespace siskin {

void report_model(const Model& model, const Session& session);
void report_speed(const Timings& timings);

/// Tokens per second of prompt and answer. The first token of an answer comes from the prompt's pass.
double prompt_speed(const Timings& timings);
double answer_speed(const Timings& timings);

}  // namespace siskin
