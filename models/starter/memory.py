"""How much memory a model needs, what fits, and what to choose: questions whose answers are computed."""

from grammar import WORDS, say
from topic import topic
from topics_types import said
from typetable import FILE_BITS, POPULAR, gigabytes, number

# Billions of weights, and how often each is asked about.
SIZES = {0.27: 1, 0.5: 3, 0.6: 3, 1: 10, 1.1: 1, 1.2: 2, 1.5: 5, 1.7: 3, 2: 5, 3: 10, 3.8: 2, 4: 10, 6: 1, 6.7: 1, 7: 20, 8: 20,
         9: 6, 10: 2, 11: 2, 12: 6, 13: 12, 14: 10, 15: 2, 16: 2, 20: 6, 21: 1, 22: 2, 24: 6, 26: 2, 27: 6, 30: 8, 32: 10,
         34: 4, 35: 2, 40: 2, 47: 2, 49: 1, 65: 2, 70: 14, 72: 4, 80: 3, 90: 1, 100: 2, 104: 1, 109: 1, 110: 1, 120: 6,
         123: 1, 141: 1, 180: 1, 235: 4, 405: 3, 480: 1, 671: 3}
NAMED = {"Llama 3.1 8B": 8, "Llama 3 8B": 8, "llama 8b": 8, "Llama 3.2 3B": 3, "Llama 3.2 1B": 1, "Llama 3.3 70B": 70,
         "Llama 2 7B": 7, "llama 2 13b": 13, "llama 70b": 70, "Mistral 7B": 7, "mistral 7b": 7, "Mistral Small 24B": 24,
         "Mistral Nemo 12B": 12, "Mixtral 8x7B": 47, "Qwen3 0.6B": 0.6, "Qwen3 1.7B": 1.7, "Qwen3 4B": 4, "Qwen3 8B": 8,
         "qwen3 8b": 8, "Qwen3 14B": 14, "Qwen3 32B": 32, "qwen 32b": 32, "Qwen3 30B-A3B": 30, "Qwen3 235B": 235,
         "Qwen2.5 7B": 7, "qwen2.5 72b": 72, "Gemma 2 9B": 9, "gemma 2 2b": 2, "Gemma 3 4B": 4, "gemma 3 12b": 12,
         "Gemma 3 27B": 27, "gemma 27b": 27, "gemma 3 1b": 1, "Phi-4 14B": 14, "phi-3 mini 3.8b": 3.8, "gpt-oss-20b": 20,
         "gpt-oss 20b": 20, "gpt-oss-120b": 120, "TinyLlama 1.1B": 1.1}
SPOKEN = {1: "one", 2: "two", 3: "three", 4: "four", 7: "seven", 8: "eight", 13: "thirteen", 14: "fourteen", 30: "thirty",
          70: "seventy"}
RAMS = {2: 1, 4: 6, 6: 2, 8: 14, 12: 4, 16: 16, 20: 1, 24: 5, 32: 12, 40: 1, 48: 4, 64: 8, 96: 3, 128: 5, 192: 1, 256: 2, 512: 1}
CONTEXTS = {2048: 3, 4096: 8, 8192: 8, 16384: 5, 32768: 6, 65536: 2, 131072: 4}
KV_KB = {1: 32, 3: 112, 4: 144, 7: 128, 8: 128, 14: 160, 32: 256, 70: 320}  # f16, for each token; typical models of that size
CHOICES = [1, 4, 8, 14, 24, 32, 70, 120, 235, 405]


def weights_gb(size, type_name):
    return size * FILE_BITS[type_name] / 8


def extra_gb(size):
    for limit, extra in ((2, 0.3), (4.5, 0.5), (16, 1), (50, 2), (150, 3)):
        if size <= limit:
            return extra
    return 6


def written(size):
    return "270M" if size == 0.27 else number(size) + "B"


def near_ram(size, type_name, rng):
    """A memory that people have and that is not far from what the model needs, to either side."""
    need = weights_gb(size, type_name) + extra_gb(size)
    near = [ram for ram in RAMS if need / 2.5 <= ram <= need * 3]
    return rng.choice(near) if near and rng.random() < 0.7 else pick(RAMS, rng)


