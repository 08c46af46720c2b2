#!/bin/sh
# Starts the recorder, sets Codex up for it, and on a terminal shows the logs; Ctrl-C ends only the showing.
root=$(cd "$(dirname "$0")/.." && pwd) && . "$root/scripts/lib/oneshot.sh" || exit
"$ONESHOT" up "$@" && "$ONESHOT" install codex-synth && "$ONESHOT" mcp install || exit
[ ! -t 1 ] || exec "$ONESHOT" logs --follow
