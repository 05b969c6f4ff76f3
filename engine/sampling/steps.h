#pragma once
// The steps of sampling: a table, and what a list of names and parameters makes of it. Formulas are those of the papers
// as llama.cpp runs them.

#include <string>
#include <string_view>
#include <vector>

#include "engine/sampler.h"
#include "engine/sampling/chain.h"

namespace siskin {

enum class StepKind : uint8_t {
    Changes,      ///< changes logits
    Truncates,    ///< drops the less likely; the best stays
    DropsBest,    ///< may drop the most likely token
    Temperature,  ///< changes all logits, in the same order
    Chooses,      ///< leaves one candidate; always the last step
};

struct SamplerStep {
    std::string_view name, other_names;  ///< other names are separated by spaces
    StepKind kind;
    bool listed;  ///< stands where `samplers` names it; the others have a fixed place
    void (*run)(const SamplerParams&, SamplerChain&);
    /// The flags, without dashes and separated by spaces, whose values make the step do nothing; "" where it works.
    std::string_view (*off)(const SamplerParams&);
};

/// A step as the parameters have it: in its place, and why it is off.
struct PlannedStep {
    const SamplerStep* step;
    std::string_view off;  ///< as SamplerStep::off; also "samplers", "mirostat" or "temp" where these replace the step
};

/// All steps: first those that run and those that could, in their order, then those that have no place. Throws
/// Error(Usage) for a name in `samplers` that no step has.
std::vector<PlannedStep> plan_steps(const SamplerParams& params);

// The steps, by file: penalties.cpp
void add_logit_bias(const SamplerParams&, SamplerChain&);
void apply_penalties(const SamplerParams&, SamplerChain&);
// dry.cpp
void apply_dry(const SamplerParams&, SamplerChain&);
// truncation.cpp
void keep_top_n_sigma(const SamplerParams&, SamplerChain&);
void keep_top_k(const SamplerParams&, SamplerChain&);
void keep_typical(const SamplerParams&, SamplerChain&);
void keep_top_p(const SamplerParams&, SamplerChain&);
void keep_min_p(const SamplerParams&, SamplerChain&);
void exclude_top_choices(const SamplerParams&, SamplerChain&);
void apply_temperature(const SamplerParams&, SamplerChain&);
// choice.cpp
void draw(const SamplerParams&, SamplerChain&);
void draw_adaptive(const SamplerParams&, SamplerChain&);
void draw_mirostat(const SamplerParams&, SamplerChain&);

/// A number in [0, 1) from the bits of the generator; the distributions of standard libraries differ.
inline double uniform(std::mt19937_64& random) { return double(random() >> 11) * 0x1p-53; }

}  // namespace siskin