def article(text):
    return "an" if text[:1] == "8" or text[:2] in ("11", "18") and text[2:3] in ("B", "b", " ", "0") or text[:1] in "aeiouAEIO" else "a"


def spell_size(size, rng):
    """How people write a size: 7B, 7b, 7 B, 7 billion."""
    if size == 0.27:
        return rng.choice(["270M", "270m", "0.27B"])
    n = number(size)
    forms = [n + "B"] * 5 + [n + "b"] * 5 + [n + " b", n + " B", n + " billion", n + "bn", n + " billion parameter"]
    if size in SPOKEN:
        forms.append(SPOKEN[size] + " billion")
    return rng.choice(forms)


def pick(table, rng):
    return rng.choices(list(table), list(table.values()))[0]


def sized(rng, size=None):
    """A size and how it is written in the question; sometimes by the name of a model."""
    if size is None and rng.random() < 0.2:
        name = rng.choice(list(NAMED))
        return NAMED[name], name
    size = size if size is not None else pick(SIZES, rng)
    return size, spell_size(size, rng)


def typed(rng, name=None):
    if name is None and rng.random() < 0.1:
        return rng.choice(TYPE_WORDS)
    name = name or pick(POPULAR, rng)
    return name, rng.choice(said(name))


# A is the article and the size, S the size, T the type, R the memory, C the context.
NEED = [
    "how <much> <memory> does A [model] {need|take|use|require|eat|occupy|want} [to run]",
    "how <much> <memory> {do i need|is needed|must i have|should i have|is required} {for|to run|to use} A [model]",
    "how {big|large|heavy} is A [model] [in memory]",
    "<memory> {for|of|needed for|use of|usage of|requirements of|needs of} A [model]",
    "S [model] {<memory>|ram requirements|memory use|memory requirements|how much ram|size|gb|memory needed}",
    "how many <gb> does A [model] {need|take|use|have}",
    "how many <gb> {for|of memory for|of ram for} A [model]",
    "what does A model need",
    "i want to {run|use|try} A model, how <much> <memory> do i need",
    "what {<memory>|machine|computer} do i need for A [model]",
    "can you tell me how <much> <memory> A model {needs|takes|uses}",
    "{tell me|i need to know|what is} the <memory> {use|need|requirement} of A model",
    "the size of A model",
    "how <much> {disk space|space|room} does A model {need|take}",
    "{memory|ram} S",
    "A model {needs|takes|uses} how much <memory>",
    "{file size|download size} of A model",
    "is A model {large|big|heavy}",
]
NEED_TYPE = [
    "how <much> <memory> does A [model] {need|take|use|require|eat|occupy} {at|in|with|as|using|quantized to|when quantized to} T",
    "how <much> <memory> {do i need|is needed|must i have|is required} for A [model] {at|in|with|as} T",
    "how {big|large|heavy} is A [model] {at|in|with|as} T",
    "how {big|large} is {a|the} T [file|version] of A [model]",
    "<memory> {for|of} A [model] {at|in|with|as} T",
    "S [model] [at|in|with] T {<memory>|memory use|ram needed|size|gb|how much ram|how big}",
    "T S {<memory>|size|gb|}",
    "S T",
    "S {at|in|with|as} T",
    "how many <gb> {is|are|does|has|needs} A [model] {at|in|with} T [take|need|have]",
    "what does A model need {at|in|with} T",
    "i want to {run|use|try} A model {at|in|with} T, how <much> <memory> do i need",
    "{file size|download size|disk space|size on disk} of A [model] {at|in|with} T",
    "what is the {size|memory use|file size} of A T {model|file}",
    "how <much> {disk space|space|room} {does|will} A model {at|in|with} T {need|take}",
    "and A [model] {at|in|with} T",
    "with T, how <much> <memory> does A model {need|take}",
    "{at|in|with} T how {big|large} is A model",
    "{how much|what|how many <gb>} does A [model] weigh {at|in|with} T",
    "A T {model|file} {needs|takes} how much <memory>",
]
FIT = [
    "does A [model] fit {in|into} R [of <memory>]",
    "{can|could} {i|my <computer>|it|siskin} run A [model] {with|on|in} R [of <memory>]",
    "is R [of <memory>] enough {for|to run} A [model]",
    "i have R [of <memory>], can i {run|use|load} A [model]",
    "will A model {run|work|fit} {on|in|with} {a R <computer>|R [of <memory>]}",
    "is A [model] too {big|large|much} for R [of <memory>]",
    "S {on|in|with} R",
    "R {for|and} A model: {enough|ok|possible|does it work}",
    "A [model] {on|with} a R <computer>, {possible|does that work|is that ok|will it fit}",
    "{my <computer> has|there are|i've got} R of <memory>, {does A model fit|is A model possible|is that enough for A model}",
    "do i have enough <memory> for A model with R",
    "may i try A [model] with R",
]
FIT_TYPE = [
    "does A [model] {at|in|with} T fit {in|into} R [of <memory>]",
    "can {i|my <computer>|it} run A [model] {at|in|with} T {with|on} R [of <memory>]",
    "is R [of <memory>] enough for A [model] {at|in|with} T",
    "i have R [of <memory>], can i {run|use} A [model] {at|in|with} T",
    "will A T {model|file|} {run|work|fit} {on|in|with} {a R <computer>|R [of <memory>]}",
    "is A [model] {at|in|with} T too {big|large|much} for R [of <memory>]",
    "S T {on|in|with} R",
    "{my <computer> has|i've got} R, does A [model] {at|in|with} T fit",
]
CHOOSE = [
    "{which|what} model {for|with|fits in|fits into|can i run with|should i take with|should i use with|runs on} R [of <memory>]",
    "i have R [of <memory>], {which|what} [size of] model {can i run|should i use|should i take|fits|do you recommend|is right|is best}",
    "what {can i run|runs|model runs|fits} {on|with|in} {R [of <memory>]|a R <computer>}",
    "what is the {biggest|largest|best} model {for|that fits in|i can run with|that runs on|with} {R [of <memory>]|a R <computer>}",
    "how {big|large} {can|may} a model be {for|with} R [of <memory>]",
    "{best|biggest|largest} model for R [of <memory>]",
    "{recommend|suggest} a model for {R [of <memory>]|a R <computer>}",
    "my <computer> has R [of <memory>], what {model|can i run|size|should i load|fits}",
    "how many parameters {fit|can i run} {in|into|with} R [of <memory>]",
    "R [of <memory>], {which|what} model",
    "model size for R",
    "is R [of <memory>] {enough|good|ok} {for a model|for llms|to run models|for siskin}",
    "what can i do with {only|just} R of <memory>",
    "i only have R [of <memory>], {what now|is that enough|what can i do|does anything run}",
    "R [of <memory>] only, what fits",
]
KV = [
    "how <much> <memory> does {a context of C [tokens]|C tokens of context|a C context} {need|take|use|cost} [for A model|with A model]",
    "<memory> for {a context of C [tokens]|C context|C tokens} [with A model|for A model]",
    "how {big|large} is the kv cache {for|with|of|at} C tokens [with A model|of A model]",
    "kv cache {size|memory} {for|at} C [tokens] [S]",
    "what does {-c C|a context of C|C tokens of context} cost in <memory> [for A model]",
]

