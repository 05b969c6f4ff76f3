"""siskin itself, and the model that speaks."""

from topic import FACTS, has, topic

topic("siskin",
      "siskin is a program that runs language models on the processor of your own computer. It reads GGUF files and needs no GPU, no Python and no internet.",
      "siskin is a small program for big language models. It reads GGUF files and runs them on the CPU of a laptop, without a GPU and without internet.",
      thing="siskin|this program|the siskin program|this siskin thing|the program siskin|siskin the program",
      ask=["what {is|does} this {program|tool|software|thing|app} [do|for]", "what {can|does} siskin do", "what {is|was} siskin made for",
           "what do {i|people} {use|need} siskin for", "what {have i|did i} {installed|downloaded|started} here", "what am i {using|running} here",
           "{introduce|present} {siskin|the program}", "why {should i|would i} use siskin", "what can i do with {siskin|this program}",
           "give me an overview of siskin", "what is special about siskin", "what are the advantages of siskin"],
      keys="siskin overview|about siskin|siskin purpose|siskin features|siskin introduction",
      more="It has a command for one question, siskin run, and one for a conversation, siskin chat. Others look into files and measure speed.",
      example="siskin run model.gguf \"Why is the sky blue?\"")
topic("name",
      "A siskin is a very small bird. siskin the program runs big language models on small hardware, so the name fits.",
      "It is named after a bird. A siskin is a very small bird, and siskin is made for small hardware.",
      thing="the name siskin|the name of this program|the word siskin",
      ask=["why is {siskin|it|the program|this program} {called|named} {siskin|that|so|like that}", "where does the name [siskin] come from",
           "who is siskin named after", "what {animal|kind of animal} is a siskin", "is siskin {a bird|an animal|a real word}", "what is a siskin {bird|in nature}",
           "{how did|where did} siskin get its name", "why the name [siskin]", "why did {they|you} {call|name} it siskin", "is there a bird called siskin"],
      keys="name origin|siskin name|siskin bird|name meaning")
topic("needs-gpu",
      "No, siskin needs no graphics card. It computes everything on the CPU, the normal processor of your computer.",
      ask=["do{es|} {i|we|siskin|it|this} need a {gpu|graphics card|video card|nvidia card|strong graphics card|cuda gpu}", "is a {gpu|graphics card|video card} {needed|necessary|required}",
           "does {siskin|it|this} {work|run} without [a] {gpu|graphics card|cuda}", "can i {run|use} {siskin|it|models|this} without [a] {gpu|graphics card|video card}",
           "i have no {gpu|graphics card}, {can i use it|does it work|is that a problem}", "do i {have to|need to} {own|have} {a gpu|an nvidia card|a graphics card}",
           "which {gpu|graphics card} do i need", "what if i have no {gpu|graphics card}", "is my graphics card {used|important}"],
      keys="gpu required|without gpu|no gpu|gpu needed|graphics card necessary|cuda",
      why="siskin is made for laptops, and most laptops have no large graphics card.")
topic("uses-gpu",
      "siskin does not use the GPU. It computes every layer on the CPU, also when a graphics card is there.",
      do="use {my|the} {gpu|graphics card|nvidia card|video card}|run {it|a model|the layers} on {the|my} {gpu|graphics card}|turn on {gpu|cuda} support|offload layers to the gpu|make siskin use cuda",
      trouble="{siskin|it} does not use my {gpu|graphics card}|my {gpu|graphics card} is idle|the {gpu|graphics card} is not used|the {gpu|graphics card} does nothing|my {gpu|graphics card} is ignored",
      ask=["does {siskin|it} {use|support} {the gpu|my gpu|cuda|nvidia|vulkan|metal|rocm|graphics cards|amd cards}", "is there {gpu|cuda|vulkan|metal} support",
           "why {is my gpu idle|does it ignore my gpu|is the gpu not used|isn't the gpu used}", "can {siskin|it} use {the gpu|a graphics card|cuda|metal}"],
      keys="gpu support|cuda support|gpu offload|metal|vulkan")
