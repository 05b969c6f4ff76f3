#pragma once
// Which chat format a conversation is held in, and how the user hears of it.

#include <string>

#include "engine/chat/chat_format.h"
#include "engine/model.h"

namespace CLI {
class App;
}

namespace siskin {

struct ChatFlags {
    std::string chat_template, system;

    void add(CLI::App& app);
    bool given() const { return !chat_template.empty() || !system.empty(); }
};

/// The format that the flags name or the model's file shows. Where neither does, a note says so and names the fallback.
/// Throws Error(Usage) for a name that no format has.
const ChatFormat& choose_chat_format(const ChatFlags& flags, const Model& model);

/// The chat template of the model's file, or empty.
std::string_view chat_template_of(const Model& model);

}  // namespace siskin
