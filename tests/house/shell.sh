#!/usr/bin/env bash
# The shell scripts parse, and shellcheck, where it is there, has nothing to say about them.
#     shell.sh ROOT
set -u
cd "$1" || exit
for script in dev .ci/run tests/house/*.sh; do bash -n "$script" || exit; done
command -v shellcheck >/dev/null || exit 0
shellcheck dev .ci/run tests/house/*.sh
