#include "engine/chat/conversation.h"

#include <algorithm>

#include "formats/error.h"

namespace siskin {

Conversation::Conversation(Session& session, const ChatFormat& format, std::string system)
    : session_(session), format_(format), system_(std::move(system)) {}

std::vector<Token> Conversation::turn_tokens(std::string_view user, bool first) const {
    const Tokenizer& tokenizer = session_.model().tokenizer();
    return first ? first_turn(format_, tokenizer, system_, user) : next_turn(format_, tokenizer, user);
}

Generated Conversation::answer(std::string_view user, Sampler& sampler, const GenerateOptions& options,
                               const std::function<bool(std::string_view)>& on_text) {
    const std::vector<Token> turn = turn_tokens(user, turns_.empty());
    if (talk_.size() + turn.size() > session_.n_ctx())
        fail(Fault::TooLong, "the conversation has ", talk_.size(), " tokens and this turn ", turn.size(),
             ", the context has ", session_.n_ctx(), "; a larger one is set with -c");
    talk_.insert(talk_.end(), turn.begin(), turn.end());
    turns_.push_back({std::string(user), {}, {}});
    answer_begin_ = talk_.size();
    return write(sampler, options, on_text);
}

Generated Conversation::answer_again(Sampler& sampler, const GenerateOptions& options,
                                     const std::function<bool(std::string_view)>& on_text) {
    talk_.resize(answer_begin_);
    session_.rewind(answer_begin_ - 1);  // at least one token has to be read for its logits
    return write(sampler, options, on_text);
}

void Conversation::clear() { restore(system_, {}); }

void Conversation::undo() {
    std::vector<Turn> kept = turns_;
    kept.pop_back();
    restore(system_, std::move(kept));
}

void Conversation::restore(std::string system, std::vector<Turn> turns) {
    const Tokenizer& tokenizer = session_.model().tokenizer();
    std::swap(system_, system);
    std::vector<Token> talk;
    size_t answer_begin = 0;
    for (const Turn& turn : turns) {
        const std::vector<Token> said = turn_tokens(turn.user, talk.empty());
        const std::vector<Token> answered =
            turn.tokens.empty() ? tokenizer.encode(turn.answer, {.add_special = false, .parse_special = false})
                                : turn.tokens;
        talk.insert(talk.end(), said.begin(), said.end());
        answer_begin = talk.size();
        talk.insert(talk.end(), answered.begin(), answered.end());
    }
    if (talk.size() > session_.n_ctx()) {
        std::swap(system_, system);
        fail(Fault::TooLong, "the conversation has ", talk.size(), " tokens, the context has ", session_.n_ctx(),
             "; a larger one is set with -c");
    }
    turns_ = std::move(turns);
    talk_ = std::move(talk);
    answer_begin_ = answer_begin;
    const auto& read = session_.tokens();
    const auto differs = std::mismatch(talk_.begin(), talk_.end(), read.begin(), read.end()).second;
    session_.rewind(size_t(differs - read.begin()));
}

Generated Conversation::write(Sampler& sampler, const GenerateOptions& options,
                              const std::function<bool(std::string_view)>& on_text) {
    const auto unread = std::span<const Token>(talk_).subspan(session_.tokens().size());
    Generated out = generate(session_, sampler, unread, options, on_text);
    // The token that ends the answer is left out: next_turn writes the format's own.
    turns_.back().answer = out.text;
    turns_.back().tokens.assign(out.tokens.begin(), out.tokens.end() - (out.finish == Finish::EndToken));
    talk_.insert(talk_.end(), turns_.back().tokens.begin(), turns_.back().tokens.end());
    return out;
}

}  // namespace siskin
