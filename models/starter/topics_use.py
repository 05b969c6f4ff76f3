"""Doing things, what to do when they go wrong, processors, and which models run."""

from topic import FACTS, has, topic

FAMILIES = FACTS["families"]
NEON = "neon" in FACTS["kernels"]

# ---- Doing things ----
topic("summarize",
      "Put the file on stdin: siskin run model.gguf \"Summarise this:\" < report.txt. The text and the instruction together make the prompt.",
      do="{summarize|summarise|shorten|sum up} {a|my|the|some} {text|file|document|report|article|text file|letter|page}|{get|make|write} a summary [of a file|of a text|of a document]|{let|have} {it|a model} {summarize|summarise} {a file|a text|a report}",
      ask=["can {siskin|it} {summarize|summarise} {a text|texts|a file|documents|my report}", "how do i give {it|the model} a {file|document} and a {question|task}"],
      keys="summarize file|summary|summarize text|file and question", example="siskin run model.gguf \"Summarise this:\" < report.txt")
topic("stdin",
      "siskin run reads stdin and puts it before the prompt: echo \"Why is the sky blue?\" | siskin run model.gguf",
      thing="stdin|standard input|reading from stdin|piping into siskin",
      do="{pipe|send|feed} {text|a file|a prompt|a question|something|the output of a command} [in]to {siskin|it|the model}|{use|read} {stdin|standard input|a pipe}|{read|take} the prompt from {stdin|a pipe}|use {siskin|it} in a pipe",
      ask=["does {siskin|it} read {stdin|standard input|pipes}", "can i {use|put} {siskin|it} in a pipe", "can i {use|pipe|send} {echo|cat|a pipe|the output of another command} {with|into|to} siskin", "what does < {file|do}", "how does siskin use stdin"],
      keys="stdin|pipe|echo pipe|standard input|pipe prompt|cat file", example="cat question.txt | siskin run model.gguf")
topic("script",
      "Use siskin run in the script: stdout holds only the answer, everything else goes to stderr, and the exit code tells whether it worked.",
      do="use {siskin|it|a model} in {a|my|shell|bash} {script|scripts|shell script|program|cron job|makefile}|{script|automate} {siskin|it|this}|call {siskin|a model} from {a script|bash|a program|python|a cron job}",
      ask=["is {siskin|it} {good|made|fit} for scripts", "can i use {siskin|it} in {scripts|a shell script|a cron job|a program}", "what do i need to know for scripts", "how do scripts use siskin"],
      keys="script|shell script|scripting|bash|automation|cron", example="answer=$(siskin run model.gguf \"Name a bird.\") || echo failed")
topic("stdout-only",
      "stdout carries the answer and nothing else. Notes and errors go to stderr, so a pipe gets only the answer.",
      do="{get|have|print|see|keep} only the answer|{hide|suppress|remove|silence|get rid of} {messages|the notes|other output|the log|everything but the answer|logs}|{separate|split} {the answer and the messages|stdout and stderr}|get clean output",
      ask=["what {goes to|is on|is printed to|is written to} {stdout|stderr}", "is the {output|answer} clean", "does {siskin|it} print {anything else|other things|a banner|logs|the prompt} [on stdout|too]", "where do {messages|errors|notes|logs} go", "does the output contain {the prompt|messages|logs}", "is there a quiet {mode|flag}"],
      keys="only the answer|stdout|stderr|clean output|quiet|no logs", example="siskin run model.gguf \"Hello\" 2>/dev/null")
topic("save-answer",
      "Send stdout to a file: siskin run model.gguf \"Write a letter.\" > answer.txt. Only the answer lands in it.",
      do="{save|store|write|put|keep} {the|an|its} {answer|output|text|reply|result} {in|to|into} a {file|text file}|{redirect|send} the {output|answer} [to a file]|get the answer into a {file|variable}",
      ask=["can {siskin|it} write to a file", "can i {save|store} {the answer|answers|the output}", "is there an output file flag [for run]"],
      keys="save answer|output to file|redirect output|answer in file", example="siskin run model.gguf \"Write a letter.\" > answer.txt")
