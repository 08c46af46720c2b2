"""What a trial costs beside its agent and its tests."""

import sys

import peer
import tasks
import trials

TRIVIAL = tasks.Task(name="trivial", tests="def test_true():\n    assert True\n", bound=("test_true",))
# In seconds.
LIMITS = {"local": 3, "podman": 6, "docker": 6}


# The nop agent needs no sandbox; a program that does nothing has one like any other agent.
PEERS = "nop agent"
AGENTS = {PEERS: ("nop",), "a program that does nothing": ("command", "--command", "true")}


def measure(options, figures):
    directory = tasks.workspace(options.work, "overhead")
    task = TRIVIAL.write(directory)
    for engine in options.engines:
        memory = []
        for name, agent in AGENTS.items():
            def trial():
                return trials.scored(options, task, "--agent", *agent, engine=engine, directory=directory)

            # The first one builds the image.
            first = trial()
            runs = [trial() for _ in range(5 if options.quick else 11)]
            if any(run.score != 1 for run in [first, *runs]):
                raise SystemExit(f"the trivial trial does not score 1 on {engine}")
            for run in runs:
                phases = ", ".join(f"{phase['name']} {phase['seconds']:.2f}" for phase in run.results["phases"])
                print(f"{engine}, {name}: {run.seconds:.2f} s: {phases}", file=sys.stderr, flush=True)
            # Neither agent takes time of its own.
            seconds = [run.seconds - run.own_seconds for run in runs]
            beside = peer.seconds(directory, 2 if options.quick else 5) if engine == "podman" and name == PEERS else []
            yield figures.at_most(f"overhead of a trivial trial, {name}, {engine}", seconds, "s", LIMITS[engine],
                                  *((peer.NAME, beside) if beside else ()))
            memory += [run.peak_memory for run in runs]
        yield figures.at_most(f"memory of the supervisor, a trivial trial, {engine}", memory, "MB", 100)
