"""Requests that say what is the case and want a story of it: "Pip is a baker. He has lost a spoon. What happened then?"

Of the parts (somebody, what they do, what is asked for) there are so many that the model has to find out by itself who a
request is about, instead of learning where in a phrase the name stands.
"""

import re

import story_words as sw
import words as w
from grammar import say
from stories import PRONOUNS, Who, child, creature, movable_thing, plural, some_thing, tell, two_names_differ
from story_requests import a_place, kind_said, named
from words import article

LIVES = ["lives", "lived", "sits", "works", "plays", "hides", "sleeps", "waits", "was born", "dances", "got lost", "goes for a walk", "is on holiday"]
MOVES = ["walks through", "runs through", "flies over", "travels to", "sails to", "comes to", "moves to", "flew to", "came from", "dreams of", "visits", "leaves", "likes", "went to", "arrives in", "is far from", "wants to see"]
HOLDS = ["found", "has found", "has", "lost", "has lost", "wants", "would like", "was given", "has broken", "is looking for", "made", "carries", "hid", "bought", "borrowed", "painted", "got", "forgot", "owns", "wished for", "sold", "sees", "repairs", "guards", "won", "misses", "needs"]
LIKES = ["loves", "likes", "collects", "adores", "dreams of", "draws", "plays with", "thinks only of", "is mad about", "knows all about", "is afraid of", "never saw any"]
MEETS = ["rides", "meets", "has", "met", "saw", "visits", "feeds", "is friends with", "lives with", "quarrels with", "helps", "is looking for", "found", "wants", "plays with", "is afraid of", "dances with", "takes care of", "travels with", "caught", "draws", "follows", "waits for", "sings with"]
TOGETHER = ["are good friends", "meet", "live together", "share a house", "quarrel", "make peace", "go on a journey", "play together", "help each other", "get lost", "go for a walk", "are neighbours", "have a race", "build a house", "want to see the sea", "look for a home", "talk all night", "are never bored", "want the same thing"]
DOES = """cannot sleep|is sad today|woke up too early|wants to fly|could not sing|has no friends|wants to be bigger|is always late|never laughs|got lost|is hungry|is alone|runs away|is too small|has a birthday|is very shy|can talk|cannot swim|fell down|learns to dance|has a secret|
is tired of everything|rolls down the hill|stopped working|did not want to get up|wished to be something else|can be gentle|can be brave|is not as bad as they say|goes to school|was left behind|travels alone|would not stop crying|saved the day|knows the way|came back|waits for spring|is {three|four|five|six|seven|eight} years old""".replace("\n", "")
INTRODUCED = "N is K|N is K|N, K|there is K named N|K is called N|the name is N, and N is K|N is the name of K|meet N, K|N was K|we have K, N|N, who is K"
SETTING = ["at night", "one evening", "in summer", "in winter", "every morning", "on Monday", "today", "once", "in the old days", "far away", "tomorrow", "after school", "in spring", "last night", "on a rainy day"]

