#include "cli/chat_flags.h"

#include <CLI/CLI.hpp>

#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

std::string format_names() {
    std::string names;
    for (const ChatFormat& format : all_chat_formats()) names += (names.empty() ? "" : ", ") + std::string(format.name);
    return names;
}

}  // namespace

void ChatFlags::add(CLI::App& app) {
    app.option_defaults()->group("Conversation");
    app.add_option("--chat-template", chat_template, "chat format: " + format_names())->type_name("NAME");
    app.add_option("--system-prompt,--system", system, "what the model is told before the conversation")
        ->type_name("TEXT");
}

std::string_view chat_template_of(const Model& model) {
    return model.file().metadata().string("tokenizer.chat_template").value_or("");
}

const ChatFormat& choose_chat_format(const ChatFlags& flags, const Model& model) {
    if (!flags.chat_template.empty()) {
        if (const ChatFormat* format = find_chat_format(flags.chat_template)) return *format;
        fail(Fault::Usage, "--chat-template: \"", flags.chat_template, "\", expected one of ", format_names());
    }
    const std::string_view chat_template = chat_template_of(model);
    if (const ChatFormat* format = recognise_template(chat_template)) return *format;
    if (const ChatFormat* format = recognise_vocabulary(model.tokenizer())) return *format;
    const ChatFormat& fallback = fallback_chat_format();
    note(chat_template.empty() ? "the model has no chat template"
                               : "the model's chat template is none that siskin knows",
         "; using ", fallback.name, " (--chat-template NAME chooses another)");
    return fallback;
}

}  // namespace siskin
