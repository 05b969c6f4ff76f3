"""Commands, flags, exit codes, and what can be typed in the chat. Names and defaults come from facts.json."""

from topic import FACTS, default, has, names, topic

COMMANDS = list(FACTS["commands"])


def command(name, *a, **fields):
    assert name in FACTS["commands"], name
    thing = f"siskin {name}|the command {name}|the {name} command|the command siskin {name}"
    ask = [f"what does {{siskin {name}|the {name} command|the command {name}}} do", f"how {{do i use|does one use|can i use}} {{siskin {name}|the {name} command|the command {name}}}", f"when {{do|should|would}} i {{use|need}} {{siskin {name}|the {name} command}}",
           f"what {{can i do|happens}} with siskin {name}", f"{{show me|give me}} an example {{of|for}} siskin {name}", f"is there a {name} command", f"siskin {name} {{usage|example|help|how}}", f"why would i {{use|type|need}} siskin {name}"]
    topic("command-" + name, *a, thing=thing, ask=ask + fields.pop("ask", []), example=fields.pop("example", FACTS["commands"][name]["usage"]), **fields)


command("run", "siskin run answers one prompt and ends: siskin run model.gguf \"Why is the sky blue?\" Without a model the starter answers.",
        do="ask {a|one|a single|one single} question|get {an|one} answer|{run|start|try|test|execute} {a model|my model|a gguf|a model file|an llm}|give {a model|the model} a prompt|run a prompt|use a model from the {terminal|command line|shell}|send a prompt to {a|the} model",
        ask=["how {does siskin run work|do i begin|do i start|do i get started|does one start|do i use siskin|do i use it|does it work}", "what is the {simplest|first|basic|most important} command", "what do i type {first|to start|to begin|now}", "{getting started|first steps|quick start|quickstart}", "i {installed|built} siskin, {what now|what next|now what}", "show me {an example|how it works|the basics|a simple example}"],
        keys="siskin run|run model|run gguf|one question|getting started|quick start|how to start",
        more="The prompt can also come from -p, from a file with -f, or from stdin.", weight=1.6)
command("chat", "siskin chat holds a conversation in the terminal: siskin chat model.gguf. The model sees all earlier turns; /exit leaves.",
        do="{start|begin|open|have} a {chat|conversation|dialogue|talk} [with a model]|{chat|talk|speak} {with|to} {a model|the model|an llm|my model}|have a longer {talk|conversation}|ask several questions [in a row]|ask a follow-up question",
        ask=["which command {starts|opens|begins} {a|the} {chat|conversation}", "is there {a chat mode|an interactive mode|a chat}", "how {does|do i open} the {chat|interactive mode} [work]", "can i {talk|chat} with {it|a model}"],
        keys="siskin chat|chat mode|interactive mode|conversation|start chat",
        more="In the chat /regen writes the last answer again, /undo takes it back, and /clear forgets the conversation.", weight=1.3)
command("info", "siskin info shows what is in a GGUF file: name, family, sizes, types, tokenizer, chat format, and whether siskin runs it.",
        do="{show|see|find out|list|read} {what is in|the contents of|details of|facts about|information about} {a|the|my} {gguf|model|file|model file}|{look|see} into a {gguf|model file|model}|{inspect|examine} a {gguf|model|file}|{see|find out|check} {the number of layers|the layers|the parameters|the quantization|the type|the context length|the architecture} of {a|my} {model|file|gguf}|find out which quantization a file has|list [all] tensors",
        ask=["which command {shows|prints|lists} {the metadata|the tensors|the layers|details of a model|what is in a file|the sizes}", "how {can|do} i see {which|what} {type|quantization|quant|context} {a|my} {file|model} has", "can i {look inside|inspect|examine} a {gguf|model|file}", "does {my|a} {model|file} run {in|with} siskin", "how do i {know|find out|see} {if|whether} {a|my} model {runs|works|is supported}"],
        keys="siskin info|inspect gguf|model details|show metadata|model info|list tensors",
        more="With --json it prints everything as one JSON object, and --tensor NAME -o FILE writes one tensor.", weight=1.2)
command("bench", "siskin bench measures speed in tokens per second: pp512 is reading a prompt of 512 tokens, tg128 is writing 128 tokens.",
        do="measure {the|} {speed|tokens per second|performance} [of a model|of my machine]|{run|start|make} a {benchmark|speed test}|benchmark {a model|my machine|my computer|siskin}|{test|check|see|find out} {how fast a model is|how fast it is|the speed|how many tokens per second i get}|compare {the|} speed [of two models]",
        ask=["how {fast|quick} is {my model|my computer|it here|this machine|a model here}", "which command {measures|tests|shows} {the speed|speed|tokens per second|the performance}", "is there a {benchmark|speed test}", "how many tokens per second {do i get|does it make|can i expect|are normal}", "how do i know how fast it is"],
        keys="siskin bench|benchmark|speed test|tokens per second|measure speed|performance test",
        more="Each test runs 5 times; -r changes that, and -o json or -o csv changes the format.", weight=1.2)
topic("pp-tg",
      "pp512 means prompt processing: reading 512 tokens. tg128 means token generation: writing 128 tokens. Both are in tokens per second.",
      thing="pp512|tg128|pp512 and tg128|pp and tg in the benchmark|the pp in the benchmark|tg|pp|t/s",
      ask=["what {do|does} {pp512|tg128|pp and tg|pp512 and tg128|the columns of the benchmark|the test names|t/s} {mean|stand for}", "how do i read {the benchmark|the table of siskin bench|bench results|the output of bench}", "what {is|does} {the result of bench|the bench table} [say]"],
      keys="pp512|tg128|bench output|benchmark table|t/s")
command("tokenize", "siskin tokenize reads text from stdin and prints its tokens: siskin tokenize -m model.gguf < text.txt. With --ids it prints only the numbers.",
        do="{tokenize|split} {a text|text|a file|my text|a sentence}|{see|show|get|print} {the tokens|the token ids|token ids|tokens} [of a text|of a sentence|of a file]|count [the] tokens [of a text|in a file|of my prompt]|{find out|see|know|check} how many tokens {a text|my prompt|my text|a file|a sentence} has|turn text into {tokens|numbers|ids}",
        ask=["how many tokens {does my text have|has my file|are in my text|is my prompt|has this text}", "which command {counts|shows|prints} [the] tokens", "how is my text {split|cut} into tokens", "can siskin count tokens", "is there a token counter"],
        keys="siskin tokenize|count tokens|token ids|tokenize text|token counter", weight=1.2,
        more="The other way is siskin tokenize -m model.gguf --decode 1,2,3")
