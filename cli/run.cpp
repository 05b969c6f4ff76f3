#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/answer_json.h"
#include "cli/answer_view.h"
#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/each/each.h"
#include "cli/memory_check.h"
#include "cli/model_facts.h"
#include "cli/prefix_cache.h"
#include "cli/report.h"
#include "cli/run_flags.h"
#include "cli/signals.h"
#include "cli/talk.h"
#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

struct Flags : RunFlags {
    EachFlags each;
};

/// What happened before the prompt was read.
struct Start {
    double load_seconds = 0, cache_seconds = 0;
    size_t n_cached = 0;  ///< tokens of the prompt that need not be read
};

nlohmann::ordered_json to_json(const ChatAnswer& answer, const Asked& asked, const Session& session, uint64_t seed,
                               const Start& start) {
    using Json = nlohmann::ordered_json;
    const Timings& t = answer.generated.timings;
    const Model& model = session.model();
    Json json = answer_json(answer);
    json.update(Json{{"tokens",
                      {{"prompt", asked.tokens().size()},
                       {"cached", start.n_cached},
                       {"cut", asked.n_cut()},
                       {"generated", t.n_generated},
                       {"context", session.n_ctx()}}},
                     {"timings",
                      {{"load_seconds", start.load_seconds},
                       {"cache_seconds", start.cache_seconds},
                       {"prompt_seconds", t.prompt_seconds},
                       {"prompt_per_second", prompt_speed(t)},
                       {"generate_seconds", t.generate_seconds},
                       {"generate_per_second", answer_speed(t)}}},
                     {"seed", seed},
                     {"model",
                      {{"name", model.name()},
                       {"type", type_summary(model.file())},
                       {"file_bytes", model.file().file_bytes()},
                       {"fingerprint", fingerprint(model.file())}}},
                     {"version", SISKIN_VERSION}});
    return json;
}

/// What becomes of the pieces of an answer while it is written.
AnswerSplitter::Sink sink_of(const RunFlags& flags, AnswerView& view) {
    if (flags.stream_json)
        return [](AnswerPart part, std::string_view text) {
            progress("");
            put(one_line(piece_json(part, text)) + "\n");
            return true;
        };
    if (flags.json) return [](AnswerPart, std::string_view) { return true; };
    return view.sink();
}

void report_end(const Generated& out, const Session& session) {
    report_speed(out.timings);
    if (out.finish == Finish::ContextFull)
        note("the context of ", session.n_ctx(), " tokens is full, the answer is cut; -c sets a larger one");
    if (out.finish == Finish::Stopped && stop_code() == 124) note("time limit reached, the answer is cut");
}

int run(const RunFlags& flags, const Prompt& prompt) {
    if (flags.max_time > 0) stop_after(flags.max_time);
    std::optional<Constraint> constraint = flags.constraint.constraint();
    PrefixCache cache;

    const auto started = Clock::now();
    const auto model = flags.model.load();
    Runtime runtime(flags.compute.n_threads, flags.compute.rows());
    Session session(model, runtime, options_that_fit(flags.compute, model, runtime));
    Start start;
    start.load_seconds = seconds_since(started);
    report_model(*model, session);
    AskingSetup setup(flags, std::move(constraint), *model, session.n_ctx());
    AnswerView view(flags.chat);
    Asked asked(setup, prompt, sink_of(flags, view));
    if (!asked.cut_note().empty()) note(asked.cut_note());
    const StopWatch watch;
    runtime.stop_on(watch.flag());
    progress("reading");
    const auto loading = Clock::now();
    cache.load(session, asked.tokens());
    start.n_cached = session.tokens().size();
    start.cache_seconds = seconds_since(loading);
    ChatAnswer answer;
    try {
        answer = asked.answer(session);
    } catch (const Exit& exit) {
        if (exit.code == 141) cache.save(session, asked.tokens().size());
        throw;
    }
    if (flags.json || flags.stream_json) {
        progress("");
        const auto json = to_json(answer, asked, session, setup.seed(), start);
        put((flags.stream_json ? one_line(json) : indented(json)) + "\n");
    } else {
        view.finish(answer);
    }
    const Generated& out = answer.generated;
    report_end(out, session);
    if (out.finish == Finish::Stopped) return stop_code();
    close_stdout();  // whoever reads it has the whole answer, and need not wait for the cache
    cache.save(session, asked.tokens().size());
    asked.check(answer);
    return 0;
}

int answer_or_talk(Flags& flags, Arguments& arguments) {
    flags.model.take_model(arguments.positional, true);
    flags.compute.check(arguments);
    flags.sampling.check();
    if (flags.max_time < 0 || !(flags.max_time < 1e8)) fail(Fault::Usage, "--max-time: expected a number of seconds");
    flags.each.check(flags);
    if (flags.each.given()) return run_each(flags.each, flags, arguments.positional);
    const Prompt prompt = collect_prompt(flags.prompt, arguments.positional, flags.sampling.escape);
    const bool can_talk =
        stdin_is_terminal() && stdout_is_terminal() && !flags.prompt.raw && !flags.json && !flags.stream_json;
    if (!prompt.given() && can_talk)
        return talk(flags.model, flags.compute, flags.sampling, flags.chat, flags.constraint);
    if (!prompt.given())
        fail(Fault::Usage, "no prompt: give one as an argument, with -p TEXT, with -f FILE or on stdin");
    return run(flags, prompt);
}

}  // namespace

Command run_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    flags->model.add(app);
    flags->prompt.add(app);
    app.add_flag("--json", flags->json,
                 "print one JSON object: text, reasoning, tool_calls, finish_reason, tokens, timings, seed, model");
    app.add_flag("--stream-json", flags->stream_json,
                 "print JSON lines while the answer is written, {\"event\": \"text\" or \"reasoning\", \"piece\": "
                 "…}, the last one the object of --json; with --each each of them has a \"line\", too");
    app.add_flag("--truncate", flags->truncate,
                 "cut a prompt that leaves no room for an answer of -n tokens, or 256: the middle of its longest part, "
                 "with a note on stderr; without it such a prompt ends with exit code 78 where it does not fit");
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
