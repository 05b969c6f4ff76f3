#include "engine/tokenizer/spm_encoder.h"

#include <sentencepiece_processor.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "engine/tokenizer/space_marks.h"
#include "engine/tokenizer/utf8.h"
#include "formats/error.h"

namespace siskin {
namespace {

// Text goes to sentencepiece in chunks: it keeps some 200 bytes for every character, and slows down when they leave the
// cache. A chunk ends between two characters that stand side by side in no piece, so that no merge is lost. Only
// text that offers no such place for kMaxChunk bytes (one character over and over) is cut regardless.
constexpr size_t kChunk = size_t(4) << 10;
constexpr size_t kMaxChunk = size_t(64) << 10;

constexpr size_t kPairBits = size_t(1) << 21;

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

/// A ModelProto whose piece i is token i. sentencepiece refuses or mishandles pieces that are empty, double, hold a NUL
/// or are not UTF-8, and control tokens must not come out of plain text at all: their places are taken by names that no
/// text can match. Behind the tokens stand the byte pieces that the file lacks, then the one unknown piece that must
/// be.
class ModelBuilder {
  public:
    explicit ModelBuilder(const Vocabulary& vocabulary)
        : vocabulary_(vocabulary), with_spaces_(holds_spaces(vocabulary)) {
        constexpr size_t kMostFrame = 16;  // bytes around a text, of most pieces
        const auto n = size_t(vocabulary.size());
        model_.reserve(vocabulary.n_text_bytes() + n * kMostFrame);
        if (may_repeat()) known_.reserve(n);
        for (Token token = 0; token < vocabulary.size(); ++token) add_token(token);
        for (int byte = 0; byte < 256; ++byte) {
            if (vocabulary.byte_token(uint8_t(byte)) != kNoToken) continue;
            add(byte_piece(uint8_t(byte)), TokenType::Byte, 0);
            added_bytes_.push_back(uint8_t(byte));
        }
        add(placeholder(), TokenType::Unknown, 0);
        finish();
    }

    const std::string& serialized() const { return model_.bytes(); }
    const std::vector<uint8_t>& added_bytes() const { return added_bytes_; }

  private:
    void add_token(Token token) {
        const TokenType type = vocabulary_.type(token);
        const float score = vocabulary_.score(token);
        if (type == TokenType::Byte) {
            const auto byte = uint8_t(vocabulary_.bytes(token)[0]);
            if (vocabulary_.byte_token(byte) == token) return add(byte_piece(byte), TokenType::Byte, score);
        } else if (type != TokenType::Control && type != TokenType::Unknown) {
            const std::string_view text = marked_text(token);
            const bool usable = !text.empty() && text.find('\0') == std::string_view::npos &&
                                utf8_valid_prefix(text) == text.size() &&
                                (!may_repeat() || known_.insert(text, uint32_t(token)));
            if (usable) return add(text, type, score);
        }
        add(placeholder(), TokenType::Control, score);
    }

    static bool holds_spaces(const Vocabulary& vocabulary) {
        for (Token token = 0; token < vocabulary.size(); ++token)
            if (vocabulary.text(token).find(' ') != std::string_view::npos) return true;
        return false;
    }

    /// Whether two pieces may have one text: few files repeat one, or hold spaces, which become marks.
    bool may_repeat() const { return with_spaces_ || !vocabulary_.repeated().empty(); }

    /// The text of a token with marks instead of spaces.
    std::string_view marked_text(Token token) {
        const std::string_view text = vocabulary_.text(token);
        if (!with_spaces_ || text.find(' ') == std::string_view::npos) return text;
        return marked_.emplace_back(spaces_to_marks(text));
    }