NEED += [
    "how <much> <memory> {must|should|do} i {reckon with|plan for|count on|set aside|budget|have ready|provide} for A [model]", "{what does|how much does} A model {weigh|swallow|gobble up|take up|demand|cost in memory|ask for}", "how {heavy|hungry|hefty|bulky} is A model", "A [model], {how <much> <memory>|ram needed|what does it eat|what memory|how many <gb>}",
    "{ram|memory} {footprint|demand|appetite|consumption|usage|budget} of A [model]", "{minimum|required|necessary} {ram|memory} {for|to run} A [model]", "{what|how <much>} {ram|memory} should {a|my} {<computer>|mini pc|server|workstation} have for A [model]", "{i plan|we plan|i'd like|we want} to {host|load|run|start|try} A [model], {what memory|how <much> <memory>|how many <gb>} {is that|will it be|do we need|should there be}",
    "to {load|run|start|use} A [model] {i need|one needs|it takes|you need} how <much> <memory>", "{roughly|about|approximately} how <much> <memory> {goes to|goes into|for|does one need for} A [model]", "{before i buy|shopping for} <memory>: {what|how much} does A [model] need", "{figure|number|estimate|ballpark} for the <memory> of A [model]", "{how many|what number of} <gb> {should|must|do} i {have|own|buy} for A [model]",
    "{the|any} {system requirements|hardware requirements|requirements} {of|for} A [model]", "S [model], {how big|how large|size|weight|heavy}",
]
NEED_TYPE += [
    "how <much> <memory> {must|should|do} i {reckon with|plan for|count on|set aside|budget} for A [model] {at|in|with|as} T", "how <much> <memory> for A [model] (T)", "A [model] (T): {how <much> <memory>|how big|ram|how many <gb>}", "{what does|how much does} A [model] {weigh|swallow|take up|demand|ask for} {at|in|with|as} T", "{take|suppose|assume|say} A [model] {at|in|as} T: {how <much> <memory>|how big is it|what does it need}",
    "{quantized|quantised|compressed|shrunk} to T, {how big|how large|how heavy} is A [model]", "{ram|memory} {footprint|demand|consumption|usage} of A [model] {at|in|with} T", "{if|when} i {load|run|take|download} A [model] {at|in|as} T, {what memory|how <much> <memory>|how many <gb>} {is that|does it need|do i need|will it take}", "T {of|for} A [model]: {how many <gb>|size|how big|memory}", "to {load|run} A [model] {at|in} T {i need|one needs|it takes} how <much> <memory>",
    "{how many|what number of} <gb> {should|must|do} i {have|own} for A [model] {at|in|with} T", "{estimate|calculate|compute|work out} the <memory> of A [model] {at|in|with} T", "{is|are} the T {file|weights} of A [model] {large|big|heavy}",
]
FIT += [
    "{will|would|do|does|could|can} R [of <memory>] {do|suffice|be enough|hold out|serve|be okay|cope} {for|with} A [model]", "{could|can|will|does} R [of <memory>] {hold|take|carry|house|handle|swallow} A [model]", "{can|could|will|would} {a|my} {mini pc|<computer>|server|tablet|small board <computer>|raspberry pi|single board computer|macbook|gaming pc|phone|workstation|nuc} with R [of <memory>] {run|hold|handle|load|manage|take} A [model]",
    "{is there|do i have} {room|space} for A [model] {in|on|with} {R [of <memory>]|a R <computer>}", "{does|will|would} A [model] {squeeze|go|get|fit} {in|into|inside|onto} {R [of <memory>]|a R <computer>|a <computer> with R}", "{my|our|an old} {<computer>|server|box|tablet|mini pc|desktop|machine} {has|comes with|offers|got} R [of <memory>]{, A model|. A model}, {ok|possible|will that do|realistic|any chance}", "{are|is} R [of <memory>] {sufficient|adequate|too little|too small|too few|not enough} for A [model]",
    "{with|on|given|having} {only|just} R [of <memory>], {is A model|can i try A model|does A model} {possible|realistic|work|}", "{trying|wanting|hoping} to {load|run|start} A [model] {on|with|in} R [of <memory>]", "A [model] and R [of <memory>], {do they match|does that add up|good idea|is that enough|will it go}", "{do|would} i {get|manage to load|squeeze} A [model] {into|in} R [of <memory>]", "{can|could} i {get away with|make do with|live with} R [of <memory>] for A [model]", "{must|do} i {buy|need|have} more than R [of <memory>] for A [model]",
    "{would|will} {it|my <computer>} {choke|swap|crash|run out of memory} {with|on} A [model] {with|on|in} R", "A [model] {exceeds|overflows|bursts|is beyond} R [of <memory>]", "is A [model] {ok|fine|possible|realistic|feasible|doable} {with|on|in} {R [of <memory>]|a R <computer>}", "R [of <memory>]: A [model] {yes or no|ok|possible|too much}",
]
FIT_TYPE += [
    "{will|would|do|does|could|can} R [of <memory>] {do|suffice|be enough|cope} {for|with} A [model] {at|in|with|as} T", "{could|can|will|does} R [of <memory>] {hold|take|carry|house|handle} A [model] {at|in|as} T", "{could|can|will} R [of <memory>] hold A [model] (T)", "{does|will|would} A [model] (T) {fit|go|squeeze} {in|into} R [of <memory>]", "{can|could|will} {a|my} {mini pc|<computer>|server|tablet|small board <computer>|raspberry pi|macbook|workstation} with R [of <memory>] {run|hold|handle|load|manage} A [model] {at|in|with} T",
    "{are|is} R [of <memory>] {sufficient|adequate|too little} for A [model] {at|in|with|as} T", "{quantized|quantised|compressed} to T, {does|will|would} A [model] {fit|go|squeeze} {in|into|on} {R [of <memory>]|a R <computer>}", "{is there|do i have} {room|space} for A [model] {at|in} T {in|with} R [of <memory>]", "A [model] {at|in|as} T and R [of <memory>], {does that add up|is that enough|will it go|ok}", "T {of|for} A [model] {in|on|with} R [of <memory>]{, possible|, ok|, realistic|}", "is A [model] {at|in|with} T {ok|fine|possible|realistic|feasible} {with|on|in} {R [of <memory>]|a R <computer>}",
]
CHOOSE += [
    "{which|what} {size|size of model|model size|model|llm} {suits|matches|is made for|would suit|goes with|is right for|can cope with} {R [of <memory>]|a R <computer>}", "{given|having|owning|with} {R [of <memory>]|a R <computer>}, {which|what} {model|size|llm} {would you pick|do you advise|is sensible|shall i load|is the limit|can i go for}", "how {far up|high|big|large} can i go {with|on} {R [of <memory>]|a R <computer>}", "{upper limit|maximum|ceiling|largest size} {for|with|on} R [of <memory>]", "how many billion [parameters] {can|could|does} {R [of <memory>]|a R <computer>} {hold|take|carry|handle}",
    "{my|our|an old} {mini pc|tablet|server|desktop|workstation|raspberry pi|board|laptop|machine} {has|comes with|offers|got} R [of <memory>], {which|what} {model|size|llm} {goes|fits|can it take|do i pick|is possible|would you take}", "{make the most of|use up|what is best for} R [of <memory>]", "{biggest|largest|smartest|most capable} {thing|llm|one|model} {that|which} {runs|goes|works|fits} {on|in|with} R [of <memory>]", "{advise|tell} me {what|which model} to {load|run|take} {on|with|in} R [of <memory>]", "{what|which models} {could|can|might} i {load|try|host|start} {on|with} {R [of <memory>]|a R <computer>}", "R [of <memory>] {to spare|available|free}, {what|which model} {now|to load|to take}",
]
KV += [
    "{price|memory cost|ram cost} of {a context of C|C tokens [of context]|a C window} [with A model|for A model]", "how <much> <memory> {does|will} {a window of C|C tokens|the kv cache at C} {eat|swallow|occupy|fill|add} [with A model|for A model]", "{if|when} i set {the context|-c} to C, how <much> <memory> {is that|does it take|goes away} [with A model]", "{additional|extra} <memory> for {C tokens|a C context|a window of C} [with A model]",
]
# Words for a type, and which type they mean.
TYPE_WORDS = [("Q4_K_M", "4 bit"), ("Q4_K_M", "4-bit"), ("Q4_K_M", "four bits"), ("Q4_K_M", "4 bits"), ("Q4_K_M", "four-bit"), ("Q8_0", "8 bit"), ("Q8_0", "8-bit"), ("Q8_0", "eight bits"), ("Q8_0", "8 bits"), ("Q8_0", "eight-bit"),
              ("F16", "fp16"), ("F16", "16 bit"), ("F16", "16 bits"), ("F16", "sixteen bits"), ("F16", "half precision")]


