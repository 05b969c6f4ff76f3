#include "engine/tokenizer/tokenizer.h"

#include <limits>
#include <utility>

#include "engine/tokenizer/bpe_encoder.h"
#include "engine/tokenizer/pre_table.h"
#include "engine/tokenizer/spm_encoder.h"
#include "engine/tokenizer/utf8.h"
#include "formats/checked.h"
#include "formats/error.h"

namespace siskin {
namespace {

constexpr std::string_view kModelKey = "tokenizer.ggml.model";
constexpr std::string_view kPreKey = "tokenizer.ggml.pre";

std::string_view architecture_of(const Metadata& metadata) {
    return metadata.string("general.architecture").value_or("");
}

bool has_vocabulary(const Metadata& metadata) {
    if (!metadata.has(kModelKey) && metadata.has("tokenizer.ggml.tokens")) {
        fail(Fault::BadData, kModelKey, ": missing, but there are tokens");
    }
    const std::string_view model = metadata.string(kModelKey).value_or("none");
    return model != "none" && model != "no_vocab";
}

Vocabulary vocabulary_without_text(const Metadata& metadata) {
    const std::string key = std::string(architecture_of(metadata)) + ".vocab_size";
    const int64_t n_vocab = metadata.integer(key).value_or(0);
    if (n_vocab < 0 || n_vocab > std::numeric_limits<Token>::max()) {
        fail(Fault::BadData, printable(key), ": ", n_vocab, ", expected 0 to 2^31 - 1");
    }
    return Vocabulary::without_text(int32_t(n_vocab));
}

/// What sentencepiece and the converters from it assume.
constexpr VocabularyTraits kSpmTraits = {.form = TextForm::SpaceMarks,
                                         .scored = true,
                                         .add_bos = true,
                                         .add_space_prefix = true,
                                         .bos = 1,
                                         .eos = 2,
                                         .unknown = 0};

std::string choose_pre_name(const Metadata& metadata, std::string_view model, std::string_view wanted) {
    if (!wanted.empty()) return std::string(wanted);
    if (model == "gemma4") return "gemma4";
    const std::string_view named = metadata.string(kPreKey).value_or("");
    return std::string(named.empty() ? pre_tokenizer_of_architecture(architecture_of(metadata)) : named);
}

const PreTokenizerRow& pre_tokenizer_row(std::string_view name) {
    const PreTokenizerRow* row = find_pre_tokenizer(name);
    if (!row) {
        fail(Fault::BadData, kPreKey, ": pre-tokenizer \"", printable(name),
             "\" is not known; choose one by --pre NAME: ", known_pre_tokenizers());
    }
    return *row;
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c;
    return out;
}

/// Files do not say which special tokens swallow the white space beside them; these models' do.
class Stripping {
  public:
    Stripping(const Metadata& metadata, std::string_view pre_name) {
        const std::string name = lower_case(metadata.string("general.name").value_or(""));
        const auto named = [&](std::string_view part) { return name.find(part) != std::string::npos; };
        const bool phi3 = architecture_of(metadata) == "phi3" || named("phi-3") || named("phi3");
        right_ = phi3 && metadata.string(kModelKey) == "llama";
        if (pre_name == "jina-v2-de" || pre_name == "jina-v2-es" || pre_name == "jina-v2-code") left_ = "<mask>";
        if (named("modern-bert")) left_ = "[MASK]";
    }
    bool left(std::string_view text) const { return text == left_; }
    bool right(std::string_view text) const {
        return right_ && text != "<unk>" && text != "<s>" && text != "<|endoftext|>";
    }

