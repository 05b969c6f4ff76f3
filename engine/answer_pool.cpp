#include "engine/answer_pool.h"

#include <algorithm>

#include "engine/common_length.h"

namespace siskin {
namespace {

/// A shared beginning is worth a session of its own from so many tokens on.
constexpr size_t kWorthSharing = 16;

/// The next prompts may have so much less in common than the last ones: the windows of a shared beginning go back so
/// far.
constexpr size_t kGoesBack = 1024;

/// How many of a text's first tokens a session has and can keep.
size_t n_kept(const Session& session, std::span<const Token> tokens) {
    const size_t n = common_length(session.tokens(), tokens);
    return session.can_keep(n) ? n : 0;
}

}  // namespace

AnswerPool::AnswerPool(std::shared_ptr<const Model> model, Runtime& runtime, SessionOptions options, size_t n_slots)
    : model_(std::move(model)),
      runtime_(runtime),
      options_(options),
      n_slots_(std::clamp<size_t>(n_slots, 1, runtime.n_batch())),
      prefix_(std::make_unique<Session>(model_, runtime, options)) {}

void AnswerPool::start(size_t id, std::vector<Token> prompt, Generation& answer) {
    if (prompt.size() > n_ctx())
        fail(Fault::TooLong, "the prompt has ", prompt.size(), " tokens, the context has ", n_ctx(),
             "; a larger one is set with -c");
    auto found = std::find_if(slots_.begin(), slots_.end(), [](const auto& slot) { return !slot->answer; });
    if (found == slots_.end()) found = slots_.insert(slots_.end(), std::make_unique<Slot>(model_, runtime_, options_));
    Slot& slot = **found;
    slot.id = id;
    slot.tokens = std::move(prompt);
    slot.answer = &answer;
    slot.begun = false;
    new_.push_back(&slot);
    ++n_busy_;
}

/// Makes the prefix exactly these tokens. Sessions that share what it held keep that.
bool AnswerPool::read_prefix(std::span<const Token> tokens) {
    auto fresh = std::make_unique<Session>(model_, runtime_, options_);
    const size_t kept = n_kept(*prefix_, tokens);
    fresh->share(*prefix_, kept);
    fresh->keep(tokens.size() - std::min(tokens.size(), kGoesBack), tokens.size() + 1);
    if (fresh->feed(tokens.subspan(kept)).empty()) return false;
    n_read_ += tokens.size() - kept;
    prefix_ = std::move(fresh);
    return true;
}

/// Gives a slot the longest beginning of its prompt that has been read, or is worth to be read because `other`, another
/// prompt, has it as well. The last token of the prompt is left: its logits are wanted.
bool AnswerPool::begin(Slot& slot, const std::vector<Token>& other) {
    const auto open = std::span<const Token>(slot.tokens).first(slot.tokens.size() - 1);
    const size_t own = n_kept(slot.session, open),
                 wanted = std::max(common_length(open, last_), common_length(open, other));
    const bool worth_reading = wanted >= std::max(own, n_kept(*prefix_, open)) + kWorthSharing;
    if (worth_reading && !read_prefix(open.first(wanted))) return false;
    const size_t shared = n_kept(*prefix_, open);
    if (own >= shared)
        slot.session.rewind(own);
    else
        slot.session.share(*prefix_, shared);
    slot.begun = true;
    last_ = slot.tokens;
    return true;
}

bool AnswerPool::begin_new_slots() {
    for (size_t i = 0; i < new_.size(); ++i)
        if (!begin(*new_[i], i + 1 < new_.size() ? new_[i + 1]->tokens : last_)) {
            new_.erase(new_.begin(), new_.begin() + ptrdiff_t(i));
            return false;
        }
    new_.clear();
    return true;
}

bool AnswerPool::step(const OnEnd& on_end) {
    if (!begin_new_slots()) return false;
    // Answers go on first, one token each; prompts get what is left of the pass.
    std::vector<Slot*> busy;
    for (const auto& slot : slots_)
        if (slot->answer) busy.push_back(slot.get());
    const auto unread = [](const Slot* slot) { return slot->tokens.size() - slot->session.tokens().size(); };
    std::stable_partition(busy.begin(), busy.end(), [&](const Slot* slot) { return unread(slot) == 1; });

    Batch batch;
    std::vector<Slot*> answering;
    size_t room = runtime_.n_batch();
    for (Slot* slot : busy) {
        const size_t begin = slot->session.tokens().size(), n = std::min(unread(slot), room);
        for (size_t i = begin; i < begin + n; ++i)
            batch.add(slot->session, slot->tokens[i], i + 1 == slot->tokens.size());
        if (n > 0 && begin + n == slot->tokens.size()) answering.push_back(slot);
        room -= n;
    }
    if (!batch.run(runtime_)) return false;
    n_read_ += batch.rows().size();

    for (size_t i = 0; i < answering.size(); ++i) {
        Slot& slot = *answering[i];
        const auto end = [&](const Error* error) {
            slot.answer = nullptr;
            --n_busy_;
            on_end(slot.id, error);
        };
        try {
            if (const auto token = slot.answer->next(batch.logits(i), slot.session))
                slot.tokens.push_back(*token);
            else
                end(nullptr);
        } catch (const Error& error) {
            if (error.fault() != Fault::Failed) throw;
            end(&error);
        }
    }
    return true;
}

}  // namespace siskin
