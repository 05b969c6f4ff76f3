#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/answer_json.h"
#include "cli/answer_view.h"
#include "cli/commands.h"
#include "cli/constraint_flags.h"
#include "cli/each/each.h"
#include "cli/memory_check.h"
#include "cli/model_facts.h"
#include "cli/prompt_flags.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "cli/talk.h"
#include "cli/terminal.h"
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
    PromptFlags prompt;
    EachFlags each;
    bool json = false;
    double max_time = 0;
};

/// Writes an answer to the prompt, or goes on with it.
ChatAnswer write_answer(const Flags& flags, Session& session, Sampler& sampler, GenerateOptions options,
                        const std::string& prompt, const AnswerSplitter::Sink& on_text) {
    const Model& model = session.model();
    const Tokenizer& tokenizer = model.tokenizer();
    if (const std::optional<Chat> chat = chat_for(flags.prompt, flags.chat, model)) {
        Conversation conversation(session, *chat, flags.sampling.text(flags.chat.system));
        return conversation.answer(prompt, sampler, options, on_text);
    }
    options.continues = true;
    ChatAnswer out;
    out.generated = generate(session, sampler, tokenizer.encode(prompt, {.add_special = true, .parse_special = true}),
                             options, [&](std::string_view text) { return on_text(AnswerPart::Content, text); });
    out.content = out.generated.text;
    return out;
}

nlohmann::ordered_json to_json(const ChatAnswer& answer, const Session& session, const SamplerParams& params,
                               double load_seconds) {
    using Json = nlohmann::ordered_json;
    const Timings& t = answer.generated.timings;
    const Model& model = session.model();
    Json json = answer_json(answer);
    json.update(Json{{"tokens", {{"prompt", t.n_prompt}, {"generated", t.n_generated}, {"context", session.n_ctx()}}},
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
                     {"version", SISKIN_VERSION}});
    return json;
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
    const std::string asked = constraint && !flags.prompt.raw ? constraint->shown_with(prompt.text) : prompt.text;
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
    flags.each.check();
    if (flags.each.given()) {
        const EachRun each{flags.model,      flags.compute, flags.sampling, flags.chat,
                           flags.constraint, flags.prompt,  flags.json,     flags.max_time};
        return run_each(flags.each, each, arguments.positional);
    }
    const Prompt prompt = collect_prompt(flags.prompt, arguments.positional, flags.sampling.escape);
    const bool can_talk = stdin_is_terminal() && stdout_is_terminal() && !flags.prompt.raw && !flags.json;
    if (!prompt.given && can_talk) return talk(flags.model, flags.compute, flags.sampling, flags.chat);
    if (!prompt.given) fail(Fault::Usage, "no prompt: give one as an argument, with -p TEXT, with -f FILE or on stdin");
    return run(flags, prompt);
}

}  // namespace

Command run_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    flags->model.add(app);
    flags->prompt.add(app);
    app.add_flag("--json", flags->json,
                 "print one JSON object: text, reasoning, tool_calls, finish_reason, tokens, timings, seed, model");
    app.add_option("--max-time", flags->max_time, "stop after so many seconds, with exit code 124; 0: no limit")
        ->type_name("SECONDS");
    flags->chat.add(app);
    flags->prompt.add_kind(app);
    flags->constraint.add(app);
    flags->each.add(app);
    flags->sampling.add(app);
    flags->compute.add(app);
    return [flags](Arguments& arguments) { return answer_or_talk(*flags, arguments); };
}

}  // namespace siskin
