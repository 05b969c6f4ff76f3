#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/chat_flags.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/model_facts.h"
#include "cli/options.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "engine/chat/chat_format.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kShownElements = 8;  // of long arrays

struct Flags {
    ModelFlags model;
    bool json = false;
    std::string tensor, output;
};

/// A file and, where siskin can run it, the model in it.
struct Subject {
    explicit Subject(const ModelFlags& flags) {
        try {
            model = flags.load();
        } catch (const Error& error) {
            problem = error.what();
            unusable = flags.open();
        }
    }
    const GgufFile& file() const { return model ? model->file() : *unusable; }

    std::optional<GgufFile> unusable;
    std::shared_ptr<const Model> model;
    std::string problem;  // why there is no model
};

template <class T>
Json abbreviated(const std::vector<T>& values) {
    if (values.size() <= 2 * kShownElements) return values;
    return {{"count", values.size()}, {"first", std::vector<T>(values.begin(), values.begin() + kShownElements)}};
}

Json metadata_value(const Metadata& metadata, std::string_view key, const GgufValue& value) {
    switch (value.type) {
        case GgufType::String:
            return value.is_array ? abbreviated(*metadata.strings(key)) : Json(*metadata.string(key));
        case GgufType::F32:
        case GgufType::F64:
            return value.is_array ? abbreviated(*metadata.numbers(key)) : Json(*metadata.number(key));
        case GgufType::Bool:
            return value.is_array ? abbreviated(*metadata.integers(key)) : Json(*metadata.boolean(key));
        case GgufType::Array:
            return {{"count", value.count}};
        default:
            return value.is_array ? abbreviated(*metadata.integers(key)) : Json(*metadata.integer(key));
    }
}

/// A value the typed access refuses (an integer beyond 63 bits) is shown as what it says about it.
Json metadata_json(const Metadata& metadata) {
    Json out = Json::object();
    for (const auto& [key, value] : metadata.pairs()) {
        try {
            out[std::string(key)] = metadata_value(metadata, key, value);
        } catch (const Error& error) {
            out[std::string(key)] = {{"unreadable", error.what()}};
        }
    }
    return out;
}

Json tensors_json(const GgufFile& file) {
    Json out = Json::array();
    for (const Tensor& tensor : file.tensors()) {
        const std::vector<uint64_t> shape(tensor.dims.begin(), tensor.dims.begin() + tensor.n_dims);
        out.push_back(
            {{"name", tensor.name}, {"type", tensor.dtype->name}, {"shape", shape}, {"bytes", tensor.bytes()}});
    }
    return out;
}

Json types_json(const GgufFile& file) {
    Json out = Json::object();
    for (const auto& [type, share] : type_shares(file))
        out[std::string(dtype_info(type).name)] = {
            {"tensors", share.n_tensors}, {"weights", share.n_elems}, {"bytes", share.bytes}};
    return out;
}

const ChatFormat* chat_format_of(const Model& model) { return recognise_template(chat_template_of(model.file())); }

Json sizes_json(const Model& model) {
    const Config& c = model.config();
    return {{"n_vocab", c.n_vocab},
            {"n_ctx_train", c.n_ctx_train},
            {"n_embd", c.n_embd},
            {"n_layer", c.n_layer},
            {"n_head", c.layers.front().n_head},
            {"n_head_kv", c.layers.front().n_head_kv},
            {"n_ff", c.layers.front().n_ff},
            {"n_expert", c.n_expert},
            {"n_expert_used", c.n_expert_used}};
}

int64_t n_parts(const GgufFile& file) { return file.metadata().integer("split.count").value_or(1); }

