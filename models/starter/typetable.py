"""The tensor types of GGUF and the mixes that files are named after, in bits per weight."""

# Bytes of a block / weights in it, as in formats/dtype.cpp.
BLOCKS = {
    "F32": (4, 1), "F16": (2, 1), "BF16": (2, 1),
    "Q4_0": (18, 32), "Q4_1": (20, 32), "Q5_0": (22, 32), "Q5_1": (24, 32), "Q8_0": (34, 32),
    "Q2_K": (84, 256), "Q3_K": (110, 256), "Q4_K": (144, 256), "Q5_K": (176, 256), "Q6_K": (210, 256),
    "IQ1_S": (50, 256), "IQ1_M": (56, 256), "IQ2_XXS": (66, 256), "IQ2_XS": (74, 256), "IQ2_S": (82, 256),
    "IQ3_XXS": (98, 256), "IQ3_S": (110, 256), "IQ4_XS": (136, 256), "IQ4_NL": (18, 32),
    "TQ1_0": (54, 256), "TQ2_0": (66, 256), "MXFP4": (17, 32), "NVFP4": (36, 64), "Q1_0": (18, 128), "Q2_0": (18, 64),
}


def bits(name):
    size, weights = BLOCKS[name]
    return 8 * size / weights


# Bits per weight of a whole file of an 8B model (32 layers of width 4096, 8 of 32 heads for keys and values, feed-forward
# 14336, 128,256 tokens) under the usual recipes, which give some tensors more bits than the rest. The recipes of Q*_K and
# IQ4_* are computed below; those of the smaller IQ types are taken as published with llama.cpp's quantizer.
PUBLISHED = {"IQ1_S": 2.0, "IQ1_M": 2.1, "IQ2_XXS": 2.4, "IQ2_XS": 2.6, "IQ2_S": 2.7, "IQ2_M": 2.9,
             "IQ3_XXS": 3.3, "IQ3_XS": 3.5, "IQ3_S": 3.7, "IQ3_M": 3.8}

N_LAYER, N_EMBD, N_KV, N_FF, N_VOCAB = 32, 4096, 1024, 14336, 128256


def _tensors():
    per_layer = {"q": N_EMBD * N_EMBD, "k": N_EMBD * N_KV, "v": N_EMBD * N_KV, "attn_output": N_EMBD * N_EMBD,
                 "gate": N_EMBD * N_FF, "up": N_EMBD * N_FF, "down": N_EMBD * N_FF}
    for layer in range(N_LAYER):
        for name, n in per_layer.items():
            yield name, layer, n
    yield "token_embd", 0, N_VOCAB * N_EMBD
    yield "output", 0, N_VOCAB * N_EMBD


def _type_in(mix, name, layer):
    """The type that a recipe gives to a tensor."""
    more = layer < N_LAYER // 8 or layer >= 7 * N_LAYER // 8 or (layer - N_LAYER // 8) % 3 == 2
    base = mix[: -len("_M")] if mix.endswith(("_S", "_M", "_L")) else mix
    early = layer < N_LAYER // 8
    if name == "output":
        return "Q6_K"
    rules = {
        "Q5_K_M": {"v": "Q6_K" if more else base, "down": "Q6_K" if more else base},
        "Q4_K_M": {"v": "Q6_K" if more else base, "down": "Q6_K" if more else base},
        "Q4_K_S": {"v": "Q5_K" if early else base, "down": "Q5_K" if early else base},
        "Q3_K_L": {"v": "Q5_K", "down": "Q5_K", "attn_output": "Q5_K"},
        "Q3_K_M": {"v": "Q5_K" if layer < 2 else "Q4_K", "down": "Q5_K" if layer < 2 else "Q4_K", "attn_output": "Q4_K"},
        "Q2_K": {"v": "Q4_K", "down": "Q3_K", "attn_output": "Q3_K"},
        "Q2_K_S": {"v": "Q4_K", "down": "Q4_K" if early else base},
        "IQ4_XS": {"v": "Q5_K", "down": "Q5_K" if early else base},
        "IQ4_NL": {"v": "Q5_K", "down": "Q5_K" if early else base},
    }
    if base not in BLOCKS:
        base = mix
    return rules.get(mix, {}).get(name, base)


def _mix_bits(mix):
    total = weights = 0
    for name, layer, n in _tensors():
        total += n * bits(_type_in(mix, name, layer))
        weights += n
    return total / weights


MIXES = ["Q2_K", "Q2_K_S", "Q3_K_S", "Q3_K_M", "Q3_K_L", "Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M", "IQ4_XS", "IQ4_NL"]

# What a file of that name spends on a weight, rounded as the answers say it.
FILE_BITS = {name: round(bits(name), 2) if name in ("MXFP4", "Q2_0") else round(bits(name), 1) for name in BLOCKS}
FILE_BITS.update({mix: round(_mix_bits(mix), 1) for mix in MIXES})
FILE_BITS.update(PUBLISHED)

# Names that people give files, roughly from the most to the least used; weights for sampling.
POPULAR = {"Q4_K_M": 30, "Q8_0": 16, "F16": 12, "Q5_K_M": 8, "Q6_K": 8, "Q4_0": 7, "Q3_K_M": 5, "Q2_K": 5, "BF16": 4,
           "IQ4_XS": 4, "Q4_K_S": 4, "F32": 3, "Q5_K_S": 3, "Q5_0": 2, "Q5_1": 2, "Q4_1": 2, "Q3_K_S": 3, "Q3_K_L": 3,
           "IQ4_NL": 2, "IQ3_M": 2, "IQ3_S": 2, "IQ3_XS": 2, "IQ3_XXS": 3, "IQ2_M": 2, "IQ2_S": 2, "IQ2_XS": 2,
           "IQ2_XXS": 3, "IQ1_S": 2, "IQ1_M": 2, "Q2_K_S": 1, "MXFP4": 4, "NVFP4": 1, "TQ1_0": 1, "TQ2_0": 2, "Q1_0": 1,
           "Q2_0": 1}


def number(x):
    """A number as the answers write it: 4.9, 8, 16."""
    return ("%.2f" % x).rstrip("0").rstrip(".")


def gigabytes(x):
    """An amount in GB, rounded as the answers write it."""
    if x >= 10:
        return str(int(x + 0.5))
    return ("%.1f" % (int(x * 10 + 0.5) / 10)).removesuffix(".0")
