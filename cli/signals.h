#pragma once
// Ctrl-C, termination, a closed terminal and the time limit. While somebody watches the flag the first of them only
// sets it; otherwise, and the second time, the program ends at once. Also what else a terminal tells a program by
// signals: that it was resized, that the program is to stop for a while and to go on.

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
    /// After a Ctrl-C that was dealt with the flag is as if it had not been set; whether there was one. What ends the
    /// program stays.
    bool forget_interrupt();
};

/// Sets the flag after this many seconds, watched or not: the time limit of the whole program.
void stop_after(double seconds);

/// The exit code that goes with what set the flag since the last StopWatch began: 130 (Ctrl-C), 143 (terminated), 124
/// (time limit); 0 when nothing did.
int stop_code();

/// For a program that has changed the terminal's settings: `restore` is called before a signal ends it or stops it for
/// a while, `renew` when it goes on. They run in signal handlers and may do only what is allowed there. Null: nothing.
void set_terminal_hooks(void (*restore)(), void (*renew)());

/// A descriptor from which something can be read once a signal has come since the last clear_wake().
int wake_descriptor();
void clear_wake();

/// Whether the terminal was resized, or the program stopped and continued, since the last call.
bool take_resized();

}  // namespace siskin
