#pragma once
// What a model writes is more than its answer: thoughts between tags, calls of tools, marks of channels. Families write
// these differently, and all of the ways are tried on every model: their signs are not what else an answer begins with.

#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tokenizer/tokenizer.h"

namespace siskin {

enum class AnswerPart { Content, Reasoning, ToolCall };

/// What stands between two signs.
struct AnswerSection {
    AnswerPart part;
    std::string_view open, close;   ///< without a close it ends with the answer, or where it opens again
    bool only_first = false;        ///< opens at the beginning of an answer alone
    bool signs_count = false;       ///< a call is read with its signs
    std::string_view content = {};  ///< what follows `open` where content comes after it, and no call
};

/// The signs that answers of one model may hold.
struct AnswerSyntax {
    std::vector<const AnswerSection*> sections;
    std::vector<std::string_view> marks;  ///< around content, and not part of it
    std::vector<Token> shown;             ///< control tokens of all these; the splitter has to see them
    std::vector<std::string> tools;       ///< names that may be called

    /// Those that the vocabulary can write; calls only where the model was told of tools.
    static AnswerSyntax of(const Tokenizer& tokenizer, std::vector<std::string> tools);

    /// The section that the end of a prompt opens and does not close, or nullptr.
    const AnswerSection* begun_in(std::string_view prompt) const;
};

/// Takes an answer apart while it is written, wherever its pieces are cut.
class AnswerSplitter {
  public:
    /// Gets text that is certain, and may return false to end the answer.
    using Sink = std::function<bool(AnswerPart, std::string_view)>;

    /// `begun`: the section in which the answer starts, or nullptr. The syntax must outlive the splitter.
    AnswerSplitter(const AnswerSyntax& syntax, const AnswerSection* begun, Sink sink);

    /// False once the sink has returned false.
    bool push(std::string_view text);
    /// What is still held back, once no more text comes.
    void finish();

    /// Without signs. White space around reasoning, and between it and the content, is left out.
    const std::string& content() const { return content_; }
    const std::string& reasoning() const { return reasoning_; }
    /// As read_tool_calls gives them. What cannot be read as a call is content, with its signs.
    const nlohmann::ordered_json& tool_calls() const { return tool_calls_; }

  private:
    struct Sign {
        size_t at;
        std::string_view text;
        const AnswerSection* opens;  ///< nullptr: ends the section, or is a mark
    };
    void for_each_sign(const std::function<void(std::string_view, const AnswerSection*)>& look) const;
    bool find_sign(Sign& sign) const;
    void enter(const AnswerSection* section, std::string_view sign = {});
    void end_call(std::string_view close);
    void take(std::string_view text);
    void emit(AnswerPart part, std::string_view text);

    const AnswerSyntax& syntax_;
    Sink sink_;
    const AnswerSection* begun_;
    const AnswerSection* section_ = nullptr;  ///< nullptr: content
    std::string held_;                        ///< may be the beginning of a sign
    std::string space_;                       ///< white space that counts only if something follows
    bool sectioned_ = false;                  ///< there has been a section
    bool wanted_ = true;
    std::string content_, reasoning_;
    std::string_view sign_;  // that opened the section that we are in; empty where the prompt ends with it
    std::string call_;       // of that section
    nlohmann::ordered_json tool_calls_ = nlohmann::ordered_json::array();
};

}  // namespace siskin
