#pragma once
// Well-formed UTF-8 as the Unicode standard defines it (table 3-7): no overlong forms, no surrogates, nothing above
// U+10FFFF.

#include <cstddef>
#include <string_view>

namespace siskin {

/// Length 1..4 of the well-formed character at the start of `text`; 0 when the text is empty, ill-formed or cut short.
size_t utf8_length(std::string_view text);

/// True when `text` is the beginning of a character and more bytes could complete it.
bool utf8_is_cut_short(std::string_view text);

/// Bytes of `text` before a character that is cut short by the end of the text.
size_t utf8_complete_prefix(std::string_view text);

/// Length of the longest well-formed prefix of `text`.
size_t utf8_valid_prefix(std::string_view text);

/// The code point of a well-formed character.
char32_t utf8_decode(std::string_view character);

}  // namespace siskin
