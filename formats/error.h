#pragma once
// The one exception type of siskin. A message says what, where, what was expected, what came, and what to do:
//   "blk.3.attn_q.weight: shape [4096 x 1024], expected [4096 x 4096]"
// Libraries throw it while loading and return values while running; only cli/ catches it.

#include <sstream>
#include <stdexcept>
#include <string>

namespace siskin {

/// Why something failed. The value is the program's exit code.
enum class Fault : int {
    Failed = 1,
    Usage = 2,
    BadData = 65,  ///< a model or another input file is malformed, unsupported or gives non-finite numbers
    NoInput = 66,  ///< a named file does not exist
    Bug = 70,      ///< an invariant of siskin itself does not hold
    NoMemory = 71,
    CannotCreate = 73,  ///< an output file cannot be created
    Io = 74,
    Busy = 75,
    NoPermission = 77,
    TooLong = 78,  ///< the prompt does not fit the context
};

class Error : public std::runtime_error {
  public:
    Error(Fault fault, const std::string& message) : std::runtime_error(message), fault_(fault) {}
    Fault fault() const { return fault_; }

  private:
    Fault fault_;
};

/// Throws an Error whose message is the concatenation of `parts`.
template <class... Parts>
[[noreturn]] void fail(Fault fault, const Parts&... parts) {
    std::ostringstream message;
    (message << ... << parts);
    throw Error(fault, message.str());
}

}  // namespace siskin
