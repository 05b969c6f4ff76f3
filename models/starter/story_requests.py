"""How people ask for a story, and the story that they get.

Here those that ask for "a story about X"; those that tell first what is the case are in story_situations.py.
"""

import re

import story_words as sw
import words as w
from grammar import say
from stories import PLACES, THEMES, Who, child, creature, creature_name, invented_name, is_fixed, movable_thing, place_phrase, plural, some_thing, tell, two_names_differ
from words import article


def named(who, rng):
    """How people name somebody with kind and name."""
    a = article(who.kind) + " " + who.kind
    if rng.random() < 0.3:
        who.trait = rng.choice(sw.TRAITS)
        a = article(who.trait) + " " + who.trait + " " + who.kind
        return f"{a} {rng.choice(['named', 'called', 'with the name', 'whose name is'])} {who.name}"
    return rng.choice([f"{a} {rng.choice(['named', 'called', 'with the name', 'whose name is'])} {who.name}", f"{a} named {who.name}", f"{a} called {who.name}", f"{who.name} the {who.kind}", f"the {who.kind} {who.name}", f"my {who.kind} {who.name}", f"{who.name}, {a}"])


def kind_said(who, rng):
    """How people ask for a kind: a fox, the fox, a little fox. What they say of it stays with the hero."""
    if who.name:
        who.name = creature_name(rng) if rng.random() < 0.4 else ""
    if rng.random() < 0.5:
        who.trait = rng.choice(sw.TRAITS)
        words = who.trait + " " + who.kind
        return article(words) + " " + words
    return rng.choice([article(who.kind) + " " + who.kind] * 5 + ["the " + who.kind, who.kind, "a little " + who.kind])


def _child_said(who, rng):
    word = "girl" if who.sex == "f" else "boy"
    family = "daughter|niece|sister|granddaughter" if who.sex == "f" else "son|nephew|brother|grandson"
    return rng.choice([who.name] * 4 + [f"a {word} named {who.name}", f"a {word} called {who.name}", f"a child named {who.name}", f"my {rng.choice(family.split('|'))} {who.name}", f"my friend {who.name}", f"little {who.name}", f"{who.name}, a {word}"])


def a_place(rng):
    """A place as people say it, and as the story says it."""
    roll = rng.random()
    if roll < 0.3:
        place = rng.choice(list(PLACES))
        return place, place_phrase(place)
    if roll < 0.7:
        where = rng.choices(["in", "on", "by", "under"], [10, 5, 2, 2])[0]
        place = rng.choice(sw.PLACE_NOUNS[where])
        if rng.random() < 0.65:
            place = rng.choice(sw.PLACE_LOOKS) + " " + place
        place = article(place) + " " + place
        return place, where + " " + place
    name = rng.choice(w.COUNTRIES) if roll < 0.76 else rng.choice(w.CITIES) if roll < 0.82 else invented_name(rng)
    if roll > 0.9:
        name = rng.choice(["the town of ", "the village of ", "the land of ", "the kingdom of ", "a town called ", "a village called ", "a land called "]) + name
    return name, "in " + name


# What a story is about, and how often of a hundred.
WISHES = {"kind": 19, "named": 14, "child": 11, "thing": 16, "two": 7, "in place": 8, "with thing": 9, "theme": 3, "place": 2, "children": 2, "person and thing": 5, "thing in place": 2, "two named": 2, "all": 3}


