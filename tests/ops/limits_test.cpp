// The yardsticks of bench: they measure something, and are not beaten by what they measure.

#include "ops/limits.h"

#include <gtest/gtest.h>

#include <vector>

#include "ops/kernels.h"

namespace siskin::test {
namespace {

TEST(Limits, ReadingTakesTime) {
    Team team(2);
    const std::vector<std::byte> bytes(size_t(8) << 20, std::byte(1));
    const std::span<const std::byte> whole = bytes;
    const std::span<const std::byte> ranges[] = {whole.first(3), whole.subspan(3, 1 << 20), whole.last(5 << 20)};
    const double rate = read_rate(team, ranges);
    EXPECT_GT(rate, 1e7);
    EXPECT_LT(rate, 1e13);
}

TEST(Limits, ProductsAreCounted) {
    for (const Kernels* table : all_kernels()) {
        if (!can_run(*table) || !table->int8_products) continue;
        EXPECT_EQ(table->int8_products(1000), 1000 * table->int8_products(1)) << table->name;
        EXPECT_EQ(table->int8_products(1) % 32, 0u) << table->name;
    }
    EXPECT_FALSE(all_kernels().back()->int8_products) << "the plain kernels have no such instruction";
}

}  // namespace
}  // namespace siskin::test
