#pragma once
// The byte alphabet of GPT-2: a printable character for each of the 256 bytes, in which byte-level BPE vocabularies
// write their tokens. Bytes 33..126, 161..172 and 174..255 are the character of the same number; the 68 others are
// U+0100 onwards, in order. (openai/gpt-2, src/encoder.py, bytes_to_unicode)

#include <string>
#include <string_view>

namespace siskin {

/// Appends the bytes that `text` stands for. Characters outside the alphabet are appended as they are.
void append_from_byte_alphabet(std::string_view text, std::string& out);
/// Appends the text that stands for `bytes`.
void append_in_byte_alphabet(std::string_view bytes, std::string& out);

}  // namespace siskin
