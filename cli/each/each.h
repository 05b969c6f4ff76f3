#pragma once
// siskin run --each: one prompt for every line of the input, several answers written at once, in the order of the
// input.

#include <string>
#include <vector>

#include "cli/run_flags.h"

namespace siskin {

struct EachFlags {
    std::string items;  ///< "lines", "jsonl", or empty: one prompt, one answer
    std::string output;
    uint32_t n_parallel = 8;
    bool resume = false;

    void add(CLI::App& app);
    bool given() const { return !items.empty(); }
    /// `run`: the other flags. Throws Error(Usage).
    void check(const RunFlags& run) const;
};

/// Answers every item; `words` are the prompt's on the command line. Returns the exit code: 1 where an item failed.
int run_each(const EachFlags& flags, const RunFlags& run, const std::vector<std::string>& words);

}  // namespace siskin