    /// Unique, and no symbol of any text: those of two characters or more are matchable pieces, which have no NUL.
    std::string placeholder() { return std::string(1, '\0') + std::to_string(n_placeholders_++); }

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
    const bool with_spaces_;
    ProtoWriter model_, piece_;
    TextIndex known_;
    std::deque<std::string> marked_;
    std::vector<uint8_t> added_bytes_;
    size_t n_placeholders_ = 0;
};

size_t pair_hash(std::string_view left, std::string_view right) {
    const uint64_t pair = uint64_t(utf8_decode(left)) << 32 | utf8_decode(right);
    return size_t(pair * 0x9E3779B97F4A7C15u >> 43) % kPairBits;
}

std::string_view first_character(std::string_view text) { return text.substr(0, utf8_length(text)); }

}  // namespace

SpmEncoder::SpmEncoder(const Vocabulary& vocabulary)
    : vocabulary_(vocabulary), processor_(std::make_unique<sentencepiece::SentencePieceProcessor>()) {
    ModelBuilder model(vocabulary);
    const auto status = processor_->LoadFromSerializedProto(model.serialized());
    if (!status.ok()) fail(Fault::BadData, "tokenizer.ggml.tokens: ", status.message());
    added_bytes_ = model.added_bytes();
}

SpmEncoder::~SpmEncoder() = default;

void SpmEncoder::note_pairs() const {
    pairs_.resize(kPairBits);
    for (Token token = 0; token < vocabulary_.size(); ++token) {
        const std::string piece = spaces_to_marks(vocabulary_.text(token));
        if (utf8_valid_prefix(piece) < piece.size()) continue;
        std::string_view rest = piece;
        for (std::string_view left; !rest.empty();) {
            const std::string_view right = first_character(rest);
            if (!left.empty()) pairs_[pair_hash(left, right)] = true;
            rest.remove_prefix(right.size());
            left = right;
        }
    }
}

/// May some piece hold `left` and `right` side by side? Never wrong when it says no.
bool SpmEncoder::may_join(std::string_view left, std::string_view right) const {
    return pairs_[pair_hash(left, right)];
}

size_t SpmEncoder::chunk_end(std::string_view text) const {
    if (text.size() <= kChunk) return text.size();
    std::call_once(pairs_noted_, [this] { note_pairs(); });
    size_t end = kChunk;
    while ((text[end] & 0xC0) == 0x80) --end;
    std::string_view left = first_character(text.substr(end));
    for (end += left.size(); end < text.size() && end < kMaxChunk; end += left.size()) {
        const std::string_view right = first_character(text.substr(end));
        if (!may_join(left, right)) break;
        left = right;
    }
    return end;
}

void SpmEncoder::encode(std::string_view text, bool at_start, std::vector<Token>& out) const {
    std::string marked = at_start && vocabulary_.add_space_prefix() ? std::string(kSpaceMark) : std::string();
    marked += spaces_to_marks(text);
    for (std::string_view rest = marked; !rest.empty();) {
        for (std::string_view valid = rest.substr(0, utf8_valid_prefix(rest)); !valid.empty();) {
            const size_t end = chunk_end(valid);
            encode_chunk(valid.substr(0, end), out);
            valid.remove_prefix(end);
            rest.remove_prefix(end);
        }
        if (rest.empty()) break;
        append_byte(uint8_t(rest[0]), out);
        rest.remove_prefix(1);
    }
}

void SpmEncoder::encode_chunk(std::string_view text, std::vector<Token>& out) const {
    std::vector<int> ids;
    const auto status = processor_->Encode(text, &ids);
    if (!status.ok()) fail(Fault::Bug, "sentencepiece: ", status.message());
    for (const int id : ids) {
        const size_t added = size_t(id) - size_t(vocabulary_.size());
        if (vocabulary_.contains(id)) {
            out.push_back(id);
        } else if (added < added_bytes_.size()) {
            append_byte(added_bytes_[added], out);
        }
    }
}

/// The token of a byte: <0xHH>, else the byte as a text of its own, else the unknown token; nothing if there is none.
void SpmEncoder::append_byte(uint8_t byte, std::vector<Token>& out) const {
    Token token = vocabulary_.byte_token(byte);
    if (token == kNoToken) {
        const auto character = char(byte);
        token = vocabulary_.find({&character, 1});
        if (token == kNoToken || vocabulary_.type(token) != TokenType::Normal) token = vocabulary_.unknown();
    }
    if (token != kNoToken) out.push_back(token);
}

}  // namespace siskin
