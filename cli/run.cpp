#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/answer_view.h"
#include "cli/commands.h"
#include "cli/constraint_flags.h"
#include "cli/files.h"
#include "cli/memory_check.h"
#include "cli/model_facts.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "cli/talk.h"
#include "cli/terminal.h"
#include "engine/chat/chat_format.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Clock = std::chrono::steady_clock;

struct Flags {
    ModelFlags model;
    ComputeFlags compute;
    SamplingFlags sampling;
    ChatFlags chat;
    ConstraintFlags constraint;
    std::string prompt, file;
    bool prompt_given = false, raw = false, conversation = false, json = false;
    double max_time = 0;
};

/// Everything the user gave as prompt, in this order: stdin, the file of -f, -p, the words on the command line.
struct Prompt {
    std::string text;
    bool given = false;

    void add(std::string_view part) {
        if (!text.empty() && !part.empty()) text += '\n';
        text += part;
        given = true;
    }
};

/// The text less one line feed at its end, which editors and echo put there.
std::string_view without_last_line_feed(std::string_view text) {
    return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
}

Prompt collect_prompt(const Flags& flags, const std::vector<std::string>& words) {
    const bool has_dash = std::find(words.begin(), words.end(), "-") != words.end();
    const bool asks_for_stdin = has_dash || flags.file == "-" || flags.prompt == "-";
    const bool has_flag = flags.prompt_given || !flags.file.empty();
    Prompt prompt;
    if (asks_for_stdin || (!has_flag && !stdin_is_terminal())) {
        const std::string text = read_stdin();
        if (!text.empty()) prompt.add(without_last_line_feed(text));
    }
    if (!flags.file.empty() && flags.file != "-") prompt.add(without_last_line_feed(read_file(flags.file)));
    if (flags.prompt_given && flags.prompt != "-") prompt.add(flags.sampling.text(flags.prompt));
    std::string joined;
    for (const std::string& word : words)
        if (word != "-") joined += (joined.empty() ? "" : " ") + word;
    if (!joined.empty()) prompt.add(joined);
    return prompt;
}

/// Whether the prompt is a message to answer; otherwise it is a text to go on with.
bool wants_chat(const Flags& flags, const Model& model) {
    if (flags.raw) return false;
    return flags.conversation || flags.chat.given() || !chat_template_of(model.file()).empty();
}

/// Writes an answer to the prompt, or goes on with it.
ChatAnswer write_answer(const Flags& flags, Session& session, Sampler& sampler, GenerateOptions options,
                        const std::string& prompt, const AnswerSplitter::Sink& on_text) {
    const Model& model = session.model();
    const Tokenizer& tokenizer = model.tokenizer();
    if (wants_chat(flags, model)) {
        const Chat chat = open_chat(flags.chat, chat_template_of(model.file(), !flags.chat.tools.empty()), tokenizer);
        detail("chat template: ", chat.name());
        Conversation conversation(session, chat, flags.sampling.text(flags.chat.system));
        return conversation.answer(prompt, sampler, options, on_text);
    }
    if (const ChatFormat* format = flags.raw ? nullptr : recognise_vocabulary(tokenizer))
        note("the model has no chat template, so the prompt is a text to go on with; --chat-template ", format->name,
             " makes it a message");
    options.continues = true;
    ChatAnswer out;
    out.generated = generate(session, sampler, tokenizer.encode(prompt, {.add_special = true, .parse_special = true}),
                             options, [&](std::string_view text) { return on_text(AnswerPart::Content, text); });
    out.content = out.generated.text;
    return out;
}

std::string_view finish_reason(const ChatAnswer& answer) {
    const bool calls = answer.generated.finish == Finish::EndToken && !answer.tool_calls.empty();
    return calls ? "tool_calls" : name(answer.generated.finish);
}

nlohmann::ordered_json to_json(const ChatAnswer& answer, const Session& session, const SamplerParams& params,
                               double load_seconds) {
    using Json = nlohmann::ordered_json;
    const Generated& out = answer.generated;
    const Timings& t = out.timings;
    const Model& model = session.model();
    return {{"text", answer.content},
            {"reasoning", answer.reasoning.empty() ? Json() : Json(answer.reasoning)},
            {"tool_calls", answer.tool_calls},
            {"finish_reason", finish_reason(answer)},
            {"stop", out.stop.empty() ? Json() : Json(out.stop)},
            {"truncated", out.finish != Finish::EndToken && out.finish != Finish::StopString},
            {"tokens", {{"prompt", t.n_prompt}, {"generated", t.n_generated}, {"context", session.n_ctx()}}},
            {"timings",
             {{"load_seconds", load_seconds},
              {"prompt_seconds", t.prompt_seconds},
              {"prompt_per_second", prompt_speed(t)},
              {"generate_seconds", t.generate_seconds},
              {"generate_per_second", answer_speed(t)}}},
            {"seed", params.seed},
            {"model",
             {{"name", model.name()},
              {"type", type_summary(model.file())},
              {"file_bytes", model.file().file_bytes()},
              {"fingerprint", fingerprint(model.file())}}},
            {"version", SISKIN_VERSION}};
}

