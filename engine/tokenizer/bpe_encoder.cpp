#include "engine/tokenizer/bpe_encoder.h"

#include <algorithm>
#include <functional>

#include "engine/tokenizer/byte_alphabet.h"
#include "engine/tokenizer/space_marks.h"
#include "engine/tokenizer/utf8.h"
#include "formats/checked.h"
#include "formats/error.h"

namespace siskin {
namespace {

constexpr std::string_view kMergesKey = "tokenizer.ggml.merges";

/// Where the first text of a merge ends: at the first space, but it may begin with one.
size_t end_of_first(std::string_view merge) { return merge.find(' ', 1); }

}  // namespace

BpeEncoder::BpeEncoder(const Vocabulary& vocabulary, const Metadata& metadata, const PreTokenizerRow& pre)
    : vocabulary_(vocabulary),
      whole_pieces_(pre.whole_pieces),
      whole_newlines_(pre.whole_newlines),
      pre_tokenizer_(pre.steps) {
    for (const Token token : vocabulary.repeated())
        if (comes_of_merges(token) && !comes_of_merges(vocabulary.find(vocabulary.text(token))))
            repeats_.emplace(vocabulary.text(token), token);
    read_merges(metadata);
}

void BpeEncoder::read_merges(const Metadata& metadata) {
    const auto merges = metadata.strings(kMergesKey);
    if (!merges) fail(Fault::BadData, kMergesKey, ": missing; this kind of vocabulary cannot be used without it");
    if (merges->size() >= kNoRank) fail(Fault::BadData, kMergesKey, ": ", merges->size(), " entries");
    size_t n_bytes = 0;
    for (const std::string_view merge : *merges) n_bytes += merge.size();
    merges_.reserve(merges->size(), n_bytes);
    for (const std::string_view merge : *merges) {
        const auto rank = uint32_t(merges_.size());
        if (end_of_first(merge) >= merge.size() - 1) {
            fail(Fault::BadData, kMergesKey, "[", rank, "]: \"", printable(merge),
                 "\", expected two texts and a space");
        }
        merges_.add(merge);
        longest_merge_ = std::max(longest_merge_, merge.size());
    }
    ranks_ = TextIndex(
        merges_.size(), [this](uint32_t rank) { return merges_[rank]; }, [](uint32_t) {});
}

/// The token that merges give for a text, or kNoToken.
Token BpeEncoder::find_token(std::string_view text) const {
    const Token token = vocabulary_.find(text);
    if (token != kNoToken && comes_of_merges(token)) return token;
    const auto repeat = repeats_.find(text);
    return repeat == repeats_.end() ? kNoToken : repeat->second;
}

/// The rank of the merge of two texts. `merge` is working memory.
uint32_t BpeEncoder::find_rank(std::string_view left, std::string_view right, std::string& merge) const {
    if (left.size() + 1 + right.size() > longest_merge_) return kNoRank;
    merge.assign(left).append(1, ' ').append(right);
    const uint32_t rank = ranks_.find(merge, [this](uint32_t known) { return merges_[known]; });
    return rank != kNoRank && end_of_first(merge) == left.size() ? rank : kNoRank;
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
    set_text(piece, scratch);
    if (whole_pieces_ || (whole_newlines_ && piece.find_first_not_of('\n') == std::string_view::npos)) {
        const Token whole = find_token(scratch.text);
        if (whole != kNoToken) return out.push_back(whole);
    }
    split_into_parts(scratch);
    merge_parts(scratch);
    for (uint32_t i = 0; i < scratch.parts.size(); i = scratch.parts[i].next) {
        const std::string_view text = scratch.part_text(i);
        const Token token = find_token(text);
        if (token != kNoToken) {
            out.push_back(token);
        } else {
            append_unknown(text, out);
        }
    }
}

void BpeEncoder::set_text(std::string_view piece, Scratch& scratch) const {
    scratch.text = piece;
    if (vocabulary_.form() == TextForm::ByteAlphabet) {
        scratch.memory.clear();
        append_in_byte_alphabet(piece, scratch.memory);
        scratch.text = scratch.memory;
    }
    if (scratch.text.size() >= UINT32_MAX) fail(Fault::TooLong, "a text of ", piece.size(), " bytes without a gap");
}

std::string_view BpeEncoder::Scratch::part_text(uint32_t i) const {
    const uint32_t next = parts[i].next;
    return text.substr(parts[i].begin, (next < parts.size() ? parts[next].begin : text.size()) - parts[i].begin);
}

/// Characters; in the byte alphabet each is a byte.
void BpeEncoder::split_into_parts(Scratch& scratch) const {
    scratch.parts.clear();
    for (size_t begin = 0; begin < scratch.text.size();) {
        const auto i = uint32_t(scratch.parts.size());
        scratch.parts.push_back({uint32_t(begin), i - 1, i + 1, kNoRank});
        begin += std::max<size_t>(1, utf8_length(scratch.text.substr(begin)));
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
    for (uint32_t i = 0; i < n; ++i) rank_merge(scratch, i);
    for (uint32_t i = 0; i < n; ++i) queue_if_first(scratch, i);
    while (!queue.empty()) {
        std::pop_heap(queue.begin(), queue.end(), std::greater<>());
        const auto rank = uint32_t(queue.back() >> 32), left = uint32_t(queue.back());
        queue.pop_back();
        if (parts[left].rank != rank) continue;  // something else came of the part since it was queued

        const uint32_t right = parts[left].next, previous = parts[left].previous, next = parts[right].next;
        parts[left].next = next;
        parts[right].rank = kNoRank;
        rank_merge(scratch, left);
        if (next < n) parts[next].previous = left;
        if (previous < n) rank_merge(scratch, previous);

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
void BpeEncoder::rank_merge(Scratch& scratch, uint32_t left) const {
    const uint32_t right = scratch.parts[left].next;
    scratch.parts[left].rank = right < scratch.parts.size()
                                   ? find_rank(scratch.part_text(left), scratch.part_text(right), scratch.merge)
                                   : kNoRank;
}

/// Queues the merge of a part with the next one if it comes before the merges beside it.
void BpeEncoder::queue_if_first(Scratch& scratch, uint32_t left) {
    const std::vector<Part>& parts = scratch.parts;
    const auto rank_of = [&](uint32_t i) { return i < parts.size() ? parts[i].rank : kNoRank; };
    const uint32_t rank = parts[left].rank;
    if (rank == kNoRank || rank_of(parts[left].previous) <= rank || rank_of(parts[left].next) < rank) return;
    scratch.queue.push_back(uint64_t(rank) << 32 | left);
    std::push_heap(scratch.queue.begin(), scratch.queue.end(), std::greater<>());
}

/// The tokens of its bytes. Bytes that no token holds are lost: the vocabulary cannot say them.
void BpeEncoder::append_unknown(std::string_view text, std::vector<Token>& out) const {
    const bool by_alphabet = vocabulary_.form() == TextForm::ByteAlphabet;
    while (!text.empty()) {
        const size_t size = by_alphabet ? utf8_length(text) : 1;
        const Token token = by_alphabet ? find_token(text.substr(0, size)) : vocabulary_.byte_token(uint8_t(text[0]));
        if (token != kNoToken) out.push_back(token);
        text.remove_prefix(size);
    }
}

}  // namespace siskin
