#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "cli/commands.h"
#include "cli/memory_check.h"
#include "cli/model_facts.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "engine/batch.h"
#include "engine/checks.h"
#include "engine/speed_probe.h"
#include "formats/error.h"
#include "ops/cpu.h"
#include "ops/kernels.h"
#include "ops/limits.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint32_t kMaxTokens = 1 << 24;

struct Flags {
    ModelFlags model;
    ComputeFlags compute;
    std::string n_prompt = "512", n_gen = "128", n_depth = "0", n_sessions = "1", n_threads = "0", format = "md";
    std::vector<std::string> pairs;
    uint32_t repetitions = 5;
    bool no_warmup = false;
};

/// One measurement: the reading of n_prompt tokens and then the writing of n_gen, after n_depth others. Several
/// sessions write together, a token of each in every pass.
struct Test {
    uint32_t n_prompt = 0, n_gen = 0, n_depth = 0, n_sessions = 1;

    std::string name() const {
        std::string text = n_prompt ? "pp" + std::to_string(n_prompt) : "";
        if (n_gen) text += (n_prompt ? "+tg" : "tg") + std::to_string(n_gen);
        if (n_sessions > 1) text += " x" + std::to_string(n_sessions);
        return n_depth ? text + " @ d" + std::to_string(n_depth) : text;
    }
    uint32_t n_tokens() const { return n_sessions * (n_prompt + n_gen); }
};

/// What this machine allows a test: how much of something a token takes, and how much there is in a second.
struct Limit {
    const char* name = "";
    double per_token = 0, per_second = 0;

    /// The same where n tokens share what they take.
    Limit shared_by(uint32_t n) const { return {name, per_token / n, per_second}; }

    /// The share of the limit that a speed in tokens per second reaches; 0 where there is none.
    double share(double speed) const { return per_second > 0 ? speed * per_token / per_second : 0; }
};

struct Result {
    Test test;
    int n_threads = 0;
    std::string time;
    std::vector<uint64_t> samples_ns;
    Limit limit;
};

/// Mean and sample standard deviation.
struct Spread {
    double mean = 0, deviation = 0;
    explicit Spread(const std::vector<double>& values) {
        for (const double v : values) mean += v / double(values.size());
        for (const double v : values) deviation += (v - mean) * (v - mean);
        deviation = values.size() < 2 ? 0 : std::sqrt(deviation / double(values.size() - 1));
    }
};

std::vector<double> nanoseconds(const Result& r) { return {r.samples_ns.begin(), r.samples_ns.end()}; }

std::vector<double> speeds(const Result& r) {
    std::vector<double> out;
    for (const uint64_t ns : r.samples_ns) out.push_back(1e9 * r.test.n_tokens() / double(std::max<uint64_t>(ns, 1)));
    return out;
}

/// Sessions that read random tokens: speed depends on their number alone.
class Bench {
  public:
    /// `lengths`: the most tokens of each session, the longest first.
    Bench(std::shared_ptr<const Model> model, int n_threads, const ComputeFlags& flags,
          std::span<const uint32_t> lengths)
        : model_(std::move(model)),
          runtime_(n_threads, flags.rows()),
          options_(options_that_fit(flags, model_, runtime_, lengths.front(), lengths.subspan(1))) {
        for (const LayerConfig& layer : model_->config().layers) windowed_ |= layer.window > 0;
    }

    int n_threads() { return runtime_.team().size(); }
    Team& team() { return runtime_.team(); }

    void warm_up(const Test& test) {
        while (sessions_.size() < test.n_sessions) sessions_.emplace_back(model_, runtime_, options_);
        for (uint32_t i = 0; i < test.n_sessions; ++i) {
            sessions_[i].rewind(0);
            read(sessions_[i], test.n_prompt ? test.n_prompt : 1);
        }
    }

