#pragma once
// The prompt of commands that ask a model: where it comes from, and whether it is a message or a text to go on with.

#include <optional>
#include <string>
#include <vector>

#include "cli/chat_flags.h"
#include "cli/prompt.h"

namespace siskin {

struct PromptFlags {
    std::string text, file;  ///< of -p and -f
    bool given = false;      ///< -p was
    bool raw = false, conversation = false;

    /// -p and -f.
    void add(CLI::App& app);
    /// What kind of text the prompt is.
    void add_kind(CLI::App& app);
};

/// What the command line itself says: -p with its escapes resolved if wanted, then the words.
Prompt typed_prompt(const PromptFlags& flags, const std::vector<std::string>& words, bool escape);

/// Everything the user gave, in this order: stdin, the file of -f, the typed prompt. Throws what read_file and
/// read_stdin throw.
Prompt collect_prompt(const PromptFlags& flags, const std::vector<std::string>& words, bool escape);

/// The chat that a prompt is a message of; nothing where it is a text to go on with, which a note says if the model
/// looks like one to talk with. Throws what open_chat throws.
std::optional<Chat> chat_for(const PromptFlags& prompt, const ChatFlags& chat, const Model& model);

}  // namespace siskin
