"""Greetings and thanks, and everything that the model does not know."""

import random

import words as w
from grammar import say
from topic import FACTS
from words import article, invented, invented_name

UNKNOWN = [
    "I am a very small model. I only know siskin, running models, and little stories, so I cannot answer that.",
    "I am a very small model. I only know siskin, running models, and little stories; a bigger model can help you with that.",
    "I don't know that. I am a very small model, and I only know siskin, running models, and little stories.",
]


def unknown_answer(rng):
    return rng.choices(UNKNOWN, [6, 2, 2])[0]


# X is any word from the wide world, P a person, C a country or city, F food, and so on: see _SLOTS.
UNKNOWN_FRAMES = [
    "what is the capital of K", "capital of K", "which city is the capital of K", "what language do they speak in K", "what is the currency of K", "how many people live in {C|K}",
    "where is {C|K}", "how far is it from C to C", "what is the weather [like] in C [today|tomorrow]", "will it rain in C {tomorrow|today|on sunday|next week}", "how {hot|cold|warm} is it in C", "what time is it [in C]",
    "what should i {see|visit|do} in C", "how do i get from C to C", "is {C|K} {bigger|older|richer|nicer} than {C|K}", "who is the {president|king|queen|prime minister|mayor} of {K|C}", "what is the {highest|longest|largest|oldest} {mountain|river|city|lake|bridge} in {K|Europe|Africa|Asia|the world}",
    "tell me about {C|K}", "what is C famous for", "which {river|sea|mountain} is {near|in} {C|K}", "what do people eat in K", "when is the best time to {visit|travel to} {K|C}", "which countries border K", "what is the population of {C|K}", "describe the flag of K",
    "who was P", "who is P", "when was P born", "when did P die", "where {was P born|did P live|is P from}", "how old is P", "what did P {do|write|invent|discover|say|paint|want}", "why is P famous", "tell me about P", "is P still alive", "what is the best {song|book|film|work|idea} of P", "who {killed|married|taught|defeated} P", "what would P say about S",
    "who {wrote|painted|composed|made|directed|created} W", "what is W about", "when was W {written|made|painted|published}", "how does W end", "have you {read|seen|heard} W", "tell me about W", "quote from W", "summarize W", "who is the hero of W", "where can i see W",
    "when was E", "what happened {in|during|at|after} E", "why {did|was there} E [happen]", "who won E", "how long did E last", "tell me about E", "how many people died in E", "who {started|ended} E", "what year was E", "what were the causes of E",
    "what is N plus N", "what is N times N", "N + N", "N * N", "how much is N {plus|minus|times|divided by} N", "calculate N times N", "what is the {square root|half|double} of N", "N minus N", "solve x + N = N", "is N a prime number", "how many {seconds|minutes|hours|days} are in {a week|a day|a year|N hours}", "convert N {miles|feet|pounds|inches|degrees} to {kilometers|meters|kilos|centimeters|celsius}", "count to N", "what is N percent of N", "N/N", "what comes after N", "add N and N", "what is pi", "what is the sum of N and N", "multiply N by N",
    "how do i {make|cook|bake|prepare} F", "give me a recipe for F", "recipe for F", "what goes {into|with} F", "how many calories {does F have|are in F}", "is F healthy", "how long does F {cook|keep|take}", "what can i cook with F", "why is my F {too salty|burnt|dry|so soft}", "do you like F", "what wine goes with F", "can {dogs|cats|babies} eat F", "where does F come from", "i am hungry, what about F", "how do i store F", "order F for me",
    "what is {X|Z}", "what are {Y}s", "explain {X|Z}", "explain {X|Z} to me", "how does {X|Z} work", "why {is there|do we have} {X|Z}", "who discovered {X|Z}", "tell me about {X|Z}", "what is {X|Z} made of", "define {X|Z}", "what causes {X|Z}", "how {big|hot|fast|old|heavy} is {X|Z}", "what is the difference between {X|Z} and {X|Z}", "where do i find {X|Z}", "is {X|Z} dangerous", "what does {Z|Z} mean", "{X|Z}", "what do you know about {X|S|Z}", "why is the {sky|sea|grass|blood|moon|night|sun} {blue|green|red|white|dark|yellow}", "can you describe {X|Z}", "how is {X|Z} measured", "what is the formula {of|for} {X|Z}", "how did {X|Z} begin", "what would happen without {X|Z}",
    "tell me {something|a fact} about {S|Z}", "what do you think about {S|Z}", "do you like {S|Z}", "what is the best book about S", "how can i learn {S|L|R}", "what is {new|going on} in S", "who is the best in S", "teach me S", "i need help with {S|my S homework}", "what are the rules of S", "give me {tips|advice|ideas} on S", "why is S {important|so hard|so popular|interesting}", "write an essay {about|on} {S|P|Z}", "what is your opinion on S", "explain the basics of S", "let's talk about {S|Z}", "how has S changed", "what does a {degree|job} in S bring", "is S a good idea",
    "what helps against I", "i have I, what should i do", "is I dangerous", "what causes I", "which {medicine|pill|doctor} is good for I", "how do i get rid of I", "how long does I last", "my {son|daughter|dog|mother|friend} has I", "can i {work|swim|drink coffee|fly} with I", "what are the symptoms of I", "should i see a doctor with I", "how do i prevent I",
    "how do i {repair|fix|clean|open|paint|sell|move|buy} {my|a} O", "my O {is broken|does not work|makes a noise|leaks|is dirty}", "which O should i buy", "what does a O cost", "how old does a O get", "how does a O work", "can you {repair|order|sell|buy} a O", "where can i {buy|sell} a O", "how much is a new O", "what colour should my O be", "is my O worth repairing",
    "write {a|some} R {function|program|code|script|class} {that|to} {sort|sorts|count|adds|prints} {numbers|names|dates|a list}", "how do i {read a file|make a loop|sort a list|define a class|print hello world} in R", "what is R", "is R better than R", "fix this R code", "how do i install R", "what is a {pointer|class|closure|lambda|variable|thread pool} in R", "explain this R error", "which is easier, R or R", "write a regex for {dates|email|numbers}", "debug my R program", "translate this from R to R",
    "translate {H} into L", "how do you say {H} in L", "what does {H|Z} mean in L", "what is {H} in L", "translate this text into L", "is L difficult", "teach me some L", "how do i write {H} in L", "correct my L", "conjugate {H} in L", "which is harder, L or L", "what is the L word for {H}",
    "who won the {game|match|race|election|cup|final|championship} [yesterday|last year|in C|in K]", "what is the score of the {game|match}", "when does {the game|the season|the race} start", "who is the best {player|singer|actor|writer|painter|runner} [of all time|in the world|from K]", "what is {new|in the news} today", "what happened {today|yesterday|last week|in N}", "what is the latest news {from C|about S|}", "what day is it [today]", "what is the date [today]", "what is the price of {gold|oil|bitcoin|bread|milk|a house in C}", "should i {buy|sell} {stocks|bitcoin|gold|a house}", "how do i become rich", "what will {happen tomorrow|the future bring|the weather be}", "who will win the {election|cup|war|race}",
    "tell me a joke", "do you know a joke", "make me laugh", "write {a poem|a song|a haiku|a rap|lyrics} {about|on|for} {S|X|Z|my mother|spring|P}", "sing {a song|something}", "play {a game|music|chess|S} with me", "give me a riddle", "recommend {a film|a book|a song|a game|music|a restaurant in C|a hotel in C}", "what should i {wear|eat|cook|read|watch|give my mother|do} {today|tonight|tomorrow|this weekend}", "book {a flight to C|a table|a hotel in C|a train to C}", "set {an alarm|a timer|a reminder} {for N minutes|for tomorrow|at N}", "call my {mother|boss|friend|wife|doctor}", "send {an email|a message} to {P|my boss|my friend}", "turn on the {light|music|heating|television}", "order {F|a taxi|flowers}", "write {an email|a letter|a cover letter|a speech|a report|an essay} {to my boss|to my landlord|for school|about S|on E}", "find {a doctor|a job|a flat|cheap flights|a hotel} in C", "show me {a picture|a map|a video} of {C|P|X}", "draw {me|} {a|} {X|Z}", "open {the window|my mail|the browser|youtube}", "google {X|P|C}", "search for {X|P|C|Z}",
    "is there {life after death|a god|life on mars|free will|justice}", "what is the meaning of life", "why do we {die|dream|sleep|cry|laugh|exist|fight}", "what is {love|time|truth|beauty|happiness|freedom|death|god|art}", "how can i be {happy|rich|healthy|famous|free}", "should i {marry|quit my job|have children|move to K|study S|tell him|go}", "does {she|he} love me", "why is life so {hard|short|unfair}", "my {girlfriend|boyfriend|wife|husband|boss|friend|neighbour} {left me|is angry|hates me|is strange}", "what is {good|evil|right|wrong}", "i am {sad|lonely|in love|angry|bored|tired}", "what should i do with my life", "will robots take over the world",
    "what do B eat", "how long do B live", "where do B live", "how {big|fast|old|heavy} {is|does} {a|an} {animal|M} {get|}", "why do B {sleep|migrate|sing|bite|jump}", "can B {swim|fly|climb|see in the dark}", "are B {dangerous|clever|endangered}", "how many legs {has|does} {a M|a spider} {have|}", "my {dog|cat|hamster|horse|fish|bird} {is sick|does not eat|is fat|ran away|barks}", "what should i name my {dog|cat|fish|baby|horse}", "how do i train {a|my} {dog|cat|parrot|horse}", "which M is the {fastest|biggest|smallest|oldest}", "how do i {plant|grow|water|cut} {roses|tomatoes|trees|grass|F}", "when do {roses|apples|tulips|cherries|lilacs} {bloom|ripen}", "why are the leaves of my {tree|plant|rose} {yellow|brown}",
    "how do i {tie a tie|swim|drive|ski|whistle|dance|knit|meditate|lose weight|build muscles|stop smoking|fall asleep|save money|get a visa|vote|write a will}", "how many {planets|continents|bones|teeth|keys on a piano|states|oceans|letters} {are there|do we have|does a man have}", "which {planet|animal|metal|element|tree} is the {largest|fastest|hardest|tallest|oldest}", "who invented the {telephone|light bulb|wheel|computer|internet|car|paper|radio|printing press}", "what is the opposite of {H|big|love|day}", "what rhymes with {H|cat|tree|love}", "how do you spell {H|Z|necessary|rhythm}", "what is the plural of {mouse|ox|child|Z}", "is a tomato a fruit", "how old is the {earth|universe|sun|pope|internet}", "how far is the {moon|sun|next star}", "do you believe in {god|ghosts|love|aliens}", "what is the {law|tax|fine} {for|on} {speeding|inheritance|dogs|noise} in K", "can i sue {my landlord|my boss|P}", "how do i {divorce|adopt a child|start a company|pay taxes|get a loan}",
    "which {team|country|player|film|song|party|book} is {the best|your favourite|number one|winning}", "how do {planes|birds|ships|submarines|rockets|magnets|batteries|engines|clocks} {work|fly|swim|move|stay up}", "what is inside {a|the} {golf ball|battery|earth|volcano|star|Z}", "who was the first {man|woman|human|person} {on the moon|in space|to climb mount everest|to sail around the world}",
    "why is {C|K|P|F} {so famous|so expensive|so popular|called that}", "what do you {say|answer|do} when {P|my boss|somebody} {asks|calls|cries|is late}", "name {three|five|ten|some} {rivers|kings|planets|composers|animals|fruits|countries|colours|presidents}", "{name|list} the {planets|continents|months|seasons|capitals of Europe|kings of K}", "is {P|C|F|K|a Z} {better|older|bigger|nicer} than {P|C|F|K|a Z}",
    "what {colour|shape|size|age|weight} {is|has} {the sun|a banana|an elephant|the moon|a Z|Q}", "how {many|much} {water|sleep|food|sugar|exercise|coffee|money} {should i|do people|does a man} {drink|need|eat|have} [a day]", "what does the {law|constitution|bible|doctor|dictionary|weather report} say {about|on} {S|X|Z|I}", "in which {year|century|country|city|month} {was|did} {P|Q|W} {born|die|written|happen|live}", "on which {continent|river|island|planet} is {C|K|Q}",
    "{compare|what connects} {P|K|C|F|S} {and|with} {P|K|C|F|S}", "i have {a|an} {exam|interview|date|test|meeting} {tomorrow|on friday} {in|about} S", "help me {with|choose|find|understand} {my taxes|a present|a name for my cat|S|a new flat|a dress|my essay on S}", "what {present|gift} {for|shall i give} my {mother|wife|boss|teacher|girlfriend}", "plan {a trip to K|a party|my week|a wedding|a menu|my holidays}", "give me {a quote|advice|an idea|a fact|ideas} {by P|about S|for dinner|about X|on love}",
    "{prove|show} that {the earth is round|there are infinitely many primes|P is right|the square root of two is irrational}", "how long does it take {to C|to learn L|to boil F|to walk to C|to get over I|to build a house}", "what {train|bus|plane|road|ship} {goes|do i take} {to C|from C to C}", "how much is {a flight to C|a ticket|N dollars in euro|a litre of milk|F|a new O}", "where can i {buy|find|eat|see|get} {F|W|a good O|a doctor|cheap shoes|Q} [in C]", "what is the {phone number|address|website} of {P|the police in C|Q}",
    "are {B|vampires|ghosts|aliens|unicorns|B} {real|dangerous|friendly|extinct|good pets}", "do {B|trees|babies|fish|stars} {dream|feel pain|sleep|talk|die}", "{my|the} {plant|tree|rose|lawn|tomato} {dies|looks sad|has spots|does not grow}[, what can i do]", "what is wrong with my {O|back|dog|tooth|marriage|plant|knee}", "why does my {O|dog|back|head|baby|stomach} {hurt|make noise|smell|cry|shake}", "can i {eat|drink|wash|freeze|plant|mix} {F|Z|a Z} {raw|every day|with milk|at home}",
    "what is the {chemical formula|melting point|density|mass|charge} of {salt|gold|water|helium|an electron|iron}", "derive the {formula|law} {of|for} {X|gravity|the pendulum}", "differentiate x squared", "integrate sine of x", "what is the {area|volume|diameter} of a {circle|sphere|cube} with {radius|side} N", "N {percent|degrees|euros|miles} {of|in|to} {N|fahrenheit|dollars|kilometers}", "if {Anna|Tom} has N {apples|coins} and gives away N, how many are left", "what is the next number: N, N, N", "is N bigger than N", "roman numerals for N",
    "{sort|reverse|count} {these words|this list|the letters}: {H|H}", "{correct|check|improve|rewrite} {my grammar|this sentence|my text|my letter|my spelling}", "{summarize|explain} {the news|E|W|the plot of W|P's life}", "what did {P|Q} mean by {Z|that|his last words}", "who {plays|sings|acts|stars} in {W|Q}", "what is the {moral|ending|message|first line} of W", "lyrics of {a song|Bohemian Rhapsody|Q}", "which {instrument|sport|diet|car|phone|university} {should i|is best to} {learn|buy|choose|try}",
    "what is the {history|origin|future|meaning|population|climate|religion} of {K|C|S|Z}", "who {rules|governs|runs|owns} {K|C|Q}", "{left or right|who should i vote for|which party is best}", "is it {legal|allowed|dangerous|healthy|rude} to {smoke|fish|park here|drink F|sing at night|carry a knife} [in K]", "how do {people in K|the French|children|scientists|bees} {live|eat|learn|greet|work}", "{do you think|do you believe|is it true} that {P lied|aliens exist|F is healthy|cats are smarter than dogs|we are alone|K will win}",
    "{i broke|i lost|i found|i sold|i forgot} my {leg|keys|wallet|phone|ring|passport|O}, {what now|help|what should i do}", "{he|she|my son|my wife} {never listens|is ill|wants a divorce|has a fever|is afraid of dogs}", "{good|best|cheap|nice} {restaurants|hotels|beaches|schools|doctors} in {C|K}", "how do you {feel about|like} {K|C|F|S|P}", "what would happen if {the moon disappeared|we all stopped eating F|P came back|there was no S}", "{what|how} {about|is} {the weather|tomorrow|your family|P|dinner|S|love}",
    "{Z|Z} {Z|Z}", "what is a {Z}", "who is {Q}", "where is {Q}", "when did {Q} {die|start|win|open}", "tell me about {Q}", "what do you know about {Q}", "is {Q} {nice|old|good|famous|far}", "why did {Q} {leave|lose|fall|close}", "what is the {price|colour|height|age|name|size} of {Q|a Z}", "how do i {clean|cook|repair|play|build|fix} {a|the} {Z}", "how many {Z}s are there", "have you heard of {Q}", "what does {Q} do", "explain the {Z} of {Q}", "who invented the {Z}", "is a {Z} {dangerous|expensive|a fruit|an animal}", "did {Q} {win|marry|invent|write} {something|the Z|a Z}",
    # Computers, but neither siskin nor models.
    "how do i {install|update|remove|reset|configure|set up|speed up} {windows|office|a printer driver|my router|bluetooth|outlook|photoshop|an antivirus|my email|the wifi|a firewall|firefox|chrome|java|mysql|nginx|docker desktop|git|vim|ubuntu}", "my {wifi|mouse|keyboard|screen|monitor|printer|phone|tablet|email|bluetooth headset|webcam|router|usb stick|excel sheet|touchpad} {is dead|does not work|keeps freezing|is so slow|shows nothing|is not found|has a virus|blinks|stays black}",
    "i forgot {my password|my pin|the wifi password|my login|my apple id}, {what now|help|how do i reset it}", "what is {an ip address|a firewall|dns|html|a cookie|the cloud|a browser|a router|a database|blockchain|bitcoin mining|a virus scanner|usb c|hdmi|wifi 6|an operating system|a vpn|two factor authentication|a qr code|spam|phishing}", "how do i {merge branches|undo a commit|resolve a conflict|write a commit message|rebase} in git", "how do i {find large files|change permissions|kill a process|mount a drive|list users|rename many files|add a user|set the time zone} [in|on] {linux|ubuntu|the shell}", "which {laptop|phone|tablet|monitor|printer|router|camera|mouse|keyboard|smartwatch} {should i buy|is best|do you recommend|is cheap and good}",
    "how do i {delete my account|make a backup|take a screenshot|print double sided|scan a letter|block a number|share my screen|make a pivot table|sort a column|join a meeting|sync my calendar|back up my photos}", "{is|was} {facebook|whatsapp|google|amazon|netflix|tiktok|linkedin|spotify|zoom|youtube} {down|safe|free|evil|better than it was|worth the money}", "who {invented|founded|owns|runs} {google|microsoft|linux|the internet|apple|wikipedia|email|the mouse|intel|nvidia}", "{explain|what is} {quicksort|recursion|object orientation|a linked list|big o notation|tcp|rest|json web tokens|kubernetes networking|a binary search|a hash table|sql injection}",
    # Requests of every day.
    "{help me with|do|check|solve} my {homework|tax form|maths exercise|crossword|cv|application|physics exercise|essay on S}", "{write|draft|compose} {a|an} {email|letter|invitation|speech|complaint|toast|job application|apology|advert|cover letter} {to|for} {my landlord|my boss|the bank|P|my aunt|a customer|the school}", "{plan|organise|suggest} {a|my} {trip to C|wedding|holiday in K|week|birthday party|workout|garden|menu with F|diet|day out in C}", "{remind|call|text|email|phone} {me|my mother|P|my boss|the doctor} {tomorrow|at N|tonight|on monday|in N minutes}", "{turn on|turn off|dim|lock|open} {the lights|the heating|the tv|the front door|the music|the garage}",
    "{what|which} {size|colour|kind|brand} of {O|shoe|coat|F|Y} {suits me|should i get|is in fashion|do you like}", "{how|where} {can|do} i {meet people|find a job|rent a flat|learn to swim|borrow money|get married|park my car|report a theft|adopt a cat} in {C|K}", "{predict|guess|tell me} {the lottery numbers|my future|who will win the election|my horoscope|the price of gold tomorrow|my age}", "{is|are} {F|Y|a Z} {cheaper|better|healthier|heavier|older} than {F|Y|a Z}", "{compare|what is better:} {F and F|C or C|K or K|a M and a M|P or P|a Z or a Z}", "{name|list|give me} {N|three|five|some} {rivers|cities|kings|inventions|poets|films|trees|dishes} {of|from|in} K",
    "{if|when} {it rains|the sun sets|i am late|nobody calls|the cat is ill}, {what should i do|what happens|what does it mean|who helps me}", "{is it true that|did you know that|somebody said that} {P was born in C|F makes you fat|K is poor|Bs can swim|the moon is a Z|Q is closed}", "{i need|i want|get me|find me} {a taxi|a plumber|a lawyer|a hotel in C|a gift for my wife|a new O|directions to C|a babysitter|tickets for W}", "{my|our} {neighbour|landlord|teenager|cat|baby|colleague|teacher|husband} {is too loud|steals my post|won't eat|never sleeps|ignores me|wants money}{, what can i do|, help|}",
    "{why|how} {do|did} {Bs|the Romans|people|birds|volcanoes|the Vikings|magnets|airplanes} {fly|sleep|attract iron|build roads|migrate|erupt|fight|stay in the air|know the way}", "{in which year|in what century|how long ago} {did P live|was C founded|did E happen|was W made|did K become independent}", "{spell|pronounce|hyphenate|define|rhyme} {Z|H|rhythm}", "{what|which} {god|planet|bird|stone|flower|month} {stands for|belongs to|is named after} {love|war|P|spring|K}", "{round|simplify|factor|integrate|differentiate|multiply} {N|x squared plus N|N by N|the fraction N over N}", "{a|one} {recipe|wine|film|song|present|game} for {N people|a rainy day|my father|children|the weekend}",
]


