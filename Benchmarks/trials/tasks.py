"""Prepared tasks of our own making (docs/formats/prepared-task.md), written as `oneshot prepare` would write them."""

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess

# The base that scripts/make-base-image.sh makes where no registry is reached; it has all that is asked for.
DOCKERFILE = """FROM debian:bookworm-slim
RUN command -v git python3 || (apt-get update && apt-get install -y --no-install-recommends git python3)
"""
IDENTITY = {
    "GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@example.com", "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "T", "GIT_COMMITTER_EMAIL": "t@example.com", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
}
ADDS = "def add(a, b):\n    return a + b\n"
START = {"calc.py": "def add(a, b):\n    return a - b\n", "README.md": "# calc\n\nAdds.\n"}
TEST = """import subprocess
import sys


def test_adds():
    code = "import calc; print(calc.add(2, 3))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["5"], done.stderr
"""


@dataclasses.dataclass
class Task:
    """`calc.py` adds wrongly; the solution makes it right."""

    name: str = "calc"
    start: dict = dataclasses.field(default_factory=lambda: dict(START))
    solution: dict = dataclasses.field(default_factory=lambda: {"calc.py": ADDS})
    tests: str = TEST
    bound: tuple = ("test_adds",)
    suites: list = dataclasses.field(default_factory=list)
    # Files of evaluation/tests_skeleton/repo_tests.
    laid: dict = dataclasses.field(default_factory=dict)
    dockerfile: str = DOCKERFILE

    def write(self, workspace):
        """The task's directory in the workspace, which is a directory with data/ in it."""
        directory = workspace / "data/tasks/prepared" / self.name
        shutil.rmtree(directory, ignore_errors=True)
        repository = workspace / f"source-{self.name}"
        shutil.rmtree(repository, ignore_errors=True)
        put(repository, self.start)
        git(repository, "init", "-q", "-b", "main")
        git(repository, "add", "-A", "-f")
        git(repository, "commit", "-q", "-m", "Start of the task")
        directory.mkdir(parents=True)
        git(repository, "bundle", "create", "-q", directory / "repo.bundle", "refs/heads/main")
        put(repository, self.solution)
        git(repository, "add", "-A", "-f")
        patch = git(repository, "diff", "--cached", "--binary", "--full-index").stdout
        shutil.rmtree(repository)
        instructions = f"# {self.name}\n\nMake it add.\n"
        tests = ", ".join(self.bound)
        put(directory, {
            "Dockerfile": self.dockerfile,
            "overlay_files/LM_INSTRUCTIONS.md": instructions,
            "evaluation/rubric_template.md": f"# Rubric: {self.name}\n\n## adds (weight: 1)\nIt adds.\n- tests: {tests}\n",
            "evaluation/tests_skeleton/test_skeleton.py": self.tests,
            "solution/diff.patch": patch,
            "tb_meta.json": json.dumps(metadata(self.name, instructions), indent=2) + "\n",
        })
        (directory / "overlay_repo_files").mkdir()
        if self.suites:
            document = {"schema_version": 1, "suites": self.suites}
            put(directory, {"evaluation/tests_skeleton/suites.json": json.dumps(document, indent=2) + "\n"})
        put(directory / "evaluation/tests_skeleton/repo_tests", self.laid)
        return directory


def metadata(name, instructions):
    return {
        "schema_version": 1, "task_id": name, "metadata": {"title": name, "tags": []},
        "repo": {"git_url": "", "branch": "main", "start_commit_sha": "", "end_commit_sha": "", "subdir": ".",
                 "sparse_checkout": []},
        "lm": {"instructions": instructions}, "evaluation": {"rubrics": [], "test_scripts": []},
        "sensitivity": {"level": "public"},
    }


def put(directory, files):
    for path, text in files.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def git(directory, *words):
    return subprocess.run(["git", *map(str, words)], cwd=directory, env=os.environ | IDENTITY, check=True,
                          capture_output=True, text=True)


def workspace(parent, name):
    """A workspace of its own."""
    directory = pathlib.Path(parent) / name
    (directory / "data").mkdir(parents=True, exist_ok=True)
    return directory
