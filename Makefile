# OneShot's front door. `make demo` runs the main job once, `make test` runs the whole suite.
SHELL := /bin/bash
export PATH := $(CURDIR)/.tools/bin:$(PATH)
export ONESHOT_TEST_PYTHON ?= $(CURDIR)/.tools/test/bin/python

# Tests start processes and sandboxes of their own: more at once would measure the machine.
TESTS_AT_ONCE ?= 4

.PHONY: help bootstrap build release demo test fuzz lint format reference bench-recorder bench-sessions bench-tasks bench-trials clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## install what OneShot needs on a Debian machine with Swift
	@bash scripts/bootstrap.sh

build: ## build oneshot into .build/debug
	swift build

release: ## build oneshot into .build/release
	swift build -c release --product oneshot

demo: bootstrap ## run the main job once: record, capture, prepare, validate, run, score
	@bash scripts/demo.sh

test: ## the whole suite: format, unit and integration tests
	@bash scripts/bootstrap.sh --tests
	swift format lint --strict --recursive --parallel Sources Tests Fuzz Package.swift
	swift build --build-tests
	@# The failures once more at the end: a log that is cut keeps its last lines.
	@set -o pipefail; swift test --skip-build --experimental-maximum-parallelization-width $(TESTS_AT_ONCE) 2>&1 \
	    | tee .build/test.log || { echo "what failed:"; grep -E "recorded an issue|error:|skipped" .build/test.log; exit 1; }

fuzz: ## FUZZ_SECONDS (60) of random bytes for each reader of strangers' bytes
	@bash scripts/fuzz.sh

lint: ## check the format
	swift format lint --strict --recursive --parallel Sources Tests Fuzz Package.swift

format: ## mend the format
	swift format --in-place --recursive --parallel Sources Tests Fuzz Package.swift

reference: build ## write the command part of docs/reference.md
	python3 scripts/make-reference.py .build/debug/oneshot

bench-recorder: bootstrap release ## measure the recorder beside its peers
	python3 Benchmarks/recorder/bench.py $(BENCH_OPTIONS)

bench-sessions: bootstrap ## measure decoding and cleaning
	swift build -c release --product SessionsBenchmark
	python3 Benchmarks/sessions/bench.py $(BENCH_OPTIONS)

bench-tasks: bootstrap release ## measure capture and preparation, and prove the samples
	python3 Benchmarks/tasks/bench.py $(BENCH_OPTIONS)

bench-trials: bootstrap release ## measure trials, and try to cheat them
	bash Benchmarks/trials/setup.sh || true
	python3 Benchmarks/trials/bench.py $(BENCH_OPTIONS)

clean: ## remove what was built
	rm -rf .build .build-fuzz .demo .samples
