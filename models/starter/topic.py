"""What the model knows: one Topic per thing, with the ways people ask for it and what to answer."""

import json
import pathlib
from dataclasses import dataclass, field

FACTS = json.loads((pathlib.Path(__file__).parent / "facts.json").read_text())


def has(command):
    """Whether siskin has this command."""
    return command in FACTS["commands"]


def default(flag):
    return FACTS["flags"][flag]["default"]


def names(flag):
    """The spellings of a flag."""
    return FACTS["flags"][flag]["names"]


@dataclass
class Topic:
    name: str
    a: list  # answers that mean the same; the first is the usual one
    thing: str = ""  # noun phrases, for the frames of phrases.DEFINE
    do: str = ""  # verb phrases in the infinitive, for HOWTO
    trouble: str = ""  # clauses, for TROUBLE
    flag: str = ""  # spellings of a flag, for FLAG
    setting: str = ""  # noun phrases, for DEFAULT
    ask: list = field(default_factory=list)  # whole questions
    keys: str = ""  # key words alone
    # What follow-up questions get:
    more: str = ""
    why: str = ""
    example: str = ""
    how: str = ""
    value: str = ""  # of the default
    weight: float = 1.0


TOPICS = []


def topic(name, *a, **fields):
    TOPICS.append(Topic(name, list(a), **fields))
