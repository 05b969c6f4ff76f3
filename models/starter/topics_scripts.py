"""Many prompts at once, decisions for scripts, models that are on this machine, and planning of memory."""

from topic import default, topic
from topics_commands import command, flag

# ---- Many prompts ----
flag("--each", "--each lines answers the prompt once for every line of stdin or of -f FILE; {} in the prompt is the line: siskin run model.gguf --each lines \"Translate into French: {}\" < words.txt",
     flag="--each|--each lines", thing="--each|batch answers|the batch mode of siskin|an answer per line",
     do="{answer|run|apply|use} {a|one|the same} prompt {for|on|to} {every|each} line [of a file|of stdin|of my list]|{get|write|have} {an answer|one answer} {for each line|per line|line by line}|{work through|go through} a file line by line|{feed|give} it a {list|table|csv|file} line by line|{translate|classify|label|sum up} {every|each} line of a file",
     ask=["what {stands for|is|means} {the line|the curly braces|the two braces} in the prompt [of --each]", "can {siskin|it} take {a file|a list} line by line", "{one|a} question per line in a file, {how|can siskin do that}", "does it load the model {again|anew} for each {line|prompt}", "batch {mode|processing} over the lines of a file", "for every line of {words.txt|my file|stdin}"],
     keys="each|each line|line by line|per line|batch lines", example="siskin run model.gguf --each lines \"Translate into French: {}\" < words.txt",
     more="The model is loaded once, and what the prompts have in common at the beginning is read once. Put {} at the end.", weight=1.1)
topic("each-jsonl",
      "With --each jsonl every line is a JSON object, {NAME} in the prompt is one of its fields, and the answers are objects too: siskin run model.gguf --each jsonl \"Sum up: {text}\" < in.jsonl",
      thing="jsonl|jsonl input|json lines|a jsonl file|--each jsonl",
      do="{process|answer|work through|read} {a jsonl file|json lines|records|a list of json objects}|{put|use|fill} {a field|fields|the fields of an object} {in|into} {the|a} prompt",
      ask=["how do i {use|name|fill in} {a field|fields} of {a|my} {json|jsonl} {line|record|object}", "can the input be {jsonl|json lines}", "what does a {name|field|word} in curly braces [in the prompt] {mean|stand for}", "i have {records|a dataset|a jsonl file}, {one prompt for each|how do i answer them}"],
      keys="jsonl|json lines|fields in prompt|records", example="siskin run model.gguf --each jsonl \"Sum up: {text}\" < in.jsonl",
      more="An answer object has line, input, text, finish_reason and error.", weight=0.8)
flag("--parallel", "-np N says how many answers --each writes at once. The default is " + default("--parallel") + "; the answers are the same with any N.",
     flag="-np|--parallel|-np 4|-np 16|-np 1", setting="number of answers at once|parallel answers|-np", value=default("--parallel"),
     do="{write|compute|make|get} {several|many|more|eight} answers {at once|in parallel|at the same time|side by side}|{set|change|raise|lower} how many answers are written at once",
     ask=["how many {lines|prompts|items} of --each are {answered|worked on|in work} at {once|the same time}", "is --each parallel", "does {-np|parallel|writing several at once} change the answers", "does --each work on several lines at once"],
     keys="parallel|answers at once|concurrency|several at once", why="The weights are read once for all answers that are written at the same time, so more come out per second.")
flag("--resume", "--resume goes on behind the last whole line of the file of -o. After a crash or Ctrl-C start the same --each command again with --resume.",
     do="{continue|resume|go on with|take up} {a|an|my} {stopped|killed|interrupted|broken off} {batch|run|job|--each}|{go on|continue} {where|from where} {it|--each|the batch} {stopped|was killed|broke off}|not lose the {lines|answers} that are {done|finished}",
     trouble="my {batch|--each|long job|overnight run} {was killed|stopped halfway|was interrupted|broke off|died in the night}|the power went off {during|in the middle of} {--each|the batch}",
     ask=["must i start {the batch|--each|all lines} {again|from the beginning|over} after {a crash|an interruption|a kill|ctrl-c}", "does --each keep what is {done|finished}", "--resume"],
     keys="resume|continue batch|go on after kill|interrupted batch", example="siskin run model.gguf --each jsonl \"Sum up: {text}\" -o out.jsonl --resume < in.jsonl")
