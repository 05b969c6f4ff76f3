#include "engine/tokenizer/vocabulary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "engine/tokenizer/byte_alphabet.h"
#include "engine/tokenizer/space_marks.h"
#include "formats/checked.h"
#include "formats/error.h"

namespace siskin {
namespace {

constexpr std::string_view kTokensKey = "tokenizer.ggml.tokens";
constexpr std::string_view kTypesKey = "tokenizer.ggml.token_type";
constexpr std::string_view kScoresKey = "tokenizer.ggml.scores";

/// Tokens that end an answer, as the known families write them.
constexpr std::string_view kEndTexts[] = {
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|flush|>",
    "<|calls|>",
    "<end_of_turn>",
    "<|endoftext|>",
    "</s>",
    "<|eom_id|>",
    "<EOT>",
    "_<EOT>",
    "[EOT]",
    "[EOS]",
    "<|end_of_text|>",
    "<end_of_utterance>",
    "<eos>",
    "<turn|>",
    "<|tool_response>",
    "<｜end▁of▁sentence｜>",
    "[e~[",
};

/// Ends that a key names; where the key is absent, the first of the texts that the vocabulary has.
struct NamedEnd {
    std::string_view key;
    std::array<std::string_view, 5> texts;
};
constexpr NamedEnd kNamedEnds[] = {
    {"tokenizer.ggml.eot_token_id", {}},
    {"tokenizer.ggml.eom_token_id", {}},
    {"tokenizer.ggml.fim_pad_token_id", {"<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"}},
    {"tokenizer.ggml.fim_rep_token_id", {"<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"}},
    {"tokenizer.ggml.fim_sep_token_id", {"<|file_sep|>"}},
};

/// The value of "<0xHH>".
std::optional<uint8_t> parse_byte_token(std::string_view text) {
    if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') return std::nullopt;
    int value = 0;
    for (const char c : text.substr(3, 2)) {
        int digit = 0;
        if (c >= '0' && c <= '9') {
            digit = c - '0';
        } else if (c >= 'A' && c <= 'F') {
            digit = c - 'A' + 10;
        } else if (c >= 'a' && c <= 'f') {
            digit = c - 'a' + 10;
        } else {
            return std::nullopt;
        }
        value = value * 16 + digit;
    }
    return uint8_t(value);
}

/// The id that a key gives; kNoToken when it lies outside the vocabulary, `absent` when there is no such key.
Token special_id(const Metadata& metadata, std::string_view key, Token absent, int32_t n_vocab) {
    const int64_t id = metadata.integer(key).value_or(absent);
    return id >= 0 && id < n_vocab ? Token(id) : kNoToken;
}

}  // namespace

void StringPool::reserve(size_t n_strings, size_t n_bytes) {
    ends_.reserve(n_strings);
    bytes_.reserve(n_bytes);
}

void StringPool::add(std::string_view text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    ends_.push_back(bytes_.size());
}

Vocabulary Vocabulary::read(const Metadata& metadata, const VocabularyTraits& traits) {
    Vocabulary vocabulary;
    vocabulary.form_ = traits.form;
    vocabulary.read_texts(metadata);
    vocabulary.read_types(metadata);
    if (traits.scored) vocabulary.read_scores(metadata);
    vocabulary.read_special_ids(metadata, traits);
    vocabulary.read_end_tokens(metadata);
    vocabulary.read_bytes();
    return vocabulary;
}

Vocabulary Vocabulary::without_text(int32_t n_vocab) {
    Vocabulary vocabulary;
    vocabulary.types_.assign(size_t(n_vocab), TokenType::Unused);
    vocabulary.byte_tokens_.fill(kNoToken);
    return vocabulary;
}

void Vocabulary::read_texts(const Metadata& metadata) {
    const auto texts = metadata.strings(kTokensKey);
    if (!texts || texts->empty()) fail(Fault::BadData, kTokensKey, ": missing or empty, expected a list of strings");
    if (texts->size() > size_t(std::numeric_limits<Token>::max())) {
        fail(Fault::BadData, kTokensKey, ": ", texts->size(), " tokens, expected fewer than 2^31");
    }
    size_t n_bytes = 0;
    for (const std::string_view text : *texts) n_bytes += text.size();
    texts_.reserve(texts->size(), n_bytes);
    for (size_t i = 0; i < texts->size(); ++i) {
        const std::string_view text = (*texts)[i];
        if (text.size() > kMaxTokenBytes) {
            fail(Fault::BadData, kTokensKey, "[", i, "]: ", text.size(), " bytes, expected at most ", kMaxTokenBytes);
        }
        texts_.add(text);
    }
    index_ = TextIndex(
        texts_.size(), [this](uint32_t token) { return texts_[token]; },
        [this](uint32_t token) { repeated_.push_back(Token(token)); });
}

void Vocabulary::read_types(const Metadata& metadata) {
    types_.assign(texts_.size(), TokenType::Normal);
    const auto types = metadata.integers(kTypesKey);
    if (!types) return;
    if (types->size() != texts_.size()) {
        fail(Fault::BadData, kTypesKey, ": ", types->size(), " entries, expected ", texts_.size(), ", one per token");
    }
    for (size_t i = 0; i < types->size(); ++i) {
        const int64_t type = (*types)[i];
        if (type < 0 || type > int64_t(TokenType::Byte)) {
            fail(Fault::BadData, kTypesKey, "[", i, "]: type ", type, ", expected 0 to 6");
        }
        if (type != 0) types_[i] = TokenType(type);  // 0 is "undefined": nothing speaks against ordinary text
    }
}

void Vocabulary::read_scores(const Metadata& metadata) {
    auto scores = metadata.numbers(kScoresKey);
    if (!scores) fail(Fault::BadData, kScoresKey, ": missing; this kind of vocabulary cannot be used without it");
    if (scores->size() != texts_.size()) {
        fail(Fault::BadData, kScoresKey, ": ", scores->size(), " entries, expected ", texts_.size(), ", one per token");
    }
    const auto bad = std::find_if_not(scores->begin(), scores->end(), [](float score) { return std::isfinite(score); });
    if (bad != scores->end()) {
        fail(Fault::BadData, kScoresKey, "[", bad - scores->begin(), "]: ", *bad, ", expected a finite number");
    }
    scores_ = std::move(*scores);
}

void Vocabulary::read_special_ids(const Metadata& metadata, const VocabularyTraits& traits) {
    bos_ = special_id(metadata, "tokenizer.ggml.bos_token_id", traits.bos, size());
    eos_ = special_id(metadata, "tokenizer.ggml.eos_token_id", traits.eos, size());
    unknown_ = special_id(metadata, "tokenizer.ggml.unknown_token_id", traits.unknown, size());
    if (!metadata.has(kTypesKey)) {
        if (bos_ != kNoToken) types_[size_t(bos_)] = TokenType::Control;
        if (eos_ != kNoToken) types_[size_t(eos_)] = TokenType::Control;
        if (unknown_ != kNoToken) types_[size_t(unknown_)] = TokenType::Unknown;
    }
    const bool wants_bos = metadata.boolean("tokenizer.ggml.add_bos_token").value_or(traits.add_bos);
    const bool wants_eos = metadata.boolean("tokenizer.ggml.add_eos_token").value_or(false);
    add_bos_ = bos_ != kNoToken && (wants_bos || traits.always_add_bos);
    add_eos_ = eos_ != kNoToken && wants_eos;
    add_space_prefix_ = traits.form == TextForm::SpaceMarks &&
                        metadata.boolean("tokenizer.ggml.add_space_prefix").value_or(traits.add_space_prefix);
}

void Vocabulary::read_end_tokens(const Metadata& metadata) {
    for (const NamedEnd& end : kNamedEnds) {
        if (metadata.has(end.key)) {
            end_tokens_.push_back(special_id(metadata, end.key, kNoToken, size()));
            continue;
        }
        const auto named = std::find_if(end.texts.begin(), end.texts.end(),
                                        [&](std::string_view text) { return find(text) != kNoToken; });
        if (named != end.texts.end()) end_tokens_.push_back(find(*named));
    }
    add_end_tokens_by_text();

    // In these formats the token ends a part of the answer, not the answer.
    const auto ends = [&](std::string_view text) {
        return std::find(end_tokens_.begin(), end_tokens_.end(), find(text)) != end_tokens_.end();
    };
    const bool calls = ends("<|call|>") || ends("<|calls|>");
    if (calls && (ends("<|return|>") || ends("<|flush|>"))) std::erase(end_tokens_, find("<|end|>"));
    if (ends("<|tool_response>")) std::erase(end_tokens_, find("</s>"));

    // A token that ends the answer must not come out of plain text, whatever type the converter gave it.
    std::erase(end_tokens_, kNoToken);
    for (const Token token : end_tokens_) types_[size_t(token)] = TokenType::Control;

    if (eos_ != kNoToken) end_tokens_.push_back(eos_);
    std::sort(end_tokens_.begin(), end_tokens_.end());
    end_tokens_.erase(std::unique(end_tokens_.begin(), end_tokens_.end()), end_tokens_.end());
}

void Vocabulary::add_end_tokens_by_text() {
    for (const std::string_view text : kEndTexts) {
        const Token token = find(text);
        if (token == kNoToken) continue;
        // "</s>" is also HTML, and an ordinary token of many vocabularies: it ends only where the file makes it
        // special.
        if (text == "</s>" && type(token) != TokenType::Control) continue;
        end_tokens_.push_back(token);
    }
}

void Vocabulary::read_bytes() {
    byte_tokens_.fill(kNoToken);
    bytes_.reserve(texts_.size(), texts_.n_bytes());  // no text stands for more bytes than it has
    std::string bytes;
    for (Token token = 0; token < size(); ++token) {
        const std::string_view text = texts_[size_t(token)];
        TokenType& type = types_[size_t(token)];
        const std::optional<uint8_t> byte = parse_byte_token(text);
        if (type == TokenType::Byte && !byte) {
            fail(Fault::BadData, kTokensKey, "[", token, "]: byte token \"", printable(text),
                 "\", expected the form <0xHH>");
        }
        if (type == TokenType::Normal && byte && form_ != TextForm::ByteAlphabet) type = TokenType::Byte;

        bytes.clear();
        if (type == TokenType::Byte) {
            if (byte_tokens_[*byte] == kNoToken) byte_tokens_[*byte] = token;
            bytes = char(*byte);
        } else if (type == TokenType::Control || type == TokenType::Unknown || form_ == TextForm::Plain) {
            bytes = text;
        } else if (form_ == TextForm::SpaceMarks) {
            bytes = marks_to_spaces(text);
        } else if (type == TokenType::UserDefined) {
            bytes = text;
        } else {
            append_from_byte_alphabet(text, bytes);
        }
        bytes_.add(bytes);
    }
}

bool Vocabulary::is_end(Token token) const { return std::binary_search(end_tokens_.begin(), end_tokens_.end(), token); }

}  // namespace siskin
