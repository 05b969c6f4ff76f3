#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/memory_check.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "engine/checks.h"
#include "formats/error.h"

namespace siskin {
namespace {

struct Flags {
    ModelFlags model;
    ComputeFlags compute;
    std::string tokens, output;
    uint32_t n_greedy = 0;
};

[[noreturn]] void stop() { throw Exit{stop_code()}; }

int logits(const Flags& flags) {
    const std::vector<Token> tokens = parse_tokens("--tokens", flags.tokens);
    const auto model = flags.model.load();
    Runtime runtime(flags.compute.n_threads, flags.compute.rows());
    Session session(model, runtime, options_that_fit(flags.compute, model, runtime));
    report_model(*model, session);
    std::optional<FloatFile> file;
    if (!flags.output.empty()) file.emplace(flags.output);

    const StopWatch watch;
    runtime.stop_on(watch.flag());
    std::vector<float> last;
    size_t n_read = 0;
    const bool complete = session.feed_all(tokens, [&](std::span<const float> row) {
        check_logits(row, ++n_read);
        if (file) file->write(row);
        last.assign(row.begin(), row.end());
    });
    if (!complete) stop();

    std::vector<Token> greedy;
    while (greedy.size() < flags.n_greedy) {
        greedy.push_back(argmax(last));
        if (greedy.size() == flags.n_greedy) break;
        const auto row = session.feed({&greedy.back(), 1});
        if (row.empty()) stop();
        check_logits(row, session.tokens().size());
        last.assign(row.begin(), row.end());
    }
    if (file) file->commit();
    if (flags.output != "-")
        put(nlohmann::ordered_json({{"n_vocab", model->config().n_vocab}, {"greedy", greedy}}).dump() + "\n");
    return 0;
}

}  // namespace

Command logits_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    flags->model.add(app);
    app.option_defaults()->group("Reading");
    app.add_option("--tokens", flags->tokens, "token ids to read: 1,2,3; -: from stdin")->type_name("IDS")->required();
    app.add_option("--greedy", flags->n_greedy, "then write N tokens, the most likely one each time")->type_name("N");
    app.add_option("-o,--output", flags->output,
                   "write the logits of every token read, float32 little endian [token][vocabulary]; -: stdout")
        ->type_name("FILE");
    flags->compute.add(app);
    return [flags](Arguments& arguments) {
        flags->model.take_model(arguments.positional);
        refuse_more(arguments);
        flags->compute.check(arguments);
        if (flags->tokens == "-") flags->tokens = read_stdin();
        return logits(*flags);
    };
}

}  // namespace siskin
