"""Tensor types, the mixes that files are named after, and which one to choose."""

from topic import has, topic
from typetable import FILE_BITS, bits, number


def said(name):
    """How people spell a type."""
    low = name.lower()
    spellings = [name, name, low, low, low.replace("_", ""), name.replace("_", ""), low.replace("_", " "), low.replace("_", "-")]
    return list(dict.fromkeys(spellings))


def thing(name):
    s = "|".join(said(name))
    return "{%s}|{%s}|[the] {type|quant|quantization|format} {%s}|{a|the} {%s} {file|model|quant|version}|{%s} {quantization|files|models|quants}" % (s, s, s, s, s)


def _questions(name):
    s = "{" + "|".join(said(name)) + "}"
    return [f"how many bits [per weight] {{does|has|is|are in|takes}} {s} [have|take|use|need]", f"is {s} {{any good|good|ok|okay|good enough|worth it|usable|recommended|a good choice}}",
            f"should i {{use|take|download|choose}} {s}", f"when {{should|would|do}} i {{use|take}} {s}", f"how {{good|bad|big|small|accurate}} is {s}", f"what is the {{quality|size|precision|accuracy}} of {s}",
            f"{{bits|bpw|bits per weight|quality|size}} of {s}", f"{s} {{quality|bits|bpw|bits per weight|any good|size per weight}}", f"what do you think {{of|about}} {s}", f"{{tell me|say something}} about {s}", f"a file {{is called|has}} model-{s}.gguf, what does {{that|it}} mean"]


def _type(name, *a, **fields):
    topic("type-" + name, *a, thing=thing(name), ask=_questions(name), keys="|".join(said(name)), **fields)


_type("F32", "F32 stores each weight as a 32-bit float, 4 bytes. It is exact and large; models are rarely shared in it.",
      more="For running a model F16 or Q8_0 is just as good and much smaller.", weight=0.8)
_type("F16", "F16 stores each weight as a 16-bit float, 2 bytes. It is practically the full quality, and twice as large as Q8_0.",
      more="A 7B model takes 14 GB in F16.")
_type("BF16", "BF16 is a 16-bit float with the range of F32 but fewer digits. Most models are trained in it; the size is that of F16, 2 bytes for each weight.")
_type("Q4_0", "Q4_0 is a simple 4-bit type: 32 weights share one scale, which makes 4.5 bits for each weight. Q4_K_M is about as large and better.")
_type("Q4_1", "Q4_1 is Q4_0 with a minimum besides the scale of each 32 weights, which makes 5 bits for each weight. Q4_K_M is better.")
_type("Q5_0", "Q5_0 is a simple 5-bit type: 32 weights share one scale, which makes 5.5 bits for each weight. Q5_K_M is better.")
_type("Q5_1", "Q5_1 is Q5_0 with a minimum besides the scale of each 32 weights, which makes 6 bits for each weight. Q6_K is better.")
_type("Q8_0", "Q8_0 is a simple 8-bit type: 32 weights share one scale, which makes 8.5 bits for each weight. You will hardly see a difference to F16, and it is half as large.",
      more="I myself am stored in Q8_0.")
_type("Q2_K", "Q2_K is a mix of about 3.2 bits for each weight; its main type has 2.6 bits. It is small and clearly worse than Q4_K_M, for when nothing else fits.")
_type("Q2_K_S", "Q2_K_S is a little smaller than Q2_K, about 3 bits for each weight. The quality is low.", weight=0.6)
_type("Q3_K", "Q3_K is a 3-bit type with blocks of 256 weights, 3.4 bits for each weight. Files are called Q3_K_S, Q3_K_M or Q3_K_L.", weight=0.7)
_type("Q3_K_S", "Q3_K_S is the small 3-bit mix, about 3.6 bits for each weight. You will notice the loss.", weight=0.8)
_type("Q3_K_M", "Q3_K_M is the medium 3-bit mix, about 4 bits for each weight. It is usable, but take Q4_K_M if it fits.")
_type("Q3_K_L", "Q3_K_L is the large 3-bit mix, about 4.3 bits for each weight. Q4_K_S is only a little larger and better.", weight=0.8)
_type("Q4_K", "Q4_K is a 4-bit type with blocks of 256 weights, 4.5 bits for each weight. Files are called Q4_K_S or Q4_K_M.", weight=0.8)
_type("Q4_K_S", "Q4_K_S is the small 4-bit mix, about 4.7 bits for each weight. It is a little smaller and a little worse than Q4_K_M.")
_type("Q4_K_M", "Q4_K_M is the usual 4-bit mix: most tensors are Q4_K, the sensitive ones Q6_K. It takes about 4.9 bits for each weight and is a good first choice.",
      more="A 7B model in Q4_K_M takes about 4.3 GB.", why="It loses only a little quality and is less than a third of F16 in size.", weight=1.6)
