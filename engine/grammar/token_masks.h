#pragma once
// Which tokens of a vocabulary may follow in a state of a Matcher: one bit for each, computed when it is first asked
// for and kept.
//
// Most of a state's tokens do not depend on where its rule was called from: those are found once for each place of the
// automaton, by a walk through the tree of the vocabulary that ends where the rule ends. For a state only the tokens
// that go on behind that end are looked at, with the caller that the state knows.

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/grammar/matcher.h"
#include "engine/grammar/token_trie.h"

namespace siskin {

struct TokenMask {
    std::vector<uint64_t> words;  ///< bit i % 64 of word i / 64: token i may come
    bool any = false;
};

class TokenMasks {
  public:
    using State = Matcher::State;

    /// Masks have `n_tokens` bits. `ends` may come where the text is whole.
    TokenMasks(std::shared_ptr<const Automaton> machine, std::shared_ptr<const TokenTrie> trie, size_t n_tokens,
               std::vector<Token> ends = {});
    void end_with(std::span<const Token> ends);

    Matcher& matcher() { return matcher_; }
    const Matcher& matcher() const { return matcher_; }
    const TokenTrie& trie() const { return *trie_; }

    /// Valid until the next call. Throws what Matcher::next throws.
    const TokenMask& of(State state);

    /// Gives memory back where much is in use; `state` is then the same state by its new number.
    void trim(State& state);

  private:
    static constexpr size_t kMaxBytes = 64 << 20;
    static constexpr size_t kManyPlaces = 32;

    /// What a place allows by itself.
    struct Local {
        std::vector<uint64_t> words;  // empty where tokens are few
        std::vector<Token> tokens;    // otherwise empty
        std::vector<uint32_t> exits;  // nodes of the tree where the place's rule may be done
    };

    const Local& local(uint32_t place);
    Local find_local(uint32_t place);
    /// What `place` allows of tokens up to `n_bytes`, as `loop` has it.
    Local short_tokens(uint32_t loop, size_t n_bytes);
    TokenMask compute(State state);

    /// Follows `state` through the nodes below `top` and calls visit(node, state) wherever it is not dead. Where all
    /// tokens have at most `n_known` bytes nothing is looked at.
    template <class Visit>
    void walk(uint32_t top, State state, size_t n_known, Visit visit);
    void set_tokens(uint32_t node, std::vector<uint64_t>& words) const;

    std::shared_ptr<const Automaton> machine_;
    Matcher matcher_;
    std::shared_ptr<const TokenTrie> trie_;
    size_t n_words_;
    std::vector<Token> ends_;
    std::unordered_map<State, TokenMask> masks_;
    std::unordered_map<uint32_t, Local> locals_;
    size_t bytes_ = 0;
    std::vector<State> path_;  // of walk, by depth
};

}  // namespace siskin