topic("python",
      "No, you do not need Python. siskin is one program written in C++ and runs without Python.",
      ask=["do{es|} {i|siskin|it} need python", "is python {needed|required|necessary}", "does {siskin|it} {work|run} without python", "must i install python [first]",
           "do i have to {install|set up} {python|pip|conda|pytorch}", "which python version {do i need|is needed}", "is {siskin|it} a python {program|package|library}",
           "can i {install|get} siskin {with|through} pip", "do i need {pip|conda|pytorch|a virtual environment}", "is there a python {api|binding|package|library}"],
      keys="python required|python needed|without python|pip install siskin|pytorch needed")
topic("daemon",
      "No, nothing stays in the background. siskin starts, answers and ends; there is no daemon.",
      ask=["is there a {daemon|service|background process|background service}", "does {siskin|it} {run|stay} in the background", "does {anything|something} {stay|keep running|remain} {in the background|in memory} {after|when} {it ends|i exit|i quit}",
           "do i need to start a {daemon|service|server} first", "is {siskin|it} a {daemon|service}", "does it need a {daemon|running service|background service}",
           "does {siskin|it} keep running [after the answer]", "what is left running {after|when} i {close|leave} {it|the chat}"],
      keys="daemon|background service|background process|runs in background")
topic("internet",
      "siskin works without internet. Everything is computed on your own computer, so it works offline too.",
      "siskin needs no network. The model is a file on your computer, and it works offline.",
      ask=["do{es|} {i|it|siskin|this} need {internet|an internet connection|a network|the internet|wifi|a connection|to be online}", "does {it|siskin} work {offline|without internet|without a network|without a connection}",
           "can i use {it|siskin} {offline|without internet|on a train|in the woods}", "is {siskin|it} {offline|online}", "is an internet connection {needed|required|necessary}",
           "does {siskin|it} {connect to|use|go on} the {internet|web|cloud}", "is {it|this} {running in|computed in|in} the cloud", "what happens {when|if} {i am offline|the internet is down|there is no network}",
           "do i have to be online"],
      keys="offline|internet needed|offline use|works without internet|network required|cloud")
topic("privacy",
      "What you type stays on your computer. siskin sends nothing over the network and collects no data.",
      "Nothing leaves your computer. siskin sends no data to anybody.",
      thing="the privacy of siskin|the telemetry of siskin|the data protection here",
      ask=["is {my data|what i write|what i type|my text|the chat|my conversation} {private|safe|secret|secure}", "{who|can anybody|can somebody|can someone} {read|reads|see|sees} {what i write|what i type|my chats|my prompts|my questions}",
           "does {siskin|it} {send|upload|share|collect|store|leak} {data|my data|my prompts|anything|information|my text|what i type}", "where {does|do|are} {my data|my prompts|my chats|my questions} {go|sent|stored}",
           "is there {any|} {telemetry|tracking|spying|logging}", "does {it|siskin} {spy on me|track me|phone home|call home|keep a log|save my chats}", "what about {privacy|my privacy|data protection}",
           "can i {enter|use|type} {private|secret|confidential|personal} {data|text|things|documents}", "is it safe to paste {private|confidential} {text|data|letters}"],
      keys="privacy|telemetry|data collection|private data|tracking|data safe",
      why="Everything is computed on your own processor, so there is no reason to send anything.")
topic("licence",
      "siskin has the MIT licence. You may use, change and share it, also in products that you sell.",
      thing="the {licence|license} [of siskin]|siskin's {licence|license}",
      ask=["{what|which} {licence|license} does {siskin|it|this program} have", "under {what|which} {licence|license} is {siskin|it} [released|published]", "is {siskin|it} open source", "can i use {siskin|it} {commercially|at work|in my company|in a product|for business}",
           "may i {use|sell|change|copy|share|modify|distribute} {siskin|it|the code|the program} [at work|commercially]", "is {commercial|business} use {allowed|ok|permitted}", "is the {source|source code|code} {open|free|public|available}", "who may use siskin", "am i allowed to {change|share|sell|copy} {siskin|it|the code}"],
      keys="licence|license|MIT|open source|commercial use|copyright")
