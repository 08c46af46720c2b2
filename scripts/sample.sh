#!/usr/bin/env bash
# A sample of Examples/tasks becomes a task: captured from a git repository, prepared, validated.
#
#     scripts/sample.sh NAME [--engine docker|podman|local] [--prepare-only]
#
# All of it lies in .samples/NAME, which is made anew each time; the last line is the prepared task's path. Exit status
# 1 when the task is not admitted. The PATH's oneshot is used, else the one in .build/debug.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export PATH="$PATH:$root/.build/debug"

fail() { echo "sample: $*" >&2; exit 2; }

name="" validate=yes engine=()
while [ $# -gt 0 ]; do
    case $1 in
        --engine) engine=(--engine "${2:?--engine needs a name}"); shift ;;
        --prepare-only) validate=no ;;
        -*) fail "unknown option $1" ;;
        *) [ -z "$name" ] || fail "one sample at a time"; name=$1 ;;
    esac
    shift
done
sample="$root/Examples/tasks/$name"
[ -n "$name" ] && [ -f "$sample/sample.json" ] ||
    fail "no sample '$name'; there are: $(cd "$root/Examples/tasks" && echo */ | tr -d /)"
command -v oneshot >/dev/null || fail "no oneshot; 'make build' makes it"

field() { python3 -c 'import json, sys; value = json.load(open(sys.argv[1]))[sys.argv[2]]
print(value if isinstance(value, str) else "\n".join(value))' "$sample/sample.json" "$1"; }
labels=()
while read -r label; do labels+=(--label "$label"); done < <(field labels)

workspace="$root/.samples/$name"
rm -rf "$workspace"
mkdir -p "$workspace/data"
cp -R "$sample/repository" "$workspace/$name"
cd "$workspace/$name"
git init --quiet --initial-branch main
git config user.name "Sample Person"
git config user.email "sample@example.com"
git add --all --force
GIT_AUTHOR_DATE="2024-01-01T00:00:00Z" GIT_COMMITTER_DATE="2024-01-01T00:00:00Z" git commit --quiet --message "Start"

oneshot task start "$(field title)" --notes "$(cat "$sample/instruction.md")" "${labels[@]}"
git apply --whitespace=nowarn "$sample/solution.patch"
oneshot task end --summary "As in the sample's solution.patch"

cd "$workspace"
oneshot prepare data/tasks/created/*
prepared=$(echo "$workspace"/data/tasks/prepared/*)
mkdir -p "$prepared/solution/near_misses"
cp "$sample"/near-misses/*.patch "$prepared/solution/near_misses/"
if [ $validate = yes ]; then oneshot validate "$prepared" "${engine[@]}"; fi
echo "$prepared"
