#include "engine/tokenizer/piece_model.h"

#include <sentencepiece_processor.h>

#include <bit>
#include <deque>
#include <string>
#include <unordered_set>
#include <utility>

#include "engine/tokenizer/space_marks.h"
#include "engine/tokenizer/utf8.h"
#include "formats/error.h"

namespace siskin {
namespace {

/// Writes the wire format of protocol buffers.
class ProtoWriter {
  public:
    void add_varint(int field, uint64_t value) {
        varint(uint64_t(field) << 3);
        varint(value);
    }
    void add_float(int field, float value) {
        varint(uint64_t(field) << 3 | 5);
        const auto bits = std::bit_cast<uint32_t>(value);
        for (int shift = 0; shift < 32; shift += 8) bytes_ += char(bits >> shift & 0xFF);
    }
    void add_bytes(int field, std::string_view value) {
        varint(uint64_t(field) << 3 | 2);
        varint(value.size());
        bytes_ += value;
    }
    const std::string& bytes() const { return bytes_; }
    void clear() { bytes_.clear(); }
    void reserve(size_t n_bytes) { bytes_.reserve(n_bytes); }

  private:
    void varint(uint64_t value) {
        for (; value >= 0x80; value >>= 7) bytes_ += char(value | 0x80);
        bytes_ += char(value);
    }
    std::string bytes_;
};

std::string byte_piece(uint8_t byte) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    return std::string("<0x") + kHex[byte >> 4] + kHex[byte & 15] + '>';
}

/// A ModelProto of the tokens that plain text can become. sentencepiece refuses or mishandles pieces that are empty,
/// double, hold a NUL or are not UTF-8: those are left out. Behind the tokens stand the byte pieces that the file
/// lacks, then the one unknown piece that must be.
class ModelBuilder {
  public:
    ModelBuilder(const Vocabulary& vocabulary, std::span<const Token> tokens, bool distinct)
        : vocabulary_(vocabulary), distinct_(distinct) {
        constexpr size_t kUsualBytes = 24;  // of a piece: half of them are its text
        model_.reserve(tokens.size() * kUsualBytes);
        pieces_.reserve(tokens.size());
        for (const Token token : tokens) add_token(token);
        for (int byte = 0; byte < 256; ++byte) {
            if (vocabulary.byte_token(uint8_t(byte)) != kNoToken) continue;
            add(byte_piece(uint8_t(byte)), TokenType::Byte, 0);
            added_bytes_.push_back(uint8_t(byte));
        }
        add(kUnknownPiece, TokenType::Unknown, 0);
        finish();
    }

    const std::string& serialized() const { return model_.bytes(); }
    std::vector<Token> take_pieces() { return std::move(pieces_); }
    std::vector<uint8_t> take_added_bytes() { return std::move(added_bytes_); }

  private:
    /// No symbol of any text: those of two characters or more are pieces that it can become, which hold no NUL.
    static constexpr std::string_view kUnknownPiece = {"\0?", 2};

    void add_token(Token token) {
        const TokenType type = vocabulary_.type(token);
        if (type == TokenType::Control || type == TokenType::Unknown) return;
        if (type == TokenType::Byte) {
            const auto byte = uint8_t(vocabulary_.bytes(token)[0]);
            if (vocabulary_.byte_token(byte) != token) return;
            add(byte_piece(byte), type, vocabulary_.score(token));
        } else {
            const std::string_view text = marked_text(token);
            const bool usable = !text.empty() && text.find('\0') == std::string_view::npos &&
                                utf8_valid_prefix(text) == text.size() && (distinct_ || known_.insert(text).second);
            if (!usable) return;
            add(text, type, vocabulary_.score(token));
        }
        pieces_.push_back(token);
    }

    /// The text of a token with marks instead of spaces.
    std::string_view marked_text(Token token) {
        const std::string_view text = vocabulary_.text(token);
        if (text.find(' ') == std::string_view::npos) return text;
        return marked_.emplace_back(spaces_to_marks(text));
    }

    /// The numbers of types are those of sentencepiece_model.proto.
    void add(std::string_view text, TokenType type, float score) {
        piece_.clear();
        piece_.add_bytes(1, text);
        piece_.add_float(2, score);
        piece_.add_varint(3, uint64_t(type));
        model_.add_bytes(1, piece_.bytes());
    }

    void finish() {
        ProtoWriter trainer;
        trainer.add_varint(3, 2);   // model_type: BPE
        trainer.add_varint(35, 1);  // byte_fallback
        model_.add_bytes(2, trainer.bytes());
        ProtoWriter normalizer;
        normalizer.add_varint(3, 0);  // add_dummy_prefix
        normalizer.add_varint(4, 0);  // remove_extra_whitespaces
        normalizer.add_varint(5, 0);  // escape_whitespaces
        model_.add_bytes(3, normalizer.bytes());
    }

    const Vocabulary& vocabulary_;
    const bool distinct_;
    ProtoWriter model_, piece_;
    std::unordered_set<std::string_view> known_;
    std::deque<std::string> marked_;
    std::vector<Token> pieces_;
    std::vector<uint8_t> added_bytes_;
};

}  // namespace

PieceModel::PieceModel(const Vocabulary& vocabulary, std::span<const Token> tokens, bool distinct)
    : processor_(std::make_unique<sentencepiece::SentencePieceProcessor>()) {
    ModelBuilder model(vocabulary, tokens, distinct);
    const auto status = processor_->LoadFromSerializedProto(model.serialized());
    if (!status.ok()) fail(Fault::BadData, "tokenizer.ggml.tokens: ", status.message());
    tokens_ = model.take_pieces();
    added_bytes_ = model.take_added_bytes();
}

PieceModel::~PieceModel() = default;

std::vector<int> PieceModel::piece_ids(std::string_view text) const {
    std::vector<int> ids;
    const auto status = processor_->Encode(text, &ids);
    if (!status.ok()) fail(Fault::Bug, "sentencepiece: ", status.message());
    return ids;
}

}  // namespace siskin
