"""Model files, and the words that people use around language models."""

from topic import has, has_flag, topic

# ---- Files ----
topic("gguf",
      "GGUF is the file format for language models that run on normal computers. One file holds everything: the weights, the tokenizer, the sizes and the chat template.",
      "A GGUF file is a language model in one file. It holds the weights, the tokenizer, the sizes and the chat template.",
      thing="GGUF|gguf|a GGUF|a gguf file|the gguf format|gguf files|.gguf|a .gguf file|.gguf files|the file format gguf",
      ask=["what {kind|type|sort} of file is {a gguf|model.gguf|this gguf}", "what {files|format|file format} does siskin {read|need|use|understand|accept|support}", "which {file format|format|files} {does siskin need|can siskin read|is supported|are supported}", "what is the {extension|file extension|ending} of {model files|models|a model}",
           "i have a file {model.gguf|with the ending gguf|named something.gguf}, what is {it|that|this}", "what {can|do} i do with a gguf [file]", "who {uses|needs} gguf"],
      keys="gguf|gguf format|gguf file|model format|file format|.gguf extension",
      more="The weights in it can be stored in many types, from 32 bits down to about one bit for each weight.",
      why="One file is easy to copy, and the program can map it into memory and start at once.")
topic("gguf-inside",
      "A GGUF file contains metadata, the tokenizer with its tokens, the chat template, and the tensors with the weights. siskin info shows it.",
      "It holds everything in one file: metadata such as name and sizes, the tokenizer, the chat template, and the weights.",
      thing="the content of a gguf file|the structure of a gguf|the parts of a gguf file",
      ask=["what {is|'s} {inside|in|stored in|contained in} {a gguf|a gguf file|the file|a model file}", "what does {a gguf|a gguf file|the model file} {contain|hold|have inside|consist of|store}", "where is the {tokenizer|vocabulary|chat template} {stored|saved|kept}", "does {a gguf|the file|the gguf|the model file} {contain|include|hold|have} {the tokenizer|the vocabulary|the chat template|everything}",
           "do i need {other files|a tokenizer file|a config file|a separate tokenizer|config.json|tokenizer.json} [too|besides the gguf|next to it]", "is {the tokenizer|the chat template|everything|the vocabulary} {in the file|inside the gguf|included}"],
      keys="inside gguf|gguf contents|gguf structure|tokenizer in gguf|config file needed")
topic("metadata",
      "Metadata are the facts at the head of a GGUF file: name, family, number of layers, sizes, context, tokenizer and chat template. siskin info shows them.",
      thing="metadata|the metadata|model metadata|gguf metadata|the metadata of a model|the header of a gguf",
      do="{show|see|read|list|print} [the] metadata [of a model|of a file]",
      ask=["what {is|stands|are} in the metadata", "which metadata {does a gguf have|are there|are stored}"],
      keys="metadata|gguf keys|header|model settings in file")
topic("tensor",
      "A tensor is a table of numbers with a name and a shape. A model file is mostly tensors, and these numbers are the weights.",
      thing="a tensor|tensors|the word tensor|a weight tensor|the tensors of a model",
      keys="tensor|tensors|tensor definition",
      example="blk.0.attn_q.weight is the tensor for the queries of the first layer.")
topic("split-files",
      "Give siskin the first part, the one with 00001 in its name. It finds the other parts itself if they are in the same folder.",
      thing="split files|a split gguf|gguf parts|sharded gguf files|a model in several parts",
      do="{load|open|use|run|join|merge|combine} {split files|a split model|a model in several parts|several gguf parts|a sharded gguf|the parts of a model}",
      ask=["{my|the} {model|download|gguf} {has|consists of|is split into|comes in|is in} {two|three|four|several|many|2|3|4|6} {files|parts|pieces|shards}", "which {part|file|one} {do i give|do i open|must i name|should i load} [of a split model|if there are several]", "what {do i do|now} with {00001-of-00003|00001-of-00002|part files|several gguf files|model-00001-of-00004.gguf}", "do i {have to|need to} {join|merge} {the parts|split files|the pieces}", "the file is called model-00001-of-00003.gguf"],
      keys="split gguf|00001-of-00003|multi part model|shards|merge parts")
