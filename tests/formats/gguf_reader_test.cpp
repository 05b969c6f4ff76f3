// The GGUF reader against malformed files: every one is an Error that says what is wrong, none is a crash.

#include "formats/gguf_reader.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "formats/error.h"
#include "formats/gguf_writer.h"
#include "tests/formats/raw_gguf.h"
#include "tests/support/golden.h"

namespace siskin::test {
namespace {

constexpr uint64_t kHuge = ~uint64_t(0);

std::vector<std::byte> bytes_of(std::string_view text) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return {begin, begin + text.size()};
}

/// The message of the error that the bytes give; empty when they parse. Any other fault or exception fails the test.
std::string error_of(std::span<const std::byte> bytes) {
    try {
        GgufFile::parse(bytes, "m.gguf");
        return "";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::BadData) << error.what();
        return error.what();
    }
}

struct Malformed {
    const char* name;
    std::function<void(RawGguf&)> spoil;
    const char* says;
};

const Malformed kMalformed[] = {
    // Header.
    {"wrong magic", [](RawGguf& g) { g.magic = "GGUX"; }, "not a GGUF file: starts with \"GGUX"},
    {"magic backwards", [](RawGguf& g) { g.magic = "FUGG"; }, "bytes swapped"},
    {"version 0", [](RawGguf& g) { g.version = 0; }, "GGUF version 0, expected 2 or 3"},
    {"version 1", [](RawGguf& g) { g.version = 1; }, "GGUF version 1, expected 2 or 3; convert"},
    {"version of the future", [](RawGguf& g) { g.version = 4; }, "GGUF version 4"},
    {"big endian", [](RawGguf& g) { g.version = 0x03000000; }, "big-endian GGUF file (version 3"},
    {"tensor count 2^64-1", [](RawGguf& g) { g.n_tensors = kHuge; }, "the number of tensors at byte 8"},
    {"tensor count wraps a product", [](RawGguf& g) { g.n_tensors = uint64_t(1) << 61; }, "the number of tensors"},
    {"tensor count over the limit", [](RawGguf& g) { g.n_tensors = 1'000'001; }, "at most 1000000"},
    {"tensor count over the bytes left", [](RawGguf& g) { g.n_tensors = 1000; }, "bytes left hold at most"},
    {"one tensor too many", [](RawGguf& g) { g.n_tensors = 3; }, ""},
    {"pair count 2^64-1", [](RawGguf& g) { g.n_pairs = kHuge; }, "the number of metadata pairs at byte 16"},
    {"pair count wraps a product", [](RawGguf& g) { g.n_pairs = uint64_t(1) << 61; }, "the number of metadata pairs"},
    {"pair count over the limit", [](RawGguf& g) { g.n_pairs = 65'537; }, "at most 65536"},
    {"pair count over the bytes left", [](RawGguf& g) { g.n_pairs = 5000; }, "bytes left hold at most"},
    {"one pair too many", [](RawGguf& g) { g.n_pairs = 4; }, ""},
    {"one pair too few", [](RawGguf& g) { g.n_pairs = 2; }, ""},

    // Metadata.
    {"key length 2^64-1", [](RawGguf& g) { g.pairs[0] = raw(kHuge) + "x"; }, "the length of a metadata key"},
    {"key over 64 KiB", [](RawGguf& g) { g.pairs[0] = raw_pair(std::string(65'537, 'k'), GgufType::U8, "1"); },
     "at most 65536"},
    {"empty key", [](RawGguf& g) { g.pairs[0] = raw_pair("", GgufType::U8, "1"); }, "is empty"},
    {"value type 13", [](RawGguf& g) { g.pairs[0] = raw_pair("k", 13, "1"); }, "k: metadata type 13"},
    {"value type 2^32-1", [](RawGguf& g) { g.pairs[0] = raw_pair("k", 0xffffffff, "1"); },
     "k: metadata type 4294967295"},
    {"element type 13",
     [](RawGguf& g) { g.pairs[0] = raw_pair("k", GgufType::Array, raw(13u) + raw(uint64_t(1)) + "1"); },
     "k: metadata type 13"},
    {"array of arrays", [](RawGguf& g) { g.pairs[0] = raw_array("k", GgufType::Array, 1, ""); }, "an array of arrays"},
    {"array length 2^64-1", [](RawGguf& g) { g.pairs[0] = raw_array("k", GgufType::U8, kHuge, ""); },
     "the length of a metadata array"},
    {"array length wraps a product",
     [](RawGguf& g) { g.pairs[0] = raw_array("k", GgufType::U64, uint64_t(1) << 61, ""); },
     "the length of a metadata array"},
    {"array of 2^60 strings", [](RawGguf& g) { g.pairs[0] = raw_array("k", GgufType::String, uint64_t(1) << 60, ""); },
     "the length of a metadata array"},
    {"array of strings that stops half-way",
     [](RawGguf& g) { g.pairs[2] = raw_array("k", GgufType::String, 3, raw_text("a") + raw(kHuge)); },
     "the length of a metadata string"},
    {"string length 2^64-1", [](RawGguf& g) { g.pairs[0] = raw_pair("k", GgufType::String, raw(kHuge)); },
     "the length of a metadata string"},
    {"string over 16 MiB",
     [](RawGguf& g) { g.pairs[0] = raw_pair("k", GgufType::String, raw_text(std::string((16 << 20) + 1, 's'))); },
     "at most 16777216"},
    {"bool of 2", [](RawGguf& g) { g.pairs[0] = raw_pair("k", GgufType::Bool, "\x02"); }, "k: a bool is 2"},
    {"bool of 255 in an array", [](RawGguf& g) { g.pairs[0] = raw_array("k", GgufType::Bool, 2, "\x01\xff"); },
     "k: a bool is 255"},
    {"duplicate key", [](RawGguf& g) { g.pairs.push_back(g.pairs[0]); }, "general.architecture occurs twice"},
    {"control bytes in a key", [](RawGguf& g) { g.pairs[0] = raw_pair("\x1b[2J", 13, ""); },
     "\\x1b[2J: metadata type 13"},

    // Alignment.
    {"alignment 0", [](RawGguf& g) { g.pairs[0] = raw_pair("general.alignment", GgufType::U32, raw(0u)); },
     "general.alignment: 0, expected a power of two"},
    {"alignment 13", [](RawGguf& g) { g.pairs[0] = raw_pair("general.alignment", GgufType::U32, raw(13u)); },
     "general.alignment: 13"},
    {"alignment 4", [](RawGguf& g) { g.pairs[0] = raw_pair("general.alignment", GgufType::U32, raw(4u)); },
     "general.alignment: 4"},
    {"alignment 2^17", [](RawGguf& g) { g.pairs[0] = raw_pair("general.alignment", GgufType::U32, raw(1u << 17)); },
     "general.alignment: 131072"},
    {"alignment 2^63",
     [](RawGguf& g) { g.pairs[0] = raw_pair("general.alignment", GgufType::U64, raw(uint64_t(1) << 63)); },
     "general.alignment: expected an integer below 2^63"},
    {"alignment -32", [](RawGguf& g) { g.pairs[0] = raw_pair("general.alignment", GgufType::I32, raw(-32)); },
     "general.alignment: -32"},
    {"alignment of text",
     [](RawGguf& g) { g.pairs[0] = raw_pair("general.alignment", GgufType::String, raw_text("32")); },
     "general.alignment: expected an integer, got string"},
    {"alignment of more than the offsets",
     [](RawGguf& g) {
         g.pairs[0] = raw_pair("general.alignment", GgufType::U32, raw(128u));
         g.alignment = 128;
     },
     "second: offset 64 is no multiple of the alignment 128"},

    // Tensors.
    {"name length 2^64-1", [](RawGguf& g) { g.tensors[0].name_length = kHuge; }, "the length of a tensor name"},
    {"name over 64 KiB", [](RawGguf& g) { g.tensors[0].name = std::string(65'537, 't'); }, "at most 65536"},
    {"empty name", [](RawGguf& g) { g.tensors[0].name = ""; }, "is empty"},
    {"0 dimensions", [](RawGguf& g) { g.tensors[0].dims = {}; }, "first: 0 dimensions, expected 1 to 4"},
    {"5 dimensions",
     [](RawGguf& g) {
         g.tensors[0].dims = {8, 2, 1, 1, 1};
     },
     "first: 5 dimensions"},
    {"2^32-1 dimensions", [](RawGguf& g) { g.tensors[0].n_dims = 0xffffffff; }, "first: 4294967295 dimensions"},
    {"zero in the row length",
     [](RawGguf& g) {
         g.tensors[0].dims = {0, 2};
     },
     "first: shape [0 x 2] has a zero"},
    {"zero in a later dimension",
     [](RawGguf& g) {
         g.tensors[0].dims = {8, 2, 0};
     },
     "shape [8 x 2 x 0] has a zero"},
    {"dimension -1", [](RawGguf& g) { g.tensors[0].dims = {kHuge}; }, "first: shape [18446744073709551615]"},
    {"elements wrap",
     [](RawGguf& g) {
         g.tensors[0].dims = {uint64_t(1) << 33, uint64_t(1) << 33};
     },
     "is too large"},
    {"elements wrap to 0",
     [](RawGguf& g) {
         g.tensors[0].dims = {uint64_t(1) << 32, uint64_t(1) << 32};
     },
     "is too large"},
    {"bytes wrap", [](RawGguf& g) { g.tensors[0].dims = {uint64_t(1) << 62}; }, "is too large"},
    {"offset and bytes wrap", [](RawGguf& g) { g.tensors[0].dims = {(uint64_t(1) << 62) - 8}; }, ""},
    {"two sizes wrap a sum",
     [](RawGguf& g) {
         g.tensors[0].dims = {0x1fffffffffffffc0};
         g.tensors[1] = {"second", {0x1fffffffffffffc0}, 0, 0x7fffffffffffff00};
     },
     ""},
    {"row no multiple of the block", [](RawGguf& g) { g.tensors[1].dims = {16}; },
     "second: shape [16]: the row length is no multiple of 32, the block of Q8_0"},
    {"rows that only together fill blocks",
     [](RawGguf& g) {
         g.tensors[1].dims = {16, 2};
     },
     "the row length"},
    {"type 43", [](RawGguf& g) { g.tensors[0].type = 43; }, "first: unsupported weights: type 43 (unknown"},
    {"type 2^32-1", [](RawGguf& g) { g.tensors[0].type = 0xffffffff; }, "type 4294967295"},
    {"removed type", [](RawGguf& g) { g.tensors[0].type = 31; }, "Q4_0_4_4 (removed from the format; requantize"},
    {"run-time type", [](RawGguf& g) { g.tensors[0].type = 9; }, "Q8_1"},
    {"integer type", [](RawGguf& g) { g.tensors[0].type = 26; }, "I32"},
    {"type of another program", [](RawGguf& g) { g.tensors[0].type = 139; }, "IQ4_K (known to ik_llama.cpp only"},
    {"offset 2^64-1", [](RawGguf& g) { g.tensors[0].offset = kHuge; }, "first: offset 18446744073709551615"},
    {"aligned offset near 2^64", [](RawGguf& g) { g.tensors[0].offset = kHuge - 31; }, "is too large"},
    {"aligned offset past the end", [](RawGguf& g) { g.tensors[1].offset = 96; },
     "the file is cut short: expected 386 bytes up to the end of second, got 354"},
    {"unaligned offset", [](RawGguf& g) { g.tensors[1].offset = 65; }, "second: offset 65 is no multiple"},
    {"duplicate name", [](RawGguf& g) { g.tensors[1].name = "first"; }, "two tensors are named first"},
    {"two tensors in one place", [](RawGguf& g) { g.tensors[1].offset = 0; }, "overlap at offset 0"},
    {"overlap by some rows", [](RawGguf& g) { g.tensors[1].offset = 32; }, "first and second overlap at offset 32"},

    // Data.
    {"one byte of data missing", [](RawGguf& g) { g.data_bytes -= 1; }, "the file is cut short: expected 354 bytes"},
    {"no data at all", [](RawGguf& g) { g.data_bytes = 0; }, "the file is cut short"},
};

TEST(GgufReader, MalformedFilesAreErrorsThatSayWhy) {
    for (const Malformed& c : kMalformed) {
        SCOPED_TRACE(c.name);
        RawGguf gguf = small_gguf();
        c.spoil(gguf);
        const std::string message = error_of(gguf.bytes());
        EXPECT_TRUE(message.starts_with("m.gguf: ")) << message;
        EXPECT_NE(message.find(c.says), std::string::npos) << message;
    }
}

struct WellFormed {
    const char* name;
    std::function<void(RawGguf&)> change;
    size_t n_pairs, n_tensors;
};

const WellFormed kWellFormed[] = {
    {"as it is", [](RawGguf&) {}, 3, 2},
    {"version 2", [](RawGguf& g) { g.version = 2; }, 3, 2},
    {"nothing in it", [](RawGguf& g) { g = RawGguf(); }, 0, 0},
    {"metadata only", [](RawGguf& g) { g.tensors.clear(), g.data_bytes = 0; }, 3, 0},
    {"tensors only", [](RawGguf& g) { g.pairs.clear(); }, 0, 2},
    {"alignment 64",
     [](RawGguf& g) {
         g.alignment = 64;
         g.pairs.push_back(raw_pair("general.alignment", GgufType::U32, raw(64u)));
     },
     4, 2},
    {"alignment 8",
     [](RawGguf& g) {
         g.alignment = 8;
         g.pairs.push_back(raw_pair("general.alignment", GgufType::U32, raw(8u)));
     },
     4, 2},
    {"a gap between tensors", [](RawGguf& g) { g.tensors[1].offset = 128, g.data_bytes = 162; }, 3, 2},
    {"tensors in another order",
     [](RawGguf& g) { g.tensors[0].offset = 64, g.tensors[1].offset = 0, g.data_bytes = 128; }, 3, 2},
    {"bytes after the last tensor", [](RawGguf& g) { g.data_bytes += 1000; }, 3, 2},
    {"4 dimensions",
     [](RawGguf& g) {
         g.tensors[0].dims = {2, 2, 2, 2};
     },
     3, 2},
    {"an empty array", [](RawGguf& g) { g.pairs.push_back(raw_array("e", GgufType::F64, 0, "")); }, 4, 2},
    {"an empty array of strings", [](RawGguf& g) { g.pairs.push_back(raw_array("e", GgufType::String, 0, "")); }, 4, 2},
    {"an empty string", [](RawGguf& g) { g.pairs.push_back(raw_pair("e", GgufType::String, raw_text(""))); }, 4, 2},
    {"bytes that are no UTF-8", [](RawGguf& g) { g.pairs.push_back(raw_pair("\xff", GgufType::Bool, "\x01")); }, 4, 2},
    {"a key of 64 KiB", [](RawGguf& g) { g.pairs.push_back(raw_pair(std::string(65'536, 'k'), GgufType::U8, "1")); }, 4,
     2},
};

TEST(GgufReader, WellFormedFilesParse) {
    for (const WellFormed& c : kWellFormed) {
        SCOPED_TRACE(c.name);
        RawGguf gguf = small_gguf();
        c.change(gguf);
        const std::vector<std::byte> bytes = gguf.bytes();
        ASSERT_EQ(error_of(bytes), "");
        const GgufFile file = GgufFile::parse(bytes, "m.gguf");
        EXPECT_EQ(file.version(), gguf.version);
        EXPECT_EQ(file.file_bytes(), bytes.size());
        EXPECT_EQ(file.metadata().pairs().size(), c.n_pairs);
        EXPECT_EQ(file.tensors().size(), c.n_tensors);
        EXPECT_EQ(file.find("absent"), nullptr);
        for (const Tensor& tensor : file.tensors()) {
            EXPECT_EQ(file.find(tensor.name), &tensor);
            EXPECT_GE(tensor.data, bytes.data());
            EXPECT_LE(tensor.data + tensor.bytes(), bytes.data() + bytes.size());
        }
    }
}

TEST(GgufReader, TensorsAreViewsOfTheBytes) {
    const std::vector<std::byte> bytes = small_gguf().bytes();
    const GgufFile file = GgufFile::parse(bytes, "m.gguf");
    const Tensor* first = file.find("first");
    const Tensor* second = file.find("second");
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->shape(), "[8 x 2]");
    EXPECT_EQ(first->dtype->type, DType::F32);
    EXPECT_EQ(first->bytes(), 64u);
    EXPECT_EQ(first->row(1) - first->data, 32);
    EXPECT_EQ(second->dtype->type, DType::Q8_0);
    EXPECT_EQ(second->n_dims, 1u);
    EXPECT_EQ(second->n_rows(), 1u);
    EXPECT_EQ(second->bytes(), 34u);
    EXPECT_EQ(second->data + 34, bytes.data() + bytes.size());
    EXPECT_EQ(second->data - first->data, 64);
}

TEST(GgufReader, OtherFilesAreNamed) {
    const struct {
        std::string content;
        const char* says;
    } cases[] = {
        {"<!DOCTYPE html><html>404", "starts with \"<!DOCTYPE html><...\"; a web page"},
        {"<html>", "a web page"},
        {"version https://git-lfs.github.com/spec/v1", "a Git LFS pointer"},
        {std::string("PK\x03\x04") + "rest", "a zip archive"},
        {std::string("\x40\0\0\0\0\0\0\0", 8) + "{\"__metadata__\":{}}", "a safetensors file"},
        {"tjgg\x03", "from before GGUF"},
        {"hello\n", "starts with \"hello\\x0a\"; give a model in GGUF format"},
        {"", "the magic \"GGUF\" at byte 0 needs 4 bytes, only 0 are left"},
        {"GGU", "the magic \"GGUF\" at byte 0 needs 4 bytes, only 3 are left"},
        {"GGUF", "the version at byte 4 needs 4 bytes, only 0 are left"},
    };
    for (const auto& c : cases) {
        const std::string message = error_of(bytes_of(c.content));
        EXPECT_NE(message.find(c.says), std::string::npos) << message;
    }
}

/// The limits themselves are allowed, and many entries stay fast: no step looks at all entries for each.
TEST(GgufReader, ManyEntries) {
    RawGguf gguf;
    for (int i = 0; i < 65'536; ++i) gguf.pairs.push_back(raw_pair("key." + std::to_string(i), GgufType::U32, raw(i)));
    for (uint64_t i = 0; i < 100'000; ++i) gguf.tensors.push_back({"t." + std::to_string(i), {1}, 0, 32 * i});
    gguf.data_bytes = 32 * gguf.tensors.size();
    const std::vector<std::byte> bytes = gguf.bytes();
    const GgufFile file = GgufFile::parse(bytes, "m.gguf");
    EXPECT_EQ(file.metadata().integer("key.65535"), 65'535);
    ASSERT_NE(file.find("t.99999"), nullptr);
    EXPECT_EQ(file.find("t.99999")->data - file.find("t.0")->data, 32 * 99'999);
}

/// Reads everything that the file claims to have, so that a sanitizer sees each byte.
uint64_t use_everything(const GgufFile& file) {
    uint64_t sum = 0;
    const Metadata& metadata = file.metadata();
    const auto attempt = [&](const auto& use) {
        try {
            use();
        } catch (const Error&) {
            ++sum;
        }
    };
    for (const auto& pair : metadata.pairs()) {
        const std::string_view key = pair.first;
        attempt([&] { sum += metadata.integers(key)->size(); });
        attempt([&] { sum += metadata.numbers(key)->size(); });
        attempt([&] { sum += *metadata.number(key) > 0; });
        attempt([&] { sum += *metadata.boolean(key); });
        attempt([&] {
            const auto texts = metadata.strings(key);
            for (const std::string_view text : *texts)
                for (const char c : text) sum += uint8_t(c);
        });
    }
    for (const Tensor& tensor : file.tensors())
        for (size_t i = 0; i < tensor.bytes(); ++i) sum += uint64_t(tensor.data[i]);
    return sum;
}

struct Tally {
    int parsed = 0, refused = 0;
    uint64_t sum = 0;
};

/// Parses a copy of exactly these bytes on the heap, so that a sanitizer sees every step outside.
void try_bytes(const std::vector<std::byte>& bytes, Tally& tally) {
    const std::vector<std::byte> exact(bytes.begin(), bytes.end());
    try {
        tally.sum += use_everything(GgufFile::parse(exact, "m.gguf"));
        ++tally.parsed;
    } catch (const Error& error) {
        ASSERT_EQ(error.fault(), Fault::BadData) << error.what();
        ++tally.refused;
    }
}

/// Every metadata type, scalar and array, and several tensor types; the data end exactly at the end of the file.
std::vector<std::byte> rich_gguf() {
    RawGguf gguf = small_gguf();
    for (uint32_t type = 0; type <= uint32_t(GgufType::F64); ++type) {
        if (GgufType(type) == GgufType::Array) continue;
        const size_t size = gguf_type_bytes(GgufType(type));
        const std::string one = size == 0 ? raw_text("text") : std::string(size, '\x01');
        gguf.pairs.push_back(raw_pair("one." + std::to_string(type), type, one));
        gguf.pairs.push_back(raw_array("two." + std::to_string(type), GgufType(type), 2, one + one));
    }
    gguf.tensors.push_back({"third", {256, 2}, 12, 128});
    gguf.data_bytes = 128 + 288;
    return gguf.bytes();
}

TEST(GgufReader, EveryPrefixIsAnError) {
    const std::vector<std::byte> bytes = rich_gguf();
    ASSERT_EQ(error_of(bytes), "");
    for (size_t n = 0; n < bytes.size(); ++n) {
        const std::vector<std::byte> prefix(bytes.begin(), bytes.begin() + std::ptrdiff_t(n));
        ASSERT_NE(error_of(prefix), "") << n << " of " << bytes.size() << " bytes";
    }
}

TEST(GgufReader, EveryPrefixOfAWrittenFileIsAnError) {
    const std::vector<float> data(64, 1.5f);
    GgufWriter writer;
    writer.add("general.architecture", "llama");
    writer.add_tensor("weight", DType::F32, std::array<uint64_t, 2>{32, 2}, std::as_bytes(std::span(data)));
    const std::vector<std::byte> bytes = writer.bytes();
    ASSERT_EQ(error_of(bytes), "");
    for (size_t n = 0; n < bytes.size(); ++n)
        ASSERT_NE(error_of(std::span(bytes).first(n)), "") << n << " of " << bytes.size() << " bytes";
}

class GoldenPrefixes : public testing::TestWithParam<const char*> {};

TEST_P(GoldenPrefixes, AreErrors) {
    const std::string name = std::string("archs/") + GetParam() + ".gguf";
    SISKIN_NEED_GOLDEN(name);
    const std::vector<std::byte> bytes = read_bytes(golden(name));
    const GgufFile file = GgufFile::parse(bytes, name);
    ASSERT_FALSE(file.tensors().empty());
    size_t data_begin = bytes.size(), data_end = 0;
    for (const Tensor& tensor : file.tensors()) {
        data_begin = std::min(data_begin, size_t(tensor.data - bytes.data()));
        data_end = std::max(data_end, size_t(tensor.data + tensor.bytes() - bytes.data()));
    }
    for (size_t n = 0; n < data_end; n += n < data_begin ? 1 : 997)
        ASSERT_NE(error_of(std::span(bytes).first(n)), "") << n << " of " << bytes.size() << " bytes";
    EXPECT_NE(error_of(std::span(bytes).first(data_end - 1)), "");
    EXPECT_EQ(error_of(std::span(bytes).first(data_end)), "");
}

INSTANTIATE_TEST_SUITE_P(Archs, GoldenPrefixes, testing::Values("ernie4_5", "starcoder2", "mamba2", "stablelm"),
                         [](const auto& test) { return std::string(test.param); });

TEST(GgufReader, EveryFieldMutationParsesOrIsRefused) {
    const std::vector<std::byte> original = rich_gguf();
    const size_t header_bytes = original.size() - (128 + 288);
    constexpr uint64_t kValues[] = {0,
                                    1,
                                    2,
                                    9,
                                    13,
                                    31,
                                    127,
                                    128,
                                    255,
                                    65'536,
                                    0x7fffffff,
                                    0x80000000,
                                    0xffffffff,
                                    uint64_t(1) << 32,
                                    uint64_t(1) << 61,
                                    (uint64_t(1) << 62) - 1,
                                    0x7fffffffffffffc0,
                                    0x7fffffffffffffff,
                                    uint64_t(1) << 63,
                                    kHuge - 31,
                                    kHuge};
    Tally tally;
    for (size_t at = 0; at < header_bytes; ++at) {
        for (const size_t width : {1, 4, 8}) {
            for (const uint64_t value : kValues) {
                if (width < 8 && (value >> (8 * width)) != 0) continue;
                std::vector<std::byte> mutated = original;
                std::memcpy(mutated.data() + at, &value, std::min(width, mutated.size() - at));
                ASSERT_NO_FATAL_FAILURE(try_bytes(mutated, tally));
            }
        }
    }
    EXPECT_GT(tally.parsed, 1000);
    EXPECT_GT(tally.refused, 10'000);
}

TEST(GgufReader, RandomMutationsParseOrAreRefused) {
    const std::vector<std::byte> original = rich_gguf();
    std::mt19937 random(11);
    Tally tally;
    for (int round = 0; round < 10'000; ++round) {
        std::vector<std::byte> mutated = original;
        for (uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
            const size_t at = random() % mutated.size();
            switch (random() % 4) {
                case 0:
                    mutated[at] = std::byte(random());
                    break;
                case 1:
                    mutated[at] ^= std::byte(1u << random() % 8);
                    break;
                case 2:
                    mutated.erase(mutated.begin() + std::ptrdiff_t(at));
                    break;
                default:
                    mutated.insert(mutated.begin() + std::ptrdiff_t(at), std::byte(random()));
                    break;
            }
        }
        ASSERT_NO_FATAL_FAILURE(try_bytes(mutated, tally));
    }
    EXPECT_GT(tally.parsed, 100);
    EXPECT_GT(tally.refused, 1000);
}

}  // namespace
}  // namespace siskin::test