command("logits", "siskin logits reads token ids and computes the logits, the scores of all tokens: siskin logits -m model.gguf --tokens 1,2,3 -o out.f32",
        do="{get|see|write|save|compute|print|export} [the] {logits|scores|raw numbers|probabilities} [of a model|of the next token]|compare the numbers of two {programs|versions|machines}",
        ask=["how do i get the {logits|scores|probabilities}", "which command {writes|computes|prints} {logits|the logits|scores}", "in which format are the logits {written|saved}"],
        keys="siskin logits|get logits|export logits|write logits",
        more="The file holds float32 numbers, one row for each token read. --greedy N then writes N tokens.")
command("doctor", "siskin doctor shows what your processor can do and which kernels siskin uses, and checks every kernel against the plain ones.",
        do="{check|test|see|find out} {if|whether} {siskin|it} {computes|works|calculates} {right|correctly} [on my machine|on this machine|here]|{check|test} {my|the} {processor|cpu|machine|kernels|hardware}|{see|find out|show} {which kernels|which instruction set|what kernel} {siskin|it} {uses|takes|has chosen}|{see|find out} what my {cpu|processor|machine} can do",
        ask=["which command {checks|tests} {my machine|the kernels|the cpu|the installation|my hardware}", "is there a self-test", "how do i know {that|whether|if} {it computes|the kernels are|the results are} {right|correct|correctly}", "which {instruction set|kernels} {does siskin use|are used} [here|on my machine]", "is my {cpu|processor|machine} {supported|good enough|okay}"],
        keys="siskin doctor|self-test|check cpu|check kernels|hardware check|diagnose", weight=1.2)

topic("commands-list",
      "The commands are " + ", ".join(COMMANDS[:-1]) + " and " + COMMANDS[-1] + ". siskin COMMAND --help lists the flags of one.",
      thing="the commands of siskin|siskin's commands|all commands|the subcommands",
      do="{see|list|show|get} {all|the} commands",
      ask=["{which|what} commands {are there|does siskin have|exist|can i use|does it know|do i have}", "{list|name|show|tell me} {all|the} commands", "what {can|may} i type after siskin", "how many commands {are there|does siskin have}", "what else can siskin do", "{an overview|a list} of [the|all] commands"],
      keys="commands|list of commands|all commands|siskin commands|command overview", weight=1.3)
topic("help-flag",
      "Type siskin --help for the commands, or siskin COMMAND --help for the flags of one, for example siskin run --help.",
      do="{get|find|see|read} {help|the help|all flags|the flags|a list of flags|the options|all options}|{list|show} {all|the} {flags|options} [of a command]",
      ask=["{which|what} {flags|options} {are there|does siskin run have|exist|can i use|does siskin have}", "where {are|do i find} {the flags|all flags|the options|help|the documentation of flags}", "is there {a help|a list of flags|help|a manual page}", "how do i {learn|find} {the flags|all options}", "where {is|can i read about} {a flag|the flags} {explained|}", "list {all|the} {flags|options}"],
      flag="--help|-h", keys="help|--help|flags list|all options|command help|man page")
topic("run-vs-chat",
      "siskin run answers one prompt and ends, which is good for scripts. siskin chat holds a conversation and remembers the earlier turns.",
      thing="the difference between run and chat|run and chat",
      ask=["what is the difference between {siskin run and siskin chat|run and chat|chat and run}", "{run or chat|chat or run}", "when {do i use|should i take} {run and when chat|chat and when run}", "should i use {run or chat|chat or run}", "why are there run and chat", "does {siskin run|run} remember {anything|the last question}"],
      keys="run vs chat|chat vs run|difference run chat")
topic("serve",
      "siskin has no server yet. Use siskin run in your scripts, or siskin chat in a terminal." if not has("serve") else
      "Yes: siskin serve starts a local server that speaks the OpenAI protocol.",
      thing="a server|an api|the http api|siskin serve|a web interface|a web ui|an openai api",
      do="{start|run|use} {a server|an api|siskin as a server|a web ui|the http server}|{use|call|reach} siskin {over http|from another program|over the network|by api|from python|from a website}|connect {another program|an app|my editor|open webui|vs code} [to siskin]",
      ask=["is there {a server|an api|a web ui|an http server|a rest api|an openai compatible api|a graphical interface|a gui}", "does siskin have {a server|an api|a web interface|a gui|a window}", "can {other programs|my app|several users|my website} {use|talk to|reach} siskin", "{siskin serve|is serve there}"],
      keys="server|api|http server|openai api|web ui|siskin serve|rest|gui")

# ---- Flags ----


def flag(key, *a, **fields):
    assert key in FACTS["flags"], key
    spelled = names(key)
    topic("flag-" + key, *a, flag=fields.pop("flag", "|".join(spelled)), keys="|".join(filter(None, [fields.pop("keys", ""), *spelled])), **fields)


flag("--model", "-m names the model, a GGUF file or a name that siskin list shows: siskin run -m model.gguf \"Hello\". You can also write it first, without -m.",
     do="{name|give|choose|set|specify|pick} {the|a|my} {model|model file|gguf|gguf file}|{tell|say} siskin which {model|file} to use|use {my|a certain|another} {model|gguf|file}|load {a model|my model|a gguf|my file}",
     ask=["how {does siskin know|do i say} which model {to use|i want}", "where {do i put|goes|do i write|do i give} {the model|the model file|the file name|the path of the model}", "which flag {names|sets|is for} the model"],
     example="siskin run -m model.gguf \"Hello\"", weight=1.2)
flag("--pre", "--pre NAME sets the pre-tokenizer, the rule that cuts text into words before BPE. You need it only when the file names an unknown or a wrong one.",
     setting="pre-tokenizer",
     trouble="siskin {says|reports|complains about an|stops with} unknown pre-tokenizer|the pre-tokenizer is {unknown|missing|wrong}|i get unknown pre-tokenizer",
     ask=["what is a pre-tokenizer", "unknown pre-tokenizer", "what is tokenizer.ggml.pre"],
     keys="pre-tokenizer|unknown pre-tokenizer", how="The error lists the known names. Try the one of the model's family, for example --pre llama-bpe.")
