#!/usr/bin/env bash
# Installs the peer of the overhead figures, from PyPI, into .build/bench/harbor: Harbor, and what it starts podman with.
# It needs Python 3.12 or later: the first of $PYTHON, python3.13, python3.12 that runs. Where this fails, the figures
# stand alone.
set -euo pipefail
cd "$(dirname "$0")/../.."
harbor="$PWD/.build/bench/harbor"
# 0.25.0 asks for a certifi that not every mirror of PyPI has.
packages=("harbor==0.24.0" "podman-compose==1.6.0")

[ -x "$harbor/bin/harbor" ] && exit 0
for python in "${PYTHON:-}" python3.13 python3.12 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[23].*/bin/python; do
    [ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || continue
    mkdir -p "$(dirname "$harbor")"
    "$python" -m venv "$harbor"
    "$harbor/bin/pip" install --quiet "${packages[@]}" && exit 0
    rm -rf "$harbor"
    exit 1
done
echo "setup.sh: no Python 3.12 or later; name one with PYTHON=…" >&2
exit 1
