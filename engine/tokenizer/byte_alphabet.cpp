#include "engine/tokenizer/byte_alphabet.h"

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

/// The character of each byte, in UTF-8; those of ASCII have no second byte.
constexpr std::array<std::array<char, 2>, 256> kCharacterOf = [] {
    std::array<std::array<char, 2>, 256> characters{};
    for (size_t code = 0; code < kAlphabetEnd; ++code) {
        if (kByteOf[code] == kNoByte) continue;
        auto& character = characters[size_t(kByteOf[code])];
        if (code < 0x80)
            character = {char(code), 0};
        else
            character = {char(0xC0 | code >> 6), char(0x80 | (code & 0x3F))};
    }
    return characters;
}();

}  // namespace

void append_in_byte_alphabet(std::string_view bytes, std::string& out) {
    for (const char byte : bytes) {
        const auto& [first, second] = kCharacterOf[uint8_t(byte)];
        out += first;
        if (second) out += second;
    }
}

void append_from_byte_alphabet(std::string_view text, std::string& out) {
    while (!text.empty()) {
        const bool ascii = uint8_t(text[0]) < 0x80;  // nearly all are
        const size_t length = ascii ? 1 : utf8_length(text);
        const std::string_view character = text.substr(0, length ? length : 1);
        const char32_t code = ascii ? char32_t(text[0]) : length ? utf8_decode(character) : kAlphabetEnd;
        if (code < kAlphabetEnd && kByteOf[code] != kNoByte) {
            out += char(kByteOf[code]);
        } else {
            out += character;
        }
        text.remove_prefix(character.size());
    }
}

}  // namespace siskin