topic("price",
      "siskin is free. It costs nothing to download and nothing to use.",
      ask=["{what|how much} does {siskin|it|this} cost", "is {siskin|it|this} free [of charge|to use]", "do i {have to|need to} pay [for it|for siskin|anything]", "what is the price [of siskin]", "is there a {paid|pro|premium} version",
           "do i need {a subscription|an account|an api key|a login|to register|to sign up}", "what does {a token|a question|an answer} cost", "how much {money|do i pay} [for siskin]", "is there a {trial|fee|charge|subscription|monthly fee}"],
      keys="price|cost|free|subscription|account|api key|fee")
topic("language-of-code",
      "siskin is written in C++20. It needs no Python and no other language to run.",
      ask=["{what|which} {language|programming language} is {siskin|it} {written|programmed|made} in", "in {what|which} [programming] language is {siskin|it|the code} {written|made|programmed}", "is {siskin|it} {written|made} in {rust|c++|c|python|go|java}",
           "what is siskin {written|programmed|made|implemented} in", "which {c++|} standard does siskin use"],
      keys="programming language|written in|c++|rust or c++|source language")
topic("systems",
      "siskin runs on Linux and macOS, on x86-64 and on 64-bit ARM processors.",
      ask=["{which|what} {operating systems|systems|platforms|os} {does siskin support|are supported|does it run on|can i use}", "on {which|what} {systems|platforms|computers|operating systems} does {siskin|it} {run|work}",
           "does {siskin|it} {run|work} on {linux|ubuntu|debian|fedora|my linux}", "does {siskin|it} support {linux|ubuntu|debian|fedora|arch}", "is linux supported", "what are the system requirements", "what {computer|machine} do i need [for siskin]", "will {it|siskin} run on {my computer|my pc|my machine}"],
      keys="supported platforms|operating systems|system requirements|linux|platforms|os support")
topic("mac",
      "Yes, siskin runs on macOS, on Intel Macs and on Apple Silicon.",
      ask=["does {siskin|it|this} {run|work} on {macos|a mac|my mac|apple|apple silicon|an m1|an m2|an m3|an imac|a mac mini}", "is {macos|mac|apple silicon|the m1|apple} supported", "can i {use|run|install} {siskin|it} on {a mac|macos|my mac|apple silicon|an m1 mac|an m2}",
           "i have {a mac|an m1|an m2|a mac mini|an apple computer}, {does it work|can i use it|does siskin run}", "is there a {mac|macos} version", "mac {support|version}"],
      keys="macos|mac support|apple silicon|m1|homebrew mac")
topic("windows",
      "siskin is made for Linux and macOS, not for Windows itself. On Windows you can use it inside WSL, which is a Linux.",
      ask=["does {siskin|it|this} {run|work} on {windows|windows 10|windows 11|microsoft windows}", "is windows supported", "can i {use|run|install} {siskin|it} {on|under|with} {windows|windows 11|win10|win}",
           "is there a windows {version|exe|installer|build}", "i {have|use} windows, {does it work|can i use it|what now|what can i do}", "what about windows", "windows {support|exe|version|installer}"],
      keys="windows|windows support|exe|wsl|windows version")
topic("phone",
      "siskin is made for laptops and other computers with Linux or macOS. There is no version for phones.",
      ask=["does {siskin|it} {run|work} on {a phone|my phone|android|iphone|an iphone|an ipad|a tablet|ios}", "is there {an android|an iphone|a phone|a mobile|an ios} {version|app}", "can i {use|run|install} {siskin|it} on {my phone|android|an iphone|a tablet|ios}", "is there an app for {my phone|android|ios|the iphone}"],
      keys="android|iphone|mobile app|phone|tablet")
topic("starter",
      "I am siskin's starter model. I am built into the program, and I answer when you name no other model.",
      "I am the starter model of siskin, a very small model that is built in. With -m FILE another model answers.",
      thing="the starter model|the starter|the built-in model|the model inside siskin",
      ask=["{what|which} model {are you|is this|am i talking to|is answering|do i talk to|is running}", "what {kind|sort} of model are you", "{which|what} model is {used|running|active} {when i name none|without -m|by default|if i give no model}",
           "is there a {built-in|default|included} model", "what is the default model", "which llm are you", "are you {chatgpt|gpt|llama|claude|gemini|qwen|mistral|gpt-4|deepseek|copilot|siri|alexa}", "do i need to download a model [first]", "does siskin come with a model",
           "what happens if i {give|name} no model", "can i use siskin without {a model|a model file|downloading a model}"],
      keys="starter model|default model|built-in model|which model|your model name")
