"""Muon: steps of momentum made orthogonal, for the matrices between a model's vectors.

Source: K. Jordan and others, "Muon: An optimizer for hidden layers in neural networks" (2024); the scale that lets it share
learning rate and decay with AdamW: J. Liu and others, "Muon is scalable for LLM training" (2025), section 2.2.
"""

import math

import torch


def orthogonal(x, n_steps=5):
    """Nearly the closest matrix to x whose singular values are all 1, by a Newton-Schulz iteration of fifth order."""
    a, b, c = 3.4445, -4.7750, 2.0315
    wide = x if x.shape[0] <= x.shape[1] else x.t()
    y = wide / (1.02 * wide.norm() + 1e-7)  # in bfloat16 the norm must stay below 1
    y = y.bfloat16()
    for _ in range(n_steps):
        square = y @ y.t()
        y = torch.addmm(y, torch.addmm(square, square, square, beta=b, alpha=c), y, beta=a)
    return (y if wide is x else y.t()).float()


class Muon(torch.optim.Optimizer):
    """For matrices only. `parts` says of how many matrices, one below the other, a parameter consists. Of several workers
    that hold the same gradients each one computes its share of the directions; `exchange` gives them to all."""

    def __init__(self, matrices, lr, momentum=0.95, weight_decay=0.1, worker=0, n_workers=1, exchange=None):
        groups = [{"params": [matrix], "parts": parts} for matrix, parts in matrices]
        super().__init__(groups, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self.worker, self.n_workers, self.exchange = worker, n_workers, exchange

    @torch.no_grad()
    def step(self):
        directions = [self.direction(i, group) for i, group in enumerate(self.param_groups)]
        if self.exchange:
            directions = self.exchange(directions)
        for group, direction in zip(self.param_groups, directions):
            matrix = group["params"][0]
            matrix.mul_(1 - group["lr"] * group["weight_decay"]).add_(direction, alpha=-group["lr"])

    def direction(self, i, group):
        """Of the size that steps of AdamW have: 0.2 for a weight on average. None where another worker computes it."""
        matrix = group["params"][0]
        mean = self.state[matrix].setdefault("mean", torch.zeros_like(matrix))
        mean.lerp_(matrix.grad, 1 - group["momentum"])
        if i % self.n_workers != self.worker:
            return None
        ahead = matrix.grad.lerp(mean, group["momentum"])
        return torch.cat([0.2 * math.sqrt(max(part.shape)) * orthogonal(part) for part in ahead.split(group["parts"])])
