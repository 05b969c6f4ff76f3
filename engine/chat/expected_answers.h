#pragma once
// Given answers as the tokens that a model would write them with.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chat/chat.h"

namespace siskin {

struct ExpectedAnswers {
    std::vector<Token> prompt;                ///< what all of them go on with; not empty
    std::vector<std::vector<Token>> answers;  ///< none is empty
};

/// The answers to what the user says at the beginning of a conversation, as the template's assistant writes them: with
/// the space that it puts before them, behind the thoughts that it opens, and where the tokens of prompt and answer
/// grow together, from that token on. Throws TemplateError, and Error(BadData) where the template writes nothing.
ExpectedAnswers expected_answers(const Chat& chat, std::string_view system, std::string_view user,
                                 std::span<const std::string> answers);

/// The same for answers that go on with a text, after a space if there is none. Throws Error(Usage) for an empty text.
ExpectedAnswers expected_answers(const Tokenizer& tokenizer, std::string_view text,
                                 std::span<const std::string> answers);

}  // namespace siskin