flag("--verbose", "-v says more on stderr: which model and kernels are used, how many threads, the seed, and the speed.",
     do="{see|get|show} more {details|information|output|messages}|see what {siskin|it} does|{see|show|print} the {speed|tokens per second} [after an answer]|turn on {verbose|debug} {output|mode}|find out which seed was used",
     ask=["is there a {verbose|debug} {mode|flag}", "how can i see {the speed|the seed|what happens|tokens per second} [of an answer]", "which flag {shows|prints} {details|more|the speed}"],
     keys="verbose|more details|debug output|show speed|logging", example="siskin run model.gguf \"Hello\" -v")
flag("--prompt", "-p TEXT gives the prompt: siskin run -m model.gguf -p \"Hello\". Then stdin is not read.",
     do="{give|pass|set|write} {the|a} prompt {as a flag|on the command line|with a flag}",
     ask=["where {do i put|goes|do i write} {the|my} {prompt|question}", "which flag {is for|gives|sets} the prompt", "must the prompt be in quotes"],
     keys="prompt flag", example="siskin run -m model.gguf -p \"Hello\"")
flag("--file", "-f FILE reads the prompt from a file: siskin run model.gguf -f prompt.txt. With -f - it comes from stdin.",
     do="{read|take|load|get} {the|a|my} prompt from a {file|text file}|put {the|my} prompt [in]to a file|use a {file|text file} as {the|a} prompt|{give|pass|feed} {it|the model} a {file|text file}",
     ask=["can the prompt {come from|be in|be} a file", "my prompt is {very long|in a file|too long for the command line}", "which flag reads a {file|prompt file}"],
     keys="prompt from file|prompt file|read file", example="siskin run model.gguf -f prompt.txt")
flag("--json", "--json prints one JSON object instead of plain text: the answer, the finish reason, token counts, timings, the seed and the model.",
     do="{get|print|have} {json|the answer as json|json output|a json object}|{get|have} {the result|the output} in json|{read|parse} the {answer|result} in a program",
     ask=["is there [a] json output", "can {siskin|it} print json", "how do i get {token counts|timings|the finish reason} in a script", "what is in the json [output|object]"],
     keys="json|json output|machine readable|parse output", example="siskin run model.gguf \"Hello\" --json")
flag("--max-time", "--max-time SECONDS stops the answer after so many seconds. siskin then ends with exit code 124.",
     do="{set|give it|have} a time limit|limit the time [of an answer]|stop [it] after {some|ten|30|60|a few} seconds|stop after a minute|{make sure|see to it} that it does not take too long",
     ask=["is there a {time limit|timeout}", "how long may {an answer|it} {take|run}", "can i limit the {time|seconds|duration|run time}", "which flag {sets|is} a {timeout|time limit}"],
     keys="time limit|timeout|max time|limit seconds", example="siskin run model.gguf \"Hello\" --max-time 20")
flag("--raw", "--raw takes the prompt as a text to go on with, not as a message. The chat template is then not used.",
     do="{continue|go on with|complete} {a text|my text|a story|a sentence|text}|{turn off|switch off|disable|skip|not use} the {chat template|template|chat format|chat mode}|use {a base model|completion mode|raw mode|plain completion}|{get|have} a {completion|plain completion}",
     ask=["how do i use a base model", "can {siskin|it} {complete|continue} a text", "is there a {completion|raw} mode", "how do i send the prompt without a template"],
     keys="raw|raw mode|completion|continue text|without template|text completion", example="siskin run model.gguf --raw \"Once upon a time\"")
flag("--conversation", "-cnv treats the prompt as a message also when the model has no chat template. Otherwise siskin decides by the template in the file.",
     ask=["how do i force {chat mode|the chat format}", "the model has no template but i want {a chat|it to answer}"], keys="force chat mode")
flag("--chat-template", "--chat-template NAME chooses the chat format, for example chatml, llama3, gemma or phi3, or a Jinja file. Normally the template in the model's file is used.",
     do="{set|change|choose|override|use another|fix|give} {the|a|} {chat template|template|chat format|prompt format}|use {chatml|the llama3 format|another template}",
     trouble="the {chat template|template|chat format} is {wrong|missing|broken|not known}|siskin says that it does not know the {chat template|template}|the model has no chat template",
     ask=["which {chat templates|templates|chat formats} {can i choose|are there|does siskin know}", "what if the {template|chat template} is {wrong|missing|unknown}"],
     keys="change template|set chat template|wrong template|override template", example="siskin chat model.gguf --chat-template chatml")
flag("--system-prompt", "--system-prompt TEXT tells the model how to behave before the conversation; -sys is short for it. It works with run and chat.",
     do="{set|give|use|write|change|add} {a|the} {system prompt|system message|role|persona}|give {it|the model} {a role|a persona|instructions|a style|a character}|tell {it|the model} how to {behave|answer|act|speak|write}|make {it|the model} {polite|funny|a teacher|act like a pirate|answer as a teacher|speak like a child|answer in german}",
     ask=["where {do i put|goes|can i write} the system prompt", "which flag {is for|sets} the system prompt", "can i {set|use} a system prompt"],
     keys="system prompt flag|set role|persona|system message", example="siskin chat model.gguf -sys \"You are a patient teacher.\"", weight=1.2)
flag("--threads", "-t N sets how many threads compute. The default 0 takes what your machine does best: one for each fast core.",
     do="{set|change|limit|choose|reduce|increase} the [number of] {threads|cores|cpus}|use {more|fewer|all|4|8|two|half of the|only two} {threads|cores}|use {only one|one|a single} {thread|core}|make {siskin|it} use {fewer|less|more|all} {cores|threads|cpu}",
     setting="number of threads|threads|thread count",
     ask=["how many {threads|cores} {does siskin use|are used|should i use|are best|do i need|does it take|should i set}", "what is the best number of threads", "are more threads {better|faster}", "does it use all [my] cores", "which flag sets the {threads|cores|number of threads}", "should i use hyperthreads", "how many cores are used"],
     trouble="{siskin|it} uses {only half of my cores|not all cores|only some cores|only 4 cores|too many cores|all my cores|100% cpu}",
     keys="threads|cores|number of threads|thread count|how many threads", value="0, which takes one thread for each fast core", weight=1.3,
     more="More threads than cores make it slower, because writing is limited by the memory.")
