// Writes the model that answers while there is no starter model: a llama of two layers whose answer to everything is
// one sentence that says so.
//     make_placeholder OUT.gguf
//
// How it works: the sentence is cut into pieces that no prompt can contain as tokens. Each piece's output row is the
// embedding of the piece before it, so a piece makes the next one certain. Tokens outside the sentence share one
// coordinate, which the row of the first piece reads; the last piece leads to the end token. Attention and feed-forward
// weights are small random numbers: they compute, and change nothing.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <deque>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/error.h"
#include "formats/gguf_writer.h"
#include "formats/half.h"

namespace siskin {
namespace {

constexpr std::string_view kAnswer =
    "I am a placeholder, a few random numbers that the build put where a model belongs, and these are the only words "
    "that I know. Give me a real one: siskin run -m MODEL.gguf";

constexpr std::string_view kChatTemplate =
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

constexpr uint32_t kEmbd = 256, kLayers = 2, kHeads = 4, kHeadsKv = 2, kFf = 512;
// The vocabulary: special tokens, bytes, a space, the sentence.
constexpr uint32_t kUnknown = 0, kBos = 1, kEnd = 3, kFirstByte = 4, kSpace = kFirstByte + 256,
                   kFirstPiece = kSpace + 1;
constexpr float kMark = 8;    // the coordinate that tokens outside the sentence share
constexpr float kLogit = 48;  // of the one possible next token; the others lie near zero
enum PieceType : int32_t { kNormal = 1, kUnknownType = 2, kControl = 3, kByte = 6 };

/// The sentence as pieces of at least four characters, each different from the others: shorter ones could appear in a
/// prompt, and a vocabulary holds a text once.
std::vector<std::string> cut(std::string_view text) {
    std::vector<std::string> pieces;
    std::string piece;
    while (!text.empty()) {
        const size_t end = std::min(text.find(' '), text.size());
        piece += (pieces.empty() && piece.empty() ? "" : "\u2581") + std::string(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool fits = piece.size() >= 6 && std::ranges::find(pieces, piece) == pieces.end();
        if (fits || text.empty()) pieces.push_back(std::exchange(piece, {}));
    }
    return pieces;
}

struct Vocabulary {
    std::vector<std::string> tokens;
    std::vector<float> scores;
    std::vector<int32_t> types;

    void add(std::string text, PieceType type) {
        tokens.push_back(std::move(text));
        scores.push_back(-float(scores.size()));
        types.push_back(type);
    }
};

Vocabulary make_vocabulary() {
    Vocabulary vocabulary;
    vocabulary.add("<unk>", kUnknownType);
    vocabulary.add("<s>", kControl);
    vocabulary.add("<|im_start|>", kControl);
    vocabulary.add("<|im_end|>", kControl);
    for (int byte = 0; byte < 256; ++byte) {
        constexpr char kDigits[] = "0123456789ABCDEF";
        vocabulary.add(std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">", kByte);
    }
    vocabulary.add("\u2581", kNormal);
    for (const std::string& piece : cut(kAnswer)) vocabulary.add(piece, kNormal);
    return vocabulary;
}

/// Random numbers that are the same everywhere: the standard's distributions are not.
class Random {
  public:
    float sign() { return bits_() & 1u ? 1.0f : -1.0f; }
    float uniform(float width) { return (float(bits_() >> 8) * 0x1p-23f - 1.0f) * width; }  ///< in [-width, width)

  private:
    std::mt19937 bits_{20};
};

using Matrix = std::vector<float>;

Matrix make_embeddings(Random& random, uint32_t n_vocab) {
    Matrix embeddings(size_t(n_vocab) * kEmbd);
    for (float& value : embeddings) value = random.sign();
    for (uint32_t token = 0; token < n_vocab; ++token)
        embeddings[size_t(token) * kEmbd] = token < kFirstPiece ? kMark : 0.0f;
    return embeddings;
}

Matrix make_output(const Matrix& embeddings, uint32_t n_vocab) {
    Matrix output(size_t(n_vocab) * kEmbd);
    const auto lead = [&](uint32_t from, uint32_t to) {
        const float gain = kLogit / float(kEmbd);
        for (uint32_t i = 0; i < kEmbd; ++i)
            output[size_t(to) * kEmbd + i] = gain * embeddings[size_t(from) * kEmbd + i];
    };
    for (uint32_t piece = kFirstPiece; piece + 1 < n_vocab; ++piece) lead(piece, piece + 1);
    lead(n_vocab - 1, kEnd);
    output[size_t(kFirstPiece) * kEmbd] = kLogit / kMark;
    return output;
}

class Draft {
  public:
    void matrix(const std::string& name, uint64_t n_in, uint64_t n_out, const Matrix& values) {
        std::vector<std::byte>& bytes = store(values.size() * sizeof(uint16_t));
        for (size_t i = 0; i < values.size(); ++i) {
            const uint16_t half = f32_to_f16(values[i]);
            std::memcpy(&bytes[i * sizeof half], &half, sizeof half);
        }
        const uint64_t dims[] = {n_in, n_out};
        writer.add_tensor(name, DType::F16, dims, bytes);
    }

    void random_matrix(const std::string& name, uint64_t n_in, uint64_t n_out, float size, Random& random) {
        Matrix values(n_in * n_out);
        for (float& value : values) value = random.uniform(size / std::sqrt(float(n_in)));
        matrix(name, n_in, n_out, values);
    }

    void ones(const std::string& name, uint64_t n) {
        const std::vector<float> values(n, 1.0f);
        std::vector<std::byte>& bytes = store(n * sizeof(float));
        std::memcpy(bytes.data(), values.data(), bytes.size());
        writer.add_tensor(name, DType::F32, std::span(&n, 1), bytes);
    }

    GgufWriter writer;

  private:
    std::vector<std::byte>& store(size_t bytes) { return data_.emplace_back(bytes); }
    std::deque<std::vector<std::byte>> data_;  // the writer reads it when the file is written
};

void add_metadata(GgufWriter& writer, const Vocabulary& vocabulary) {
    writer.add("general.architecture", "llama");
    writer.add("general.name", "placeholder");
    writer.add("llama.context_length", uint32_t(4096));
    writer.add("llama.embedding_length", kEmbd);
    writer.add("llama.block_count", kLayers);
    writer.add("llama.feed_forward_length", kFf);
    writer.add("llama.attention.head_count", kHeads);
    writer.add("llama.attention.head_count_kv", kHeadsKv);
    writer.add("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    writer.add("tokenizer.ggml.model", "llama");
    writer.add("tokenizer.ggml.tokens", std::span<const std::string>(vocabulary.tokens));
    writer.add("tokenizer.ggml.scores", std::span<const float>(vocabulary.scores));
    writer.add("tokenizer.ggml.token_type", std::span<const int32_t>(vocabulary.types));
    writer.add("tokenizer.ggml.unknown_token_id", kUnknown);
    writer.add("tokenizer.ggml.bos_token_id", kBos);
    writer.add("tokenizer.ggml.eos_token_id", kEnd);
    writer.add("tokenizer.chat_template", kChatTemplate);
}

void add_layer(Draft& draft, const std::string& prefix, Random& random) {
    constexpr uint64_t kKv = uint64_t(kEmbd) / kHeads * kHeadsKv;
    constexpr float kSmall = 0.05f;  // what a layer adds to a coordinate of size one
    draft.ones(prefix + "attn_norm.weight", kEmbd);
    draft.random_matrix(prefix + "attn_q.weight", kEmbd, kEmbd, 1, random);
    draft.random_matrix(prefix + "attn_k.weight", kEmbd, kKv, 1, random);
    draft.random_matrix(prefix + "attn_v.weight", kEmbd, kKv, 1, random);
    draft.random_matrix(prefix + "attn_output.weight", kEmbd, kEmbd, kSmall, random);
    draft.ones(prefix + "ffn_norm.weight", kEmbd);
    draft.random_matrix(prefix + "ffn_gate.weight", kEmbd, kFf, 1, random);
    draft.random_matrix(prefix + "ffn_up.weight", kEmbd, kFf, 1, random);
    draft.random_matrix(prefix + "ffn_down.weight", kFf, kEmbd, kSmall, random);
}

void write_placeholder(const char* path) {
    Random random;
    Draft draft;
    const Vocabulary vocabulary = make_vocabulary();
    const auto n_vocab = uint32_t(vocabulary.tokens.size());
    const Matrix embeddings = make_embeddings(random, n_vocab);
    add_metadata(draft.writer, vocabulary);
    draft.matrix("token_embd.weight", kEmbd, n_vocab, embeddings);
    for (uint32_t layer = 0; layer < kLayers; ++layer) add_layer(draft, "blk." + std::to_string(layer) + ".", random);
    draft.ones("output_norm.weight", kEmbd);
    draft.matrix("output.weight", kEmbd, n_vocab, make_output(embeddings, n_vocab));
    draft.writer.write(path);
}

}  // namespace
}  // namespace siskin

int main(int argc, char** argv) try {
    if (argc != 2) siskin::fail(siskin::Fault::Usage, "usage: make_placeholder OUT.gguf");
    siskin::write_placeholder(argv[1]);
    return 0;
} catch (const siskin::Error& error) {
    std::fprintf(stderr, "make_placeholder: %s\n", error.what());
    return int(error.fault());
}
