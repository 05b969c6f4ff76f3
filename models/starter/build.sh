#!/usr/bin/env bash
# Makes the starter model from nothing: corpus -> tokenizer -> training -> GGUF -> check.
#
#     models/starter/build.sh [--tokens N | --hours H] [--count CONVERSATIONS] [--out FOLDER] [--from STEP]
#
# STEP is corpus, tokenizer, data, train (goes on where it stopped), pack or check; earlier steps are taken as done.
# Needs: python3-torch python3-numpy python3-sentencepiece libopenblas0-pthread (Debian), and a C++ compiler for the
# last step. PYTHON names another Python that has torch. Without OpenBLAS training on a CPU is many times slower.
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)
out=$root/build/starter count=600000 from=corpus plan=(--tokens 300M) seed=1
python=${PYTHON:-/usr/bin/python3}

while [ $# -gt 0 ]; do
    case $1 in
        --tokens | --hours) plan=("$1" "$2") ;;
        --count) count=$2 ;;
        --out) out=$2 ;;
        --from) from=$2 ;;
        *)
            echo "build.sh: unknown option $1" >&2
            exit 2
            ;;
    esac
    shift 2
done

"$python" -c 'import numpy, sentencepiece, torch' || {
    echo "build.sh: install python3-torch python3-numpy python3-sentencepiece libopenblas0-pthread, or set PYTHON" >&2
    exit 1
}

say() { printf '\n== %s\n' "$*" >&2; }

# wanted STEP…   whether the first step of this run is not later than the first of these.
wanted() {
    local step
    for step in corpus tokenizer data train pack check; do
        [ "$step" = "$from" ] && return 0
        [ "$step" = "$1" ] && return 1
    done
    echo "build.sh: unknown step $from" >&2
    exit 2
}

mkdir -p "$out"
cd "$here"

if wanted corpus; then
    say "corpus: $count conversations"
    pids=()
    for shard in 0 1; do
        "$python" corpus.py --seed $seed --count "$count" --shard $shard/2 --out "$out/corpus.$shard" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
    paste -d '\n' "$out/corpus.0" "$out/corpus.1" | sed '/^$/d' >"$out/corpus.jsonl"
    rm "$out/corpus.0" "$out/corpus.1"
    "$python" corpus.py --text "$out/held-out.txt" <"$out/corpus.jsonl"
fi
if wanted tokenizer; then
    say tokenizer
    "$python" tokenizer.py "$out/corpus.jsonl" "$out/tokenizer.model"
fi
if wanted data; then
    say data
    "$python" data.py "$out/corpus.jsonl" "$out/tokenizer.model" "$out"
fi
if wanted train; then
    say "training: ${plan[*]}"
    resume=()
    [ "$from" = train ] && [ -e "$out/model/checkpoint.pt" ] && resume=(--resume)
    "$python" train.py "$out" "$out/model" --seed $seed "${plan[@]}" ${resume[@]+"${resume[@]}"}
fi
if wanted pack; then
    say GGUF
    "$python" train.py "$out" "$out/model" --export
    "${CXX:-g++}" -std=c++20 -O2 -I "$root" -o "$out/pack" pack.cpp "$root"/formats/*.cpp "$root"/formats/decode/*.cpp
    "$out/pack" "$out/model/weights.json" "$out/starter-f16.gguf" "$out/starter-q8_0.gguf"
    ls -l "$out"/starter-*.gguf >&2
fi
if wanted check; then
    say check
    "$python" "$root/tests/starter/novel.py"
    if [ -x "$root/build/release/siskin" ]; then
        for type in f16 q8_0; do
            echo "$type:"
            "$python" "$root/tests/starter/check.py" --ask "$root/build/release/siskin run -m $out/starter-$type.gguf --temp 0 -n 400 -p" || true
        done
    else
        "$python" train.py "$out" "$out/model" --answers "$out/answers.jsonl"
        "$python" "$root/tests/starter/check.py" "$out/answers.jsonl"
    fi
fi