    uint64_t measure(const Test& test) {
        while (sessions_.size() < test.n_sessions) sessions_.emplace_back(model_, runtime_, options_);
        for (uint32_t i = 0; i < test.n_sessions; ++i) go_to(sessions_[i], test.n_depth);
        const auto start = std::chrono::steady_clock::now();
        if (test.n_prompt)
            for (uint32_t i = 0; i < test.n_sessions; ++i) read(sessions_[i], test.n_prompt);
        for (uint32_t i = 0; i < test.n_gen; ++i) write(test.n_sessions);
        return uint64_t(
            std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start).count());
    }

  private:
    void go_to(Session& session, uint32_t depth) {
        // Going back inside a sliding window would make the timed part read older tokens again.
        const bool keeps_depth = !windowed_ && session.tokens().size() >= depth;
        session.rewind(keeps_depth ? depth : 0);
        if (!keeps_depth && depth) read(session, depth);
    }

    Token random_token(const Session& session) {
        const Tokenizer& tokenizer = model_->tokenizer();
        if (session.tokens().empty() && tokenizer.add_bos() && tokenizer.bos() != kNoToken) return tokenizer.bos();
        return Token(random_() % model_->config().n_vocab);
    }

    void read(Session& session, size_t n) {
        std::vector<Token> tokens(n);
        for (Token& token : tokens) token = Token(random_() % model_->config().n_vocab);
        tokens[0] = random_token(session);
        check_logits(session.feed(tokens), session.tokens().size());
    }

    /// One pass with a token of each of the first n sessions.
    void write(uint32_t n) {
        Batch batch;
        for (uint32_t i = 0; i < n; ++i) batch.add(sessions_[i], random_token(sessions_[i]), true);
        batch.run(runtime_);
        for (uint32_t i = 0; i < n; ++i) check_logits(batch.logits(i), sessions_[i].tokens().size());
    }

    std::shared_ptr<const Model> model_;
    Runtime runtime_;
    SessionOptions options_;
    std::deque<Session> sessions_;
    std::mt19937 random_{1};
    bool windowed_ = false;
};

std::string utc_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts = {};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

/// A row under the names that llama-bench gave the fields.
Json to_json(const Result& r, const Flags& flags, const GgufFile& file) {
    const Spread ns(nanoseconds(r)), speed(speeds(r));
    return {{"build_commit", SISKIN_COMMIT},
            {"build_version", SISKIN_VERSION},
            {"cpu_info", cpu_name()},
            {"kernels", kernels().name},
            {"backends", "CPU"},
            {"model_filename", flags.model.shown_name()},
            {"model_type", type_summary(file)},
            {"model_size", tensor_bytes(file)},
            {"model_n_params", n_params(file)},
            {"n_batch", flags.compute.n_batch},
            {"n_ubatch", flags.compute.rows()},
            {"n_threads", r.n_threads},
            {"type_k", flags.compute.type_k},
            {"type_v", flags.compute.type_v},
            {"n_gpu_layers", 0},
            {"n_prompt", r.test.n_prompt},
            {"n_gen", r.test.n_gen},
            {"n_depth", r.test.n_depth},
            {"n_sessions", r.test.n_sessions},
            {"test_time", r.time},
            {"avg_ns", uint64_t(ns.mean)},
            {"stddev_ns", uint64_t(ns.deviation)},
            {"avg_ts", speed.mean},
            {"stddev_ts", speed.deviation},
            {"limit", r.limit.name},
            {"limit_per_second", r.limit.per_second},
            {"limit_share", r.limit.share(speed.mean)},
            {"samples_ns", r.samples_ns},
            {"samples_ts", speeds(r)}};
}

/// Rows go out as they are measured.
class Table {
  public:
    Table(const Flags& flags, const GgufFile& file) : flags_(flags), file_(file) {}

    void add(const Result& r) {
        if (flags_.format == "md")
            add_markdown(r);
        else if (flags_.format == "csv")
            add_csv(to_json(r, flags_, file_));
        else
            put((n_ ? ",\n" : "[\n") + to_json(r, flags_, file_).dump(2));
        ++n_;
    }

