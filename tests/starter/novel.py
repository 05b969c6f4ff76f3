#!/usr/bin/env python3
"""Shows that no test question is one that the corpus can contain.

Every phrase of the corpus is turned into a regular expression; words around a question are taken off first, and spelling,
capitals and punctuation do not count. Prints the questions that match, and exits with 1 if there are any.
"""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent / "models" / "starter"))

import dialogue  # noqa: E402
import memory  # noqa: E402
import phrases  # noqa: E402
import smalltalk  # noqa: E402
import story_requests  # noqa: E402
import story_situations as situations  # noqa: E402
import words  # noqa: E402
from grammar import normalized, phrase  # noqa: E402
from stories import PRONOUNS  # noqa: E402
from topic import TOPICS  # noqa: E402

ANY = r"[\w\-./ ]{1,60}"  # a name
# What a story can be about: a fox, a fox named Pip, Anna and a red ball in the forest
SOME = r"[\w'-]+(?: [\w'-]+){0,3}"
WISH = rf"{SOME}(?: (?:named|called|with the name|whose name is|and|with|who finds|who has|who lives|from|in|on|at|by|under) {SOME}){{0,2}}"


def one_of(phrases):
    return "(?:" + "|".join(phrase(text).regex() for text in phrases) + ")"


def situation():
    """What a request can say is the case, in words that stand for many others, with what it then asks for."""
    word = r"(?!(?:is|are|was|please|make|tell|let|who|which|they|there|it|its|his|her|me|story|tale|of|for|to|your|with|should|shall|must|maybe|could|you)\b)[\w'-]+"
    some = rf"(?:{word}(?: {word}){{0,3}})"
    what = rf"(?:{some}(?: of {word})?(?: (?:named|called|with the name|whose name is) {word})?)"
    who = f"(?:{what}|he|she|it)"
    lives = one_of(situations.LIVES)
    deeds = [f"{who} {lives} {what}", f"{what} {lives} {who}", f"{who} {one_of(situations.DOES.split('|is {')[0].split('|'))}"]
    deeds += [f"{who} {one_of(verbs)} {what}" for verbs in (situations.MOVES, situations.HOLDS, situations.LIKES, situations.MEETS)]
    deeds += [f"{who} and {who} {one_of(situations.TOGETHER)}", with_slots(situations.INTRODUCED, {"N": word, "K": what})]
    facts = rf"(?:{one_of(situations.SETTING)} )?(?:{'|'.join(deeds)})(?: (?:{'|'.join(deeds)}))?"
    him = {slot: "(?:" + "|".join(forms) + ")" for slot, forms in zip(("HE", "HIM", "HIS", "HIMSELF"), zip(*PRONOUNS.values()))}
    asked = f"(?:{phrase(situations.OF_IT).regex()}|{with_slots(situations.OF_WHOM, him)})"
    yield f"(?:{facts}) {asked}|{asked} (?:{facts})"
    yield with_slots(situations.WITHIN, {"F": f"(?:{facts})", "ASK": asked})
    yield with_slots(situations.OF_WORDS, {"L": rf"{what}(?: {what}){{1,2}}", "ASK": asked})


def recognizers():
    for t in TOPICS:
        frames = [frame for _, group in dialogue.question_frames(t) for frame in group]
        yield t.name, "|".join(phrase(frame).regex() for frame in frames)
    yield "memory", "|".join(phrase(frame).regex() for frame in memory.frames())
    for frames, name in ((story_requests.ABOUT, "story"), (story_requests.ANY, "story")):
        yield name, "|".join(with_slots(frame, {"X": WISH}) for frame in frames)
    yield "situation", "|".join(situation())
    slots = {"K": words.COUNTRIES, "C": words.CITIES, "P": words.PEOPLE, "F": words.FOODS, "X": words.SCIENCE, "S": words.SUBJECTS, "I": words.ILLS, "W": words.WORKS, "E": words.EVENTS, "O": words.OBJECTS,
             "R": words.CODE, "L": words.LANGUAGES, "H": words.PHRASES, "M": words.ANIMALS, "B": [a + "s" for a in words.ANIMALS], "Y": words.THINGS, "Z": words.NOUNS}
    slots = {letter: "(?:" + "|".join(re.escape(normalized(word)) for word in found) + ")" for letter, found in slots.items()}
    slots.update(N=r"\d+", Q=ANY)
    yield "unknown", "|".join(with_slots(frame, slots) for frame in smalltalk.UNKNOWN_FRAMES)
    yield "small talk", "|".join(phrase(said.replace(":)", "").replace(":-)", "")).regex() for said, _ in smalltalk.GREETINGS)


def with_slots(frame, slots):
    """The expression of a frame whose words in capitals stand for others."""
    marked = re.sub(r"\b([A-Z]+)(s?)\b", lambda m: f"qq{m.group(1)}qq{m.group(2)}" if m.group(1) in slots else m.group(0), frame)
    return re.sub("qq([a-z]+?)qq", lambda m: slots[m.group(1).upper()], phrase(marked).regex())


def without_frame_words(question):
    """The question, and what remains when words before and after it are taken off."""
    openers = sorted({normalized(text) for text in phrases.OPENERS}, key=len, reverse=True)
    closers = sorted({normalized(text) for text in phrases.CLOSERS}, key=len, reverse=True)
    found = {question}
    for _ in range(2):
        for text in list(found):
            found.update(text[len(o) + 1 :] for o in openers if o and text.startswith(o + " "))
            found.update(text[: -len(c) - 1] for c in closers if c and text.endswith(" " + c))
    return found


def main():
    compiled = [(name, re.compile(pattern)) for name, pattern in recognizers()]
    known = 0
    for path in sorted(HERE.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            question = json.loads(line)["question"]
            for name, pattern in compiled:
                if any(pattern.fullmatch(text) for text in without_frame_words(normalized(question))):
                    print(f"{path.name}: \"{question}\" can be in the corpus ({name})")
                    known += 1
    print(f"{known} questions can be in the corpus")
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main())
