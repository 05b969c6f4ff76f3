#pragma once
// The template that a conversation is held in and what it is given, and how the user hears of it.

#include <string>

#include "engine/chat/chat.h"
#include "engine/model.h"

namespace CLI {
class App;
}

namespace siskin {

struct ChatFlags {
    std::string chat_template, system, variables, tools;
    std::string think;  ///< "show", "hide", "off", or empty: the template's choice, shown

    void add(CLI::App& app);
    /// Whether one of them speaks of a conversation.
    bool given() const {
        return !chat_template.empty() || !system.empty() || !variables.empty() || !tools.empty() || !think.empty();
    }
    bool shows_thinking() const { return think.empty() || think == "show"; }
};

/// The template that the flags name, or `in_file`, that of the model's file. Where that is missing or broken, a note
/// says why and names the format that stands in. The tokenizer must outlive the chat. Throws Error(Usage) for flags
/// that say nothing, Error for files that cannot be read, and TemplateError where what the flags name is broken.
Chat open_chat(const ChatFlags& flags, std::string_view in_file, const Tokenizer& tokenizer);

/// The text of the template that the flags name, or `in_file`.
std::string template_source(const ChatFlags& flags, std::string_view in_file);

/// The chat template of a model's file, or empty. Some files have another one for conversations with tools.
std::string_view chat_template_of(const GgufFile& file, bool with_tools = false);

/// The clock on the wall, or what the environment variable SISKIN_NOW says ("2026-11-21T00:00:00"). Throws
/// Error(Usage).
std::chrono::sys_seconds template_clock();

}  // namespace siskin
