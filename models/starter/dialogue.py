"""Conversations: single questions, follow-ups, talks over several turns."""

import re

import memory
import noise
import phrases
import smalltalk
import stories
import story_requests
import story_situations
import topics_commands  # noqa: F401  the topics register themselves
import topics_ideas  # noqa: F401
import topics_scripts  # noqa: F401
import topics_siskin  # noqa: F401
import topics_use  # noqa: F401
import topics_writing  # noqa: F401
import topics_more  # noqa: F401  and more ways to ask for them
import asked_of_commands  # noqa: F401
import asked_of_models  # noqa: F401
import asked_of_siskin  # noqa: F401
from grammar import say
from topic import TOPICS

WEIGHTS = [t.weight for t in TOPICS]


def question_frames(t):
    """All phrases that ask for a topic, grouped: [(weight, [phrase, …]), …]."""
    def put(frames, slot, text):
        return [re.sub(r"\b%s\b" % slot, lambda _: "{" + text + "}", frame) for frame in frames]

    groups = []
    if t.thing:
        groups.append((3, put(phrases.DEFINE, "X", t.thing)))
    if t.do:
        groups.append((4, put(phrases.HOWTO, "V", t.do)))
    if t.trouble:
        groups.append((4, put(phrases.TROUBLE, "S", t.trouble)))
    if t.flag:
        groups.append((3, put(phrases.FLAG, "F", t.flag)))
    if t.setting:
        groups.append((2, put(phrases.DEFAULT, "N", t.setting)))
    if t.ask:
        groups.append((5, t.ask))
    if t.keys:
        groups.append((0.8, [t.keys]))
    return groups


_FRAMES = {}


def ask(t, rng):
    groups = _FRAMES.get(t.name)
    if groups is None:
        groups = _FRAMES[t.name] = question_frames(t)
    group = rng.choices([g for _, g in groups], [n for n, _ in groups])[0]
    return say(rng.choice(group), rng)


_KEY_WORDS = {}


def key_words(t):
    """Words that a question for the topic cannot do without."""
    if t.name not in _KEY_WORDS:
        _KEY_WORDS[t.name] = set(re.findall(r"[a-z]{3,}", " ".join((t.name, t.keys, t.thing, t.flag, t.setting)).lower()))
    return _KEY_WORDS[t.name]


def answer(t, rng):
    return t.a[0] if len(t.a) == 1 or rng.random() < 0.65 else rng.choice(t.a[1:])


def pick_topic(rng):
    return rng.choices(TOPICS, WEIGHTS)[0]


def turn(question, reply):
    return [{"role": "user", "content": question}, {"role": "assistant", "content": reply}]


# ---- One question ----

def question(rng, t=None):
    t = t or pick_topic(rng)
    text = noise.loosened(ask(t, rng), rng, key_words(t))
    return turn(noise.typed(text, rng), answer(t, rng))


def amount(rng):
    text, reply, _ = memory.draw(rng)
    return turn(noise.typed(text, rng), reply)


def story(rng):
    text, reply = (story_situations.situation if rng.random() < 0.4 else story_requests.story)(rng)
    return turn(noise.typed(text, rng, exact=True), reply)


def unknown(rng):
    text, reply = smalltalk.unknown(rng)
    return turn(noise.typed(noise.loosened(text, rng, ()), rng), reply)


def near_miss(rng):
    text, reply = smalltalk.near_miss(rng)
    return turn(noise.typed(text, rng, exact=True), reply)


def greeting(rng):
    text, reply = smalltalk.greeting(rng)
    return turn(noise.typed(text, rng, exact=True), reply)


# ---- Follow-ups ----

FOLLOW = {
    "more": "[please] tell me [a bit|a little|] more [about it|about that|please]|more|more details [please]|more about {that|it}|{can|could} you {say|tell me|explain} more [about it|about that]|go on|and [what] else|anything else [i should know]|is there more [to it|to know]|what else|{explain|describe} it [a bit] more|give me more [details|information]|what more is there|i want to know more [about it]|continue|and then|details",
    "why": "why|why is that|why so|but why|and why|how come|why is it so|what is the reason [for that]|can you tell me why|what for|for what reason|and why is that|why [does|is] it [like] that|explain why|what's the reason|why though",
    "example": "[give me] an example [please]|example|{can|could} you {give|show} [me] an example|show me [an example|how]|{what does|how does} it look [like]|for example|how does that look in practice|how do i {type|write} {that|it}|what would i type|what do i [have to] type [exactly]|an example would help|what is the exact command|can i see {an example|the command}|and in practice",
    "how": "how|how do i do that|and how|how does that work|how exactly|how do i do it|what do i [have to] do|what do i [have to] type|and how do i do that|how can i do that|how is that done|please explain how|tell me how|what exactly should i do",
    "value": "what is the default [value]|and the default|default|what is it {by default|normally|set to}|which value does it have|what is the {usual|normal|standard} value|what number is it normally|{and|} what is the standard|and without it|what if i {leave it out|don't give it|don't set it}",
}
NO_MORE = "That is all I know about it. siskin COMMAND --help tells more about flags, and a bigger model can explain more."
NO_WHY = "I do not know the reason. I am a very small model."