flag("--ctx-size", "-c N sets the context: how many tokens prompt and answer may have together. The default 0 takes what the model was made for.",
     do="{set|change|increase|reduce|limit|raise|choose} the {context|context size|context length|context window|ctx}|{use|get|have} a {larger|longer|bigger|smaller} context|allow longer {prompts|conversations|texts}",
     setting="context|context size|context length|ctx-size",
     ask=["which flag {sets|changes} the context", "how do i get {32k|8k|16k|128k|more} context", "what context {size|} should i {use|set}", "what does {-c 4096|-c 8192|-c 0|-c 2048|-c 32768|ctx 4096} {mean|do}"],
     keys="context size flag|set context|-c 4096|larger context|change context", value="0, which takes the size that the model was made for", example="siskin chat model.gguf -c 8192", weight=1.2,
     more="Where that does not fit into memory, siskin takes the largest context that does, and says so. siskin plan shows it.")
flag("--batch-size", "-b N sets how many tokens of the prompt are read in one pass at most. The default is " + default("--batch-size") + "; smaller needs a little less memory.",
     do="{set|change} the batch size|read the prompt in smaller pieces", setting="batch size", keys="batch size", value=default("--batch-size"),
     ask=["what batch size {should i use|is good}", "does the batch size change the answer"])
flag("--ubatch-size", "-ub N also limits how many tokens are read in one pass; the smaller of -b and -ub counts. The default is " + default("--ubatch-size") + ".",
     setting="ubatch size|micro batch size", keys="ubatch", value=default("--ubatch-size"), ask=["what is the difference between {-b and -ub|batch and ubatch}"], weight=0.7)
flag("--cache-type-k", "-ctk TYPE and -ctv TYPE set how keys and values are kept in the KV cache. The default is " + default("--cache-type-k") + "; siskin run --help names the types.",
     flag="-ctk|-ctv|--cache-type-k|--cache-type-v|-ctk f32|-ctv f32|-ctk and -ctv", setting="type of the kv cache|cache type",
     do="{set|change} the [kv] cache type|{keep|store} the {cache|kv cache} {in f32|in f16|with more bits|more exactly}|quantize the kv cache",
     ask=["which types can the {kv cache|cache} have", "can the {kv cache|cache} be {quantized|q8_0|f32|q4_0}"], keys="cache type|kv cache type|quantized kv cache", value=default("--cache-type-k"))
flag("--gpu-layers", "-ngl N is accepted for scripts, but siskin computes every layer on the CPU. For N above 0 it prints a note; the default is 0.",
     flag="-ngl|--gpu-layers|--n-gpu-layers|-ngl 99|-ngl 33|-ngl 0|-ngl 35", setting="number of gpu layers|gpu layers|ngl",
     ask=["{can|may|do|should|must} i {leave|keep|use|remove|delete|give} -ngl [99|33|] [in my scripts|in my command]", "how many layers {go|run|are} on the gpu", "what happens {to|with} {-ngl|gpu flags|my gpu flags}", "does -ngl {work|break anything|cause an error}"],
     keys="gpu layers|ngl|-ngl 99|n_gpu_layers", value="0")
flag("--predict", "-n N limits the answer to N tokens. The default -1 means no limit but the context.",
     flag="-n|--predict|--n-predict|-n 100|-n 256|-n -1|-n 512",
     do="{limit|set|restrict|control} the {length|size} of the answer|{make|get|keep} the {answer|reply|output|response} {short|shorter|brief}|{get|have} {short|shorter} {answers|replies}|stop after {100|200|50|some|a hundred|N} tokens|write {at most|no more than|only} {100|50|200} tokens|set the maximum {length|number of tokens}|{get|have|write|allow} {longer|long} {answers|texts}",
     setting="number of tokens to predict|maximum length|answer length|n-predict|max tokens|length limit",
     ask=["which flag {limits|sets} the {length|number of tokens|answer length|size of the answer}", "how long {can|may|is} an answer [be]", "what is the {maximum|longest} {length|answer}", "what is siskin's max_tokens", "why {are|is} the {answers|answer} so long", "how many tokens {does it write|will it write|can it write}"],
     keys="max tokens|answer length|limit length|n_predict|maximum tokens|shorter answer|num_predict", value="-1, which means no limit but the context", example="siskin run model.gguf \"Hello\" -n 100", weight=1.3)
flag("--seed", "--seed N fixes the random choices. With the same seed, model, prompt and settings you get the same answer every time.",
     do="{set|fix|choose|use} {a|the} {seed|random seed}|{get|have|make} {the same|reproducible|repeatable|identical} {answer|answers|results|output} [every time|again|twice]|repeat an answer [exactly]|make the {answer|output} {reproducible|repeatable|deterministic|the same each time}",
     setting="seed",
     ask=["what is {a|the} seed", "which flag makes {it|the answer} {reproducible|repeatable}", "is the answer the same {every time|with the same seed}", "what seed {is used|do i get} by default", "what {happens|is} without a seed", "how do i {reproduce|repeat} {an answer|a result}"],
     keys="seed|random seed|reproducible|same answer|repeatable|deterministic output", value="a random number; -v shows it", example="siskin run model.gguf \"Hello\" --seed 7", weight=1.2)
flag("--temp", "--temp X sets the temperature: low values make the answer predictable, high values make it varied. The default is " + default("--temp") + "; 0 always takes the most likely token.",
     flag="--temp|--temperature|--temp 0.7|--temp 1.5|--temp 0.2|temperature",
     thing="temperature|the temperature|temp|the temperature of a model",
     do="{set|change|lower|raise|increase|reduce} the temperature|make the {answers|answer|model} {more creative|less random|more random|more varied|more predictable|more exact|more factual|less wild|more sober}|{get|have} {more creative|less random|more exact|more sober} {answers|texts}",
     setting="temperature|temp|temp value",
     ask=["what temperature {should i use|is good|is best|is right} [for facts|for stories|for code|for chat]", "what does {a high temperature|a low temperature|high temperature|temperature 1|temperature 2} {mean|do}", "is a {high|low} temperature {better|good}", "which flag makes it more {creative|random|predictable}", "how {creative|random} is it"],
     keys="temperature|temp|temperature flag|more creative|creativity|randomness", value=default("--temp"), example="siskin run model.gguf \"Hello\" --temp 0.3", weight=1.4,
     more="For facts 0 to 0.3 is good, for stories 0.8 to 1.")