def _fill(frame, rng, **slots):
    text = say(frame, rng)
    words = []
    for word in text.split(" "):
        core = word.strip(",.:?()")
        words.append(word.replace(core, slots[core], 1) if core in slots else word)
    return " ".join(words)


def _slots(rng, size, spelled):
    a = spelled if rng.random() < 0.15 and spelled[:1].isalpha() else article(spelled) + " " + spelled
    return {"S": spelled, "A": a}


def a_model(size):
    name = written(size)
    return f"{article(name)} {name} model"


def a_model_capital(size):
    text = a_model(size)
    return text[:1].upper() + text[1:]


def answer_need(size):
    return (f"{a_model_capital(size)} needs about {gb(size, 'Q4_K_M')} GB at Q4_K_M, {gb(size, 'Q8_0')} GB at Q8_0 and "
            f"{gb(size, 'F16')} GB at F16. Add about {number(extra_gb(size))} GB for the context.")


def gb(size, type_name):
    text = gigabytes(weights_gb(size, type_name))
    return "0.1" if text == "0" else text


def bits_of(type_name):
    return number(FILE_BITS[type_name])


def answer_need_type(size, type_name):
    about = "" if type_name in ("F32", "F16", "BF16") else "about "
    return (f"{type_name} takes {about}{bits_of(type_name)} bits for each weight, so {a_model(size)} needs about "
            f"{gb(size, type_name)} GB. Add about {number(extra_gb(size))} GB for the context.")


