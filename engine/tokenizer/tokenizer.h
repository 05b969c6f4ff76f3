#pragma once
// Text to token ids and back, as the model's file describes it (keys tokenizer.ggml.*).
// SPM vocabularies (tokenizer.ggml.model "llama") run on sentencepiece, byte-level BPE ("gpt2", "gemma4") on PCRE2
// pre-tokenizers and rank merges. Every byte of the input survives that the vocabulary has a token for: invalid UTF-8
// is encoded byte by byte. Types of tokens are those of the file, but for one thing: a token that ends an answer is a
// control token.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tokenizer/special_matcher.h"
#include "engine/tokenizer/text_encoder.h"
#include "engine/tokenizer/vocabulary.h"
#include "formats/gguf_reader.h"

namespace siskin {

/// A special token of a text: where it begins and ends there, and how many tokens come before it. What stands on either
/// side becomes tokens of its own.
struct Seam {
    size_t begin, end, n_tokens;
};

struct EncodeOptions {
    bool add_special = true;     ///< add what the file asks for at the ends (bos, eos)
    bool parse_special = false;  ///< control tokens written out in the text become those tokens
};

class Tokenizer {
  public:
    /// Reads the vocabulary; nothing of `metadata` is needed afterwards. `pre` overrides tokenizer.ggml.pre when not
    /// empty. A BPE file without that key gets the pre-tokenizer that its architecture shares, else "default" (pre_name
    /// says which; it is a guess that deserves a note to the user when `metadata` has no such key).
    /// A file with no vocabulary (tokenizer.ggml.model absent, "none" or "no_vocab") gives {arch}.vocab_size tokens
    /// without text: ids work, encode does not. Throws Error(BadData) for a malformed or unsupported vocabulary; an
    /// unknown pre-tokenizer name is an error that lists the known ones and the --pre option. Throws Error(Usage) when
    /// `pre` is given for a kind that has none.
    static std::unique_ptr<Tokenizer> load(const Metadata& metadata, std::string_view pre = {});

    /// Throws Error(BadData) when the file has no vocabulary and `text` is not empty. Safe to call from several
    /// threads.
    std::vector<Token> encode(std::string_view text, EncodeOptions options = {}) const;

    /// Appends the tokens of a text in which control tokens may be written out only inside the `own` ranges, which
    /// ascend and neither overlap nor touch; adds nothing at the ends. `at_start`: the text begins there, or a special
    /// token stands before it. Adds its special tokens to `seams`. Throws as above.
    void encode_mixed(std::string_view text, std::span<const TextRange> own, bool at_start, std::vector<Token>& out,
                      std::vector<Seam>& seams) const;

    /// The bytes of one token inside running text. Control, unknown and unused tokens are empty unless `show_special`;
    /// so is an id outside the vocabulary.
    std::string_view piece(Token token, bool show_special = false) const;

    /// The text of a sequence: the pieces joined, less the space that SPM puts in front of a text, if the first token
    /// begins with one.
    std::string decode(std::span<const Token> tokens, bool show_special = false) const;

    int32_t n_vocab() const { return vocabulary_.size(); }
    Token bos() const { return vocabulary_.bos(); }  ///< kNoToken when the vocabulary has none; likewise below
    Token eos() const { return vocabulary_.eos(); }
    bool add_bos() const { return vocabulary_.add_bos(); }
    bool add_eos() const { return vocabulary_.add_eos(); }
    /// Ends an answer: eos, eot and their relatives (end of generation).
    bool is_end(Token token) const { return vocabulary_.is_end(token); }
    bool is_control(Token token) const;
    std::span<const Token> end_tokens() const { return vocabulary_.end_tokens(); }  ///< ascending
    std::string_view text(Token token) const;  ///< as it stands in the file; empty for an id outside the vocabulary
    Token find(std::string_view text) const {
        return vocabulary_.find(text);
    }  ///< the first with this text, or kNoToken
    std::string_view model_name() const {
        return model_name_;
    }                                                        ///< "llama", "gpt2", "gemma4"; "none" without vocabulary
    std::string_view pre_name() const { return pre_name_; }  ///< empty where the kind has no pre-tokenizer

    Tokenizer(const Tokenizer&) = delete;
    Tokenizer& operator=(const Tokenizer&) = delete;

  private:
    friend class StreamDecoder;
    explicit Tokenizer(Vocabulary vocabulary) : vocabulary_(std::move(vocabulary)) {}

    void find_special_tokens(const Metadata& metadata);
    std::string_view piece_at(Token token, bool show_special, bool first) const;

    std::string model_name_, pre_name_;
    Vocabulary vocabulary_;
    std::unique_ptr<TextEncoder> encoder_;  ///< none without a vocabulary
    SpecialMatcher specials_;               ///< user-defined tokens, which stand everywhere, control and unknown ones
};

/// Joins pieces into valid UTF-8 as they come: an incomplete character at the end waits for its rest. Joined, what push
/// and finish return is what decode gives.
class StreamDecoder {
  public:
    explicit StreamDecoder(const Tokenizer& tokenizer, bool show_special = false)
        : tokenizer_(tokenizer), show_special_(show_special) {}

    /// Text that is complete with this token; may be empty. Invalid bytes come out as they are once they cannot become
    /// valid. `shown`: this one appears also if it is a control token.
    std::string push(Token token, bool shown = false);
    /// What is still held back.
    std::string finish();

  private:
    const Tokenizer& tokenizer_;
    bool show_special_;
    bool at_start_ = true;
    std::string held_;
};

}  // namespace siskin
