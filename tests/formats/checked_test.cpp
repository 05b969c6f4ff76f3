// Checked arithmetic, the bounds-checked cursor and text for messages.

#include "formats/checked.h"

#include <gtest/gtest.h>

namespace siskin::test {
namespace {

constexpr uint64_t kMax = ~uint64_t(0);

TEST(Checked, Arithmetic) {
    EXPECT_EQ(checked_add(kMax - 1, 1), kMax);
    EXPECT_EQ(checked_add(kMax, 1), std::nullopt);
    EXPECT_EQ(checked_mul(uint64_t(1) << 32, (uint64_t(1) << 32) - 1), kMax - 0xffffffff);
    EXPECT_EQ(checked_mul(uint64_t(1) << 32, uint64_t(1) << 32), std::nullopt);
    EXPECT_EQ(checked_mul(0, kMax), 0u);
    EXPECT_EQ(checked_align(0, 32), 0u);
    EXPECT_EQ(checked_align(1, 32), 32u);
    EXPECT_EQ(checked_align(32, 32), 32u);
    EXPECT_EQ(checked_align(kMax - 31, 32), kMax - 31);
    EXPECT_EQ(checked_align(kMax - 30, 32), std::nullopt);
}

TEST(Checked, Printable) {
    EXPECT_EQ(printable("blk.0.attn_q.weight"), "blk.0.attn_q.weight");
    EXPECT_EQ(printable("a\x1b[1m\n\xc3\xa9\x7f"), "a\\x1b[1m\\x0a\\xc3\\xa9\\x7f");
    EXPECT_EQ(printable("12345", 5), "12345");
    EXPECT_EQ(printable("123456", 5), "12345...");
    EXPECT_EQ(printable(""), "");
}

template <class Act>
std::string error_of(Act act) {
    try {
        act();
        return "";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::BadData);
        return error.what();
    }
}

TEST(Checked, CursorStaysInside) {
    const std::vector<std::byte> bytes = {std::byte(1), std::byte(2), std::byte(0), std::byte(0), std::byte(0)};
    ByteCursor cursor(bytes, "file");
    EXPECT_EQ(cursor.read<uint8_t>("a"), 1);
    EXPECT_NE(
        error_of([&] { cursor.read<uint64_t>("a number"); }).find("file: a number at byte 1 needs 8 bytes, only 4"),
        std::string::npos);
    EXPECT_NE(error_of([&] { cursor.take(kMax, "text"); }), "");
    EXPECT_EQ(cursor.position(), 1u);
    EXPECT_EQ(cursor.read<uint32_t>("b"), 2u);
    EXPECT_EQ(cursor.remaining(), 0u);
    EXPECT_TRUE(cursor.take(0, "nothing").empty());
    EXPECT_NE(error_of([&] { cursor.take(1, "more"); }), "");
}

TEST(Checked, CountsMustFit) {
    const std::vector<std::byte> bytes = {std::byte(3), std::byte(0), std::byte(0), std::byte(0),
                                          std::byte(0), std::byte(0), std::byte(0)};
    const auto count = [&](uint64_t min_bytes, uint64_t limit) {
        return error_of([&] { ByteCursor(bytes, "file").read_count<uint8_t>("the count", min_bytes, limit); });
    };
    EXPECT_EQ(count(2, 3), "");
    EXPECT_NE(count(2, 2).find("file: the count at byte 0 is 3, at most 2 are supported"), std::string::npos);
    EXPECT_NE(count(3, 3).find("the 6 bytes left hold at most 2"), std::string::npos);
}

}  // namespace
}  // namespace siskin::test
