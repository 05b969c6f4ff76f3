#pragma once
// Flags that several commands share, under the names that llama.cpp gave them.

#include <charconv>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/args.h"
#include "engine/session.h"

namespace CLI {
class App;
}

namespace siskin {

/// Which model, and how much is said about it.
struct ModelFlags {
    std::string model;  ///< what the user names, after take_model() a file; empty: the built-in starter model
    std::string pre;

    void add(CLI::App& app);
    /// Where -m does not name the model: takes it out of the positional arguments, or from the environment variable
    /// SISKIN_MODEL, and where neither names one says on a terminal that the built-in one answers. If a prompt may
    /// follow, the first argument is a model only where it looks like one. A name of the library becomes its file.
    /// Throws what resolve_model throws.
    void take_model(std::vector<std::string>& positional, bool prompt_follows = false);
    std::string shown_name() const;
    GgufFile open() const;
    std::shared_ptr<const Model> load() const;
};

constexpr int kMaxThreads = 1024;

/// How it is computed.
struct ComputeFlags {
    int n_threads = 0;
    uint32_t n_ctx = 0, n_batch = 2048, n_ubatch = 512;
    std::string type_k = "f16", type_v = "f16", gpu_layers = "0";

    void add(CLI::App& app);
    void add_without_threads(CLI::App& app);
    /// Checks ranges and says what has no effect. Throws Error(Usage).
    void check(const Arguments& arguments) const;
    size_t rows() const;  ///< most tokens of one pass
    SessionOptions session() const;
};

/// Notes that a flag asks for layers on a GPU, if it does. Throws Error(Usage) for what is no number of layers.
void check_gpu_layers(const std::string& value);
/// Throws Error(Usage) where positional arguments are left over.
void refuse_more(const Arguments& arguments);
/// Notes flags without effect.
void note_ignored(const Arguments& arguments);

/// Whether the whole text is a number in the range of T, which is then in `value`.
template <class T>
bool parse_number(std::string_view text, T& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// "1,2,3", "[1, 2, 3]" or "1 2 3". Throws Error(Usage) that names `flag`.
std::vector<Token> parse_tokens(const std::string& flag, const std::string& text);
/// "512,1024". Throws Error(Usage) that names `flag`.
std::vector<uint32_t> parse_numbers(const std::string& flag, const std::string& text);
/// f16, f32, q8_0 or q4_0. Throws Error(Usage) that names `flag`.
DType parse_kv_type(const std::string& flag, const std::string& text);
}  // namespace siskin