topic("temp-zero",
      "With --temp 0 the model always takes the most likely token. The answer is then the same every time, and the seed does not matter.",
      flag="--temp 0|temperature 0|--temperature 0|temp 0|-temp 0",
      ask=["what happens {at|with|when i set|if i use} temperature {0|zero}", "is temperature {0|zero} {allowed|good|greedy|possible}", "can {the|} temperature be {0|zero}", "what does temperature {0|zero} {do|mean}", "what is the lowest temperature", "how do i turn off {randomness|the randomness|sampling|chance}", "how do i get {no randomness|the most likely answer}"],
      keys="temp 0|temperature zero|no randomness|deterministic", example="siskin run model.gguf \"Hello\" --temp 0")
flag("--top-k", "--top-k K keeps only the K most likely tokens for the choice. The default is " + default("--top-k") + ", 0 turns it off, and 1 always takes the most likely token.",
     flag="--top-k|top-k|top k|topk|top_k|--top-k 40|--top-k 1", thing="top-k|top k|top-k sampling|topk|top_k", setting="top-k|top k|top_k",
     do="{set|change|turn off|disable} {top-k|top k}", ask=["is top-k {1|one} {greedy|the same as greedy|like temperature 0}", "what top-k is good"],
     keys="top-k|top k|topk", value=default("--top-k"), weight=1.2)
flag("--top-p", "--top-p P keeps only the most likely tokens that together reach the probability P. The default is " + default("--top-p") + ", and 1 turns it off.",
     flag="--top-p|top-p|top p|topp|top_p|--top-p 0.9|nucleus sampling", thing="top-p|top p|top-p sampling|nucleus sampling|topp|top_p", setting="top-p|top p|top_p",
     do="{set|change|turn off|disable} {top-p|top p}", ask=["what top-p is good", "what is the difference between {top-k and top-p|top k and top p|top-p and top-k}"],
     keys="top-p|top p|topp|nucleus", value=default("--top-p"), weight=1.2)
flag("--min-p", "--min-p P drops tokens that are less likely than P times the best one. The default is " + default("--min-p") + ", and 0 turns it off.",
     flag="--min-p|min-p|min p|minp|min_p|--min-p 0.1", thing="min-p|min p|min-p sampling|minp|min_p", setting="min-p|min p|min_p",
     do="{set|change|turn off|disable} {min-p|min p}", ask=["what min-p is good", "is min-p better than top-p", "what is the difference between {top-p and min-p|min-p and top-p|min p and top p}"],
     keys="min-p|min p|minp", value=default("--min-p"), weight=1.2)
flag("--repeat-penalty", "--repeat-penalty X makes tokens that were just used less likely. The default 1 means off; 1.1 is a mild value against loops.",
     flag="--repeat-penalty|repeat penalty|--repeat-penalty 1.1|repeat_penalty", thing="the repeat penalty|repeat penalty|repetition penalty|a repetition penalty", setting="repeat penalty|repetition penalty",
     do="{stop|avoid|prevent|reduce|punish} {repetition|repetitions|loops|the loop}|set the {repeat|repetition} penalty|keep the model from repeating [itself]",
     ask=["what repeat penalty is good", "is {the|a} repeat penalty on [by default]", "which flag {stops|is against} {loops|repetition|repetitions}"],
     keys="repeat penalty|repetition penalty|avoid loops", value="1, which means off", example="siskin run model.gguf \"Hello\" --repeat-penalty 1.1")
flag("--repeat-last-n", "--repeat-last-n N says how many of the last tokens the penalties look at. The default is " + default("--repeat-last-n") + "; -1 means all, 0 turns them off.",
     setting="repeat-last-n|range of the penalties|penalty window", ask=["how many tokens {do the penalties look at|count for the penalties|does the repeat penalty see}", "how far {do the penalties|does the repeat penalty} {reach|see|go} [back]"],
     keys="repeat last n|penalty range", value=default("--repeat-last-n"))
flag("--presence-penalty", "--presence-penalty X lowers the score of every token that has already appeared, no matter how often. The default 0 means off.",
     thing="the presence penalty|presence penalty|a presence penalty", setting="presence penalty", keys="presence penalty", value="0, which means off",
     ask=["what is the difference between {presence and frequency penalty|frequency and presence penalty}"])
flag("--frequency-penalty", "--frequency-penalty X lowers the score of a token for each time that it has appeared, so frequent words become less likely. The default 0 means off.",
     thing="the frequency penalty|frequency penalty|a frequency penalty", setting="frequency penalty", keys="frequency penalty", value="0, which means off")
flag("--stop", "--stop TEXT ends the answer before this text; -r is short for it. It may be given several times.",
     flag="--stop|-r|--reverse-prompt", thing="a stop string|stop strings|a stop word|stop sequences|a reverse prompt",
     do="{stop|end|cut|finish} {the answer|it|the output|the text} {at|before|when it writes} {a word|a certain word|a text|a line|some text|a sign|a string}|{set|use|give|add} {a|} stop {string|strings|word|words|sequence|sequences}|stop when a {certain|} {word|text|line} {appears|comes|is written}",
     ask=["which flag {sets|is for} stop {strings|words|sequences}", "can i {stop|end} the answer at a {certain|} word", "does siskin have stop {words|strings|sequences}", "may i give several stop {strings|words}"],
     keys="stop string|stop word|stop sequence|reverse prompt", example="siskin run model.gguf \"Count.\" --stop \"10\"")
flag("--ignore-eos", "--ignore-eos makes the model go on after it has ended its answer. Then only -n or the context stops it, so give -n too.",
     do="{make|let} {it|the model} {go on|write on|continue} [after the end]|ignore the {end token|eos|end of the answer}|{make|let} the answer never end|force {a long|longer} {answer|text|output}",
     ask=["the answer ends too {early|soon}, can it go on", "which flag ignores the {end|eos|end token}"], keys="ignore eos|go on after end", example="siskin run model.gguf \"Hello\" --ignore-eos -n 500")
flag("--special", "--special shows control tokens, such as the end of a message, in the output. Normally they are hidden; -sp is short for it.",
     do="{show|see|print} {control|special} tokens|see the {hidden|end} tokens", ask=["are control tokens {hidden|shown}", "which flag shows {special|control} tokens"], keys="show special tokens|show control tokens")