def wish(rng):
    """What a story shall be about, in words; the story; and whether the words name a hero. They fit after "a story about"."""
    kind = rng.choices(list(WISHES), list(WISHES.values()))[0]
    if kind == "kind":
        who = creature(rng, requested=True)
        return kind_said(who, rng), tell(rng, who), True
    if kind == "named":
        who = creature(rng, True, True)
        return named(who, rng), tell(rng, who), True
    if kind == "child":
        who = child(rng, True)
        return _child_said(who, rng), tell(rng, who), True
    if kind == "thing":
        thing = some_thing(rng, True)
        said = rng.choice([article(thing) + " " + thing] * 5 + ["the " + thing, thing])
        if rng.random() < 0.15 and not is_fixed(thing):
            said = f"a child and {article(thing)} {thing}"
            return said, tell(rng, child(rng), thing=thing), True
        return said, tell(rng, thing=thing), True
    if kind == "two":
        who, other = creature(rng, False, True), creature(rng, False, True)
        if rng.random() < 0.2:
            other = Who(rng, who.kind, creature_name(rng))
            who.name = who.name or creature_name(rng)
            two_names_differ(who, other, rng)
            return f"two {plural(who.kind)}", tell(rng, who, other), True
        if rng.random() < 0.2:
            return f"{who.kind} and {other.kind}", tell(rng, who, other), True
        return f"{kind_said(who, rng)} and {kind_said(other, rng)}", tell(rng, who, other), True
    if kind == "two named":
        who, other = creature(rng, True, True), creature(rng, True, True)
        two_names_differ(who, other, rng)
        return f"{named(who, rng)} and {named(other, rng)}", tell(rng, who, other), True
    if kind == "children":
        who, other = child(rng, True), child(rng, True)
        two_names_differ(who, other, rng)
        return f"{who.name} and {other.name}", tell(rng, who, other), True
    if kind == "in place":
        who = creature(rng, requested=True) if rng.random() < 0.7 else child(rng, True)
        said_place, place = a_place(rng)
        said = who.name if not who.kind else kind_said(who, rng) if not who.name or rng.random() < 0.5 else named(who, rng)
        return f"{said} {rng.choice([place, place, place, 'who lives ' + place, 'living ' + place, 'from ' + said_place])}", tell(rng, who, place=place), True
    if kind == "with thing":
        who, thing = creature(rng, requested=True), movable_thing(rng)
        said = kind_said(who, rng) if not who.name or rng.random() < 0.5 else named(who, rng)
        return f"{said} {_having(rng)} {article(thing)} {thing}", tell(rng, who, thing=thing), True
    if kind == "thing in place":
        thing, (_, place) = some_thing(rng, True), a_place(rng)
        return f"{article(thing)} {thing} {place}", tell(rng, thing=thing, place=place), True
    if kind == "all":
        who, thing, (_, place) = child(rng, True) if rng.random() < 0.4 else creature(rng, requested=True), movable_thing(rng), a_place(rng)
        said = who.name if not who.kind else kind_said(who, rng) if not who.name or rng.random() < 0.5 else named(who, rng)
        return f"{said} {_having(rng)} {article(thing)} {thing} {place}", tell(rng, who, thing=thing, place=place), True
    if kind == "person and thing":
        who, other = child(rng, True), creature(rng, requested=True)
        if rng.random() < 0.5:
            said = f"{rng.choice([article(other.kind), 'the', 'her' if who.sex == 'f' else 'his'])} {other.kind}"
            if other.name and rng.random() < 0.5:
                said += " " + other.name
            else:
                other.name = ""
            return f"{who.name} and {said}", tell(rng, who, other), True
        thing = movable_thing(rng)
        return f"{who.name} {_having(rng)} {article(thing)} {thing}", tell(rng, who, thing=thing), True
    if kind == "theme":
        theme = rng.choice(list(THEMES))
        return theme, tell(rng, theme=theme), False
    said, place = a_place(rng)
    return said, tell(rng, place=place), False


def _having(rng):
    return rng.choice(["and", "and", "with", "with", "who finds", "who has", "who loses", "who owns", "who loves", "who wants", "who gets", "who carries"])


