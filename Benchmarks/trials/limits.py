"""How far the real Codex gets past a token limit."""

import contextlib
import json
import re
import subprocess
import time

import tasks
import trials

# What one response of the practice model is said to cost: fresh input and output.
INPUT, OUTPUT = 1000, 200
SCRIPT = {
    "schema_version": 1,
    "conversations": [{"steps": [
        {"shell": "date >> log.txt", "repeat": True, "usage": {"input_tokens": INPUT, "output_tokens": OUTPUT}},
    ]}],
}
# In the middle of a response, at the end of one, and before the first one has ended.
TOKEN_LIMITS = (5000, 3 * (INPUT + OUTPUT), 700)


@contextlib.contextmanager
def model(options, script, name="model"):
    """A practice model, and its address."""
    file = options.work / f"{name}.json"
    file.write_text(json.dumps(script))
    with (options.work / f"{name}.log").open("w+") as log:
        process = subprocess.Popen([str(options.program), "model", "serve", str(file)], stdout=log, stderr=log,
                                   env=trials.environment(options))
        try:
            deadline = time.monotonic() + 20
            while not (found := re.search(r"listening on (http://[0-9.:]+)", (options.work / f"{name}.log").read_text())):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"the practice model did not start: {(options.work / f'{name}.log').read_text()}")
                time.sleep(0.05)
            yield found[1]
        finally:
            process.kill()
            process.wait()


def measure(options, figures):
    directory = tasks.workspace(options.work, "limits")
    task = tasks.Task(name="limits").write(directory)
    with model(options, SCRIPT) as address:
        for engine in options.engines:
            past, refused = [], 0
            for limit in TOKEN_LIMITS:
                trial = trials.scored(options, task, "--agent", "codex", "--token-limit", limit, "--timeout", 120,
                                      "--upstream", f"api.openai.com={address}", engine=engine, directory=directory)
                usage = trial.results["usage"]
                used = usage["input_tokens"] - usage["cached_input_tokens"] + usage["output_tokens"]
                past.append((used - limit) / (INPUT + OUTPUT))
                refused += trial.results["limit"] == "tokens"
            runs = len(TOKEN_LIMITS)
            title = f"past a token limit, the most of {runs} runs of the real Codex, {engine}"
            yield figures.Figure(title, max(past), "responses", "<= 1 response", max(past) <= 1, runs=runs)
            title = f"runs whose results name the limit, {engine}"
            yield figures.Figure(title, float(refused), "", str(runs), refused == runs, runs=runs)
