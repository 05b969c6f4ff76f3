#pragma once
// Answers that are held to a JSON schema, a grammar or a list of choices.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/generate.h"
#include "engine/grammar/grammar_filter.h"
#include "engine/grammar/schema.h"

namespace CLI {
class App;
}

namespace siskin {

class Constraint;

struct ConstraintFlags {
    std::string schema, grammar, grammar_file, choices;
    bool lenient = false;

    void add(CLI::App& app);
    bool given() const;
    /// The value of a flag by its name ("json-schema"), or nullptr.
    std::string* named(std::string_view name);
    /// What they ask of answers, if they do. Throws what the constructor of Constraint throws.
    std::optional<Constraint> constraint() const;
};

/// "yes, no,maybe" as its parts without the blanks around them. Throws Error(Usage) for an empty one.
std::vector<std::string> parse_choices(std::string_view list);
/// The prompt with a sentence that shows the model the choices.
std::string with_choices_shown(const std::string& prompt, const std::vector<std::string>& choices);

/// What the flags ask of an answer. Copies share what was compiled, and each has a filter of its own.
class Constraint {
  public:
    /// Reads and compiles it; `flags` are given. Throws Error: Usage (several of them), BadData, and what read_file
    /// throws.
    explicit Constraint(const ConstraintFlags& flags);

    /// The prompt with a sentence that shows the model what is wanted: the schema or the choices. A grammar is not
    /// shown.
    std::string shown_with(const std::string& prompt) const;

    /// What is wanted, for people: "JSON schema: {…}", "choices: yes, no", "grammar".
    std::string description() const;

    /// A new filter for GenerateOptions; it lives as long as this does, and the tokenizer must as well.
    TokenFilter* filter(const Tokenizer& tokenizer);

    /// Throws Error(Failed) that says why an answer of the filter is not what was asked for: it was cut, or does not
    /// pass a check of its own.
    void check(const Generated& out) const;

  private:
    std::shared_ptr<const Schema> schema_;
    std::vector<std::string> choices_;
    std::string subject_;  // for messages
    std::shared_ptr<const Automaton> machine_;
    std::shared_ptr<const TokenTrie> trie_;  // of the tokenizer that filters were made for
    std::shared_ptr<GrammarFilter> filter_;
};

}  // namespace siskin
