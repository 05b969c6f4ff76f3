#!/usr/bin/env python3
"""Writes the conversations that the starter model learns from, one JSON object per line:

    {"split": "train", "kind": "question", "messages": [{"role": "user", "content": "…"}, {"role": "assistant", …}]}

    corpus.py --count 600000 --out corpus.jsonl [--seed 1] [--shard 0/4]    conversations, without repetitions
    corpus.py --sample 20 [--kind story]                                    some to read
    corpus.py --text FILE < corpus.jsonl                                    the held-out ones as plain text

The same seed, count and number of shards give the same text: shard i of n holds every n-th conversation.
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


def conversations(seed, count, shard=0, shards=1, kind=None):
    for i in range(shard, count, shards):
        rng = random.Random(f"{seed}/{i}")
        name, messages = dialogue.conversation(rng, kind)
        yield {"split": split_of(messages), "kind": name, "messages": messages}


def write(args, out):
    shard, shards = map(int, args.shard.split("/"))
    seen, dropped, kinds, words = set(), 0, collections.Counter(), 0
    for record in conversations(args.seed, args.count, shard, shards):
        key = hashlib.blake2b(json.dumps(record["messages"]).encode(), digest_size=8).digest()
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


def plain(messages):
    """As the chat template writes them."""
    return "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=600000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shard", default="0/1")
    parser.add_argument("--out")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--kind", choices=sorted(dialogue.KINDS))
    parser.add_argument("--text")
    args = parser.parse_args()
    if args.sample:
        for record in conversations(args.seed, args.sample, kind=args.kind):
            print(f"--- {record['kind']}")
            for m in record["messages"]:
                print(f"{m['role']:9} | {m['content']}")
    elif args.text:
        with open(args.text, "w") as out:
            for line in sys.stdin:
                record = json.loads(line)
                if record["split"] == "held-out":
                    out.write(plain(record["messages"]))
    elif args.out:
        with open(args.out, "w") as out:
            write(args, out)
    else:
        write(args, sys.stdout)


if __name__ == "__main__":
    main()