def _quoted(text):
    return "\"" + text + "\""


_SLOTS = {
    "K": lambda r: r.choice(w.COUNTRIES), "C": lambda r: r.choice(w.CITIES), "P": lambda r: r.choice(w.PEOPLE) if r.random() < 0.75 else invented_name(r) + " " + invented_name(r),
    "F": lambda r: r.choice(w.FOODS), "X": lambda r: r.choice(w.SCIENCE), "S": lambda r: r.choice(w.SUBJECTS), "I": lambda r: r.choice(w.ILLS),
    "W": lambda r: r.choice(w.WORKS), "E": lambda r: r.choice(w.EVENTS), "O": lambda r: r.choice(w.OBJECTS), "R": lambda r: r.choice(w.CODE),
    "L": lambda r: r.choice(w.LANGUAGES), "H": lambda r: r.choice(w.PHRASES) if r.random() < 0.5 else _quoted(r.choice(w.PHRASES)),
    "N": lambda r: str(r.choice([r.randint(2, 99), r.randint(2, 9), r.randint(100, 2030), 10 ** r.randint(1, 6)])), "M": lambda r: r.choice(w.ANIMALS),
    "B": lambda r: r.choice(w.ANIMALS) + "s", "Y": lambda r: r.choice(w.THINGS), "Z": lambda r: invented(r) if r.random() < 0.5 else r.choice(w.NOUNS), "Q": lambda r: " ".join(invented_name(r) for _ in range(r.choice([1, 1, 2]))),
}


