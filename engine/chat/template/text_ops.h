#pragma once
// What strings can do, for the filters and the methods that share it. Every byte keeps its origin.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chat/template/heap.h"

namespace siskin::jinja {

enum class Side : uint8_t { Left, Right, Both };

/// str.strip: white space, or the characters given, removed from the ends.
Text stripped(Heap& heap, const Text& text, std::optional<std::string_view> characters, Side side = Side::Both);
/// str.replace; all occurrences where count is negative. What stands in for data is data, whoever wrote it: a message
/// could ask for it.
Text replaced(Heap& heap, const Text& text, std::string_view old, const Text& by, Int count = -1);
/// str.split and str.rsplit; without a separator at runs of white space. All parts where limit is negative.
std::vector<Text> split(Heap& heap, const Text& text, std::optional<std::string_view> separator, Int limit);
std::vector<Text> split_from_right(Heap& heap, const Text& text, std::optional<std::string_view> separator, Int limit);
std::vector<Text> split_lines(Heap& heap, const Text& text, bool keep_ends);

/// Each piece of the text through a function of its bytes.
Text mapped(const Text& text, std::string (*function)(std::string_view));
Text upper(const Text& text);
Text lower(const Text& text);
/// The first character upper case, the others lower case.
Text capitalized(const Text& text);

/// With the five characters that mean something in HTML as entities, unless the text is markup already. It is then.
Text escaped(const Text& text);

/// Filled up to `width` characters with `fill`. Side::Right puts the fill to the left of the text.
Text padded(Heap& heap, const Text& text, Int width, const Text& fill, Side text_side);

}  // namespace siskin::jinja
