#!/usr/bin/env python3
"""Writes the corpus as token arrays.

    data.py tokenizer.model FOLDER --count 600000 [--seed 1] [--workers N]

FOLDER/train.npz and FOLDER/held-out.npz: tokens (all conversations one after the other), weights (how much each
counts in training) and ends (where each conversation ends). Repetitions, and conversations longer than the context, are left
out. FOLDER/held-out.txt has some of the held-out conversations as the chat template writes them. The number of workers
changes nothing but the time.
"""

import argparse
import collections
import json
import multiprocessing
import os
import pathlib
import sys

import numpy
import sentencepiece

import corpus
import tokenizer

N_CTX = 1024
BLOCK = 4000  # conversations that a worker encodes at a time
TEXT = 450  # held-out conversations in held-out.txt


class Block:
    """Encoded conversations of one worker."""

    def __init__(self):
        self.keys, self.kinds, self.held_out, self.lengths, self.tokens, self.weights, self.texts = [], [], [], [], [], [], []


def encode_block(job):
    model, seed, first, end = job
    spm = sentencepiece.SentencePieceProcessor(model_file=model)
    block = Block()
    for record in corpus.conversations(seed, first, end):
        tokens, weights = tokenizer.chat_tokens(spm, record["messages"])
        block.keys.append(corpus.key_of(record["messages"]))
        block.kinds.append(record["kind"])
        block.held_out.append(record["split"] == "held-out")
        block.lengths.append(len(tokens))
        block.tokens.append(numpy.array(tokens, numpy.uint16))
        block.weights.append(numpy.array(weights, numpy.uint8))
        if block.held_out[-1]:
            block.texts.append((block.keys[-1], tokenizer.chat_text(record["messages"])))
    return block


def encode(args):
    folder = args.folder
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [(args.model, args.seed, first, min(first + BLOCK, args.count)) for first in range(0, args.count, BLOCK)]
    parts = {False: ([], [], []), True: ([], [], [])}
    seen, repeated, too_long, kinds, used = set(), 0, 0, collections.Counter(), set()
    texts = []
    with multiprocessing.Pool(args.workers) as pool:
        for block in pool.imap(encode_block, jobs):
            texts += [text for key, text in block.texts if key not in seen]
            for key, kind, held_out, length, row, weights in zip(block.keys, block.kinds, block.held_out, block.lengths, block.tokens, block.weights):
                if key in seen:
                    repeated += 1
                elif length > N_CTX:
                    too_long += 1
                else:
                    seen.add(key)
                    kinds[kind] += 1
                    for part, value in zip(parts[held_out], (row, weights, length)):
                        part.append(value)
    for held_out, (tokens, weights, lengths) in parts.items():
        name = "held-out" if held_out else "train"
        tokens = numpy.concatenate(tokens)
        used.update(numpy.unique(tokens).tolist())
        weights = numpy.concatenate(weights)
        numpy.savez(folder / f"{name}.npz", tokens=tokens, weights=weights, ends=numpy.cumsum(lengths))
        print(f"{name}: {len(lengths)} conversations, {len(tokens)} tokens, {int((weights > 0).sum())} of them the model's own, {len(tokens) / len(lengths):.1f} each", file=sys.stderr)
    print(f"left out: {repeated} repetitions, {too_long} longer than {N_CTX} tokens; {len(used)} different tokens", file=sys.stderr)
    (folder / "held-out.txt").write_text("".join(texts[:TEXT]))
    (folder / "data.json").write_text(json.dumps({"seed": args.seed, "count": args.count, "kinds": kinds, "repetitions": repeated, "too_long": too_long}, indent=1))


class Conversations:
    """The conversations of one part, and how they come in batches of nearly equal length."""

    STEP = 16  # rows are padded to a multiple of this

    def __init__(self, path):
        stored = numpy.load(path)
        self.tokens, self.weights, self.ends = stored["tokens"], stored["weights"], stored["ends"]
        self.starts = numpy.concatenate([[0], self.ends[:-1]])
        self.lengths = self.ends - self.starts
        self.mean_weight = float(self.weights.mean())

    def __len__(self):
        return len(self.ends)

    def widths(self, chosen):
        return -(-self.lengths[chosen] // self.STEP) * self.STEP

    def batches(self, seed, batch_tokens):
        """Lists of conversations of one padded width whose sizes add up to at most batch_tokens, in random order; the same
        for the same seed."""
        rng = numpy.random.default_rng(seed)
        order = rng.permutation(len(self))
        order = order[numpy.argsort(self.widths(order), kind="stable")]
        widths = self.widths(order)
        found, first = [], 0
        while first < len(order):
            n = max(1, batch_tokens // int(widths[first]))
            n = int(numpy.searchsorted(widths[first : first + n], widths[first], side="right"))
            found.append(order[first : first + n])
            first += n
        return [found[i] for i in rng.permutation(len(found))]

    def rows(self, chosen):
        """Inputs, targets and how much these count, [rows][width]; padded at the end with zeros."""
        position = numpy.arange(int(self.widths(chosen).max()))
        inside = position < self.lengths[chosen][:, None]
        at = numpy.minimum(self.starts[chosen][:, None] + position, len(self.tokens) - 1)
        tokens = numpy.where(inside, self.tokens[at], 0).astype(numpy.int64)
        weights = numpy.where(inside, self.weights[at], 0).astype(numpy.float32)
        return tokens[:, :-1], tokens[:, 1:], weights[:, 1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=600000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    encode(parser.parse_args())


if __name__ == "__main__":
    main()