_type("Q5_K", "Q5_K is a 5-bit type with blocks of 256 weights, 5.5 bits for each weight. Files are called Q5_K_S or Q5_K_M.", weight=0.8)
_type("Q5_K_S", "Q5_K_S is the small 5-bit mix, about 5.6 bits for each weight. It is nearly as good as Q5_K_M.", weight=0.8)
_type("Q5_K_M", "Q5_K_M is the 5-bit mix: most tensors are Q5_K, the sensitive ones Q6_K. It takes about 5.7 bits for each weight, and is a little better and larger than Q4_K_M.")
_type("Q6_K", "Q6_K is a 6-bit type with blocks of 256 weights, 6.6 bits for each weight. It is very close to the full quality.")
_type("IQ1_S", "IQ1_S is the smallest IQ type: 1.6 bits for each weight, about 2 in a whole file. The answers suffer a lot.", weight=0.7)
_type("IQ1_M", "IQ1_M has 1.8 bits for each weight, about 2.1 in a whole file. The answers suffer a lot.", weight=0.7)
_type("IQ2_XXS", "IQ2_XXS has 2.1 bits for each weight, about 2.4 in a whole file. It is for very large models that would not fit otherwise.")
_type("IQ2_XS", "IQ2_XS has 2.3 bits for each weight, about 2.6 in a whole file. It is for very large models that would not fit otherwise.", weight=0.7)
_type("IQ2_S", "IQ2_S has 2.6 bits for each weight, about 2.7 in a whole file. It is for very large models that would not fit otherwise.", weight=0.7)
_type("IQ2_M", "IQ2_M is a mix of about 2.9 bits for each weight. It is better than Q2_K at nearly the same size.", weight=0.7)
_type("IQ3_XXS", "IQ3_XXS has 3.1 bits for each weight, about 3.3 in a whole file. It is good for its size.", weight=0.8)
_type("IQ3_XS", "IQ3_XS is a mix of about 3.5 bits for each weight. It is good for its size.", weight=0.7)
_type("IQ3_S", "IQ3_S has 3.4 bits for each weight, about 3.7 in a whole file. It is good for its size.", weight=0.7)
_type("IQ3_M", "IQ3_M is a mix of about 3.8 bits for each weight. It is a little better than Q3_K_M.", weight=0.7)
_type("IQ4_XS", "IQ4_XS is a 4-bit type with a table of uneven steps: 4.25 bits for each weight, about 4.5 in a whole file. It is nearly as good as Q4_K_M and smaller.")
_type("IQ4_NL", "IQ4_NL is a 4-bit type with a table of uneven steps and blocks of 32 weights, 4.5 bits for each weight. IQ4_XS is a little smaller.", weight=0.8)
_type("TQ1_0", "TQ1_0 is a ternary type: each weight is -1, 0 or 1, at 1.7 bits for each weight. It is only for models that were trained that way, such as BitNet.", weight=0.8)
_type("TQ2_0", "TQ2_0 is a ternary type: each weight is -1, 0 or 1, at 2.1 bits for each weight. It is only for models that were trained that way, such as BitNet.", weight=0.8)
_type("MXFP4", "MXFP4 is a 4-bit float type: 32 weights share one power of two, 4.25 bits for each weight. The experts of gpt-oss are stored in it.")
_type("NVFP4", "NVFP4 is a 4-bit float type: 16 weights share one small scale, 4.5 bits for each weight. It comes from models made for new NVIDIA cards.", weight=0.8)
_type("Q1_0", "Q1_0 stores only the sign of each weight and one scale for 128 of them, 1.1 bits for each weight. It is the smallest type, for models trained that way.", weight=0.7)
_type("Q2_0", "Q2_0 is a simple 2-bit type: 64 weights share one scale, 2.25 bits for each weight.", weight=0.7)