topic("check-success",
      "Look at the exit code: 0 means that it worked, anything else is a failure. In a shell: if siskin run model.gguf \"Hello\" > out.txt; then ...",
      do="{check|know|see|test|find out} {if|whether} {it worked|the answer is complete|siskin failed|it was successful|there was an error} [in a script]|{handle|catch|notice} errors [in a script]|{get|read|see|check|test} the exit code",
      ask=["how {does a script|can a script|do i} {know|see|notice} {that it failed|whether it worked|an error|success}", "where do i see the exit code", "what does $? {say|mean|show}", "does siskin set the exit code"],
      keys="check success|error handling|check exit code|did it work", example="siskin run model.gguf \"Hello\" > out.txt || echo \"failed with $?\"")
topic("same-answer",
      "Use --seed with a number, or --temp 0. Then the same model, prompt and settings give the same answer every time, with any number of threads.",
      do="{get|have} {exactly|always|} the same {answer|output|text|result} {every time|again|twice|tomorrow|each time}|{make|get} {siskin|it|the output|results} {deterministic|reproducible|repeatable}",
      trouble="{the answer|the output|it|every answer} is different {every time|each time|again and again}|i get {different|other|new} {answers|results|text} {every time|each time|for the same question}|the same {question|prompt} gives {different|other} answers|the answers {change|vary} {every time|from run to run}",
      ask=["why {do i get|is there|is it} {a different answer|another answer|different} {every time|each time}", "why does the answer change", "is {siskin|it|the output} {deterministic|reproducible}", "why is it random"],
      keys="deterministic|reproducibility|different answer every time|same output|random answers", example="siskin run model.gguf \"Hello\" --seed 7", weight=1.2,
      why="By default the next token is drawn at random among the likely ones, with a new seed each time.")
topic("bit-for-bit",
      "siskin gives the same numbers bit for bit, whatever the number of threads and however the prompt is cut into batches. The answer does not depend on it.",
      thing="bit for bit|bit-exactness|batch invariance|the determinism of siskin",
      ask=["{does|do} {the number of threads|more threads|threads|the batch size|fewer threads} {change|affect|influence} the {answer|result|output|numbers}", "is {the answer|the result} the same with {more|other|fewer|a different number of} threads", "is it the same {on every run|with any number of threads|bit for bit}", "are the results {exact|bit-exact|always the same}", "do threads make {it|the answer} random"],
      keys="bit for bit|threads same result|batch invariant|exact results")
topic("multiple-models",
      "Start siskin once for each model, in two terminals or one after the other. Each one needs its own memory.",
      do="{run|use|load} {two|several|many|more|2|multiple} models [at once|at the same time|together|side by side]|compare two models",
      ask=["can i {run|use} {two|several} models [at once|at the same time]", "can siskin load {two|several} models", "do two {programs|processes} share the model"],
      keys="two models|several models|multiple models|compare models",
      more="If two programs map the same file, the system keeps it in memory only once.")
topic("many-prompts",
      "siskin run model.gguf --each lines \"Answer: {}\" < questions.txt answers every line of a file; what all have in common is read once.",
      do="{ask|run|answer|process} {many|several|a list of|a hundred|100} {questions|prompts}|{process|go through} {a list|many files|a file of questions|several files}|run a batch of prompts",
      ask=["can i give {several|many} {prompts|questions} at once", "is there a batch mode"],
      keys="many prompts|batch of questions|loop over questions|several prompts")
topic("translate",
      "Ask a bigger model: siskin run model.gguf \"Translate into English:\" < letter.txt. I am too small for it myself.",
      do="{translate|let it translate} {a text|texts|a letter|a file|documents} [with siskin|with a model|with a bigger model]|use siskin to translate",
      keys="translate with siskin|translation with a model")
topic("write-code-model",
      "Take a coder model as GGUF, for example a Qwen coder model, and ask it with siskin chat. I myself cannot write code.",
      do="{use|run|get} a {coding|coder|code|programming} model|get help with {code|programming} from {a model|siskin}",
      ask=["which model is good for {code|coding|programming}", "is there a coding model", "what model {should i use|is best} for {coding|programming|code}"],
      keys="coding model|coder model|model for programming")
