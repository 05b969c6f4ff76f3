#include "cli/each/each.h"

#include <CLI/CLI.hpp>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/answer_json.h"
#include "cli/asking.h"
#include "cli/each/answer_file.h"
#include "cli/each/line_reader.h"
#include "cli/each/prompt_pattern.h"
#include "cli/memory_check.h"
#include "cli/prefix_cache.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "engine/answer_pool.h"
#include "engine/common_length.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

/// Finished answers that wait for an earlier one, for each that is written at a time: memory does not grow with the
/// number of items.
constexpr size_t kMostWaiting = 64;
constexpr uint32_t kMostParallel = 1024;

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

/// A line of JSON; discarded where it is none, or nested too deeply to be walked through.
Json parse_line(const std::string& line) {
    constexpr int kMostDepth = 200;
    const auto check_depth = [](int depth, Json::parse_event_t, Json&) {
        if (depth > kMostDepth) fail(Fault::BadData, "");
        return true;
    };
    try {
        return Json::parse(line, check_depth, false);
    } catch (const Error&) {
        return Json(Json::value_t::discarded);
    }
}

/// An answer as one line: line feeds, carriage returns and backslashes as \n, \r and \\.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n' || c == '\r' || c == '\\') out += '\\';
        out += c == '\n' ? 'n' : c == '\r' ? 'r' : c;
    }
    return out;
}

struct Item {
    size_t line = 0;  // of the input, from 1
    Json input;
    std::unique_ptr<Asked> asked;
    bool done = false;
    std::string out;  // once done
};

class Each {
  public:
    Each(const EachFlags& flags, const RunFlags& run, const std::string& prompt, std::optional<Constraint> constraint)
        : is_jsonl_(flags.items == "jsonl"),
          writes_json_(is_jsonl_ || run.json || run.stream_json),
          streams_(run.stream_json),
          output_(flags.output),
          pattern_(prompt, is_jsonl_),
          answers_(flags.output, flags.resume),
          lines_(run.prompt.file),
          model_(run.model.load()),
          runtime_(run.compute.n_threads, run.compute.rows()),
          options_(options_that_fit(run.compute, model_, runtime_)),
          pool_(model_, runtime_, options_, flags.n_parallel),
          setup_(run, std::move(constraint), *model_, pool_.n_ctx()) {
        report_model(*model_, pool_.prefix());
        detail("answers at once: ", pool_.n_slots());
    }

    int run();

  private:
    bool next_line(std::string& line, bool wait);
    void pass_over_old();
    bool take_item(bool wait);
    void start(Item& item, const std::string& text);
    void use_cache(const std::vector<Token>& prompt);
    void stream(const Item& item, AnswerPart part, std::string_view text) const;
    void end(Item& item, const Error* error);
    void fail_item(Item& item, const Error& error, const ChatAnswer* answer);
    void put_answers();
    int stopped();
    void report() const;
    Json json_of(const Item& item, const ChatAnswer* answer, const Error* error) const;

    const bool is_jsonl_, writes_json_, streams_;
    const std::string output_;
    const PromptPattern pattern_;
    AnswerFile answers_;
    LineReader lines_;
    const std::shared_ptr<const Model> model_;
    Runtime runtime_;
    const SessionOptions options_;
    AnswerPool pool_;
    AskingSetup setup_;
    PrefixCache cache_;
    std::optional<std::vector<Token>> common_;  // what all prompts begin with; none before the first
    std::deque<std::unique_ptr<Item>> items_;   // not put out yet, in order
    size_t first_id_ = 0;                       // of items_
    size_t n_lines_ = 0, n_answered_ = 0, n_failed_ = 0, n_written_ = 0;
};