for _name, _bits in (("Q5_0", 5.5), ("Q8_0", 8.5), ("Q6_K", 6.5625), ("MXFP4", 4.25), ("NVFP4", 4.5), ("Q2_0", 2.25), ("IQ4_XS", 4.25)):
    assert bits(_name) == _bits, _name
for _name in ("Q4_K_M", "Q5_K_M", "Q3_K_M", "IQ2_M"):
    assert number(FILE_BITS[_name]) in {"Q4_K_M": "4.9", "Q5_K_M": "5.7", "Q3_K_M": "4", "IQ2_M": "2.9"}[_name]

topic("which-type",
      "Take Q4_K_M: about 4.9 bits for each weight, and only a little is lost. If you have memory to spare, take Q5_K_M, Q6_K or Q8_0.",
      "Q4_K_M is a good first choice. With more memory Q5_K_M, Q6_K and Q8_0 are better, with less there are Q3_K_M and IQ3_M.",
      do="choose {a|the right} {type|quantization|quant|file}|pick {a|the best} {quant|type|quantization}|decide which {quant|file|quantization} to take",
      ask=["{which|what} {type|quant|quantization|file|format|quantization level|version} {should i|do i|must i|can i} {take|choose|use|download|pick|run}", "{which|what} is the best {type|quant|quantization} [for me|for a laptop|for cpu|for beginners]", "{which|what} {quant|type|quantization} {is best|do you recommend|would you take|is the standard|is usual|is a good start|for a beginner}",
           "there are {many|so many|twenty|a lot of} {files|quants|versions}, which one {is right|do i need|should i take}", "{recommend|suggest} {me|} a {type|quant|quantization}", "what is a good {type|quant|quantization|default quant}", "what is the {best|sweet spot|best compromise} between {size and quality|speed and quality}"],
      keys="best quant|which quant|best quantization|recommended type|which type|quant recommendation", weight=1.6,
      why="Below 4 bits the loss grows quickly, and above 6 bits you gain almost nothing.")
topic("types-list",
      "There are F32, F16 and BF16, then Q8_0, Q6_K, Q5_K, Q4_K, Q3_K and Q2_K, the simple Q4_0 to Q5_1, the IQ types from IQ4_NL to IQ1_S, and special ones such as MXFP4 and TQ2_0.",
      thing="the quantization types|the types|all types|the gguf types|the tensor types|the supported types",
      ask=["{which|what} [quantization|tensor] {types|quants|quantizations} {are there|does siskin support|exist|does siskin know|can siskin run|are supported}", "{list|name|show} {all|the} [quantization] {types|quants}", "how many {types|quants|quantization types} are there", "does siskin {run|support} all {types|quants|quantizations}", "which {quants|types} {work|run|are possible}"],
      keys="types|list of quants|supported types|all quants|quantization types",
      more="siskin runs all of them.")
topic("s-m-l",
      "S, M and L mean small, medium and large: how many of the sensitive tensors get more bits. Q4_K_M is a little larger and better than Q4_K_S.",
      thing="the S, M and L|S, M and L in type names|_S and _M|the letters S M L|the M in Q4_K_M|the S in Q4_K_S|the L in Q3_K_L|_K_M|K_S and K_M",
      ask=["what {do|does} {S, M and L|s m l|_M|_S|the m|the s|the l|M|S|L} {mean|stand for} [in q4_k_m|in q4_k_s|in a type name|in q3_k_l|at the end]", "what is the difference between {_S and _M|Q4_K_S and Q4_K_M|q4_k_s and q4_k_m|K_S and K_M|q5_k_s and q5_k_m|q3_k_s and q3_k_m|s and m}", "{q4_k_s or q4_k_m|q4_k_m or q4_k_s|q5_k_s or q5_k_m}", "{small, medium and large|_s _m _l} quants"],
      keys="s m l meaning|k_m vs k_s|_M suffix|q4_k_s vs q4_k_m|type name letters")
