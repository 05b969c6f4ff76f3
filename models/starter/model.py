"""The starter model: a Llama as siskin computes it, in PyTorch (1.13 or newer)."""

import math

import torch
from torch import nn
from torch.nn import functional

from tokenizer import VOCAB

CONFIG = {"n_vocab": VOCAB, "n_ctx": 1024, "n_embd": 256, "n_layer": 6, "n_head": 8, "n_head_kv": 4, "n_ff": 768, "eps": 1e-5, "rope_base": 10000.0}


class Norm(nn.Module):
    def __init__(self, n, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(n))
        self.eps = eps

    def forward(self, x):
        x32 = x.float()
        return (x32 * torch.rsqrt(x32.pow(2).mean(-1, keepdim=True) + self.eps)).to(x.dtype) * self.weight.to(x.dtype)


def rope_table(n_ctx, n_rot, base):
    """Turns by position times base^(-2i/n_rot) as complex numbers, [n_ctx][n_rot/2]."""
    angles = torch.arange(n_ctx).double()[:, None] * base ** (-torch.arange(0, n_rot, 2).double() / n_rot)
    return torch.polar(torch.ones_like(angles), angles).to(torch.complex64)


def rotate(x, turns):
    """Rotates the pairs (2i, 2i+1) of [rows][positions][heads][n_rot], in full precision."""
    pairs = torch.view_as_complex(x.float().unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * turns[:, None, :]).flatten(-2).to(x.dtype)


def attention(q, k, v, offset):
    """Causal attention, [rows][heads][positions][head size]; the queries begin at position `offset` of the keys."""
    n_q, n_k = q.shape[2], k.shape[2]
    if offset == 0 and hasattr(functional, "scaled_dot_product_attention"):
        return functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    scores = q @ k.transpose(-1, -2) * (1 / math.sqrt(q.shape[-1]))
    if n_q > 1:
        scores = scores + torch.full((n_q, n_k), float("-inf"), dtype=scores.dtype, device=q.device).triu(1 + offset)
    return scores.softmax(-1) @ v


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.n_head, self.n_head_kv, self.d = c["n_head"], c["n_head_kv"], c["n_embd"] // c["n_head"]
        self.attn_norm = Norm(c["n_embd"], c["eps"])
        self.qkv = nn.Linear(c["n_embd"], (self.n_head + 2 * self.n_head_kv) * self.d, bias=False)
        self.attn_output = nn.Linear(c["n_embd"], c["n_embd"], bias=False)
        self.ffn_norm = Norm(c["n_embd"], c["eps"])
        self.gate_up = nn.Linear(c["n_embd"], 2 * c["n_ff"], bias=False)
        self.down = nn.Linear(c["n_ff"], c["n_embd"], bias=False)
        self.parts = {"qkv.weight": [c["n_embd"], self.n_head_kv * self.d, self.n_head_kv * self.d], "attn_output.weight": [c["n_embd"]],
                      "gate_up.weight": [c["n_ff"], c["n_ff"]], "down.weight": [c["n_embd"]]}  # rows of the matrices that lie in one

    def forward(self, x, turns, cache=None):
        rows, n, _ = x.shape
        heads = self.qkv(self.attn_norm(x)).view(rows, n, -1, self.d)
        qk, v = heads.split([self.n_head + self.n_head_kv, self.n_head_kv], 2)
        q, k = rotate(qk, turns).transpose(1, 2).split([self.n_head, self.n_head_kv], 1)
        v = v.transpose(1, 2)
        offset = 0
        if cache is not None:
            if cache:
                offset = cache[0].shape[2]
                k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
            cache[:] = [k, v]
        group = self.n_head // self.n_head_kv
        mixed = attention(q, k.repeat_interleave(group, 1), v.repeat_interleave(group, 1), offset)
        x = x + self.attn_output(mixed.transpose(1, 2).reshape(rows, n, -1))
        gate, up = self.gate_up(self.ffn_norm(x)).chunk(2, -1)
        return x + self.down(gate * torch.sigmoid(gate) * up)  # silu, in operations that are fast in bfloat16 on a CPU


class Starter(nn.Module):
    def __init__(self, c=CONFIG):
        super().__init__()
        self.config = dict(c)
        self.embd = nn.Embedding(c["n_vocab"], c["n_embd"])
        self.layers = nn.ModuleList(Layer(c) for _ in range(c["n_layer"]))
        self.output_norm = Norm(c["n_embd"], c["eps"])
        self.register_buffer("turns", rope_table(c["n_ctx"], c["n_embd"] // c["n_head"], c["rope_base"]), persistent=False)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                nn.init.normal_(p, std=0.02 / math.sqrt(2 * c["n_layer"]) if name.endswith(("attn_output.weight", "down.weight")) else 0.02)

    def hidden(self, tokens, caches=None):
        """[rows][positions][n_embd] before the output matrix, which is the embedding."""
        offset = caches[0][0].shape[2] if caches and caches[0] else 0
        turns = self.turns[offset : offset + tokens.shape[1]]
        x = self.embd(tokens)
        for i, layer in enumerate(self.layers):
            x = layer(x, turns, caches[i] if caches is not None else None)
        return self.output_norm(x)

    def loss(self, tokens, targets, weights):
        """Sum of the losses of the targets, times their weights."""
        counts = weights > 0
        logits = functional.linear(self.hidden(tokens)[counts], self.embd.weight).float()
        return (functional.cross_entropy(logits, targets[counts], reduction="none") * weights[counts]).sum()

    @torch.no_grad()
    def greedy(self, prompt, end, n=400):
        """The most likely continuation of a list of tokens, without the end token."""
        device = self.embd.weight.device
        caches, out, new = [[] for _ in self.layers], [], prompt
        while len(out) < n and len(prompt) + len(out) < self.config["n_ctx"]:
            x = self.hidden(torch.tensor([new], device=device), caches)[0, -1]
            token = int((self.embd.weight.float() @ x.float()).argmax())
            if token == end:
                break
            out.append(token)
            new = [token]
        return out

    def tensors(self):
        """Name in GGUF -> weights, as [rows][row length]."""
        c, d = self.config, self.config["n_embd"] // self.config["n_head"]
        yield "token_embd.weight", self.embd.weight
        for i, layer in enumerate(self.layers):
            q, k, v = layer.qkv.weight.split([c["n_head"] * d, c["n_head_kv"] * d, c["n_head_kv"] * d])
            gate, up = layer.gate_up.weight.chunk(2)
            named = {"attn_norm": layer.attn_norm.weight, "attn_q": q, "attn_k": k, "attn_v": v, "attn_output": layer.attn_output.weight,
                     "ffn_norm": layer.ffn_norm.weight, "ffn_gate": gate, "ffn_up": up, "ffn_down": layer.down.weight}
            for name, weight in named.items():
                yield f"blk.{i}.{name}.weight", weight
        yield "output_norm.weight", self.output_norm.weight
