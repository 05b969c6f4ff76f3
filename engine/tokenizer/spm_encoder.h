#pragma once
// Vocabularies of sentencepiece's BPE kind (tokenizer.ggml.model "llama").

#include <atomic>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/tokenizer/piece_model.h"
#include "engine/tokenizer/text_encoder.h"

namespace siskin {

class SpmEncoder : public TextEncoder {
  public:
    /// `vocabulary` must outlive the encoder.
    explicit SpmEncoder(const Vocabulary& vocabulary);

    /// Throws Error(BadData) when sentencepiece refuses the vocabulary.
    void encode(std::string_view text, bool at_start, std::vector<Token>& out) const override;

  private:
    void note_pairs() const;
    bool may_join(std::string_view left, std::string_view right) const;
    size_t chunk_end(std::string_view text) const;
    void encode_chunk(std::string_view text, std::vector<Token>& out) const;
    std::vector<Token> tokens_within(std::string_view text) const;
    void load_whole() const;
    void append_byte(uint8_t byte, std::vector<Token>& out) const;

    const Vocabulary& vocabulary_;
    bool distinct_;  ///< no two texts are the same, also with marks for spaces: none is repeated, none holds a space
    size_t longest_text_ = 0;
    /// A model of all tokens, once texts come that need one.
    mutable std::optional<PieceModel> whole_;
    mutable std::once_flag whole_loaded_;
    mutable std::atomic<size_t> spent_ = 0;  ///< on models of short texts
    /// A bit per hash of two characters that stand side by side in some token; noted for the first long text.
    mutable std::vector<bool> pairs_;
    mutable std::once_flag pairs_noted_;
};

}  // namespace siskin
