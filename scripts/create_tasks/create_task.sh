#!/bin/sh
# Has Codex do a piece of work and captures it as a task: create_task.sh "WHAT TO DO".
root=$(cd "$(dirname "$0")/../.." && pwd) && . "$root/scripts/lib/oneshot.sh" || exit
exec "$ONESHOT" task create "$@"
