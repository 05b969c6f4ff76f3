#!/usr/bin/env python3
"""Trains the tokenizer on the corpus: sentencepiece BPE with byte fallback, the kind that GGUF calls "llama".

    tokenizer.py corpus.jsonl tokenizer.model

Text is taken as it is: no space is put in front, spaces are kept, each digit is a token of its own.
"""

import json
import sys

import sentencepiece

VOCAB = 3072
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


def chat_tokens(spm, messages):
    """Tokens of a conversation as its template writes it, and which of them the model itself writes."""
    start, end = spm.piece_to_id(IM_START), spm.piece_to_id(IM_END)
    newline = spm.encode("\n")
    tokens, own = [spm.bos_id()], [False]
    for message in messages:
        head = [start, *spm.encode(message["role"] + "\n")]
        body = [*spm.encode(message["content"]), end]
        is_own = message["role"] == "assistant"
        tokens += head + body + newline
        own += [False] * len(head) + [is_own] * len(body) + [False] * len(newline)
    return tokens, own


def prompt_tokens(spm, messages):
    """Tokens up to where the next answer starts."""
    return chat_tokens(spm, messages)[0] + [spm.piece_to_id(IM_START), *spm.encode("assistant\n")]


if __name__ == "__main__":
    train(*sys.argv[1:])