flag("--escape", "-e means that \\n, \\t and \\xHH in the texts of flags stand for characters. It is on by default; --no-escape turns it off.",
     flag="-e|--escape|--no-escape", do="{write|put|use} {a newline|\\n|a line break|a tab} in {a|the} prompt", ask=["does \\n work in {prompts|a prompt|flags}", "how do i write a {newline|line break} in {-p|the prompt}"], keys="escape|newline in prompt|\\n in prompt")
flag("--tokens", "--tokens IDS gives siskin logits the token ids to read, for example --tokens 1,2,3. With - they come from stdin.", weight=0.7)
flag("--greedy", "--greedy N makes siskin logits write N tokens after reading, always the most likely one.", weight=0.7)
flag("--output", "-o FILE says where the result goes: the logits of siskin logits, the tensor of siskin info, the answers of run --each. For siskin bench it is the format: md, csv or json.",
     flag="-o|--output|-o json|-o csv", ask=["how do i get the {benchmark|bench results} as {csv|json|a table|markdown}", "which formats does {bench|siskin bench} have"], keys="output file|bench csv|bench json", weight=0.8)
flag("--ids", "--ids makes siskin tokenize print only the token numbers, as a JSON array.", do="{print|get|see} only the [token] {ids|numbers}", keys="ids only", weight=0.7)
flag("--no-bos", "--no-bos makes siskin tokenize leave out the tokens that the vocabulary puts at the ends of a text.", do="leave out {the bos token|bos}", weight=0.7)
flag("--parse-special", "With --parse-special, control tokens that are written out in the text become those tokens in siskin tokenize.", weight=0.7)
flag("--decode", "--decode IDS turns token ids back into text: siskin tokenize -m model.gguf --decode 1,2,3",
     do="{turn|convert|change} {ids|token ids|numbers|tokens} [back] {in|}to text|decode {tokens|token ids|ids|numbers}|{see|find out} {what|which text|which word} {a token id|a token|an id|a token number} {is|means|stands for}",
     ask=["what {word|text|token} is token {number|id} {5|100|1234|29871|15043}", "can siskin decode {tokens|ids}", "is there a detokenizer"], keys="decode tokens|ids to text|detokenize", example="siskin tokenize -m model.gguf --decode 1,2,3")
flag("--tensor", "--tensor NAME writes one tensor of a file as float32 numbers: siskin info model.gguf --tensor NAME -o out.f32",
     do="{get|write|export|extract|save} {a|one} tensor|{see|read} the numbers of a tensor", ask=["how do i get the {numbers|values|weights} of a tensor"], keys="export tensor|extract tensor")
flag("--n-prompt", "In siskin bench, -p sets how many tokens the reading tests have. The default is 512; a list such as 512,1024 is possible.", flag="--n-prompt|bench -p|-p in siskin bench", setting="prompt length in bench", value="512", weight=0.7)
flag("--n-gen", "In siskin bench, -n sets how many tokens the writing tests have. The default is 128.", flag="--n-gen|bench -n|-n in siskin bench", setting="number of tokens to write in bench", value="128", weight=0.7)
flag("--n-depth", "In siskin bench, -d sets how many tokens are in the context before a test. It shows how speed falls with a long context.", flag="--n-depth|bench -d|-d in siskin bench", weight=0.7)
flag("--repetitions", "In siskin bench, -r sets how often each test is measured. The default is 5.", flag="--repetitions|bench -r|-r in siskin bench", setting="number of repetitions in bench", value="5", ask=["how often {is each test|does bench} {measured|run}"], weight=0.7)
flag("--no-warmup", "--no-warmup makes siskin bench measure from the first run on, without a run before it.", weight=0.6)
topic("ignored-flags",
      "Flags that make no sense on a CPU, such as --tensor-split or --main-gpu, are accepted and ignored. So old scripts keep working.",
      flag="--tensor-split|--main-gpu|--split-mode|--flash-attn|-fa|--mlock|-ot|--cpu-moe|--override-tensor|-ts|-mg",
      ask=["which flags are ignored", "what happens {with|to} unknown {llama.cpp|gpu} flags", "does siskin {use|have|need} flash attention"],
      keys="ignored flags|flash attention|mlock|tensor split")
topic("unknown-flag",
      "An unknown flag is an error with exit code 2, and siskin says which name may be meant. siskin COMMAND --help lists all flags.",
      trouble="siskin {says|reports} unknown flag|siskin does not know a flag|i {typed|wrote|used} a wrong flag|i made a typo in a flag",
      ask=["what happens {if|when} i {mistype|misspell} a flag", "did you mean"], keys="unknown flag|wrong flag|typo in flag")

# ---- Exit codes ----


def code(number, *a, trouble="", ask=(), keys="", **fields):
    assert number in FACTS["exit_codes"], number
    n = number
    names_ = "{exit code|code|exit status|status|return code|return value|error code|error|exit}"
    topic("exit-" + n, *a, thing=f"exit code {n}|code {n}|exit status {n}|error {n}|return code {n}|the exit code {n}" + (f"|{n}" if len(n) > 1 else ""),
          trouble="|".join(filter(None, [f"siskin {{ends|stops|exits|ended|exited|stopped|failed|fails}} with [exit] [code] {n}|i {{get|got|see|have}} {names_} {n}|it {{returns|returned|exits with|ended with|says}} {n}|my script {{gets|got|stops with|fails with}} [exit code|] {n}|the {{exit code|exit status|return code}} is {n}", trouble])),
          ask=[f"what does {{exit code|code|exit status|return code|error}} {n} mean", f"what {{is|means}} {names_} {n}", f"why {{do i get|is there|did it end with|does it end with}} {names_} {n}", f"{names_} {n}", f"what {{is wrong|happened}} {{with|when i get|if i see}} {names_} {n}", f"$? is {n}", *ask],
          keys="|".join(filter(None, [f"exit code {n}|exit {n}|error {n}|code {n}", keys])), **fields)


code("0", "Exit code 0 means that all went well.", keys="success code", ask=["what {is|code means} success", "which {exit code|code} means {success|ok|that it worked}", "what {exit code|code} do i get {when it works|on success}"], weight=0.8)
code("1", "Exit code 1 means that it failed for a reason that has no code of its own. The line on stderr says why.", weight=0.8,
     more="For siskin choose it means: not this answer, or not likely enough. For run --each: some of the lines failed.")