def follow_up(t, rng):
    """A question that makes sense only after the topic, and its answer; None where there is none."""
    known = [key for key in FOLLOW if getattr(t, key)]
    if rng.random() < 0.12:
        key = rng.choice(["more", "why"])
        if key not in known:
            return turn(noise.typed(say(FOLLOW[key], rng), rng, exact=True), NO_MORE if key == "more" else NO_WHY)
    if not known:
        return None
    key = rng.choice(known)
    text = getattr(t, key)
    if key == "example":
        text = "For example: " + text
    if key == "value":
        text = f"The default is {text}."
    return turn(noise.typed(say(FOLLOW[key], rng), rng, exact=True), text)


def question_and_more(rng):
    while True:
        t = pick_topic(rng)
        more = follow_up(t, rng)
        if more:
            return question(rng, t) + more


AND_TYPE = "and {at|in|with} T|what about T|and T|T?|how about T|and how much {at|in|with} T|{at|in|with} T|and if i {take|use} T|what if i {take|use} T|and the same {at|in|with} T|now {at|in|with} T|and {at|in|with} T, how much is it|what does it need {at|in|with} T|T instead"
AND_SIZE = "and A [model]|what about A [model]|and S|S?|how about A [model]|and for A [model]|and if i take A [model]|what if i take A [model]|the same for A [model]|now A [model]|and how much for A [model]|A [model] instead"
AND_RAM = "does {it|that} fit in[to] R|is R enough [for it|for that|]|will {it|that} fit in[to] R|and with R|can i run {it|that} with R|i have R, {does it fit|is that enough|does that work}|so R is {enough|too little}|R will do, right|does that work {on|with} R"


def amounts(rng):
    """A question of memory, and what if it were another type, another size, or a certain machine."""
    text, reply, about = memory.draw(rng, rng.choice(["need", "need_type", "need_type"]))
    out = turn(noise.typed(text, rng), reply)
    size, type_name = about["size"], about.get("type")
    for _ in range(rng.choice([1, 1, 2])):
        kind = rng.choice(["type", "size", "ram"])
        if kind == "type":
            type_name, spelled = memory.typed(rng)
            text, reply = memory._fill(AND_TYPE, rng, T=spelled), memory.answer_need_type(size, type_name)
        elif kind == "size":
            size, spelled = memory.sized(rng)
            text = memory._fill(AND_SIZE, rng, **memory._slots(rng, size, spelled))
            reply = memory.answer_need_type(size, type_name) if type_name else memory.answer_need(size)
        else:
            ram = memory.pick(memory.RAMS, rng)
            text, reply = memory._fill(AND_RAM, rng, R=memory.spell_ram(ram, rng)), memory.answer_fit(size, type_name or "Q4_K_M", ram)
        out += turn(noise.typed(text, rng, exact=True), reply)
    return out


AND_STORY = ["another one", "one more", "another story", "again", "one more, {about|with} X", "another one {about|with} X", "and now {about|with} X", "now one {about|with} X", "the next one {about|with} X", "can i have another one, {about|with} X", "and X", "a different one", "and a story {about|with} X", "more stories", "more", "do you have another one"]


def story_talk(rng):
    out = story(rng)
    for _ in range(rng.choice([1, 1, 2])):
        frame = rng.choice(AND_STORY)
        about, text = story_requests.wish(rng)[:2] if "X" in frame else ("", stories.tell(rng))
        asked = say(frame, rng)
        out += turn(noise.typed(re.sub(r"\bX\b", lambda _: about, asked), rng, exact=True), text)
    return out


# ---- Talks ----

def introduced(rng):
    text, reply, name = smalltalk.introduction(rng)
    out = turn(noise.typed(text, rng, exact=True), reply)
    for _ in range(rng.choice([0, 0, 1, 2])):
        out += rng.choice([question, question, amount, unknown])(rng)
    if rng.random() < 0.7:
        out += turn(noise.typed(rng.choice(smalltalk.ASK_MY_NAME), rng, exact=True), f"Your name is {name}.")
    return out


