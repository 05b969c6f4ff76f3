#!/usr/bin/env bash
# The rules of the house that a compiler does not check. Each prints what breaks it and then fails.
#     checks.sh RULE ROOT         ROOT: the project's folder; for `objects`, the library that holds the kernels
set -u

folders='formats ops models engine cli tests'

# The C++ files of the folders given, of all without one.
cpp_files() {
    # shellcheck disable=SC2086  # The folders are words.
    find ${1:-$folders} \( -name '*.h' -o -name '*.cpp' \) 2>/dev/null | sort
}

# Fails when there was something on stdin, and shows it.
nothing() { ! grep . >&2; }

# formats <- {ops, models} <- engine <- cli, and tests above all.
allowed_includes() {
    case $1 in
        formats) echo formats ;;
        ops) echo 'formats|ops' ;;
        models) echo 'formats|models' ;;
        engine) echo 'formats|ops|models|engine' ;;
        cli) echo 'formats|ops|models|engine|cli' ;;
        tests) echo 'formats|ops|models|engine|cli|tests' ;;
    esac
}

# Own headers are named from the root, and only those of folders below.
check_includes() {
    local folder
    for folder in $folders; do
        cpp_files "$folder" | xargs grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' /dev/null |
            grep -vE "\"($(allowed_includes "$folder"))/[^\"]*\"" | sed "s|\$|   <- not for $folder|"
    done | nothing
}

# Intrinsics and OpenMP are the business of ops alone; tests may ask OpenMP how many threads there are.
check_intrinsics() {
    local folder
    for folder in $folders; do
        case $folder in ops | tests) continue ;; esac
        cpp_files "$folder" | xargs grep -nE '<([a-z0-9]*intrin|arm_neon|arm_sve|omp)\.h>|<xsimd/|#[[:space:]]*pragma[[:space:]]+omp' /dev/null
    done | nothing
}

# Files one can read in one sitting. Tables of constants that define a format may be as long as they are.
check_sizes() {
    local lines
    { cpp_files; find . -maxdepth 1 \( -name dev -o -name CMakeLists.txt \); find tests -name '*.sh'; } |
        while read -r file; do
            case $file in formats/*tables.* | formats/*grids.* | engine/*tables.*) continue ;; esac
            lines=$(wc -l <"$file")
            [ "$lines" -le 800 ] || echo "$file: $lines lines, at most 800"
        done | nothing
}

# Strings, character constants and comments hold words that are not code.
without_strings_and_comments() {
    sed -E -e "s/'\\\\?.'/' '/g" -e 's/"([^"\\]|\\.)*"/""/g' -e 's://.*$::'
}

# Libraries do not print, exit or abort, and nothing in the program uses what a file could make overflow the stack or
# what changes the meaning of numbers behind everybody's back.
check_words() {
    local words
    local everywhere='std::regex|<regex>|(^|[^A-Za-z0-9_])setlocale[[:space:]]*\(|std::locale::global'
    local libraries='std::(cout|cerr|clog|cin)|<iostream>|<cassert>|<assert\.h>'
    libraries="$libraries|(^|[^A-Za-z0-9_])(abort|terminate|assert|printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|exit|_exit|_Exit|quick_exit)[[:space:]]*\\("
    cpp_files | while read -r file; do
        case $file in
            tests/*) continue ;;
            cli/* | models/starter/*) words=$everywhere ;;
            *) words="$everywhere|$libraries" ;;
        esac
        without_strings_and_comments <"$file" | grep -nE "$words" | sed "s|^|$file:|"
    done | nothing
}

# What README links to exists; where the text of a link is code, its names stand in the file it points to.
check_readme() {
    local links link text target name
    links=$(grep -oE '\[[^]]*(\[[^]]*\][^]]*)*\]\([^)#]+\)' README.md | grep -v '://')
    [ -n "$links" ] || { echo "README.md: no links into the sources" >&2; return 1; }
    printf '%s\n' "$links" | while IFS= read -r link; do
        text=${link%](*} text=${text#[} target=${link##*](} target=${target%)}
        [ -e "$target" ] || { echo "README.md: $target does not exist"; continue; }
        case $text in "\`$target\`" | "\`${target##*/}\`") continue ;; '`'*'`') ;; *) continue ;; esac
        for name in $(printf '%s' "$text" | grep -oE '[A-Za-z_][A-Za-z0-9_]*'); do
            grep -qw -- "$name" "$target" || echo "README.md: no $name in $target"
        done
    done | nothing
}

# The exit codes of formats/error.h are in README's table.
check_exit_codes() {
    sed -n '/enum class Fault/,/};/s/.*[A-Za-z] = \([0-9]*\),.*/\1/p' formats/error.h | while read -r code; do
        grep -qE "^\\| *$code *\\|" README.md || echo "README.md: exit code $code of formats/error.h is not in the table"
    done | nothing
}

# An object compiled for one instruction set exports its table and nothing else: a weak symbol could be linked into code
# for processors that lack the instructions.
check_objects() {
    local member symbols
    ar t "$root" | grep -q '^scalar' || { echo "$root: no kernels in it" >&2; return 1; }
    ar t "$root" | grep -vx 'scalar.*' | grep -E '^(avx|neon|sve|sse)' | while read -r member; do
        symbols=$(ar p "$root" "$member" >"$scratch/$member" && nm -g --defined-only "$scratch/$member" |
            awk '$3 !~ /^DW\.ref\./ { print $2, $3 }')
        [ "$(printf '%s\n' "$symbols" | grep -c .)" = 1 ] || printf '%s exports:\n%s\n' "$member" "$symbols"
    done | nothing
}

rule=$1 root=$2
case $rule in
    objects)
        scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT
        check_objects
        ;;
    includes | intrinsics | sizes | words | readme | exit_codes) cd "$root" && "check_$rule" ;;
    *)
        echo "checks.sh: no rule '$rule'" >&2
        exit 2
        ;;
esac
