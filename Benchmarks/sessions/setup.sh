#!/usr/bin/env bash
# Brings what `make bench-sessions` measures beside: the official Python SDK, below .build/bench. What is there already is
# left alone.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(cd "$here/../.." && pwd)/.build/bench
mkdir -p "$out"
[ -x "$out/openai/bin/python" ] && "$out/openai/bin/python" -c 'import httpx2, openai' 2>/dev/null && exit 0
echo "bench: installing the openai package into $out/openai"
rm -rf "$out/openai"
python3 -m venv "$out/openai"
"$out/openai/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements.txt"
