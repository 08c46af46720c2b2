#!/bin/sh
# Runs Codex on a prepared task: run_codex_box.sh TASK [SECONDS [TOKENS]].
root=$(cd "$(dirname "$0")/.." && pwd) && . "$root/scripts/lib/oneshot.sh" || exit
exec "$ONESHOT" run "${1:?give the directory of a prepared task}" ${2:+--timeout "$2"} ${3:+--token-limit "$3"}
