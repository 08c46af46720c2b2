#!/bin/sh
# Shows what agents are doing, as it is recorded.
root=$(cd "$(dirname "$0")/../.." && pwd) && . "$root/scripts/lib/oneshot.sh" || exit
exec "$ONESHOT" monitor "$@"
