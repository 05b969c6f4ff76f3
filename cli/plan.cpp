#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/memory_check.h"
#include "cli/model_facts.h"
#include "cli/options.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "engine/speed_probe.h"
#include "formats/error.h"
#include "ops/kernels.h"
#include "ops/limits.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;
using Fit = MemoryVerdict::Fit;

constexpr uint32_t kMostTokens = 1 << 20;

struct Flags {
    ModelFlags model;
    ComputeFlags compute;
    uint32_t n_prompt = 512, n_gen = 128;
    bool json = false;
};

/// Everything that is said about a model on this machine.
struct Findings {
    std::shared_ptr<const Model> model;
    int n_threads = 0;
    std::vector<MemoryBound> bounds;
    MemoryVerdict verdict;
    MemoryNeeds needs;                                     // at the context of the verdict
    uint64_t kv_per_1000 = 0;                              // of a long text
    double products_per_second = 0, bytes_per_second = 0;  // limits of the machine
    Work work;
    Speed speed;  // zeros where it was not measured
};

std::string_view name(Fit fit) { return fit == Fit::Yes ? "fits" : fit == Fit::Tight ? "tight" : "too large"; }

/// Whether there is no room for the context that the model was made for.
bool memory_limits(const Findings& found) { return found.verdict.largest < found.model->config().n_ctx_train; }

uint32_t largest_context(const Findings& found) {
    return std::min(found.verdict.largest, found.model->config().n_ctx_train);
}

/// Memory that 1,000 more tokens take of a text that is long already.
uint64_t kv_per_1000(const MemoryPlan& plan) {
    constexpr uint32_t kLong = 1 << 16;
    return (plan.at(2 * kLong).kv - plan.at(kLong).kv) * 1000 / kLong;
}

void measure_speed(const Flags& flags, Findings& found, Runtime& runtime) {
    const StopWatch watch;
    runtime.stop_on(watch.flag());
    progress("measuring the machine");
    found.products_per_second = int8_rate(runtime.team());
    found.speed = probe_speed(found.model, runtime, flags.compute.session().kv_type, flags.n_prompt, flags.n_gen);
    found.bytes_per_second = read_rate(runtime.team(), found.work.weights);
    progress("");
    if (stop_code()) throw Exit{stop_code()};
}

/// What is left where a speed is none.
double seconds_for(uint32_t n_tokens, double speed) { return speed > 0 ? n_tokens / speed : 0; }

Json to_json(const Flags& flags, const Findings& found) {
    const GgufFile& file = found.model->file();
    const MemoryNeeds& needs = found.needs;
    Json bounds = Json::array();
    for (const MemoryBound& bound : found.bounds)
        bounds.push_back({{"of", std::string(name(bound.of))}, {"bytes", bound.most}, {"free_bytes", bound.left}});
    const double prompt = seconds_for(flags.n_prompt, found.speed.prompt);
    const double answer = seconds_for(flags.n_gen, found.speed.answer);
    const bool measured = found.speed.answer > 0;
    return {{"model", {{"name", found.model->name()}, {"type", type_summary(file)}, {"file_bytes", file.file_bytes()}}},
            {"threads", found.n_threads},
            {"kernels", kernels().name},
            {"verdict", name(found.verdict.fit)},
            {"file_stays_in_memory", found.verdict.file_stays},
            {"context",
             {{"taken", found.verdict.n_ctx},
              {"model", found.model->config().n_ctx_train},
              {"largest", largest_context(found)},
              {"largest_that_fits", found.verdict.largest},
              {"limited_by", memory_limits(found) ? "memory" : "model"}}},
            {"memory",
             {{"file_bytes", needs.file},
              {"kv_bytes", needs.kv},
              {"kv_bytes_per_1000_tokens", found.kv_per_1000},
              {"scratch_bytes", needs.scratch},
              {"thread_bytes", needs.threads},
              {"program_bytes", needs.program},
              {"needed_bytes", needs.still()},
              {"peak_bytes", needs.peak()}}},
            {"bounds", bounds},
            {"speed", !measured ? Json()
                                : Json{{"n_prompt", flags.n_prompt},
                                       {"n_gen", flags.n_gen},
                                       {"prompt_per_second", found.speed.prompt},
                                       {"generate_per_second", found.speed.answer},
                                       {"prompt_seconds", prompt},
                                       {"generate_seconds", answer},
                                       {"seconds", prompt + answer}}},
            {"machine",
             {{"int8_products_per_second", found.products_per_second},
              {"bytes_per_second", found.bytes_per_second},
              {"products_per_prompt_token", found.work.products},
              {"bytes_per_generated_token", found.work.bytes}}}};
}

