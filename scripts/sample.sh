#!/usr/bin/env bash
# A sample of Examples/tasks becomes a task: captured from a git repository, prepared, validated.
#
#     scripts/sample.sh NAME [--codex] [--engine docker|podman|local] [--prepare-only] [--into DIRECTORY]
#
# The sample's patch is the work; with --codex the real Codex does it, told what the files of session/ say, and answered
# by the practice model. All of it lies in .samples/NAME (or DIRECTORY/NAME), which is made anew each time; the last
# line is the prepared task's path. Exit status 1 when the task is not admitted. The PATH's oneshot is used, else the
# one in .build/debug.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export PATH="$PATH:$root/.build/debug:$root/.tools/bin"

fail() { echo "sample: $*" >&2; exit 2; }

name="" into="$root/.samples" validate=yes capture=capture_patch engine=()
while [ $# -gt 0 ]; do
    case $1 in
        --codex) capture=capture_codex ;;
        --engine) engine=(--engine "${2:?--engine needs a name}"); shift ;;
        --prepare-only) validate=no ;;
        --into) into=$(realpath "${2:?--into needs a directory}"); shift ;;
        -*) fail "unknown option $1" ;;
        *) [ -z "$name" ] || fail "one sample at a time"; name=$1 ;;
    esac
    shift
done
sample="$root/Examples/tasks/$name"
[ -n "$name" ] && [ -f "$sample/sample.json" ] ||
    fail "no sample '$name'; there are: $(cd "$root/Examples/tasks" && echo */ | tr -d /)"
command -v oneshot >/dev/null || fail "no oneshot; 'make build' makes it"

field() {
    python3 -c 'import json, sys; value = json.load(open(sys.argv[1]))[sys.argv[2]]
print(value if isinstance(value, str) else "\n".join(value))' "$sample/sample.json" "$1"
}

capture_patch() {
    local labels=() label
    while read -r label; do labels+=(--label "$label"); done < <(field labels)
    oneshot task start "$(field title)" --notes "$(cat "$sample/instruction.md")" "${labels[@]}"
    git apply --whitespace=nowarn "$sample/solution.patch"
    oneshot task end --summary "As in the sample's solution.patch"
}

stop_codex() {
    oneshot down --workspace "$workspace" >/dev/null 2>&1 || true
    [ -z "$model_pid" ] || kill "$model_pid" 2>/dev/null || true
}

# One message after the other, in one thread of Codex.
capture_codex() {
    [ -d "$sample/session" ] || fail "$name has no session/; patches are all there is"
    command -v codex >/dev/null || fail "no codex; 'make bootstrap' installs it"
    # Codex refuses a home below TMPDIR, so both are ours.
    export CODEX_HOME="$workspace/codex-home" TMPDIR="$workspace/tmp" CODEX_API_KEY=practice
    unset RUN_ID ONESHOT_RUN_ID
    mkdir -p "$CODEX_HOME" "$TMPDIR"
    model_pid=""
    trap stop_codex EXIT
    oneshot model serve "$sample/session/model.json" >"$workspace/model.log" 2>&1 &
    model_pid=$!
    for _ in $(seq 100); do
        grep -q 'listening on' "$workspace/model.log" && break
        kill -0 $model_pid 2>/dev/null || fail "the practice model did not start: $(cat "$workspace/model.log")"
        sleep 0.1
    done
    local url message words resume=()
    url=$(sed -nE 's|.*listening on (http://[0-9.:]+).*|\1|p' "$workspace/model.log" | head -1)
    oneshot up --port 0 --upstream "api.openai.com=$url"
    oneshot mcp install
    for message in "$sample"/session/*.md; do
        words=$(cat "$message")
        oneshot trace --run-id "$name" -- codex exec "${resume[@]}" --skip-git-repo-check \
            --dangerously-bypass-approvals-and-sandbox "$words" </dev/null
        resume=(resume --last)
    done
}

workspace="$into/$name"
oneshot down --workspace "$workspace" >/dev/null 2>&1 || true
rm -rf "$workspace"
mkdir -p "$workspace/data"
cp -R "$sample/repository" "$workspace/$name"
cd "$workspace/$name"
git init --quiet --initial-branch main
git config user.name "Sample Person"
git config user.email "sample@example.com"
git add --all --force
GIT_AUTHOR_DATE="2024-01-01T00:00:00Z" GIT_COMMITTER_DATE="2024-01-01T00:00:00Z" git commit --quiet --message "Start"
$capture

cd "$workspace"
oneshot prepare data/tasks/created/*
prepared=$(echo "$workspace"/data/tasks/prepared/*)
# What Codex did first, and was told to be wrong, is the near miss of its own task.
if [ $capture = capture_patch ]; then
    mkdir -p "$prepared/solution/near_misses"
    cp "$sample"/near-misses/*.patch "$prepared/solution/near_misses/"
fi
code=0
if [ $validate = yes ]; then oneshot validate "$prepared" "${engine[@]}" || code=$?; fi
echo "$prepared"
exit $code
