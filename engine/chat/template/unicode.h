#pragma once
// Characters as Python's str sees them, on UTF-8. A byte that is not part of well-formed UTF-8 counts as a character of
// its own and is left alone.

#include <cstddef>
#include <string>
#include <string_view>

namespace siskin::jinja {

/// The first character of a text that has one.
std::string_view first_character(std::string_view text);
size_t count_characters(std::string_view text);
/// Where the character number `index` begins; the end of the text where there are fewer.
size_t character_offset(std::string_view text, size_t index);

/// str.isspace, str.isalpha, str.isdigit (decimal digits alone), str.isprintable of one character.
bool is_space(std::string_view character);
bool is_alpha(std::string_view character);
bool is_digit(std::string_view character);
bool is_printable(std::string_view character);

std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);

std::string encode_utf8(char32_t code);

}  // namespace siskin::jinja