topic("small-models",
      "Good small models have 1 to 4 billion parameters. In Q4_K_M they take about 1 to 3 GB and answer quickly, but they know less.",
      thing="a small model|small models|the smallest useful model",
      ask=["{which|what} {small|little|tiny} models are {good|there}", "what is the {smallest|tiniest} {useful|good} model", "are small models {good|any good|useful}", "which model is {fast|quick|small|light}", "what model for {an old|a weak|a slow} {laptop|computer|pc|machine}"],
      keys="small models|tiny model|fast model|light model|model for old laptop")
topic("uncommon-words",
      "An answer can go wrong in many ways. Try a clearer question, a bigger model, or a lower temperature such as --temp 0.3.",
      do="{get|have} better answers|improve {the answers|the quality|answers}|make {the answers|it} {better|smarter|more correct}",
      ask=["why is the {answer|quality} [so] {bad|poor|stupid|wrong}", "how can {answers|the answers} {be|get} better", "the answers are {bad|poor|stupid|not good|wrong}"],
      keys="better answers|bad answers|improve quality|poor answers")
topic("stop-program",
      "Press Ctrl-C. The first time siskin stops the answer, the second time it ends at once.",
      do="{kill|end|stop|quit|terminate|abort} {siskin|the program|siskin run|a running siskin}|stop {siskin|it} at once",
      ask=["{siskin|it} hangs, how do i stop it", "how do i kill it"], keys="kill siskin|stop program|abort run")
topic("time-of-start",
      "siskin maps the file, so it starts in a moment. The first answer after a restart is slower, because the file must be read from the disk.",
      trouble="the first {answer|run|start} is slow|the start takes {long|a long time}|{loading|starting} is slow|it takes long until the first word comes",
      ask=["how long does {loading|starting|the start} take", "why is the first {run|answer|start} {slow|slower}", "why does it take so long to {start|load|begin}"],
      keys="slow start|loading time|first run slow|time to first token")

# ---- When it goes wrong ----
topic("slow",
      "Take a smaller model or a type with fewer bits, such as Q4_K_M, and close other programs. siskin bench shows what your machine can do.",
      trouble="{siskin|it|the model|the answer|my model|generation|writing} is {slow|very slow|too slow|so slow|sluggish}|{it|siskin|the answer} takes {too long|forever|ages|very long|minutes}|i get only {one|two|1|2|3} tokens per second|it writes {slowly|one word per second}",
      do="{speed up|accelerate} {siskin|it|the answer|the model|generation}|{make|get} {siskin|it|the model|the answers|writing} {faster|quicker}|{get|have} {more|higher} {speed|tokens per second}|{improve|increase|raise} {the speed|performance|tokens per second}|write faster",
      ask=["why is {siskin|it|the model|my model} [so] slow", "how {can|do} i make it {faster|quicker}", "what makes it {faster|quicker|slow}", "is there a way to get more {speed|tokens per second}", "what can i do for more speed"],
      keys="slow|too slow|speed up|faster|performance|more tokens per second|improve speed", weight=1.4,
      why="To write one token all weights are read from memory, so a smaller file is faster.",
      more="Leave -t at its default: more threads than cores make it slower.")
topic("out-of-memory",
      "The model needs more memory than is free. Take a smaller model, a type with fewer bits, or a smaller context with -c; siskin plan model.gguf says what fits.",
      trouble="{i am|it is|siskin is|my machine is} out of memory|{there is|i have} not enough {memory|ram}|{my|the} {computer|laptop|system} {freezes|swaps|hangs|gets very slow} [when i run a model]|{siskin|it|the process} {is|was|got} killed|linux {kills|killed} {siskin|it}|the model does not fit [into memory|into my ram]|it says {killed|out of memory}",
      do="{save|reduce|lower} {memory|ram|the memory use|memory usage}|use less {memory|ram}|run {a big model|a large model|it} with {little|less} {memory|ram}|{make|let} a model {fit|fit into memory}",
      ask=["how can i {save|use less} memory", "what can i do with {little|too little} memory", "why does {siskin|it} {use|need} so much memory", "the system swaps", "is there a way to {save|need less} memory"],
      keys="out of memory|oom|not enough ram|killed|save memory|reduce memory|swap", weight=1.3)
