#pragma once
// What a family of models is: only what its files cannot say. Everything else (sizes, biases, QK norms, post norms,
// sinks, experts, fused or tied tensors) is read from metadata and seen in the tensor list.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace siskin {

enum class RopePairs : uint8_t { Adjacent, Halves };  ///< (2i, 2i+1), or (i, i + n_rot/2)
enum class FfnAct : uint8_t { SiLU, GeluTanh, SwigluOai };

struct Arch {
    std::string_view name;  ///< general.architecture
    RopePairs rope = RopePairs::Halves;
    FfnAct act = FfnAct::SiLU;
    bool scale_embd = false;            ///< token embeddings are multiplied by sqrt(n_embd)
    uint32_t window_period = 0;         ///< every window_period-th layer sees all keys, the others a window; 0: all do
    uint32_t window = 0;                ///< window where the file does not say; 0: then no layer has one
    bool window_required = false;       ///< the file must say
    float window_rope_base = 0;         ///< rope base of windowed layers where the file does not say; 0: as the others
    bool window_unscaled_rope = false;  ///< rope scaling is for layers that see all keys only
    float attn_softcap = 0, final_softcap = 0;       ///< where the file does not say; 0: none
    uint32_t narrow_scale_layers = 0;                ///< with this n_layer, attention scales by (n_embd/n_head)^-1/2
    std::string_view ffn_norm = "ffn_norm";          ///< tensor that holds the norm before the feed-forward part
    std::array<std::string_view, 4> must_have = {};  ///< tensors of a layer that other families can do without
};

/// All families, in the order of the table in arch.cpp.
std::span<const Arch> all_archs();

/// The family of a general.architecture, or nullptr.
const Arch* find_arch(std::string_view name);

}  // namespace siskin
