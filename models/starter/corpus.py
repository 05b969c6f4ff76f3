#!/usr/bin/env python3
"""The conversations that the starter model learns from, made by a seeded program: the same seed and number give the same one.

    corpus.py --count 150000 --out corpus.jsonl [--seed 1]     one JSON object per line, without repetitions
    corpus.py --sample 20 [--kind story] [--seed 7]            some to read

    {"split": "train", "kind": "question", "messages": [{"role": "user", "content": "…"}, {"role": "assistant", …}]}
"""

import argparse
import collections
import hashlib
import json
import random
import sys

import dialogue

HELD_OUT = 100  # one conversation in so many is never trained on


def split_of(messages):
    """By the first question, so that no question stands in both parts."""
    first = next(m["content"] for m in messages if m["role"] == "user")
    digest = hashlib.sha256(" ".join(first.lower().split()).encode()).digest()
    return "held-out" if int.from_bytes(digest[:4], "big") % HELD_OUT == 0 else "train"


def key_of(messages):
    """Eight bytes that stand for a conversation."""
    return hashlib.blake2b(json.dumps(messages).encode(), digest_size=8).digest()


def conversations(seed, first, end, kind=None):
    """Number first up to before end; each depends on the seed and its number alone."""
    for i in range(first, end):
        name, messages = dialogue.conversation(random.Random(f"{seed}/{i}"), kind)
        yield {"split": split_of(messages), "kind": name, "messages": messages}


def write(records, out):
    seen, dropped, kinds, words = set(), 0, collections.Counter(), 0
    for record in records:
        key = key_of(record["messages"])
        if key in seen:
            dropped += 1
            continue
        seen.add(key)
        kinds[record["kind"], record["split"]] += 1
        words += sum(len(m["content"].split()) for m in record["messages"])
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    print(f"{len(seen)} conversations, {words} words, {dropped} repetitions left out", file=sys.stderr)
    for (name, split), n in sorted(kinds.items()):
        print(f"  {name:12} {split:9} {n}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=150000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--kind", choices=sorted(dialogue.KINDS))
    args = parser.parse_args()
    if args.sample:
        for record in conversations(args.seed, 0, args.sample, args.kind):
            print(f"--- {record['kind']}")
            for m in record["messages"]:
                print(f"{m['role']:9} | {m['content']}")
        return
    records = conversations(args.seed, 0, args.count, args.kind)
    if args.out:
        with open(args.out, "w") as out:
            write(records, out)
    else:
        write(records, sys.stdout)


if __name__ == "__main__":
    main()
