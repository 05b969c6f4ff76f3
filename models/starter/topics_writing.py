"""How an answer is steered: samplers, forms that it must have, thoughts, tools, sessions."""

from topic import FACTS, default, names, topic


def flag(key, text, **fields):
    """A topic on a flag. DEFAULT in the text stands for its default."""
    if "DEFAULT" in text:
        text = text.replace("DEFAULT", default(key))
        fields.setdefault("value", default(key))
    spelled = names(key)
    plain = key.lstrip("-").replace("-", " ")
    fields.setdefault("thing", f"{plain}|the {plain} setting|{plain} sampling")
    topic("flag-" + key, text, flag="|".join(spelled), keys="|".join([fields.pop("keys", plain), *spelled]), weight=0.7, **fields)


# ---- Samplers ----

flag("--typical", "--typical P prefers tokens that are about as surprising as the average one. The default 1 means off.", keys="typical sampling|typical p|locally typical")
flag("--top-nsigma", "--top-nsigma N keeps only tokens whose score is within N standard deviations of the best one. The default -1 means off.", keys="top n sigma|top-n-sigma|nsigma")
flag("--xtc-probability", "--xtc-probability P is how often XTC drops the most likely tokens and keeps the last good one, for more varied texts. The default 0 means off.", keys="xtc|XTC sampler|exclude top choices",
     ask=["what is {xtc|XTC|the xtc sampler}", "how do i {use|turn on} xtc"])
flag("--xtc-threshold", "--xtc-threshold P is how likely a token must be for XTC to drop it. The default is DEFAULT.")
flag("--dry-multiplier", "--dry-multiplier X turns on DRY, which makes it unlikely that a sequence of tokens is repeated. The default 0 means off; 0.8 is usual.", keys="dry|DRY sampler|repeated sequences",
     ask=["what is {dry|DRY|the dry sampler}", "how do i {use|turn on} dry", "the model repeats whole sentences, {which sampler helps|what can i do}"])
flag("--dry-base", "--dry-base X says how fast the DRY penalty grows with the length of the repetition. The default is DEFAULT.")
flag("--dry-allowed-length", "--dry-allowed-length N is how many tokens may be repeated before DRY counts it. The default is DEFAULT.")
flag("--dynatemp-range", "--dynatemp-range X lets the temperature vary by X: lower where the model is sure, higher where it is not. The default 0 means off.", keys="dynamic temperature|dynatemp", ask=["what is dynamic temperature", "is there a dynamic temperature"])
flag("--mirostat", "--mirostat 1 or 2 keeps the surprise of the text at one level instead of using top-k and top-p. The default 0 means off.", keys="mirostat", thing="mirostat|the mirostat sampler", ask=["what is mirostat", "how do i {use|turn on} mirostat"])
flag("--logit-bias", "--logit-bias ID+X makes a token more likely, and ID-X less likely, for example --logit-bias 15043-5.", keys="logit bias|ban a token|forbid a token", do="{forbid|ban|prefer|favour} a {token|word}|make a {token|word} {less|more} likely")
flag("--samplers", "--samplers LIST sets which samplers are used and in which order.", do="{change|set} the order of the samplers", keys="sampler order|order of samplers")
flag("--explain", "--explain shows all sampling settings and where each comes from: from your flags, from the model's file, or from siskin's defaults.",
     do="{see|show|print} {the|all} {settings|sampling settings} [that are used]|find out which settings are used", ask=["which settings does {the model|siskin} use", "where do the settings come from"])

flag("--adaptive-target", "--adaptive-target P aims at tokens of about this probability, neither the surest nor the wildest. The default -1 means off.")
flag("--mirostat-ent", "--mirostat-ent X is the level of surprise that mirostat aims at. The default is DEFAULT.")
flag("--mirostat-lr", "--mirostat-lr X is how fast mirostat adapts. The default is DEFAULT.")
flag("--pg", "In siskin bench, -pg P,N times the reading of P tokens and the writing of N as one.", thing="-pg in siskin bench")
flag("--sessions", "In siskin bench, --sessions N writes the answers of N conversations together and counts all their tokens.", thing="--sessions in siskin bench")

