// siskin choose and siskin score: which of some given answers a model would give, and how likely each of them is.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/answer_json.h"
#include "cli/commands.h"
#include "cli/constraint_flags.h"
#include "cli/memory_check.h"
#include "cli/model_facts.h"
#include "cli/options.h"
#include "cli/prompt_flags.h"
#include "cli/report.h"
#include "cli/sampling_flags.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "engine/chat/expected_answers.h"
#include "engine/score.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

struct Flags {
    ModelFlags model;
    ComputeFlags compute;
    ChatFlags chat;
    PromptFlags prompt;
    std::string choices = "yes,no", is;
    double at_least = 0;
    bool json = false;
};

struct Choice {
    std::string text;
    size_t n_tokens;
    double log_chance;   ///< that the model gives exactly this answer
    double probability;  ///< that it is this one if it is one of them
};

/// The answers with their chances, in the order given.
struct Outcome {
    std::vector<Choice> choices;
    double mass = 0;  ///< the chance that the model gives one of them
    size_t n_prompt = 0;
    Json model;

    const Choice& best() const {
        return *std::max_element(choices.begin(), choices.end(),
                                 [](const Choice& a, const Choice& b) { return a.log_chance < b.log_chance; });
    }
};

std::vector<std::string> distinct_choices(const std::string& list) {
    std::vector<std::string> choices = parse_choices(list);
    std::set<std::string> seen;
    for (const std::string& choice : choices)
        if (!seen.insert(choice).second) fail(Fault::Usage, "--choices: \"", choice, "\" is there twice");
    return choices;
}

/// Every choice has its chance; fills in the probabilities.
void normalise(Outcome& outcome) {
    const double top = outcome.best().log_chance;
    double sum = 0;
    for (const Choice& choice : outcome.choices) sum += std::exp(choice.log_chance - top);
    for (Choice& choice : outcome.choices) choice.probability = std::exp(choice.log_chance - top) / sum;
    outcome.mass = std::exp(top) * sum;
    constexpr double kUnlikely = 0.01;
    if (outcome.mass < kUnlikely)
        note("the model would most likely say something else: the chance of all these answers together is ",
             number_text("%.2g", outcome.mass));
}

Outcome outcome_of(const Flags& flags, const std::vector<std::string>& texts, const std::string& prompt) {
    const auto model = flags.model.load();
    const Tokenizer& tokenizer = model->tokenizer();
    Runtime runtime(flags.compute.n_threads, flags.compute.rows());
    const SessionOptions options = options_that_fit(flags.compute, model, runtime);
    Session session(model, runtime, options);
    report_model(*model, session);
    const StopWatch watch;
    runtime.stop_on(watch.flag());
    progress("reading");

    ExpectedAnswers expected;
    std::vector<Token> ends;
    // An answer that the model thinks about first is not one that it gives at once.
    ChatFlags without_thoughts = flags.chat;
    if (!flags.prompt.raw && flags.chat.think.empty() && !chat_template_of(model->file()).empty())
        without_thoughts.think = "off";
    if (const auto chat = chat_for(flags.prompt, without_thoughts, *model)) {
        expected = expected_answers(*chat, unescape(flags.chat.system), with_choices_shown(prompt, texts), texts);
        std::set<Token> all(tokenizer.end_tokens().begin(), tokenizer.end_tokens().end());
        if (chat->turn_end() != kNoToken) all.insert(chat->turn_end());
        ends.assign(all.begin(), all.end());
    } else {
        expected = expected_answers(tokenizer, prompt, texts);
    }
    const auto chances = log_chances(model, runtime, options, expected.prompt, expected.answers, ends);
    progress("");
    if (chances.empty()) throw Exit{stop_code()};

    Outcome outcome;
    for (size_t i = 0; i < texts.size(); ++i)
        outcome.choices.push_back({texts[i], expected.answers[i].size(), chances[i], 0});
    normalise(outcome);
    outcome.n_prompt = expected.prompt.size();
    outcome.model = {{"name", model->name()}, {"fingerprint", fingerprint(model->file())}};
    return outcome;
}

