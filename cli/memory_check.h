#pragma once
// Memory before a run: what cannot fit is refused, what is tight is said.

#include "cli/options.h"
#include "engine/memory_plan.h"

namespace siskin {

/// `beside`: the tokens of other sessions at the same time.
MemoryPlan memory_plan(const ComputeFlags& flags, std::shared_ptr<const Model> model, Runtime& runtime,
                       std::span<const uint32_t> beside = {});

/// The options of a session that fits this machine; every command that computes takes its session's from here. Notes
/// what is tight and a context below the model's own; a file that stays in memory is read in large pages. `asked` is
/// the context wanted, 0 the model's. Throws Error(NoMemory) for what can never fit.
SessionOptions options_that_fit(const ComputeFlags& flags, const std::shared_ptr<const Model>& model, Runtime& runtime,
                                uint32_t asked, std::span<const uint32_t> beside = {});
inline SessionOptions options_that_fit(const ComputeFlags& flags, const std::shared_ptr<const Model>& model,
                                       Runtime& runtime) {
    return options_that_fit(flags, model, runtime, flags.n_ctx);
}

/// "9.12 GiB of the 15.5 GiB of this machine is free"
std::string free_text(const MemoryBound& bound);
/// "this machine has 15.5 GiB"
std::string most_text(const MemoryBound& bound);

/// What can be done where a plan does not fit: "-c 8192 fits now; ...".
std::string remedy(const MemoryPlan& plan, const MemoryVerdict& verdict, const ComputeFlags& flags);
/// Throws the Error of a verdict Never.
[[noreturn]] void refuse(const MemoryPlan& plan, const MemoryVerdict& verdict, const ComputeFlags& flags);

}  // namespace siskin