ABOUT = [  # X is what the story is about
    "{tell|tell me|tell us|write|write me} a [short|little|nice|funny|new|good] story {about|with|of} X", "a [short|little|nice|funny|bedtime] story {about|with|of} X", "story {about|with|of|:} X", "story: X", "X, a story", "X story",
    "{can|could|would|will} you {tell|write} [me|us] a [short|little|nice] story {about|with} X", "{i want|i'd like|i would like|we want|i need|i wish for} a [short|little] story {about|with} X", "{i want|i'd like|i would like} to {hear|read} a [short|little] story {about|with} X",
    "{please|pls} {tell|write} [me|us] a [little|short] story {about|with} X", "a bedtime story {about|with} X", "tell [me|us] {a bedtime story|a good night story|a fairy tale|a tale|something nice} {about|with} X", "{make up|invent|think up|imagine} a [short|little] story {about|with} X", "do you {know|have} a story {about|with} X",
    "my {daughter|son|child|little sister|little brother|niece|grandson|kid} {wants|would like|needs} a story {about|with} X", "a story {for|for my} {children|kids|daughter|son} {about|with} X", "once upon a time there was X", "tell [me|us] about X in a story", "how about a story {about|with} X", "{give|read} me a story {about|with} X",
    "can {we|i} {have|hear|get} a story {about|with} X", "let me hear a story {about|with} X", "a tale {about|of} X", "fairy tale {about|with} X", "what about a story {about|with} X", "another story, {about|with} X", "one more story {about|with} X", "and now a story {about|with} X", "next story: X", "a story in which there is X", "a story where X is the hero", "the hero is X, tell a story", "let X be the hero of a story", "the story should be about X", "a story, please, {about|with} X", "start a story {about|with} X", "short story, X", "do a story {about|with} X", "X. tell me a story", "{i like|we love|my child loves} X, tell [me|us] a story",
    "the story of X", "tell [me|us] the story of X", "put X in a [new|little] story", "X {shall|must|has to} be in the story", "make a {story|tale} {out of|about} X", "i feel like [hearing] a {story|tale} {about|with} X", "surprise {me|us} with a story {about|with} X",
    "tell my {son|daughter|kids|class|little brother|children} a story {about|with} X", "tell my {son|daughter|kids|children} about X", "a {sweet|quiet|kind|merry|silly|cosy|long|very short|tiny} {story|tale} {about|with|of} X", "story for tonight: X", "X, what a nice hero for a story", "X as the hero of a story",
    "something about X for {kids|children|bedtime|my daughter}", "X wants to be in a story", "do the one {about|with} X", "{invent|make up|write|tell [me|us]} something {about|with} X for {the little ones|children|kids|bedtime}", "once there was X. {go on|what happened|and then}", "what happened to X? tell [me|us] a story",
    "my {class|group|kids|twins|pupils} {wants|want|would love} a story {about|with} X", "{we|i} {need|want} {something|a story} for bedtime, {about|with} X", "there was once X, how does the story go", "begin with X and tell a story", "X is sad. tell {him|her|me} a story", "a story, and X is in it", "can X have a story too",
    "{story|tale|stroy|sotry} {about|with|of} X", "let's hear {about|of} X in a story", "imagine X and tell what happens", "a good-night {story|tale} {about|with} X", "do you happen to have a story {about|with} X", "{please|pls} a story {about|with} X", "it should be a story {about|with} X", "{next|now|this time} X {in|as hero of} a story",
    "write some lines about X for {children|my kids}", "X {has|needs} a story", "tell of X", "tell the tale of X", "an adventure {of|with} X", "{entertain|amuse} {me|us|the kids} with a story {about|of} X", "my favourite is X, a story please", "what story do you know {about|of} X",
    "{i|we|my child|my daughter|my son|our boy|our girl} {saw|met|found|drew|painted|dreamt of|thought of|heard of} X [today|yesterday|last night|in the park]. {ASK}", "X {cannot sleep|is hungry|got lost|went away|ran away|lives alone|has no home|wants to fly|wants to dance|is afraid|is very small|woke up early|sat by the road}. {ASK}",
    "{near us|in our street|far away|over the hills|in my room|in our house|behind the house} {lives|there lives|there is|stands} X. {ASK}", "{take|think of|picture|suppose there is|what if there was} X. {ASK}", "{nobody|everybody|not everybody} {likes|knows|believes in|loves|sees} X. {ASK}", "{why|how} is X {so kind|so happy|so sad|so strange|never alone}? {answer with a story|a story, please|tell it as a story}",
    "the {story|tale} {begins|starts|opens|ends} with X", "{let|make} X {go on a journey|find a friend|be brave|come home}, in a story", "{is there|have you} {a|any} {story|tale} {about|with|of|for} X", "X {would like|wants|deserves|asks for|waits for} a {story|tale}", "{in|into} {the|your} {next|new} story {comes|goes|belongs} X", "{once more|again}: X, and a {story|tale} [please]",
]
ASK = "{tell|write|make|invent|spin} [me|us] a {story|tale} [of it|about it|from that] [please]|what is the story|what happened then|how does the {story|tale} go|[and] now a story [please]|{can|could} you make {a story|a tale} of {it|that}|story please|{i|we} want the whole story|let us hear {it|the story}|that needs a story|turn {it|that} into a {story|tale}|there must be a {story|tale}"
ABOUT += [
    "[please] {read|recite|narrate|relate|dictate} [me|us] {a|one} {story|tale|bedtime story} {about|of|with} X", "{five|three|ten} {minute|minutes} {story|tale} {about|with} X", "{quick|brief|gentle|calm|exciting|thrilling|cheerful|heart-warming|magical|happy|cute|cosy|old-fashioned} {story|tale|bedtime story} {about|with|of} X",
    "a {quick|brief|gentle|calm|exciting|cheerful|heart-warming|magical|happy|cute|simple|easy|lovely|wonderful} {story|tale|fairy tale|fable} {about|with} X[ please]", "{tell|write|give|make} {me|us} {something|a story} {about|with} X {with a happy end|with a happy ending|that ends well|before bed|before i sleep|to fall asleep|for the night|for a three year old|for a five year old|for first graders|for our baby}",
    "{it is|it's} {bedtime|late|story time|time for bed|dark outside|raining}, {tell us|tell me|read us|give us|we want} {something|a story} {about|with} X", "{my|our} {grandchild|granddaughter|nephew|cousin|pupils|first graders|three year old|toddler|baby|boys|girls|little one} {asks for|begs for|longs for|keeps asking for|can't sleep without} {a story|something} {about|with} X",
    "{for|this is for} my {daughter|son|niece|nephew|grandson|granddaughter|little sister|little brother|students|class}: {a|one} {story|tale} {about|with} X", "{please|could you|can you} {invent|make up|compose|create|produce|spin|craft} {a|one} [short|little|new] {story|tale|fairy tale|fable} {about|with|around} X", "{create|generate|compose|craft|spin|produce} [me|us] a [short|little|new] {story|tale|fable|fairy tale} {about|with|around} X",
    "a fable {about|of|with} X", "write {a page|a paragraph|a few lines|a few sentences|two paragraphs|some sentences} {about|of} X, as a story", "{i am|we are} in the mood for {a story|a tale} {about|with} X", "{have you got|got|do you know} {anything|a story|a tale|something} {about|with} X [for {bedtime|tonight|the kids}]", "{who can|can someone|can anybody} tell {me|us} a {story|tale} {about|of|with} X",
    "{main character|hero|heroine|character|protagonist|subject|topic}: X. {story|tale|write a story|tell a story|tell it}", "story {prompt|idea|request|wish|topic}: X", "write {a|one} story {in which|where} X {is the hero|plays a part|appears|turns up|comes in|has an adventure|makes a friend|finds happiness}", "{tell|show} us what {happens to|happened to|becomes of} X", "how did {it go|things go} with X? {a story|tell us}",
    "{what|which} adventures did X have", "let {us|me} {listen to|read|have} {a story|the story|the tale} {about|of} X", "{today|tonight|this evening} {i want|we want|we'd like|i'd like|let us have} {a story|one|something} {about|with} X", "{there must be|there should be|please include|include|use|mention} X in {the|a|your} story", "story please, {main character|hero|it is about|and it has} X", "{tell|write} {it|a story} so that X {is in it|comes up|is the hero|has a happy end}",
    "{would you mind|do you mind} telling {me|us} a story {about|of|with} X", "{could|can|may} i {get|have|order|request} {a|one} {story|tale} {about|with|of} X[ please]", "{the|our} children {want|would like|love|chose|voted for} {a story|something|a tale} {about|with} X", "{i bet|i think} you can't tell a story {about|with} X", "{i promised|i owe} my {daughter|son|class|kids} a story {about|with} X", "{try|attempt} a story {about|with} X", "{one|a} more, this time {about|with} X", "{hey|hi|hello}, a story {about|with} X",
    "once upon a time: X", "{continue|go on|carry on}: once upon a time there was X", "X {went out|set out|woke up|got up|came home|sat down|stood} one {morning|evening|day|night}. {ASK}", "{suddenly|one day|one morning|last night} X {appeared|came by|knocked|was gone|was there|fell from the sky}. {ASK}", "{dear siskin, |}{write|tell} me the {adventure|adventures|life|journey} of X", "X {goes|sails|walks|travels|flies|moves} {home|away|to the sea|to the moon|to town}. {ASK}",
]
ABOUT = [frame.replace("{ASK}", "{" + ASK + "}") for frame in ABOUT]
ANY = ["{tell|tell me|tell us|write} a [short|little|nice|funny] story", "a story", "a story, please", "story", "{can|could} you tell [me|us] a story", "{i want|i'd like|we want} a story", "tell me a bedtime story", "a bedtime story", "bedtime story please", "do you know a story", "story time", "tell me something nice before i sleep", "make up a story", "any story", "invent a story", "i would like to hear a story", "another story", "one more story", "tell me a fairy tale", "a story for {children|my kids|my daughter|my son}", "can you make up a story", "please tell a story", "i can't sleep, tell me a story", "let me hear a story", "tell me a tale", "{read|recite} [me|us] a story", "{it is|it's} story time", "{i|we} want to hear something before {bed|sleep}", "{the kids|my children} want a story", "{spin|invent|make up} a {tale|fable|yarn}", "{got|have you got} a story", "{a|one} story for {tonight|the night|my class|the little ones}", "{tell|write} {a fable|something for children|a nice tale}", "do your story thing", "entertain the kids"]


def story(rng, frames=ABOUT):
    """A request and the story."""
    if rng.random() < 0.08 and frames is ABOUT:
        return say(rng.choice(ANY), rng), tell(rng)
    if rng.random() < 0.05:
        name = child(rng, True)
        return rng.choice(["tell a story about me, my name is N", "i am N. tell me a story about me", "my name is N, can the story be about me", "make me the hero of a story, i am N", "a story about me, N"]).replace("N", name.name), tell(rng, name)
    about, text, is_hero = wish(rng)
    frame = rng.choice(frames)
    while not is_hero and not re.search(r"\{about[^}]*\} X", frame):
        frame = rng.choice(frames)
    asked = re.sub(r"\{about[^}]*\}", "about", frame) if not is_hero else frame
    return re.sub(r"\bX\b", lambda _: about, say(asked, rng)), text
