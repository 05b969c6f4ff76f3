#include "engine/tokenizer/byte_alphabet.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "engine/tokenizer/utf8.h"

namespace siskin {
namespace {

constexpr int kNoByte = -1;
constexpr size_t kAlphabetEnd = 0x100 + 68;  ///< one past the last character of the alphabet

constexpr bool is_its_own_character(size_t byte) {
    return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
}

/// The byte that each character below kAlphabetEnd stands for.
constexpr std::array<int, kAlphabetEnd> kByteOf = [] {
    std::array<int, kAlphabetEnd> bytes{};
    for (int& byte : bytes) byte = kNoByte;
    size_t next = 0x100;
    for (size_t byte = 0; byte < 256; ++byte) bytes[is_its_own_character(byte) ? byte : next++] = int(byte);
    return bytes;
}();

}  // namespace

bool append_from_byte_alphabet(std::string_view text, std::string& out) {
    bool all = true;
    while (!text.empty()) {
        const size_t length = std::max<size_t>(1, utf8_length(text));
        const std::string_view character = text.substr(0, length);
        const char32_t code = utf8_length(character) == 0 ? kAlphabetEnd : utf8_decode(character);
        if (code < kAlphabetEnd && kByteOf[code] != kNoByte) {
            out += char(kByteOf[code]);
        } else {
            out += character;
            all = false;
        }
        text.remove_prefix(length);
    }
    return all;
}

}  // namespace siskin