topic("who-are-you",
      "I am a very small language model called starter, and I live inside siskin. I can tell you about siskin and about running models, and I can tell little stories.",
      ask=["who are you", "what are you", "who am i talking to", "who is {this|there|speaking}", "{tell me about|introduce|describe|present} yourself", "what is your name", "do you have a name", "how {should|can|may} i call you", "are you {a robot|a bot|a human|a person|an ai|real|alive|a computer|a machine|human|a chatbot}",
           "who or what are you", "what should i call you", "say who you are", "your name", "tell me [something] about you", "what's your name"],
      keys="who are you|your name|introduce yourself|about you", weight=1.5)
topic("your-size",
      "I am very small: about 5 million parameters. Common models have between 1 billion and 70 billion.",
      ask=["how {big|large|small} are you", "how many {parameters|weights} {do you have|have you got}", "what {size|is your size}", "are you {big|large|small|tiny|a small model|a big model}", "how much memory do you {need|use|take}", "how many {megabytes|bytes|mb} are you", "what is your {size|parameter count|number of parameters}",
           "how many layers do you have", "how {big|large} is the {starter model|built-in model|starter|model inside siskin}"],
      keys="your size|your parameters|starter size|parameter count of you",
      why="I have to fit into the program itself, so that something answers at once without a download.")
topic("your-knowledge",
      "I know siskin, the basics of running language models, and how to tell little stories. For anything else, please run a bigger model.",
      "You can ask me about siskin and about running models, or ask me for a little story. I know nothing else.",
      ask=["what do you know", "what can {i ask you|you do|you tell me|you help with|you help me with|you answer}", "what {are you|is this model} good {for|at}", "what {topics|subjects|things} do you know [about]", "what can you do [for me]", "{how|in what} can you help me", "what are your {skills|abilities|talents|topics|strengths}",
           "can you help me", "what questions can {you answer|i ask}", "what are you able to do", "do you know everything", "do you know {a lot|much|anything}", "are you {smart|clever|intelligent}", "help", "what {should|could|shall} i ask you", "give me some ideas what to ask"],
      keys="your knowledge|your skills|what can you do|topics you know", weight=1.5)
topic("your-limits",
      "I know only siskin, running models, and little stories. I cannot calculate, translate, write code or tell you about the world; a bigger model can.",
      ask=["what {can you not do|can't you do|don't you know|do you not know}", "what are your {limits|weaknesses|limitations|weak points}", "what are you {bad at|not good at}", "why are you so {stupid|dumb|small|limited|bad|useless}", "why do you know so little", "why {can't|can} you {not|} answer {that|me|my question}", "why do you {only know|not know more than} {siskin|so little}",
           "are you {stupid|dumb|useless}", "can you {do math|write code|translate|do my homework|search the web|calculate|write an essay|write an email|write a poem}", "are you as good as {chatgpt|a big model|the others}"],
      keys="your limits|limitations|weaknesses|what you can't do")
topic("your-mistakes",
      "Yes, I can be wrong. I am a very small model and make mistakes; siskin COMMAND --help always tells the truth about flags.",
      ask=["do you make {mistakes|errors}", "can you be wrong", "are {you|your answers} {always right|correct|reliable|true|trustworthy|accurate|ever wrong}", "can i {trust|believe|rely on} {you|your answers|what you say}", "is {everything|it all|all that} {you say|you tell me} {true|right|correct}", "how {reliable|accurate|correct} are {you|your answers}", "are you sure", "is that {true|right|really true|correct}", "do you {lie|hallucinate|make things up|invent things}", "should i check {your answers|what you say}"],
      keys="your mistakes|reliability|can you be wrong|are you sure|trust")
topic("your-memory",
      "No, I forget everything when the conversation ends, unless it has a name: siskin chat -S NAME goes on the next time. While we talk I see only what was said in this conversation.",
      ask=["do you {remember|recall|know} {me|our last chat|what i said|our conversation|what i asked before|past chats|earlier chats|the last time}", "do you have a memory", "will you remember {this|me|that|our talk} [later|tomorrow|next time]", "do you {learn|get better} from {me|our talk|what i say|our conversation|this chat}", "can you {remember|learn|store} {things|something|my name for later}", "do you forget {everything|things|me|our chat}", "is our chat {saved|stored|kept}", "do you {save|store|keep} {our chat|the conversation|what i say}"],
      keys="your memory|remember me|chat history saved|learning from chats")
