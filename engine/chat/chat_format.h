#pragma once
// Chat formats by the names that llama.cpp gave them, each a small template. They stand in where a model's file has no
// template or a broken one, and where the user names one.

#include <span>
#include <string_view>

#include "engine/tokenizer/tokenizer.h"

namespace siskin {

struct ChatFormat {
    std::string_view name;
    std::string_view source;  ///< Jinja; passes over system messages where the format has none
    std::string_view sign;    ///< what a template in this format, and none further down the table, contains
};

/// All formats in the order in which they are tried.
std::span<const ChatFormat> all_chat_formats();

/// A format by name, or nullptr.
const ChatFormat* find_chat_format(std::string_view name);

/// The format that stands in where none is known: ChatML.
const ChatFormat& fallback_chat_format();

/// The format that a chat template was meant to write, or nullptr.
const ChatFormat* recognise_template(std::string_view chat_template);

/// The format whose control tokens the vocabulary has, or nullptr. Vocabularies of base models often have them too.
const ChatFormat* recognise_vocabulary(const Tokenizer& tokenizer);

}  // namespace siskin