code("2", "Exit code 2 means wrong usage: a flag or an argument is not right. siskin COMMAND --help lists the flags.", keys="usage error", ask=["which exit code {means|is for} wrong usage"])
code("65", "Exit code 65 means a bad model or bad data: the file is damaged or of a kind that siskin does not run, or the numbers are not finite. The line on stderr says what and where.",
     ask=["which exit code {means|is for} a {bad|broken|damaged} {model|file}"], how="Look at the message; often the download is incomplete, so download the file again.")
code("66", "Exit code 66 means that there is no such file. Check the path and the spelling of the name.",
     trouble="siskin {does not find|cannot find|can't find|can not find} {my|the} {file|model|gguf}|{the|my} {file|model} is not found|it says no such file [or directory]|the model file does not exist",
     ask=["no such file", "file not found", "which exit code {means|is for} {a missing file|no such file|file not found}"], keys="no such file|file not found|model not found", how="Type ls and the name of the file, and give the whole path, for example -m ~/models/model.gguf.")
code("70", "Exit code 70 means a bug in siskin itself. It is not your fault; please report it with the command and the message.", keys="bug code")
code("71", "Exit code 71 means not enough memory. Take a smaller model, a type with fewer bits, or a smaller context with -c; siskin plan shows what fits.", keys="memory error code", ask=["which exit code {means|is for} {out of memory|not enough memory|too little memory}"])
code("73", "Exit code 73 means that the output file cannot be created. Check the folder, whether you may write there, and whether the file is there already.", trouble="siskin cannot {create|write} the {output|output file}", weight=0.8)
code("74", "Exit code 74 means an input or output error: a disk failed or is full, or the model's file changed while it was in use.", ask=["which exit code {means|is for} {an i/o error|a full disk|a disk error}"], keys="io error|i/o error", weight=0.8)
code("75", "Exit code 75 means busy: something that siskin needs is in use. Try again later.", weight=0.7)
code("77", "Exit code 77 means no permission: you may not read the file. Check it with ls -l.", trouble="siskin says permission denied|i have no permission", ask=["permission denied"], keys="permission denied|no permission")
code("78", "Exit code 78 means that the prompt does not fit the context. Shorten the prompt, set a larger context with -c, or let --truncate cut it.",
     trouble="{my|the} {prompt|text|file|question|document} is too {long|large|big} [for the context|for the model]|{my|the} {prompt|text|document} does not fit [the context|into the context]",
     ask=["prompt too long", "prompt does not fit", "what {happens|does siskin do} {when|if|with} {my|the|a} {prompt|text|file} {is|that is} too {long|large|big}", "does siskin {cut|truncate|shorten} {the|a long|my} {prompt|text}", "which exit code {means|is for} {a prompt that is too long|too long a prompt}"],
     keys="prompt too long|text too long|context exceeded|truncated prompt", why="siskin never cuts a prompt silently, because the answer would then be about something else.")
code("124", "Exit code 124 means that the time limit of --max-time was reached. The text up to there is printed.", keys="time limit code|timeout code", weight=0.9)
code("130", "Exit code 130 means interrupted: somebody pressed Ctrl-C.", ask=["which exit code {comes|is there} after ctrl-c"], keys="ctrl-c code", weight=0.9)
code("141", "Exit code 141 means a closed pipe: the program that read the output has ended, for example head.", keys="broken pipe|closed pipe|sigpipe", weight=0.9)
code("143", "Exit code 143 means terminated: another program or the system told siskin to end, for example with kill.", keys="sigterm", weight=0.9)
topic("exit-codes",
      "0 means ok, 1 failed, 2 wrong usage, 65 bad model or data, 66 no such file, 70 a bug, 71 not enough memory, 74 an input or output error, 78 prompt too long, 124 time limit, 130 interrupted.",
      thing="exit codes|the exit codes|the exit codes of siskin|siskin's exit codes|return codes|the return codes|the error codes|error codes",
      ask=["{which|what} {exit codes|return codes|error codes|exit statuses} {are there|does siskin have|exist|can i get|does siskin return}", "{list|name|show|explain} [me] {all|the} {exit codes|return codes|error codes}", "what do the {exit codes|return codes|numbers at the end} mean", "is there a {list|table} of [all] {exit codes|return codes|error codes}"],
      keys="exit codes|return codes|error codes|exit code list|all exit codes", weight=1.3)
topic("unknown-exit-code",
      "siskin has no such exit code. It uses 0, 1, 2, 65, 66, 70, 71, 73, 74, 75, 77, 78, 124, 130, 141 and 143.",
      ask=["what does {exit code|code|exit status|error} {3|4|5|7|9|10|12|20|42|50|64|67|68|69|72|76|79|80|99|100|126|127|128|137|139|200|255} mean", "{exit code|code|error|exit status} {3|4|5|7|9|10|12|20|42|50|64|67|68|69|72|76|79|80|99|100|126|127|137|139|200|255}", "siskin ended with {exit code|code|} {3|4|5|7|9|10|12|20|42|50|64|67|68|69|72|76|79|99|100|126|127|137|139|255}"],
      weight=0.8)

# ---- In the chat ----
topic("chat-exit", "Type /exit to leave the chat. /bye, /quit and Ctrl-D do the same.",
      do="{leave|quit|exit|end|close|stop} {the chat|the conversation|siskin chat|siskin|the program|the talk}|get out of {the chat|here|siskin}|go back to the {terminal|shell}",
      ask=["how do i {quit|exit|leave|end it|get out|stop it|close it}", "what {ends|closes} the chat", "/exit", "/bye", "/quit", "exit", "which key {ends|leaves} the chat", "what does {/exit|/bye|/quit|ctrl-d} do"],
      keys="leave chat|quit chat|exit chat|end chat|/exit|/bye|how to quit", weight=1.2)
topic("chat-clear", "Type /clear. It forgets the conversation, and the next message starts a new one.",
      do="{clear|reset|delete|forget|erase|empty} {the|this|my} {conversation|chat|history|context|memory}|{start|begin} {a new|another|a fresh} {conversation|chat|talk}|start {over|again|anew} [in the chat]|make {it|the model} forget {everything|the chat|what i said|what was said|the conversation}",
      ask=["/clear", "what does /clear do", "which command {clears|resets} the chat", "can it forget {what i said|the last messages}"],
      keys="clear chat|new conversation|reset chat|/clear|forget conversation|start over", weight=1.1)
