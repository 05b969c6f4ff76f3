#pragma once
// A talk with a model: turns in, answers out. The session keeps everything read so far, so a turn costs its own tokens.

#include <string>
#include <string_view>
#include <vector>

#include "engine/chat/chat_format.h"
#include "engine/generate.h"

namespace siskin {

class Conversation {
  public:
    /// The session is empty and belongs to the conversation from now on. `system` may be empty.
    Conversation(Session& session, const ChatFormat& format, std::string system);

    /// Adds what the user says and writes the answer. An answer that was stopped stays as far as it came.
    /// Throws Error(TooLong) where the turn does not fit the context, the conversation is then as before; and what
    /// generate throws.
    Generated answer(std::string_view user, Sampler& sampler, const GenerateOptions& options,
                     const std::function<bool(std::string_view)>& on_text);

    /// Forgets the last answer and writes another one. There must have been one.
    Generated answer_again(Sampler& sampler, const GenerateOptions& options,
                           const std::function<bool(std::string_view)>& on_text);
    bool has_answer() const { return answer_begin_ > 0; }

    void clear();
    size_t n_tokens() const { return talk_.size(); }

  private:
    Generated write(Sampler& sampler, const GenerateOptions& options,
                    const std::function<bool(std::string_view)>& on_text);

    Session& session_;
    const ChatFormat& format_;
    std::string system_;
    std::vector<Token> talk_;  // the session's tokens are the beginning of it
    size_t answer_begin_ = 0;  // where the last answer starts in talk_
};

}  // namespace siskin
