#include <CLI/CLI.hpp>
#include <memory>

#include "cli/chat_flags.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/sampling_flags.h"
#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

struct Flags {
    ModelFlags model;
    ChatFlags chat;
    std::string context;
};

Json sample_conversation(const Flags& flags) {
    Json messages = Json::array();
    if (!flags.chat.system.empty()) messages.push_back({{"role", "system"}, {"content", unescape(flags.chat.system)}});
    messages.push_back({{"role", "user"}, {"content", "Which bird is the smallest?"}});
    messages.push_back({{"role", "assistant"}, {"content", "The bee hummingbird."}});
    messages.push_back({{"role", "user"}, {"content", "And what does it eat?"}});
    return messages;
}

/// The template as it is, on variables as they are: the bytes alone.
int render_context(const Flags& flags) {
    const std::string context = flags.context == "-" ? read_stdin() : read_file(flags.context);
    const bool from_model = flags.chat.chat_template.empty();
    const std::string source =
        template_source(flags.chat, from_model ? std::string(chat_template_of(flags.model.open())) : std::string());
    if (source.empty()) fail(Fault::BadData, flags.model.shown_name(), ": has no chat template");
    put_text(ChatTemplate::parse(source).render_json(context, {.now = template_clock()}).bytes());
    return 0;
}

std::string shown_token(const Tokenizer& tokenizer, Token token) {
    return visible(tokenizer.text(token)) + " (" + std::to_string(token) + ")";
}

/// The text with its control tokens set apart: in colour where there is colour, otherwise in brackets.
std::string marked(const std::string_view text, const ChatPrompt& prompt) {
    const bool colours = stdout_has_colours();
    const std::string_view before = colours ? "\x1b[36m" : "⟦", after = colours ? "\x1b[39m" : "⟧";
    std::string out;
    size_t at = 0;
    for (const Seam& seam : prompt.seams) {
        out += visible(text.substr(at, seam.begin - at));
        out += before;
        out += visible(text.substr(seam.begin, seam.end - seam.begin));
        out += after;
        at = seam.end;
    }
    return out + visible(text.substr(at));
}

void print_ends(const Tokenizer& tokenizer, const Chat& chat) {
    std::string ends;
    const auto add = [&](Token token) { ends += (ends.empty() ? "" : ", ") + shown_token(tokenizer, token); };
    for (const Token token : tokenizer.end_tokens()) add(token);
    const Token turn_end = chat.turn_end();
    if (turn_end != kNoToken && !tokenizer.is_end(turn_end)) add(turn_end);
    put("an answer ends with: " + (ends.empty() ? "no token" : ends) + "\n");
    put("the template ends one with: " + (turn_end == kNoToken ? "no token" : shown_token(tokenizer, turn_end)) + "\n");
}

/// A conversation as the model would read it.
int show_conversation(const Flags& flags) {
    const GgufFile file = flags.model.open();
    const auto tokenizer = Tokenizer::load(file.metadata(), flags.model.pre);
    const Chat chat = open_chat(flags.chat, chat_template_of(file, !flags.chat.tools.empty()), *tokenizer);
    const Text text = chat.render(sample_conversation(flags));
    const ChatPrompt prompt = chat.encode(text);
    const bool adds_bos = tokenizer->add_bos(), writes_bos = prompt.n_bos_rendered > 0;

    put(marked(text.bytes(), prompt) + "\n\n");
    put(std::to_string(prompt.tokens.size()) + " tokens, by " + chat.name() + "\n");
    put("begins with: " +
        (adds_bos || writes_bos
             ? shown_token(*tokenizer, tokenizer->bos()) + (writes_bos ? ", by the template" : ", by the vocabulary")
             : "no token of its own") +
        "\n");
    print_ends(*tokenizer, chat);
    if (const AnswerSection* section = chat.begun_section(text))
        put("the answer begins with thinking, up to: " + std::string(section->close) + "\n");
    if (prompt.seams.size() == prompt.n_bos_rendered)
        note("nothing in what the template writes is a control token of this model; is it made for another one?");
    if (prompt.n_bos_rendered > 1 || (writes_bos && adds_bos))
        note("double ", visible(tokenizer->text(tokenizer->bos())), ": the template writes ", prompt.n_bos_rendered,
             adds_bos ? " and the vocabulary asks for one more" : "", "; siskin keeps one");
    return 0;
}

}  // namespace

Command template_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    flags->model.add(app);
    flags->chat.add(app);
    app.add_option("--context", flags->context,
                   "JSON file with all variables of the template (messages, tools, bos_token …): print what it writes, "
                   "byte for byte; -: from stdin")
        ->type_name("FILE");
    return [flags](Arguments& arguments) {
        const bool needs_model = flags->context.empty() || flags->chat.chat_template.empty();
        if (needs_model) flags->model.take_model(arguments.positional);
        refuse_more(arguments);
        note_ignored(arguments);
        return flags->context.empty() ? show_conversation(*flags) : render_context(*flags);
    };
}

}  // namespace siskin
