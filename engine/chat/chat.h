#pragma once
// A chat template at work for one model: conversations to tokens. Only the template's own text becomes control tokens;
// what people, models and tools say is encoded as plain text, whatever it looks like.

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chat/answer_splitter.h"
#include "engine/chat/template/chat_template.h"
#include "engine/tokenizer/tokenizer.h"

namespace siskin {

struct ChatSettings {
    std::string name;                                                     ///< how people are told of the template
    nlohmann::ordered_json variables = nlohmann::ordered_json::object();  ///< for the template, beside the usual ones
    nlohmann::ordered_json tools;  ///< definitions as in OpenAI's interface, a list; null: none
    std::chrono::sys_seconds now{};
};

/// The variables that make models think, or not: every family's switch, which other families' templates pass over.
nlohmann::ordered_json thinking_switches(bool wanted, std::string_view template_source);

struct ChatPrompt {
    std::vector<Token> tokens;
    std::vector<Seam> seams;    ///< bytes of the rendered text
    size_t n_bos_rendered = 0;  ///< at the beginning, by the template
};

class Chat {
  public:
    /// Throws TemplateError where the template is malformed or fails on the simplest conversation. The tokenizer must
    /// outlive the chat.
    Chat(std::string_view source, const Tokenizer& tokenizer, ChatSettings settings);

    /// `messages` as in OpenAI's interface. The text of a system message that the template refuses or passes over goes
    /// to the head of the message after it. Throws TemplateError.
    Text render(const nlohmann::ordered_json& messages, bool answer_follows = true) const;

    /// The tokens of a rendered text. It begins with one bos if the template or the vocabulary wants it, never two.
    ChatPrompt encode(const Text& text) const;
    /// Appends the tokens from a byte on; `at_start` as in Tokenizer::encode_mixed. The seams are those of the text.
    void encode_rest(const Text& text, size_t begin, bool at_start, std::vector<Token>& tokens,
                     std::vector<Seam>& seams) const;

    /// The control token that the template puts at the end of an answer, or kNoToken.
    Token turn_end() const { return turn_end_; }
    const std::string& name() const { return settings_.name; }
    const AnswerSyntax& syntax() const { return syntax_; }
    /// The section that the template opens for the answer, nullptr for content.
    const AnswerSection* begun_section(const Text& prompt) const;
    const Tokenizer& tokenizer() const { return tokenizer_; }

  private:
    Text render_as_given(const nlohmann::ordered_json& messages, bool answer_follows) const;
    Token find_turn_end() const;

    ChatTemplate template_;
    const Tokenizer& tokenizer_;
    ChatSettings settings_;
    AnswerSyntax syntax_;
    Token turn_end_ = kNoToken;
};

}  // namespace siskin
