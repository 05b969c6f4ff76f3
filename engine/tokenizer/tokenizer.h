#pragma once
// Text to token ids and back, as the model's file describes it (keys tokenizer.ggml.*).
// SPM vocabularies (tokenizer.ggml.model "llama") run on sentencepiece, byte-level BPE ("gpt2") on PCRE2 pre-tokenizers
// and rank merges. Every byte of the input survives: invalid UTF-8 is encoded byte by byte.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/gguf_reader.h"

namespace siskin {

using Token = int32_t;
constexpr Token kNoToken = -1;

struct EncodeOptions {
    bool add_special = true;     ///< add what the file asks for at the ends (bos, eos)
    bool parse_special = false;  ///< control tokens written out in the text become those tokens
};

class Tokenizer {
  public:
    virtual ~Tokenizer() = default;

    /// Reads the vocabulary. `pre` overrides tokenizer.ggml.pre when not empty.
    /// Throws Error(BadData) for a missing, malformed or unsupported vocabulary; an unknown pre-tokenizer name is an error
    /// that lists the known ones and the --pre option.
    static std::unique_ptr<Tokenizer> load(const Metadata& metadata, std::string_view pre = {});

    std::vector<Token> encode(std::string_view text, EncodeOptions options = {}) const;

    /// The bytes of one token inside running text. Control and unknown tokens are empty unless `show_special`.
    std::string_view piece(Token token, bool show_special = false) const;

    /// The text of a sequence: the pieces joined, less the space that SPM puts in front of a text.
    std::string decode(std::span<const Token> tokens, bool show_special = false) const;

    int32_t n_vocab() const;
    Token bos() const;             ///< kNoToken when the vocabulary has none; likewise below
    Token eos() const;
    bool add_bos() const;
    bool add_eos() const;
    bool is_end(Token token) const;      ///< ends an answer: eos, eot and their relatives (end of generation)
    bool is_control(Token token) const;
    std::span<const Token> end_tokens() const;
    std::string_view text(Token token) const;  ///< as it stands in the file
    Token find(std::string_view text) const;   ///< the token whose text is this, or kNoToken
    std::string_view model_name() const;       ///< "llama", "gpt2"
    std::string_view pre_name() const;
};

/// Joins pieces into valid UTF-8 as they come: an incomplete character at the end waits for its rest.
class StreamDecoder {
  public:
    explicit StreamDecoder(const Tokenizer& tokenizer, bool show_special = false);
    /// Text that is complete with this token; may be empty. Invalid bytes come out as they are once they cannot become
    /// valid.
    std::string push(Token token);
    /// What is still held back.
    std::string finish();

  private:
    const Tokenizer& tokenizer_;
    bool show_special_;
    bool at_start_ = true;
    std::string held_;
};

}  // namespace siskin
