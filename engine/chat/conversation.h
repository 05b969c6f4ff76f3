#pragma once
// A talk with a model: turns in, answers out. The session keeps everything read so far, so a turn costs its own tokens;
// where the template writes earlier turns otherwise than they were read, for instance without their reasoning, it costs
// what comes after the first difference.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chat/chat.h"
#include "engine/generate.h"

namespace siskin {

/// An answer taken apart.
struct ChatAnswer {
    Generated generated;  ///< its text has all the signs
    std::string content, reasoning;
    nlohmann::ordered_json tool_calls = nlohmann::ordered_json::array();  ///< as read_tool_calls gives them, with ids
};

class Conversation {
  public:
    /// The session is empty and belongs to the conversation from now on, the chat outlives it. `system` may be empty.
    Conversation(Session& session, const Chat& chat, std::string_view system);

    /// Adds what the user says and writes the answer; `on_text` gets its pieces. An answer that was stopped stays as
    /// far as it came. Throws Error(TooLong) where the turn does not fit the context and TemplateError where the
    /// template fails, the conversation is then as before; and what generate throws.
    ChatAnswer answer(std::string_view user, Sampler& sampler, const GenerateOptions& options,
                      const AnswerSplitter::Sink& on_text);

    /// Forgets the last answer and writes another one. There must have been one.
    ChatAnswer answer_again(Sampler& sampler, const GenerateOptions& options, const AnswerSplitter::Sink& on_text);
    bool has_answer() const { return !messages_.empty() && messages_.back()["role"] == "assistant"; }

    void clear();
    size_t n_tokens() const { return talk_.size(); }

  private:
    struct Kept {
        size_t n_tokens, bytes;
    };
    Kept kept_of(std::string_view rendered) const;
    void prepare();
    ChatAnswer write(Sampler& sampler, GenerateOptions options, const AnswerSplitter::Sink& on_text);
    void remember(const ChatAnswer& answer);

    Session& session_;
    const Chat& chat_;
    std::string system_;
    nlohmann::ordered_json messages_;
    std::vector<Token> talk_;               // the session's tokens are the beginning of it
    size_t n_prompt_ = 0;                   // of these, all before the last answer
    std::string prompt_;                    // the rendered text of that
    std::vector<Seam> seams_;               // of prompt_
    const AnswerSection* begun_ = nullptr;  // in which the next answer starts
    std::string answer_bytes_;              // what the tokens of the last answer say
    std::string answer_text_;               // the same without the space that SPM puts in front of a text
};

}  // namespace siskin