topic("gibberish",
      "Most often the chat format is wrong or it is a base model: take an instruct model and see siskin info. A damaged file or a temperature above 1.5 does the same.",
      trouble="{the answer is|the output is|i get|it writes|it prints|it answers|the model writes|it only writes} <gibberish>|the {answer|output|text} {makes no sense|is strange|is weird|is crazy}|the model {talks nonsense|answers strangely|goes crazy|writes strange things}",
      ask=["why {is the answer|do i get|does it write|does it print} <gibberish>", "why does the answer make no sense", "what causes <gibberish>"],
      keys="gibberish|garbage output|nonsense|strange output|weird answer", weight=1.1)
topic("endless",
      "The model does not find its end: check the chat template with siskin info, and take an instruct model. -n sets a limit, and Ctrl-C stops it now.",
      trouble="{it|the model|the answer} {does not|doesn't|never|won't} {stop|end|finish}|{it|the model} {talks|writes|goes on} {forever|endlessly|on and on|without end}|the answer {has no end|goes on forever}|{it|the model} {also writes my part|talks to itself|writes the next question itself|answers itself}",
      ask=["why {does it not|doesn't it|won't it} {stop|end}", "why does the model {talk to itself|go on forever|not stop}"],
      keys="does not stop|endless answer|never stops|talks to itself|runs on forever")
topic("repeats",
      "Try --repeat-penalty 1.1 and a temperature of 0.7 or more. Small models and greedy decoding fall into loops more often.",
      trouble="{it|the model|the answer} {repeats|is repeating} [itself|the same words|the same sentence|everything|one sentence]|{it|the model} {is|gets} {stuck|caught} in a loop|{it|the model} says the same {thing|sentence|word} {again and again|over and over}|the text {loops|goes in circles}",
      ask=["why does {it|the model} repeat [itself]", "how do i {stop|avoid} {loops|repetition|repetitions}"],
      keys="repeats|repetition|loop|same sentence again|stuck in loop")
topic("answer-cut",
      "Look for a limit: -n may be too small, or the context is full and needs a larger -c. siskin says on stderr which one it was; with --json see finish_reason.",
      trouble="{the answer|the output|the text|it} {is|was|gets} {cut off|cut|incomplete|too short|truncated}|{the answer|it|the text} {stops|ends|breaks off} {in the middle|too early|suddenly|in the middle of a sentence|too soon|after a few words}",
      ask=["why {does the answer stop|is the answer cut|does it end} [so early|in the middle]", "why is the answer not complete", "how do i get the {rest|whole answer|full answer}"],
      keys="answer cut off|truncated answer|incomplete answer|stops early|finish_reason")
topic("unknown-architecture",
      "siskin does not know the family of this model. It runs " + ", ".join(FAMILIES[:-1]) + " and " + FAMILIES[-1] + "; take a model of one of these.",
      trouble="siskin {says|reports|complains about|stops with} [an] {unknown architecture|unsupported architecture|unknown family}|the {architecture|model family|model type} is {unknown|not supported|not known}|{my|the} model is not supported",
      ask=["unknown architecture", "unsupported model", "what does unknown architecture mean", "why is my model not supported", "siskin does not run my model"],
      keys="unknown architecture|unsupported model|architecture error|model not supported")
topic("empty-answer",
      "Ask again with other words, or with a higher temperature. If it happens often, the chat format is wrong; siskin info shows it.",
      trouble="the answer is empty|{it|siskin|the model} {prints nothing|writes nothing|says nothing|answers nothing}|there is no answer|nothing {happens|comes|is printed}",
      ask=["why is the answer empty", "why does it say nothing"], keys="empty answer|no output|nothing printed|no answer")
topic("strange-signs",
      "Those are control tokens or parts of another chat format. Check the format with siskin info, or choose one with --chat-template.",
      trouble="there are {strange signs|im_end signs|tags|special tokens} in the answer|the answer contains {im_end|tags|inst|strange signs|end of turn signs}",
      keys="im_end in answer|tags in output|strange signs")