def total_gb(size, type_name):
    """The sum of the two numbers that an answer names, so that the verdict agrees with them."""
    return round(float(gb(size, type_name).replace(",", "")) + extra_gb(size), 1)


def verdict(size, type_name, ram):
    total = total_gb(size, type_name)
    if total <= 0.8 * ram:
        return f"So yes, it fits in {ram} GB."
    if total <= 0.95 * ram:
        return f"So it is tight in {ram} GB: close other programs, or take fewer bits."
    return f"So no, it does not fit in {ram} GB. Take a smaller model or fewer bits."


def answer_fit(size, type_name, ram):
    return (f"At {type_name} {a_model(size)} needs about {gb(size, type_name)} GB, and about {number(extra_gb(size))} GB for "
            f"the context: together {number(total_gb(size, type_name))} of {ram} GB. {verdict(size, type_name, ram)}")


def answer_choose(ram):
    best = max(size for size in CHOICES if weights_gb(size, "Q4_K_M") + extra_gb(size) <= 0.8 * ram + 1e-9)
    return (f"With {ram} GB you can run a model of up to {written(best)} at Q4_K_M. It needs about {gb(best, 'Q4_K_M')} GB, and "
            f"about {number(extra_gb(best))} GB for the context.")


def answer_kv(size, context):
    return (f"A context of {context:,} tokens takes about {gigabytes(KV_KB[size] * 1024 * context / 1e9)} GB with "
            f"{a_model(size)}, with keys and values in f16.")


