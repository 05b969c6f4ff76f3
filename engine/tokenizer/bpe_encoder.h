#pragma once
// Byte-pair encoding by ranked merges (tokenizer.ggml.model "gpt2" and "gemma4"). Merges are looked up by their texts,
// as the file writes them: with numbers for the texts, a lookup would be faster, but loading takes the time of a
// million of them, and a prompt needs few.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/tokenizer/pre_table.h"
#include "engine/tokenizer/text_encoder.h"
#include "engine/tokenizer/text_index.h"

namespace siskin {

class BpeEncoder : public TextEncoder {
  public:
    /// Reads tokenizer.ggml.merges. Throws Error(BadData) when the list is missing or an entry is not two texts with a
    /// space between them. `vocabulary` must outlive the encoder.
    BpeEncoder(const Vocabulary& vocabulary, const Metadata& metadata, const PreTokenizerRow& pre);

    /// Time grows as n log n with the length of a piece, memory as n.
    void encode(std::string_view text, bool at_start, std::vector<Token>& out) const override;

  private:
    static constexpr uint32_t kNoRank = TextIndex::kNone;

    /// Part of a piece while it is merged; they form a list in the order of the text.
    struct Part {
        uint32_t begin;           ///< byte in the text
        uint32_t previous, next;  ///< index, or the number of parts at either end
        uint32_t rank;            ///< of the merge with the next part; kNoRank when there is none
    };

    /// The working memory of one call.
    struct Scratch {
        std::string_view text;  ///< of the piece, as the file would write it
        std::string memory;     ///< holds it where that differs from the piece
        std::string merge;      ///< a key of ranks_
        std::vector<Part> parts;
        std::vector<uint64_t> queue;  ///< a heap of rank << 32 | index of the left part, smallest first

        std::string_view part_text(uint32_t i) const;
    };

    void read_merges(const Metadata& metadata);
    Token find_token(std::string_view text) const;
    uint32_t find_rank(std::string_view left, std::string_view right, std::string& merge) const;
    bool comes_of_merges(Token token) const { return vocabulary_.type(token) == TokenType::Normal; }
    void set_text(std::string_view piece, Scratch& scratch) const;
    void encode_piece(std::string_view piece, Scratch& scratch, std::vector<Token>& out) const;
    void split_into_parts(Scratch& scratch) const;
    void merge_parts(Scratch& scratch) const;
    void rank_merge(Scratch& scratch, uint32_t left) const;
    static void queue_if_first(Scratch& scratch, uint32_t left);
    void append_unknown(std::string_view text, std::vector<Token>& out) const;

    const Vocabulary& vocabulary_;
    bool whole_pieces_, whole_newlines_;
    PreTokenizer pre_tokenizer_;
    StringPool merges_;         ///< by rank: two texts and a space
    TextIndex ranks_;           ///< of merges_
    size_t longest_merge_ = 0;  ///< bytes
    /// Tokens whose text the vocabulary finds as another one, which no merge gives.
    std::unordered_map<std::string_view, Token> repeats_;
};

}  // namespace siskin