OF_IT = """{tell|write|make|invent|spin|give} {me|us} {a|the|one} [short|little|nice|good] {story|tale} {of|about|from|on} {it|that|this}|{make|build|shape} {a|one} [short|little] {story|tale} {of|from|out of} {it|that|this}|what is the story|what happened [next|then]|and then|how does {it|the story|the tale} {go|go on|continue|end}|[and] now [for] {a|the} {story|tale}|
{could|can|will} you {make|tell|write|invent} {a|the} {story|tale} {of|about|out of} {it|that|this}|{i|we} want {the whole story|to hear it all|a story of that|the story}|let {us|me} hear {it|the story|that story|all of it}|turn {it|this|that} into a {story|tale}|{write|tell} it {down|up} as a {story|tale}|that {needs|calls for|wants} a {story|tale}|
{story|tale}|a {story|tale} of {it|that|this}|{here is|that's} your {beginning|start}|continue the story|{what|which} {story|tale} {comes|can come} {of it|from that|to your mind}|is that {enough|good} for a story|{do|can} you have a story {of|for} {it|that}|is there {a|any} story {about|to} {it|that|this}|
{use|take} {it|that|this} for a {story|tale}|i {need|want|would like|wish for} a story of {it|that|this}|{tell|say} what {happens|happened|comes next}|why? tell {me|us} in a story|{make|let} {it|that|this} {be|become} {a|your|the} [next] story|that is {what|all} the story should be about|the story [of that] please""".replace("\n", "")
OF_WHOM = """{tell|write|make|invent} [me|us] {a story about HIM|HIS story|a story for HIM|a story with HIM in it}|HE {must|shall} be {in the story|in your story|the hero}|HE {would like|asks you for|would love|asks for} a story [about HIMSELF]|{everybody|everyone|the whole class} {waits for|asks for} HIS story|what {happens|happened} to HIM|{write|tell} HIM a story|a story {for|about|with} HIM, please|what is HIS story""".replace("\n", "")
# F stands for what is the case, ASK for one of the two above.
WITHIN = """{tell|write|make up|invent|give us|give me|i want|we want|i'd like|can you tell|could you write|please tell} a [short|little|new|bedtime] {story|tale} {in which|where|about how|that says how} F|{a|one} {story|tale} {in which|where} F|{tell|show|explain to} {me|us} {how|what happens when|what happened when} F, {as|in} a story|{what happens|what happened} when F? {a story|tell a story|as a story}|{imagine|suppose|say|let's say|picture this:|think:} F. ASK|story: F|
{one day|there is a story in which|they say that|i heard that|did you know? it is said that|my {son|daughter|grandma|friend} says that|in my dream|in the news:|it is true:} F. ASK|{make|let} it {a story|so} that F|{how|why} is it that F? {answer|tell|explain} {with|in} a story|the {first|last} {line|sentence} {is|should be}: F. ASK""".replace("\n", "")
# L stands for two or three things or beings.
OF_WORDS = """{make|tell|write|build|invent|spin} [me|us] a [short|little] {story|tale} {out of|with|using} {the words|the following|this list}: L|{words|ingredients|characters|for the story|in the story}: L. ASK|{use|take|mix|put together|combine} L {in|for|into} {a|one} {story|tale}|L - {story|story please|make a story}|a {story|tale}: L|i {give you|have|say} L. ASK|
{a story|the story} must {have|contain|mention|include} L|{can|could} you {connect|use|join} L in a {story|tale}|L. ASK""".replace("\n", "")


def filled(frame, slots, rng):
    """A way to say a frame, with texts instead of the words that are slots."""
    return re.sub(r"\b(" + "|".join(slots) + r")\b", lambda m: slots[m.group(1)], say(frame, rng))


def somebody(rng):
    """How a request calls its hero, pronouns, and what the story has to be about, as tell() takes it."""
    roll = rng.random()
    if roll < 0.35:
        who = child(rng, True)
        if rng.random() < 0.35:
            who = Who(rng, rng.choice(w.BEINGS + sw.BEINGS), who.name, who.sex)
        return who.name, PRONOUNS[who.sex], {"hero": who}
    if roll < 0.55:
        who = creature(rng, True, True)
        return rng.choice([named(who, rng), f"{who.name} the {who.kind}", who.name]), PRONOUNS[who.sex], {"hero": who}
    if roll < 0.82:
        who = creature(rng, False, True)
        return rng.choice([kind_said(who, rng), f"{article(who.kind)} {who.kind}", f"{rng.choice(['this', 'our', 'my', 'that', 'the'])} {who.kind}"]), PRONOUNS[who.sex], {"hero": who}
    thing = some_thing(rng, True)
    return f"{rng.choice([article(thing), article(thing), 'the', 'this', 'my', 'that'])} {thing}", PRONOUNS["n"], {"thing": thing}


def introduction(said, parts, rng):
    """What somebody is of whom only the name was said; otherwise nothing."""
    who = parts.get("hero")
    if not who or not who.kind or who.kind in said:
        return []
    return [filled(INTRODUCED, {"N": who.name, "K": f"{article(who.kind)} {who.kind}"}, rng)]


