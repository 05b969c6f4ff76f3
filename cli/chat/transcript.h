#pragma once
// A conversation as a text that people can read, search and change:
//
//     ## system
//     Answer briefly.
//
//     ## user
//     Hello
//
//     ## assistant
//     Hello! What can I do for you?
//
// A call of a tool stands below the answer that makes it, its result below that, as in "## call: get_weather" and
// "## tool: get_weather". A line of a message that looks like one of these headings gets a backslash before it.

#include <string>
#include <string_view>
#include <vector>

#include "engine/chat/conversation.h"

namespace siskin {

struct Transcript {
    std::string system;
    std::vector<Turn> turns;
};

std::string write_transcript(const Transcript& transcript);

/// What write_transcript wrote, or somebody changed: text before the first heading does not count, messages of one side
/// that follow each other are joined, a missing answer is empty. Calls are numbered anew. Throws Error(BadData) where
/// there is no heading at all but there is text, or the first message is an answer.
Transcript parse_transcript(std::string_view text);

}  // namespace siskin
