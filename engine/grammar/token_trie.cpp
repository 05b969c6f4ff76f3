#include "engine/grammar/token_trie.h"

#include <algorithm>

namespace siskin {
namespace {

bool is_plain_text(const Tokenizer& tokenizer, Token token) {
    const std::string_view bytes = tokenizer.piece(token);
    if (bytes.empty() || tokenizer.is_end(token)) return false;
    return !tokenizer.is_user_defined(token) || bytes.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

size_t shared_bytes(std::string_view a, std::string_view b) {
    return size_t(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

}  // namespace

TokenTrie::TokenTrie(const Tokenizer& tokenizer) {
    std::vector<std::pair<std::string_view, Token>> texts;
    for (Token token = 0; token < tokenizer.n_vocab(); ++token)
        if (is_plain_text(tokenizer, token)) texts.emplace_back(tokenizer.piece(token), token);
    std::sort(texts.begin(), texts.end());

    nodes_.push_back({0, 0, 0, 0});
    std::vector<uint32_t> parents = {0};
    std::vector<uint32_t> path = {0};  // the nodes from the root to the one before
    const auto close_below = [&](size_t depth) {
        for (; path.size() > depth + 1; path.pop_back()) nodes_[path.back()].end = uint32_t(nodes_.size());
    };
    std::string_view before;
    for (const auto& [bytes, token] : texts) {
        const size_t shared = shared_bytes(before, bytes);
        close_below(shared);
        for (size_t depth = shared; depth < bytes.size(); ++depth) {
            parents.push_back(path.back());
            path.push_back(uint32_t(nodes_.size()));
            nodes_.push_back({0, uint32_t(tokens_.size()), uint16_t(depth + 1), uint8_t(bytes[depth])});
        }
        max_depth_ = std::max(max_depth_, bytes.size());
        before = bytes;
        tokens_.push_back(token);
    }
    close_below(0);
    nodes_[0].end = uint32_t(nodes_.size());
    nodes_.push_back({uint32_t(nodes_.size()) + 1, uint32_t(tokens_.size()), 0, 0});

    longest_.resize(n_nodes());
    for (uint32_t i = n_nodes(); i-- > 0;) {
        longest_[i] = std::max(longest_[i], nodes_[i].depth);
        if (i > 0) longest_[parents[i]] = std::max(longest_[parents[i]], longest_[i]);
    }
    n_longer_.resize(max_depth_ + 1);
    for (const auto& [bytes, token] : texts)
        for (size_t n = 0; n < bytes.size(); ++n) ++n_longer_[n];
    by_length_ = tokens_;
    std::stable_sort(by_length_.begin(), by_length_.end(),
                     [&](Token a, Token b) { return tokenizer.piece(a).size() > tokenizer.piece(b).size(); });
}

std::span<const Token> TokenTrie::longer_than(size_t n) const {
    return std::span(by_length_).first(n < n_longer_.size() ? n_longer_[n] : 0);
}

}  // namespace siskin
