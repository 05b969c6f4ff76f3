// Models in several files.

#include <gtest/gtest.h>

#include <functional>

#include "formats/error.h"
#include "tests/formats/raw_gguf.h"
#include "tests/support/temp_folder.h"

namespace siskin::test {
namespace {

std::string part_name(int no, int count, const std::string& prefix = "model") {
    char suffix[32];
    std::snprintf(suffix, sizeof(suffix), "-%05d-of-%05d.gguf", no, count);
    return prefix + suffix;
}

/// Part `no` (from 1) of `count`, with one tensor of its own.
RawGguf part(int no, int count) {
    RawGguf gguf;
    if (no == 1) gguf.pairs.push_back(raw_pair("general.architecture", GgufType::String, raw_text("llama")));
    gguf.pairs.push_back(raw_pair("split.no", GgufType::U16, raw(uint16_t(no - 1))));
    gguf.pairs.push_back(raw_pair("split.count", GgufType::U16, raw(uint16_t(count))));
    gguf.pairs.push_back(raw_pair("split.tensors.count", GgufType::I32, raw(int32_t(count))));
    gguf.tensors.push_back({"tensor." + std::to_string(no), {8}, 0, 0});
    gguf.data_bytes = 32;
    return gguf;
}

struct Failure {
    Fault fault = Fault::Bug;
    std::string message;
};

Failure failure_of(const std::filesystem::path& path) {
    try {
        GgufFile::open(path);
    } catch (const Error& error) {
        return {error.fault(), error.what()};
    }
    return {};
}

TEST(GgufSplit, AllPartsAreOneModel) {
    const TempFolder folder;
    for (int no = 1; no <= 3; ++no) folder.put(part_name(no, 3), part(no, 3).bytes());
    const GgufFile file = GgufFile::open(folder / part_name(1, 3));
    ASSERT_EQ(file.tensors().size(), 3u);
    for (size_t i = 0; i < 3; ++i) {
        const Tensor& tensor = file.tensors()[i];
        EXPECT_EQ(tensor.name, "tensor." + std::to_string(i + 1));
        EXPECT_EQ(file.find(tensor.name), &tensor);
        EXPECT_EQ(int(tensor.data[31]), 0x2a);
    }
    EXPECT_EQ(file.metadata().string("general.architecture"), "llama");
    EXPECT_EQ(file.metadata().integer("split.no"), 0);
    size_t bytes = 0;
    for (int no = 1; no <= 3; ++no) bytes += std::filesystem::file_size(folder / part_name(no, 3));
    EXPECT_EQ(file.file_bytes(), bytes);
}

TEST(GgufSplit, AMovedFileKeepsItsViews) {
    const TempFolder folder;
    folder.put("one.gguf", small_gguf().bytes());
    GgufFile file = GgufFile::open(folder / "one.gguf");
    const GgufFile moved = std::move(file);
    ASSERT_NE(moved.find("first"), nullptr);
    EXPECT_EQ(int(moved.find("first")->data[63]), 0x2a);
    EXPECT_EQ(moved.metadata().integer("llama.block_count"), 2);
}

TEST(GgufSplit, SingleFilesMayCarrySplitKeys) {
    const TempFolder folder;
    for (const int count : {0, 1}) {
        folder.put("merged.gguf", part(1, count).bytes());
        const Failure failure = failure_of(folder / "merged.gguf");
        // One tensor is there, as split.tensors.count is not looked at in a single file.
        EXPECT_EQ(failure.message, "");
    }
}

struct BrokenSplit {
    const char* name;
    std::function<void(const TempFolder&)> spoil;
    const char* open;
    Fault fault;
    const char* says;
};

const BrokenSplit kBroken[] = {
    {"a part is missing", [](const TempFolder& f) { std::filesystem::remove(f / part_name(2, 3)); },
     "model-00001-of-00003.gguf", Fault::NoInput, "model-00002-of-00003.gguf: part 2 of 3 of the model is missing"},
    {"a later part is opened", [](const TempFolder&) {}, "model-00002-of-00003.gguf", Fault::BadData,
     "part 2 of 3 of a split model; open the first, "},
    {"a later part under another name",
     [](const TempFolder& f) { std::filesystem::copy_file(f / part_name(2, 3), f / "x.gguf"); }, "x.gguf",
     Fault::BadData, "x.gguf: part 2 of 3 of a split model, expected a name that ends in -00002-of-00003.gguf"},
    {"the first part under another name",
     [](const TempFolder& f) { std::filesystem::copy_file(f / part_name(1, 3), f / "x.gguf"); }, "x.gguf",
     Fault::BadData, "expected a name that ends in -00001-of-00003.gguf"},
    {"name and count differ",
     [](const TempFolder& f) { std::filesystem::copy_file(f / part_name(1, 3), f / part_name(1, 4)); },
     "model-00001-of-00004.gguf", Fault::BadData, "expected a name that ends in -00001-of-00003.gguf"},
    {"parts changed places", [](const TempFolder& f) { f.put(part_name(2, 3), part(3, 3).bytes()); },
     "model-00001-of-00003.gguf", Fault::BadData, "model-00002-of-00003.gguf: expected part 2 of 3, got part 3 of 3"},
    {"a part of another split", [](const TempFolder& f) { f.put(part_name(2, 3), part(2, 4).bytes()); },
     "model-00001-of-00003.gguf", Fault::BadData, "expected part 2 of 3, got part 2 of 4"},
    {"a part is a whole model", [](const TempFolder& f) { f.put(part_name(2, 3), small_gguf().bytes()); },
     "model-00001-of-00003.gguf", Fault::BadData, "expected part 2 of 3, got part 1 of 0"},
    {"a part is cut short",
     [](const TempFolder& f) {
         auto bytes = part(3, 3).bytes();
         bytes.pop_back();
         f.put(part_name(3, 3), bytes);
     },
     "model-00001-of-00003.gguf", Fault::BadData, "model-00003-of-00003.gguf: the file is cut short"},
    {"a part is a folder",
     [](const TempFolder& f) {
         std::filesystem::remove(f / part_name(2, 3));
         std::filesystem::create_directory(f / part_name(2, 3));
     },
     "model-00001-of-00003.gguf", Fault::BadData, "is a directory"},
    {"a tensor is in two parts",
     [](const TempFolder& f) {
         RawGguf gguf = part(3, 3);
         gguf.tensors[0].name = "tensor.1";
         f.put(part_name(3, 3), gguf.bytes());
     },
     "model-00001-of-00003.gguf", Fault::BadData, "two tensors are named tensor.1"},
    {"fewer tensors than announced",
     [](const TempFolder& f) {
         RawGguf gguf = part(3, 3);
         gguf.tensors.clear();
         f.put(part_name(3, 3), gguf.bytes());
     },
     "model-00001-of-00003.gguf", Fault::BadData, "split.tensors.count: expected 3 tensors in all parts, got 2"},
    {"65535 parts", [](const TempFolder& f) { f.put("model-00001-of-65535.gguf", part(1, 65'535).bytes()); },
     "model-00001-of-65535.gguf", Fault::BadData, "split.count: 65535, expected 0 to 1024"},
    {"a number beyond the count",
     [](const TempFolder& f) {
         RawGguf gguf = part(1, 3);
         gguf.pairs[1] = raw_pair("split.no", GgufType::U16, raw(uint16_t(3)));
         f.put(part_name(1, 3), gguf.bytes());
     },
     "model-00001-of-00003.gguf", Fault::BadData, "split.no: 3, expected less than split.count, which is 3"},
    {"a number without a count",
     [](const TempFolder& f) {
         RawGguf gguf = small_gguf();
         gguf.pairs.push_back(raw_pair("split.no", GgufType::U16, raw(uint16_t(1))));
         f.put(part_name(1, 3), gguf.bytes());
     },
     "model-00001-of-00003.gguf", Fault::BadData, "split.no: 1, expected less than split.count, which is 0"},
    {"a negative count",
     [](const TempFolder& f) {
         RawGguf gguf = part(1, 3);
         gguf.pairs[2] = raw_pair("split.count", GgufType::I32, raw(-1));
         f.put(part_name(1, 3), gguf.bytes());
     },
     "model-00001-of-00003.gguf", Fault::BadData, "split.count: -1"},
    {"a count of text",
     [](const TempFolder& f) {
         RawGguf gguf = part(1, 3);
         gguf.pairs[2] = raw_pair("split.count", GgufType::String, raw_text("../../x"));
         f.put(part_name(1, 3), gguf.bytes());
     },
     "model-00001-of-00003.gguf", Fault::BadData, "split.count: expected an integer, got string"},
    {"a total of text",
     [](const TempFolder& f) {
         RawGguf gguf = part(1, 3);
         gguf.pairs[3] = raw_pair("split.tensors.count", GgufType::String, raw_text("3"));
         f.put(part_name(1, 3), gguf.bytes());
     },
     "model-00001-of-00003.gguf", Fault::BadData, "split.tensors.count: expected an integer, got string"},
};

TEST(GgufSplit, BrokenSetsAreErrorsThatSayWhy) {
    for (const BrokenSplit& c : kBroken) {
        SCOPED_TRACE(c.name);
        const TempFolder folder;
        for (int no = 1; no <= 3; ++no) folder.put(part_name(no, 3), part(no, 3).bytes());
        ASSERT_EQ(failure_of(folder / part_name(1, 3)).message, "");
        c.spoil(folder);
        const Failure failure = failure_of(folder / c.open);
        EXPECT_EQ(failure.fault, c.fault);
        EXPECT_NE(failure.message.find(c.says), std::string::npos) << failure.message;
    }
}

}  // namespace
}  // namespace siskin::test
