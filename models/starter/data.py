#!/usr/bin/env python3
"""Turns the corpus into token arrays.

    data.py corpus.jsonl tokenizer.model FOLDER

FOLDER/train.npz and FOLDER/held-out.npz: tokens (all conversations one after the other), own (which of them the model
itself writes) and ends (where each conversation ends). Conversations longer than the context are left out.
"""

import json
import pathlib
import sys

import numpy
import sentencepiece

import tokenizer

N_CTX = 1024


def encode(corpus, model, folder):
    spm = sentencepiece.SentencePieceProcessor(model_file=model)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    parts = {"train": ([], [], []), "held-out": ([], [], [])}
    left_out = 0
    with open(corpus) as lines:
        for line in lines:
            record = json.loads(line)
            row, row_own = tokenizer.chat_tokens(spm, record["messages"])
            if len(row) > N_CTX:
                left_out += 1
                continue
            tokens, own, lengths = parts[record["split"]]
            tokens.append(numpy.array(row, numpy.uint16))
            own.append(numpy.array(row_own, bool))
            lengths.append(len(row))
    for split, (tokens, own, lengths) in parts.items():
        numpy.savez(folder / f"{split}.npz", tokens=numpy.concatenate(tokens), own=numpy.concatenate(own), ends=numpy.cumsum(lengths))
        print(f"{split}: {len(lengths)} conversations, {sum(lengths)} tokens, {sum(int(o.sum()) for o in own)} of them the model's own", file=sys.stderr)
    print(f"longer than {N_CTX} tokens and left out: {left_out}", file=sys.stderr)


class Conversations:
    """The conversations of one part, and how they come in batches of nearly equal length."""

    def __init__(self, path):
        stored = numpy.load(path)
        self.tokens, self.own, self.ends = stored["tokens"], stored["own"], stored["ends"]
        self.starts = numpy.concatenate([[0], self.ends[:-1]])
        self.lengths = self.ends - self.starts
        self.own_share = float(self.own.mean())

    def __len__(self):
        return len(self.ends)

    def batches(self, seed, batch_tokens, step=16):
        """Lists of conversations whose padded sizes add up to at most batch_tokens; the same for the same seed."""
        rng = numpy.random.default_rng(seed)
        order = rng.permutation(len(self))
        widths = -(-self.lengths[order] // step)
        order = order[numpy.argsort(widths, kind="stable")]
        found, first = [], 0
        widths = -(-self.lengths[order] // step) * step
        while first < len(order):
            n = max(1, batch_tokens // int(widths[first]))
            n = max(1, int(numpy.searchsorted(widths[first : first + n], widths[first], side="right")))
            found.append(order[first : first + n])
            first += n
        return [found[i] for i in rng.permutation(len(found))]

    def rows(self, chosen, step=16):
        """Inputs, targets and which targets count, [rows][width]; padded at the end with zeros."""
        width = -(-int(self.lengths[chosen].max()) // step) * step
        at = self.starts[chosen][:, None] + numpy.arange(width)
        inside = numpy.arange(width) < self.lengths[chosen][:, None]
        at = numpy.minimum(at, len(self.tokens) - 1)
        tokens = numpy.where(inside, self.tokens[at], 0).astype(numpy.int64)
        own = inside & self.own[at]
        return tokens[:, :-1], tokens[:, 1:], own[:, 1:]


if __name__ == "__main__":
    encode(*sys.argv[1:])
