#pragma once
// Keeps an answer inside a grammar.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/grammar/token_masks.h"
#include "engine/token_filter.h"

namespace siskin {

class GrammarFilter : public TokenFilter {
  public:
    /// The answer is whole text of `machine`'s language. With `begin_after` (the mark that ends a model's thinking) it
    /// starts behind the first such mark, spelled in text or as a token; before it everything but an end may come.
    /// The tokenizer must outlive the filter. Throws Error(BadData) when the vocabulary has no text.
    GrammarFilter(const Tokenizer& tokenizer, std::shared_ptr<const Automaton> machine, std::string begin_after = {});

    void start() override;
    std::span<const float> allowed(std::span<const float> logits) override;
    void accept(Token token) override;
    bool finished() const override { return !waiting_ && masks_.matcher().finished(state_); }

    /// What was written since the grammar holds, and whether it may end there.
    const std::string& text() const { return text_; }
    bool complete() const { return !waiting_ && masks_.matcher().complete(state_); }

  private:
    const Tokenizer& tokenizer_;
    const std::string begin_after_;
    TokenMasks masks_;
    TokenMask no_ends_;  // while waiting
    bool waiting_ = false;
    std::string before_;  // the latest text while waiting
    Matcher::State state_ = Matcher::kDead;
    std::string text_;
    std::vector<float> logits_;
};

/// out[i] = logits[i] where the mask has token i, else minus infinity.
void apply_mask(const TokenMask& mask, std::span<const float> logits, std::span<float> out);

}  // namespace siskin