int Each::run() {
    const StopWatch watch;
    runtime_.stop_on(watch.flag());
    pass_over_old();
    const auto end_item = [&](size_t id, const Error* error) { end(*items_[id - first_id_], error); };
    for (;;) {
        while (!stop_code() && !pool_.full() && items_.size() < kMostWaiting * pool_.n_slots()) {
            if (pool_.empty()) put_answers();
            if (!take_item(pool_.empty())) break;
        }
        if (stop_code()) return stopped();
        if (pool_.empty() && lines_.ended()) break;
        answers_.check_reader();
        if (!pool_.empty() && !pool_.step(end_item)) return stopped();
        put_answers();
    }
    put_answers();
    answers_.finish();
    report();
    if (common_) cache_.save(pool_.prefix(), common_length(*common_, pool_.prefix().tokens()));
    return n_failed_ ? int(Fault::Failed) : 0;
}

int Each::stopped() {
    put_answers();
    answers_.finish();
    report();
    if (stop_code() == 124) note("time limit reached after ", n_answered_, " answers");
    return stop_code();
}

void Each::report() const {
    progress("");
    detail("items: ", n_answered_, " answered, ", n_failed_, " of them failed");
    detail("tokens: ", pool_.n_read(), " read, ", n_written_, " written");
}

/// The next line that is an item. Where lines are put out as text, those that are blank are items with an empty answer,
/// so that answers stay beside their lines.
bool Each::next_line(std::string& line, bool wait) {
    do {
        if (!lines_.next(line, wait)) return false;
        ++n_lines_;
    } while (writes_json_ && is_blank(line));
    return true;
}

/// Skips the items that an earlier run has answered.
void Each::pass_over_old() {
    size_t n_old = 0;
    for (std::string old, line; answers_.next_old(old); ++n_old) {
        if (!next_line(line, true)) {
            if (const int code = stop_code()) throw Exit{code};
            fail(Fault::BadData, output_, ": holds more answers than the input has items; it belongs to another input");
        }
        if (!writes_json_) continue;
        const Json answer = parse_line(old), value = is_jsonl_ ? parse_line(line) : Json(line);
        const Json input = value.is_discarded() ? Json(line) : value;
        if (!answer.is_object() || !answer.contains("input") || one_line(answer["input"]) != one_line(input))
            fail(Fault::BadData, output_, ": line ", n_old + 1, " is no answer to line ", n_lines_,
                 " of the input; it belongs to another input");
    }
    if (n_old > 0) detail("answered before: ", n_old);
}

bool Each::take_item(bool wait) {
    std::string line;
    if (!next_line(line, wait)) return false;
    items_.push_back(std::make_unique<Item>());
    Item& item = *items_.back();
    item.line = n_lines_;
    item.input = line;
    if (is_blank(line)) {
        item.done = true;
        return true;
    }
    try {
        start(item, line);
    } catch (const Error& error) {
        // The others are none of an item's business.
        const bool of_item = error.fault() == Fault::TooLong || error.fault() == Fault::BadData;
        if (!of_item) throw;
        fail_item(item, error, nullptr);
    }
    return true;
}

void Each::start(Item& item, const std::string& text) {
    if (is_jsonl_) {
        Json value = parse_line(text);
        if (value.is_discarded()) fail(Fault::BadData, "not JSON, or nested too deeply");
        item.input = std::move(value);
    }
    item.asked = std::make_unique<Asked>(setup_, pattern_.prompt(text, item.input),
                                         [this, &item](AnswerPart part, std::string_view piece) {
                                             if (streams_) stream(item, part, piece);
                                             return true;
                                         });
    const std::vector<Token>& prompt = item.asked->tokens();
    if (!item.asked->cut_note().empty()) note("line ", item.line, ": ", item.asked->cut_note());
    use_cache(prompt);
    pool_.start(first_id_ + items_.size() - 1, prompt, item.asked->begin(0));
}

/// What earlier runs have read of the first prompt need not be read again, and what all prompts have in common is kept
/// for later ones.
void Each::use_cache(const std::vector<Token>& prompt) {
    if (common_) return common_->resize(common_length(*common_, prompt));
    common_ = prompt;
    auto read = std::make_unique<Session>(model_, runtime_, options_);
    cache_.load(*read, prompt);
    pool_.begin_with(std::move(read));
}

