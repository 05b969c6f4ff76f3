#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "cli/library/resolve.h"
#include "cli/terminal.h"
#include "formats/error.h"
#include "models/starter/starter.h"
#include "ops/attention.h"

namespace siskin {
namespace {

constexpr uint32_t kMaxRows = 1 << 16;

/// The numbers of a list whose separators are commas and spaces, brackets around it allowed.
template <class T>
std::vector<T> parse_list(const std::string& flag, std::string_view text) {
    std::vector<T> numbers;
    constexpr std::string_view kBetween = ", \t\r\n[]";
    while (true) {
        const size_t begin = text.find_first_not_of(kBetween);
        if (begin == std::string_view::npos) break;
        text.remove_prefix(begin);
        const std::string_view word = text.substr(0, text.find_first_of(kBetween));
        T number;
        if (!parse_number(word, number)) fail(Fault::Usage, flag, ": \"", word, "\" is not a number in its range");
        numbers.push_back(number);
        text.remove_prefix(word.size());
    }
    if (numbers.empty()) fail(Fault::Usage, flag, ": no numbers given");
    return numbers;
}

}  // namespace

void ModelFlags::add(CLI::App& app) {
    app.option_defaults()->group("Model");
    app.add_option("-m,--model", model,
                   "GGUF file, or the name of a model that siskin list shows; without one, that of the environment "
                   "variable SISKIN_MODEL or the built-in model")
        ->type_name("MODEL");
    app.add_option_function<std::string>(
           "--hf-repo", [this](const std::string& name) { model = "hf:" + name; },
           "the same for a model of Hugging Face: OWNER/NAME or OWNER/NAME:TYPE; siskin pull downloads it")
        ->type_name("REPO");
    app.add_option("--pre", pre, "pre-tokenizer, where the file names an unknown or wrong one")->type_name("NAME");
    app.add_flag_callback(
        "-v,--verbose", [] { set_verbose(true); }, "say more on stderr");
}

void ModelFlags::take_model(std::vector<std::string>& positional, bool prompt_follows) {
    const bool more = positional.size() > 1;
    if (!model.empty()) {
        // named by a flag
    } else if (!positional.empty() && (!prompt_follows || looks_like_model(positional.front(), more))) {
        model = positional.front();
        positional.erase(positional.begin());
    } else if (const char* usual = std::getenv("SISKIN_MODEL"); usual && *usual) {
        model = usual;
    } else if (stderr_is_terminal()) {
        note("no model named; the small built-in one answers");
    }
    if (model.empty()) return;
    const std::string name = std::exchange(model, resolve_model(model).string());
    if (name != model) detail(name, " is ", model);
}

std::string ModelFlags::shown_name() const { return model.empty() ? "built-in starter model" : model; }

GgufFile ModelFlags::open() const {
    return model.empty() ? GgufFile::parse(starter_model(), shown_name()) : GgufFile::open(model);
}

std::shared_ptr<const Model> ModelFlags::load() const {
    auto loaded = Model::load(open(), {.pre = pre});
    const Tokenizer& tokenizer = loaded->tokenizer();
    const bool guessed = !tokenizer.pre_name().empty() && !loaded->file().metadata().has("tokenizer.ggml.pre");
    if (pre.empty() && guessed)
        note("the file names no pre-tokenizer; taking ", tokenizer.pre_name(), " (--pre NAME chooses another)");
    return loaded;
}

void ComputeFlags::add(CLI::App& app) {
    app.option_defaults()->group("Computing");
    app.add_option("-t,--threads", n_threads, "threads to compute with; 0: what this machine does best")
        ->type_name("N");
    add_without_threads(app);
}

void ComputeFlags::add_without_threads(CLI::App& app) {
    app.option_defaults()->group("Computing");
    app.add_option("-c,--ctx-size", n_ctx, "most tokens of prompt and answer together; 0: what the model was made for")
        ->type_name("N");
    app.add_option("-b,--batch-size", n_batch, "most tokens read in one pass")->type_name("N");
    app.add_option("--ubatch-size", n_ubatch, "the same; the smaller of the two counts")->type_name("N");
    app.add_option("--cache-type-k", type_k, "type of cached keys")->type_name("f16|f32|q8_0|q4_0");
    app.add_option("--cache-type-v", type_v, "type of cached values")->type_name("f16|f32|q8_0|q4_0");
    app.add_option("--gpu-layers,--n-gpu-layers", gpu_layers,
                   "accepted for scripts; this build computes every layer on the CPU")
        ->type_name("N");
}

void ComputeFlags::check(const Arguments& arguments) const {
    if (n_threads < -1 || n_threads > kMaxThreads)
        fail(Fault::Usage, "-t: ", n_threads, ", expected a number of threads up to ", kMaxThreads);
    if (n_batch < 1 || n_batch > kMaxRows) fail(Fault::Usage, "-b: ", n_batch, ", expected 1 to ", kMaxRows);
    if (n_ubatch < 1 || n_ubatch > kMaxRows) fail(Fault::Usage, "-ub: ", n_ubatch, ", expected 1 to ", kMaxRows);
    parse_kv_type("-ctk", type_k);
    parse_kv_type("-ctv", type_v);
    check_gpu_layers(gpu_layers);
    note_ignored(arguments);
}

size_t ComputeFlags::rows() const { return std::min(n_batch, n_ubatch); }

SessionOptions ComputeFlags::session() const {
    return {.n_ctx = n_ctx, .kv_type = {parse_kv_type("-ctk", type_k), parse_kv_type("-ctv", type_v)}};
}

void check_gpu_layers(const std::string& value) {
    int64_t layers = 0;
    const bool all = value == "all" || value == "auto";
    if (!all && !(parse_number(value, layers) && layers >= -1))
        fail(Fault::Usage, "--gpu-layers: \"", value, "\", expected a number of layers, all or auto");
    if (all || layers != 0) note("--gpu-layers ", value, ": this build computes every layer on the CPU");
}

void refuse_more(const Arguments& arguments) {
    if (!arguments.positional.empty()) fail(Fault::Usage, "unexpected argument \"", arguments.positional.front(), "\"");
}

void note_ignored(const Arguments& arguments) {
    if (arguments.ignored.empty()) return;
    std::string names;
    for (const std::string& name : arguments.ignored) names += (names.empty() ? "" : ", ") + name;
    note("without effect here: ", names);
}

std::vector<Token> parse_tokens(const std::string& flag, const std::string& text) {
    return parse_list<Token>(flag, text);
}

std::vector<uint32_t> parse_numbers(const std::string& flag, const std::string& text) {
    return parse_list<uint32_t>(flag, text);
}

DType parse_kv_type(const std::string& flag, const std::string& text) {
    const DTypeInfo* type = find_dtype(text);
    if (!type || !is_kv_type(type->type)) fail(Fault::Usage, flag, ": \"", text, "\", expected f16, f32, q8_0 or q4_0");
    return type->type;
}

}  // namespace siskin
