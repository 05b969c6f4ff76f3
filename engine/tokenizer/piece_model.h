#pragma once
// The sentencepiece library on tokens of a vocabulary: a model of its BPE kind, built in memory.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/tokenizer/vocabulary.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace siskin {

class PieceModel {
  public:
    /// Of some of the tokens. `distinct`: no two of their texts are the same with marks for spaces; otherwise the first
    /// token of a text counts. Throws Error(BadData) when sentencepiece refuses them.
    PieceModel(const Vocabulary& vocabulary, std::span<const Token> tokens, bool distinct);
    ~PieceModel();

    /// Appends the tokens of valid UTF-8 with marks for spaces (space_marks.h). A byte for which the file has no token
    /// goes to `append_byte`. Only pieces that are parts of the text matter. Safe to call from several threads.
    template <class AppendByte>
    void encode(std::string_view text, std::vector<Token>& out, const AppendByte& append_byte) const {
        for (const int id : piece_ids(text)) {
            const auto piece = size_t(id);
            if (piece < tokens_.size()) {
                out.push_back(tokens_[piece]);
            } else if (piece - tokens_.size() < added_bytes_.size()) {
                append_byte(added_bytes_[piece - tokens_.size()]);
            }
        }
    }

  private:
    std::vector<int> piece_ids(std::string_view text) const;

    std::unique_ptr<sentencepiece::SentencePieceProcessor> processor_;
    std::vector<Token> tokens_;         ///< of the pieces
    std::vector<uint8_t> added_bytes_;  ///< of the pieces behind those: bytes for which the file has no token
};

}  // namespace siskin