def spell_ram(ram, rng):
    return rng.choice([f"{ram} GB", f"{ram} GB", f"{ram}GB", f"{ram} gb", f"{ram}gb", f"{ram} gigabytes", f"{ram} gigs", f"{ram}G", f"{ram} gig"])


def spell_context(context, rng):
    return rng.choice([str(context), str(context), f"{context:,}", f"{context // 1024}k", f"{context // 1024}K"])


def draw(rng, kind=None):
    """A question, its answer, and what it was about: {"size":…, "type":…, "ram":…}."""
    kind = kind or rng.choices(["need", "need_type", "fit", "fit_type", "choose", "kv"], [22, 34, 10, 12, 14, 8])[0]
    if kind == "choose":
        ram = pick(RAMS, rng)
        return _fill(rng.choice(CHOOSE), rng, R=spell_ram(ram, rng)), answer_choose(ram), {"ram": ram}
    if kind == "kv":
        size, context = rng.choice(list(KV_KB)), pick(CONTEXTS, rng)
        frame = rng.choice(KV)
        text = _fill(frame, rng, C=spell_context(context, rng), **_slots(rng, size, spell_size(size, rng)))
        named = any(word in text for word in (number(size) + "B", number(size) + "b", number(size) + " b", number(size) + " B", " billion"))
        size = size if named else 8
        return text, answer_kv(size, context), {"size": size, "context": context}
    size, spelled = sized(rng)
    about = {"size": size}
    slots = _slots(rng, size, spelled)
    if kind == "need":
        return _fill(rng.choice(NEED), rng, **slots), answer_need(size), about
    type_name, slots["T"] = typed(rng)
    if kind == "need_type":
        about["type"] = type_name
        return _fill(rng.choice(NEED_TYPE), rng, **slots), answer_need_type(size, type_name), about
    if kind == "fit":
        type_name, frame = "Q4_K_M", rng.choice(FIT)
    else:
        frame = rng.choice(FIT_TYPE)
    ram = near_ram(size, type_name, rng)
    slots["R"] = spell_ram(ram, rng)
    about.update(type=type_name, ram=ram)
    return _fill(frame, rng, **slots), answer_fit(size, type_name, ram), about