topic("crash",
      "siskin should never crash; that would be a bug. Run siskin doctor, look at the last line on stderr, and report it with the command.",
      trouble="{siskin|it|the program} {crashes|crashed|dies|died|breaks down}|i get {a segfault|a segmentation fault|an illegal instruction|a core dump|a crash}|it ends without a message",
      ask=["segmentation fault", "illegal instruction", "why does it crash", "core dumped"], keys="crash|segfault|illegal instruction|core dump")
topic("nan",
      "The model computed numbers that are not finite, so siskin stops with exit code 65 instead of writing nonsense. The file is damaged, or the model needs another type.",
      trouble="siskin says {not finite|nan|non-finite logits}|the {logits|numbers} are {not finite|nan}|i get nan",
      ask=["what does {not finite|non-finite logits|nan} mean", "non-finite logits"], keys="nan|non-finite logits|not finite")
topic("file-changed",
      "Do not change or replace a model's file while siskin uses it; it then ends with exit code 74. Start it again when the file is complete.",
      trouble="the file {changed|was overwritten|was replaced|was deleted} while siskin was running|siskin says that the file was cut or overwritten",
      ask=["what happens {if|when} i {delete|overwrite|change|replace} the {file|model} while it runs", "may i {delete|move|replace} the {file|model} while siskin runs"], keys="file changed|file overwritten|delete file while running")
topic("command-not-found",
      "The shell does not find siskin. After ./dev build the program is build/release/siskin: give the whole path, or copy it into a folder of your PATH.",
      trouble="{the shell|bash|it} says command not found|siskin: command not found|siskin is not found|the {shell|terminal} does not {know|find} siskin",
      ask=["command not found", "why is siskin not found", "how do i put siskin in the path"], keys="command not found|siskin not found|path")
topic("heat",
      "Computing on all cores makes heat. Use fewer threads, for example -t 2: it is a little slower and much quieter.",
      trouble="{my|the} {laptop|computer|machine|cpu|processor} {gets|is|becomes} {hot|very hot|loud|too warm}|the fan {is loud|runs|gets loud|screams}|the battery {is empty fast|drains|does not last}",
      do="{save|spare} {the|} {battery|power|energy}|{make|keep} {the|my} {laptop|fan|computer} {quiet|cool|cooler}|use less {power|energy|cpu}|leave cores for other programs",
      ask=["why {is|gets} my {laptop|computer} [so] {hot|loud}", "how much {power|battery} does it {need|use}", "is it bad for my {battery|laptop|cpu}"],
      keys="hot laptop|fan noise|battery|heat|power use|less cpu")
topic("busy-machine",
      "Other programs take memory and cores away. Close them, or set -t to the number of cores that are free.",
      trouble="{it|siskin} is slow when other programs run|{my|the} {computer|machine} is {blocked|slow|busy} while siskin {runs|computes}|i cannot work while it runs",
      ask=["can i work while siskin {runs|computes}", "does siskin block my computer"], keys="busy machine|other programs|blocked computer")

# ---- Processors ----
topic("cpu-kinds",
      "siskin runs on x86-64 processors, best with AVX2 or AVX-512, and on 64-bit ARM. siskin doctor shows what yours can do.",
      thing="the supported processors|the supported cpus|the cpu requirements",
      ask=["{which|what} {processors|cpus|cpu|processor} {does siskin support|are supported|do i need|is needed|can i use|runs it on}", "does {siskin|it} run on {my cpu|intel|amd|an old cpu|a ryzen|an i5|an i7|a xeon|an intel processor|an amd processor}", "how {old|new|good} {may|must} my {cpu|processor|computer} be", "do i need a {new|fast|special} {cpu|processor}", "is {intel|amd} supported"],
      keys="cpu requirements|supported cpus|intel|amd|processor")
