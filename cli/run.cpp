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
#include "cli/prefix_cache.h"
#include "cli/prompt_flags.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "cli/talk.h"
#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

struct Flags {
    ModelFlags model;
    ComputeFlags compute;
    SamplingFlags sampling;
    ChatFlags chat;
    ConstraintFlags constraint;
    PromptFlags prompt;
    EachFlags each;
    bool json = false, stream_json = false, truncate = false;
    double max_time = 0;
};

/// A prompt on its way to the model.
struct Asked {
    std::vector<Token> tokens;
    std::optional<Conversation::Asked> turn;  ///< nothing: a text to go on with
    size_t n_cut = 0;                         ///< tokens that were left out
};

/// The way of a prompt to the model: as a message to answer, or as a text to go on with.
class OneShot {
  public:
    OneShot(const Flags& flags, Session& session)
        : session_(session), chat_(chat_for(flags.prompt, flags.chat, session.model())) {
        if (chat_) conversation_.emplace(session, *chat_, flags.sampling.text(flags.chat.system));
    }

    Asked ask(const std::string& prompt) const {
        if (!conversation_)
            return {.tokens =
                        session_.model().tokenizer().encode(prompt, {.add_special = true, .parse_special = true})};
        Conversation::Asked turn = conversation_->ask({.user = prompt});
        std::vector<Token> tokens = turn.tokens();
        return {.tokens = std::move(tokens), .turn = std::move(turn)};
    }

    /// The session may hold the first tokens already.
    ChatAnswer answer(const Asked& asked, Sampler& sampler, GenerateOptions options,
                      const AnswerSplitter::Sink& on_text) {
        if (asked.turn) return conversation_->answer(*asked.turn, sampler, options, on_text);
        options.continues = true;
        ChatAnswer out;
        out.generated = generate(session_, sampler, std::span(asked.tokens).subspan(session_.tokens().size()), options,
                                 [&](std::string_view text) { return on_text(AnswerPart::Content, text); });
        out.content = out.generated.text;
        return out;
    }

  private:
    Session& session_;
    std::optional<Chat> chat_;
    std::optional<Conversation> conversation_;
};

/// Room that a cut prompt leaves for its answer where -n does not say how much.
size_t answer_room(const GenerateOptions& options, size_t n_ctx) {
    constexpr size_t kUsual = 256;
    if (options.n_predict >= 0) return std::min<size_t>(size_t(options.n_predict), n_ctx / 2);
    return std::min(kUsual, n_ctx / 4);
}

/// The prompt with what a constraint shows, cut if that is wanted. Throws Error(TooLong).
Asked ask(const Flags& flags, Prompt prompt, const std::optional<Constraint>& constraint, const OneShot& one_shot,
          const GenerateOptions& options, size_t n_ctx) {
    const auto asked_with = [&](const std::string& text) {
        return one_shot.ask(constraint && !flags.prompt.raw ? constraint->shown_with(text) : text);
    };
    Asked asked = asked_with(prompt.text());
    const size_t n_given = asked.tokens.size(), most = n_ctx - answer_room(options, n_ctx);
    if (flags.truncate && n_given > most) {
        const auto n_tokens = [&](const std::string& text) { return asked_with(text).tokens.size(); };
        if (const std::string part = prompt.cut_to(most, n_tokens); !part.empty()) {
            asked = asked_with(prompt.text());
            asked.n_cut = n_given - asked.tokens.size();
            note("the prompt of ", n_given, " tokens is cut to ", asked.tokens.size(), " in the middle of ", part,
                 "; the context has ", n_ctx);
        }
    }
    if (asked.tokens.size() > n_ctx)
        fail(Fault::TooLong, "the prompt has ", n_given, " tokens, the context has ", n_ctx, "; -c sets a larger one",
             flags.truncate ? "" : ", --truncate cuts the prompt");
    return asked;
}

/// What happened before the prompt was read.
struct Start {
    double load_seconds = 0, cache_seconds = 0;
    size_t n_cached = 0;  ///< tokens of the prompt that need not be read
};

nlohmann::ordered_json to_json(const ChatAnswer& answer, const Asked& asked, const Session& session,
                               const SamplerParams& params, const Start& start) {
    using Json = nlohmann::ordered_json;
    const Timings& t = answer.generated.timings;
    const Model& model = session.model();
    Json json = answer_json(answer);
    json.update(Json{{"tokens",
                      {{"prompt", asked.tokens.size()},
                       {"cached", start.n_cached},
                       {"cut", asked.n_cut},
                       {"generated", t.n_generated},
                       {"context", session.n_ctx()}}},
                     {"timings",
                      {{"load_seconds", start.load_seconds},
                       {"cache_seconds", start.cache_seconds},
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

/// What becomes of the pieces of an answer while it is written.
AnswerSplitter::Sink sink_of(const Flags& flags, AnswerView& view) {
    if (flags.stream_json)
        return [](AnswerPart part, std::string_view text) {
            progress("");
            put(one_line({{"event", part == AnswerPart::Reasoning ? "reasoning" : "text"}, {"piece", text}}) + "\n");
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

int run(const Flags& flags, const Prompt& prompt) {
    if (flags.max_time > 0) stop_after(flags.max_time);
    GenerateOptions options = flags.sampling.options();
    std::optional<Constraint> constraint;
    if (flags.constraint.given()) constraint.emplace(flags.constraint);
    PrefixCache cache;

    const auto started = Clock::now();
    const auto model = flags.model.load();
    Runtime runtime(flags.compute.n_threads, flags.compute.rows());
    Session session(model, runtime, options_that_fit(flags.compute, model, runtime));
    Start start;
    start.load_seconds = seconds_since(started);
    report_model(*model, session);
    Sampler sampler = flags.sampling.sampler(*model);
    detail("seed: ", sampler.params().seed);

    if (constraint) options.filter = constraint->filter(model->tokenizer());
    OneShot one_shot(flags, session);
    const Asked asked = ask(flags, prompt, constraint, one_shot, options, session.n_ctx());
    const StopWatch watch;
    runtime.stop_on(watch.flag());
    progress("reading");
    const auto loading = Clock::now();
    cache.load(session, asked.tokens);
    start.n_cached = session.tokens().size();
    start.cache_seconds = seconds_since(loading);
    AnswerView view(flags.chat);
    ChatAnswer answer;
    try {
        answer = one_shot.answer(asked, sampler, options, sink_of(flags, view));
    } catch (const Exit& exit) {
        if (exit.code == 141) cache.save(session, asked.tokens.size());
        throw;
    }
    if (flags.json || flags.stream_json) {
        progress("");
        const auto json = to_json(answer, asked, session, sampler.params(), start);
        put((flags.stream_json ? one_line(json) : indented(json)) + "\n");
    } else {
        view.finish(answer);
    }
    const Generated& out = answer.generated;
    report_end(out, session);
    if (out.finish == Finish::Stopped) return stop_code();
    close_stdout();  // whoever reads it has the whole answer, and need not wait for the cache
    cache.save(session, asked.tokens.size());
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
        if (flags.stream_json || flags.truncate)
            fail(Fault::Usage, "--", flags.truncate ? "truncate" : "stream-json", " does not go with --each");
        return run_each(flags.each, each, arguments.positional);
    }
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
                 "…}, the last one the object of --json");
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
