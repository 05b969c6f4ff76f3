#pragma once
// A talk with a model: turns in, answers out. The session keeps everything read so far, so a turn costs its own tokens.

#include <string>
#include <string_view>
#include <vector>

#include "engine/chat/chat_format.h"
#include "engine/generate.h"

namespace siskin {

/// What was said once, and what was answered.
struct Turn {
    std::string user, answer;
    std::vector<Token> tokens;  ///< of the answer as the model wrote it; empty: those of its text
};

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
    bool has_answer() const { return !turns_.empty(); }

    void clear();
    /// Forgets the last turn. There must have been one.
    void undo();
    /// Goes on as if this had been said. Only what the session does not hold already is read again, with the next
    /// answer. Throws Error(TooLong) where it does not fit the context, the conversation is then as before.
    void restore(std::string system, std::vector<Turn> turns);

    const std::string& system() const { return system_; }
    const std::vector<Turn>& turns() const { return turns_; }
    size_t n_tokens() const { return talk_.size(); }
    /// What it would be once this was said, before the answer.
    size_t n_tokens_with(std::string_view user) const {
        return talk_.size() + turn_tokens(user, turns_.empty()).size();
    }

  private:
    Generated write(Sampler& sampler, const GenerateOptions& options,
                    const std::function<bool(std::string_view)>& on_text);

    std::vector<Token> turn_tokens(std::string_view user, bool first) const;

    Session& session_;
    const ChatFormat& format_;
    std::string system_;
    std::vector<Turn> turns_;
    std::vector<Token> talk_;  // the session's tokens are the beginning of it
    size_t answer_begin_ = 0;  // where the last answer starts in talk_
};

}  // namespace siskin