topic("k-meaning",
      "The K stands for the newer types with blocks of 256 weights, where small groups have their own scales. They are better than the simple types of the same size.",
      thing="the K in Q4_K|k-quants|K-quants|k quants|the letter K in the type names|the K types|the K in Q6_K|K types",
      ask=["what does {the k|K|the letter k} {mean|stand for|say} [in q4_k_m|in q6_k|in q2_k|in type names]", "what are {k-quants|k quants|the k types}", "what is {special|different|better} {about|in|with} {k-quants|the k types}", "why is there a K in {q4_k_m|q6_k|the name}"],
      keys="k quants|k-quants|k meaning|letter k")
topic("iq-meaning",
      "The IQ types store weights by tables of small patterns, from 4.5 bits down to 1.6. They keep more quality at few bits, but take more work to unpack.",
      thing="IQ types|the IQ types|i-quants|IQ quants|the IQ in IQ4_XS|iq quants|the I in IQ|iquants|IQ2 and IQ3",
      ask=["what does {iq|the i|the iq} {mean|stand for} [in iq4_xs|in iq2_xxs]", "what is the difference between {iq and q|iq and k quants|q4 and iq4|i-quants and k-quants}", "are {iq types|i-quants|iq quants} {better|good|worth it}", "are {iq types|i-quants} harder to compute"],
      keys="iq quants|i-quants|iq meaning|iq types",
      why="Each pattern has to be looked up in a table.")
topic("zero-one-meaning",
      "_0 means that each block has only a scale; _1 means that it has a scale and a minimum. So Q4_1 is a little larger and more exact than Q4_0.",
      thing="_0 and _1|the _0 in Q4_0|the 0 in Q8_0|the _1 in Q4_1|the zero in Q4_0|the 1 in Q5_1|_0 in type names",
      ask=["what does {_0|_1|the 0|the zero|the one|the 1} {mean|stand for} [in q4_0|in q8_0|in q4_1|in q5_1]", "what is the difference between {_0 and _1|q4_0 and q4_1|q5_0 and q5_1|Q4_0 and Q4_1}", "{q4_0 vs q4_1|q4_0 or q4_1|q5_0 or q5_1|q5_0 vs q5_1|q4_1 versus q4_0}"],
      keys="_0 meaning|_1 meaning|q4_0 vs q4_1|q5_0 vs q5_1|zero in q8_0")
topic("number-meaning",
      "The number in a type name says how many bits a weight has, roughly: Q4 has about 4 bits, Q8 about 8. Scales add a little.",
      thing="the number in Q4|the 4 in Q4_K_M|the 8 in Q8_0|the number in a type name|Q4|Q5|Q8|Q6|Q3|Q2|the Q in Q4_0",
      ask=["what does {the q|Q|the number|the 4|the 8|q4|q8|q5} {mean|stand for} [in q4_k_m|in q8_0|in type names]", "how do i read {a type name|type names|q4_k_m|the names of quants}", "what do {the names|type names|quant names} mean"],
      keys="q4 meaning|type name meaning|quant names|number in q4")
topic("smallest-type",
      "The smallest type is Q1_0 with 1.1 bits for each weight, and among the usual ones IQ1_S with 1.6. Both lose a lot of quality.",
      thing="the smallest type|the smallest quant|the tiniest quantization|the type with the fewest bits",
      ask=["{which|what} {type|quant|quantization} {is the smallest|has the fewest bits|needs the least memory|makes the smallest file}", "what is the {smallest|tiniest|lowest} {type|quant|quantization|possible quant}", "how small can {a quant|a model|it} {get|be}", "which quant takes the least {memory|space|ram}"],
      keys="smallest quant|smallest type|fewest bits|lowest quant")
