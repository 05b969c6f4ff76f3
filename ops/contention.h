#pragma once
// How many members of a team should compute while other processes want the same cores.
//
// Where another process shares the core of one member, the others wait for that member at the end of every phase, and
// the team is no faster than half of it. It may then do better without that member. Whether it does is measured, never
// assumed:
//
//   Watch  all members compute. When a window of time shows that some were kept from running, Try.
//   Try    fewer members compute for one window. The faster of the two sizes is kept.
//   Keep   for a while, which doubles as long as the same size is chosen, up to a limit; then Watch again, so that the
//          team grows back.
//
// An undisturbed team stays in Watch and pays for a few readings of clocks per run. Time is that of the runs alone: the
// same runs lead to the same decisions.

#include <cstddef>

namespace siskin {

class Contention {
  public:
    /// Of a team of `most` members.
    explicit Contention(int most) : most_(most), size_(most) {}

    /// Members that the next run should have, 1 .. most.
    int size() const { return size_; }

    /// Takes note of a run by size() members that took `seconds`. During `stolen` seconds, summed over the members, one
    /// of them could have run but something else ran in its place. Only runs of the same `kind` take equally long.
    void note(size_t kind, double seconds, double stolen);

  private:
    enum class State { Watch, Try, Keep };
    struct Window {
        int runs = 0;
        double seconds = 0, stolen = 0;
        double per_run() const { return seconds / runs; }
    };

    void watch(const Window& all);
    void choose(const Window& fewer);

    int most_, size_;
    State state_ = State::Watch;
    Window window_;     // the runs since it began
    size_t kind_ = 0;   // of those runs
    Window all_;        // the last one that all members computed, when another size is tried
    int chosen_ = 0;    // the size that was faster the last time; 0: there was no need to choose
    int patience_ = 0;  // windows that the choice is kept for
    double keep_ = 0;   // the same in seconds
};

}  // namespace siskin