    void finish() {
        if (flags_.format == "json") put(n_ ? "\n]\n" : "[]\n");
    }

  private:
    void add_markdown(const Result& r) {
        if (n_ == 0)
            put("| model | size | params | kernels | threads | test | t/s | of the machine |\n"
                "| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |\n");
        const Spread speed(speeds(r));
        char figures[64];
        std::snprintf(figures, sizeof figures, "%.2f ± %.2f", speed.mean, speed.deviation);
        std::ostringstream line;
        line << "| " << type_summary(file_) << " | " << bytes_text(tensor_bytes(file_)) << " | "
             << count_text(n_params(file_)) << " | " << kernels().name << " | " << r.n_threads << " | " << r.test.name()
             << " | " << figures << " | " << share_text(r.limit, speed.mean) << " |\n";
        put_text(line.str());
    }

    /// "61 % of 980 G int8 products/s"
    static std::string share_text(const Limit& limit, double speed) {
        if (limit.per_second <= 0) return "";
        char text[96];
        std::snprintf(text, sizeof text, "%.0f %% of %.4g G %s/s", 100 * limit.share(speed), limit.per_second / 1e9,
                      limit.name);
        return text;
    }

    void add_csv(Json row) {
        row.erase("samples_ns");
        row.erase("samples_ts");
        std::string names, values;
        for (const auto& [name, value] : row.items()) {
            names += (names.empty() ? "" : ",") + name;
            values += (values.empty() ? "" : ",") + quoted(value.is_string() ? value.get<std::string>() : value.dump());
        }
        put((n_ ? "" : names + "\n") + values + "\n");
    }

    static std::string quoted(const std::string& text) {
        std::string out = "\"";
        for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
        return out + "\"";
    }

    const Flags& flags_;
    const GgufFile& file_;
    size_t n_ = 0;
};

std::vector<uint32_t> token_counts(const std::string& flag, const std::string& text) {
    const std::vector<uint32_t> counts = parse_numbers(flag, text);
    for (const uint32_t n : counts)
        if (n > kMaxTokens) fail(Fault::Usage, flag, ": ", n, ", expected at most ", kMaxTokens, " tokens");
    return counts;
}

std::vector<uint32_t> session_counts(const Flags& flags) {
    const std::vector<uint32_t> counts = parse_numbers("--sessions", flags.n_sessions);
    for (const uint32_t n : counts)
        if (n < 1 || n > flags.compute.rows())
            fail(Fault::Usage, "--sessions: ", n, ", expected 1 to ", flags.compute.rows(), ", the tokens of a pass");
    return counts;
}

std::vector<Test> tests_of(const Flags& flags) {
    std::vector<Test> tests;
    for (const uint32_t depth : token_counts("-d", flags.n_depth)) {
        for (const uint32_t n : token_counts("-p", flags.n_prompt))
            if (n) tests.push_back({.n_prompt = n, .n_depth = depth});
        for (const uint32_t sessions : session_counts(flags))
            for (const uint32_t n : token_counts("-n", flags.n_gen))
                if (n) tests.push_back({.n_gen = n, .n_depth = depth, .n_sessions = sessions});
        for (const std::string& text : flags.pairs) {
            const std::vector<uint32_t> pair = token_counts("-pg", text);
            if (pair.size() != 2) fail(Fault::Usage, "-pg: \"", text, "\", expected two numbers: 512,128");
            if (pair[0] || pair[1]) tests.push_back({.n_prompt = pair[0], .n_gen = pair[1], .n_depth = depth});
        }
    }
    return tests;
}