topic("safetensors",
      "No, siskin reads only GGUF. Take a GGUF version of the model; Hugging Face has one for most models." if not has("convert") else
      "siskin runs only GGUF, but siskin convert makes a GGUF from safetensors.",
      thing="safetensors|a safetensors file|the safetensors format",
      do="{run|load|open|use|read} {safetensors|a safetensors file|safetensors models|a huggingface model directly|gptq models|awq models|onnx models|an exl2 model|a gptq file}",
      ask=["does {siskin|it} {support|read|run|load|accept|understand} {safetensors|gptq|awq|onnx|exl2|exllama|ggml files|mlx|tensorrt|other formats|bitsandbytes}", "can {siskin|it} {read|run|load|open} {safetensors|gptq|awq|onnx|other formats|ggml files|mlx models}", "is {safetensors|gptq|awq|onnx|exl2} supported", "which formats {besides|other than} gguf {are supported|does it read}", "only gguf"],
      keys="safetensors|gptq|awq|onnx|exl2|other formats|safetensors support")
topic("convert",
      "siskin cannot convert models yet. Download a GGUF version of the model, or convert it with the scripts of llama.cpp." if not has("convert") else
      "siskin convert makes a GGUF file from safetensors.",
      do="{convert|turn|change|transform} {a model|safetensors|a pytorch model|my model|a checkpoint|a hugging face model|a bin file|pytorch weights} [in]to [a] gguf|make a gguf [file] [from safetensors|from a pytorch model|myself]|{create|produce} a gguf [file]",
      ask=["i {only have|have} {a pytorch model|a .bin file|pytorch_model.bin|a pth file|a safetensors file|a checkpoint}", "can siskin convert {models|safetensors|files}", "is there a convert command", "where do i get a gguf {of|for} {this|my} model", "my model is {in pytorch format|a .bin|a .pth|not a gguf}"],
      keys="convert to gguf|pytorch to gguf|conversion|convert safetensors|make gguf")
topic("mmap",
      "siskin maps the file into memory and does not copy it. So it starts fast, and pages are read when they are needed.",
      thing="memory mapping|mmap|a memory-mapped file|mapping the file|--mmap|--no-mmap",
      ask=["does {siskin|it} {load|copy|read} the whole {file|model} [into memory|at start|at once]", "is the {file|model} {copied|loaded|read} {into memory|into ram|completely}", "why does it start so fast", "how {is|are} {the model|the file|weights} loaded", "is the file in ram or on disk", "does it use mmap", "does siskin copy the weights", "is there a second copy [of the weights] in memory"],
      keys="mmap|memory map|load whole file|file loading|no-mmap")
topic("bad-file",
      "siskin checks the file and says what is wrong and where. It ends with exit code 65; download the file again.",
      trouble="{my|the} {file|model|gguf|download} is {damaged|broken|corrupt|incomplete|truncated|cut off|not complete}|the download {broke off|was interrupted|stopped}|siskin says the file is {damaged|bad|not a gguf}|siskin says bad model|{the|my} model {does not load|cannot be loaded|won't load|can't be opened}",
      ask=["what happens with a {damaged|broken|corrupt|bad|truncated} {file|model|gguf}", "what does siskin do {with|when it gets} a {bad|broken|damaged|corrupt} {file|model}", "how do i {know|see|check|find out} {if|whether} {my|the|a} {file|model|download|gguf} is {ok|okay|complete|damaged|broken|good|corrupt}", "is my file {ok|broken|complete}", "not a gguf file", "does siskin {notice|detect|recognize} a {damaged|broken|bad} {file|model}"],
      keys="damaged file|corrupt gguf|bad magic|truncated file|file broken|check file",
      how="Download the file again and compare its size with the size on the web page.")
topic("file-name",
      "The name of the file does not matter; siskin looks into the file. Only the parts of a split model must keep their names.",
      do="rename {a|the|my} {gguf|model|model file|file}|give {my|the} model another name",
      ask=["does the {file name|name of the file} matter", "may i rename {it|the file|a gguf}", "must the file be called {model.gguf|something special}", "is the file name important", "where {must|should} {the model|the file|i put the model} {be|lie}", "in which folder {must|should} {the model|models|the file} be", "which folder for models"],
      keys="file name|rename model|model folder|where to put models")
topic("disk-space",
      "A model needs as much space on disk as its file is large. An 8B model takes about 4.9 GB at Q4_K_M and 8.5 GB at Q8_0.",
      ask=["how much {disk space|disk|space on disk|storage} {does a model need|do models take|do i need|is needed}", "how {big|large} {is|are} {a model file|model files|gguf files|a typical download}", "how long does a download take", "how many gigabytes is a {download|model file}"],
      keys="disk space|download size|storage|file size")
