#pragma once
// Models of a few hundred kilobytes with random weights and realistic settings, made in memory: at least one recipe for
// each family of models/arch.cpp. What a recipe makes is a list of pairs and tensors that a test may change before it
// becomes a file.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/model.h"
#include "formats/dtype.h"

namespace siskin::test {

using TinyValue = std::variant<bool, uint32_t, int32_t, uint64_t, float, std::string, std::vector<bool>, std::vector<uint32_t>,
                               std::vector<int32_t>, std::vector<float>, std::vector<std::string>>;

struct TinyTensor {
    std::string name;
    DType type;
    std::vector<uint64_t> dims;  ///< dims[0] is the row length
    std::vector<std::byte> data;
};

/// A GGUF file in the making.
struct TinyFile {
    std::vector<std::pair<std::string, TinyValue>> pairs;
    std::vector<TinyTensor> tensors;

    void set(std::string_view key, TinyValue value);  ///< replaces the pair, or adds it
    void erase(std::string_view key);                 ///< throws std::logic_error when there is no such pair
    TinyTensor& tensor(std::string_view name);        ///< throws std::logic_error when there is no such tensor
    void erase_tensor(std::string_view name);
    std::vector<std::byte> bytes() const;
};

struct TinyRecipe {
    std::string name, arch;
    uint32_t n_embd = 64, n_layer = 3, n_ff = 96;
    std::vector<uint32_t> n_head = {4}, n_head_kv = {2};  ///< one number, or one for each layer
    std::vector<uint32_t> n_ff_layers = {};               ///< instead of n_ff
    uint32_t n_ff_exp = 0;                                ///< of experts; 0: the file does not say, n_ff
    uint32_t d_k = 16, d_v = 16;
    bool write_head_length = false;       ///< the file gives d_k and d_v; otherwise d_k = d_v = n_embd / n_head
    uint32_t n_rot = 0;                   ///< 0: the file does not say, d_k
    uint32_t n_expert = 0;                ///< 0: dense
    std::string ffn_norm = "ffn_norm";    ///< tensor name of the norm before the feed-forward part
    bool bpe = false;                     ///< byte-level BPE vocabulary; otherwise SPM

    // Tensors that a file may have or not.
    bool output = true;                   ///< false: tied to the embeddings
    bool rope_freqs = false, rope_factors = false;
    bool qkv_bias = false, out_bias = false, ffn_bias = false, router_bias = false, output_bias = false;
    bool qk_norm = false, post_norms = false, sinks = false;
    bool fused_qkv = false, fused_gate_up = false;
    bool scales = false;                  ///< companion X.scale of every matrix in the layers

    std::vector<std::pair<std::string, TinyValue>> keys = {};  ///< "ARCH." goes before each
};

inline void PrintTo(const TinyRecipe& recipe, std::ostream* out) { *out << recipe.name; }

/// All recipes.
std::span<const TinyRecipe> tiny_recipes();
const TinyRecipe& tiny_recipe(std::string_view name);

/// The same family in sizes that are multiples of 256, as the K types want their rows; at most two layers.
TinyRecipe widened(TinyRecipe recipe);

/// The same with every expert used for every token. Where arithmetic is not exact, a choice of experts that hangs by a hair
/// may fall either way, and the logits with it.
TinyRecipe with_all_experts(TinyRecipe recipe);

struct TinyOptions {
    DType matrices = DType::F32;  ///< of every matrix but the routers
    DType embedding = DType::F32;
    uint64_t seed = 1;
    /// Types of single matrices, routers included: the first whose name contains the text.
    std::vector<std::pair<std::string, DType>> types = {};
};
TinyFile make_tiny(const TinyRecipe& recipe, const TinyOptions& options = {});

/// Loads a file held in memory; the model keeps its bytes.
std::shared_ptr<const Model> load_bytes(std::vector<std::byte> bytes, std::string_view name = "tiny");

/// A bytes holder and the file parsed from it.
struct ParsedTiny {
    explicit ParsedTiny(const TinyFile& tiny) : bytes(tiny.bytes()), file(GgufFile::parse(bytes, "tiny")) {}
    std::vector<std::byte> bytes;
    GgufFile file;
};

}  // namespace siskin::test
