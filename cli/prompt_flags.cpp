#include "cli/prompt_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/files.h"
#include "cli/sampling_flags.h"
#include "cli/terminal.h"
#include "engine/chat/chat_format.h"

namespace siskin {
namespace {

/// The text less one line feed at its end, which editors and echo put there.
std::string_view without_last_line_feed(std::string_view text) {
    return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
}

}  // namespace

void PromptFlags::add(CLI::App& app) {
    app.option_defaults()->group("Prompt and answer");
    app.add_option_function<std::string>(
           "-p,--prompt",
           [this](const std::string& typed) {
               text = typed;
               given = true;
           },
           "the prompt; stdin is then left alone")
        ->type_name("TEXT");
    app.add_option("-f,--file", file, "read the prompt from a file; -: from stdin")->type_name("FILE");
}

void PromptFlags::add_kind(CLI::App& app) {
    app.add_flag("--conversation", conversation, "the prompt is a message, also without a chat template");
    app.add_flag("--raw,--no-conversation", raw,
                 "the prompt is a text to go on with; control tokens may be written in it");
}

Prompt typed_prompt(const PromptFlags& flags, const std::vector<std::string>& words, bool escape) {
    Prompt prompt;
    if (flags.given && flags.text != "-") prompt.add("the prompt", escape ? unescape(flags.text) : flags.text);
    std::string joined;
    for (const std::string& word : words)
        if (word != "-") joined += (joined.empty() ? "" : " ") + word;
    if (!joined.empty()) prompt.add("the prompt", joined);
    return prompt;
}

Prompt collect_prompt(const PromptFlags& flags, const std::vector<std::string>& words, bool escape) {
    const bool has_dash = std::find(words.begin(), words.end(), "-") != words.end();
    const bool asks_for_stdin = has_dash || flags.file == "-" || flags.text == "-";
    const bool has_flag = flags.given || !flags.file.empty();
    Prompt prompt;
    if (asks_for_stdin || (!has_flag && !stdin_is_terminal())) {
        const std::string text = read_stdin();
        if (!text.empty()) prompt.add("stdin", without_last_line_feed(text));
    }
    if (!flags.file.empty() && flags.file != "-") prompt.add(flags.file, without_last_line_feed(read_file(flags.file)));
    if (const Prompt typed = typed_prompt(flags, words, escape); typed.given()) prompt.add("the prompt", typed.text());
    return prompt;
}

std::optional<Chat> chat_for(const PromptFlags& prompt, const ChatFlags& chat, const Model& model) {
    if (prompt.raw) return std::nullopt;
    const std::string_view own = chat_template_of(model.file());
    if (prompt.conversation || chat.given() || !own.empty()) {
        std::optional<Chat> out(
            open_chat(chat, chat_template_of(model.file(), !chat.tools.empty()), model.tokenizer()));
        detail("chat template: ", out->name());
        return out;
    }
    if (const ChatFormat* format = recognise_vocabulary(model.tokenizer()))
        note("the model has no chat template, so the prompt is a text to go on with; --chat-template ", format->name,
             " makes it a message");
    return std::nullopt;
}

}  // namespace siskin