topic("fingerprint",
      "The fingerprint is a short code that siskin info computes from a file. Two files with the same fingerprint hold the same model.",
      thing="the fingerprint|the fingerprint of a model|a model fingerprint",
      ask=["how {can|do} i {see|tell|know} {if|whether} two {files|models} are {the same|equal|identical}", "how do i compare two files"],
      keys="fingerprint|same file|checksum|compare files")

# ---- Ideas ----
topic("llm",
      "A language model is a program made of numbers that predicts the next piece of a text. Piece by piece it writes a whole answer.",
      "A language model reads a text and predicts the next token, again and again. That is how it writes.",
      thing="a language model|an LLM|LLM|llm|a large language model|language models|llms|a chatbot|an AI model|large language models",
      ask=["how do{es|} {a language model|an llm|language models|llms|chatbots|it|you} {work|function|write|answer|think}", "how does {the|a} model {write|make|produce|create} {text|an answer|its answer}", "what does llm stand for", "does a model {understand|think}", "what is the idea of a language model"],
      keys="llm|language model|how llms work|large language model",
      more="It learned from much text which token is likely to come next.")
topic("parameters",
      "Parameters are the numbers inside a model; they are also called weights. The model learned them in its training, and more of them make it smarter but larger.",
      "The weights, or parameters, are the numbers that make up a model. A 7B model has 7 billion of them.",
      thing="parameters|the parameters|model parameters|weights|the weights|the weights of a model|model weights|a parameter|a weight|the parameters of a model",
      ask=["what is the difference between weights and parameters", "are {weights and parameters|parameters and weights} the same", "why do models have {so many|billions of} {parameters|weights}", "are more parameters better", "what do {more|many} parameters {mean|bring}"],
      keys="parameters|weights|model weights|parameter meaning")
topic("b-in-7b",
      "The B means billion. A 7B model has 7 billion parameters, and a 70B model has ten times as many.",
      thing="7B|the B in 7B|the B in 70B|8B|13B|the letter B in model names|70B|the 7B in the name|3B|the B",
      ask=["what does {7B|8b|3b|70b|14b|32b|the b|13b|27b} {mean|stand for|say}", "what does the {b|B|letter b|number and b} {in|after|behind} {7b|the name|a model name|the number|8b|70b|32b} {mean|stand for}", "how many parameters {has|does} a {7b|8b|14b|32b|70b|3b} [model] [have]", "why is it called {7b|8b|70b}", "is b {billion|bytes|bits}", "is {8b|7b} the size in gigabytes"],
      keys="7b meaning|b in 7b|billion|8b meaning|70b meaning")
topic("token",
      "A token is a piece of text: a short word, a part of a word, or a sign. A model reads and writes tokens, not letters.",
      thing="a token|tokens|the word token|token|the tokens of a text",
      ask=["what are tokens [in a language model|for a model]", "does a model read {letters|words|characters}", "is a token {a word|a letter|a character}", "how is {text|my text|a sentence} {split|cut|divided} [for the model|into tokens]", "what {pieces|parts} {does a model read|is text cut into}", "how does a model {see|read} {text|my text|words}"],
      keys="token|tokens|token meaning|token vs word",
      example="The word running may be two tokens, run and ning.")
topic("words-per-token",
      "In English 100 tokens are about 75 words, so 1,000 tokens are about 750 words. A page of text has about 500 to 700 tokens.",
      thing="the size of a token in words|the number of words in a token",
      ask=["how many words {are|is|make} {100|1000|500|1,000|2000|4096|one|a hundred|a thousand} tokens", "how many tokens {is|are|has|make} {a word|a page|a sentence|100 words|1000 words|a book|a letter|one page|my text}", "how {long|large|big|much} is a token", "how {much|many words} {text|words|pages} is {1000|4096|8192|2048|a thousand} tokens", "{words|characters|letters} per token", "how do i {estimate|guess|work out} the [number of] tokens", "convert tokens to words"],
      keys="words per token|tokens to words|token count of a page|how long is a token|tokens per page")
topic("tokenizer",
      "The tokenizer cuts text into tokens and gives each one a number. It is stored in the GGUF file, because each model has its own.",
      thing="a tokenizer|the tokenizer|tokenizers|tokenization|a model's tokenizer|SPM|BPE|sentencepiece",
      ask=["what does {the|a} tokenizer do", "how does {the tokenizer|tokenization} work", "which tokenizers {are there|does siskin know|are supported}"],
      keys="tokenizer|tokenization|spm|bpe|sentencepiece",
      more="siskin knows two kinds: SPM, as in Llama 2, and BPE, as in Llama 3 and Qwen.")
