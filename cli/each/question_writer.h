#pragma once
// From the prompt of an item to its answer, as `siskin run` would do it for that prompt alone.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/each/each.h"
#include "engine/chat/conversation.h"

namespace siskin {

/// What all items have in common.
class AskingSetup {
  public:
    /// Notes what `run` notes once. Throws what it throws before a prompt is looked at. All of these outlive the setup.
    AskingSetup(const EachRun& run, const Model& model);

    const std::optional<Chat>& chat() const { return chat_; }
    const std::string& system() const { return system_; }
    const Tokenizer& tokenizer() const { return model_.tokenizer(); }
    const GenerateOptions& options() const { return options_; }
    uint64_t seed() const { return params_.seed; }
    Sampler sampler() const;

    /// The prompt with what is asked of the form of its answer.
    std::string asked(const std::string& prompt) const;

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
    const Model& model_;
    GenerateOptions options_;
    std::optional<Chat> chat_;
    std::string system_;
    SamplerParams params_;
    bool shows_form_;
    std::optional<Constraint> constraint_;
    std::vector<std::unique_ptr<Held>> spare_;
};

/// An item on its way to an answer.
class Asked {
  public:
    /// Throws Error: BadData (an empty prompt, a template that fails).
    Asked(AskingSetup& setup, const std::string& prompt);
    ~Asked() { setup_.give_back(std::move(held_)); }
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;

    const std::vector<Token>& tokens() const { return tokens_; }
    Generation& generation() { return *generation_; }

    /// The answer, once it has ended.
    ChatAnswer finish();
    /// Throws Error(Failed) where the answer does not have the form asked for.
    void check(const ChatAnswer& answer) const;

  private:
    AskingSetup& setup_;
    std::vector<Token> tokens_;
    Sampler sampler_;
    std::unique_ptr<AskingSetup::Held> held_;
    std::optional<Reply> reply_;  // none where the answer goes on with a text
    std::optional<Generation> generation_;
};

}  // namespace siskin
