#!/usr/bin/env bash
# The main job, once, on real input: a small git repository, the real Codex through the recorder, the work captured as
# a task over MCP, prepared, validated, run in a sandbox and scored. With OPENAI_API_KEY set the model is yours;
# without it the practice model plays Examples/demo-script.json, offline and free.
set -euo pipefail
cd "$(dirname "$0")/.."
demo="$PWD/.demo"
run_id="demo_readme_$(date +%s)"
export PATH="$PWD/.build/debug:$PWD/.tools/bin:$PATH"
stages=() model_pid="" stage_name="" stage_started=0

fail() { echo "demo: $*" >&2; exit 1; }
now_ms() { date +%s%3N; }

stage() {
    finish_stage
    stage_name=$1 stage_started=$(now_ms)
    printf '\n== %s\n' "$1"
}

finish_stage() {
    [ -n "$stage_name" ] || return 0
    stages+=("$(printf '%-46s %8.1f s' "$stage_name" "$(awk "BEGIN{print ($(now_ms)-$stage_started)/1000}")")")
    stage_name=""
}

clean_up() {
    local code=$?
    oneshot down --workspace "$demo" >/dev/null 2>&1 || true
    [ -z "$model_pid" ] || kill "$model_pid" 2>/dev/null || true
    [ "$code" = 0 ] || echo "demo: stopped in stage '${stage_name:-start}'; logs are in $demo/data/.oneshot/logs" >&2
}

stage "build"
swift build --product oneshot

[ ! -d "$demo" ] || { oneshot down --workspace "$demo" >/dev/null 2>&1 || true; rm -rf "$demo"; }
# Codex refuses a home below TMPDIR, so both are ours.
export CODEX_HOME="$demo/codex-home" TMPDIR="$demo/tmp"
mkdir -p "$demo/data" "$CODEX_HOME" "$TMPDIR"
trap clean_up EXIT

stage "a git repository to work on"
cp -R Examples/tally "$demo/tally"
cd "$demo/tally"
git init --quiet --initial-branch main
git config user.name "Demo Person"
git config user.email "demo@example.com"
git add tally && git commit --quiet --message "Count lines by kind of file"
git add . && git commit --quiet --message "Add a readme and tests"
git log --oneline

stage "the model"
upstream=()
if [ -n "${OPENAI_API_KEY:-}" ]; then
    echo "api.openai.com, with your key"
    export CODEX_API_KEY="$OPENAI_API_KEY"
else
    oneshot model serve "$OLDPWD/Examples/demo-script.json" >"$demo/model.log" 2>&1 &
    model_pid=$!
    for _ in $(seq 100); do
        grep -q 'listening on' "$demo/model.log" && break
        kill -0 "$model_pid" 2>/dev/null || fail "the practice model did not start: $(cat "$demo/model.log")"
        sleep 0.1
    done
    model_url=$(sed -nE 's|.*listening on (http://[0-9.:]+).*|\1|p' "$demo/model.log" | head -1)
    echo "the practice model on $model_url"
    upstream=(--upstream "api.openai.com=$model_url")
    export CODEX_API_KEY="practice"
fi

stage "recorder up, MCP tools installed"
oneshot up "${upstream[@]}"
oneshot mcp install --codex-home "$CODEX_HOME"

stage "a session with the real Codex"
before=$(git status --porcelain; git reflog; git stash list; git rev-parse HEAD; sha256sum .git/index .git/config)
codex=(oneshot trace --run-id "$run_id" -- codex exec)
options=(--skip-git-repo-check --dangerously-bypass-approvals-and-sandbox)
"${codex[@]}" "${options[@]}" "Use the repo.start_task.v1 tool with the title 'Add repository information to the README' \
and the labels documentation and readme." </dev/null
"${codex[@]}" resume --last "${options[@]}" "Add sections on architecture, setup, usage and contributing to README.md, from \
what the code says." </dev/null
"${codex[@]}" resume --last "${options[@]}" "Use repo.end_task.v1 with a summary of what was added." </dev/null
after=$(git status --porcelain; git reflog; git stash list; git rev-parse HEAD; sha256sum .git/index .git/config)
changed=$(diff <(echo "$before") <(echo "$after") | grep -v '^[<>]  M README.md$' | grep '^[<>]' || true)
[ -z "$changed" ] || fail "capturing changed the repository's git state: $changed"
cd "$demo"
created=$(ls -td data/tasks/created/*/ | head -1)
created=${created%/}
ls -R "$created"

stage "the guide's two queries"
sqlite3 data/traces/v3/clean_synth_ai.db/traces.sqlite3 \
    "SELECT session_id, substr(formatted_json,1,100) FROM cleaned_sessions ORDER BY session_id DESC LIMIT 3;"
sqlite3 data/traces/v3/raw_synth_ai.db/traces.sqlite3 "SELECT COUNT(*) FROM traces;"
oneshot sessions show "$run_id"

stage "prepare"
oneshot prepare "$created"
prepared=$(ls -td data/tasks/prepared/*/ | head -1)
prepared=${prepared%/}

stage "validate: nothing done fails, the solution passes"
oneshot validate "$prepared"

for agent in oracle nop codex; do
    stage "trial: $agent"
    oneshot run "$prepared" --agent "$agent" --timeout 900 --token-limit 50000 "${upstream[@]}" --json >"$demo/$agent.json"
    python3 - "$demo/$agent.json" <<'PYTHON'
import json, sys
result = json.load(open(sys.argv[1]))
tests = ", ".join(f"{test['name']} {test['status']}" for test in result["tests"])
print(f"score {float(result['score'])}; tokens {result['usage']['total_tokens']}; limit {result.get('limit')}; {tests}")
PYTHON
done
finish_stage

score() { python3 -c "import json,sys; print(float(json.load(open(sys.argv[1]))['score']))" "$demo/$1.json"; }
printf '\n%-46s %10s\n' "stage" "time"
printf '%s\n' "${stages[@]}"
printf '\n'
for agent in oracle nop codex; do printf '%-10s score %s\n' "$agent" "$(score "$agent")"; done
printf '\ntask      %s\nprepared  %s\n' "$demo/$created" "$demo/$prepared"
for run in data/runs/*/; do printf 'run       %s\n' "$demo/${run%/}"; done
[ "$(score oracle)" = 1.0 ] || fail "the oracle does not score 1.0"
[ "$(score nop)" = 0.0 ] || fail "the empty trial does not score 0.0"