topic("vocabulary",
      "The vocabulary is the list of all tokens that a model knows, often 32,000 to 256,000. Each token has a number, its id.",
      thing="a vocabulary|the vocabulary|the vocabulary of a model|vocab|the vocab|n_vocab|vocabulary size",
      ask=["how many tokens does a model know", "how large is {the|a} vocabulary", "what is a token id", "what are token ids"],
      keys="vocabulary|vocab size|token ids|n_vocab")
topic("context",
      "The context is all the text that the model can see at once: your messages and its answers, counted in tokens. What does not fit is not seen.",
      "The context window is how many tokens the model can see at once, prompt and answer together. The flag -c sets it.",
      thing="context|the context|the context size|context length|a context window|the context window|the window of a model|the context of a model|ctx|n_ctx",
      ask=["how much text can {a model|the model|it|you} {see|read|remember} [at once]", "how long can {a prompt|my text|a conversation|my prompt|the input} be", "what does {4k|8k|32k|128k} context mean", "how {much|far back} can the model {remember|see}", "why is the context limited", "what is a {long|large|big} context good for"],
      keys="context|context window|context length|n_ctx|context size meaning",
      more="A larger context needs more memory, because keys and values of every token are kept.",
      how="Use -c, for example: siskin chat model.gguf -c 8192")
topic("context-full",
      "When the context is full, the answer ends there and siskin says so. The chat then drops the oldest turns, with a note; /clear starts over, and -c sets a larger context.",
      trouble="the context is full|the conversation {is too long|does not fit|gets too long}|the context overflows|i reach the end of the context|the context {window|} is {used up|too small}",
      ask=["what happens {when|if|once} the {context|context window|window} is {full|used up|exceeded|over|at its end}", "what happens {when|if} the {chat|conversation|talk} {gets|becomes|is} too long", "does {siskin|it} {shift|cut|forget|drop} {the context|old messages|the beginning|earlier text}", "context full", "what is context shift", "can a conversation go on forever"],
      keys="context full|context overflow|conversation too long|context shift|context limit reached",
      how="Type /clear to begin anew, or start again with a larger context, for example -c 16384.")
topic("prompt",
      "A prompt is the text that you give to the model: a question, a task, or the beginning of a text. The model answers it or goes on with it.",
      thing="a prompt|the prompt|prompts|prompting|the word prompt",
      ask=["what do i write {in|into|as} a prompt", "how do i write a good prompt", "what makes a good prompt", "tips for prompts"],
      keys="prompt|prompt meaning|good prompt|prompting",
      more="A good prompt says clearly what you want, in short sentences, with an example.")
topic("system-prompt-idea",
      "A system prompt tells the model how to behave before the conversation starts, for example its role or its style. Set it with --system-prompt.",
      thing="a system prompt|the system prompt|system prompts|the system message|a system message|the system role",
      ask=["what {do|should|can} i write {in|into} {the|a} system prompt", "what is the difference between {system and user|a prompt and a system prompt|the system prompt and the prompt}", "who reads the system prompt", "do i need a system prompt"],
      keys="system prompt|system message|system role",
      example="siskin chat model.gguf -sys \"You are a patient teacher.\"")
topic("kv-cache",
      "The KV cache keeps the keys and values of all tokens read so far, so that they need not be computed again. It grows with the context.",
      thing="the KV cache|kv cache|KV|a kv cache|the key value cache|the cache of keys and values|kv",
      ask=["why does {the context|a long context|a conversation} {need|take|cost} memory", "what is kept in {the cache|the kv cache}", "why is there a cache", "what are keys and values"],
      keys="kv cache|key value cache|cache|keys and values",
      why="Without it the model would read the whole conversation again for every new token.",
      more="For an 8B model it takes about 0.5 GB for 4,096 tokens.")
