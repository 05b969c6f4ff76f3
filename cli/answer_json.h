#pragma once
// An answer as JSON.

#include <nlohmann/json.hpp>

#include "engine/chat/conversation.h"

namespace siskin {

/// text, reasoning, tool_calls, finish_reason, stop and truncated. The reason is that of name(Finish), but "tool_calls"
/// where tools were called, and "time" at the time limit.
nlohmann::ordered_json answer_json(const ChatAnswer& answer);

/// A piece of an answer that is being written: event and piece.
nlohmann::ordered_json piece_json(AnswerPart part, std::string_view text);

/// On one line, or on many for people; bytes that are not UTF-8 are replaced.
std::string one_line(const nlohmann::ordered_json& json);
std::string indented(const nlohmann::ordered_json& json);

}  // namespace siskin
