#pragma once
// Reference data beside the project. Tests that need a file of it skip, saying so, when it is not there.

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace siskin::test {

/// Path of a file or folder of the reference data: golden("blocks/q4_K.blocks").
std::filesystem::path golden(const std::string& relative);

/// A whole file. Throws when it cannot be read.
std::vector<std::byte> read_bytes(const std::filesystem::path& path);

/// A whole file of little-endian float32.
std::vector<float> read_floats(const std::filesystem::path& path);

}  // namespace siskin::test

/// Skips the running test unless the reference data holds `relative`.
#define SISKIN_NEED_GOLDEN(relative)                                \
    if (!std::filesystem::exists(::siskin::test::golden(relative))) \
    GTEST_SKIP() << "no reference data at " << ::siskin::test::golden(relative)