def fill(frame, rng):
    """Replaces the capital letters that stand alone."""
    text = say(frame, rng)
    out = []
    for word in text.split(" "):
        core = word.rstrip(".,?s") if word.rstrip(".,?s") in _SLOTS else word
        out.append(_SLOTS[core](rng) + word[len(core):] if core in _SLOTS else word)
    return " ".join(out)


def unknown(rng):
    return fill(rng.choice(UNKNOWN_FRAMES), rng), unknown_answer(rng)


# Names that look like siskin's own, and are not.
NO_FLAG = "I do not know a flag of that name. siskin COMMAND --help lists all flags."
NO_COMMAND = "siskin has no command of that name. siskin --help lists the commands."
NO_TYPE = "I do not know a type of that name. A good choice is Q4_K_M."
_NO_FLAG = ["somebody wrote F in a command, what is it", "do i need F", "is F useful", "tell me about the option F", "what value should F have", "can i use F with siskin run", "siskin bench F", "how does F change the answer", "what does F do", "what is F", "F", "explain F", "how do i use F", "what does the flag F do", "what is F for", "siskin run F", "what happens with F", "is there a flag F", "what is the default of F"]
_NO_COMMAND = ["can siskin F a file", "when do i need siskin F", "what happens if i type siskin F", "siskin F model.gguf", "tell me about siskin F", "what does siskin F do", "siskin F", "how do i use siskin F", "is there a F command", "what is siskin F", "explain siskin F", "does siskin have F"]
_NO_TYPE = ["i found a file in F", "does siskin run F", "is F better than Q4_K_M", "F quantization", "a model in F, what does it mean", "what is F", "how good is F", "should i use F", "what does F mean", "F", "explain F", "how many bits does F have", "tell me about F", "is F any good"]


