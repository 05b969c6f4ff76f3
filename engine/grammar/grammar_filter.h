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
    /// The answer is whole text of `machine`'s language, behind the mark if there is one, which may be spelled in text
    /// or be a token. The tokenizer must outlive the filter. Throws Error(BadData) when the vocabulary has no text.
    GrammarFilter(const Tokenizer& tokenizer, std::shared_ptr<const Automaton> machine)
        : GrammarFilter(tokenizer, std::move(machine), std::make_shared<TokenTrie>(tokenizer)) {}
    /// The same with the tokenizer's trie, which several filters may share.
    GrammarFilter(const Tokenizer& tokenizer, std::shared_ptr<const Automaton> machine,
                  std::shared_ptr<const TokenTrie> trie);

    void start(std::span<const Token> ends, std::string_view begin_after) override;
    std::span<const float> allowed(std::span<const float> logits) override;
    void accept(Token token) override;
    bool finished() const override { return !waiting_ && masks_.matcher().finished(state_); }

    /// What was written since the grammar holds, and whether it may end there.
    const std::string& text() const { return text_; }
    bool complete() const { return !waiting_ && masks_.matcher().complete(state_); }

  private:
    const Tokenizer& tokenizer_;
    TokenMasks masks_;
    std::vector<Token> ends_;
    std::string begin_after_;
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