topic("avx2",
      "AVX2 is a set of instructions in x86 processors since about 2013 that computes 8 floats at once. siskin has kernels for it.",
      thing="AVX2|avx2|AVX|avx|the avx2 instructions",
      ask=["does {siskin|it} {need|use|require|support} avx2", "is avx2 {needed|required|supported|used}", "does {siskin|it} run without avx2", "my {cpu|processor} has no avx2", "what if {my cpu has no avx2|there is no avx2}"],
      keys="avx2|avx|avx2 needed|without avx2",
      more="Without AVX2 siskin uses its plain kernels, which are slow but correct.")
topic("avx512",
      "AVX-512 is a set of instructions in newer x86 processors that computes 16 floats at once. siskin uses it if the processor has it, best together with VNNI.",
      thing="AVX-512|avx512|avx-512|AVX512|the avx-512 instructions",
      ask=["does {siskin|it} {need|use|require|support} {avx-512|avx512}", "is {avx-512|avx512} {used|supported|needed|faster}", "how do i know {if|whether} {i have|it uses} {avx-512|avx512}", "my {cpu|processor|chip} has {avx-512|avx512}, is it used"],
      keys="avx-512|avx512|avx512 support")
topic("vnni",
      "VNNI are instructions that multiply and add small integers, which is what quantized models need most. siskin uses them with AVX-512.",
      thing="VNNI|vnni|avx512_vnni|the vnni instructions", keys="vnni|avx vnni")
topic("neon",
      "NEON is the vector instruction set of ARM processors. siskin has kernels for it." if NEON else
      "NEON is the vector instruction set of ARM processors. siskin has no NEON kernels yet and uses its plain ones there, which are slow.",
      thing="NEON|neon|arm neon|the neon instructions",
      ask=["does {siskin|it} {use|support} neon", "is neon used"], keys="neon|arm neon")
topic("arm",
      "Yes, siskin runs on 64-bit ARM." + ("" if NEON else " It has no special kernels for it yet, so it is slow there."),
      ask=["does {siskin|it} {run|work} on {arm|an arm processor|a raspberry pi|aarch64|a snapdragon|arm64|my raspberry pi|graviton}", "is {arm|arm64|aarch64|raspberry pi} supported", "can i use {siskin|it} on {arm|a raspberry pi|arm64}", "is there an arm version", "{raspberry pi|arm} support"],
      keys="arm|raspberry pi|aarch64|arm64|arm support")
topic("isa",
      "An instruction set is what a processor can do at once, such as AVX2, AVX-512 or NEON. siskin picks the best one it has kernels for; SISKIN_ISA forces one.",
      thing="an instruction set|ISA|isa|simd|SIMD|instruction sets|vector instructions", keys="instruction set|isa|simd")
topic("kernel",
      "A kernel is the small piece of code that does the arithmetic, for one tensor type and one instruction set. siskin doctor checks all of them.",
      thing="a kernel|kernels|the kernels|the kernels of siskin|a compute kernel", keys="kernel|kernels|compute kernel")
topic("threads-idea",
      "A thread is one line of work of a program. With more threads more cores compute at once, up to the number of fast cores.",
      thing="a thread|threads in a program|the difference between threads and cores|hyperthreading|e-cores", keys="thread meaning|threads and cores|hyperthreading")
topic("bandwidth",
      "Writing is limited by the memory: for each token all weights are read once. Bandwidth divided by the file size gives a rough limit in tokens per second.",
      thing="memory bandwidth|the memory bandwidth|bandwidth",
      ask=["what {limits|decides|determines} the {speed|tokens per second}", "why does {memory|the memory|bandwidth} {matter|limit the speed}", "what is {more important|the bottleneck}, {cpu or memory|the cpu or the memory|cores or memory}", "does {faster|more|better} {ram|memory} {help|make it faster}", "how do i estimate {the speed|tokens per second}", "what is the bottleneck", "is it limited by {the cpu|memory|the processor}", "why is a {smaller|bigger} model {faster|slower}"],
      keys="memory bandwidth|bottleneck|speed limit|estimate speed|ram speed",
      example="With 40 GB per second and a file of 4 GB you get at most about 10 tokens per second.")
