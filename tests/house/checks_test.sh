#!/usr/bin/env bash
# Every rule of checks.sh accepts a small clean tree and refuses it once something that breaks the rule is planted in it.
#     checks_test.sh [COMPILER]      without a compiler the rule for object files is left out
# shellcheck disable=SC2016  # The backquotes in single quotes are Markdown.
set -u

here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d) && trap 'rm -rf "$tree"' EXIT
failures=0
failed() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

clean_tree() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree"/{formats,ops/isa,models/starter,engine/tokenizer,cli,tests}
    printf '#include "formats/error.h"\n// Never assert(x), printf("…") or "ops/x.h".\nconst char* text = "exit(1) // std::cout";\n' >"$tree/formats/tensor.h"
    printf 'enum class Fault : int {\n    Failed = 1,\n    Usage = 2,  // "x"\n};\n' >"$tree/formats/error.h"
    printf '#include <immintrin.h>\n#include "formats/error.h"\n#include "ops/matmul.h"\nstatic_assert(1);\n#pragma omp parallel\n' >"$tree/ops/matmul.cpp"
    printf '#include "models/arch.h"\nvoid forward_layer();\n' >"$tree/engine/forward.cpp"
    printf '#include "engine/forward.h"\nint main() { std::cout << 1; exit(2); }\n' >"$tree/cli/main.cpp"
    printf '#include "cli/main.h"\n#include <omp.h>\nassert(1);\n' >"$tree/tests/a_test.cpp"
    printf '1. [`forward_layer`](engine/forward.cpp)\n2. [`main.cpp`](cli/main.cpp) and [a site](https://x.org)\n| 1 | failed |\n| 2 | usage |\n' >"$tree/README.md"
}

accepts() {
    bash "$here/checks.sh" "$1" "$tree" || failed "$1 refuses a clean tree"
}

# refuses RULE WORDS FILE LINE   LINE, appended to FILE, is a fault, and the message has WORDS.
refuses() {
    local message
    clean_tree
    printf '%s\n' "$4" >>"$tree/$3"
    if message=$(bash "$here/checks.sh" "$1" "$tree" 2>&1); then
        failed "$1 accepts '$4' in $3"
    elif ! printf '%s' "$message" | grep -qF -- "$2"; then
        failed "$1 on '$4' in $3 says: $message"
    fi
}

clean_tree
for rule in includes intrinsics sizes words readme exit_codes; do accepts "$rule"; done

# Arrows that point up or sideways, in a deeper folder too, and headers not named from the root.
for arrow in formats:ops formats:models formats:engine formats:cli formats:tests ops:models ops:engine ops:cli ops:tests \
    models:ops models:engine models:cli models:tests engine:cli engine:tests cli:tests; do
    refuses includes "${arrow%:*}/" "${arrow%:*}/new.cpp" "#include \"${arrow#*:}/x.h\""
done
refuses includes engine/tokenizer/spm.cpp engine/tokenizer/spm.cpp '  #  include "cli/x.h"'
refuses includes tensor.h formats/tensor.h '#include "error.h"'
refuses includes tensor.h formats/tensor.h '#include "../ops/x.h"'

for line in '#include <immintrin.h>' '#include <arm_neon.h>' '#include <omp.h>' '#include <xsimd/xsimd.hpp>' '#pragma omp parallel for'; do
    refuses intrinsics engine/forward.cpp engine/forward.cpp "$line"
done

long=$(printf 'int x;\n%.0s' $(seq 801))
refuses sizes 'engine/forward.cpp: 80' engine/forward.cpp "$long"
refuses sizes tests/a_test.cpp tests/a_test.cpp "$long"
clean_tree
printf '%s\n' "$long" >"$tree/formats/iq_grids.cpp"
accepts sizes

for line in 'std::regex r;' '#include <regex>' 'setlocale(LC_ALL, "");' 'std::locale::global(l);'; do
    refuses words cli/main.cpp:3: cli/main.cpp "$line"
    refuses words engine/forward.cpp:3: engine/forward.cpp "$line"
done
for line in 'std::abort();' 'assert(x > 0);' ' printf("x");' 'std::fprintf(stderr, "x");' 'std::cout << 1;' 'std::cerr << 1;' \
    'exit(1);' '_exit (1);' '#include <iostream>' '#include <cassert>' "c = '\"'; abort();" 'x = "a\"b"; puts(x);'; do
    refuses words formats/tensor.h:4: formats/tensor.h "$line"
done

refuses readme engine/nowhere.cpp README.md '3. [`feed`](engine/nowhere.cpp)'
refuses readme 'no feed in engine/forward.cpp' README.md '3. [`Session::feed`](engine/forward.cpp)'
refuses readme 'no layer in' README.md '3. [`layer`](engine/forward.cpp)'
refuses readme docs/x.md README.md 'See [the guide](docs/x.md).'
clean_tree
printf 'nothing\n' >"$tree/README.md"
! bash "$here/checks.sh" readme "$tree" 2>/dev/null || failed "readme accepts no links"

refuses exit_codes 65 formats/error.h 'enum class Fault { BadData = 65, };'

# exports STATUS CODE   What the rule says of a library with one object for AVX2 of that source.
exports() {
    printf '%s\n' "$2" >"$tree/avx2.cpp"
    rm -f "$tree/ops.a"
    "$compiler" -std=c++20 -O0 -c "$tree/avx2.cpp" -o "$tree/avx2.cpp.o" && ar rc "$tree/ops.a" "$tree/avx2.cpp.o" "$tree/scalar.cpp.o" || exit
    bash "$here/checks.sh" objects "$tree/ops.a" 2>/dev/null
    [ $? = "$1" ] || failed "objects, which should return $1 on: $2"
}
compiler=${1:-}
if [ -n "$compiler" ] && command -v nm >/dev/null; then
    table='namespace { int f() { return 1; } } extern int (*const table)(); int (*const table)() = f;'
    : >"$tree/scalar.cpp.o"
    exports 0 "$table"
    exports 1 "$table int g() { return 2; }"
    exports 1 "$table inline int h() { return 3; } int (*volatile p)() = h;"
    exports 1 'static int nothing = 1;'
    ar d "$tree/ops.a" scalar.cpp.o
    ! bash "$here/checks.sh" objects "$tree/ops.a" 2>/dev/null || failed 'objects accepts a library without kernels'
fi

[ "$failures" = 0 ]
