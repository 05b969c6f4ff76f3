#pragma once
// What may be written next: something that follows an answer token by token and forbids those that do not fit.

#include <span>
#include <string_view>

#include "engine/tokenizer/tokenizer.h"

namespace siskin {

class TokenFilter {
  public:
    virtual ~TokenFilter() = default;

    /// A new answer begins. It ends with one of `ends`; up to the first `begin_after` (the mark behind a model's
    /// thoughts), if that is not empty, everything but an end may come.
    virtual void start(std::span<const Token> ends, std::string_view begin_after) = 0;
    /// The logits of the next token with minus infinity for those that may not come; at least one may. Valid until the
    /// next call. Throws Error(Failed) where no token fits.
    virtual std::span<const float> allowed(std::span<const float> logits) = 0;
    /// Goes on with a token that was allowed.
    virtual void accept(Token token) = 0;
    /// Nothing but the end may follow.
    virtual bool finished() const = 0;
};

}  // namespace siskin