/// "12.3", "123": three digits.
std::string figure(double value) {
    char text[32];
    std::snprintf(text, sizeof text, value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
    return text;
}

std::string share_text(double speed, double per_token, double per_second, std::string_view what) {
    if (per_second <= 0) return "";
    char text[16];
    std::snprintf(text, sizeof text, "%.0f", 100 * speed * per_token / per_second);
    return ", " + std::string(text) + " % of the " + std::string(what);
}

void print_memory(const Flags& flags, const Findings& found) {
    const MemoryNeeds& needs = found.needs;
    const MemoryVerdict& verdict = found.verdict;
    const uint32_t own = found.model->config().n_ctx_train;
    put_row("file", bytes_text(needs.file), ", mapped: the system may read parts of it again");
    put_row("KV cache", bytes_text(needs.kv), " for ", verdict.n_ctx, " tokens, ", bytes_text(found.kv_per_1000),
            " per 1,000 (", flags.compute.type_k, ", ", flags.compute.type_v, ")");
    put_row("scratch", bytes_text(needs.scratch + needs.threads), " for passes of ", flags.compute.rows(), " tokens");
    put_row("program", bytes_text(needs.program));
    put_row("in all", bytes_text(needs.peak()), ", ", bytes_text(needs.still()), " of it not to be given back");
    for (const MemoryBound& bound : found.bounds) put_row("free", free_text(bound));
    put_row("context", verdict.n_ctx, " tokens", verdict.lowered ? " for want of memory" : "");
    put_row("largest", largest_context(found), " tokens: ",
            memory_limits(found) ? "memory has room for no more, the model was made for " + std::to_string(own)
                                 : "the model was made for no more, memory has room");
    put_row("verdict", name(verdict.fit),
            verdict.fit != Fit::Never && !verdict.file_stays ? ", but the file does not stay in memory: slow" : "");
}

void print_speed(const Flags& flags, const Findings& found) {
    const Speed& speed = found.speed;
    if (speed.answer <= 0) return;
    const double prompt = seconds_for(flags.n_prompt, speed.prompt), answer = seconds_for(flags.n_gen, speed.answer);
    put_row("machine", found.n_threads, found.n_threads == 1 ? " thread, " : " threads, ",
            figure(found.products_per_second / 1e9), " G int8 products/s, ", figure(found.bytes_per_second / 1e9),
            " GB/s read");
    put_row("prompt", figure(speed.prompt), " tokens/s",
            share_text(speed.prompt, found.work.products, found.products_per_second, "products"));
    put_row("answer", figure(speed.answer), " tokens/s",
            share_text(speed.answer, found.work.bytes, found.bytes_per_second, "bytes"));
    put_row("time", figure(prompt + answer), " s for ", flags.n_prompt, " tokens of prompt and ", flags.n_gen,
            " of answer: ", figure(prompt), " s + ", figure(answer), " s");
}

int plan(const Flags& flags) {
    Findings found;
    found.model = flags.model.load();
    Runtime runtime(flags.compute.n_threads, flags.compute.rows());
    found.n_threads = runtime.team().size();
    found.work = Work(*found.model);
    const MemoryPlan plan = memory_plan(flags.compute, found.model, runtime);
    found.bounds = memory_bounds();
    found.verdict = judge(plan, flags.compute.n_ctx, found.bounds);
    found.needs = plan.at(found.verdict.n_ctx);
    found.kv_per_1000 = kv_per_1000(plan);
    const bool runs = found.verdict.fit != Fit::Never;
    if (runs) measure_speed(flags, found, runtime);
    if (flags.json) {
        put(to_json(flags, found).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    } else {
        put_row("model", type_summary(found.model->file()), ", ", found.model->name());
        print_memory(flags, found);
        print_speed(flags, found);
    }
    if (!runs) refuse(plan, found.verdict, flags.compute);
    return 0;
}

void check(const Flags& flags) {
    for (const auto& [flag, n] : {std::pair("-p", flags.n_prompt), std::pair("-n", flags.n_gen)})
        if (n > kMostTokens) fail(Fault::Usage, flag, ": ", n, ", expected at most ", kMostTokens, " tokens");
}

}  // namespace

Command plan_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    flags->model.add(app);
    app.option_defaults()->group("Plan");
    app.add_option("-p,--n-prompt", flags->n_prompt, "tokens of the prompt whose time is told")->type_name("N");
    app.add_option("-n,--n-gen", flags->n_gen, "tokens of the answer")->type_name("N");
    app.add_flag("--json", flags->json, "everything as one JSON object, in bytes and seconds");
    flags->compute.add(app);
    return [flags](Arguments& arguments) {
        flags->model.take_model(arguments.positional);
        refuse_more(arguments);
        flags->compute.check(arguments);
        check(*flags);
        return plan(*flags);
    };
}

}  // namespace siskin