void Each::stream(const Item& item, AnswerPart part, std::string_view text) const {
    progress("");
    Json event = {{"line", item.line}};
    event.update(piece_json(part, text));
    put(one_line(event) + "\n");
}

void Each::end(Item& item, const Error* error) {
    if (error) return fail_item(item, *error, nullptr);
    const ChatAnswer answer = item.asked->finish();
    n_written_ += answer.generated.tokens.size();
    if (answer.generated.finish == Finish::ContextFull)
        note("line ", item.line, ": the context of ", pool_.n_ctx(),
             " tokens is full, the answer is cut; -c sets a larger one");
    try {
        item.asked->check(answer);
    } catch (const Error& failed) {
        return fail_item(item, failed, &answer);
    }
    item.out = writes_json_ ? one_line(json_of(item, &answer, nullptr)) : escaped(answer.content);
    item.done = true;
    item.asked.reset();
}

void Each::fail_item(Item& item, const Error& error, const ChatAnswer* answer) {
    ++n_failed_;
    say("siskin: line " + std::to_string(item.line) + ": " + error.what());
    if (writes_json_) item.out = one_line(json_of(item, answer, &error));
    item.done = true;
    item.asked.reset();
}

Json Each::json_of(const Item& item, const ChatAnswer* answer, const Error* error) const {
    Json out = {{"line", item.line}, {"input", item.input}};
    out.update(answer ? answer_json(*answer) : Json{{"text", nullptr}, {"finish_reason", "error"}});
    if (answer)
        out["tokens"] = {{"prompt", item.asked->tokens().size()},
                         {"cut", item.asked->n_cut()},
                         {"generated", answer->generated.timings.n_generated}};
    out["seed"] = setup_.seed();
    out["error"] = error ? Json{{"code", int(error->fault())}, {"message", error->what()}} : Json();
    return out;
}

void Each::put_answers() {
    bool any = false;
    for (; !items_.empty() && items_.front()->done; ++first_id_, ++n_answered_, any = true) {
        if (!any) progress("");
        answers_.write(items_.front()->out);
        items_.pop_front();
    }
    if (any) progress(std::to_string(n_answered_) + " answered");
}

}  // namespace

void EachFlags::add(CLI::App& app) {
    app.option_defaults()->group("Many prompts");
    app.add_option(
           "--each", items,
           "answer the prompt once for every line of stdin or of -f FILE, a text or with jsonl JSON; {} in the prompt "
           "is the line, {NAME} a field of its object, {{}} just the sign; without them the line comes before the "
           "prompt. Answers are lines in the same order, \\n for a line feed in one, or with jsonl or --json objects. "
           "Where an item fails the others go on, and the exit code is 1")
        ->type_name("lines|jsonl");
    app.add_option("--parallel", n_parallel,
                   "answers written at once; what their prompts begin with alike is read once")
        ->type_name("N");
    app.add_option("-o,--output", output, "write the answers to a file that is not there yet, not to stdout")
        ->type_name("FILE");
    app.add_flag("--resume", resume, "go on behind the last whole line of that file");
}

void EachFlags::check(const RunFlags& run) const {
    if (!given() && (!output.empty() || resume)) fail(Fault::Usage, "-o and --resume go with --each");
    if (given() && items != "lines" && items != "jsonl")
        fail(Fault::Usage, "--each: \"", items, "\", expected lines or jsonl");
    if (run.stream_json && !output.empty() && output != "-")
        fail(Fault::Usage,
             "--stream-json shows answers on stdout while they are written, -o FILE takes whole ones; --json does for "
             "the file");
    if (n_parallel < 1 || n_parallel > kMostParallel)
        fail(Fault::Usage, "--parallel: ", n_parallel, ", expected 1 to ", kMostParallel);
}

int run_each(const EachFlags& flags, const RunFlags& run, const std::vector<std::string>& words) {
    if (run.max_time > 0) stop_after(run.max_time);
    const std::string pattern = typed_prompt(run.prompt, words, run.sampling.escape).text();
    return Each(flags, run, pattern, run.constraint.constraint()).run();
}

}  // namespace siskin
