#!/bin/sh
# Starts the recorder and the cleaner, sets Codex up for them, and shows their logs (Ctrl-C ends only the showing).
root=$(cd "$(dirname "$0")/.." && pwd) && . "$root/scripts/lib/oneshot.sh" || exit
"$ONESHOT" up "$@" || exit
"$ONESHOT" install codex-synth || exit
"$ONESHOT" mcp install || exit
exec "$ONESHOT" logs --follow