topic("best-quality-type",
      "F16 and BF16 keep the full quality. Q8_0 is practically the same at half the size, and Q6_K is very close.",
      thing="the best quality|the type with the best quality|the most accurate type",
      ask=["{which|what} {type|quant|quantization} {has|gives|keeps} the {best|highest|full} {quality|accuracy|precision}", "what is the {most accurate|highest quality|best quality} {type|quant}", "which {type|quant} {loses nothing|is lossless|is exact|has no loss}", "is there a {lossless|loss-free} {type|quant|quantization}"],
      keys="best quality quant|lossless quant|highest quality|most accurate type")
topic("q8-vs-f16",
      "You will hardly see a difference: Q8_0 is practically as good as F16, and the file is about half as large.",
      ask=["{what is the|is there a} difference between {q8_0 and f16|f16 and q8_0|Q8_0 and F16|q8 and fp16}", "{q8_0 or f16|f16 or q8_0|q8 vs f16|q8_0 vs f16|q8_0 versus f16|Q8_0 or F16}", "is {q8_0|q8} {worse|as good|much worse|noticeably worse} {than|as} {f16|fp16|F16}", "is {f16|fp16} {better|worth it|much better} {than|compared to} {q8_0|q8}", "{does|do i lose with} q8_0 {lose|} [much|anything] [against f16]", "how close is {q8_0|q8} to {f16|the original}"],
      keys="q8_0 vs f16|q8 vs fp16|f16 or q8_0")
topic("f16-vs-bf16",
      "Both have 16 bits. BF16 has the range of F32 with fewer digits, F16 has more digits and a smaller range; in practice they are equally good.",
      ask=["{what is the difference|is there a difference} between {f16 and bf16|bf16 and f16|fp16 and bf16|BF16 and F16}", "{f16 or bf16|bf16 or f16|f16 vs bf16|bf16 vs f16|fp16 vs bf16|F16 or BF16}", "is {bf16|f16} better than {f16|bf16}", "why is there {bf16|bf16 and f16}", "how does {bf16|f16} differ from {f16|bf16}"],
      keys="f16 vs bf16|bf16 vs f16|bf16 difference|fp16 bf16")
topic("q4km-vs-q40",
      "Take Q4_K_M. It is only a little larger than Q4_0 and clearly better.",
      ask=["{q4_0 or q4_k_m|q4_k_m or q4_0|q4_0 vs q4_k_m|Q4_K_M vs Q4_0|q4_k_m versus q4_0|Q4_0 or Q4_K_M}", "what is the difference between {q4_0 and q4_k_m|Q4_K_M and Q4_0}", "is {q4_k_m|Q4_K_M} better than {q4_0|Q4_0}", "is {q4_0|Q4_0} {worse|as good} {than|as} {q4_k_m|Q4_K_M}"],
      keys="q4_0 vs q4_k_m|q4_k_m vs q4_0")
topic("q5km-vs-q4km",
      "Q5_K_M is a little better than Q4_K_M and about one sixth larger. If it fits into your memory, yes, take it.",
      ask=["{q4_k_m or q5_k_m|q5_k_m or q4_k_m|q4_k_m vs q5_k_m|Q5_K_M vs Q4_K_M|q5_k_m versus q4_k_m}", "what is the difference between {q4_k_m and q5_k_m|Q5_K_M and Q4_K_M|q4 and q5}", "is {q5_k_m|Q5_K_M} {better than|worth it over|worth more than} {q4_k_m|Q4_K_M}", "should i {take|use|choose} {q5_k_m|Q5_K_M} {instead of|and not|rather than|over} {q4_k_m|Q4_K_M}"],
      keys="q4_k_m vs q5_k_m|q5_k_m vs q4_k_m")
topic("q6k-vs-q8",
      "Q6_K is very close to Q8_0 and about a quarter smaller. With little memory take Q6_K, otherwise Q8_0.",
      ask=["{q6_k or q8_0|q8_0 or q6_k|q6_k vs q8_0|Q8_0 vs Q6_K|q6 vs q8}", "what is the difference between {q6_k and q8_0|Q8_0 and Q6_K|q6 and q8}", "is {q8_0|Q8_0} better than {q6_k|Q6_K}", "is {q6_k|Q6_K} {as good as|worse than|close to} {q8_0|Q8_0}"],
      keys="q6_k vs q8_0|q8_0 vs q6_k")
