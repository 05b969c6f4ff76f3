#pragma once
// siskin run --each: one prompt for every line of the input, several answers written at once, in the order of the
// input.

#include <string>
#include <vector>

#include "cli/constraint_flags.h"
#include "cli/options.h"
#include "cli/prompt_flags.h"
#include "cli/sampling_flags.h"

namespace siskin {

struct EachFlags {
    std::string items;  ///< "lines", "jsonl", or empty: one prompt, one answer
    std::string output;
    uint32_t n_parallel = 8;
    bool resume = false;

    void add(CLI::App& app);
    bool given() const { return !items.empty(); }
    /// Throws Error(Usage).
    void check() const;
};

/// What else the command line says.
struct EachRun {
    const ModelFlags& model;
    const ComputeFlags& compute;
    const SamplingFlags& sampling;
    const ChatFlags& chat;
    const ConstraintFlags& constraint;
    const PromptFlags& prompt;
    bool json;
    double max_time;
};

/// Answers every item; `words` are the prompt's on the command line. Returns the exit code: 1 where an item failed.
int run_each(const EachFlags& flags, const EachRun& run, const std::vector<std::string>& words);

}  // namespace siskin