topic("speed-estimate",
      "It depends on the memory of your machine and the size of the file. Divide the memory bandwidth by the file size: 40 GB per second and 4 GB make about 10 tokens per second.",
      ask=["how {fast|many tokens per second} {is|does|will} {a 7b|an 8b|a 13b|a 70b|a 3b} [model] [be|make|reach|run] [on a cpu|on a laptop|here]", "what speed {can i expect|is normal|do i get} {with|from} {a 7b model|an 8b model|a 70b model}", "is {a 7b|an 8b|a 70b|a 13b} model fast enough [on a laptop|on a cpu]"],
      keys="expected speed|7b speed|tokens per second on cpu")
topic("ram-more",
      "More RAM lets you run larger models, but it does not make the same model faster. Faster RAM does.",
      ask=["does more {ram|memory} {help|make it faster|bring speed}", "should i buy {more|faster} {ram|memory}", "what should i {upgrade|buy}", "which hardware {is best|should i buy|is important|do i need}", "what computer should i buy"],
      keys="more ram|upgrade|hardware recommendation|buy ram")
topic("ssd",
      "A fast SSD helps only at the start, when the file is read for the first time. Later the file is in memory.",
      ask=["do i need {an ssd|a fast disk|a fast ssd}", "does {an ssd|a fast disk|nvme} help", "is a {hard disk|slow disk|usb stick} {ok|enough|too slow}", "can a model run from {the disk|an ssd|a usb stick}"],
      keys="ssd|disk speed|hard disk|nvme|usb stick")
topic("container",
      "Yes. siskin looks at the limits of the container, so it takes no more threads than it is allowed to use.",
      ask=["does {siskin|it} {run|work} in {docker|a container|a vm|kubernetes|a virtual machine}", "can i {use|run} {siskin|it} in {docker|a container|a vm|a virtual machine}", "does siskin know {cgroup|container|cpu} limits", "is there a docker image"],
      keys="docker|container|cgroup|virtual machine|kubernetes")
topic("ctx-threads-default",
      "Everything has a sensible default: threads, context and sampling are chosen for you. siskin run MODEL \"PROMPT\" is enough to begin.",
      ask=["{which|what} flags {do i need|are important|should i set|must i give}", "do i {need|have} to set {flags|anything|options}", "what are the {default settings|defaults|standard settings}", "are the defaults good"],
      keys="defaults|important flags|default settings|needed flags")

# ---- Which models run ----
topic("families",
      "siskin runs models of the families " + ", ".join(FAMILIES[:-1]) + " and " + FAMILIES[-1] + ". Mistral and Mixtral belong to llama.",
      thing="the supported models|the supported families|the model families|the models that siskin runs",
      ask=["{which|what} {models|model families|families|architectures|llms} {does siskin run|does siskin support|are supported|can i run|does it know|work|run here|can siskin run}", "{list|name|show} {the|all} {supported models|families|architectures|supported families}", "does siskin run {all|every|any} {models|model|gguf}", "can it run {any|every} {gguf|model}", "how many {families|architectures} are supported"],
      keys="supported models|families|architectures|model list|which models", weight=1.3)
