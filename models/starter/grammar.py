"""Phrases with alternatives: how one thing is said in many ways.

    {a|b}   one of these
    [a]     this or nothing
    <name>  one of WORDS[name]

A phrase can be expanded at random, and turned into a regular expression that matches exactly what it can say; the tests
use the latter to show that a question is none that the corpus contains.
"""

import re

WORDS = {}  # name -> phrase; filled by phrases.py


class Node:
    """A parsed phrase: a sequence of literal strings and of lists of nodes (alternatives)."""

    def __init__(self, parts):
        self.parts = parts

    def pick(self, rng):
        out = []
        for part in self.parts:
            if isinstance(part, str):
                out.append(part)
            elif isinstance(part, tuple):
                out.append(phrase(WORDS[part[0]]).pick(rng))
            else:
                out.append(rng.choice(part).pick(rng))
        return "".join(out)

    def regex(self):
        out = []
        for part in self.parts:
            if isinstance(part, str):
                out.append(_literal_regex(part))
            elif isinstance(part, tuple):
                out.append(phrase(WORDS[part[0]]).regex())
            else:
                out.append("(?:" + "|".join(node.regex() for node in part) + ")")
        return "".join(out)

    def count(self):
        n = 1
        for part in self.parts:
            if isinstance(part, tuple):
                n *= phrase(WORDS[part[0]]).count()
            elif not isinstance(part, str):
                n *= sum(node.count() for node in part)
        return n


_PUNCTUATION = re.compile(r"[.,?!;:\"'()`]")


def normalized(text):
    """Lower case, no punctuation, single spaces: what remains of a question when its spelling does not count."""
    return " ".join(_PUNCTUATION.sub("", text.lower().replace("'", "")).split())


def _literal_regex(text):
    text = _PUNCTUATION.sub("", text.lower())
    return r"\ *".join(re.escape(piece) for piece in re.split(r" +", text))


_CACHE = {}


def phrase(text):
    """Parses a phrase; "a|b" at the top level are alternatives too."""
    node = _CACHE.get(text)
    if node is None:
        alternatives, end = _alternatives(text, 0, "")
        assert end == len(text), "unbalanced: " + text
        node = alternatives[0] if len(alternatives) == 1 else Node([alternatives])
        _CACHE[text] = node
    return node


def _alternatives(text, i, close):
    found, parts, literal = [], [], ""

    def flush():
        nonlocal literal
        if literal:
            parts.append(literal)
        literal = ""

    while i < len(text) and (not close or text[i] != close):
        c = text[i]
        if c == "|":
            flush()
            found.append(Node(parts))
            parts = []
        elif c == "{" or c == "[":
            flush()
            inner, i = _alternatives(text, i + 1, "}" if c == "{" else "]")
            assert i < len(text), "unbalanced: " + text
            parts.append(inner if c == "{" else inner + [Node([])])
        elif c == "<" and re.match(r"<[a-z_]+>", text[i:]):
            flush()
            end = text.index(">", i)
            assert text[i + 1 : end] in WORDS, "no such word list: " + text[i : end + 1]
            parts.append((text[i + 1 : end],))
            i = end
        else:
            literal += c
        i += 1
    flush()
    found.append(Node(parts))
    return found, i


_SPACES = re.compile(r" +")


def say(text, rng):
    """One way to say a phrase, spaces tidied."""
    return _SPACES.sub(" ", phrase(text).pick(rng)).replace(" ,", ",").replace(" ?", "?").replace(" .", ".").strip()
