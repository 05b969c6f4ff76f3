#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <tuple>
#include <utility>

#include "cli/chat/talk.h"
#include "cli/files.h"
#include "cli/model_facts.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

/// "top_k" and "parameter top-k" are top-k; some names are Ollama's.
std::string setting_name(std::string name) {
    std::replace(name.begin(), name.end(), '_', '-');
    while (name.starts_with('-')) name.erase(0, 1);
    if (name == "format") return "json-schema";
    return name == "num-predict" ? "predict" : name;
}

std::pair<std::string, std::string> split_word(const std::string& text) {
    const size_t end = std::min(text.find_first_of(" \t\n"), text.size());
    const size_t rest = std::min(text.find_first_not_of(" \t\n", end), text.size());
    return {text.substr(0, end), text.substr(rest)};
}

std::string turns_text(size_t n) { return std::to_string(n) + (n == 1 ? " turn" : " turns"); }

/// Whether writing there would destroy something else than a conversation.
bool is_other_file(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return false;
    try {
        const std::string text = read_file(path);
        return !text.empty() && parse_transcript(text).turns.empty();
    } catch (const Error&) {
        return true;
    }
}

}  // namespace

/// The flags of writing, and the parser that knows which of them were given: what /set accepts is what the command line
/// accepts.
struct Talk::Settings {
    SamplingFlags flags;
    std::unique_ptr<CLI::App> parser;  // null: that of the command line
};

std::shared_ptr<const Talk::Settings> Talk::first_settings(const SamplingFlags& flags) {
    return std::make_shared<const Settings>(Settings{flags, nullptr});
}

GenerateOptions Talk::options() const {
    GenerateOptions options = settings_->flags.options();
    options.filter = filter_;
    return options;
}

void Talk::run(const TypedCommand& typed) {
    if (!typed.row)
        return note("/", typed.name, " is not a command", did_you_mean("/" + typed.name, chat_command_names()),
                    "; /help lists them");
    try {
        switch (typed.row->command) {
            case ChatCommand::Exit:
                leaving_ = true;
                return;
            case ChatCommand::Clear:
                return clear();
            case ChatCommand::Regenerate:
                return regenerate(typed.argument);
            case ChatCommand::Undo:
                (void)undo();
                return;
            case ChatCommand::Edit:
                return edit(typed.argument);
            case ChatCommand::Read:
                return read(typed.argument);
            case ChatCommand::Tool:
                return give_result(typed.argument);
            case ChatCommand::Set:
                return set(typed.argument);
            case ChatCommand::Schema:
                return set_form("json-schema", typed.argument);
            case ChatCommand::System:
                return set_system(typed.argument);
            case ChatCommand::Show:
                return show();
            case ChatCommand::Save:
                return save(typed.argument);
            case ChatCommand::Load:
                return load(typed.argument);
            case ChatCommand::Context:
                return show_context();
            case ChatCommand::Stats:
                return show_stats();
            case ChatCommand::Help:
                for (const std::string& line : chat_help()) say(line);
        }
    } catch (const Error& error) {
        // A command that fails leaves the talk as it was, unless it was the model that failed.
        const bool computes = typed.row->command == ChatCommand::Regenerate ||
                              typed.row->command == ChatCommand::Edit || typed.row->command == ChatCommand::Tool;
        if (computes && error.fault() != Fault::Usage) throw;
        note("/", typed.name, ": ", error.what());
    }
}

void Talk::regenerate(const std::string& seed) {
    if (!conversation_.has_answer()) return note("/regen: there is no answer yet");
    results_.clear();
    n_attempts_ += 1;
    if (!seed.empty()) {
        set("seed " + seed);
        n_attempts_ = 0;
    }
    std::vector<Turn> before = conversation_.turns();
    const Generated out =
        answer(n_turns() - 1, [&](Sampler& sampler, const GenerateOptions& options, const OnText& on_text) {
            return conversation_.answer_again(sampler, options, on_text);
        });
    if (!stopped_in_vain(out)) return after_answer(out);
    conversation_.restore(conversation_.system(), std::move(before));
    note("stopped before there was an answer; the one before stays");
}

/// False where there is nothing to take back.
bool Talk::undo() {
    if (!conversation_.has_answer()) {
        note(dropped_.empty() ? "there is nothing to take back" : "there is nothing to take back that the model sees");
        return false;
    }
    results_.clear();
    conversation_.undo();
    warned_ = false;
    save_text();
    if (input_.interactive()) say("taken back; the conversation has " + turns_text(conversation_.turns().size()));
    return true;
}

