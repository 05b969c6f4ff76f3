// Mapping files, and surviving files that shrink while they are mapped.

#include "formats/mapped_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <utility>

#include "formats/error.h"
#include "tests/support/temp_folder.h"

namespace siskin::test {
namespace {

Fault fault_of_mapping(const std::filesystem::path& path) {
    try {
        MappedFile map(path);
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos) << error.what();
        return error.fault();
    }
    ADD_FAILURE() << path << " was mapped";
    return Fault::Bug;
}

std::vector<std::byte> pages(size_t n) {
    return std::vector<std::byte>(n * size_t(sysconf(_SC_PAGESIZE)), std::byte(0x5a));
}

TEST(MappedFile, GivesTheBytes) {
    const TempFolder folder;
    const std::vector<std::byte> content = {std::byte(1), std::byte(2), std::byte(3)};
    MappedFile map(folder.put("file", content));
    EXPECT_TRUE(std::equal(content.begin(), content.end(), map.bytes().begin(), map.bytes().end()));
    map.use_large_pages();
    MappedFile().use_large_pages();
    MappedFile::prefetch(map.bytes().subspan(1));
    MappedFile::prefetch({});

    const std::byte* const data = map.bytes().data();
    MappedFile moved = std::move(map);
    EXPECT_EQ(moved.bytes().data(), data);
    EXPECT_TRUE(map.bytes().empty());
    MappedFile assigned;
    assigned = std::move(moved);
    EXPECT_EQ(assigned.bytes().data(), data);
    EXPECT_EQ(int(assigned.bytes()[2]), 3);
}

TEST(MappedFile, ErrorsByKind) {
    const TempFolder folder;
    EXPECT_EQ(fault_of_mapping(folder / "absent"), Fault::NoInput);
    EXPECT_EQ(fault_of_mapping(folder.put("empty", {}) / "below"), Fault::NoInput);
    EXPECT_EQ(fault_of_mapping(folder / "empty"), Fault::BadData);
    EXPECT_EQ(fault_of_mapping(folder / ""), Fault::BadData);
    EXPECT_EQ(fault_of_mapping("/dev/null"), Fault::BadData);
    ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(fault_of_mapping(folder / "pipe"), Fault::BadData);
}

TEST(MappedFile, WithoutPermission) {
    const TempFolder folder;
    const std::filesystem::path secret = folder.put("secret", pages(1));
    std::filesystem::permissions(secret, std::filesystem::perms::none);
    // Permissions do not hold for root, so be somebody else meanwhile.
    const uid_t user = geteuid();
    ASSERT_EQ(user == 0 ? seteuid(65'534) : 0, 0);
    const Fault fault = fault_of_mapping(secret);
    ASSERT_EQ(user == 0 ? seteuid(user) : 0, 0);
    EXPECT_EQ(fault, Fault::NoPermission);
}

sigjmp_buf g_after_fault;
void jump_out(int) { siglongjmp(g_after_fault, 1); }

/// A map that is not ours, of a file that has lost its pages: reading it is a fault.
const volatile char* foreign_map_without_pages(const TempFolder& folder) {
    const std::filesystem::path path = folder.put("foreign", pages(1));
    const int fd = open(path.c_str(), O_RDONLY);
    void* const map = mmap(nullptr, 1, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    std::filesystem::resize_file(path, 0);
    return static_cast<const volatile char*>(map);
}

/// Faults elsewhere reach whoever handled them before. First in this program to open a map, with a handler in place.
TEST(MappedFileFaults, ForeignFaultsArePassedOn) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const TempFolder folder;
    const auto fault_with_default_handler = [&] {
        signal(SIGBUS, SIG_DFL);
        const MappedFile ours(folder.put("ours", pages(1)));
        const char lost = *foreign_map_without_pages(folder);
        _exit(lost);
    };
    EXPECT_EXIT(fault_with_default_handler(), testing::KilledBySignal(SIGBUS), "");

    const auto fault_with_own_handler = [&] {
        signal(SIGBUS, jump_out);
        const MappedFile ours(folder.put("ours", pages(1)));
        const volatile char* const foreign = foreign_map_without_pages(folder);
        if (sigsetjmp(g_after_fault, 1) == 0) _exit(*foreign + 1);
        _exit(MappedFile::lost_pages() ? 2 : 42);
    };
    EXPECT_EXIT(fault_with_own_handler(), testing::ExitedWithCode(42), "");
}

TEST(MappedFileFaults, TruncatedFileReadsAsZeros) {
    const TempFolder folder;
    const std::vector<std::byte> content = pages(8);
    const std::filesystem::path path = folder.put("model", content);
    const std::filesystem::path other_path = folder.put("other", content);
    {
        const MappedFile map(path), other(other_path);
        EXPECT_FALSE(MappedFile::lost_pages());
        std::filesystem::resize_file(path, content.size() / 4);

        const size_t kept = content.size() / 4;
        size_t wrong = 0;
        for (size_t i = 0; i < content.size(); ++i) wrong += map.bytes()[i] != (i < kept ? content[i] : std::byte(0));
        EXPECT_EQ(wrong, 0u);
        EXPECT_TRUE(MappedFile::lost_pages());
        EXPECT_TRUE(std::equal(content.begin(), content.end(), other.bytes().begin()));
    }
    // The same file again: a slot that was given back protects the next map as well.
    std::filesystem::resize_file(path, content.size());
    const MappedFile again(path);
    std::filesystem::resize_file(path, 0);
    EXPECT_EQ(int(again.bytes().back()), 0);
    EXPECT_EQ(int(again.bytes().front()), 0);
}

TEST(MappedFile, ManyAtOnceAndNotTooMany) {
    const TempFolder folder;
    const std::filesystem::path path = folder.put("file", pages(1));
    std::vector<MappedFile> maps;
    Fault fault = Fault::Bug;
    try {
        for (int i = 0; i < 5000; ++i) maps.emplace_back(path);
    } catch (const Error& error) {
        fault = error.fault();
    }
    EXPECT_EQ(fault, Fault::Failed);
    EXPECT_GE(maps.size(), 2048u);
    maps.clear();
    EXPECT_NO_THROW(MappedFile{path});
}

}  // namespace
}  // namespace siskin::test
