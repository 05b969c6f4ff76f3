#pragma once
// Vocabularies of sentencepiece's BPE kind (tokenizer.ggml.model "llama"), run by the sentencepiece library on a model
// built in memory from the tokens of the file.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/tokenizer/text_encoder.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace siskin {

class SpmEncoder : public TextEncoder {
  public:
    /// Throws Error(BadData) when sentencepiece refuses the vocabulary. `vocabulary` must outlive the encoder.
    explicit SpmEncoder(const Vocabulary& vocabulary);
    ~SpmEncoder() override;

    void encode(std::string_view text, bool at_start, std::vector<Token>& out) const override;

  private:
    void note_pairs() const;
    bool may_join(std::string_view left, std::string_view right) const;
    size_t chunk_end(std::string_view text) const;
    void encode_chunk(std::string_view text, std::vector<Token>& out) const;
    void append_byte(uint8_t byte, std::vector<Token>& out) const;

    const Vocabulary& vocabulary_;
    std::unique_ptr<sentencepiece::SentencePieceProcessor> processor_;
    /// The bytes whose pieces are not tokens of the file, by their id beyond its end (see model_proto).
    std::vector<uint8_t> added_bytes_;
    /// A bit per hash of two characters that stand side by side in some token; noted for the first long text.
    mutable std::vector<bool> pairs_;
    mutable std::once_flag pairs_noted_;
};

}  // namespace siskin