void Talk::edit(const std::string& text) {
    if (text.empty() && !input_.has_editor()) return note("/edit TEXT: the new message is missing");
    const Turn before = conversation_.has_answer() ? conversation_.turns().back() : Turn{};
    if (!undo()) return;
    results_ = before.results;
    if (!results_.empty()) results_.pop_back();
    if (text.empty())
        initial_ = typed_text(before);
    else if (before.results.empty())
        send(text);
    else
        give_result(text);
}

/// The result of the next call of the last answer. Once all are there the model goes on.
void Talk::give_result(const std::string& text) {
    if (n_open_calls() == 0) return note("/tool: the model waits for no result of a tool");
    if (text.empty()) return show_open_calls();
    std::string result = text;
    try {
        if (text.starts_with('@')) result = read_file(with_home(text.substr(1)));
    } catch (const Error& error) {
        return note("/tool: ", error.what());
    }
    const auto& call = conversation_.turns().back().tool_calls[results_.size()];
    results_.push_back({call["function"]["name"].get<std::string>(), call["id"].get<std::string>(), result});
    if (n_open_calls() > 0) return show_open_calls();
    const std::vector<ToolResult> results = std::exchange(results_, {});
    if (converse([&] { return Turn{.results = results}; }) == Sent::Answered) return;
    results_.assign(results.begin(), results.end() - 1);
    initial_ = "/tool " + text;
}

/// Calls of the last answer whose results are not there.
size_t Talk::n_open_calls() const {
    return conversation_.has_answer() ? conversation_.turns().back().tool_calls.size() - results_.size() : 0;
}

void Talk::show_open_calls() const {
    if (n_open_calls() == 0 || !input_.interactive()) return;
    const auto& call = conversation_.turns().back().tool_calls[results_.size()];
    say("/tool TEXT, or /tool @FILE, tells the model the result of " + call["function"]["name"].get<std::string>());
}

void Talk::read(const std::string& path) {
    if (path.empty()) return note("/read FILE: the file is missing");
    const std::filesystem::path file = with_home(path);
    const std::string text = read_file(file);
    if (text.find('\0') != std::string::npos) return note("/read: ", path, " is not a text file");
    const size_t n = session_.model().tokenizer().encode(text).size();
    attached_ += file.filename().string() + ":\n" + text + (text.ends_with('\n') ? "\n" : "\n\n");
    n_attached_ += 1;
    if (input_.interactive()) say(path + ": " + std::to_string(n) + " tokens go with the next message");
    if (conversation_.n_tokens() + n > session_.n_ctx())
        note("that is more than the context of ", session_.n_ctx(), " tokens holds now");
}

void Talk::set(const std::string& argument) {
    auto [name, value] = split_word(argument);
    if (name == "system") return set_system(value);
    if (name == "parameter") std::tie(name, value) = split_word(value);
    if (name.empty()) return show_settings();
    name = setting_name(name);
    if (name == "noformat") return set_form("json-schema", "off");
    if (ConstraintFlags().named(name)) return set_form(name, value);
    auto changed = std::make_shared<Settings>();
    changed->flags = settings_->flags;
    changed->flags.explain = false;
    std::vector<std::string> words;
    for (const auto& [given, option] : settings_->flags.options_by_name)
        for (const std::string& typed : option->results())
            words.insert(words.end(), {"--" + std::string(given), typed});
    words.push_back("--" + name);
    if (!value.empty()) words.push_back(value);
    changed->parser = std::make_unique<CLI::App>();
    changed->parser->option_defaults()->take_last()->always_capture_default();
    changed->flags.add(*changed->parser);
    if (!parse_arguments(*changed->parser, words).positional.empty()) fail(Fault::Usage, name, " takes no value");
    changed->flags.check();
    refuse_endless(changed->flags, form_.has_value());
    SamplerParams params = changed->flags.sampler(session_.model()).params();
    if (changed->flags.seed == settings_->flags.seed) params.seed = params_.seed;
    if (name == "seed") n_attempts_ = 0;
    params_ = params;
    settings_ = std::move(changed);
}

/// The form of the answers from now on: by the name of a flag and its value, or "off".
void Talk::set_form(std::string_view name, const std::string& value) {
    if (value.empty()) return say(form_ ? form_->description() : "answers have no form of their own");
    if (value == "off") return take_form(std::nullopt);
    ConstraintFlags flags;
    flags.lenient = setup_.lenient;
    *flags.named(name) = value == "json" ? "{}" : with_home(value);
    refuse_endless(settings_->flags, true);
    take_form(Constraint(flags));
    if (input_.interactive()) say(form_->description());
}

