"""How people really type: greetings around a question, missing capitals and punctuation, slips of the finger."""

import re

import words as w
from grammar import say
from phrases import ASIDES, CLOSERS, OPENERS

_QUESTION = re.compile(r"^(what|how|why|which|who|whose|where|when|is|are|was|were|do|does|did|can|could|will|would|should|shall|may|must|am|has|have)\b|, (what|how|why|which|who|where|can|does|is)\b", re.I)
_I = re.compile(r"\bi(?=\b(?!\w))(?!-|\.)")
_NEIGHBOURS = {"a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x"}
_SMALL = {"a", "an", "the", "do", "does", "is", "are", "i", "to", "of", "for", "it", "my", "me", "in"}


def slip(word, rng):
    """A word with one slip of the finger."""
    i = rng.randrange(len(word) - 1)
    kind = rng.random()
    if kind < 0.35:
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    if kind < 0.65:
        return word[:i] + word[i + 1 :]
    if kind < 0.8:
        return word[:i] + word[i] + word[i:]
    near = _NEIGHBOURS.get(word[i].lower())
    return word[:i] + rng.choice(near) + word[i + 1 :] if near else word


def slips(text, rng, n):
    """Slips in words of letters; names of types, flags and numbers stay whole."""
    words = text.split(" ")
    able = [i for i, word in enumerate(words) if len(word) > 3 and word.isalpha() and word[1:].islower()]
    for _ in range(min(n, len(able))):
        i = rng.choice(able)
        words[i] = slip(words[i], rng)
    return " ".join(words)


def drop_small_words(text, rng):
    words = text.split(" ")
    able = [i for i, word in enumerate(words) if word in _SMALL]
    if len(words) < 5 or not able:
        return text
    gone = {rng.choice(able) for _ in range(rng.choice([1, 1, 2]))}
    return " ".join(word for i, word in enumerate(words) if i not in gone)


_FILLERS = _SMALL | set("""and or but what how why which who when where that this these those there here you your we our one with without on at by from into as if then than
so be been am was were will would can could should must may shall not no yes please tell me give show get have has had want need like use make let say know think just only also even
very really too more most some any all about again now ever still always what's it's i'm don't does doesn't is isn't anyway exactly actually""".split())


def only_key_words(text, rng):
    """What somebody types into a search field: the words that matter, sometimes in another order."""
    kept = [word for word in text.replace(",", "").replace("?", "").split(" ") if word not in _FILLERS]
    if len(kept) < 2:
        return text
    if rng.random() < 0.4:
        i = rng.randrange(len(kept))
        kept = kept[i:] + kept[:i]
    return " ".join(kept)


def other_word(text, rng, keep):
    """One word that does not matter replaced by one that has nothing to do with it."""
    words = text.split(" ")
    able = [i for i, word in enumerate(words) if word.isalpha() and word not in keep and word not in _FILLERS and word.islower()]
    if not able or len(words) < 5:
        return text
    i = rng.choice(able)
    words[i] = w.invented(rng, 1, 2) if rng.random() < 0.3 else rng.choice(w.NOUNS + w.TRAITS + w.THINGS)
    return " ".join(words)


def loosened(text, rng, keep):
    """Changes a question so that its grammar is of no help: a model must go by the words that matter."""
    roll = rng.random()
    if roll < 0.06:
        return only_key_words(text, rng)
    if roll < 0.12:
        return other_word(text, rng, keep)
    if roll < 0.19:
        return _aside(rng) + " " + text
    if roll < 0.205:
        return text + ". " + _aside(rng)
    return text


def _aside(rng):
    text = say(rng.choice(ASIDES), rng)
    return " ".join(rng.choice(w.NOUNS) if word == "X" else rng.choice(w.GIRLS + w.BOYS) if word == "N" else rng.choice(w.CITIES) if word == "C" else word for word in text.replace(".", " .").split(" ")).replace(" .", ".")


def punctuated(text, rng):
    if text[-1:] in ".?!:)":
        return text
    if _QUESTION.search(text):
        return text + rng.choices(["?", "", "??", ".", "?!", " ?"], [58, 34, 2, 2, 1, 3])[0]
    if len(text.split(" ")) < 4:
        return text + rng.choices(["", "?", ".", "!"], [66, 26, 6, 2])[0]
    return text + rng.choices(["", ".", "?", "!"], [52, 34, 8, 6])[0]


def sentence_case(text):
    text = _I.sub("I", text)
    return text[:1].upper() + text[1:] if not text.startswith(("siskin run", "siskin chat")) else text


def typed(text, rng, exact=False):
    """exact: no words are added or changed, for requests whose names the answer must copy."""
    if not exact:
        if rng.random() < 0.06:
            text = drop_small_words(text, rng)
        if rng.random() < 0.2:
            text = rng.choice(OPENERS) + text
        if rng.random() < 0.1 and text[-1:] not in ".?!":
            text += rng.choice(CLOSERS)
        roll = rng.random()
        if roll < 0.13:
            text = slips(text, rng, 1 if roll < 0.1 else 2)
    elif rng.random() < 0.1:
        text = rng.choice(["please ", "hi, ", "hello! ", "ok, ", "now ", "and now ", "so, ", "hey, "]) + text
    text = punctuated(text, rng)
    roll = rng.random()
    if roll < 0.52:
        return sentence_case(text)
    if roll < 0.57 and not exact:
        return text.lower()
    if roll < 0.575 and not exact and len(text) < 60:
        return text.upper()
    return text
