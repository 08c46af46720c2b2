#!/bin/sh
# Runs Codex on a prepared task: run_codex_box.sh TASK [SECONDS [TOKENS [OPTIONS OF oneshot run]]].
root=$(cd "$(dirname "$0")/.." && pwd) && . "$root/scripts/lib/oneshot.sh" || exit
task=${1:?give the directory of a prepared task} seconds=${2:-} tokens=${3:-}
shift $(($# < 3 ? $# : 3))
exec "$ONESHOT" run "$task" ${seconds:+--timeout "$seconds"} ${tokens:+--token-limit "$tokens"} "$@"