topic("quantization",
      "Quantization stores the weights of a model with fewer bits. The file gets smaller and faster to read, and the answers get a little worse.",
      "To quantize a model means to store its weights with fewer bits, for example 4 instead of 16. It then needs much less memory.",
      thing="quantization|quantisation|quantizing|a quantized model|quants|a quant|quantized models|the quantization of a model|quantized weights",
      ask=["why {are models|should i|would i|do people|do we} {quantized|quantize|use quantized models|quantize models|quantize a model}", "what does {quantized|quantize|to quantize} mean", "how does quantization work", "what is the {advantage|benefit|point} of {quantization|quantized models|a quantized model}", "what {is lost|do i lose} {when a model is quantized|with quantization|by quantizing}", "is a quantized model {worse|as good|smaller}", "how can {a model|models} be made smaller", "why are there so many {quants|files|versions} of {a|one|the same} model"],
      keys="quantization|quantized|quant|quants meaning|why quantize",
      why="A laptop has little memory, and each token needs all weights. With a quarter of the bits everything is smaller and faster.",
      more="Four to five bits are the usual choice: the type Q4_K_M.")
topic("quality-loss",
      "At 8 bits almost nothing is lost, and at 4 to 5 bits only a little. At 3 bits the loss shows, and at 2 bits the answers are clearly worse.",
      thing="the quality loss of quantization|the loss by quantization|the quality of quantized models",
      ask=["how much {quality|accuracy} {is lost|do i lose|does quantization cost} [at 4 bits|at q4|at 8 bits|with 2 bits|at 3 bits|at q3|at q2]", "how {bad|good} {is|are} {4 bits|2 bits|3 bits|4-bit models|2-bit models|q2|q3|q4|8 bits|q8|two bits|three bits|four bits}", "do{es|} {answers|the answers|quality|the quality|the model} {get worse|suffer|drop} {with|by|at|from} {quantization|4 bits|fewer bits|2 bits|q4|quantizing|3 bits|lower bits}", "is {4 bit|2 bit|3 bit|8 bit|4-bit|q4|q2} {enough|good enough|too low|okay|usable|bad}", "how few bits are {ok|okay|acceptable|too few}", "{when|at how many bits} does quality {drop|suffer|get bad}"],
      keys="quality loss|quantization loss|4 bit quality|2 bit quality|accuracy loss|how many bits",
      why="With fewer bits each weight is rounded more, and the errors add up.")
topic("bpw",
      "bpw means bits per weight: how many bits the file spends on each weight on average. Bits times weights, divided by 8, gives the bytes.",
      thing="bpw|BPW|bits per weight|the bits per weight|bit per weight",
      ask=["what does bpw {mean|stand for}", "how many bits per weight {are usual|are good|should i take}", "how do i calculate bits per weight"],
      keys="bpw|bits per weight")
topic("base-vs-instruct",
      "A base model only continues a text. An instruct model was trained further to answer questions, so take an instruct model for a chat.",
      thing="an instruct model|instruct|a base model|the difference between base and instruct|instruct models|base models|a chat model|an -it model",
      ask=["what is the difference between {base and instruct|a base model and an instruct model|base and chat models|instruct and base|a base and a chat model}", "{base or instruct|instruct or base}", "do i {need|take|want} {a base or an instruct model|the instruct version|the base version}", "what does {instruct|-it|chat} {in the name|in a model name} mean", "which {version|variant}, base or instruct", "why does {a base model|the base model} not answer"],
      keys="base vs instruct|instruct model|base model|chat model|-it meaning")
topic("chat-template",
      "A chat template is the format in which messages are written for a model: which signs stand before and after each turn. It is stored in the GGUF file.",
      thing="a chat template|the chat template|chat templates|a template|the template|the prompt format|a chat format|the chat format|chatml|ChatML|jinja templates",
      ask=["why {do i need|does a model need|is there} a chat template", "where does the chat template come from", "which chat {templates|formats} does siskin know", "what if {there is no chat template|the model has no template|the template is missing}", "how does the model know who {speaks|is speaking}"],
      keys="chat template|prompt format|chatml|chat format|template|jinja",
      why="The model must see who says what, in exactly the form that it was trained with.",
      more="If the file has no template, siskin says so and uses ChatML; --chat-template chooses another.")
topic("logits",
      "Logits are the scores that a model gives to every token of its vocabulary: the higher the score, the more likely the token comes next.",
      thing="logits|the logits|a logit|logit|logit values",
      keys="logits|logit meaning|scores of tokens",
      how="siskin logits -m model.gguf --tokens 1,2,3 -o out.f32 writes them to a file.")
