#pragma once
// U+2581, which vocabularies in the manner of sentencepiece write in place of the space.

#include <string>
#include <string_view>

namespace siskin {

constexpr std::string_view kSpaceMark = "\xE2\x96\x81";

std::string spaces_to_marks(std::string_view text);
std::string marks_to_spaces(std::string_view text);

}  // namespace siskin