def nameless(rng):
    return turn(noise.typed(rng.choice(smalltalk.ASK_MY_NAME), rng, exact=True), "You have not told me your name yet.")


def part(rng):
    """A piece of a longer talk."""
    makers = [question, question_and_more, amount, amounts, unknown, greeting, story]
    return rng.choices(makers, [40, 12, 12, 5, 14, 10, 3])[0](rng)


def talk(rng):
    out = greeting(rng) if rng.random() < 0.3 else []
    for _ in range(rng.randint(2, 3)):
        out += part(rng)
    return out


LONG = 3000  # characters, about 850 tokens: what still fits into the context of 1,024


def long_talk(rng):
    out = talk(rng)
    goal = rng.randint(1000, LONG)
    while sum(len(m["content"]) + 25 for m in out) < goal:
        out += part(rng)
    return out


# ---- System messages ----

SYSTEM = """You are a helpful assistant.|You are a friendly assistant.|You are helpful and honest.|You are siskin's starter model.|Answer the questions of the user.|You are an assistant that knows siskin.|Be polite.|Help the user.|You are a patient teacher.
You are an expert for language models.|Answer correctly.|You are a bot.|Today is Monday.|The user is a beginner.|You speak English.|You are an AI assistant.|Speak like a pirate.|Do your best.|You are a chat assistant who is always friendly.|Be honest. If you do not know something, say so."""
SYSTEM = [line for line in SYSTEM.replace("\n", "|").split("|")]
BRIEF = ["Answer in one sentence.", "Be brief.", "Answer briefly.", "Use only one sentence.", "Keep your answers short.", "Short answers only.", "You are brief: one sentence is enough.", "Reply in one short sentence."]
TELLER = ["You tell stories to children.", "You are a storyteller.", "You tell little bedtime stories.", "You are a kind grandmother who tells stories.", "Tell stories for children."]
PERSONA = ["Your name is N.", "You are N, a friendly assistant.", "You are N.", "You are called N.", "Act as N.", "You are a helpful assistant named N.", "Your name is N and you are very polite.", "You are N, an assistant for siskin."]
WHO = "who are you|what is your name|what's your name|who am i talking to|tell me your name|your name|introduce yourself|do you have a name|how should i call you|what are you called|who is this"

_SENTENCE = re.compile(r"[.!?](?= [A-Z])")


def first_sentence(text):
    end = _SENTENCE.search(text)
    return text[: end.start() + 1] if end else text


def with_system(rng):
    kind = rng.choices(["any", "brief", "teller", "persona"], [50, 22, 8, 20])[0]
    if kind == "brief":
        messages, system = rng.choice([question, question, question, amount])(rng), rng.choice(BRIEF)
        for m in messages:
            if m["role"] == "assistant":
                m["content"] = first_sentence(m["content"])
    elif kind == "teller":
        messages, system = story(rng), rng.choice(TELLER)
    elif kind == "persona":
        name = smalltalk.any_name(rng)
        system = rng.choice(PERSONA).replace("N", name)
        messages = turn(noise.typed(rng.choice(["hi", "hello", "hey", "good morning", "hi there"]), rng, exact=True), f"Hello! I am {name}. What would you like to know?") if rng.random() < 0.25 else []
        messages += turn(noise.typed(say(WHO, rng), rng, exact=True), f"My name is {name}. I can tell you about siskin and about running models, and I can tell little stories.")
        if rng.random() < 0.4:
            messages += question(rng)
    else:
        messages, system = part(rng), rng.choice(SYSTEM)
    return [{"role": "system", "content": system}] + messages


KINDS = {  # maker, how many of a hundred conversations
    "question": (question, 41), "follow-up": (question_and_more, 9), "amount": (amount, 9), "amounts": (amounts, 4), "story": (story, 18), "stories": (story_talk, 1.6),
    "unknown": (unknown, 11), "near miss": (near_miss, 1.3), "greeting": (greeting, 1.5), "introduced": (introduced, 1), "nameless": (nameless, 0.2),
    "talk": (talk, 4), "long talk": (long_talk, 0.8), "system": (with_system, 5),
}


def conversation(rng, kind=None):
    kind = kind or rng.choices(list(KINDS), [n for _, n in KINDS.values()])[0]
    return kind, KINDS[kind][0](rng)
