#include "cli/constraint_flags.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/terminal.h"
#include "engine/grammar/gbnf.h"
#include "engine/grammar/schema_keywords.h"
#include "formats/error.h"

namespace siskin {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

/// JSON text given itself; anything else names a file.
bool is_json_text(const std::string& given) {
    const size_t first = given.find_first_not_of(kBlank);
    return given == "true" || given == "false" || (first != std::string::npos && given[first] == '{');
}

/// A prompt and what is said after it.
std::string below(const std::string& prompt, const std::string& text) {
    return prompt.empty() ? text : prompt + "\n\n" + text;
}

std::string list_of(const std::vector<std::string>& choices) {
    std::string list;
    for (const std::string& choice : choices) list += (list.empty() ? "" : ", ") + choice;
    return list;
}

Grammar grammar_of(const std::vector<std::string>& choices) {
    Grammar grammar;
    std::vector<Expr> ways;
    for (const std::string& choice : choices) ways.push_back(grammar.text(choice));
    grammar.set_root(grammar.define("choices", grammar.choice(ways)));
    return grammar;
}

}  // namespace

std::vector<std::string> parse_choices(std::string_view list) {
    std::vector<std::string> choices;
    for (;;) {
        const std::string_view choice = list.substr(0, list.find(','));
        const size_t first = choice.find_first_not_of(kBlank);
        if (first == std::string_view::npos) fail(Fault::Usage, "--choices: one of them is empty");
        choices.emplace_back(choice.substr(first, choice.find_last_not_of(kBlank) - first + 1));
        if (choice.size() == list.size()) return choices;
        list.remove_prefix(choice.size() + 1);
    }
}

std::string with_choices_shown(const std::string& prompt, const std::vector<std::string>& choices) {
    return below(prompt, "Answer with one of these, and with nothing else: " + list_of(choices));
}

void ConstraintFlags::add(CLI::App& app) {
    app.option_defaults()->group("Form of the answer");
    app.add_option("-j,--json-schema", schema, "the answer is JSON that fits this schema")->type_name("FILE|JSON");
    app.add_option("--grammar", grammar, "the answer fits the rule \"root\" of this GBNF grammar")->type_name("TEXT");
    app.add_option("--grammar-file", grammar_file, "the same, from a file")->type_name("FILE");
    app.add_option("--choices", choices, "the answer is one of these, as in yes,no,maybe")->type_name("LIST");
    app.add_flag("--lenient", lenient, "leave out what is not supported of a schema, instead of refusing it");
}

bool ConstraintFlags::given() const {
    return !schema.empty() || !grammar.empty() || !grammar_file.empty() || !choices.empty();
}

std::string* ConstraintFlags::named(std::string_view name) {
    if (name == "json-schema") return &schema;
    if (name == "grammar") return &grammar;
    if (name == "grammar-file") return &grammar_file;
    return name == "choices" ? &choices : nullptr;
}

std::optional<Constraint> ConstraintFlags::constraint() const {
    return given() ? std::optional<Constraint>(*this) : std::nullopt;
}

Constraint::Constraint(const ConstraintFlags& flags) {
    const int n_given =
        !flags.schema.empty() + !flags.grammar.empty() + !flags.grammar_file.empty() + !flags.choices.empty();
    if (n_given > 1)
        fail(Fault::Usage, "--json-schema, --grammar, --grammar-file, --choices: only one of them can be obeyed");
    if (!flags.schema.empty()) {
        const std::string text = is_json_text(flags.schema) ? flags.schema : read_file(flags.schema);
        schema_ = std::make_shared<const Schema>(text, flags.lenient);
        for (const std::string& line : schema_->left_out()) note("JSON schema: left out: ", line);
        subject_ = "JSON schema";
        machine_ = compile(schema_->grammar(), subject_);
    } else if (!flags.choices.empty()) {
        choices_ = parse_choices(flags.choices);
        subject_ = "choices";
        machine_ = compile(grammar_of(choices_), subject_);
    } else {
        subject_ = "grammar";
        machine_ = compile(parse_gbnf(flags.grammar.empty() ? read_file(flags.grammar_file) : flags.grammar));
    }
}

std::string Constraint::shown_with(const std::string& prompt) const {
    if (schema_)
        return below(prompt, "Answer with JSON that fits this JSON schema, and with nothing else:\n" +
                                 json_line(schema_->root()));
    return choices_.empty() ? prompt : with_choices_shown(prompt, choices_);
}

std::string Constraint::description() const {
    if (schema_) return subject_ + ": " + json_line(schema_->root());
    return choices_.empty() ? subject_ : subject_ + ": " + list_of(choices_);
}

TokenFilter* Constraint::filter(const Tokenizer& tokenizer) {
    if (!trie_) trie_ = std::make_shared<TokenTrie>(tokenizer);
    filter_ = std::make_shared<GrammarFilter>(tokenizer, machine_, trie_);
    return filter_.get();
}

void Constraint::check(const Generated& out) const {
    if (out.finish == Finish::Length)
        fail(Fault::Failed, subject_, ": the answer was cut after ", out.tokens.size(), " tokens; -n allows more");
    if (out.finish == Finish::ContextFull)
        fail(Fault::Failed, subject_, ": the answer was cut because the context is full; -c sets a larger one");
    if (!filter_->complete())
        fail(Fault::Failed, subject_, ": the answer was cut",
             out.stop.empty() ? "" : " by the stop string \"" + out.stop + "\"");
    if (!schema_) return;
    const std::string fault = schema_->fault_of_text(filter_->text());
    if (!fault.empty()) fail(Fault::Failed, subject_, ": the answer does not fit: ", fault);
}

}  // namespace siskin
