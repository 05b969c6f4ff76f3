#include "cli/each/question_writer.h"

#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {

AskingSetup::AskingSetup(const EachRun& run, const Model& model)
    : model_(model),
      options_(run.sampling.options()),
      chat_(chat_for(run.prompt, run.chat, model)),
      system_(run.sampling.text(run.chat.system)),
      params_(run.sampling.sampler(model).params()),
      shows_form_(!run.prompt.raw) {
    detail("seed: ", params_.seed);
    options_.continues = !chat_;
    if (!run.constraint.given()) return;
    constraint_.emplace(run.constraint);
    constraint_->filter(tokenizer());  // copies share what it needs
    give_back(std::make_unique<Held>(*constraint_, tokenizer()));
}

Sampler AskingSetup::sampler() const {
    return Sampler(params_, [&tokenizer = tokenizer()](Token token) { return tokenizer.piece(token, true); });
}

std::string AskingSetup::asked(const std::string& prompt) const {
    return constraint_ && shows_form_ ? constraint_->shown_with(prompt) : prompt;
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

Asked::Asked(AskingSetup& setup, const std::string& prompt)
    : setup_(setup), sampler_(setup.sampler()), held_(setup.take_constraint()) {
    const std::string asked = setup.asked(prompt);
    GenerateOptions options = setup.options();
    if (held_) options.filter = held_->filter;
    TextSink sink;
    if (const auto& chat = setup.chat()) {
        Question question = first_question(*chat, setup.system(), asked);
        tokens_ = std::move(question.tokens);
        reply_.emplace(*chat, question.begun, [](AnswerPart, std::string_view) { return true; });
        options = reply_->with_chat(std::move(options));
        sink = [this](std::string_view text) { return reply_->push(text); };
    } else {
        tokens_ = setup.tokenizer().encode(asked, {.add_special = true, .parse_special = true});
    }
    if (tokens_.empty()) fail(Fault::BadData, "the prompt is empty");
    generation_.emplace(setup.tokenizer(), tokens_, sampler_, std::move(options), std::move(sink));
}

ChatAnswer Asked::finish() {
    if (reply_) return reply_->finish(generation_->finish());
    ChatAnswer out;
    out.generated = generation_->finish();
    out.content = out.generated.text;
    return out;
}

void Asked::check(const ChatAnswer& answer) const {
    if (held_) held_->constraint.check(answer.generated);
}

}  // namespace siskin