int run(const Flags& flags, const Prompt& prompt) {
    if (flags.max_time > 0) stop_after(flags.max_time);
    GenerateOptions options = flags.sampling.options();
    std::optional<Constraint> constraint;
    if (flags.constraint.given()) constraint.emplace(flags.constraint);

    const auto started = Clock::now();
    const auto model = flags.model.load();
    Runtime runtime(flags.compute.n_threads, flags.compute.rows());
    Session session(model, runtime, options_that_fit(flags.compute, model, runtime));
    const double load_seconds = std::chrono::duration<double>(Clock::now() - started).count();
    report_model(*model, session);
    Sampler sampler = flags.sampling.sampler(*model);
    detail("seed: ", sampler.params().seed);

    if (constraint) options.filter = constraint->filter(model->tokenizer());
    const std::string asked = constraint && !flags.raw ? constraint->shown_with(prompt.text) : prompt.text;
    const StopWatch watch;
    runtime.stop_on(watch.flag());
    progress("reading");
    AnswerView view(flags.chat);
    const auto unseen = [](AnswerPart, std::string_view) { return true; };
    const ChatAnswer answer =
        write_answer(flags, session, sampler, options, asked, flags.json ? AnswerSplitter::Sink(unseen) : view.sink());
    if (flags.json) {
        progress("");
        put(to_json(answer, session, sampler.params(), load_seconds)
                .dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
            "\n");
    } else {
        view.finish(answer);
    }
    const Generated& out = answer.generated;
    report_speed(out.timings);
    if (out.finish == Finish::ContextFull)
        note("the context of ", session.n_ctx(), " tokens is full, the answer is cut; -c sets a larger one");
    if (out.finish == Finish::Stopped && stop_code() == 124) note("time limit reached, the answer is cut");
    if (out.finish == Finish::Stopped) return stop_code();
    if (constraint) constraint->check(out);
    return 0;
}

int answer_or_talk(Flags& flags, Arguments& arguments) {
    flags.model.take_model(arguments.positional, true);
    flags.compute.check(arguments);
    flags.sampling.check();
    if (flags.max_time < 0 || !(flags.max_time < 1e8)) fail(Fault::Usage, "--max-time: expected a number of seconds");
    const Prompt prompt = collect_prompt(flags, arguments.positional);
    const bool can_talk = stdin_is_terminal() && stdout_is_terminal() && !flags.raw && !flags.json;
    if (!prompt.given && can_talk) return talk(flags.model, flags.compute, flags.sampling, flags.chat);
    if (!prompt.given) fail(Fault::Usage, "no prompt: give one as an argument, with -p TEXT, with -f FILE or on stdin");
    return run(flags, prompt);
}

}  // namespace

Command run_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    flags->model.add(app);
    app.option_defaults()->group("Prompt and answer");
    app.add_option_function<std::string>(
           "-p,--prompt",
           [flags](const std::string& text) {
               flags->prompt = text;
               flags->prompt_given = true;
           },
           "the prompt; stdin is then left alone")
        ->type_name("TEXT");
    app.add_option("-f,--file", flags->file, "read the prompt from a file; -: from stdin")->type_name("FILE");
    app.add_flag("--json", flags->json,
                 "print one JSON object: text, reasoning, tool_calls, finish_reason, tokens, timings, seed, model");
    app.add_option("--max-time", flags->max_time, "stop after so many seconds, with exit code 124; 0: no limit")
        ->type_name("SECONDS");
    flags->chat.add(app);
    app.add_flag("--conversation", flags->conversation, "the prompt is a message, also without a chat template");
    app.add_flag("--raw,--no-conversation", flags->raw,
                 "the prompt is a text to go on with; control tokens may be written in it");
    flags->constraint.add(app);
    flags->sampling.add(app);
    flags->compute.add(app);
    return [flags](Arguments& arguments) { return answer_or_talk(*flags, arguments); };
}

}  // namespace siskin
