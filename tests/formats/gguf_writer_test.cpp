// Writing GGUF files, and what is left when writing fails.

#include "formats/gguf_writer.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "formats/error.h"
#include "tests/formats/raw_gguf.h"
#include "tests/support/golden.h"
#include "tests/support/temp_folder.h"

namespace siskin::test {
namespace {

std::vector<std::byte> counting_bytes(size_t n) {
    std::vector<std::byte> bytes(n);
    for (size_t i = 0; i < n; ++i) bytes[i] = std::byte(i * 7 + 1);
    return bytes;
}

bool same_bytes(const Tensor& tensor, std::span<const std::byte> data) {
    return tensor.bytes() == data.size() && std::equal(data.begin(), data.end(), tensor.data);
}

TEST(GgufWriter, EverythingComesBack) {
    const std::vector<std::byte> matrix = counting_bytes(3 * 4 * 5), row = counting_bytes(2 * 144),
                                 odd = counting_bytes(34);
    GgufWriter writer;
    writer.add("bool", true);
    writer.add("u32", uint32_t(4'000'000'000));
    writer.add("i32", -7);
    writer.add("u64", uint64_t(1) << 40);
    writer.add("f32", 0.1f);
    writer.add("literal", "text");
    writer.add("string", std::string("with a \0 inside", 15));
    writer.add("strings", std::vector<std::string>{"a", "", "c"});
    writer.add("floats", std::vector<float>{1.5f, -2.5f});
    writer.add("ints", std::vector<int32_t>{-1, 2});
    writer.add("uints", std::vector<uint32_t>{});
    writer.add_tensor("odd", DType::Q8_0, std::array<uint64_t, 1>{32}, odd);
    writer.add_tensor("matrix", DType::F32, std::array<uint64_t, 2>{3, 5}, matrix);
    writer.add_tensor("row", DType::Q4_K, std::array<uint64_t, 3>{256, 1, 2}, row);

    const TempFolder folder;
    writer.write(folder / "model.gguf");
    EXPECT_EQ(folder.names(), std::vector<std::string>{"model.gguf"});
    EXPECT_EQ(read_bytes(folder / "model.gguf"), writer.bytes());
    const GgufFile file = GgufFile::open(folder / "model.gguf");
    EXPECT_EQ(file.version(), 3u);

    const Metadata& metadata = file.metadata();
    ASSERT_EQ(metadata.pairs().size(), 11u);
    EXPECT_EQ(metadata.pairs()[0].first, "bool");
    EXPECT_EQ(metadata.boolean("bool"), true);
    EXPECT_EQ(metadata.find("u32")->type, GgufType::U32);
    EXPECT_EQ(metadata.integer("u32"), 4'000'000'000);
    EXPECT_EQ(metadata.find("i32")->type, GgufType::I32);
    EXPECT_EQ(metadata.integer("i32"), -7);
    EXPECT_EQ(metadata.find("u64")->type, GgufType::U64);
    EXPECT_EQ(metadata.integer("u64"), int64_t(1) << 40);
    EXPECT_EQ(metadata.find("f32")->type, GgufType::F32);
    EXPECT_EQ(metadata.number("f32"), double(0.1f));
    EXPECT_EQ(metadata.string("literal"), "text");
    EXPECT_EQ(metadata.string("string"), std::string_view("with a \0 inside", 15));
    EXPECT_EQ(metadata.strings("strings"), (std::vector<std::string_view>{"a", "", "c"}));
    EXPECT_EQ(metadata.numbers("floats"), (std::vector<float>{1.5f, -2.5f}));
    EXPECT_EQ(metadata.integers("ints"), (std::vector<int64_t>{-1, 2}));
    EXPECT_EQ(metadata.integers("uints"), (std::vector<int64_t>{}));
    EXPECT_EQ(metadata.find("uints")->type, GgufType::U32);

    ASSERT_EQ(file.tensors().size(), 3u);
    EXPECT_TRUE(same_bytes(*file.find("odd"), odd));
    EXPECT_TRUE(same_bytes(*file.find("matrix"), matrix));
    EXPECT_TRUE(same_bytes(*file.find("row"), row));
    EXPECT_EQ(file.find("row")->shape(), "[256 x 1 x 2]");
    EXPECT_EQ(file.find("row")->dtype->type, DType::Q4_K);
    EXPECT_EQ(file.file_bytes() % 32, 0u);
}

/// Values of other files are copied as they stand, whatever their type.
TEST(GgufWriter, CopiesMetadata) {
    RawGguf source = small_gguf();
    for (uint32_t type = 0; type <= uint32_t(GgufType::F64); ++type) {
        if (GgufType(type) == GgufType::Array) continue;
        const size_t size = gguf_type_bytes(GgufType(type));
        const std::string one = size == 0 ? raw_text("text") : std::string(size, '\x01');
        source.pairs.push_back(raw_pair("one." + std::to_string(type), type, one));
        source.pairs.push_back(raw_array("two." + std::to_string(type), GgufType(type), 2, one + one));
    }
    source.pairs.push_back(raw_pair("general.alignment", GgufType::U32, raw(64u)));
    source.alignment = 64;
    const std::vector<std::byte> source_bytes = source.bytes();
    const GgufFile original = GgufFile::parse(source_bytes, "source");

    GgufWriter writer;
    for (const auto& [key, value] : original.metadata().pairs()) writer.add(key, value);
    for (const Tensor& tensor : original.tensors())
        writer.add_tensor(tensor.name, tensor.dtype->type, std::span(tensor.dims).first(tensor.n_dims),
                          {tensor.data, tensor.bytes()});
    const std::vector<std::byte> copy_bytes = writer.bytes();
    const GgufFile copy = GgufFile::parse(copy_bytes, "copy");

    EXPECT_FALSE(copy.metadata().has("general.alignment"));
    ASSERT_EQ(copy.metadata().pairs().size(), original.metadata().pairs().size() - 1);
    for (const auto& [key, value] : copy.metadata().pairs()) {
        const GgufValue* expected = original.metadata().find(key);
        ASSERT_NE(expected, nullptr) << key;
        EXPECT_EQ(value.type, expected->type) << key;
        EXPECT_EQ(value.is_array, expected->is_array) << key;
        EXPECT_EQ(value.count, expected->count) << key;
        EXPECT_TRUE(std::equal(value.bytes.begin(), value.bytes.end(), expected->bytes.begin(), expected->bytes.end()))
            << key;
    }
    for (const Tensor& tensor : original.tensors())
        EXPECT_TRUE(same_bytes(*copy.find(tensor.name), {tensor.data, tensor.bytes()})) << tensor.name;
}

template <class Act>
Fault fault_of(Act act) {
    try {
        act();
    } catch (const Error& error) {
        return error.fault();
    }
    return Fault(0);
}

TEST(GgufWriter, RefusesWhatWouldBeMalformed) {
    const std::vector<std::byte> data = counting_bytes(128);
    GgufWriter writer;
    writer.add("key", 1);
    writer.add_tensor("tensor", DType::F32, std::array<uint64_t, 1>{32}, data);
    EXPECT_EQ(fault_of([&] { writer.add("key", "again"); }), Fault::Bug);
    const auto add = [&](const char* name, DType type, std::vector<uint64_t> dims) {
        return fault_of([&] { writer.add_tensor(name, type, dims, data); });
    };
    EXPECT_EQ(add("tensor", DType::F32, {32}), Fault::Bug);
    EXPECT_EQ(add("a", DType::F32, {31}), Fault::Bug);
    EXPECT_EQ(add("b", DType::F32, {}), Fault::Bug);
    EXPECT_EQ(add("c", DType::F32, {32, 1, 1, 1, 1}), Fault::Bug);
    EXPECT_EQ(add("d", DType::Q8_0, {16, 2}), Fault::Bug);
    EXPECT_EQ(fault_of([&] { writer.add_tensor("e", DType::F32, std::array<uint64_t, 1>{0}, {}); }), Fault::Bug);
    EXPECT_EQ(add("f", DType::F32, {32}), Fault(0));
    EXPECT_EQ(GgufFile::parse(writer.bytes(), "m.gguf").tensors().size(), 2u);
}

GgufWriter small_writer() {
    GgufWriter writer;
    writer.add("general.architecture", "llama");
    return writer;
}

TEST(GgufWriter, ReplacesAnOldFile) {
    const TempFolder folder;
    folder.put("model.gguf", counting_bytes(5));
    small_writer().write(folder / "model.gguf");
    EXPECT_EQ(folder.names(), std::vector<std::string>{"model.gguf"});
    EXPECT_EQ(read_bytes(folder / "model.gguf"), small_writer().bytes());
}

TEST(GgufWriter, WhereNothingCanBeCreated) {
    const TempFolder folder;
    folder.put("file", {});
    std::filesystem::create_directory(folder / "folder");
    for (const std::filesystem::path& path : {folder / "absent/model.gguf", folder / "file/model.gguf",
                                              folder / "folder", std::filesystem::path("/dev/null")})
        EXPECT_EQ(fault_of([&] { small_writer().write(path); }), Fault::CannotCreate) << path;
    EXPECT_EQ(folder.names(), (std::vector<std::string>{"file", "folder"}));
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

/// While it lives, files of this process cannot grow beyond `bytes`: a full disk in small.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(size_t bytes) : previous_handler_(signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &previous_);
        rlimit limit = previous_;
        limit.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        setrlimit(RLIMIT_FSIZE, &previous_);
        signal(SIGXFSZ, previous_handler_);
    }

  private:
    void (*previous_handler_)(int);
    rlimit previous_;
};

TEST(GgufWriter, AFailedWriteLeavesTheOldFile) {
    const TempFolder folder;
    const std::vector<std::byte> old = counting_bytes(100), data = counting_bytes(1 << 20);
    folder.put("model.gguf", old);
    GgufWriter writer = small_writer();
    writer.add_tensor("tensor", DType::F32, std::array<uint64_t, 1>{1 << 18}, data);
    for (const size_t limit : {size_t(0), size_t(10), size_t(1000), data.size()}) {
        Fault fault = Fault(0);
        {
            const FileSizeLimit full_disk(limit);
            fault = fault_of([&] { writer.write(folder / "model.gguf"); });
        }
        EXPECT_EQ(fault, Fault::Io) << limit;
        EXPECT_EQ(folder.names(), std::vector<std::string>{"model.gguf"}) << limit;
        EXPECT_EQ(read_bytes(folder / "model.gguf"), old) << limit;
    }
    writer.write(folder / "model.gguf");
    EXPECT_EQ(read_bytes(folder / "model.gguf"), writer.bytes());
}

}  // namespace
}  // namespace siskin::test
