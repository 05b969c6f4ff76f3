#pragma once
// From a prompt to its answer: the way that siskin run goes once, and with --each for every item.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/prompt.h"
#include "cli/run_flags.h"
#include "engine/chat/conversation.h"

namespace siskin {

/// What all prompts of a run have in common.
class AskingSetup {
  public:
    /// Says the notes that concern all of them. `constraint` is what the flags ask of the answers, `n_ctx` the tokens
    /// that prompt and answer have room for; the flags and the model outlive the setup. Throws what the flags throw.
    AskingSetup(const RunFlags& flags, std::optional<Constraint> constraint, const Model& model, uint32_t n_ctx);

    const std::optional<Chat>& chat() const { return chat_; }
    const Tokenizer& tokenizer() const { return model_.tokenizer(); }
    const GenerateOptions& options() const { return options_; }
    uint64_t seed() const { return params_.seed; }
    Sampler sampler() const;

    /// What the model reads, and what was left out of it.
    struct Read {
        Question question;
        size_t n_cut = 0;  ///< tokens
        std::string note;  ///< says so; empty where nothing was
    };
    /// The prompt as a message, or as a text to go on with, and what is asked of the form of its answer. With
    /// --truncate a prompt that is too long is cut. Throws Error: TooLong, BadData (no tokens, a template that fails).
    Read read(Prompt prompt) const;

    /// A constraint and its filter, for one answer at a time: what a filter has found out serves the next one too.
    struct Held {
        explicit Held(const Constraint& like, const Tokenizer& tokenizer)
            : constraint(like), filter(constraint.filter(tokenizer)) {}
        Constraint constraint;
        TokenFilter* filter;
    };
    /// Nothing where answers are free.
    std::unique_ptr<Held> take_constraint();
    void give_back(std::unique_ptr<Held> held);

  private:
    Question question(const std::string& prompt) const;
    size_t answer_room() const;

    const Model& model_;
    const size_t n_ctx_;
    const bool shows_form_, truncates_;
    GenerateOptions options_;
    std::optional<Chat> chat_;
    std::string system_;
    SamplerParams params_;
    std::optional<Constraint> constraint_;
    std::vector<std::unique_ptr<Held>> spare_;
};

/// A prompt on its way to an answer.
class Asked {
  public:
    /// `on_text` gets the pieces of the answer. Throws what AskingSetup::read throws.
    Asked(AskingSetup& setup, Prompt prompt, const AnswerSplitter::Sink& on_text);
    ~Asked() { setup_.give_back(std::move(held_)); }
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;

    const std::vector<Token>& tokens() const { return read_.question.tokens; }
    size_t n_cut() const { return read_.n_cut; }
    const std::string& cut_note() const { return read_.note; }  ///< empty: nothing was cut

    /// The answer that begins now, for one who reads the tokens from the n-th on and runs the passes. Once for each
    /// prompt, and finish() when it has ended.
    Generation& begin(size_t n);
    ChatAnswer finish();

    /// Does all of that with a session that holds a beginning of the tokens, not all of them. Throws what the session
    /// and the generation throw, and Exit{141} when nobody reads stdout any more.
    ChatAnswer answer(Session& session);

    /// Throws Error(Failed) where the answer does not have the form asked for.
    void check(const ChatAnswer& answer) const;

  private:
    AskingSetup& setup_;
    const AskingSetup::Read read_;
    Sampler sampler_;
    std::unique_ptr<AskingSetup::Held> held_;
    const AnswerSplitter::Sink on_text_;
    std::optional<Reply> reply_;  // none where the answer goes on with a text
    std::optional<Generation> generation_;
};

}  // namespace siskin
