#pragma once
// Byte-pair encoding by ranked merges (tokenizer.ggml.model "gpt2" and "gemma4").

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "engine/tokenizer/pre_table.h"
#include "engine/tokenizer/text_encoder.h"
#include "engine/tokenizer/text_index.h"

namespace siskin {

/// The rank of a merge by its two symbols: open addressing, at most half full.
class RankTable {
  public:
    static constexpr uint32_t kNone = UINT32_MAX;

    /// For at most `n` pairs.
    explicit RankTable(size_t n = 0);
    /// Gives the pair the next rank, from 0 on; a pair that has one keeps it.
    void add(uint32_t left, uint32_t right);
    uint32_t find(uint32_t left, uint32_t right) const { return slots_[slot({left, right})]; }

  private:
    struct Pair {
        uint32_t left, right;
        bool operator==(const Pair&) const = default;
    };
    size_t slot(Pair pair) const;
    std::vector<uint32_t> slots_;  ///< ranks
    std::vector<Pair> pairs_;      ///< by rank
};

class BpeEncoder : public TextEncoder {
  public:
    /// Reads tokenizer.ggml.merges. Throws Error(BadData) when the list is missing or an entry is not two texts with a
    /// space between them. `vocabulary` must outlive the encoder.
    BpeEncoder(const Vocabulary& vocabulary, const Metadata& metadata, const PreTokenizerRow& pre);

    /// Time grows as n log n with the length of a piece, memory as n.
    void encode(std::string_view text, bool at_start, std::vector<Token>& out) const override;

  private:
    /// A text of the file that merges know: a token by its id, or above those one that is only a step on the way.
    using Symbol = uint32_t;
    static constexpr Symbol kNoSymbol = TextIndex::kNone;

    /// Part of a piece while it is merged; they form a list in the order of the text.
    struct Part {
        Symbol symbol;
        uint32_t begin;           ///< byte in the piece
        uint32_t previous, next;  ///< index, or the number of parts at either end
        uint32_t rank;            ///< of the merge with the next part; kNone when there is none
    };

    /// The working memory of one call.
    struct Scratch {
        std::vector<Part> parts;
        std::vector<uint64_t> queue;  ///< a heap of rank << 32 | index of the left part, smallest first
        std::string text;             ///< of a piece, as the file would write it
    };

    void read_merges(const Metadata& metadata);
    std::string_view text_of(std::string_view bytes, std::string& memory) const;
    Symbol find_symbol(std::string_view text) const;
    Symbol intern(std::string_view text);
    bool comes_of_merges(Token token) const { return vocabulary_.type(token) == TokenType::Normal; }
    bool is_token(Symbol symbol) const { return symbol < Symbol(vocabulary_.size()); }
    void encode_piece(std::string_view piece, Scratch& scratch, std::vector<Token>& out) const;
    void split_into_parts(std::string_view piece, Scratch& scratch) const;
    void merge_parts(Scratch& scratch) const;
    void rank_merge(std::vector<Part>& parts, uint32_t left) const;
    static void queue_if_first(Scratch& scratch, uint32_t left);
    void append_bytes(std::string_view bytes, std::vector<Token>& out) const;

    const Vocabulary& vocabulary_;
    bool whole_pieces_, whole_newlines_;
    PreTokenizer pre_tokenizer_;
    RankTable ranks_;
    std::vector<Symbol> merged_;          ///< what comes of a merge, by rank
    TextIndex more_symbols_;              ///< that the vocabulary does not find
    std::deque<std::string> step_texts_;  ///< of the symbols above the tokens
    std::array<Symbol, 256> symbol_of_byte_{};
};

}  // namespace siskin
