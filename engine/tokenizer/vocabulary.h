#pragma once
// The tokens of a model as its file lists them: texts, types, scores, the ids with a special meaning, and the bytes
// that each token stands for. Nothing here knows how text is cut into tokens. Keys: tokenizer.ggml.*; ggml-org/ggml
// docs/gguf.md.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/tokenizer/text_index.h"
#include "formats/gguf_reader.h"

namespace siskin {

using Token = int32_t;
constexpr Token kNoToken = -1;
static_assert(Token(TextIndex::kNone) == kNoToken);

/// By their number in tokenizer.ggml.token_type.
enum class TokenType : uint8_t { Normal = 1, Unknown, Control, UserDefined, Unused, Byte };

/// How the text of a normal token stands for bytes.
enum class TextForm : uint8_t {
    ByteAlphabet,  ///< each character is one byte, in the alphabet of GPT-2
    SpaceMarks,    ///< UTF-8 with U+2581 for the space (space_marks.h); single bytes are tokens <0x00> to <0xFF>
    Plain,         ///< UTF-8; single bytes as above
};

/// What holds for a vocabulary unless its file says otherwise.
struct VocabularyTraits {
    TextForm form = TextForm::ByteAlphabet;
    bool scored = false;  ///< tokenizer.ggml.scores is needed
    bool add_bos = false;
    bool always_add_bos = false;  ///< whatever the file says
    bool add_space_prefix = false;
    Token bos = kNoToken, eos = kNoToken, unknown = kNoToken;
};

/// Many strings in one block of memory, which does not move with the object.
class StringPool {
  public:
    /// Takes the memory for so many strings at once.
    void reserve(size_t n_strings, size_t n_bytes);
    void add(std::string_view text);
    size_t size() const { return ends_.size(); }
    size_t n_bytes() const { return bytes_.size(); }
    std::string_view operator[](size_t i) const {
        const size_t begin = i == 0 ? 0 : ends_[i - 1];
        return {bytes_.data() + begin, ends_[i] - begin};
    }

  private:
    std::vector<char> bytes_;
    std::vector<size_t> ends_;
};

class Vocabulary {
  public:
    Vocabulary(Vocabulary&&) = default;
    Vocabulary& operator=(Vocabulary&&) = default;

    /// Reads and checks everything. Throws Error(BadData): a list is missing, of the wrong type or length; a type is
    /// not known; a score is not finite; a byte token is not written <0xHH>; a token is longer than kMaxTokenBytes. An
    /// id with a special meaning that lies outside the vocabulary counts as absent.
    static Vocabulary read(const Metadata& metadata, const VocabularyTraits& traits);

    /// `n_vocab` tokens without any text, for models that come without a vocabulary.
    static Vocabulary without_text(int32_t n_vocab);

    static constexpr size_t kMaxTokenBytes = 4096;

    int32_t size() const { return int32_t(types_.size()); }
    bool contains(Token token) const { return token >= 0 && token < size(); }

    // These four want a token of the vocabulary.
    TokenType type(Token token) const { return types_[size_t(token)]; }
    std::string_view text(Token token) const { return texts_[size_t(token)]; }   ///< as it stands in the file
    std::string_view bytes(Token token) const { return bytes_[size_t(token)]; }  ///< what it stands for
    float score(Token token) const { return scores_[size_t(token)]; }            ///< only when traits asked for scores

    /// The first token with this text, or kNoToken.
    Token find(std::string_view text) const {
        return Token(index_.find(text, [this](uint32_t token) { return texts_[token]; }));
    }
    /// Tokens whose text an earlier one has, too.
    std::span<const Token> repeated() const { return repeated_; }
    /// The token of type Byte for this byte, or kNoToken.
    Token byte_token(uint8_t byte) const { return byte_tokens_[byte]; }

    TextForm form() const { return form_; }
    Token bos() const { return bos_; }
    Token eos() const { return eos_; }
    Token unknown() const { return unknown_; }
    bool add_bos() const { return add_bos_; }
    bool add_eos() const { return add_eos_; }
    bool add_space_prefix() const { return add_space_prefix_; }
    bool is_end(Token token) const;
    std::span<const Token> end_tokens() const { return end_tokens_; }  ///< ascending

  private:
    Vocabulary() = default;
    void read_texts(const Metadata& metadata);
    void read_types(const Metadata& metadata);
    void read_scores(const Metadata& metadata);
    void read_special_ids(const Metadata& metadata, const VocabularyTraits& traits);
    void read_end_tokens(const Metadata& metadata);
    void read_bytes();
    void add_end_tokens_by_text();

    TextForm form_ = TextForm::Plain;
    StringPool texts_, bytes_;
    std::vector<TokenType> types_;
    std::vector<float> scores_;
    TextIndex index_;
    std::vector<Token> repeated_;
    std::array<Token, 256> byte_tokens_{};
    Token bos_ = kNoToken, eos_ = kNoToken, unknown_ = kNoToken;
    bool add_bos_ = false, add_eos_ = false, add_space_prefix_ = false;
    std::vector<Token> end_tokens_;
};

}  // namespace siskin
