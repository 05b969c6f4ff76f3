#include "engine/tokenizer/bpe_encoder.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "engine/tokenizer/byte_alphabet.h"
#include "engine/tokenizer/space_marks.h"
#include "engine/tokenizer/utf8.h"
#include "formats/error.h"

namespace siskin {
namespace {

constexpr std::string_view kMergesKey = "tokenizer.ggml.merges";

}  // namespace

RankTable::RankTable(size_t n) : slots_(std::bit_ceil(2 * n + 1)) {}

/// Where the pair is, or the free slot where it belongs.
size_t RankTable::slot(uint32_t left, uint32_t right) const {
    const uint64_t hash = (uint64_t(left) << 32 | right) * 0x9E3779B97F4A7C15u;
    const size_t mask = slots_.size() - 1;
    size_t i = (hash ^ hash >> 32) & mask;
    while (slots_[i].rank != kNone && (slots_[i].left != left || slots_[i].right != right)) i = (i + 1) & mask;
    return i;
}

void RankTable::insert(uint32_t left, uint32_t right, uint32_t rank) {
    Slot& at = slots_[slot(left, right)];
    if (at.rank == kNone) at = {left, right, rank};
}

uint32_t RankTable::find(uint32_t left, uint32_t right) const { return slots_[slot(left, right)].rank; }

BpeEncoder::BpeEncoder(const Vocabulary& vocabulary, const Metadata& metadata, const PreTokenizerRow& pre)
    : vocabulary_(vocabulary),
      whole_pieces_(pre.whole_pieces),
      whole_newlines_(pre.whole_newlines),
      pre_tokenizer_(pre.steps) {
    std::string bytes;
    symbols_.reserve(size_t(vocabulary.size()));
    for (Token token = 0; token < vocabulary.size(); ++token) {
        // Only normal tokens come out of merging. Those outside the byte alphabet cannot come out of any text.
        if (vocabulary.type(token) != TokenType::Normal || vocabulary.text(token).empty()) continue;
        bytes.clear();
        if (vocabulary.form() != TextForm::ByteAlphabet) {
            symbols_.emplace(vocabulary.text(token), Symbol(token));
        } else if (append_from_byte_alphabet(vocabulary.text(token), bytes)) {
            symbols_.emplace(vocabulary.bytes(token), Symbol(token));
        }
    }
    read_merges(metadata);
    for (int byte = 0; byte < 256; ++byte) {
        const auto character = char(byte);
        symbol_of_byte_[size_t(byte)] = find_symbol({&character, 1});
    }
}

void BpeEncoder::read_merges(const Metadata& metadata) {
    const auto merges = metadata.strings(kMergesKey);
    if (!merges) fail(Fault::BadData, kMergesKey, ": missing; this kind of vocabulary cannot be used without it");
    if (merges->size() >= RankTable::kNone) fail(Fault::BadData, kMergesKey, ": ", merges->size(), " entries");
    merges_.reserve(merges->size());
    ranks_ = RankTable(merges->size());
    std::string joined;
    for (size_t i = 0; i < merges->size(); ++i) {
        const std::string_view merge = (*merges)[i];
        const size_t space = merge.find(' ', 1);  // the first text may begin with a space, or be one
        if (space == std::string_view::npos || space + 1 == merge.size()) {
            fail(Fault::BadData, kMergesKey, "[", i, "]: \"", merge.substr(0, 80), "\", expected two texts and a space");
        }
        const std::string_view left = merge.substr(0, space), right = merge.substr(space + 1);
        joined.clear();
        size_t left_size = left.size();
        bool possible = true;
        if (vocabulary_.form() == TextForm::ByteAlphabet) {
            possible = append_from_byte_alphabet(left, joined);
            left_size = joined.size();
            possible &= append_from_byte_alphabet(right, joined);
        } else {
            joined.append(left).append(right);
        }
        Merge entry = {kNoSymbol, kNoSymbol, kNoSymbol};
        if (possible) {
            const std::string_view both = joined;
            entry = {intern(both.substr(0, left_size)), intern(both.substr(left_size)), intern(both)};
            ranks_.insert(entry.left, entry.right, uint32_t(i));
        }
        merges_.push_back(entry);
    }
}

BpeEncoder::Symbol BpeEncoder::find_symbol(std::string_view bytes) const {
    const auto it = symbols_.find(bytes);
    return it == symbols_.end() ? kNoSymbol : it->second;
}

BpeEncoder::Symbol BpeEncoder::intern(std::string_view bytes) {
    const Symbol known = find_symbol(bytes);
    if (known != kNoSymbol) return known;
    const auto symbol = Symbol(vocabulary_.size()) + Symbol(step_texts_.size());
    symbols_.emplace(step_texts_.emplace_back(bytes), symbol);
    return symbol;
}

void BpeEncoder::encode(std::string_view text, bool /*at_start*/, std::vector<Token>& out) const {
    Scratch scratch;
    const auto encode_one = [&](std::string_view piece) { encode_piece(piece, scratch, out); };
    if (vocabulary_.form() == TextForm::SpaceMarks) {
        pre_tokenizer_.split(spaces_to_marks(text), encode_one);
    } else {
        pre_tokenizer_.split(text, encode_one);
    }
}

void BpeEncoder::encode_piece(std::string_view piece, Scratch& scratch, std::vector<Token>& out) const {
    if (whole_pieces_ || (whole_newlines_ && piece.find_first_not_of('\n') == std::string_view::npos)) {
        const Symbol whole = find_symbol(piece);
        if (is_token(whole)) return out.push_back(Token(whole));
    }
    split_into_parts(piece, scratch);
    merge_parts(scratch);
    for (uint32_t i = 0; i < scratch.parts.size(); i = scratch.parts[i].next) {
        const Part& part = scratch.parts[i];
        if (is_token(part.symbol)) {
            out.push_back(Token(part.symbol));
        } else {
            const size_t end = part.next < scratch.parts.size() ? scratch.parts[part.next].begin : piece.size();
            append_bytes(piece.substr(part.begin, end - part.begin), out);
        }
    }
}

/// Bytes, or characters where tokens are written in UTF-8.
void BpeEncoder::split_into_parts(std::string_view piece, Scratch& scratch) const {
    if (piece.size() >= UINT32_MAX) fail(Fault::TooLong, "a text of ", piece.size(), " bytes without a gap");
    scratch.parts.clear();
    for (size_t begin = 0; begin < piece.size();) {
        size_t length = 1;
        Symbol symbol = symbol_of_byte_[uint8_t(piece[begin])];
        if (vocabulary_.form() != TextForm::ByteAlphabet && uint8_t(piece[begin]) >= 0x80) {
            length = std::max<size_t>(1, utf8_length(piece.substr(begin)));
            symbol = find_symbol(piece.substr(begin, length));
        }
        const auto i = uint32_t(scratch.parts.size());
        scratch.parts.push_back({symbol, uint32_t(begin), i - 1, i + 1});
        begin += length;
    }
    scratch.parts.front().previous = uint32_t(scratch.parts.size());
}

void BpeEncoder::merge_parts(Scratch& scratch) const {
    auto& [parts, queue] = scratch;
    queue.clear();
    for (uint32_t i = 0; i + 1 < parts.size(); ++i) {
        const uint32_t rank = ranks_.find(parts[i].symbol, parts[i + 1].symbol);
        if (rank != RankTable::kNone) queue.push_back(uint64_t(rank) << 32 | i);
    }
    std::make_heap(queue.begin(), queue.end(), std::greater<>());
    while (!queue.empty()) {
        std::pop_heap(queue.begin(), queue.end(), std::greater<>());
        const Merge& merge = merges_[queue.back() >> 32];
        const auto left = uint32_t(queue.back());
        queue.pop_back();

        // Entries are not taken out when one of their parts is merged with another: they are stale.
        const uint32_t right = parts[left].next;
        if (parts[left].symbol != merge.left || right == parts.size() || parts[right].symbol != merge.right) continue;

        parts[left].symbol = merge.result;
        parts[left].next = parts[right].next;
        parts[right].symbol = kNoSymbol;
        if (parts[right].next < parts.size()) parts[parts[right].next].previous = left;
        push_merge(scratch, parts[left].previous);
        push_merge(scratch, left);
    }
}

/// Queues the merge of a part with its right neighbour, if both exist and there is one.
void BpeEncoder::push_merge(Scratch& scratch, uint32_t left) const {
    auto& [parts, queue] = scratch;
    if (left == parts.size() || parts[left].next == parts.size()) return;
    const uint32_t rank = ranks_.find(parts[left].symbol, parts[parts[left].next].symbol);
    if (rank == RankTable::kNone) return;
    queue.push_back(uint64_t(rank) << 32 | left);
    std::push_heap(queue.begin(), queue.end(), std::greater<>());
}

/// Bytes that no token holds are lost: the vocabulary cannot say them.
void BpeEncoder::append_bytes(std::string_view bytes, std::vector<Token>& out) const {
    for (const char c : bytes) {
        const auto byte = uint8_t(c);
        const bool by_alphabet = vocabulary_.form() == TextForm::ByteAlphabet;
        const Token token = by_alphabet ? Token(symbol_of_byte_[byte]) : vocabulary_.byte_token(byte);
        if (vocabulary_.contains(token)) out.push_back(token);
    }
}

}  // namespace siskin
