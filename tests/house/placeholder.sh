#!/usr/bin/env bash
# The whole program, from the command line to the kernels, on the model that the build makes: its one answer comes out
# word for word, on stdout alone, whatever is asked and however often.
#     placeholder.sh SISKIN MODEL
set -u

siskin=$1 model=$2
answer='I am a placeholder, a few random numbers that the build put where a model belongs, and these are the only words that I know. Give me a real one: siskin run -m MODEL.gguf'
failures=0
export SISKIN_MODEL=$model

expect() { # expect WHAT COMMAND…
    local what=$1 got status
    shift
    got=$("$@" </dev/null 2>/dev/null)
    status=$?
    if [ "$status" != 0 ] || [ "$got" != "$answer" ]; then
        printf '%s: exit code %s, stdout: %s\n' "$what" "$status" "$got"
        failures=$((failures + 1))
    fi
}

expect 'a prompt' "$siskin" run 'Who are you?'
expect 'a model by name, text to go on with' "$siskin" run -m "$model" --raw -p 'Who are you?'
expect 'another script' "$siskin" run '日本語 🐦'
expect 'one thread, hot' "$siskin" run -t 1 --temp 2 --seed 7 'Who are you?'
expect 'three threads, most likely token' "$siskin" run -t 3 --temp 0 'Who are you?'

[ "$failures" = 0 ]
