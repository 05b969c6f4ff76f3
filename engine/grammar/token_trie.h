#pragma once
// The texts of a vocabulary as a tree of bytes, so that what tokens share is looked at once. Only tokens that are plain
// text stand in it: no control, unknown or unused tokens, and of those that a user defined only white space, as the
// others are marks of a format.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/tokenizer/tokenizer.h"

namespace siskin {

class TokenTrie {
  public:
    /// In depth-first order: the children of a node follow it.
    struct Node {
        uint32_t end;          ///< behind the last node below this one
        uint32_t first_token;  ///< in tokens(); those of this node reach up to the next one's
        uint16_t depth;        ///< bytes from the root to here
        uint8_t byte;
    };

    explicit TokenTrie(const Tokenizer& tokenizer);

    uint32_t n_nodes() const { return uint32_t(nodes_.size()) - 1; }
    const Node& node(uint32_t i) const { return nodes_[i]; }  ///< node 0 is the root
    const std::vector<Token>& tokens() const { return tokens_; }
    size_t max_depth() const { return max_depth_; }
    /// Bytes of the longest token at or below a node.
    size_t longest(uint32_t node) const { return longest_[node]; }
    /// Tokens of more than `n` bytes.
    std::span<const Token> longer_than(size_t n) const;

  private:
    std::vector<Node> nodes_;  // and one behind the last
    std::vector<Token> tokens_;
    std::vector<uint16_t> longest_;  // [node]
    std::vector<Token> by_length_;   // the longest first
    std::vector<size_t> n_longer_;   // [n]: tokens of more than n bytes
    size_t max_depth_ = 0;
};

}  // namespace siskin