void Talk::take_form(std::optional<Constraint> form) {
    filter_ = form ? form->filter(session_.model().tokenizer()) : nullptr;
    form_ = std::move(form);
    form_is_new_ = true;
}

/// An answer with a form ends where that ends.
void Talk::refuse_endless(const SamplingFlags& flags, bool formed) const {
    if (flags.ignore_eos && formed)
        fail(Fault::Usage,
             "an answer that is held to a schema, a grammar or choices ends where that ends; it does not "
             "go with --ignore-eos");
}

void Talk::show_settings() const {
    ResolvedSampling resolved = settings_->flags.resolve(session_.model().file().metadata());
    resolved.params.seed = params_.seed;
    explain_sampling(resolved);
    if (settings_->flags.n_predict >= 0) say("predict " + std::to_string(settings_->flags.n_predict));
}

void Talk::set_system(const std::string& text) {
    if (text.empty()) return say(conversation_.system().empty() ? "no system prompt" : conversation_.system());
    restore(text == "-" ? "" : text, conversation_.turns());
    save_text();
}

void Talk::show() const {
    const Model& model = session_.model();
    say("model     " + model.name() + ", " + type_summary(model.file()));
    say("file      " + (setup_.model_file.empty() ? "built in" : setup_.model_file) + ", " +
        bytes_text(model.file().file_bytes()));
    say("context   " + std::to_string(session_.n_ctx()) + " tokens, made for " +
        std::to_string(model.config().n_ctx_train));
    say("template  " + setup_.chat_name);
    say("system    " + (conversation_.system().empty() ? "none" : conversation_.system()));
    say("seed      " + std::to_string(params_.seed));
    say("threads   " + std::to_string(session_.runtime().team().size()));
    if (form_) say("form      " + form_->description());
    if (stored_) say("session   " + stored_->name());
    say("/set shows the settings of sampling");
}

void Talk::save(const std::string& path) const {
    if (path.empty() && stored_) return say("session " + stored_->name() + " is saved after every turn");
    if (path.empty()) return note("/save FILE: the file is missing");
    const std::filesystem::path file = with_home(path);
    if (is_other_file(file)) fail(Fault::CannotCreate, path, " is there and holds something else; choose another name");
    write_file(file, write_transcript(transcript()));
    if (input_.interactive()) say(turns_text(n_turns()) + " saved to " + path);
}

void Talk::load(const std::string& path) {
    if (path.empty()) return note("/load FILE: the file is missing");
    Transcript transcript;
    try {
        transcript = parse_transcript(read_file(with_home(path)));
    } catch (const Error& error) {
        return note("/load ", path, ": ", error.what());
    }
    if (transcript.turns.empty()) return note("/load ", path, ": there is no conversation in it");
    if (stored_) stored_->set_aside();
    dropped_.clear();
    restore(transcript.system, transcript.turns);
    save_text();
    if (input_.interactive())
        say(turns_text(transcript.turns.size()) + "; the model reads " + std::to_string(conversation_.n_tokens()) +
            " tokens with the next message");
}

void Talk::show_context() const {
    constexpr size_t kBar = 40;
    const size_t used = conversation_.n_tokens(), all = session_.n_ctx(), filled = all ? kBar * used / all : 0;
    say("[" + std::string(filled, '#') + std::string(kBar - filled, '.') + "] " + std::to_string(used) + " of " +
        std::to_string(all) + " tokens, " + std::to_string(all ? 100 * used / all : 0) + " %");
    say(turns_text(conversation_.turns().size()) +
        (dropped_.empty() ? "" : ", " + std::to_string(dropped_.size()) + " before them dropped") +
        "; keys and values take " + bytes_text(session_.kv_bytes()));
}

void Talk::show_stats() const {
    if (!last_) return say("there is no answer yet");
    const auto line = [](const char* what, const Timings& t) {
        say(std::string(what) + std::to_string(t.n_prompt) + " tokens read, " + number_text("%.1f", prompt_speed(t)) +
            " per second; " + std::to_string(t.n_generated) + " written, " + number_text("%.1f", answer_speed(t)) +
            " per second");
    };
    line("last  ", *last_);
    line("all   ", total_);
    say("seed  " + std::to_string(params_.seed));
}

void Talk::clear() {
    if (stored_ && conversation_.has_answer()) {
        const std::filesystem::path aside = stored_->set_aside();
        if (!aside.empty()) note("the conversation so far is in ", aside.string());
    }
    dropped_.clear();
    results_.clear();
    conversation_.clear();
    forget_files();
    warned_ = false;
    save_text();
}

}  // namespace siskin
