#pragma once
// Answers that are held to a JSON schema, a grammar or a list of choices.

#include <memory>
#include <string>
#include <vector>

#include "engine/generate.h"
#include "engine/grammar/grammar_filter.h"
#include "engine/grammar/schema.h"

namespace CLI {
class App;
}

namespace siskin {

struct ConstraintFlags {
    std::string schema, grammar, grammar_file, choices;
    bool lenient = false;

    void add(CLI::App& app);
    bool given() const;
};

/// What the flags ask of an answer.
class Constraint {
  public:
    /// Reads and compiles it; `flags` are given. Throws Error: Usage (several of them), BadData, and what read_file
    /// throws.
    explicit Constraint(const ConstraintFlags& flags);

    /// The prompt with a sentence that shows the model what is wanted: the schema or the choices. A grammar is not
    /// shown.
    std::string shown_with(const std::string& prompt) const;

    /// The filter for GenerateOptions; it lives as long as this does, and the tokenizer must as well.
    TokenFilter* filter(const Tokenizer& tokenizer);

    /// Throws Error(Failed) that says why an answer of the filter is not what was asked for: it was cut, or does not
    /// pass a check of its own.
    void check(const Generated& out) const;

  private:
    std::unique_ptr<Schema> schema_;
    std::vector<std::string> choices_;
    std::string subject_;  // for messages
    std::shared_ptr<const Automaton> machine_;
    std::unique_ptr<GrammarFilter> filter_;
};

}  // namespace siskin