_RUNS = {
    "Llama": "llama|llama 3|llama 2|llama 3.1|llama 3.2|llama3|Llama 3.3|meta llama|tinyllama|smollm",
    "Mistral": "mistral|mistral 7b|mistral nemo|mistral small|Mistral 7B|mixtral|mixtral 8x7b",
    "Qwen": "qwen|qwen2|qwen3|qwen 2.5|qwen 3|Qwen3|qwen2.5|qwen coder",
    "Gemma": "gemma|gemma 2|gemma 3|gemma2|gemma3|Gemma 2|google gemma",
    "Phi": "phi|phi 3|phi-3|phi-4|phi 4|Phi-3|phi 3.5|microsoft phi",
    "gpt-oss": "gpt-oss|gpt oss|gpt-oss-20b|gpt-oss 120b|openai's gpt-oss",
    "DeepSeek R1 Distill": "deepseek r1 distill|r1 distill|deepseek-r1-distill-qwen|deepseek-r1-distill-llama",
}
_RUNS_WHY = {
    "Llama": "Yes, siskin runs Llama models. They are the family llama.",
    "Mistral": "Yes, siskin runs Mistral and Mixtral models. They belong to the family llama.",
    "Qwen": "Yes, siskin runs Qwen 2, 2.5 and 3. They are the families qwen2, qwen3 and qwen3moe.",
    "Gemma": "Yes, siskin runs Gemma 2 and Gemma 3. They are the families gemma2 and gemma3.",
    "Phi": "Yes, siskin runs Phi-3 and Phi-4 models. They are the family phi3.",
    "gpt-oss": "Yes, siskin runs gpt-oss. The 20B model takes about 12 GB in its own type, MXFP4.",
    "DeepSeek R1 Distill": "Yes, siskin runs the distilled models of DeepSeek R1. They belong to the families llama and qwen2.",
}
_FRAMES = ["does {siskin|it|this} {run|support|know|do|work with|handle|play} {X}", "can {i|siskin|it|you} {run|use|load|do} {X} [with siskin|here|in siskin]", "is {X} supported", "will {X} {run|work}", "does {X} {run|work} {here|in siskin|with siskin|in it}", "{X} support", "i {have|want|want to run|would like to use|downloaded} {a|the|} {X} [model|file], {does it work|will it run|is that possible|can i}", "{what|how} about {X}", "are {X} models supported", "is it possible to {run|use} {X}"]
for _name, _said in _RUNS.items():
    topic("runs-" + _name, _RUNS_WHY[_name], ask=[f.replace("X", _said) for f in _FRAMES], keys=_said, weight=0.9)
_RUNS_NOT = {
    "Mamba": ("mamba|mamba2|falcon mamba|rwkv|jamba|granite hybrid|nemotron h|falcon-h1", "No, siskin does not run Mamba and other recurrent models yet. It runs transformers."),
    "Qwen 3.5": ("qwen 3.5|qwen3.5|qwen3-next|qwen 3.6|qwen35|qwen3 next", "No, siskin does not run Qwen 3.5 yet; its layers are of a new kind. Qwen 3 runs."),
    "Gemma 4": ("gemma 4|gemma4|gemma 3n|gemma3n", "No, siskin does not run Gemma 4 and 3n yet. Gemma 2 and 3 run."),
    "DeepSeek V3": ("deepseek v3|deepseek-v3|deepseek r1|deepseek v2|kimi k2|glm 4.7 flash|deepseek 671b", "No, siskin does not run the large DeepSeek models yet. The distilled R1 models run."),
    "BERT": ("bert|modernbert|nomic embed|an embedding model|t5|whisper|stable diffusion|clip|a reranker", "No, siskin runs only models that write text. BERT, embedding and image models do not run."),
    "other": ("falcon|olmo|command r|starcoder|granite|glm 4|minicpm|exaone|lfm2|smollm3|ernie|bloom|mpt|gpt-2|gpt-j|yi-vl", "No, siskin does not know this family yet. siskin info says whether a file runs."),
}
for _name, (_said, _answer) in _RUNS_NOT.items():
    topic("runs-not-" + _name, _answer, ask=[f.replace("X", _said) for f in _FRAMES], keys=_said, weight=0.9)
topic("closed-models",
      "No, such models are not published, so there is no file to run. Take an open model, for example gpt-oss or Qwen 3.",
      ask=[f.replace("X", "chatgpt|gpt-4|gpt-5|gpt-4o|claude|gemini|copilot|claude sonnet|grok|openai models") for f in _FRAMES] + ["where can i download {chatgpt|gpt-4|claude|gemini}"],
      keys="run chatgpt|gpt-4 gguf|claude gguf|gemini download")
topic("requirements-model",
      "A model runs in siskin if it is a GGUF file of a family that siskin knows and fits into your memory. siskin info says it for a file.",
      ask=["{what|which} {models|files|gguf files} {will run|work|can i use} on my {computer|laptop|machine}", "how do i know {if|whether} a model {will run|runs|works} [here|on my machine|on my computer]", "what must a model be like [to run]", "can my {computer|laptop|machine} run {a model|models|an llm}", "what do i need to run {a model|an llm|a language model}"],
      keys="model requirements|will it run|can my computer run it")
