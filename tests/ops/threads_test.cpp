#include "ops/threads.h"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <thread>
#include <vector>

namespace siskin::test {
namespace {

class TeamTest : public testing::TestWithParam<int> {};

TEST_P(TeamTest, EveryTaskIsDoneOnceInEveryPhase) {
    constexpr size_t kPhases = 200, kTasks = 37;
    Team team(GetParam());
    std::vector<std::atomic<int>> done(kPhases * kTasks);
    team.run([&](Worker& worker) {
        for (size_t phase = 0; phase < kPhases; ++phase) {
            worker.share(kTasks, [&](size_t i) { ++done[phase * kTasks + i]; });
            worker.sync();
        }
    });
    for (const auto& count : done) EXPECT_EQ(count, 1);
}

TEST_P(TeamTest, PhasesWithoutSharedWorkDoNotDisturbTheOthers) {
    Team team(GetParam());
    std::atomic<int> done = 0;
    team.run([&](Worker& worker) {
        worker.sync();
        worker.share(5, [&](size_t) { ++done; });
        worker.sync();
        worker.sync();
        worker.share(7, [&](size_t) { ++done; });
    });
    EXPECT_EQ(done, 12);
    team.run([&](Worker& worker) { worker.share(3, [&](size_t) { ++done; }); });
    EXPECT_EQ(done, 15) << "a run starts with fresh counters";
}

TEST_P(TeamTest, WritesBeforeSyncAreSeenAfterIt) {
    Team team(GetParam());
    std::vector<size_t> values(64);
    std::atomic<int> wrong = 0;
    team.run([&](Worker& worker) {
        for (size_t round = 1; round <= 500; ++round) {
            worker.share(values.size(), [&](size_t i) { values[i] = round; });
            worker.sync();
            for (size_t v : values) wrong += v != round;
            worker.sync();
        }
    });
    EXPECT_EQ(wrong, 0);
}

TEST_P(TeamTest, WaitersThatFellAsleepWakeUp) {
    Team team(GetParam());
    std::atomic<int> done = 0;
    team.run([&](Worker& worker) {
        if (worker.index() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        worker.sync();
        ++done;
    });
    EXPECT_EQ(done, GetParam());
}

TEST_P(TeamTest, RunsThatFollowOneAnotherDoEveryTaskOnce) {
    constexpr size_t kTasks = 37;
    Team team(GetParam());
    for (int run = 0; run < 200; ++run) {
        std::vector<std::atomic<int>> done(kTasks);
        std::atomic<int> members = 0, wrong = 0;
        team.run_again(1, [&](Worker& worker) {
            ++members;
            worker.share(kTasks, [&](size_t i) { ++done[i]; });
            worker.sync();
            wrong += members != worker.count();
        });
        EXPECT_EQ(wrong, 0) << "the members of a run know how many they are";
        EXPECT_LE(members, GetParam());
        for (const auto& count : done) ASSERT_EQ(count, 1);
    }
}

// A conversation that waits for its next question leaves the cores alone.
TEST(Team, IdleMembersSleep) {
    using Seconds = std::chrono::duration<double>;
    Team team(4);
    team.run([](Worker& worker) { worker.sync(); });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    Seconds used{1};
    while (used > Seconds(0.005) && std::chrono::steady_clock::now() < deadline) {
        const std::clock_t before = std::clock();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        used = Seconds(double(std::clock() - before) / CLOCKS_PER_SEC);
    }
    EXPECT_LE(used.count(), 0.005);
}

INSTANTIATE_TEST_SUITE_P(Sizes, TeamTest, testing::Values(1, 2, 3, 8));

}  // namespace
}  // namespace siskin::test