topic("each-output",
      "With --each, -o FILE writes the answers to a file that is not there yet, one line each. If the file exists, siskin says so and ends with exit code 73; --resume goes on with it.",
      thing="-o with --each|the output file of --each|-o in siskin run",
      do="{write|put|save|collect} {all the|the|all} answers {of --each|of a batch|of all lines} {to|in|into} {a|one} file",
      trouble="siskin says {that the file is there already|is there already}|the output file is there already",
      ask=["is there already", "does -o {overwrite|replace} {a|my} file", "why does -o not {overwrite|replace} the file", "where {do|does} the {answers|output} of --each go", "in {what|which} order are the answers of --each", "are the answers {in the same order as|in the order of} the {lines|questions}"],
      keys="output of each|-o each|overwrite output|order of answers", weight=0.8)
topic("each-errors",
      "The other lines go on: a line that fails gives an empty answer, or with jsonl an object with an error, and a message on stderr. At the end the exit code is 1.",
      ask=["what {happens|does --each do} {when|if} {one line|an item|a line|one of the prompts} {fails|is too long|is bad|does not fit}", "does {one|a} {bad|failed|too long} {line|item} stop {the batch|--each|everything|the rest}", "does --each {stop|end|break off} at {an error|the first error|a bad line}", "why is one {answer|line} of --each empty",
           "how do i {see|find} which lines {failed|went wrong} [in --each]", "exit code 1 {of|from|after} --each"],
      keys="each error|failed line|batch error|empty line in output", weight=0.8)

# ---- Decisions ----
command("choose", "siskin choose prints the most likely of given answers and nothing else: siskin choose model.gguf \"Is this spam?\" --choices yes,no < mail. Without --choices it is yes or no.",
        do="{let|make|have} {the model|it|siskin} {decide|pick|choose} {between|among|one of} {answers|options|labels|categories|given answers}|{classify|label|sort|tag} {a mail|mails|a text|tickets|texts} {in a script|from the shell|with siskin}|{decide|answer} {a yes or no question|yes or no} in a script",
        ask=["which command {decides|picks|chooses|classifies}", "{spam or not|yes or no|which label}, how do i let the model decide [that|in a script]", "what is the difference between choose and {run|--choices|score}", "can siskin {sort|classify} my {mails|tickets|files}"],
        keys="siskin choose|choose|decide|pick an answer|most likely answer|label a text", example="siskin choose model.gguf \"Is this spam?\" --choices yes,no < mail",
        more="It writes nothing token by token; it compares how likely each answer is. --is and --at-least make an exit code of it.")
command("score", "siskin score prints each given answer with its probability: siskin score model.gguf \"Which language is it?\" --choices en,fr,de < letter",
        do="{see|get|print|know} {how sure|how certain} {the model|it} is|{get|see|print|have} {a probability|probabilities|percentages|the odds|a confidence} {of|for} {each answer|answers|given answers|my labels}|{compare|rank|rate} {answers|options|labels}",
        ask=["how {sure|certain|confident} is {the model|it} [of an answer|of its answer]", "which command {gives|prints|shows} {probabilities of answers|how likely an answer is|confidence}", "what do the {two numbers|columns} of {siskin score|score} mean", "is there a confidence {value|score}"],
        keys="siskin score|score|confidence|how sure|probability of answers|rank answers", example="siskin score model.gguf \"Which language is it?\" --choices en,fr,de < letter",
        more="The first number is the probability among the given answers, the second the chance among all texts that the model could write.")
