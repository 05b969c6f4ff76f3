#pragma once
// Running cases where one of them may take the process down: they run one after another in a child process, and when
// the child dies, the case it died in is known and a new child goes on with the next.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace siskin::test {

struct CaseFailure {
    size_t index;
    std::string what;
};

/// Calls run(i) for each i < n; it returns what went wrong, or nothing. A case that ends the process by a signal or an
/// exit, or takes longer than `seconds`, is a failure as well. The parent must not have run OpenMP code before.
std::vector<CaseFailure> run_isolated(size_t n, double seconds, const std::function<std::string(size_t)>& run);

/// The factor by which the sanitizers of this build slow things down.
double sanitizer_slowdown();

}  // namespace siskin::test