/// The most tokens that each session comes to, the longest first; the first has at least the context asked for.
std::vector<uint32_t> lengths_of(const std::vector<Test>& tests, uint32_t n_ctx) {
    std::vector<uint32_t> lengths = {n_ctx};
    for (const Test& test : tests) {
        lengths.resize(std::max<size_t>(lengths.size(), test.n_sessions));
        for (uint32_t i = 0; i < test.n_sessions; ++i)
            lengths[i] = std::max(lengths[i], test.n_depth + test.n_prompt + test.n_gen);
    }
    return lengths;
}

int bench(const Flags& flags) {
    const std::vector<Test> tests = tests_of(flags);
    const auto model = flags.model.load();
    const Work work(*model);
    const std::vector<uint32_t> lengths = lengths_of(tests, flags.compute.n_ctx);

    Table table(flags, model->file());
    for (const uint32_t n_threads : parse_numbers("-t", flags.n_threads)) {
        Bench bench(model, int(n_threads), flags.compute, lengths);
        progress("measuring the machine");
        Limit products = {"int8 products", work.products}, bytes = {"bytes read", work.bytes};
        if (std::any_of(tests.begin(), tests.end(), [](const Test& test) { return test.n_prompt > 0; }))
            products.per_second = int8_rate(bench.team());
        if (std::any_of(tests.begin(), tests.end(), [](const Test& test) { return test.n_gen > 0; }))
            bytes.per_second = read_rate(bench.team(), work.weights);
        for (const Test& test : tests) {
            Result result{.test = test, .n_threads = bench.n_threads(), .time = utc_now()};
            if (!(test.n_prompt && test.n_gen))
                result.limit = test.n_prompt ? products : bytes.shared_by(test.n_sessions);
            progress(test.name() + ": warming up");
            if (!flags.no_warmup) bench.warm_up(test);
            for (uint32_t i = 0; i < flags.repetitions; ++i) {
                progress(test.name() + ": " + std::to_string(i + 1) + " of " + std::to_string(flags.repetitions));
                result.samples_ns.push_back(bench.measure(test));
            }
            progress("");
            table.add(result);
        }
    }
    table.finish();
    return 0;
}

void check(const Flags& flags) {
    if (flags.format != "md" && flags.format != "csv" && flags.format != "json")
        fail(Fault::Usage, "-o: \"", flags.format, "\", expected md, csv or json");
    if (flags.repetitions < 1) fail(Fault::Usage, "-r: expected at least one repetition");
    for (const uint32_t n : parse_numbers("-t", flags.n_threads))
        if (n > uint32_t(kMaxThreads))
            fail(Fault::Usage, "-t: ", n, ", expected a number of threads up to ", kMaxThreads);
}

}  // namespace

Command bench_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    flags->model.add(app);
    app.option_defaults()->group("Tests");
    app.add_option("-p,--n-prompt", flags->n_prompt, "prompt lengths to read: 512,1024; 0: none")->type_name("LIST");
    app.add_option("-n,--n-gen", flags->n_gen, "answer lengths to write; 0: none")->type_name("LIST");
    app.add_option("--pg", flags->pairs,
                   "a prompt and then an answer timed as one, such as 512,128; may be given again")
        ->type_name("P,N");
    app.add_option("--sessions", flags->n_sessions, "conversations whose answers are written together")
        ->type_name("LIST");
    app.add_option("-d,--n-depth", flags->n_depth, "tokens in the context before each test")->type_name("LIST");
    app.add_option("-t,--threads", flags->n_threads, "threads; 0: what this machine does best")->type_name("LIST");
    app.add_option("-r,--repetitions", flags->repetitions, "times each test is measured")->type_name("N");
    app.add_option("-o,--output", flags->format, "form of the table")->type_name("md|csv|json");
    app.add_flag("--no-warmup", flags->no_warmup, "measure from the first run on");
    flags->compute.add_without_threads(app);
    return [flags](Arguments& arguments) {
        flags->model.take_model(arguments.positional);
        refuse_more(arguments);
        flags->compute.check(arguments);
        check(*flags);
        return bench(*flags);
    };
}

}  // namespace siskin
