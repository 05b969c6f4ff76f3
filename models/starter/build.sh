#!/usr/bin/env bash
# Makes the starter model from nothing: corpus -> tokenizer -> data -> training -> GGUF -> check. Replaces the two GGUF
# files of this folder; the next build of siskin has the new one in it. And the held-out text
# of its tests.
#
#     models/starter/build.sh [--tokens N | --hours H] [--count CONVERSATIONS] [--out FOLDER] [--from STEP] [--until STEP]
#
# STEP is tokenizer, data, train, pack or check. With --from earlier steps are taken as done, and a training that was
# interrupted goes on. Debian's packages: python3-torch python3-numpy python3-sentencepiece libopenblas0-pthread for
# training (without OpenBLAS a CPU is many times slower), g++ nlohmann-json3-dev for packing. PYTHON names another Python.
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)
steps=(tokenizer data train pack check)
out=$root/build/starter count=600000 from=tokenizer until=check plan=(--tokens 300M) seed=1
python=${PYTHON:-/usr/bin/python3}

usage_error() {
    echo "build.sh: $1" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || usage_error "$1 needs a value"
    case $1 in
        --tokens | --hours) plan=("$1" "$2") ;;
        --count) count=$2 ;;
        --out) out=$2 ;;
        --from) from=$2 ;;
        --until) until=$2 ;;
        *) usage_error "unknown option $1" ;;
    esac
    shift 2
done

number_of() {
    local i
    for i in "${!steps[@]}"; do [ "${steps[i]}" = "$1" ] && echo "$i" && return; done
    usage_error "unknown step $1"
}
first=$(number_of "$from")
last=$(number_of "$until")

# begins STEP   says so, and whether the step belongs to this run.
begins() {
    local number
    number=$(number_of "$1")
    [ "$number" -ge "$first" ] && [ "$number" -le "$last" ] && printf '\n== %s\n' "$1" >&2
}

"$python" -c 'import numpy, sentencepiece, torch' || {
    echo "build.sh: install python3-torch python3-numpy python3-sentencepiece libopenblas0-pthread, or set PYTHON" >&2
    exit 1
}
mkdir -p "$out"
out=$(CDPATH='' cd -- "$out" && pwd -P)
cd "$here"

if begins tokenizer; then
    "$python" corpus.py --seed $seed --count 150000 --out "$out/corpus.jsonl"
    "$python" tokenizer.py "$out/corpus.jsonl" "$out/tokenizer.model"
fi
if begins data; then
    "$python" data.py "$out/tokenizer.model" "$out" --seed $seed --count "$count"
    cp "$out/held-out.txt" "$root/tests/starter/held-out.txt"
fi
if begins train; then
    resume=()
    [ "$from" = train ] && [ -e "$out/model/checkpoint.pt" ] && resume=(--resume)
    # Large tensors stay with the process instead of going back to the system each time: a tenth faster on a CPU.
    MALLOC_MMAP_THRESHOLD_=4000000000 MALLOC_TRIM_THRESHOLD_=8000000000 \
        "$python" train.py "$out" "$out/model" --seed $seed "${plan[@]}" ${resume[@]+"${resume[@]}"} --export
fi
if begins pack; then
    "${CXX:-g++}" -std=c++20 -O2 -I "$root" -o "$out/pack" pack.cpp "$root"/formats/*.cpp "$root"/formats/decode/*.cpp
    "$out/pack" "$out/model/weights.json" starter-f16.gguf starter-q8_0.gguf
    ls -l starter-*.gguf >&2
fi
if begins check; then
    "$python" "$root/tests/starter/novel.py"
    "$root/dev" test release -L starter --verbose
fi
