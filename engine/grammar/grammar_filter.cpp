#include "engine/grammar/grammar_filter.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "formats/error.h"

namespace siskin {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

/// For each byte of a mask eight words, all ones where its bit is set.
constexpr auto kLanes = [] {
    std::array<std::array<uint32_t, 8>, 256> lanes{};
    for (size_t byte = 0; byte < 256; ++byte)
        for (size_t bit = 0; bit < 8; ++bit) lanes[byte][bit] = byte >> bit & 1 ? ~uint32_t(0) : 0;
    return lanes;
}();

/// Eight logits by the bits of one byte, without a branch for each.
void select(uint8_t bits, const float* logits, float* out) {
    uint32_t values[8];
    std::memcpy(values, logits, sizeof values);
    const std::array<uint32_t, 8>& lanes = kLanes[bits];
    for (size_t i = 0; i < 8; ++i) values[i] = (values[i] & lanes[i]) | (std::bit_cast<uint32_t>(kNever) & ~lanes[i]);
    std::memcpy(out, values, sizeof values);
}

}  // namespace

void apply_mask(const TokenMask& mask, std::span<const float> logits, std::span<float> out) {
    const size_t n_whole = logits.size() / 64;
    for (size_t i = 0; i < n_whole; ++i) {
        const uint64_t word = mask.words[i];
        const float* from = &logits[64 * i];
        float* to = &out[64 * i];
        if (word == 0) {
            std::fill_n(to, 64, kNever);
        } else if (word == ~uint64_t(0)) {
            std::copy_n(from, 64, to);
        } else {
            for (size_t byte = 0; byte < 8; ++byte) select(uint8_t(word >> (8 * byte)), from + 8 * byte, to + 8 * byte);
        }
    }
    for (size_t i = 64 * n_whole; i < logits.size(); ++i)
        out[i] = mask.words[i / 64] >> (i % 64) & 1 ? logits[i] : kNever;
}

GrammarFilter::GrammarFilter(const Tokenizer& tokenizer, std::shared_ptr<const Automaton> machine,
                             std::shared_ptr<const TokenTrie> trie)
    : tokenizer_(tokenizer),
      masks_(std::move(machine), std::move(trie), size_t(tokenizer.n_vocab())),
      logits_(size_t(tokenizer.n_vocab())) {
    if (masks_.trie().tokens().empty())
        fail(Fault::BadData, "the model's vocabulary has no text: its answers cannot be held to a grammar");
}

void GrammarFilter::start(std::span<const Token> ends, std::string_view begin_after) {
    ends_.assign(ends.begin(), ends.end());
    masks_.end_with(ends);
    no_ends_.words.assign((logits_.size() + 63) / 64, ~uint64_t(0));
    for (const Token end : ends_) no_ends_.words[size_t(end) / 64] &= ~(uint64_t(1) << (end % 64));
    begin_after_ = begin_after;
    waiting_ = !begin_after_.empty();
    before_.clear();
    text_.clear();
    state_ = masks_.matcher().start();
}

std::span<const float> GrammarFilter::allowed(std::span<const float> logits) {
    masks_.trim(state_);
    const TokenMask& mask = waiting_ ? no_ends_ : masks_.of(state_);
    if (!waiting_ && !mask.any)
        fail(Fault::Failed, "no token of the vocabulary goes on with what the grammar wants after \"",
             std::string_view(text_).substr(text_.size() - std::min<size_t>(text_.size(), 40)), "\"");
    if (logits.size() != logits_.size()) logits_.resize(logits.size());
    apply_mask(mask, logits, logits_);
    return logits_;
}

void GrammarFilter::accept(Token token) {
    if (waiting_) {
        before_ += tokenizer_.piece(token, true);
        waiting_ = before_.find(begin_after_) == std::string::npos;
        const size_t kept = begin_after_.size() - 1;
        if (before_.size() > kept) before_.erase(0, before_.size() - kept);
        return;
    }
    if (std::find(ends_.begin(), ends_.end(), token) != ends_.end()) return;
    const std::string_view bytes = tokenizer_.piece(token);
    state_ = masks_.matcher().next(state_, bytes);
    text_ += bytes;
}

}  // namespace siskin