flag("--is", "--is ANSWER makes siskin choose print nothing: it ends with exit code 0 if this is the choice, and with 1 if not. So a shell's if can ask a model.",
     do="{use|ask|put} {a model|the model|siskin} in {an if|a shell condition|a condition|a test}|{branch|decide} in {a|my} script {by|on} {the|an} answer|{make|get} {a yes or no|the answer|the decision} [as] an exit code",
     ask=["{if|a condition} in {bash|the shell|a script} that asks {a|the} model", "how do i {write|make} an if {with|that asks} {a model|siskin}", "siskin choose --is yes", "and then && echo spam"],
     keys="if with model|exit code decision|shell condition", example="siskin choose \"Is this spam?\" --is yes < mail && echo spam")
flag("--at-least", "--at-least P says how likely the choice of siskin choose must be, from 0 to 1. Below that nothing is printed and the exit code is 1; the default is " + default("--at-least") + ".",
     flag="--at-least|--at-least 0.8|--at-least 0.9", setting="at-least|least probability of choose", value=default("--at-least"),
     do="{set|give} a {threshold|least probability|minimum probability} [for choose]|{act|decide} only {when|if} the model is {sure|certain|confident}|{ignore|skip|drop} {unsure|doubtful|uncertain} {answers|decisions}",
     ask=["can {choose|it} {say nothing|stay silent|abstain} when {it is unsure|it is not sure|in doubt}", "only if {it|the model} is {80 percent|90 percent|really} sure", "is there a {threshold|cutoff} [for choose]"],
     keys="at least|threshold|cutoff|only if sure|minimum probability", example="siskin choose \"Is this spam?\" --is yes --at-least 0.8 < mail && echo spam")
flag("--stream-json", "--stream-json prints JSON lines while the answer is written, one for each piece of text; the last line is the object of --json.",
     thing="json streaming|streamed json|streaming in json",
     do="{stream|get|read} {the answer|tokens|pieces|the output} {as json|in json} {while it is written|piece by piece|live|as it comes}|{show|display} the answer live in my own {program|app|interface}",
     ask=["can a program {read|see|get} the answer {while it is written|piece by piece|token by token}", "is there {a streaming mode|streaming|ndjson} [for programs]", "what is the difference between --json and --stream-json", "how does a {gui|program} follow the answer {live|as it is written}"],
     keys="stream json|streaming|ndjson|live output|token by token", example="siskin run model.gguf \"Tell me a story\" --stream-json")
flag("--truncate", "--truncate cuts a prompt that is too long, in the middle of its longest part, and says so on stderr. Without it such a prompt ends with exit code 78.",
     do="{cut|shorten|truncate|trim} {a|my|the} [too] {long|huge|big} {prompt|file|text|log} [automatically|by itself]|{let|make} siskin {cut|shorten|trim} {the prompt|it|a long file}|ask {a question|something} {about|on} a {huge|very long|gigantic} {log|file}",
     ask=["which flag {cuts|shortens|truncates} {the|a} [long] prompt", "can siskin {cut|shorten|truncate} {a long prompt|the prompt|my text|the text} {for me|by itself|if i ask for it}", "what part {is|gets} {cut|left out} {with|by} --truncate", "{where|in which place} does --truncate cut"],
     keys="truncate|cut prompt|shorten prompt|trim long file", example="siskin run model.gguf -f server.log \"What broke?\" --truncate")

# ---- Models on this machine ----
command("list", "siskin list shows the models on this machine, also those of Ollama, LM Studio, llama.cpp and Hugging Face: name, type, size and path. siskin ls is the same.",
        do="{see|list|show|find} {all|the|my} models [that are] {on this machine|i have|that i have downloaded|on my disk|installed|that are here|already downloaded}|{find out|see} {which|what} models {i have|are here|are installed|are on my disk}|find a model {again|that i downloaded|on my disk}",
        ask=["{which|what} models {do i have|are on my disk|have i downloaded|are installed|lie on this machine}", "where {are|lie|did it put} my {downloaded|own|local} models", "{siskin ls|ls}", "what is the {same as|siskin's} ollama list", "which command lists {models|my models|local models}", "does siskin {find|see} {models|the files} of other programs"],
        keys="siskin list|siskin ls|list models|local models|installed models|my models", example="siskin list",
        more="With --json it is an array with name, type, bytes, path and status.", weight=1.1)