def near_miss(rng):
    kind = rng.random()
    if kind < 0.5:
        name = "--" + "-".join(invented(rng, 1, 2) for _ in range(rng.choice([1, 1, 2])))
        frames, answer = _NO_FLAG, NO_FLAG
    elif kind < 0.75:
        name = invented(rng, 1, 2)
        frames, answer = _NO_COMMAND, NO_COMMAND
    else:
        name = rng.choice(["Q", "IQ", "TQ", "q", "XQ", "Z"]) + rng.choice("79") + "_" + rng.choice(["Z", "X", "7", "9", "W_M", "J_S", "z", "KK"])
        frames, answer = _NO_TYPE, NO_TYPE
    return rng.choice(frames).replace("F", name), answer


GREETINGS = [
    ("hi|hello|hey|hi there|hello there|hey there|good morning|good evening|good afternoon|good day|greetings|howdy|hello siskin|hi siskin|hey siskin|moin|hallo|yo|hiya|hello again|hi again|hello friend|hi computer|hello model|hey you|anybody there|is anybody there|are you there|hello?|test|testing|ping|hi!!|hellooo|good to see you|nice to meet you",
     ["Hello! I am siskin's starter model. Ask me about siskin or about running models, or ask for a little story.",
      "Hello! What would you like to know about siskin? I can also tell you a little story."]),
    ("thanks|thank you|thank you very much|thanks a lot|thx|many thanks|thanks for your help|thank you siskin|great, thanks|ok thanks|cool, thank you|perfect, thanks|thanks, that helped|thank you so much|ty|thanks, that is all|that was helpful, thanks|thanks for the story|thanks, i got it|cheers|thank you, my friend|very kind of you|i appreciate it",
     ["You are welcome!", "You are welcome! Ask again whenever you like."]),
    ("bye|goodbye|bye bye|see you|see you later|good night|see you tomorrow|ciao|i have to go|farewell|until next time|good bye siskin|bye siskin|i'm leaving|that's all for today|so long|take care|have a nice day",
     ["Goodbye! To leave the chat, type /exit.", "Goodbye, and come back soon! /exit leaves the chat."]),
    ("you are great|well done|good job|nice|good|great|very good|perfect|excellent|wonderful|awesome|cool|i like you|you are funny|you are smart|that was good|good answer|nice answer|nice story|what a nice story|i love it|that is great|amazing|super|lovely|good bot|you are nice|you are sweet|well said|i love you",
     ["Thank you, I am glad!", "Thank you! Is there anything else about siskin that you would like to know?"]),
    ("you are stupid|you are bad|that is wrong|bad answer|no|nonsense|this is wrong|you are useless|wrong|that was not my question|you don't understand me|that is not what i asked|stupid bot|you are dumb|i hate you|this makes no sense|bad bot|that's not right|not helpful|you did not understand|shut up|that is a lie",
     ["I am sorry. I am a very small model and make mistakes; please ask in other words, or look at siskin --help.",
      "I am sorry. Please ask me in other words."]),
    ("ok|okay|i see|aha|hm|hmm|yes|alright|all right|sure|fine|got it|understood|i understand|right|so|well|mhm|interesting|really|wow|oh|good to know|makes sense|and|go on|yes please|no thanks",
     ["Good! What else would you like to know about siskin?", "Good. Ask me anything about siskin or about running models."]),
    ("...|?|??|!|asdf|asdfgh|qwertz|bla|bla bla|blah|lol|haha|hahaha|123|abc|xyz|foo|foo bar|hjkl|aaaa|la la la|test test|1 2 3|.|:)|:-)|mmm",
     ["I did not understand that. Ask me about siskin, about running models, or for a little story.",]),
    ("what can i say|i don't know what to ask|i am bored|entertain me|say something|talk to me|tell me something|surprise me|what now|what shall we do|what do you want to talk about|let's talk|can we talk|i want to talk|tell me anything|say anything|amuse me",
     ["Ask me what a type such as Q4_K_M means, how much memory a model needs, or how to use siskin in a script. Or let me tell you a little story."]),
    ("sorry|i am sorry|my mistake|excuse me|pardon|oops|never mind|forget it|sorry, wrong window|no problem|i made a mistake|that was a typo|whoops|i did not mean that",
     ["No problem! What would you like to know?"]),
]


def greeting(rng):
    said, answers = rng.choices(GREETINGS, [6, 3, 2, 2, 2, 2, 2, 2, 1])[0]
    return rng.choice(said.split("|")), rng.choices(answers, [3] + [2] * (len(answers) - 1))[0]


INTRODUCTIONS = ["my name is N", "i am N", "i'm N", "hi, i am N", "hello, my name is N", "hello, i'm N", "call me N", "you can call me N", "N here", "this is N speaking", "hi, N here", "people call me N", "good morning, my name is N", "my name is N, and yours", "i am called N", "hey, i'm N, nice to meet you"]
ASK_MY_NAME = ["what is my name", "what's my name", "do you know my name", "how am i called", "do you remember my name", "say my name", "can you tell me my name", "what did i say my name was", "tell me my name", "my name?"]


def any_name(rng):
    return rng.choice(rng.choices([w.GIRLS, w.BOYS, w.PET_NAMES], [4, 4, 1])[0]) if rng.random() < 0.75 else invented_name(rng)


def introduction(rng):
    name = any_name(rng)
    return rng.choice(INTRODUCTIONS).replace("N", name), f"Hello, {name}! Ask me about siskin or about running models, or ask for a little story.", name