topic("moe",
      "MoE means mixture of experts. Such a model has many small parts, called experts, and uses only a few of them for each token, so it is fast for its size.",
      thing="MoE|moe|a mixture of experts|mixture of experts|a MoE model|mixture-of-experts models|experts|an expert in a model|A3B|sparse models",
      ask=["what does {a3b|active parameters|30b-a3b|a4b|8x7b} mean", "how do{es|} {a moe|moe models|mixture of experts} work", "are moe models {good|faster|better} [on a cpu|for laptops]", "does siskin {run|support} {moe|mixture of experts|moe models}", "what are {active|activated} parameters"],
      keys="moe|mixture of experts|experts|30b-a3b|active parameters|8x7b",
      why="All weights must be in memory, but only a few are read for each token.")
topic("greedy",
      "Greedy means that the model always takes the most likely token. You get it with --temp 0, and the answer is then the same every time.",
      thing="greedy|greedy decoding|greedy sampling|greedy search|the greedy mode",
      do="{use|get|turn on} greedy [decoding|sampling]|always take the most likely token",
      keys="greedy|greedy decoding|argmax|temp 0",
      example="siskin run model.gguf \"Hello\" --temp 0")
topic("eos",
      "The EOS token is the sign with which a model ends its answer: end of sequence. When the model writes it, siskin stops.",
      thing="the EOS token|EOS|eos|an end token|the end token|an EOS|end of sequence|the stop token",
      ask=["how does {the|a} model know when to stop", "how does {siskin|the program|it} know that the answer is {finished|over|complete|done}", "when does an answer end", "who decides when the answer ends"],
      keys="eos|end token|end of sequence|eos token|stop token")
topic("bos",
      "The BOS token is the sign at the beginning of a text: begin of sequence. siskin adds it when the model's file asks for it.",
      thing="the BOS token|BOS|bos|a begin token|the first token|begin of sequence",
      ask=["is the bos token added [automatically]", "do i have to add bos"],
      keys="bos|bos token|begin of sequence")
topic("control-tokens",
      "Control tokens are signs that never appear in normal text, such as the begin and end of a message. siskin hides them; --special shows them.",
      thing="control tokens|special tokens|a special token|a control token|the special tokens",
      ask=["why do i see {strange signs|im_end|special tokens} in the {answer|text}", "can i write control tokens [in a prompt|myself]"],
      keys="control tokens|special tokens")
topic("prefill-decode",
      "Prefill is reading the prompt, many tokens at once. Decode is writing the answer, one token after another.",
      thing="prefill|decode|the difference between prefill and decode|prompt processing|token generation|prefill and decode|decoding|pp and tg",
      ask=["why is {reading|prompt processing|the prompt} faster than {writing|generation|the answer}", "what comes first, {prefill or decode|decode or prefill}", "what are the {phases|steps} of an answer", "what is {reading speed|writing speed}"],
      keys="prefill|decode|prompt processing|token generation|prefill vs decode",
      why="In prefill each weight is read once for many tokens. In decode it is read again for each token.")
topic("sampling",
      "Sampling is how the next token is chosen from the likely ones. The sampler uses temperature, top-k, top-p, min-p and penalties.",
      "The sampler picks the next token from the scores of the model. Temperature, top-k, top-p and min-p tell it how.",
      thing="sampling|the sampler|a sampler|samplers|the sampling|token sampling|sampling parameters|the sampling settings",
      ask=["how is the next {token|word} {chosen|picked|selected}", "which sampling {settings|parameters|flags|options} {are there|does siskin have}", "in {which|what} order {are|do} the samplers {run|applied|work}", "what are good sampling {settings|values|parameters}", "how does it {choose|pick} the next {word|token}"],
      keys="sampling|sampler|samplers|sampling order|sampling settings",
      more="The order is: penalties, top-k, top-p, min-p, temperature, then a random draw.")
topic("perplexity",
      "Perplexity says how well a model predicts a text: how surprised it is on average. Lower is better.",
      thing="perplexity|PPL|ppl|the perplexity|the perplexity of a model",
      do="measure [the] perplexity [of a model]|compute perplexity",
      ask=["is {low|high|lower|higher} perplexity {good|better|bad}", "what is a good perplexity", "can siskin measure {perplexity|quality}"],
      keys="perplexity|ppl|perplexity meaning|measure quality",
      more="siskin has no perplexity command yet." if not has("perplexity") else "siskin perplexity measures it.")
