// The size of a team beside busy processes, on machines that exist in numbers only.

#include "ops/contention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace siskin::test {
namespace {

/// What a run of some members takes beside `others` busy processes. Those and members that find no core of their own
/// take turns, and a phase is as slow as its slowest member.
struct Machine {
    int cores, others;
    double seconds_alone;   ///< of a run by all cores, undisturbed
    double saturation = 0;  ///< 0: twice the members are twice as fast; else memory slows them down
    double slowest = 0.5;   ///< the speed of a team with a disturbed member

    int disturbed(int members) const { return std::clamp(members + others - cores, 0, members); }
    double speed(int members) const {
        const auto undisturbed = [&](int n) { return n / (1 + saturation * n); };
        return undisturbed(members) / undisturbed(cores) * (disturbed(members) ? slowest : 1);
    }
    double seconds(int members) const { return seconds_alone / speed(members); }
    double stolen(int members) const { return 0.5 * disturbed(members) * seconds(members); }

    int best_size() const {
        int best = cores;
        for (int n = cores; n > 0; --n)
            if (speed(n) > speed(best)) best = n;
        return best;
    }
};

/// Runs of one token on a machine for so many seconds; returns how many there were for each that the best size does.
double share_of_best(Contention& contention, const Machine& machine, double seconds) {
    double runs = 0, time = 0;
    for (; time < seconds; ++runs) {
        const int size = contention.size();
        contention.note(1, machine.seconds(size), machine.stolen(size));
        time += machine.seconds(size);
    }
    return runs * machine.seconds(machine.best_size()) / time;
}

struct Case {
    std::string name;
    Machine machine;
    int size;  ///< that the team should settle on
};
const Case kCases[] = {
    {"one_of_two_cores_taken", {2, 1, 0.018, 0.5}, 1},
    {"one_of_two_cores_taken_large_model", {2, 1, 0.15, 0.5}, 1},
    {"one_of_two_cores_taken_small_model", {2, 1, 0.0003, 0.5}, 1},
    {"one_of_eight_cores_taken", {8, 1, 0.02}, 7},
    {"three_of_eight_cores_taken", {8, 3, 0.02, 0.2}, 5},
    {"seven_of_eight_cores_taken", {8, 7, 0.02, 2}, 1},
    {"all_work_together_in_spite_of_a_disturbed_one", {2, 1, 0.02, 0, 0.75}, 2},
    {"one_alone_is_no_better_off", {2, 2, 0.02}, 2},
};

class Busy : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Contention, Busy, testing::ValuesIn(kCases),
                         [](const auto& parameter) { return parameter.param.name; });

TEST_P(Busy, TheBestSizeIsFoundAndKept) {
    const Machine& machine = GetParam().machine;
    ASSERT_EQ(machine.best_size(), GetParam().size) << "the machine is not what the case says";
    Contention contention(machine.cores);
    const double window = std::max(0.1, machine.seconds(machine.cores));
    EXPECT_GT(share_of_best(contention, machine, 40 * window), 0.85) << "finding it";
    EXPECT_GT(share_of_best(contention, machine, 200 * window), 0.95) << "keeping it";
}

TEST_P(Busy, TheTeamGrowsBackWhenLeftAlone) {
    Machine machine = GetParam().machine;
    Contention contention(machine.cores);
    const double window = std::max(0.1, machine.seconds(machine.cores));
    share_of_best(contention, machine, 100 * window);
    machine.others = 0;
    share_of_best(contention, machine, 30 * window);
    EXPECT_EQ(contention.size(), machine.cores);
    EXPECT_NEAR(share_of_best(contention, machine, 100 * window), 1, 1e-9) << "and stays whole";
}

TEST(Contention, LittleDisturbancesDoNotCount) {
    Contention contention(4);
    for (int i = 0; i < 10000; ++i) {
        contention.note(1, 0.01, 0.002);
        ASSERT_EQ(contention.size(), 4);
    }
}

TEST(Contention, OneDisturbanceIsSoonForgotten) {
    Contention contention(2);
    const Machine quiet{2, 0, 0.02, 0.5}, busy{2, 1, 0.02, 0.5};
    share_of_best(contention, busy, 0.1);
    EXPECT_EQ(contention.size(), 1);
    EXPECT_GT(share_of_best(contention, quiet, 2), 0.85);
    EXPECT_EQ(contention.size(), 2);
}

TEST(Contention, ATeamOfOneStaysOne) {
    Contention contention(1);
    for (int i = 0; i < 100; ++i) {
        contention.note(1, 0.1, 0.05);
        ASSERT_EQ(contention.size(), 1);
    }
}

// Runs of different kinds are not compared: a trial that does not see its kind again is over.
TEST(Contention, OnlyRunsOfOneKindAreCompared) {
    Contention contention(2);
    contention.note(1, 0.1, 0.05);
    EXPECT_EQ(contention.size(), 1) << "is tried";
    contention.note(4, 0.01, 0);
    EXPECT_EQ(contention.size(), 2);
    contention.note(1, 0.09, 0.05);
    contention.note(4, 0.09, 0.05);
    EXPECT_EQ(contention.size(), 2) << "neither kind has filled a window";
}

// A choice of all members that was an accident is soon corrected, whatever was chosen before.
TEST(Contention, PatienceIsForChoicesThatWereMadeBefore) {
    Contention contention(2);
    const auto look = [&](double with_fewer) {
        contention.note(1, 0.25, 0.125);
        ASSERT_EQ(contention.size(), 1);
        contention.note(1, with_fewer, 0.05);
    };
    const auto kept = [&] {
        const int size = contention.size();
        int n = 0;
        for (; n < 100 && contention.size() == size; ++n) contention.note(1, 0.125, 0);
        return n;
    };
    for (const int windows : {4, 8, 16, 16}) {
        look(0.125);
        EXPECT_EQ(kept(), windows);
    }
    look(0.375);
    EXPECT_EQ(contention.size(), 2);
    for (int i = 0; i < 4 * 0.375 / 0.125; ++i) contention.note(1, 0.125, 0);
    look(0.125);
    EXPECT_EQ(kept(), 4);
}

TEST(Contention, AChoiceHoldsForAllKinds) {
    Contention contention(2);
    contention.note(1, 0.2, 0.1);
    contention.note(1, 0.1, 0);
    for (int i = 0; i < 4; ++i) {
        ASSERT_EQ(contention.size(), 1) << "run " << i;
        contention.note(size_t(i % 3), 0.1, 0);
    }
    EXPECT_EQ(contention.size(), 2) << "four windows later all are tried again";
}

}  // namespace
}  // namespace siskin::test