topic("other-programs-models",
      "Yes. siskin reads them where they lie: name the model as siskin list shows it, for example siskin run llama3.2:1b \"Hello\" for one of Ollama.",
      ask=["can {siskin|it} use {the|my} {models|files|downloads} of {ollama|lm studio|llama.cpp|hugging face|other programs}", "can i {use|run|keep|share} {my ollama models|ollama models|models from ollama|my lm studio models|what lm studio downloaded|the cache of hugging face} [with siskin|in siskin]", "must i download {a model|the model|everything} {again|twice|once more} [if ollama has it|for siskin]",
           "i {have|already have|downloaded} {a model|models|everything} {in|with|through} {ollama|lm studio|llama.cpp|huggingface-cli}, {can siskin use it|can i use them|do i have to download it again}", "does siskin {copy|move|convert|change} {ollama's|the} {files|models}", "what does siskin do with {OLLAMA_MODELS|HF_HUB_CACHE|LLAMA_CACHE}", "where does siskin look for models", "in which folders does it search [for] models"],
      do="{use|run|share|read} {an ollama model|ollama's models|models of lm studio|the models of other programs|the hugging face cache}", keys="ollama models|lm studio models|hugging face cache|shared models|reuse models",
      more="It looks into the caches of Hugging Face and llama.cpp, and into the folders of Ollama and LM Studio. Nothing is copied.", example="siskin run llama3.2:1b \"Name three small birds.\"")
topic("model-names",
      "A model is a file or a name that siskin list shows: OWNER/NAME:TYPE of Hugging Face and LM Studio, NAME:TAG of Ollama, or a file name of llama.cpp without .gguf.",
      thing="the name of a model|model names|names of models",
      do="{name|give|use} a model {by name|by its name|without a path}|{run|start} a model by its name",
      ask=["must i {type|give|write} the {whole|full|long} path [of the model|of a file]", "can i {type|give|use} {a name|a short name|the model's name} instead of {a path|the path|a file}", "how do i {name|write|call} {an ollama|a hugging face|an lm studio} model", "what {names|form} can a model have"],
      keys="model name|short name|name instead of path|NAME:TAG", example="siskin chat llama3.2:1b", weight=0.9)
command("pull", "siskin pull downloads a model from Hugging Face: siskin pull hf:OWNER/NAME:Q4_K_M. It also takes an https address that ends in .gguf, goes on after a break, and prints the path.",
        do="{pull|fetch|download} {a model|models|a gguf|a gguf file|qwen3|gemma3|llama 3|mistral} {from hugging face|from the internet|from the web|with siskin|with a command}|{install|add} a {new|further} model [with siskin]",
        ask=["is there a {pull|download} command", "can siskin {download|pull|fetch} {models|a model|files}", "does {siskin|it} have {a pull command|a download command}", "how do i pull a model", "{siskin pull|ollama pull} {llama3|qwen3|mistral|gemma3}", "can i {pull|fetch} a model {from hugging face|by name}",
             "where does {siskin pull|pull} {put|store|save} {it|models|the model|files}", "what {is the same as|replaces} ollama pull", "do i need {a browser|git lfs|huggingface-cli|python} to download a model"],
        keys="siskin pull|pull model|download command|download model", example="siskin pull hf:ggml-org/gemma-3-1b-it-GGUF:Q4_K_M",
        how="Search Hugging Face for a repository with GGUF files, and put its OWNER/NAME and a type behind hf: such as Q4_K_M.",
        more="It goes into the cache of Hugging Face, where other programs find it too, and its SHA-256 is checked.", weight=1.2)
