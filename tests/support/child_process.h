#pragma once
// Running a program and seeing how it ends.

#include <string>
#include <vector>

namespace siskin::test {

struct Ended {
    int exit_code = -1;      ///< -1 when a signal ended it
    int signal = 0;
    bool timed_out = false;  ///< it was still running after `seconds` and was killed
    std::string error_text;  ///< what it wrote to stderr, the beginning of it
};

/// Runs args[0] with an empty stdin, stdout thrown away.
Ended run_program(const std::vector<std::string>& args, double seconds);

}  // namespace siskin::test