def deed(said, parts, rng):
    """What somebody does, and what else the story needs for it: Anna rides a pony."""
    roll = rng.random()
    if roll < 0.2 or (roll < 0.5 and "thing" in parts):
        place = a_place(rng)[1]
        verb = rng.choice(LIVES)
        return rng.choice([f"{said} {verb} {place}", f"{said} {verb} {place}", f"{place} {verb} {said}"]), {"place": place}
    if roll < 0.3 or "thing" in parts:
        return f"{said} {say(DOES, rng)}", {}
    if roll < 0.45:
        shown, place = a_place(rng)
        return f"{said} {rng.choice(MOVES)} {shown}", {"place": place}
    if roll < 0.65:
        thing = movable_thing(rng)
        return f"{said} {rng.choice(HOLDS)} {article(thing)} {thing}", {"thing": thing}
    if roll < 0.78:
        thing = movable_thing(rng)
        return f"{said} {rng.choice(LIKES)} {plural(thing)}", {"thing": thing}
    other = creature(rng, rng.random() < 0.2, True)
    two_names_differ(parts["hero"], other, rng)
    return f"{said} {rng.choice(MEETS)} {named(other, rng) if other.name else article(other.kind) + ' ' + other.kind}", {"friend": other}


def two(rng):
    """Two beings, how a request calls them, and what the story needs."""
    hero, friend = creature(rng, rng.random() < 0.3, True), creature(rng, rng.random() < 0.3, True)
    two_names_differ(hero, friend, rng)
    return [named(who, rng) if who.name else f"{rng.choice([article(who.kind), article(who.kind), 'the'])} {who.kind}" for who in (hero, friend)], {"hero": hero, "friend": friend}


def ending(pronouns, rng):
    """What is asked for after it was said what is the case."""
    if rng.random() < 0.7 or pronouns[0] == "they":
        return say(OF_IT, rng)
    return filled(OF_WHOM, dict(zip(("HE", "HIM", "HIS", "HIMSELF"), pronouns)), rng)


def of_words(rng):
    """A request for a story out of some words."""
    hero = creature(rng, False, True)
    hero.trait = ""
    parts, said = {"hero": hero}, [hero.kind]
    if rng.random() < 0.5:
        parts["thing"] = movable_thing(rng)
        said.append(parts["thing"])
    else:
        parts["friend"] = creature(rng, False, True)
        parts["friend"].trait = ""
        said.append(parts["friend"].kind)
    if rng.random() < 0.4:
        shown, parts["place"] = a_place(rng)
        said.append(shown)
    text = tell(rng, **parts)
    rng.shuffle(said)
    if rng.random() < 0.3:
        said = [one if one[:1].isupper() or " of " in one else article(one) + " " + one for one in said]
    listed = rng.choice([", ", ", ", " + ", " - ", "; "]).join(said) if rng.random() < 0.6 else ", ".join(said[:-1]) + " and " + said[-1]
    return filled(OF_WORDS, {"L": listed, "ASK": say(OF_IT, rng)}, rng), text


def capital(text):
    return text[:1].upper() + text[1:]


def situation(rng):
    """A request that says what is the case, and the story."""
    if rng.random() < 0.12:
        return of_words(rng)
    if rng.random() < 0.15:
        (one, other), parts = two(rng)
        pronouns, facts = ("they", "them", "their", "themselves"), [f"{one} and {other} {rng.choice(TOGETHER)}"]
    else:
        said, pronouns, parts = somebody(rng)
        facts = introduction(said, parts, rng)
        if not facts or rng.random() < 0.6:
            fact, more = deed(pronouns[0] if facts and rng.random() < 0.7 else said, parts, rng)
            facts.append(fact)
            parts.update(more)
    text = tell(rng, **parts)
    asked = ending(pronouns, rng)
    if len(facts) == 1 and rng.random() < 0.35:
        return filled(WITHIN, {"F": facts[0], "ASK": asked}, rng), text
    if rng.random() < 0.15:
        facts[0] = f"{rng.choice(SETTING)} {facts[0]}"
    facts = [capital(fact) if rng.random() < 0.9 else fact for fact in facts]
    if rng.random() < 0.2:
        return asked + rng.choice([": ", ". ", ", "]) + ". ".join(facts), text
    return "".join(fact + rng.choice([". ", ". ", ". ", ", ", "! ", "; ", " - ", ": "]) for fact in facts) + (capital(asked) if rng.random() < 0.8 else asked), text
