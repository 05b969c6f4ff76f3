#pragma once
// Ctrl-C, termination and the time limit. While somebody watches the flag the first of them only sets it; otherwise,
// and the second time, the program ends at once.

#include <atomic>

namespace siskin {

/// To be called once at the start. Closed pipes become write errors instead of signals.
void install_signal_handlers();

/// Watches the flag for its lifetime. One exists at a time.
class StopWatch {
  public:
    StopWatch();
    ~StopWatch();
    StopWatch(const StopWatch&) = delete;
    StopWatch& operator=(const StopWatch&) = delete;
    const std::atomic<bool>* flag() const;
};

/// Sets the flag after this many seconds, watched or not: the time limit of the whole program.
void stop_after(double seconds);

/// The exit code that goes with what set the flag since the last StopWatch began: 130 (Ctrl-C), 143 (terminated), 124
/// (time limit); 0 when nothing did.
int stop_code();

}  // namespace siskin
