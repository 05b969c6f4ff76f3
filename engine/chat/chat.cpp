#include "engine/chat/chat.h"

#include <algorithm>

#include "engine/chat/tool_calls.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\n\v\f\r";
    const size_t first = text.find_first_not_of(kSpace);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// The text of the system message that a conversation begins with, if there is one and another message after it.
const std::string* system_text(const Json& messages) {
    if (messages.size() < 2 || messages[0].value("role", "") != "system") return nullptr;
    return messages[0].contains("content") ? messages[0]["content"].get_ptr<const std::string*>() : nullptr;
}

/// The same conversation without a system message, its text at the head of the next one.
Json without_system(const Json& messages, const std::string& system) {
    Json out = messages;
    out.erase(0);
    if (Json& content = out[0]["content"]; content.is_string())
        content = system + "\n\n" + content.get_ref<const std::string&>();
    return out;
}

Json user_message(std::string_view text) { return {{"role", "user"}, {"content", text}}; }

}  // namespace

Json thinking_switches(bool wanted, std::string_view template_source) {
    Json switches = {{"enable_thinking", wanted}, {"thinking", wanted}, {"reasoning", wanted}};
    switches["thinking_mode"] = wanted ? "enabled" : "disabled";
    if (wanted) return switches;
    switches["thinking_budget"] = 0;
    // Effort has no value that all families know; these are the least of two that have no other switch.
    const auto mentions = [&](std::string_view word) { return template_source.find(word) != std::string_view::npos; };
    if (mentions("\"minimal\"")) {
        switches["reasoning_effort"] = "minimal";
    } else if (mentions("<|channel|>analysis")) {
        switches["reasoning_effort"] = "low";
    }
    return switches;
}

Chat::Chat(std::string_view source, const Tokenizer& tokenizer, ChatSettings settings)
    : template_(ChatTemplate::parse(source)),
      tokenizer_(tokenizer),
      settings_(std::move(settings)),
      syntax_(AnswerSyntax::of(tokenizer, tool_names(settings_.tools))) {
    render(Json::array({user_message("Hello")}));
    turn_end_ = find_turn_end();
}

Text Chat::render(const Json& messages, bool answer_follows) const {
    const std::string* system = system_text(messages);
    if (!system) return render_as_given(messages, answer_follows);
    try {
        Text text = render_as_given(messages, answer_follows);
        if (text.bytes().find(trimmed(*system)) != std::string_view::npos) return text;
    } catch (const TemplateRefusal&) {  // maybe of the system message
    }
    return render_as_given(without_system(messages, *system), answer_follows);
}

Text Chat::render_as_given(const Json& messages, bool answer_follows) const {
    const auto text_of = [&](Token token) { return token == kNoToken ? "" : std::string(tokenizer_.text(token)); };
    Json context = {{"messages", messages},
                    {"add_generation_prompt", answer_follows},
                    {"bos_token", text_of(tokenizer_.bos())},
                    {"eos_token", text_of(tokenizer_.eos())}};
    if (!settings_.tools.is_null()) context["tools"] = settings_.tools;
    context.update(settings_.variables);
    return template_.render(context, {.now = settings_.now});
}

ChatPrompt Chat::encode(const Text& text) const {
    ChatPrompt prompt;
    encode_rest(text, 0, true, prompt.tokens, prompt.seams);
    const Token bos = tokenizer_.bos();
    if (bos == kNoToken) return prompt;
    const auto first_other =
        std::find_if(prompt.tokens.begin(), prompt.tokens.end(), [&](Token t) { return t != bos; });
    prompt.n_bos_rendered = size_t(first_other - prompt.tokens.begin());
    const size_t n_wanted = prompt.n_bos_rendered > 0 || tokenizer_.add_bos();
    prompt.tokens.erase(prompt.tokens.begin(), first_other);
    prompt.tokens.insert(prompt.tokens.begin(), n_wanted, bos);
    std::erase_if(prompt.seams, [&](const Seam& seam) { return seam.n_tokens < prompt.n_bos_rendered; });
    for (Seam& seam : prompt.seams) seam.n_tokens = seam.n_tokens + n_wanted - prompt.n_bos_rendered;
    return prompt;
}

void Chat::encode_rest(const Text& text, size_t begin, bool at_start, std::vector<Token>& tokens,
                       std::vector<Seam>& seams) const {
    std::vector<TextRange> own;
    size_t at = 0;
    for (const TextPiece& piece : text.pieces(begin, text.size())) {
        if (piece.origin == Origin::Template) own.push_back({at, at + piece.bytes.size()});
        at += piece.bytes.size();
    }
    const size_t n_before = seams.size();
    tokenizer_.encode_mixed(text.bytes().substr(begin), own, at_start, tokens, seams);
    for (size_t i = n_before; i < seams.size(); ++i) seams[i].begin += begin, seams[i].end += begin;
}

const AnswerSection* Chat::begun_section(const Text& prompt) const {
    const std::vector<TextPiece> pieces = prompt.pieces();
    const bool by_template = !pieces.empty() && pieces.back().origin == Origin::Template;
    return by_template ? syntax_.begun_in(pieces.back().bytes) : nullptr;
}

Token Chat::find_turn_end() const {
    constexpr std::string_view kAnswer = "An answer for trial.";
    Text text;
    try {
        text = render(Json::array({user_message("Hello"), {{"role", "assistant"}, {"content", kAnswer}}}), false);
    } catch (const TemplateError&) {
        return kNoToken;
    }
    const size_t answer = text.bytes().rfind(kAnswer);
    if (answer == std::string_view::npos) return kNoToken;
    const size_t end = answer + kAnswer.size();
    const ChatPrompt prompt = encode(text);
    const auto seam =
        std::find_if(prompt.seams.begin(), prompt.seams.end(), [&](const Seam& s) { return s.begin >= end; });
    if (seam == prompt.seams.end() || !trimmed(text.bytes().substr(end, seam->begin - end)).empty()) return kNoToken;
    const Token token = prompt.tokens[seam->n_tokens];
    return tokenizer_.is_control(token) && token != tokenizer_.bos() ? token : kNoToken;
}

}  // namespace siskin
