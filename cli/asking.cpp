#include "cli/asking.h"

#include <algorithm>

#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {

AskingSetup::AskingSetup(const RunFlags& flags, std::optional<Constraint> constraint, const Model& model,
                         uint32_t n_ctx)
    : model_(model),
      n_ctx_(n_ctx),
      shows_form_(!flags.prompt.raw),
      truncates_(flags.truncate),
      options_(flags.sampling.options()),
      chat_(chat_for(flags.prompt, flags.chat, model)),
      system_(flags.sampling.text(flags.chat.system)),
      params_(flags.sampling.sampler(model).params()),
      constraint_(std::move(constraint)) {
    detail("seed: ", params_.seed);
    options_.continues = !chat_;
    if (!constraint_) return;
    constraint_->filter(tokenizer());  // copies share what it needs
    give_back(std::make_unique<Held>(*constraint_, tokenizer()));
}

Sampler AskingSetup::sampler() const {
    return Sampler(params_, [&tokenizer = tokenizer()](Token token) { return tokenizer.piece(token, true); });
}

Question AskingSetup::question(const std::string& prompt) const {
    const std::string asked = constraint_ && shows_form_ ? constraint_->shown_with(prompt) : prompt;
    if (chat_) return first_question(*chat_, system_, asked);
    return {tokenizer().encode(asked, {.add_special = true, .parse_special = true}), nullptr};
}

/// Room that a cut prompt leaves for its answer where -n does not say how much.
size_t AskingSetup::answer_room() const {
    constexpr size_t kUsual = 256;
    if (options_.n_predict >= 0) return std::min<size_t>(size_t(options_.n_predict), n_ctx_ / 2);
    return std::min(kUsual, n_ctx_ / 4);
}

AskingSetup::Read AskingSetup::read(Prompt prompt) const {
    Read read = {question(prompt.text())};
    const size_t n_given = read.question.tokens.size(), most = n_ctx_ - answer_room();
    if (truncates_ && n_given > most) {
        const auto n_tokens = [&](const std::string& text) { return question(text).tokens.size(); };
        if (const std::string part = prompt.cut_to(most, n_tokens); !part.empty()) {
            read.question = question(prompt.text());
            const size_t n_left = read.question.tokens.size();
            read.n_cut = n_given - n_left;
            read.note = "the prompt of " + std::to_string(n_given) + " tokens is cut to " + std::to_string(n_left) +
                        " in the middle of " + part + "; the context has " + std::to_string(n_ctx_);
        }
    }
    const size_t n = read.question.tokens.size();
    if (n == 0) fail(Fault::BadData, "the prompt is empty");
    if (n > n_ctx_)
        fail(Fault::TooLong, "the prompt has ", n, " tokens, the context has ", n_ctx_, "; -c sets a larger one",
             truncates_ ? "" : ", --truncate cuts the prompt");
    return read;
}

std::unique_ptr<AskingSetup::Held> AskingSetup::take_constraint() {
    if (!constraint_) return nullptr;
    if (spare_.empty()) return std::make_unique<Held>(*constraint_, tokenizer());
    std::unique_ptr<Held> held = std::move(spare_.back());
    spare_.pop_back();
    return held;
}

void AskingSetup::give_back(std::unique_ptr<Held> held) {
    if (held) spare_.push_back(std::move(held));
}

Asked::Asked(AskingSetup& setup, Prompt prompt, const AnswerSplitter::Sink& on_text)
    : setup_(setup),
      read_(setup.read(std::move(prompt))),
      sampler_(setup.sampler()),
      held_(setup.take_constraint()),
      on_text_(on_text) {}

Generation& Asked::begin(size_t n) {
    GenerateOptions options = setup_.options();
    if (held_) options.filter = held_->filter;
    TextSink sink = [this](std::string_view text) { return on_text_(AnswerPart::Content, text); };
    if (const auto& chat = setup_.chat()) {
        reply_.emplace(*chat, read_.question.begun, on_text_);
        options = reply_->with_chat(std::move(options));
        sink = [this](std::string_view text) { return reply_->push(text); };
    }
    const auto unread = std::span<const Token>(tokens()).subspan(n);
    return generation_.emplace(setup_.tokenizer(), unread, sampler_, std::move(options), std::move(sink));
}

ChatAnswer Asked::finish() {
    if (reply_) return reply_->finish(generation_->finish());
    ChatAnswer out;
    out.generated = generation_->finish();
    out.content = out.generated.text;
    return out;
}

ChatAnswer Asked::answer(Session& session) {
    const size_t n = session.tokens().size();
    Generation& answer = begin(n);
    std::span<const float> logits = session.feed(std::span<const Token>(tokens()).subspan(n));
    while (const auto token = answer.next(logits, session)) {
        check_reader();
        logits = session.feed({&*token, 1});
    }
    return finish();
}

void Asked::check(const ChatAnswer& answer) const {
    if (held_) held_->constraint.check(answer.generated);
}

}  // namespace siskin