  private:
    std::string_view left_;
    bool right_ = false;
};

}  // namespace

std::unique_ptr<Tokenizer> Tokenizer::load(const Metadata& metadata, std::string_view pre) {
    std::unique_ptr<Tokenizer> tokenizer;
    if (!has_vocabulary(metadata)) {
        tokenizer.reset(new Tokenizer(vocabulary_without_text(metadata)));
        tokenizer->model_name_ = "none";
        return tokenizer;
    }
    const std::string_view model = *metadata.string(kModelKey);
    if (model == "llama") {
        if (!pre.empty())
            fail(Fault::Usage, "--pre ", printable(pre), ": this vocabulary (\"llama\") has no pre-tokenizer");
        tokenizer.reset(new Tokenizer(Vocabulary::read(metadata, kSpmTraits)));
        tokenizer->encoder_ = std::make_unique<SpmEncoder>(tokenizer->vocabulary_);
    } else if (model == "gpt2" || model == "gemma4") {
        std::string name = choose_pre_name(metadata, model, pre);
        const PreTokenizerRow& row = pre_tokenizer_row(name);
        const VocabularyTraits traits = {
            .form = row.form, .add_bos = row.add_bos, .always_add_bos = row.always_add_bos};
        tokenizer.reset(new Tokenizer(Vocabulary::read(metadata, traits)));
        tokenizer->encoder_ = std::make_unique<BpeEncoder>(tokenizer->vocabulary_, metadata, row);
        tokenizer->pre_name_ = std::move(name);
    } else {
        fail(Fault::BadData, kModelKey, ": vocabularies of the kind \"", printable(model),
             "\" are not supported yet, expected \"llama\", \"gpt2\" or \"gemma4\"");
    }
    tokenizer->model_name_ = model;
    tokenizer->find_special_tokens(metadata);
    return tokenizer;
}

void Tokenizer::find_special_tokens(const Metadata& metadata) {
    const Stripping stripping(metadata, pre_name_);
    std::vector<SpecialToken> specials;
    for (Token token = 0; token < n_vocab(); ++token) {
        const TokenType type = vocabulary_.type(token);
        const bool everywhere = type == TokenType::UserDefined;
        const bool hidden = type == TokenType::Control || type == TokenType::Unknown;
        const std::string_view text = vocabulary_.text(token);
        if (!text.empty() && (hidden || everywhere))
            specials.push_back({text, token, stripping.left(text), stripping.right(text), everywhere});
    }
    specials_ = SpecialMatcher(std::move(specials));
}

std::vector<Token> Tokenizer::encode(std::string_view text, EncodeOptions options) const {
    std::vector<Token> out;
    std::vector<Seam> seams;
    const TextRange all = {0, text.size()};
    if (options.add_special && add_bos()) out.push_back(bos());
    encode_mixed(text, {&all, options.parse_special}, true, out, seams);
    if (options.add_special && add_eos()) out.push_back(eos());
    return out;
}

void Tokenizer::encode_mixed(std::string_view text, std::span<const TextRange> own, bool at_start,
                             std::vector<Token>& out, std::vector<Seam>& seams) const {
    if (!encoder_ && !text.empty()) {
        fail(Fault::BadData, "the model's file has no vocabulary: text cannot be turned into tokens, give token ids");
    }
    for (const auto& part : specials_.split(text, own)) {
        if (part.token != kNoToken) {
            const auto begin = size_t(part.text.data() - text.data());
            seams.push_back({begin, begin + part.text.size(), out.size()});
            out.push_back(part.token);
        } else {
            encoder_->encode(part.text, at_start, out);
        }
        at_start = part.token != kNoToken;
    }
}

std::string_view Tokenizer::piece(Token token, bool show_special) const {
    if (!encoder_ || !vocabulary_.contains(token)) return {};
    const TokenType type = vocabulary_.type(token);
    const bool special = type == TokenType::Control || type == TokenType::Unknown || type == TokenType::Unused;
    return special && !show_special ? std::string_view() : vocabulary_.bytes(token);
}

/// A piece as part of a text; the first one without the space that encode put in front.
std::string_view Tokenizer::piece_at(Token token, bool show_special, bool first) const {
    std::string_view bytes = piece(token, show_special);
    if (first && vocabulary_.add_space_prefix() && bytes.starts_with(' ')) bytes.remove_prefix(1);
    return bytes;
}

std::string Tokenizer::decode(std::span<const Token> tokens, bool show_special) const {
    std::string text;
    for (size_t i = 0; i < tokens.size(); ++i) text += piece_at(tokens[i], show_special, i == 0);
    return text;
}

bool Tokenizer::is_control(Token token) const {
    return vocabulary_.contains(token) && vocabulary_.type(token) == TokenType::Control;
}

std::string_view Tokenizer::text(Token token) const {
    return encoder_ && vocabulary_.contains(token) ? vocabulary_.text(token) : std::string_view();
}

std::string StreamDecoder::push(Token token, bool shown) {
    held_ += tokenizer_.piece_at(token, show_special_ || shown, at_start_);
    at_start_ = false;
    const size_t complete = utf8_complete_prefix(held_);
    std::string text = held_.substr(0, complete);
    held_.erase(0, complete);
    return text;
}

std::string StreamDecoder::finish() { return std::exchange(held_, {}); }

}  // namespace siskin
