#pragma once
// Another program in which a text is written.

#include <string>

namespace siskin {

/// Starts $VISUAL, $EDITOR or vi with a file that holds the text, and returns what the file holds afterwards, less one
/// line feed at its end. Throws Error(Failed, CannotCreate, Io); the text is then as it was.
std::string edit_in_program(const std::string& text);

}  // namespace siskin
