#include "engine/tokenizer/bpe_encoder.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "engine/tokenizer/byte_alphabet.h"
#include "engine/tokenizer/space_marks.h"
#include "engine/tokenizer/utf8.h"
#include "formats/checked.h"
#include "formats/error.h"

namespace siskin {
namespace {

constexpr std::string_view kMergesKey = "tokenizer.ggml.merges";

}  // namespace

RankTable::RankTable(size_t n) : slots_(std::bit_ceil(2 * n + 1), kNone) { pairs_.reserve(n); }

/// Where the pair is, or the free slot where it belongs.
size_t RankTable::slot(Pair pair) const {
    const uint64_t hash = (uint64_t(pair.left) << 32 | pair.right) * 0x9E3779B97F4A7C15u;
    const size_t mask = slots_.size() - 1;
    size_t i = (hash ^ hash >> 32) & mask;
    while (slots_[i] != kNone && pairs_[slots_[i]] != pair) i = (i + 1) & mask;
    return i;
}

void RankTable::add(uint32_t left, uint32_t right) {
    uint32_t& at = slots_[slot({left, right})];
    if (at == kNone) at = uint32_t(pairs_.size());
    pairs_.push_back({left, right});
}

BpeEncoder::BpeEncoder(const Vocabulary& vocabulary, const Metadata& metadata, const PreTokenizerRow& pre)
    : vocabulary_(vocabulary),
      whole_pieces_(pre.whole_pieces),
      whole_newlines_(pre.whole_newlines),
      pre_tokenizer_(pre.steps) {
    for (const Token token : vocabulary.repeated())
        if (comes_of_merges(token) && !comes_of_merges(vocabulary.find(vocabulary.text(token))))
            more_symbols_.insert(vocabulary.text(token), Symbol(token));
    read_merges(metadata);
    std::string memory;
    for (int byte = 0; byte < 256; ++byte) {
        const auto character = char(byte);
        symbol_of_byte_[size_t(byte)] = find_symbol(text_of({&character, 1}, memory));
    }
}

void BpeEncoder::read_merges(const Metadata& metadata) {
    const auto merges = metadata.strings(kMergesKey);
    if (!merges) fail(Fault::BadData, kMergesKey, ": missing; this kind of vocabulary cannot be used without it");
    if (merges->size() >= RankTable::kNone) fail(Fault::BadData, kMergesKey, ": ", merges->size(), " entries");
    ranks_ = RankTable(merges->size());
    merged_.reserve(merges->size());
    std::string both;
    for (const std::string_view merge : *merges) {
        const size_t space = merge.find(' ', 1);  // the first text may begin with a space, or be one
        if (space == std::string_view::npos || space + 1 == merge.size()) {
            fail(Fault::BadData, kMergesKey, "[", merged_.size(), "]: \"", printable(merge),
                 "\", expected two texts and a space");
        }
        const std::string_view left = merge.substr(0, space), right = merge.substr(space + 1);
        both = left;
        both += right;
        ranks_.add(intern(left), intern(right));
        merged_.push_back(intern(both));
    }
}

/// How the file writes these bytes; `memory` holds it where that differs.
std::string_view BpeEncoder::text_of(std::string_view bytes, std::string& memory) const {
    if (vocabulary_.form() != TextForm::ByteAlphabet) return bytes;
    memory.clear();
    append_in_byte_alphabet(bytes, memory);
    return memory;
}

BpeEncoder::Symbol BpeEncoder::find_symbol(std::string_view text) const {
    const Token token = vocabulary_.find(text);
    return token != kNoToken && comes_of_merges(token) ? Symbol(token) : more_symbols_.find(text);
}

BpeEncoder::Symbol BpeEncoder::intern(std::string_view text) {
    const Symbol known = find_symbol(text);
    if (known != kNoSymbol) return known;
    const auto symbol = Symbol(vocabulary_.size()) + Symbol(step_texts_.size());
    more_symbols_.insert(step_texts_.emplace_back(text), symbol);
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
        const Symbol whole = find_symbol(text_of(piece, scratch.text));
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
        scratch.parts.push_back({symbol, uint32_t(begin), i - 1, i + 1, RankTable::kNone});
        begin += length;
    }
    scratch.parts.front().previous = uint32_t(scratch.parts.size());
}

/// Always the merge of lowest rank comes next, the leftmost of several. It ranks before the merges on either side of
/// it, so only such merges are queued: few at a time, also in long runs of one character.
void BpeEncoder::merge_parts(Scratch& scratch) const {
    auto& parts = scratch.parts;
    auto& queue = scratch.queue;
    const auto n = uint32_t(parts.size());
    queue.clear();
    for (uint32_t i = 0; i < n; ++i) rank_merge(parts, i);
    for (uint32_t i = 0; i < n; ++i) queue_if_first(scratch, i);
    while (!queue.empty()) {
        std::pop_heap(queue.begin(), queue.end(), std::greater<>());
        const auto rank = uint32_t(queue.back() >> 32), left = uint32_t(queue.back());
        queue.pop_back();
        if (parts[left].rank != rank) continue;  // something else came of the part since it was queued

        const uint32_t right = parts[left].next, previous = parts[left].previous, next = parts[right].next;
        parts[left].symbol = merged_[rank];
        parts[left].next = next;
        parts[right].rank = RankTable::kNone;
        rank_merge(parts, left);
        if (next < n) parts[next].previous = left;
        if (previous < n) rank_merge(parts, previous);

        // The two merges whose rank is new, and those beside them.
        queue_if_first(scratch, left);
        if (next < n) queue_if_first(scratch, next);
        if (previous < n) {
            queue_if_first(scratch, previous);
            if (parts[previous].previous < n) queue_if_first(scratch, parts[previous].previous);
        }
    }
}

/// Notes the rank of the merge of a part with the next one.
void BpeEncoder::rank_merge(std::vector<Part>& parts, uint32_t left) const {
    const uint32_t right = parts[left].next;
    parts[left].rank = right < parts.size() ? ranks_.find(parts[left].symbol, parts[right].symbol) : RankTable::kNone;
}

/// Queues the merge of a part with the next one if it comes before the merges beside it.
void BpeEncoder::queue_if_first(Scratch& scratch, uint32_t left) {
    const std::vector<Part>& parts = scratch.parts;
    const auto rank_of = [&](uint32_t i) { return i < parts.size() ? parts[i].rank : RankTable::kNone; };
    const uint32_t rank = parts[left].rank;
    if (rank == RankTable::kNone || rank_of(parts[left].previous) <= rank || rank_of(parts[left].next) < rank) return;
    scratch.queue.push_back(uint64_t(rank) << 32 | left);
    std::push_heap(scratch.queue.begin(), scratch.queue.end(), std::greater<>());
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
