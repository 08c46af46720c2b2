#!/bin/sh
# Gives Codex the tools that start and end a task.
root=$(cd "$(dirname "$0")/../.." && pwd) && . "$root/scripts/lib/oneshot.sh" || exit
exec "$ONESHOT" mcp install "$@"