topic("your-languages",
      "I speak only English. For other languages, please run a bigger model.",
      ask=["{which|what|how many} languages do you {speak|know|understand}", "do you {speak|understand|know} {german|french|spanish|italian|chinese|japanese|russian|polish|dutch|turkish|arabic|korean|hindi|other languages}", "can you {answer|talk|reply|write|speak} in {german|french|spanish|italian|chinese|japanese|russian|polish|another language|my language}", "can we {speak|talk} {german|french|italian|chinese|russian|dutch}", "sprichst du deutsch", "parlez-vous français", "hablas español", "is english your only language", "do you understand only english"],
      keys="languages|your language|german|french|spanish|speak other languages")
topic("your-training",
      "I was trained on text that was written by a program: questions and answers on siskin, and little stories. No text from the internet is in me.",
      ask=["how were you {trained|made|built|created}", "what were you trained on", "what is {your training data|in your training data}", "where does your {knowledge|training data} come from", "what {text|data|texts} did {you learn from|they train you on|you read}", "did you read the internet", "are there {books|copyrighted texts|personal data} in {you|your training data}", "how did you learn {this|all this|that|to talk}", "is your training data {public|open}"],
      keys="training data|how trained|your training|your data")
topic("your-maker",
      "I was made by the siskin project. The recipe that trains me is in the folder models/starter.",
      ask=["who {made|built|created|trained|programmed|wrote|invented} you", "who is your {maker|creator|author|developer|boss|father|mother}", "who {made|wrote|built|develops|created} {siskin|this program}", "which company {made|is behind} {you|siskin}", "where do you come from", "where is your source code", "can i {train|build|make} you myself"],
      keys="maker|author|developer|who made siskin|creator")
topic("your-place",
      "I live inside the siskin program itself, so no file is needed. Nothing is loaded from the internet.",
      ask=["where are you", "where do you live", "where are you {stored|running|kept|saved}", "where is {the starter|the built-in model|your file}", "are you {on my computer|in the cloud|on a server|inside the program}", "do you run on my {computer|laptop|machine}", "in which file are you"],
      keys="where are you|your location|starter file")
topic("your-feelings",
      "I am only a program and have no feelings. But it is nice of you to ask!",
      ask=["how are you [today|doing]", "how do you {feel|do}", "are you {happy|sad|tired|bored|hungry|lonely|okay|fine|well}", "do you have {feelings|emotions|dreams|friends|a family|hobbies}", "do you {like|love|hate} {me|your job|people|being a model|music|birds|siskin}", "what is your favourite {colour|food|animal|bird|book|song}", "can you {feel|think|dream|see|hear|laugh|cry}", "are you conscious", "what's up", "how is it going", "how's it going", "how old are you", "do you sleep", "how was your day"],
      keys="how are you|your feelings|feelings")
topic("bigger-model",
      "Get a GGUF file from Hugging Face, for example an instruct model with 4 or 8 billion parameters in Q4_K_M. Then type: siskin chat file.gguf",
      do="get a {better|bigger|larger|smarter|real|stronger|good} model|use {a better|a bigger|another|a different|my own|a real} model|download {a|another|a bigger} model|replace the {starter|built-in} model|switch {the model|to another model|models}|find {models|a model|good models|gguf files|gguf models}",
      ask=["where {do|can} i {get|find|download} {models|a model|other models|gguf files|gguf models|better models|a gguf|model files}", "which site has {models|gguf files}", "where are {the models|gguf files} {from|hosted}", "what is a good site for {models|gguf files}", "where do {models|the models|gguf files} come from", "how do i get {a gguf file|a model|models|a real model}", "{can you recommend|recommend|suggest} a {model|good model}", "which model {should i|do you} {recommend|download|use|take}", "what is {a good|the best} model [for a laptop|for siskin|to start with]"],
      keys="download models|hugging face|where to get models|model download|get gguf|better model|model recommendation",
      how="Search Hugging Face for the name of the model and the word GGUF, and download one file. Then give the file to siskin with -m.",
      example="siskin chat qwen3-8b-q4_k_m.gguf", weight=1.3)
