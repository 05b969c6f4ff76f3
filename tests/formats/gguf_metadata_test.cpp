// Typed access to metadata.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "formats/error.h"
#include "tests/formats/raw_gguf.h"

namespace siskin::test {
namespace {

/// A parsed file with a value of every kind.
class MetadataTest : public testing::Test {
  protected:
    MetadataTest() {
        RawGguf gguf;
        gguf.pairs = {
            raw_pair("u8", GgufType::U8, raw(uint8_t(200))),
            raw_pair("i8", GgufType::I8, raw(int8_t(-100))),
            raw_pair("u16", GgufType::U16, raw(uint16_t(60'000))),
            raw_pair("i16", GgufType::I16, raw(int16_t(-30'000))),
            raw_pair("u32", GgufType::U32, raw(uint32_t(4'000'000'000))),
            raw_pair("i32", GgufType::I32, raw(int32_t(-2'000'000'000))),
            raw_pair("u64", GgufType::U64, raw(uint64_t(1) << 40)),
            raw_pair("i64", GgufType::I64, raw(-(int64_t(1) << 40))),
            raw_pair("u64 too large", GgufType::U64, raw(uint64_t(1) << 63)),
            raw_pair("f32", GgufType::F32, raw(0.5f)),
            raw_pair("f64", GgufType::F64, raw(1e300)),
            raw_pair("f64 nan", GgufType::F64, raw(std::numeric_limits<double>::quiet_NaN())),
            raw_pair("true", GgufType::Bool, "\x01"),
            raw_pair("false", GgufType::Bool, std::string(1, '\0')),
            raw_pair("text", GgufType::String, raw_text("hello")),
            raw_pair("empty text", GgufType::String, raw_text("")),
            raw_array("u16s", GgufType::U16, 3, raw(uint16_t(1)) + raw(uint16_t(2)) + raw(uint16_t(65'535))),
            raw_array("i64s", GgufType::I64, 1, raw(int64_t(-5))),
            raw_array("u64s too large", GgufType::U64, 2, raw(uint64_t(1)) + raw(~uint64_t(0))),
            raw_array("bools", GgufType::Bool, 2, std::string("\x01\0", 2)),
            raw_array("f32s", GgufType::F32, 2, raw(1.5f) + raw(-2.0f)),
            raw_array("f64s", GgufType::F64, 2, raw(0.25) + raw(std::numeric_limits<double>::infinity())),
            raw_array("f64s too large", GgufType::F64, 1, raw(1e39)),
            raw_array("texts", GgufType::String, 3, raw_text("a") + raw_text("") + raw_text("\xff\xfe")),
            raw_array("none", GgufType::I32, 0, ""),
        };
        bytes_ = gguf.bytes();
        file_ = GgufFile::parse(bytes_, "m.gguf");
    }

    const Metadata& metadata() const { return file_.metadata(); }

    /// The message of the error that `read` throws; empty when it does not.
    template <class Read>
    std::string error_of(Read read) const {
        try {
            read();
            return "";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::BadData);
            return error.what();
        }
    }

  private:
    std::vector<std::byte> bytes_;
    GgufFile file_;
};

TEST_F(MetadataTest, PairsAreInFileOrder) {
    ASSERT_EQ(metadata().pairs().size(), 25u);
    EXPECT_EQ(metadata().pairs().front().first, "u8");
    EXPECT_EQ(metadata().pairs().back().first, "none");
    EXPECT_TRUE(metadata().has("text"));
    EXPECT_FALSE(metadata().has("tex"));
    const GgufValue* value = metadata().find("u16s");
    ASSERT_NE(value, nullptr);
    EXPECT_TRUE(value->is_array);
    EXPECT_EQ(value->type, GgufType::U16);
    EXPECT_EQ(value->count, 3u);
    EXPECT_EQ(value->bytes.size(), 6u);
}

TEST_F(MetadataTest, Scalars) {
    const struct {
        const char* key;
        int64_t value;
    } integers[] = {{"u8", 200},
                    {"i8", -100},
                    {"u16", 60'000},
                    {"i16", -30'000},
                    {"u32", 4'000'000'000},
                    {"i32", -2'000'000'000},
                    {"u64", int64_t(1) << 40},
                    {"i64", -(int64_t(1) << 40)}};
    for (const auto& c : integers) {
        EXPECT_EQ(metadata().integer(c.key), c.value) << c.key;
        EXPECT_EQ(metadata().number(c.key), double(c.value)) << c.key;
        EXPECT_EQ(metadata().integers(c.key), std::vector<int64_t>{c.value}) << c.key;
    }
    EXPECT_EQ(metadata().number("f32"), 0.5);
    EXPECT_EQ(metadata().number("f64"), 1e300);
    EXPECT_EQ(metadata().number("u64 too large"), 0x1p63);
    EXPECT_TRUE(std::isnan(metadata().number("f64 nan").value()));
    EXPECT_EQ(metadata().boolean("true"), true);
    EXPECT_EQ(metadata().boolean("false"), false);
    EXPECT_EQ(metadata().string("text"), "hello");
    EXPECT_EQ(metadata().string("empty text"), "");
}

TEST_F(MetadataTest, Arrays) {
    EXPECT_EQ(metadata().integers("u16s"), (std::vector<int64_t>{1, 2, 65'535}));
    EXPECT_EQ(metadata().integers("i64s"), (std::vector<int64_t>{-5}));
    EXPECT_EQ(metadata().integers("bools"), (std::vector<int64_t>{1, 0}));
    EXPECT_EQ(metadata().integers("true"), (std::vector<int64_t>{1}));
    EXPECT_EQ(metadata().integers("none"), (std::vector<int64_t>{}));
    EXPECT_EQ(metadata().numbers("f32s"), (std::vector<float>{1.5f, -2.0f}));
    EXPECT_EQ(metadata().numbers("f64s"), (std::vector<float>{0.25f, std::numeric_limits<float>::infinity()}));
    EXPECT_EQ(metadata().numbers("f32"), (std::vector<float>{0.5f}));
    EXPECT_EQ(metadata().numbers("u16s"), (std::vector<float>{1, 2, 65'535}));
    EXPECT_EQ(metadata().strings("texts"), (std::vector<std::string_view>{"a", "", "\xff\xfe"}));
    EXPECT_EQ(metadata().strings("text"), (std::vector<std::string_view>{"hello"}));
}

TEST_F(MetadataTest, AbsentKeysGiveNothing) {
    EXPECT_EQ(metadata().find("absent"), nullptr);
    EXPECT_EQ(metadata().boolean("absent"), std::nullopt);
    EXPECT_EQ(metadata().integer("absent"), std::nullopt);
    EXPECT_EQ(metadata().number("absent"), std::nullopt);
    EXPECT_EQ(metadata().string("absent"), std::nullopt);
    EXPECT_EQ(metadata().integers("absent"), std::nullopt);
    EXPECT_EQ(metadata().numbers("absent"), std::nullopt);
    EXPECT_EQ(metadata().strings("absent"), std::nullopt);
}

TEST_F(MetadataTest, WrongTypesAreErrorsThatNameBoth) {
    const Metadata& m = metadata();
    const struct {
        std::string message, expected;
    } cases[] = {
        {error_of([&] { m.boolean("u8"); }), "u8: expected bool, got u8;"},
        {error_of([&] { m.boolean("bools"); }), "bools: expected bool, got an array of 2 x bool;"},
        {error_of([&] { m.integer("text"); }), "text: expected an integer, got string;"},
        {error_of([&] { m.integer("f32"); }), "f32: expected an integer, got f32;"},
        {error_of([&] { m.integer("true"); }), "true: expected an integer, got bool;"},
        {error_of([&] { m.integer("u16s"); }), "u16s: expected an integer, got an array of 3 x u16;"},
        {error_of([&] { m.integer("u64 too large"); }), "expected an integer below 2^63, got 9223372036854775808;"},
        {error_of([&] { m.number("text"); }), "text: expected a number, got string;"},
        {error_of([&] { m.number("true"); }), "true: expected a number, got bool;"},
        {error_of([&] { m.number("f32s"); }), "f32s: expected a number, got an array of 2 x f32;"},
        {error_of([&] { m.string("i64"); }), "i64: expected string, got i64;"},
        {error_of([&] { m.string("texts"); }), "texts: expected string, got an array of 3 x string;"},
        {error_of([&] { m.integers("f32s"); }), "f32s: expected an array of integers, got an array of 2 x f32;"},
        {error_of([&] { m.integers("text"); }), "text: expected an array of integers, got string;"},
        {error_of([&] { m.integers("u64s too large"); }), "expected an integer below 2^63, got 18446744073709551615;"},
        {error_of([&] { m.numbers("bools"); }), "bools: expected an array of numbers, got an array of 2 x bool;"},
        {error_of([&] { m.numbers("f64s too large"); }), "f64s too large: expected a number within the range"},
        {error_of([&] { m.strings("i8"); }), "i8: expected an array of strings, got i8;"},
    };
    for (const auto& c : cases) EXPECT_NE(c.message.find(c.expected), std::string::npos) << c.message;
}

}  // namespace
}  // namespace siskin::test
