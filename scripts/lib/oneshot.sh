# Sourced by the scripts of this checkout, after they set root to its directory: finds the program that was built last
# and sets ONESHOT.
if [ -z "${ONESHOT:-}" ]; then
    for candidate in "$root/.build/release/oneshot" "$root/.build/debug/oneshot"; do
        if [ -x "$candidate" ] && { [ -z "${ONESHOT:-}" ] || [ "$candidate" -nt "$ONESHOT" ]; }; then
            ONESHOT=$candidate
        fi
    done
fi
if ! command -v "${ONESHOT:=oneshot}" >/dev/null; then
    echo "oneshot was not found: run 'make build' in $root, or set ONESHOT to the program" >&2
    exit 3
fi
