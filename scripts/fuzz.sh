#!/usr/bin/env bash
# Builds the fuzz targets of Fuzz/ and runs each for FUZZ_SECONDS, two at a time. An input that breaks a promise stays in
# .build-fuzz/findings; put it into Fuzz/corpus/<target> when it is mended.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60}
scratch=$PWD/.build-fuzz
# libFuzzer says all that is needed about a crash.
export SWIFT_BACKTRACE=enable=no
# TOMLKit does not give back the strings of a rule file, which is read once.
export ASAN_OPTIONS=detect_leaks=0
targets=(
    archive:FuzzArchive chat:FuzzChat connect:FuzzConnect gemini:FuzzGemini http:FuzzHTTP messages:FuzzMessages
    patch:FuzzPatch redactor:FuzzRedactor reports:FuzzReports responses:FuzzResponses sse:FuzzSSE
    websocket:FuzzWebSocket
)

swift build -c release --package-path Fuzz --scratch-path "$scratch"
bin=$(swift build -c release --package-path Fuzz --scratch-path "$scratch" --show-bin-path)

# Each target keeps what it learns beside the build; the committed corpus is only read.
run() {
    local name=$1 program=$2 log=$scratch/$1.log
    mkdir -p "$scratch/corpus/$name" "$scratch/findings/$name"
    if "$bin/$program" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=256 \
        -detect_leaks=0 -print_final_stats=1 -verbosity=1 -artifact_prefix="$scratch/findings/$name/" \
        "$scratch/corpus/$name" "Fuzz/corpus/$name" >"$log" 2>&1
    then
        echo "fuzz: $name: no crash in $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs"
    else
        echo "fuzz: $name failed"
        tail -40 "$log"
        echo "fuzz: $name: the input is $(sed -n 's/.*Test unit written to //p' "$log" | tail -1)"
        return 1
    fi
}

failed=0
for ((i = 0; i < ${#targets[@]}; i += 2)); do
    running=()
    for target in "${targets[@]:i:2}"; do
        run "${target%%:*}" "${target#*:}" &
        running+=($!)
    done
    for process in "${running[@]}"; do wait "$process" || failed=1; done
done
exit "$failed"
