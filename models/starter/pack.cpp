// Writes the trained starter model as GGUF, once in F16 and once in Q8_0.
//     pack weights.json OUT-f16.gguf OUT-q8_0.gguf
// weights.json and weights.bin beside it are what train.py --export wrote: matrices in F16, vectors in F32.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/blocks.h"
#include "formats/dtype.h"
#include "formats/error.h"
#include "formats/gguf_writer.h"
#include "formats/half.h"
#include "formats/mapped_file.h"

namespace siskin {
namespace {

using Json = nlohmann::json;
using Bytes = std::vector<std::byte>;

constexpr uint32_t kBlock = 32;

/// The scale that takes the largest weight to 127, rounded to F16 as it is stored; codes by the rounded half away from
/// zero of weight / unrounded scale, as the field does it.
BlockQ8_0 quantize_q8_0(std::span<const float, kBlock> weights) {
    float largest = 0;
    for (const float w : weights) largest = std::max(largest, std::fabs(w));
    const float scale = largest / 127, inverse = scale ? 1 / scale : 0;
    BlockQ8_0 block{.d = f32_to_f16(scale), .qs = {}};
    for (uint32_t i = 0; i < kBlock; ++i) block.qs[i] = int8_t(std::round(weights[i] * inverse));
    return block;
}

/// A matrix of F16 weights in Q8_0. Its rows are whole blocks, so that the rows may be taken as one.
Bytes to_q8_0(std::span<const std::byte> halves) {
    Bytes out;
    out.reserve(halves.size() / (2 * kBlock) * sizeof(BlockQ8_0));
    for (size_t at = 0; at < halves.size(); at += 2 * kBlock) {
        float weights[kBlock];
        decode_row(dtype_info(DType::F16), halves.data() + at, kBlock, weights);
        const BlockQ8_0 block = quantize_q8_0(weights);
        const auto* bytes = reinterpret_cast<const std::byte*>(&block);
        out.insert(out.end(), bytes, bytes + sizeof block);
    }
    return out;
}

void add_about(GgufWriter& writer, uint32_t file_type) {
    writer.add("general.architecture", "llama");
    writer.add("general.type", "model");
    writer.add("general.name", "siskin starter");
    writer.add("general.basename", "siskin-starter");
    writer.add("general.size_label", "5M");
    writer.add("general.license", "mit");
    writer.add("general.description", "Explains siskin and the running of language models, and tells little stories.");
    const std::string languages[] = {"en"};
    writer.add("general.languages", std::span<const std::string>(languages));
    writer.add("general.file_type", file_type);
    if (file_type != 1) writer.add("general.quantization_version", uint32_t(2));
}

void add_sizes(GgufWriter& writer, const Json& config) {
    const auto size = [&](std::string_view key, const char* name) {
        writer.add("llama." + std::string(key), config.at(name).get<uint32_t>());
    };
    size("vocab_size", "n_vocab");
    size("context_length", "n_ctx");
    size("embedding_length", "n_embd");
    size("block_count", "n_layer");
    size("feed_forward_length", "n_ff");
    size("attention.head_count", "n_head");
    size("attention.head_count_kv", "n_head_kv");
    writer.add("llama.attention.layer_norm_rms_epsilon", config.at("eps").get<float>());
    writer.add("llama.rope.dimension_count", config.at("n_embd").get<uint32_t>() / config.at("n_head").get<uint32_t>());
    writer.add("llama.rope.freq_base", config.at("rope_base").get<float>());
}

void add_tokenizer(GgufWriter& writer, const Json& weights) {
    const auto tokens = weights.at("tokens").get<std::vector<std::string>>();
    const auto scores = weights.at("scores").get<std::vector<float>>();
    const auto types = weights.at("types").get<std::vector<int32_t>>();
    writer.add("tokenizer.ggml.model", "llama");
    writer.add("tokenizer.ggml.pre", "default");
    writer.add("tokenizer.ggml.tokens", std::span<const std::string>(tokens));
    writer.add("tokenizer.ggml.scores", std::span<const float>(scores));
    writer.add("tokenizer.ggml.token_type", std::span<const int32_t>(types));
    writer.add("tokenizer.ggml.bos_token_id", weights.at("bos").get<uint32_t>());
    writer.add("tokenizer.ggml.eos_token_id", weights.at("eos").get<uint32_t>());
    writer.add("tokenizer.ggml.unknown_token_id", weights.at("unknown").get<uint32_t>());
    writer.add("tokenizer.ggml.add_bos_token", true);
    writer.add("tokenizer.ggml.add_eos_token", false);
    writer.add("tokenizer.ggml.add_space_prefix", false);
    writer.add("tokenizer.ggml.remove_extra_whitespaces", false);
    writer.add("tokenizer.chat_template", weights.at("chat_template").get<std::string>());
}

/// The bytes of a tensor in weights.bin.
std::span<const std::byte> stored(const Json& tensor, std::span<const std::byte> file) {
    const auto offset = tensor.at("offset").get<size_t>(), size = tensor.at("bytes").get<size_t>();
    if (offset > file.size() || size > file.size() - offset)
        fail(Fault::BadData, "weights.bin: ", tensor.at("name").get<std::string>(), " lies outside the file");
    return file.subspan(offset, size);
}

void write_model(const Json& weights, std::span<const std::byte> file, DType matrix_type, const char* path) {
    GgufWriter writer;
    add_about(writer, matrix_type == DType::F16 ? 1 : 7);
    add_sizes(writer, weights.at("config"));
    add_tokenizer(writer, weights);
    std::deque<Bytes> quantized;  // the writer reads it when the file is written
    for (const Json& tensor : weights.at("tensors")) {
        const auto name = tensor.at("name").get<std::string>(), type = tensor.at("type").get<std::string>();
        const auto dims = tensor.at("dims").get<std::vector<uint64_t>>();
        std::span<const std::byte> bytes = stored(tensor, file);
        const bool is_matrix = type == "F16";
        if (is_matrix && dims.front() % kBlock)
            fail(Fault::BadData, name, ": rows of ", dims.front(), " weights, expected a multiple of ", kBlock);
        if (is_matrix && matrix_type == DType::Q8_0) bytes = quantized.emplace_back(to_q8_0(bytes));
        writer.add_tensor(name, is_matrix ? matrix_type : DType::F32, dims, bytes);
    }
    writer.write(path);
}

void pack(const std::filesystem::path& description, const char* f16_path, const char* q8_path) {
    std::ifstream text(description);
    if (!text) fail(Fault::NoInput, description.string(), ": cannot be read");
    const Json weights = Json::parse(text);
    const MappedFile file(description.parent_path() / "weights.bin");
    write_model(weights, file.bytes(), DType::F16, f16_path);
    write_model(weights, file.bytes(), DType::Q8_0, q8_path);
}

}  // namespace
}  // namespace siskin

int main(int argc, char** argv) try {
    if (argc != 4) siskin::fail(siskin::Fault::Usage, "usage: pack weights.json OUT-f16.gguf OUT-q8_0.gguf");
    siskin::pack(argv[1], argv[2], argv[3]);
    return 0;
} catch (const siskin::Error& error) {
    std::fprintf(stderr, "pack: %s\n", error.what());
    return int(error.fault());
} catch (const std::exception& error) {
    std::fprintf(stderr, "pack: %s\n", error.what());
    return 1;
}
