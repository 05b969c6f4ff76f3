#include "models/arch.h"

namespace siskin {
namespace {

constexpr Arch kArchs[] = {
    {.name = "llama", .rope = RopePairs::Adjacent},  // Llama 1-3, Mistral; Mixtral is llama with experts
    {.name = "qwen2"},
    {.name = "qwen3", .must_have = {"attn_q_norm.weight", "attn_k_norm.weight"}},
    {.name = "qwen3moe", .must_have = {"attn_q_norm.weight", "attn_k_norm.weight"}},
    {.name = "phi3"},
    {.name = "gemma2",
     .act = FfnAct::GeluTanh,
     .scale_embd = true,
     .window_period = 2,
     .window = 4096,
     .attn_softcap = 50,
     .final_softcap = 30,
     .narrow_scale_layers = 46,  // the 27B model
     .must_have = {"post_attention_norm.weight", "post_ffw_norm.weight"}},
    {.name = "gemma3",
     .act = FfnAct::GeluTanh,
     .scale_embd = true,
     .window_period = 6,
     .window_rope_base = 10000,
     .window_unscaled_rope = true,
     .narrow_scale_layers = 62,  // the 27B model
     .must_have = {"attn_q_norm.weight", "attn_k_norm.weight", "post_attention_norm.weight", "post_ffw_norm.weight"}},
    {.name = "gpt-oss",
     .act = FfnAct::SwigluOai,
     .window_period = 2,
     .window_required = true,
     .ffn_norm = "post_attention_norm",
     .must_have = {"attn_sinks.weight"}},
};

}  // namespace

std::span<const Arch> all_archs() { return kArchs; }

const Arch* find_arch(std::string_view name) {
    for (const Arch& arch : kArchs)
        if (arch.name == name) return &arch;
    return nullptr;
}

}  // namespace siskin
