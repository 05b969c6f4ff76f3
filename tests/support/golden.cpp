#include "tests/support/golden.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace siskin::test {

std::filesystem::path golden(const std::string& relative) { return std::filesystem::path(SISKIN_GOLDEN) / relative; }

std::vector<std::byte> read_bytes(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in) throw std::runtime_error("cannot read " + path.string());
    std::vector<std::byte> bytes(size_t(in.tellg()));
    in.seekg(0);
    in.read(reinterpret_cast<char*>(bytes.data()), std::streamsize(bytes.size()));
    return bytes;
}

std::vector<float> read_floats(const std::filesystem::path& path) {
    const std::vector<std::byte> bytes = read_bytes(path);
    std::vector<float> floats(bytes.size() / sizeof(float));
    std::memcpy(floats.data(), bytes.data(), floats.size() * sizeof(float));
    return floats;
}

}  // namespace siskin::test
