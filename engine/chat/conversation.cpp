#include "engine/chat/conversation.h"

#include <algorithm>

#include "formats/error.h"

namespace siskin {

Conversation::Conversation(Session& session, const ChatFormat& format, std::string system)
    : session_(session), format_(format), system_(std::move(system)) {}

Generated Conversation::answer(std::string_view user, Sampler& sampler, const GenerateOptions& options,
                               const std::function<bool(std::string_view)>& on_text) {
    const Tokenizer& tokenizer = session_.model().tokenizer();
    const std::vector<Token> turn =
        talk_.empty() ? first_turn(format_, tokenizer, system_, user) : next_turn(format_, tokenizer, user);
    if (talk_.size() + turn.size() > session_.n_ctx())
        fail(Fault::TooLong, "the conversation has ", talk_.size(), " tokens and this turn ", turn.size(),
             ", the context has ", session_.n_ctx(), "; a larger one is set with -c");
    talk_.insert(talk_.end(), turn.begin(), turn.end());
    answer_begin_ = talk_.size();
    return write(sampler, options, on_text);
}

Generated Conversation::answer_again(Sampler& sampler, const GenerateOptions& options,
                                     const std::function<bool(std::string_view)>& on_text) {
    talk_.resize(answer_begin_);
    session_.rewind(answer_begin_ - 1);  // at least one token has to be read for its logits
    return write(sampler, options, on_text);
}

void Conversation::clear() {
    talk_.clear();
    answer_begin_ = 0;
    session_.rewind(0);
}

Generated Conversation::write(Sampler& sampler, const GenerateOptions& options,
                              const std::function<bool(std::string_view)>& on_text) {
    const auto unread = std::span<const Token>(talk_).subspan(session_.tokens().size());
    Generated out = generate(session_, sampler, unread, options, on_text);
    // The token that ends the answer is left out: next_turn writes the format's own.
    talk_.insert(talk_.end(), out.tokens.begin(), out.tokens.end() - (out.finish == Finish::EndToken));
    return out;
}

}  // namespace siskin