topic("hallucination",
      "A model writes what sounds likely, and it does not know what is true. So it can invent facts; check what matters.",
      thing="a hallucination|hallucination|hallucinations|model hallucination|made-up answers",
      trouble="the model {lies|invents things|makes things up|tells wrong facts|hallucinates|says wrong things|talks nonsense about facts}|the answer is {wrong|false|not true|invented|made up}",
      ask=["why do{es|} {models|the model|language models|llms|an ai|the ai} {make things up|lie|invent facts|hallucinate|say wrong things|tell nonsense|make mistakes|invent things}", "can i trust {a model|models|the answers of a model|what a model says|an llm}", "are the answers [of a model] {true|correct|always right|reliable}", "how do i {avoid|prevent|reduce} {hallucinations|wrong answers|invented facts}"],
      keys="hallucination|made up facts|wrong facts|model lies|invented answers",
      how="Give the model the text that it needs in the prompt, use a bigger model, and a lower temperature.")
topic("attention",
      "Attention is the part of a model that looks back at the earlier tokens and decides which of them matter for the next one.",
      thing="attention|the attention|self-attention|an attention head|attention heads|attention in a model|GQA|heads",
      ask=["what does attention do", "how does attention work", "what are {heads|attention heads|kv heads} in a model"],
      keys="attention|attention heads|self attention|gqa")
topic("layer",
      "A layer is one step of the computation. A token goes through all layers, one after the other; an 8B model has about 32 of them.",
      thing="a layer|layers|the layers of a model|a model layer|a transformer layer|n_layer|a block of a model",
      ask=["how many layers {does a model have|has a model|are there}", "what happens in a layer"],
      keys="layers|layer meaning|number of layers|n_layer")
topic("transformer",
      "A transformer is the usual kind of language model: layers of attention and feed-forward networks, one after the other.",
      thing="a transformer|transformers|the transformer|the transformer architecture|a feed-forward network|ffn",
      keys="transformer|transformer architecture|ffn")
topic("architecture",
      "The architecture, or family, says how a model is built: llama, qwen3, gemma3 and so on. It stands in the file as general.architecture.",
      thing="the architecture of a model|a model family|model architecture|general.architecture|the family of a model",
      keys="architecture meaning|model family|general.architecture")
topic("embedding",
      "An embedding is a list of numbers, a vector, that stands for a token or a text. Texts that mean the same have similar vectors.",
      thing="an embedding|embeddings|a token embedding|embedding vectors|the embedding of a text",
      do="{compute|get|make|create} embeddings [of a text]",
      ask=["can siskin {make|compute|create} embeddings", "does siskin have {an embedding command|embeddings}"],
      keys="embeddings|embedding|vectors",
      more="siskin cannot compute embeddings of texts yet.")
topic("inference",
      "Inference means running a trained model: it computes an answer. Training is the other thing, where the weights are learned.",
      thing="inference|the word inference|model inference|running a model",
      ask=["what is the difference between {training and inference|inference and training}"],
      keys="inference|inference vs training")
topic("training",
      "No, siskin cannot train or fine-tune models. It only runs them; training needs other programs and usually a GPU.",
      thing="fine-tuning|training a model|finetuning|lora training",
      do="{train|fine-tune|finetune} {a model|my own model|a model on my data|it|an llm}|teach {a|the} model {new things|my data|something new}|train a lora|make my own model",
      ask=["can {siskin|it|i} {train|fine-tune|finetune} [models|a model] [with siskin]", "does {siskin|it} support {training|fine-tuning|finetuning}", "is training possible"],
      keys="training|fine-tuning|finetune|train a model",
      how="You can put your texts into the prompt instead, so that the model reads them.")
topic("lora",
      "A LoRA is a small file of changes to a model. siskin cannot load LoRA files yet; take a GGUF into which it is merged.",
      thing="a LoRA|lora|LoRA|an adapter|lora adapters|a lora adapter|--lora",
      do="{use|load|apply} {a lora|lora|an adapter|lora adapters}",
      ask=["does siskin support {lora|adapters|loras}", "is lora supported"],
      keys="lora|adapter|lora support")
topic("images",
      "No, siskin works with text only. It cannot look at images, hear sound or draw pictures.",
      do="{show|give} {it|the model|you} {a picture|an image|a photo|a pdf|a video}|{describe|read|use|analyze} {an image|a photo|images|pictures|a screenshot}|{draw|create|generate|make} {a picture|images|an image|a photo}|use {vision|a vision model|mmproj|llava|a multimodal model}|use {voice|my microphone|speech}",
      ask=["can {siskin|it|you|the model} {see|read|understand|process|draw|create|make} {images|pictures|photos|videos|audio|sound|music|pdf files|a picture}", "does {siskin|it} support {vision|images|multimodal models|audio|speech|pictures|video}", "are {vision models|images|multimodal models} supported", "can {you|it} {hear|see} {me|this}"],
      keys="vision|images|multimodal|audio|pictures|mmproj|speech")
