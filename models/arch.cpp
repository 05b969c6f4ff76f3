#include "models/arch.h"

namespace siskin {
namespace {

constexpr Arch kArchs[] = {
    {.name = "llama", .rope = RopePairs::Adjacent},  // Llama 1-3, Mistral; Mixtral is llama with experts
    {.name = "qwen2"},
    {.name = "qwen3"},
    {.name = "qwen3moe"},
    {.name = "phi3"},
    {.name = "gemma2",
     .act = FfnAct::GeluTanh,
     .scale_embd = true,
     .window_period = 2,
     .window = 4096,
     .attn_softcap = 50,
     .final_softcap = 30,
     .narrow_scale_layers = 46},  // the 27B model
    {.name = "gemma3",
     .act = FfnAct::GeluTanh,
     .scale_embd = true,
     .window_period = 6,
     .window_rope_base = 10000,
     .window_unscaled_rope = true,
     .narrow_scale_layers = 62},  // the 27B model
    {.name = "gpt-oss", .act = FfnAct::SwigluOai, .window_period = 2, .ffn_norm = "post_attention_norm"},
};

}  // namespace

std::span<const Arch> all_archs() { return kArchs; }

const Arch* find_arch(std::string_view name) {
    for (const Arch& arch : kArchs)
        if (arch.name == name) return &arch;
    return nullptr;
}

}  // namespace siskin