# What the frames can say, for the test that compares questions with the corpus.
_ANY_SIZE = "{" + "|".join(sorted({f for n in map(number, SIZES) for f in (n + "b", n + " b", n + " billion", n + "bn", n + " billion parameter")}
                                  | {s.lower() for s in NAMED} | {w + " billion" for w in SPOKEN.values()} | {"270m"})) + "}"
_ANY_TYPE = "{" + "|".join(sorted({s.lower() for name in POPULAR for s in said(name)} | {words for _, words in TYPE_WORDS})) + "}"
_ANY_RAM = "{" + "|".join(f"{r}{u}" for r in RAMS for u in (" gb", "gb", " gigabytes", " gigs", "g", " gig")) + "}"
_ANY_CONTEXT = "{" + "|".join(f for c in CONTEXTS for f in (str(c), f"{c:,}", f"{c // 1024}k")) + "}"


def frames():
    """Every frame as a phrase of its own."""
    import re
    WORDS.update(any_size=_ANY_SIZE, any_type=_ANY_TYPE, any_ram=_ANY_RAM, any_context=_ANY_CONTEXT)
    for frame in NEED + NEED_TYPE + FIT + FIT_TYPE + CHOOSE + KV:
        frame = re.sub(r"\bA\b", "[a|an] <any_size>", frame)
        frame = re.sub(r"\bS\b", "<any_size>", frame)
        frame = re.sub(r"\bT\b", "<any_type>", frame)
        frame = re.sub(r"\bR\b", "<any_ram>", frame)
        yield re.sub(r"\bC\b", "<any_context>", frame)


topic("memory-formula",
      "Multiply the billions of weights by the bits per weight and divide by 8: that gives the GB. For example 7 times 4.9 divided by 8 is about 4.3 GB; add about 1 GB for the context.",
      do="{calculate|compute|estimate|work out|find out|guess} {how much memory a model needs|the memory of a model|the size of a model|the memory|the ram that a model needs|how big a file is}",
      ask=["how <much> <memory> {does a model|do models|do i|does siskin} need", "how {is|do i get} the memory [of a model] {calculated|computed|}", "what is the {formula|rule} for the {memory|size} [of a model]", "{is there a|the} {formula|rule of thumb} for {memory|the memory|ram|model size}", "how many bytes {does a weight|is a weight|per weight}", "how do i know how much memory a model needs", "how big are models", "how {much ram|much memory} is needed"],
      keys="memory formula|memory needed|ram requirements|model memory|calculate memory|memory requirements|how much ram", weight=2)
topic("bigger-is-better",
      "Usually yes: a model with more parameters knows more and makes fewer mistakes. But it needs more memory and is slower.",
      ask=["is a {bigger|larger} model {better|smarter|always better}", "are {bigger|larger|more} {models|parameters} better", "what is the difference between {a 7b and a 70b|7b and 13b|8b and 70b|a small and a large model|1b and 8b} [model]", "why {take|use|should i use} a {bigger|larger} model", "what do i gain {with|from} a {bigger|larger} model", "how {good|smart} is {a 1b|a 3b|an 8b|a 7b|a 70b} model"],
      keys="bigger model better|7b vs 70b|size and quality|small vs large model")
topic("moe-memory",
      "All experts must be in memory, so count all weights, not only the active ones. A 30B-A3B model needs as much as any 30B model, about 18 GB at Q4_K_M.",
      ask=["how <much> <memory> does {a moe|a mixture of experts|a moe model|an a3b model} need", "do moe models need {less|more} memory", "must all experts be in memory", "does {30b-a3b|a moe model} need [the memory of] {30b or 3b|only the active weights}"],
      keys="moe memory|30b-a3b memory|mixture of experts ram")