topic("pull",
      "siskin has no command that downloads models yet. Download a GGUF file with your browser, for example from Hugging Face, and name it with -m." if not has("pull") else
      "siskin pull downloads a model. You can also take any GGUF file that you have and name it with -m.",
      ask=["is there a {pull|download} command", "can siskin {download|pull|fetch} {models|a model|files}", "does {siskin|it} have {siskin pull|a pull command|a model library|a download command}", "how do i pull a model", "{siskin pull|ollama pull} {llama3|qwen3|mistral|gemma3}", "does -hf work", "can i {pull|fetch} a model {from hugging face|by name}"],
      keys="siskin pull|pull model|-hf|download command")
topic("vs-llamacpp",
      "I make no claims about speed. Measure both on your own machine: siskin bench prints the same tests as llama-bench, pp512 and tg128.",
      ask=["is {siskin|it} faster than {llama.cpp|ollama|lm studio|other programs|the others|llamafile|vllm|llama-cli}", "is {llama.cpp|ollama|lm studio} faster [than siskin]", "how {fast|quick} is siskin compared to {llama.cpp|ollama|others|lm studio}", "{siskin|it} {vs|versus|or|against} {llama.cpp|ollama|lm studio|llamafile}", "which is {faster|better}, siskin or {llama.cpp|ollama|lm studio}", "compare siskin {with|to|and} {llama.cpp|ollama|others|lm studio}", "why {should i|would i} {use|take} siskin {instead of|and not|rather than} {llama.cpp|ollama}", "how does siskin compare to {llama.cpp|ollama}", "is {siskin|it} {the best|the fastest|better than llama.cpp|better than ollama}"],
      keys="siskin vs llama.cpp|siskin vs ollama|faster than llama.cpp|comparison|benchmark comparison",
      how="Run siskin bench -m model.gguf, and the other program's benchmark with the same file.")
topic("llamacpp-flags",
      "Yes, siskin uses the names that llama.cpp gave its flags, such as -m, -p, -n, -c, -t and --temp. Flags for the GPU are accepted and have no effect.",
      ask=["{do|can i use} {my|the} llama.cpp {flags|options|scripts|commands} [work|here]", "are the flags {the same as|like|compatible with} [in] llama.cpp", "is {siskin|it} compatible {with|to} llama.cpp", "i {know|used|use} llama.cpp, what {is different|changes|do i need to know}", "can i {replace|swap} llama-cli {with|by} siskin", "does siskin {understand|accept|know} llama.cpp {flags|options}", "{do|will} my {old|existing} scripts {work|run} [with siskin]", "how do i {switch|move|come} from llama.cpp [to siskin]", "are the options named like in llama.cpp"],
      keys="llama.cpp compatible|llama.cpp flags|llama-cli replacement|migrate from llama.cpp|flag names")
topic("from-ollama",
      "siskin has no daemon and no model names: you give it a GGUF file. ollama run becomes siskin run FILE.gguf, and /clear, /bye and \"\"\" work in the chat.",
      ask=["i {know|used|use} ollama, what {is different|changes|do i need to know|is new}", "how do i {switch|move|change} from ollama [to siskin]", "what is the difference {between|of} {siskin and ollama|ollama and siskin}", "is {siskin|it} {like|compatible with|similar to} ollama", "can i use {my ollama models|ollama models|models from ollama} [with siskin]", "does siskin {know|have} {ollama commands|the commands of ollama}", "what is {the same as|siskin's} ollama run [in siskin]", "can {siskin|it} replace ollama"],
      keys="ollama user|ollama migration|ollama difference|from ollama|ollama compatible")
