#pragma once
// How a conversation is written for a model: rows of a table, one per format, known by the names that llama.cpp uses.
// Only the format's own text becomes control tokens. What people and models say is encoded as plain text, whatever it
// looks like.

#include <span>
#include <string_view>
#include <vector>

#include "engine/tokenizer/tokenizer.h"

namespace siskin {

struct ChatFormat {
    std::string_view name;
    std::string_view system_open, system_close;
    std::string_view user_open, user_close;
    std::string_view answer_open, answer_close;
    bool system_in_user = false;  ///< no system role: the system text stands at the head of the first user message
    bool bos = false;             ///< begins with bos even where the vocabulary does not ask for it
    bool trim = false;            ///< white space around a message is dropped
    std::string_view sign;        ///< what a template in this format, and none further down the table, contains
};

/// All formats in the order in which they are tried.
std::span<const ChatFormat> all_chat_formats();

/// A format by name, or nullptr.
const ChatFormat* find_chat_format(std::string_view name);

/// The format that stands in where none is known: ChatML.
const ChatFormat& fallback_chat_format();

/// The format of a chat template (tokenizer.chat_template), or nullptr.
const ChatFormat* recognise_template(std::string_view chat_template);

/// The format whose control tokens the vocabulary has, or nullptr. Vocabularies of base models often have them too.
const ChatFormat* recognise_vocabulary(const Tokenizer& tokenizer);

/// The tokens from the beginning of a conversation to where the first answer starts. `system` may be empty.
std::vector<Token> first_turn(const ChatFormat& format, const Tokenizer& tokenizer, std::string_view system,
                              std::string_view user);

/// The tokens from the end of an answer's text to where the next answer starts; the end token that the model itself
/// wrote is not part of the conversation, this writes it.
std::vector<Token> next_turn(const ChatFormat& format, const Tokenizer& tokenizer, std::string_view user);

}  // namespace siskin