topic("pull-break",
      "Type the same siskin pull again: it goes on where it stopped. A file gets its name only when it is whole and its SHA-256 is right.",
      trouble="{siskin pull|my pull|the download of siskin pull} {stopped|broke off|was interrupted|stopped halfway}|the {wifi|network|connection} {died|broke|went away} {during|in the middle of} {the download|siskin pull}",
      ask=["does {siskin pull|pull} {resume|continue|go on} [after a break]", "must i {pull|download} {it all|everything} again after {a break|an interruption}", "does {siskin pull|pull} check {the file|a checksum|the download|sha256}", "can i {stop|interrupt} {siskin pull|a pull|the download} and {go on|continue} later"],
      keys="resume download|pull interrupted|pull checksum|continue download", weight=0.9)
flag("--hf-repo", "-hf OWNER/NAME:TYPE uses a model of Hugging Face that is on this machine already. It downloads nothing; siskin pull hf:OWNER/NAME:TYPE gets it first.",
     flag="-hf|-hfr|--hf-repo|-hf ggml-org/gemma-3-1b-it-GGUF",
     do="{use|run|name} a {hugging face model|model of hugging face|hf model} [by its repository|by its name]",
     ask=["does -hf {work|download|download the model|fetch it|get it}", "is -hf {the same as|like} in llama.cpp", "i used llama-cli -hf, {what now|does it work here}", "{can|does} siskin run {download|pull|fetch} {the model|a missing model} by itself"],
     keys="hf|hf repo|hugging face repository", example="siskin run -hf ggml-org/gemma-3-1b-it-GGUF:Q4_K_M \"Hello\"")
topic("env-hf", "HF_TOKEN opens private and gated models of Hugging Face to siskin pull: make a token in your account there, accept the model's terms on its page, and export it.",
      thing="HF_TOKEN|hf_token|the variable HF_TOKEN|a hugging face token|a gated model|gated models",
      do="{download|pull|get|fetch} a {private|gated|locked|protected} model|{give|pass} siskin {a|my} {hugging face token|token|hf token|login of hugging face}",
      trouble="siskin pull says {that the model is gated|401|403|that it may not|unauthorized|forbidden}|hugging face {refuses|denies} {the download|me}",
      ask=["where {do i put|goes} my hugging face token", "how do i log in to hugging face", "do i need {a hugging face account|a login|a token} {for siskin pull|to pull|to download}"],
      keys="HF_TOKEN|gated model|private model|hugging face token|login", example="export HF_TOKEN=hf_...", weight=0.9)
topic("env-hf-home", "HF_HOME says where models of Hugging Face lie, and siskin pull puts its downloads there too. LLAMA_CACHE, HF_HUB_CACHE and OLLAMA_MODELS are obeyed as well.",
      thing="HF_HOME|hf_home|the variable HF_HOME|LLAMA_CACHE|HF_HUB_CACHE|OLLAMA_MODELS",
      do="{keep|store|put} {models|downloads|pulled models} {on another disk|in another folder|on an external drive|somewhere else}|{change|choose|set|move} {the|a} {download folder|folder for models|model folder|cache folder}",
      ask=["can {siskin pull|pull} {save|store|put} models {elsewhere|on another disk|in a folder of mine}", "which variable {sets|names|is} the folder {for|of} models"],
      keys="HF_HOME|models on another disk|download folder|cache folder", example="export HF_HOME=/mnt/big/huggingface", weight=0.9)
topic("env-prompt-cache", "siskin run keeps what a model has read in ~/.cache/siskin/prompts, at most 2 GiB, so that a prompt that begins the same is read faster. SISKIN_PROMPT_CACHE=512M sets another size, 0 turns it off.",
      thing="SISKIN_PROMPT_CACHE|siskin_prompt_cache|the prompt cache|prompt caching|a prompt cache|the folder ~/.cache/siskin",
      do="{turn off|disable|switch off|limit|shrink|clear|empty|delete} the prompt cache|{save|free} {disk|disk space} that siskin {uses|takes}|ask several questions about the same {long file|file|document} {faster|quickly}",
      ask=["why is the second {run|question} with the same {file|system prompt|text} {faster|so fast|quicker}", "does siskin {keep|cache|store|remember} {prompts|what it has read|the prompt|a long file}", "what {is|lies|fills} {in|} ~/.cache/siskin", "does the {prompt cache|cache on disk} change the answer", "must {it|the model} read the {long|whole} {file|document} {again|anew} {each time|every time|for every question}",
           "how much disk {does|may} the prompt cache {take|use|have}"],
      keys="SISKIN_PROMPT_CACHE|prompt cache|cached prompts|cache folder of siskin", example="SISKIN_PROMPT_CACHE=0 siskin run model.gguf \"Hello\"")