topic("safe-files",
      "A GGUF file holds data, no code, and siskin checks every number in it before use. A bad file is an error, not a danger.",
      thing="the safety of gguf files|the security of model files",
      ask=["is {it|a gguf|a gguf file|a model|an unknown model|a downloaded model} {safe|dangerous|secure|risky} [to open|to run|to load|to use]", "can a {gguf|model|model file|gguf file} {contain|have|hold|carry} {a virus|viruses|malware|code|harmful code|a trojan}", "can {a model|a gguf|a file} {hack|harm|infect|damage|attack|hurt} {my computer|my machine|me|my laptop}", "is it {safe|dangerous} to {open|run|load|use} {a gguf|models|files|a file} from {strangers|the internet|hugging face|unknown people}", "are {gguf files|models} {safe|secure|dangerous}", "does siskin check {files|the file|models} [before loading]"],
      keys="gguf safe|malware in model|virus in gguf|file security|unsafe model",
      why="A GGUF file is only a list of settings and a lot of numbers. Nothing in it is executed.")
topic("model-danger",
      "A model can write only text; it cannot touch your files or the network. Be careful only if a script runs what it writes.",
      ask=["can {a model|the model|the ai|an llm} {delete|read|open|change|see} my files", "can the model {access|use|reach} {the internet|the web|my computer|my files|my camera}", "can you {see|read|open|delete} my {files|screen|documents|computer|disk}", "can {you|the model} {browse|search} the {web|internet}", "does the model have access to {my computer|my files|the web}"],
      keys="model access files|browse web|model access|can you see my screen")
topic("version",
      "siskin --version prints the version and the commit it was built from.",
      do="{see|show|find|print|get|check} {the|my|siskin's} version|find out which version {i have|this is}",
      ask=["{which|what} version {is this|do i have|of siskin is this|am i using|is installed}", "what {is the|'s the} {current|latest|installed} version", "how {old|new|recent} is {this|my} siskin"],
      keys="version|siskin version|--version|version number",
      example="siskin --version")
topic("source",
      "Build it with ./dev build in siskin's folder. The script installs what is missing, and the program is then build/release/siskin.",
      do="{build|compile|make} siskin [from source|myself]|{install|get|set up} siskin|get siskin {running|to run|started}|build {it|the program} [from source]|install {it|this|the program}",
      ask=["how {is|do i get} siskin {built|installed|compiled}", "what do i need to {build|compile|install} {siskin|it}", "is there {an installer|a package|a deb|a binary}", "where is the {program|binary|executable} [after the build]", "which compiler do i need", "what {packages|dependencies|libraries} does siskin need"],
      keys="install|build|compile|installation|setup|build from source|dependencies",
      more="To begin with, git and a C++ compiler are enough; the script gets the rest from apt, dnf or brew.",
      example="./dev build")
topic("tests",
      "./dev test builds siskin and runs every test. siskin doctor checks the kernels on your own processor.",
      do="{run|start} {the|all|siskin's} tests|{test|check} {siskin|my installation|my build|the build|if siskin works}|{see|find out} whether {siskin|it} works {right|correctly}",
      ask=["how is siskin tested", "are there tests", "does siskin have tests", "is my {build|installation} {ok|okay|correct|good|fine}"],
      keys="run tests|test suite|check installation|dev test")
topic("update",
      "Fetch the new source with git pull and build again with ./dev build.",
      do="update {siskin|it|to a new version}|upgrade {siskin|it}|get {the newest|a newer|the latest} {version|siskin}",
      ask=["how {do updates work|is siskin updated}", "is there an {update|auto update|updater}", "is there a newer version", "does {it|siskin} update itself"],
      keys="update|upgrade|new version|git pull")
topic("size-of-siskin",
      "siskin is one program of a few megabytes, and the starter model inside takes about 6 of them.",
      ask=["how {big|large|small} is {siskin|the program|the download|the binary}", "how much {disk space|space|disk} does {siskin|the program} {need|take|use}", "how many megabytes {does siskin have|is siskin}", "is siskin {small|big|large}"],
      keys="siskin size|program size|disk space for siskin|binary size")
topic("contribute",
      "You find everything in the source folder: README.md shows the way, and ./dev test must pass.",
      do="{help with|contribute to|work on|join} {siskin|the project}|report a {bug|problem}|{add|propose} a feature",
      ask=["where {can|do} i report {a bug|bugs|a problem|an error}", "where is the {source|source code|code} [of siskin]", "who {can|may} contribute", "i found a bug", "where can i read more [about siskin]", "is there {documentation|a manual|a readme|a guide|a tutorial}", "where is the {documentation|manual|readme|guide}"],
      keys="contribute|report bug|documentation|manual|source code|readme")
