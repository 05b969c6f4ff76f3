#pragma once
// The pre-tokenizers that tokenizer.ggml.pre names.

#include <array>
#include <string>
#include <string_view>

#include "engine/tokenizer/pre_tokenizer.h"
#include "engine/tokenizer/vocabulary.h"

namespace siskin {

struct PreTokenizerRow {
    std::string_view names;  ///< separated by spaces
    std::array<PreStep, 6> steps;
    TextForm form = TextForm::ByteAlphabet;
    bool whole_pieces = false;    ///< a piece that is a token is taken whole, without merging
    bool whole_newlines = false;  ///< the same for pieces of nothing but line feeds
    bool add_bos = false;         ///< when the file does not say
    bool always_add_bos = false;
};

/// The row with this name, or nullptr.
const PreTokenizerRow* find_pre_tokenizer(std::string_view name);

/// All names, sorted and joined by ", ", for messages.
std::string known_pre_tokenizers();

/// The pre-tokenizer of files written before there was such a key: that of the models of the architecture where they
/// all share one, else "default".
std::string_view pre_tokenizer_of_architecture(std::string_view architecture);

}  // namespace siskin