topic("chat-regen", "Type /regen. It writes the last answer again.",
      do="{get|have|see} {another|a new|a different|a better} answer [to the same question]|{write|repeat|redo|generate|try} the [last] answer again|regenerate {the|an|the last} answer|let it {try|answer} again",
      ask=["/regen", "what does /regen do", "i {don't|do not} like the [last] answer, {can it try again|what can i do|another one}", "which command {repeats|regenerates} the answer", "{can i|how do i} retry"],
      keys="regenerate|another answer|/regen|retry|try again")
topic("chat-help", "Type /help in the chat. Among the commands are /regen, /undo, /edit, /read, /set, /save, /clear and /exit, and \"\"\" begins a message of several lines.",
      thing="the chat commands|slash commands|the commands in the chat|the commands with a slash",
      do="{see|list|get|show} the {chat commands|commands of the chat|slash commands}",
      ask=["{which|what} commands {are there|can i use|exist|do i have} {in the chat|inside the chat|while chatting|in siskin chat}", "/help", "what does /help do", "/?", "what can i type in the chat", "how do i get help in the chat"],
      keys="chat commands|slash commands|/help|commands in chat")
topic("chat-multiline", "Type \"\"\" before the first line and \"\"\" after the last. A line that ends with a backslash also goes on in the next one.",
      do="{write|type|enter|send|paste} {several lines|many lines|more than one line|a long message|a multi-line message|a message of several lines|a paragraph|multiple lines|code} [in the chat]|{make|get|enter|type} a {new line|line break} in the chat|use multiline input",
      ask=["how does multi-line input work", "what does {\"\"\"|three quotes|triple quotes|a backslash at the end} do", "the chat sends my message after the first line", "can a message have several lines"],
      keys="multiline|multi-line input|several lines|triple quotes|line break in chat")
topic("chat-stop", "Press Ctrl-C. It stops the answer, and the chat goes on; a second Ctrl-C at the prompt leaves the program.",
      do="{stop|interrupt|cancel|abort|break off|end} {the answer|an answer|a running answer|the output|the model|writing|it while it writes}|{make|get} {it|the model} [to] stop {talking|writing}|shut it up",
      ask=["which key {stops|interrupts|cancels} {the answer|it|the output}", "what does {ctrl-c|ctrl c|control c|ctrl+c|^c} do", "can i {interrupt|stop} {it|the answer|the model} [while it writes]", "how do i stop it", "it writes and writes, how do i stop it", "stop"],
      keys="stop answer|interrupt|ctrl-c|cancel generation|abort|stop generation", weight=1.2)
topic("chat-save", "Start with siskin chat -S NAME: that conversation is kept and goes on the next time. /save FILE writes it to a text file, and /load FILE reads one.",
      do="{save|store|keep|export|resume|continue|reload} {the|a|my|an old} {chat|conversation|talk|session}|go on with {yesterday's|an old} {chat|conversation}",
      ask=["are conversations {saved|stored}", "can i {save|resume|export} a {chat|conversation}", "where are my chats {saved|stored}", "is there a {/save|history} command", "/save", "/load"],
      keys="save chat|resume chat|chat history|export conversation|/save")
topic("chat-undo", "Type /undo. It takes your last message and its answer back; /edit lets you write the message anew.",
      do="{undo|take back|remove|delete} {the|my} last {message|question|turn|answer}|{change|correct|edit|rewrite} {my|the} last {message|question}",
      ask=["/undo", "/edit", "what does {/undo|/edit} do", "can i {undo|take back|change} {a message|my last message}", "i made a mistake in my {message|question}"],
      keys="undo|take back|edit message|/undo|/edit")
topic("chat-read", "Type /read FILE in the chat. The text of the file goes with your next message.",
      do="{add|attach|send|give it|include|read} {a|my|the} {file|text file|document} [in|to] the chat",
      ask=["/read", "what does /read do", "can {it|the chat} read {a file|my files|a document}", "how do i {attach|send} a file"],
      keys="attach file|/read|read a file|file in chat")
topic("chat-set", "Type /set with the name of a flag and a value, for example /set temp 0.5. /system changes the system prompt; -c can only be given at the start.",
      do="change {the temperature|settings|a setting|the system prompt|the model} {in|inside|during} the chat|switch the model {in|during} the chat",
      ask=["/set", "/set parameter temperature 0.5", "/load model", "is there a /set command", "can i change {settings|flags|the temperature} while chatting"],
      keys="/set|change settings in chat")

# ---- Environment ----
topic("env-model", "Set the environment variable SISKIN_MODEL to the file: export SISKIN_MODEL=~/models/model.gguf. Then siskin uses it when you name no model.",
      thing="SISKIN_MODEL|the variable SISKIN_MODEL|siskin_model",
      do="{set|choose|define|have|save} {a|my} {default|standard|usual|favourite} model|{avoid|stop} typing {the model|-m|the file name|the path} {every time|each time|again and again}|always use the same model|use a model without naming it",
      ask=["is there an environment variable for the model", "can siskin remember my model", "must i {type|give|name} the model {every time|each time}", "where can i {set|configure} the default model", "is there a config file"],
      keys="SISKIN_MODEL|default model variable|config file|usual model", example="export SISKIN_MODEL=~/models/model.gguf")
topic("env-isa", "SISKIN_ISA forces one set of kernels: " + ", ".join(FACTS["kernels"]) + ". For example SISKIN_ISA=scalar uses the plain ones.",
      thing="SISKIN_ISA|the variable SISKIN_ISA|siskin_isa",
      do="{force|choose|select|set} {the|an|another} {kernels|instruction set|isa}|{use|force|test} the {scalar|plain|avx2|slow|simple} kernels|{turn off|disable|switch off} {avx512|avx-512|avx2}",
      ask=["can i {choose|force} the {kernels|instruction set}", "how do i turn off avx-512", "which variable {sets|chooses|forces} the {kernels|instruction set}"],
      keys="SISKIN_ISA|force kernels|disable avx512|scalar kernels", example="SISKIN_ISA=scalar siskin run model.gguf \"Hello\"")
topic("env-list", "siskin reads SISKIN_MODEL, the model for when none is named, SISKIN_ISA, which forces kernels, SISKIN_PROMPT_CACHE, SISKIN_NOW, and HF_TOKEN and HF_HOME for models of Hugging Face.",
      thing="the environment variables|environment variables|the environment variables of siskin",
      ask=["{which|what} environment variables {are there|does siskin read|can i set|does siskin use}", "are there environment variables"],
      keys="environment variables|env vars|environment")