# ---- Forms ----

flag("--json-schema", "--json-schema takes a JSON schema, as text or as a file. The answer is then always valid JSON of that form.",
     do="{force|get|have} {json|valid json|a json answer|structured output}|use a json schema|make {the|an} answer fit a schema", ask=["does {siskin|it} support {json schema|structured output|json mode}", "can {the model|it} {answer in|write} {json|valid json|a fixed format}", "is there a json mode"],
     keys="json schema|structured output|json mode|valid json", thing="a json schema|structured output|json mode", example="siskin run model.gguf \"A person.\" --json-schema person.json")
flag("--grammar", "--grammar takes a grammar in the GBNF notation. The answer can then only be a text of that grammar.", thing="a grammar|gbnf|GBNF|constrained output|a gbnf grammar",
     do="use a {grammar|gbnf grammar}|force a format", ask=["does {siskin|it} support {grammars|gbnf}"], keys="grammar|gbnf|constrained output")
flag("--choices", "--choices a,b,c makes the answer exactly one of these texts, for example --choices yes,no.", do="{get|force} {a yes or no|one of a few answers|one of several words}|let the model choose [between words]|classify a text",
     ask=["can the answer be only yes or no", "how do i limit the answer to {some words|a list|yes and no}"], keys="choices|yes or no|classification", example="siskin run model.gguf \"Is it spam?\" --choices yes,no")
flag("--lenient", "--lenient makes siskin ignore the parts of a JSON schema that it cannot enforce. Normally they are an error.")

# ---- Thoughts and tools ----

flag("--think", "--think show, hide or off says what happens to the thoughts of a reasoning model: shown dim, hidden, or not asked for.",
     thing="think|the thinking of a model|the thoughts of a model", do="{hide|show|turn off|switch off} {the thinking|the thoughts|reasoning|the think text}|stop the model from thinking", ask=["can i hide the {thinking|thoughts|reasoning}", "how do i turn off {thinking|reasoning}"],
     keys="hide thinking|no thinking|thoughts|disable reasoning")
flag("--tools", "--tools FILE gives the model a list of tools in the OpenAI form. Its tool calls stand in the output of --json; siskin does not run them.",
     thing="tool calls|function calling|tool calling|tools", do="use {tools|function calling|tool calls}|give {the model|it} {tools|functions}", ask=["does {siskin|it} support {tools|tool calls|function calling}", "can {the model|siskin|it} {call tools|use tools|call functions}"], keys="tool calls|function calling|tools")
flag("--chat-template-kwargs", "--chat-template-kwargs takes a JSON object of values that the chat template can use.", keys="template variables|template arguments", do="{pass|give} {a variable|variables|values} to the {chat template|template}")

# ---- Sessions ----

flag("--session", "siskin chat -S NAME keeps the talk under a name. The next siskin chat -S NAME goes on where you stopped.",
     thing="a session|sessions|a named session|a saved session", keys="session|named chat", example="siskin chat model.gguf -S holiday")

# ---- Commands ----


def command(name, text, **fields):
    topic("command-" + name, text, thing=f"siskin {name}|the command {name}|the {name} command", keys=f"siskin {name}|" + fields.pop("keys", name), example=FACTS["commands"][name]["usage"],
          ask=[f"what does {{siskin {name}|the {name} command}} do", f"how do i use siskin {name}", f"is there a {name} command"] + fields.pop("ask", []), **fields)


command("template", "siskin template shows what the chat template of a model makes of a conversation, and marks the control tokens.", do="{see|show|test|debug|check} {the|a} {chat template|template}|see the prompt as the model sees it", keys="show template|debug template|render template")
command("completion", "siskin completion bash, zsh or fish prints a script that lets your shell complete siskin's commands and flags.", do="{get|install|turn on} {tab completion|shell completion}|complete flags with tab", keys="shell completion|tab completion|bash completion")
command("man", "siskin man prints the manual page. Read it with: siskin man | man -l -", do="{read|get|install|see} the {manual|man page|manual page}", keys="man page|manual")