# ---- Planning ----
command("plan", "siskin plan shows, before you run it, what memory a model needs on this machine, whether it fits, and how fast it will be: siskin plan model.gguf -c 8192",
        do="{plan|predict|foresee|estimate} {memory|the memory|speed|the speed|what a file needs} {before a run|before running it|in advance}|{see|check|know|find out} {beforehand|in advance|before i run it} {if|whether} {a|my|the} {file|model|model file} {fits|will fit} [here|on this machine]|{see|find out} the largest context that fits|{see|check} how much {memory|ram} a file [really] needs {here|on this machine}",
        ask=["which command {shows|tells|says} {the memory|how much memory} {a file|model.gguf|my file} needs", "how {fast|quick} will {model.gguf|this file|my file} be {here|on my machine}, {before i start|without running it}", "what context {fits|is possible} {on this machine|in my memory} {with|for} {model.gguf|my file}", "is there a memory {calculator|planner|check}"],
        keys="siskin plan|plan|memory plan|does it fit|predict speed|largest context", example="siskin plan model.gguf -c 32768",
        more="-p and -n set the tokens whose time it tells, -c and -ctk work as in a run, and --json is for programs. A model that cannot run gives exit code 71.", weight=1.1)

# ---- The rest ----
topic("chat-show", "Type /show for the model and the settings, /context for how full the context is, or /stats for tokens and speed.",
      do="see {how full the context is|how much context is left|the settings|the speed|tokens per second|which model runs|how many tokens were used} in the chat",
      ask=["/show", "/context", "/stats", "/show info", "what does {/show|/context|/stats} do", "how {full|long} is {the context|our chat} [by] now", "how much {room|context|space} is left [in the chat]", "how fast was the last answer", "{which|what} settings {hold|are used} in {this|the} chat"],
      keys="/show|/context|/stats|context left|chat speed|chat settings")
flag("--grammar-file", "--grammar-file FILE reads a GBNF grammar from a file; the answer then fits its rule root.", keys="grammar from file|gbnf file", do="{read|load|take} {a|the} grammar from a file", weight=0.7)
flag("--context", "--context FILE gives siskin template a JSON file with all variables of the template, such as messages and tools, and prints exactly what the template writes.", do="{test|try} a {jinja|chat} template with {my own|own} variables|render a jinja file", keys="template context|template variables file", weight=0.7)
flag("--dynatemp-exp", "--dynatemp-exp X shapes the dynamic temperature: above 1, only great doubt raises it. The default is " + default("--dynatemp-exp") + ".", keys="dynatemp exponent", value=default("--dynatemp-exp"), weight=0.6)
flag("--dry-penalty-last-n", "--dry-penalty-last-n N is how many tokens DRY looks back on. The default is " + default("--dry-penalty-last-n") + "; -1 means all, 0 turns it off.", keys="dry range", value=default("--dry-penalty-last-n"), weight=0.6)
flag("--dry-sequence-breaker", "--dry-sequence-breaker TEXT names a text that ends a repetition for DRY, in place of line feeds, colons, quotes and stars. It may be given several times.", keys="dry breaker|sequence breaker", weight=0.6)
flag("--adaptive-decay", "--adaptive-decay X is how long adaptive_p remembers. The default is " + default("--adaptive-decay") + ".", keys="adaptive decay", value=default("--adaptive-decay"), weight=0.6)
