#!/usr/bin/env bash
# ./dev on machines that are played by stubs: a folder of commands that note how they were called. No part of the real
# system is touched.
#     dev_test.sh ROOT
# shellcheck disable=SC2016  # What stands in single quotes is for the stubs to expand.
set -u

source_root=$1
machine=$(cd "$(mktemp -d)" && pwd -P) && trap 'rm -rf "$machine"' EXIT
bin=$machine/bin project="$machine/a b/project" notes=$machine/notes installed=$machine/installed
failures=0

failed() {
    printf 'FAILED: %s: %s\n' "$case" "$*"
    sed 's/^/    noted: /' "$notes"
    sed 's/^/    err: /' "$machine/err"
    failures=$((failures + 1))
}

stub() { # stub NAME, its script on stdin
    { printf '#!/bin/bash\n[ "$1" = --version ] || echo "%s $*" >>"%s"\n' "$1" "$notes" && cat; } >"$bin/$1"
    chmod +x "$bin/$1"
}

remove() { local name; for name in "$@"; do rm -f "$bin/$name"; done; }

# A machine with apt, everything installed, and the project without a build folder.
new_machine() {
    case=$1
    rm -rf "${machine:?}"/*
    mkdir -p "$bin" "$project"
    cp "$source_root/dev" "$source_root/CMakePresets.json" "$project"
    local tool
    for tool in bash cat chmod cp dirname env flock grep mkdir printf readlink rm sed tee tr; do
        if command -v "$tool" >/dev/null; then ln -s "$(command -v "$tool")" "$bin/$tool"; fi
    done
    printf '%s\n' libcli11-dev libcurl4-openssl-dev libgtest-dev libpcre2-dev libsentencepiece-dev libxsimd-dev nlohmann-json3-dev >"$installed"
    echo 'echo Linux' | stub uname
    echo 'echo 0' | stub id
    for tool in ninja pkg-config; do true | stub "$tool"; done
    echo 'echo "g++ 12"' | stub c++
    echo 'echo 2' | stub getconf
    printf 'echo "$PWD"; exit 8\n' | stub ctest
    echo 'while read -r p; do case " $* " in *" $p "*) echo "ii :$p 1.0";; esac; done <'"$installed" | stub dpkg-query
    echo 'case " $* " in *" install "*) for p; do case $p in -*|install) ;; *) echo "$p" >>'"$installed"';; esac; done; echo true >"$(dirname "$0")/ninja"; chmod +x "$(dirname "$0")/ninja";; esac' | stub apt-get
    stub cmake <<STUB
case \$1 in
    --version) echo "cmake version \${CMAKE_IS:-3.25.1}" ;;
    -S)
        echo configuring
        [ ! -e "$machine/broken" ] || { echo "no package 'x' found"; exit 1; }
        mkdir -p "\$2/build/\$4"
        touch "\$2/build/\$4/build.ninja" "\$2/build/\$4/CMakeCache.txt"
        ;;
    --build)
        printf '[1/2] compiling\nw.cpp: warning\n'
        [ ! -e "$machine/wrong" ] || { printf 'FAILED: x.o\nx.cpp:1: error\n[2/2] compiling\n'; exit 1; }
        cp "$machine/program" "\$2/siskin"
        ;;
esac
STUB
    ln -s "$(command -v touch)" "$bin/touch"
    cat >"$machine/program" <<'STUB'
#!/bin/bash
printf '<%s>' "$PWD" "$@"
printf '{%s}' "${SISKIN_MODEL-}" "$(cat)"
exit 42
STUB
    chmod +x "$machine/program"
    : >"$notes"
}

# dev STATUS ARGUMENT…   runs ./dev from another folder, keeping what it prints in out and err.
dev() {
    local expected=$1 status
    shift
    : >"$notes"
    (cd "$machine" && echo input | PATH="$bin" SISKIN_MODEL="${MODEL-}" "$project/dev" "$@") >"$machine/out" 2>"$machine/err"
    status=$?
    [ "$status" = "$expected" ] || failed "exit code $status of '$*', expected $expected"
}

printed() { [ "$(cat "$machine/out")" = "$1" ] || failed "stdout is '$(cat "$machine/out")', expected '$1'"; }
noted() { grep -qF -- "$1" "$notes" || failed "no call of '$1'"; }
not_noted() { ! grep -qF -- "$1" "$notes" || failed "a call of '$1'"; }
says() { grep -qF -- "$1" "$machine/err" || failed "stderr does not say '$1'"; }
silent() { [ ! -s "$machine/err" ] || failed "stderr is not empty"; }

answer="<$(cd "$machine" && pwd)><run><-p><two  words>{}{input}"

new_machine 'everything is installed'
dev 42 run -p 'two  words'
printed "$answer"
noted "cmake -S $project --preset release"
noted "cmake --build $project/build/release --target siskin"
not_noted apt-get
case='again'
dev 42 run -p 'two  words'
printed "$answer"
silent
not_noted 'cmake -S'
noted 'cmake --build'
case='a model of the user'
MODEL=/m.gguf dev 42 info
printed "<$machine><info>{/m.gguf}{input}"
case='another compiler'
CXX=ninja dev 42 run
noted "cmake -S $project --preset release --fresh"
case='presets changed'
dev 42 run
touch -t 203001010000 "$project/CMakePresets.json"
dev 42 run
noted "cmake -S"

new_machine 'packages are missing'
echo libpcre2-dev >"$installed"
remove ninja
dev 42 run -p 'two  words'
printed "$answer"
noted 'apt-get update'
noted 'apt-get install -y --no-install-recommends'
noted 'libsentencepiece-dev libxsimd-dev nlohmann-json3-dev'
noted ' ninja-build '
not_noted 'Timeout=300 ninja-build libcli11-dev libgtest-dev libpcre2-dev'
case='a package was removed'
dev 42 run
not_noted apt-get
grep -v xsimd "$installed" >"$machine/fewer"
cp "$machine/fewer" "$installed"
dev 42 run
noted 'libxsimd-dev'
not_noted 'Timeout=300 libcli11-dev'
case='another libcurl is there'
sed 's/curl4-openssl/curl4-gnutls/' "$installed" >"$machine/fewer"
cp "$machine/fewer" "$installed"
dev 42 run
not_noted apt-get

new_machine 'clang wants its own OpenMP'
echo 'echo "Debian clang version 14"' | stub c++
dev 42 run
noted 'libomp-dev'

new_machine 'the thread sanitizer wants clang'
dev 8 test tsan
noted 'Timeout=300 clang libomp-dev'

new_machine 'installing fails'
: >"$installed"
echo 'echo "E: no network"; exit 100' | stub apt-get
dev 1 run
says 'E: no network'
printed ''

new_machine 'no rights, and not there'
: >"$installed"
echo 'echo 1000' | stub id
touch "$machine/broken"
dev 77 run
says "no package 'x' found"
says 'apt-get install -y --no-install-recommends libcli11-dev'
not_noted apt-get
printed ''
case='no rights, but there all the same'
rm "$machine/broken"
dev 42 run -p 'two  words'
printed "$answer"

new_machine 'sudo'
: >"$installed"
echo 'echo 1000' | stub id
echo '[ "$1" = -n ] || "$@"' | stub sudo
dev 42 run
noted 'sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y'

new_machine 'Fedora'
remove apt-get dpkg-query ninja
echo 'echo true >"$(dirname "$0")/ninja"; chmod +x "$(dirname "$0")/ninja"' | stub dnf
echo 'for p; do case $p in gtest-devel) echo "$p 1.0";; -*|%*) ;; *) echo "package $p is not installed";; esac; done' | stub rpm
dev 42 run
noted 'dnf install -y ninja-build cli11-devel json-devel libcurl-devel pcre2-devel sentencepiece-devel xsimd-devel'

new_machine 'macOS'
remove apt-get dpkg-query pkg-config
echo 'echo Darwin' | stub uname
echo '[ "$1" != --prefix ] || echo '"$machine/brew" | stub brew
mkdir -p "$machine/brew/opt"
ln -s ../Cellar/xsimd/14 "$machine/brew/opt/xsimd"
mkdir -p "$machine/brew/Cellar/xsimd/14"
dev 42 run
noted 'brew install pkgconf cli11 googletest libomp nlohmann-json pcre2 sentencepiece'
not_noted 'sentencepiece xsimd'
case='macOS without Homebrew'
remove brew
touch "$machine/broken" "$project/CMakePresets.json"
dev 77 run
says 'https://brew.sh'

new_machine 'no package manager'
remove apt-get
touch "$machine/broken"
dev 77 run
says 'sentencepiece, xsimd'
case='not even CMake'
remove cmake
dev 77 run
says 'CMake 3.25'

new_machine 'an old CMake'
CMAKE_IS=3.22.1 dev 1 run
says 'this is 3.22.1'
case='a CMake of another age'
CMAKE_IS=4.1.0 dev 42 run

new_machine 'the build fails'
touch "$machine/wrong"
dev 1 run
says 'x.cpp:1: error'
printed ''
! grep -qE 'compiling|warning' "$machine/err" || failed 'stderr shows more than what failed'

new_machine 'test and build'
dev 8 test -R kernels
printed "$project"
noted 'ctest --preset release -j 2 -R kernels'
not_noted '--target'
dev 8 test asan
noted 'ctest --preset asan -j 2'
dev 0 build dev -k 0
noted "cmake --build $project/build/dev -- -k 0"
dev 2 build nonsense
says "no preset 'nonsense'"
dev 0
grep -q './dev test' "$machine/out" || failed 'no help'

[ "$failures" = 0 ]