if not has_flag("--tools"):
    topic("tools",
          "siskin cannot call tools or functions yet. It writes text; a script can read the answer and act on it.",
          thing="tool calls|function calling|tool calling|tools|MCP|agents",
          do="use {tools|function calling|tool calls|mcp|agents}|call a function [from the model]",
          ask=["does {siskin|it} support {tools|tool calls|function calling|mcp|agents}", "can {the model|siskin|it} {call tools|use tools|call functions|search the web}"],
          keys="tool calls|function calling|mcp|agents|tools")
if not has_flag("--grammar"):
    topic("grammar",
          "siskin cannot force the answer into a grammar or a JSON schema yet. Ask for the format in the prompt and check the answer in your script.",
          thing="a grammar|gbnf|GBNF|a json schema|structured output|--grammar|--json-schema|constrained output",
          do="force {json|a format|a schema|valid json}|get {structured|valid json|json only} {output|answers}|use {a grammar|a json schema|gbnf}",
          ask=["does {siskin|it} support {grammars|gbnf|json schema|structured output|json mode}", "can {the model|it} {answer in|write} {json|valid json|a fixed format}", "is there a json mode"],
          keys="grammar|gbnf|json schema|structured output|json mode")
topic("speculative",
      "Speculative decoding lets a small model guess some tokens that the large model then checks at once. siskin does not do it yet.",
      thing="speculative decoding|a draft model|speculation|draft models|mtp",
      do="use {speculative decoding|a draft model}",
      ask=["does {siskin|it} support {speculative decoding|draft models|mtp}"],
      keys="speculative decoding|draft model|speculation")
topic("reasoning",
      "A reasoning model writes down its thoughts before the answer, often between think signs. siskin runs such models" + (", shows the thoughts dim in a terminal, and keeps them out of pipes." if has_flag("--think") else " and shows the thoughts as part of the answer."),
      thing="a reasoning model|reasoning|thinking models|a thinking model|reasoning models|the think text|chain of thought",
      trouble="the model {writes|shows} {its thoughts|think signs|a long thinking text} first",
      ask=["does {siskin|it} support {reasoning|thinking|reasoning models|thinking models}", "why does the model think {so long|first|aloud}", "can i hide the {thinking|thoughts|reasoning}"],
      keys="reasoning|thinking model|think text|reasoning models")
topic("rag",
      "To let a model answer from your documents, put the text into the prompt: siskin run model.gguf \"Answer from this text:\" < notes.txt",
      thing="RAG|rag|retrieval|retrieval augmented generation",
      do="{ask|chat with|question} {my|a} {documents|document|pdf|notes|files}|let {it|the model} {read|know|use} my {documents|notes|files|texts}|use my own {data|texts|documents}",
      ask=["can {it|the model|siskin} {read|use|answer from} my {documents|notes|files|own texts}", "how can the model {know|use} my {data|documents|notes}"],
      keys="rag|my documents|chat with documents|own data")
topic("batch-idea",
      "A batch is a group of tokens that are computed together. Reading a prompt in large batches is much faster than token by token.",
      thing="a batch|batching|batches|the batch|a batch of tokens",
      keys="batch|batching|batch meaning")
topic("imatrix",
      "An imatrix says how important each column of weights is, measured on sample text. The quantizer uses it to lose less, above all at 2 and 3 bits.",
      thing="an imatrix|imatrix|the imatrix|the importance matrix|an importance matrix|i1 quants",
      ask=["what does imatrix {mean|in the name mean}", "are imatrix {quants|files|models} better", "do i need an imatrix"],
      keys="imatrix|importance matrix|imatrix quants")
topic("context-vs-memory",
      "Yes, a larger context needs more memory. For an 8B model count about 0.5 GB for each 4,096 tokens.",
      ask=["does {a larger|a bigger|a long|more} context {need|cost|take|use} more memory", "how much memory does {the context|a long context|context|the kv cache|a large context} {need|take|use|cost}", "how {big|large} is the kv cache", "what does {the context|a larger context} cost", "memory {for|of} {the context|the kv cache}", "how many gigabytes {for|does} the context [need]", "kv cache size"],
      keys="context memory|kv cache memory|context ram|kv cache size",
      why="Keys and values of every token are kept, in every layer.")