topic("q4-vs-q8",
      "Q8_0 is better, but Q4_K_M needs little more than half the memory. Q4_K_M of a larger model usually beats Q8_0 of a smaller one.",
      ask=["{q4_k_m or q8_0|q8_0 or q4_k_m|q4_k_m vs q8_0|q4 vs q8|q8 or q4|4 bit or 8 bit|Q4_K_M or Q8_0}", "what is the difference between {q4 and q8|q4_k_m and q8_0|4 bits and 8 bits}", "is {q8|q8_0} {much better|better} than {q4|q4_k_m}", "what is better, {a large model in q4 or a small model in q8|a big model with few bits or a small one with many bits}", "is a {bigger|larger} model {in|with} {q4|4 bits} better than a {smaller|small} {model|one} {in|with} {q8|8 bits}"],
      keys="q4 vs q8|4 bit vs 8 bit|q4_k_m vs q8_0|large q4 or small q8")
topic("q4km-size",
      "A Q4_K_M file is less than a third of the F16 file: about 4.9 instead of 16 bits for each weight.",
      ask=["how much {smaller|less} is {q4_k_m|a q4_k_m file|Q4_K_M|a 4-bit model} {than|compared to} {f16|the f16 file|the original|F16}", "how much {smaller|space|memory} {does quantization save|do i save with q4_k_m|is saved by q4_k_m}", "how much {does q4_k_m save|smaller gets a model by quantization}", "what is the size of {q4_k_m|a q4_k_m} compared to {f16|fp16|the original}"],
      keys="q4_k_m size|size compared to f16|memory saved by quantization")
topic("ternary",
      "A ternary model has only three values for a weight: -1, 0 and 1. TQ1_0 and TQ2_0 store such models, which must be trained that way.",
      thing="a ternary model|ternary types|ternary|bitnet|BitNet|ternary weights|1.58 bit models|a 1-bit model",
      ask=["does siskin run {bitnet|ternary models|1-bit models}"],
      keys="ternary|bitnet|1.58 bit|1 bit model")
topic("ud-files",
      "UD means that each tensor got a type of its own, chosen by hand or by measurement. siskin runs such files like any other.",
      thing="UD quants|dynamic quants|UD-Q4_K_XL|a UD file|unsloth dynamic|Q4_K_XL",
      ask=["what does {ud|xl|ud-q4_k_xl} mean", "can siskin run {ud files|dynamic quants|mixed types}"],
      keys="ud quants|dynamic quants|q4_k_xl")
topic("mixed-types",
      "In one file the tensors may have different types. Sensitive ones, such as the output, get more bits than the rest.",
      thing="a mix|a mixed file|mixed types|a recipe",
      ask=["why are there different types in one file", "why is {a q4_k_m file|q4_k_m} {more than 4 bits|not 4 bits|4.9 bits}", "which tensors get more bits"],
      keys="mixed types|mix|types in one file")
topic("quantize-command",
      "siskin cannot quantize files yet. Download a file that is already quantized, or use llama-quantize of llama.cpp." if not has("quantize") else
      "Yes: siskin quantize in.gguf out.gguf Q4_K_M writes a smaller file. Start from F16 or Q8_0.",
      do="quantize {a model|a file|my model|a gguf|models|files} [myself]|make {a model|my model|a file|a gguf} smaller|{convert|turn} {f16|a model|my model} [in]to {q4_k_m|q8_0|4 bits|q4|a quantized model}|make a {q4_k_m|quantized|smaller} {file|version}|shrink {a model|my model|a gguf}",
      ask=["can {siskin|it|i} quantize {models|files|a model} [with siskin|myself]", "is there a quantize command", "does siskin have {a quantizer|quantize|siskin quantize}", "how is a model quantized", "which program quantizes models", "siskin quantize"],
      keys="quantize|siskin quantize|quantize model|make smaller file|quantizer")
