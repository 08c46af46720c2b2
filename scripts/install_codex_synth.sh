#!/bin/sh
# Puts codex-synth on the PATH.
root=$(cd "$(dirname "$0")/.." && pwd) && . "$root/scripts/lib/oneshot.sh" || exit
exec "$ONESHOT" install codex-synth "$@"