Json to_json(const Outcome& outcome) {
    Json choices = Json::array();
    for (const Choice& c : outcome.choices)
        choices.push_back({{"text", c.text},
                           {"probability", c.probability},
                           {"chance", std::exp(c.log_chance)},
                           {"log_chance", c.log_chance},
                           {"tokens", c.n_tokens}});
    const Choice& best = outcome.best();
    return {{"choice", best.text},  {"probability", best.probability},          {"choices", choices},
            {"mass", outcome.mass}, {"tokens", {{"prompt", outcome.n_prompt}}}, {"model", outcome.model}};
}

Outcome ask(Flags& flags, Arguments& arguments, const std::vector<std::string>& choices) {
    flags.model.take_model(arguments.positional, true);
    flags.compute.check(arguments);
    const Prompt prompt = collect_prompt(flags.prompt, arguments.positional, true);
    if (!prompt.given())
        fail(Fault::Usage, "no prompt: give one as an argument, with -p TEXT, with -f FILE or on stdin");
    return outcome_of(flags, choices, prompt.text());
}

int choose(Flags& flags, Arguments& arguments) {
    const std::vector<std::string> choices = distinct_choices(flags.choices);
    const bool asks = !flags.is.empty();
    if (!(flags.at_least >= 0 && flags.at_least <= 1)) fail(Fault::Usage, "--at-least: expected a number from 0 to 1");
    if (asks && std::find(choices.begin(), choices.end(), flags.is) == choices.end())
        fail(Fault::Usage, "--is: \"", flags.is, "\" is none of the choices, ", flags.choices);
    const Outcome outcome = ask(flags, arguments, choices);
    const Choice& best = outcome.best();
    const auto meant = std::find_if(outcome.choices.begin(), outcome.choices.end(),
                                    [&](const Choice& choice) { return choice.text == flags.is; });
    // Without --at-least the choice has to be the most likely one, with it only likely enough.
    const bool holds = !asks                ? best.probability >= flags.at_least
                       : flags.at_least > 0 ? meant->probability >= flags.at_least
                                            : &*meant == &best;
    if (flags.json)
        put(one_line(to_json(outcome)) + "\n");
    else if (!asks && holds)
        put_text(best.text + "\n");
    return holds ? 0 : 1;
}

int score(Flags& flags, Arguments& arguments) {
    const Outcome outcome = ask(flags, arguments, distinct_choices(flags.choices));
    if (flags.json) return put(one_line(to_json(outcome)) + "\n"), 0;
    std::string lines;
    for (const Choice& c : outcome.choices)
        lines += c.text + "\t" + number_text("%.6f", c.probability) + "\t" +
                 number_text("%.6g", std::exp(c.log_chance)) + "\n";
    put_text(lines);
    return 0;
}

/// The flags that both commands have.
void add_flags(CLI::App& app, Flags& flags) {
    flags.model.add(app);
    flags.prompt.add(app);
    app.add_option("--choices", flags.choices, "the answers, as in yes,no,maybe")->type_name("LIST");
    app.add_flag("--json", flags.json,
                 "print one JSON object: choice, probability, and of each of the choices its probability, chance, "
                 "log_chance and tokens; mass, the sum of the chances");
    flags.chat.add(app);
    flags.prompt.add_kind(app);
    flags.compute.add(app);
}

}  // namespace

Command choose_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    add_flags(app, *flags);
    app.option_defaults()->group("For if");
    app.add_option("--is", flags->is, "print nothing; exit with 0 if this is the choice, with 1 if not")
        ->type_name("ANSWER");
    app.add_option("--at-least", flags->at_least,
                   "it must be so likely, if it is one of the choices; otherwise print nothing and exit with 1")
        ->type_name("P");
    return [flags](Arguments& arguments) { return choose(*flags, arguments); };
}

Command score_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    add_flags(app, *flags);
    return [flags](Arguments& arguments) { return score(*flags, arguments); };
}

}  // namespace siskin
