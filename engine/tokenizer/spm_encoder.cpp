#include "engine/tokenizer/spm_encoder.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/tokenizer/space_marks.h"
#include "engine/tokenizer/utf8.h"

namespace siskin {
namespace {

// Text goes to sentencepiece in chunks: it keeps some 200 bytes for every character, and slows down when they leave the
// cache. A chunk ends between two characters that stand side by side in no piece, so that no merge is lost. Only
// text that offers no such place for kMaxChunk bytes (one character over and over) is cut regardless.
constexpr size_t kChunk = size_t(4) << 10;
constexpr size_t kMaxChunk = size_t(64) << 10;

constexpr size_t kPairBits = size_t(1) << 21;

// sentencepiece takes longer to load a large vocabulary than a short answer takes to begin, and BPE asks only for
// pieces that are parts of the text. So the first short texts load only those, until half as much has been spent on
// that as the whole vocabulary costs. Measured in pieces to load: a text costs these and one for so many substrings.
constexpr size_t kPiecesPerText = 1024;
constexpr size_t kSubstringsPerPiece = 8;

size_t pair_hash(std::string_view left, std::string_view right) {
    const uint64_t pair = uint64_t(utf8_decode(left)) << 32 | utf8_decode(right);
    return size_t(pair * 0x9E3779B97F4A7C15u >> 43) % kPairBits;
}

std::string_view first_character(std::string_view text) { return text.substr(0, utf8_length(text)); }

}  // namespace

SpmEncoder::SpmEncoder(const Vocabulary& vocabulary)
    : vocabulary_(vocabulary), distinct_(vocabulary.repeated().empty()) {
    for (Token token = 0; token < vocabulary.size(); ++token) {
        const std::string_view text = vocabulary.text(token);
        longest_text_ = std::max(longest_text_, text.size());
        if (text.find(' ') != std::string_view::npos) distinct_ = false;
    }
}

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
    const auto append = [&](uint8_t byte) { append_byte(byte, out); };
    const size_t cost = kPiecesPerText + text.size() * longest_text_ / kSubstringsPerPiece;
    if (distinct_ && 2 * (spent_ += cost) <= size_t(vocabulary_.size())) {
        PieceModel(vocabulary_, tokens_within(text), distinct_).encode(text, out, append);
    } else {
        std::call_once(whole_loaded_, [this] { load_whole(); });
        whole_->encode(text, out, append);
    }
}

/// The tokens whose texts are parts of this one, and those of bytes.
std::vector<Token> SpmEncoder::tokens_within(std::string_view text) const {
    std::unordered_set<Token> found;
    for (; !text.empty(); text.remove_prefix(utf8_length(text))) {
        const size_t most = std::min(longest_text_, text.size());
        for (size_t size = 0; size < most;) {
            size += utf8_length(text.substr(size));
            found.insert(vocabulary_.find(text.substr(0, size)));
        }
    }
    for (int byte = 0; byte < 256; ++byte) found.insert(vocabulary_.byte_token(uint8_t(byte)));
    found.erase(kNoToken);
    return {found.begin(), found.end()};
}

void SpmEncoder::load_whole() const {
    std::vector<Token> all(size_t(vocabulary_.size()));
    std::iota(all.begin(), all.end(), 0);
    whole_.emplace(vocabulary_, all, distinct_);
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