void print_json(const Subject& subject, const std::string& path) {
    const Metadata& metadata = subject.file().metadata();
    Json out = {{"path", path},
                {"gguf_version", subject.file().version()},
                {"parts", n_parts(subject.file())},
                {"file_bytes", subject.file().file_bytes()},
                {"fingerprint", fingerprint(subject.file())},
                {"architecture", metadata.string("general.architecture").value_or("")},
                {"name", metadata.string("general.name").value_or("")},
                {"n_params", n_params(subject.file())},
                {"tensor_bytes", tensor_bytes(subject.file())},
                {"types", types_json(subject.file())},
                {"runs", subject.model != nullptr}};
    if (subject.model) {
        const ChatFormat* format = chat_format_of(*subject.model);
        out["sizes"] = sizes_json(*subject.model);
        out["chat_format"] = format ? Json(format->name) : Json();
    } else {
        out["problem"] = subject.problem;
    }
    out["metadata"] = metadata_json(metadata);
    out["tensors"] = tensors_json(subject.file());
    put(out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

void print_model(const Model& model) {
    const Config& c = model.config();
    const LayerConfig& layer = c.layers.front();
    put_row("context", c.n_ctx_train, " tokens");
    put_row("layers", c.n_layer, " of width ", c.n_embd, ", ", layer.n_head, " heads of ", c.d_k, ", ", layer.n_head_kv,
            " for keys and values, feed-forward ", c.n_expert ? c.n_ff_exp : layer.n_ff);
    if (c.n_expert) put_row("experts", c.n_expert, ", ", c.n_expert_used, " for each token");
    uint64_t kv_elems = 0;
    for (const LayerConfig& l : c.layers) kv_elems += uint64_t(l.n_head_kv) * (c.d_k + c.d_v);
    put_row("KV cache", bytes_text(2 * kv_elems), " per token (f16)");
    const std::string_view pre = model.tokenizer().pre_name();
    put_row("vocabulary", c.n_vocab, " tokens, ", model.tokenizer().model_name(), pre.empty() ? "" : ", ", pre);
    const ChatFormat* format = chat_format_of(model);
    put_row("chat format", format                                   ? format->name
                           : chat_template_of(model.file()).empty() ? "none in the file"
                                                                    : "a template of its own");
}

void print_summary(const Subject& subject) {
    const Metadata& metadata = subject.file().metadata();
    put_row("name", metadata.string("general.name").value_or("(none)"));
    put_row("family", metadata.string("general.architecture").value_or("(none)"));
    put_row("weights", count_text(n_params(subject.file())), " in ", subject.file().tensors().size(), " tensors, ",
            bytes_text(tensor_bytes(subject.file())));
    for (const auto& [type, share] : type_shares(subject.file()))
        put_row("  " + std::string(dtype_info(type).name), share.n_tensors, " tensors, ", bytes_text(share.bytes));
    if (subject.model) print_model(*subject.model);
    put_row("file", bytes_text(subject.file().file_bytes()), ", GGUF version ", subject.file().version(),
            n_parts(subject.file()) > 1 ? ", " + std::to_string(n_parts(subject.file())) + " parts" : "");
    put_row("fingerprint", fingerprint(subject.file()));
    put_row("runs here", subject.model ? "yes" : "no: " + subject.problem);
}

void write_tensor(const GgufFile& file, const std::string& name, const std::string& output) {
    const Tensor* tensor = file.find(name);
    if (!tensor) {
        std::vector<std::string> names;
        for (const Tensor& other : file.tensors()) names.emplace_back(other.name);
        fail(Fault::Usage, "--tensor: the file has no tensor \"", name, "\"", did_you_mean(name, names));
    }
    FloatFile out(output);
    const StopWatch watch;
    std::vector<float> values(tensor->row_elems());
    for (uint64_t i = 0; i < tensor->n_rows(); ++i) {
        if (stop_code()) throw Exit{stop_code()};
        decode_row(*tensor->dtype, tensor->row(i), values.size(), values.data());
        out.write(values);
    }
    if (MappedFile::lost_pages()) fail(Fault::Io, "the file was cut or overwritten while it was read");
    out.commit();
}

int info(const Flags& flags) {
    if (flags.tensor.empty() != flags.output.empty()) fail(Fault::Usage, "--tensor NAME and -o FILE belong together");
    if (!flags.tensor.empty()) {
        write_tensor(flags.model.open(), flags.tensor, flags.output);
        return 0;
    }
    const Subject subject(flags.model);
    if (flags.json)
        print_json(subject, flags.model.shown_name());
    else
        print_summary(subject);
    return 0;
}

}  // namespace

Command info_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    flags->model.add(app);
    app.option_defaults()->group("Output");
    app.add_flag("--json", flags->json, "everything as one JSON object, long arrays abbreviated");
    app.add_option("--tensor", flags->tensor, "decode a tensor to float32")->type_name("NAME");
    app.add_option("-o,--output", flags->output, "where --tensor writes; -: stdout")->type_name("FILE");
    return [flags](Arguments& arguments) {
        flags->model.take_model(arguments.positional);
        refuse_more(arguments);
        note_ignored(arguments);
        return info(*flags);
    };
}

}  // namespace siskin
