#!/usr/bin/env python3
"""Trains the tokenizer on the corpus: sentencepiece BPE with byte fallback, the kind that GGUF calls "llama".

    tokenizer.py corpus.jsonl tokenizer.model

Text is taken as it is: no space is put in front, spaces are kept, each digit is a token of its own.
"""

import bisect
import itertools
import json
import re
import sys

import sentencepiece

VOCAB = 3072
REPEATED = 4  # how much a token counts that an answer takes over from its question
WORD = re.compile(r"\w[\w'-]{2,}")
IM_START, IM_END = "<|im_start|>", "<|im_end|>"
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def texts(path):
    with open(path) as lines:
        for line in lines:
            record = json.loads(line)
            if record["split"] == "train":
                for message in record["messages"]:
                    yield message["role"]
                    yield message["content"]


def train(corpus, model):
    with open(model, "wb") as out:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=texts(corpus), model_writer=out, model_type="bpe", vocab_size=VOCAB, byte_fallback=True, character_coverage=0.99999,
            normalization_rule_name="identity", add_dummy_prefix=False, remove_extra_whitespaces=False, split_digits=True,
            control_symbols=[IM_START, IM_END], max_sentencepiece_length=16, num_threads=2, minloglevel=1)


def chat_text(messages):
    """A conversation as its template writes it."""
    return "".join(f"{IM_START}{m['role']}\n{m['content']}{IM_END}\n" for m in messages)


def repeats(spm, tokens, question):
    """Which tokens of an answer belong to words that its question has too."""
    asked = set(WORD.findall(question.lower()))
    text = [spm.id_to_piece(i).replace("\u2581", " ") for i in tokens]
    ends = list(itertools.accumulate(map(len, text)))
    found = [False] * len(tokens)
    for match in WORD.finditer("".join(text).lower()):
        if match.group() in asked:
            for i in range(bisect.bisect_right(ends, match.start()), bisect.bisect_left(ends, match.end()) + 1):
                found[i] = True
    return found


def chat_tokens(spm, messages):
    """Tokens of a conversation as its template writes it, and how much each counts in training: 0 what the user says, 1 what
    the model itself writes, REPEATED what it takes over from the question: names and things, of which each is rare."""
    start, end = spm.piece_to_id(IM_START), spm.piece_to_id(IM_END)
    newline = spm.encode("\n")
    tokens, weights, question = [spm.bos_id()], [0], ""
    for message in messages:
        head = [start, *spm.encode(message["role"] + "\n")]
        body = spm.encode(message["content"])
        if message["role"] == "assistant":
            counts = [REPEATED if again else 1 for again in repeats(spm, body, question)] + [1]
        else:
            counts, question = [0] * (len(body) + 1), message["content"]
        tokens += [*head, *body, end, *newline]
        weights += [0] * len(head) + counts + [0] * len(newline)
    return tokens, weights


def prompt_tokens(spm, messages):
    """Tokens up to where the next answer starts."""
    return chat_tokens(spm, messages)[0] + [spm.piece_to_id(IM_START), *spm.encode("assistant\n")]


if __name__ == "__main__":
    train(*sys.argv[1:])
