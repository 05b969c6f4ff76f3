#pragma once
// Lines about a run, shown with -v.

#include <string>

#include "engine/generate.h"

namespace siskin {

/// A number as printf writes it: number_text("%.1f", 2.345).
std::string number_text(const char* format, double value);

void report_model(const Model& model, const Session& session);
void report_speed(const Timings& timings);

/// Tokens per second of prompt and answer. The first token of an answer comes from the prompt's pass.
double prompt_speed(const Timings& timings);
double answer_speed(const Timings& timings);

}  // namespace siskin
