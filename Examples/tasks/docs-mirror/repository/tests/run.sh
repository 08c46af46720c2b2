#!/bin/sh
# One copy more than is kept: the oldest goes.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
HOME=$(mktemp -d)
export HOME
trap 'rm -rf "$HOME"' EXIT
echo 'MIRROR_KEEP=2' > "$HOME/.mirrorrc"
mkdir -p "$HOME/from" "$HOME/to/2024-01-01" "$HOME/to/2024-01-02" "$HOME/to/notes"
echo one > "$HOME/from/file"
"$top/bin/mirror" "$HOME/from" "$HOME/to"
"$top/bin/mirror" "$HOME/from" "$HOME/to"
[ "$(cat "$HOME/to/current/file")" = one ]
[ ! -e "$HOME/to/2024-01-01" ]
[ -e "$HOME/to/2024-01-02" ] && [ -e "$HOME/to/notes" ]
echo "ok"
