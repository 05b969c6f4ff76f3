#include "engine/tokenizer/utf8.h"

#include <algorithm>
#include <cstdint>

namespace siskin {
namespace {

/// What a first byte demands: how long the character is and where its second byte lies.
struct Lead {
    size_t length = 0;  ///< 0: no character starts with this byte
    uint8_t second_min = 0x80, second_max = 0xBF;
};

Lead lead_of(uint8_t byte) {
    if (byte < 0x80) return {1};
    if (byte < 0xC2) return {};
    if (byte < 0xE0) return {2};
    if (byte == 0xE0) return {3, 0xA0, 0xBF};
    if (byte == 0xED) return {3, 0x80, 0x9F};
    if (byte < 0xF0) return {3};
    if (byte == 0xF0) return {4, 0x90, 0xBF};
    if (byte < 0xF4) return {4};
    if (byte == 0xF4) return {4, 0x80, 0x8F};
    return {};
}

/// How many of the bytes present fit the character that the first one announces; at most its length.
size_t fitting_bytes(std::string_view text, const Lead& lead) {
    size_t n = 1;
    while (n < std::min(lead.length, text.size())) {
        const auto byte = uint8_t(text[n]);
        const uint8_t min = n == 1 ? lead.second_min : 0x80, max = n == 1 ? lead.second_max : 0xBF;
        if (byte < min || byte > max) break;
        ++n;
    }
    return n;
}

}  // namespace

size_t utf8_length(std::string_view text) {
    if (text.empty()) return 0;
    const Lead lead = lead_of(uint8_t(text[0]));
    if (lead.length <= 1) return lead.length;
    return fitting_bytes(text, lead) == lead.length ? lead.length : 0;
}

bool utf8_is_cut_short(std::string_view text) {
    if (text.empty()) return false;
    const Lead lead = lead_of(uint8_t(text[0]));
    return text.size() < lead.length && fitting_bytes(text, lead) == text.size();
}

size_t utf8_complete_prefix(std::string_view text) {
    for (size_t tail = 1; tail <= std::min<size_t>(3, text.size()); ++tail) {
        if (utf8_is_cut_short(text.substr(text.size() - tail))) return text.size() - tail;
    }
    return text.size();
}

size_t utf8_valid_prefix(std::string_view text) {
    size_t position = 0;
    while (position < text.size()) {
        const size_t length = utf8_length(text.substr(position));
        if (length == 0) break;
        position += length;
    }
    return position;
}

char32_t utf8_decode(std::string_view character) {
    const auto byte = [&](size_t i) { return char32_t(uint8_t(character[i])); };
    switch (character.size()) {
        case 1:
            return byte(0);
        case 2:
            return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
        case 3:
            return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
        default:
            return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    }
}

}  // namespace siskin
