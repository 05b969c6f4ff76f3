#include "engine/grammar/token_masks.h"

#include <algorithm>

namespace siskin {

TokenMasks::TokenMasks(std::shared_ptr<const Automaton> machine, std::shared_ptr<const TokenTrie> trie, size_t n_tokens,
                       std::vector<Token> ends)
    : machine_(machine),
      matcher_(std::move(machine)),
      trie_(std::move(trie)),
      n_words_((n_tokens + 63) / 64),
      ends_(std::move(ends)),
      path_(trie_->max_depth() + 1) {}

void TokenMasks::end_with(std::span<const Token> ends) {
    if (std::equal(ends.begin(), ends.end(), ends_.begin(), ends_.end())) return;
    ends_.assign(ends.begin(), ends.end());
    for (const auto& [state, mask] : masks_) bytes_ -= mask.words.size() * sizeof(uint64_t);
    masks_.clear();
}

const TokenMask& TokenMasks::of(State state) {
    const auto known = masks_.find(state);
    if (known != masks_.end()) return known->second;
    TokenMask mask = compute(state);
    bytes_ += n_words_ * sizeof(uint64_t);
    return masks_.emplace(state, std::move(mask)).first->second;
}

void TokenMasks::trim(State& state) {
    if (bytes_ <= kMaxBytes && !matcher_.is_large()) return;
    masks_.clear();
    locals_.clear();
    bytes_ = 0;
    if (matcher_.is_large()) state = matcher_.forget_all_but(state);
}

template <class Visit>
void TokenMasks::walk(uint32_t top, State state, size_t n_known, Visit visit) {
    const TokenTrie::Node& root = trie_->node(top);
    path_[root.depth] = state;
    for (uint32_t i = top + 1; i < root.end;) {
        const TokenTrie::Node& node = trie_->node(i);
        const bool known = n_known > 0 && trie_->longest(i) <= n_known;
        const State reached = known ? Matcher::kDead : matcher_.next(path_[node.depth - 1], node.byte);
        if (reached == Matcher::kDead) {
            i = node.end;
            continue;
        }
        path_[node.depth] = reached;
        visit(i, reached);
        ++i;
    }
}

void TokenMasks::set_tokens(uint32_t node, std::vector<uint64_t>& words) const {
    for (uint32_t i = trie_->node(node).first_token; i < trie_->node(node + 1).first_token; ++i) {
        const auto token = size_t(trie_->tokens()[i]);
        words[token / 64] |= uint64_t(1) << (token % 64);
    }
}

const TokenMasks::Local& TokenMasks::local(uint32_t place) {
    const auto known = locals_.find(place);
    if (known != locals_.end()) return known->second;
    Local found = find_local(place);
    bytes_ += (found.words.size() * 2 + found.tokens.size() + found.exits.size()) * sizeof(uint32_t) + sizeof found;
    return locals_.emplace(place, std::move(found)).first->second;
}

TokenMasks::Local TokenMasks::find_local(uint32_t place) {
    const auto endless = machine_->endless.find(place);
    const size_t n_known = endless == machine_->endless.end() ? 0 : endless->second.n_bytes;
    Local found;
    if (n_known > 0)
        found = short_tokens(endless->second.loop, n_known);
    else
        found.words.resize(n_words_);
    size_t n_nodes = 0;
    walk(0, matcher_.state_of({place, Matcher::kNoStack}), n_known, [&](uint32_t node, State state) {
        set_tokens(node, found.words);
        ++n_nodes;
        if (trie_->node(node).depth > n_known && matcher_.complete(state)) found.exits.push_back(node);
    });
    if (n_known > 0 || n_nodes >= n_words_) return found;
    for (size_t token = 0; token < 64 * n_words_; ++token) {
        if (found.words[token / 64] == 0)
            token |= 63;
        else if (found.words[token / 64] >> (token % 64) & 1)
            found.tokens.push_back(Token(token));
    }
    found.words = {};
    return found;
}

TokenMasks::Local TokenMasks::short_tokens(uint32_t loop, size_t n_bytes) {
    const Local& all = local(loop);
    Local found;
    found.words = all.words.empty() ? std::vector<uint64_t>(n_words_) : all.words;
    for (const Token token : all.tokens) found.words[size_t(token) / 64] |= uint64_t(1) << (token % 64);
    for (const Token token : trie_->longer_than(n_bytes))
        found.words[size_t(token) / 64] &= ~(uint64_t(1) << (token % 64));
    for (const uint32_t exit : all.exits)
        if (trie_->node(exit).depth <= n_bytes) found.exits.push_back(exit);
    return found;
}

TokenMask TokenMasks::compute(State state) {
    TokenMask mask{std::vector<uint64_t>(n_words_)};
    std::vector<uint64_t>& words = mask.words;
    const auto set = [&](Token token) { words[size_t(token) / 64] |= uint64_t(1) << (token % 64); };
    const std::vector<Matcher::Place> places(matcher_.places(state).begin(), matcher_.places(state).end());
    if (places.size() > kManyPlaces) {
        walk(0, state, 0, [&](uint32_t node, State) { set_tokens(node, words); });
    } else {
        for (const Matcher::Place& place : places) {
            const Local& own = local(place.state);
            for (size_t i = 0; i < own.words.size(); ++i) words[i] |= own.words[i];
            for (const Token token : own.tokens) set(token);
            if (place.stack == Matcher::kNoStack || own.exits.empty()) continue;
            const State caller = matcher_.after_call(place.stack);
            for (const uint32_t exit : own.exits)
                walk(exit, caller, 0, [&](uint32_t node, State) { set_tokens(node, words); });
        }
    }
    if (matcher_.complete(state))
        for (const Token end : ends_) set(end);
    mask.any = std::any_of(words.begin(), words.end(), [](uint64_t word) { return word != 0; });
    return mask;
}

}  // namespace siskin
