"""One generated state through start, work and end: what has changed that must not, and what is not exact."""

import hashlib
import json
import os
import pathlib
import shutil
import stat
import subprocess

import states


def describe(path):
    facts = os.lstat(path)
    if stat.S_ISLNK(facts.st_mode):
        return "link", os.readlink(path)
    if not stat.S_ISREG(facts.st_mode):
        return "other", b""
    with open(path, "rb") as file:
        return oct(facts.st_mode & 0o777), hashlib.sha256(file.read()).digest()


def fingerprint(directory):
    """Everything below the directory, but refs of ours."""
    found = {}
    for folder, folders, names in os.walk(directory):
        if b"refs/oneshot" in folder or (folder.endswith(b"/refs") and b"oneshot" in folders):
            folders[:] = [name for name in folders if name != b"oneshot"]
        for name in names + [f for f in folders if os.path.islink(os.path.join(folder, f))]:
            path = os.path.join(folder, name)
            found[path] = describe(path)
            if b"/.git/" not in path:
                found[path] += (os.lstat(path).st_mtime_ns,)
        if b"/.git" not in folder:
            found[folder] = ("directory",)
    return found


def difference(before, after):
    changed = [path for path in {**before, **after} if before.get(path) != after.get(path)]
    return ", ".join(os.fsdecode(path) for path in sorted(changed)[:3])


def blob(data, algorithm):
    return hashlib.new(algorithm, b"blob %d\0" % len(data) + data).hexdigest()


def wanted(state):
    """Mode and object of each file that a snapshot must hold, worked out from the files on disk."""
    algorithm = "sha256" if "sha256" in state.traits else "sha1"
    # Programs that a hostile repository names do not run for what is asked here.
    git = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]
    listed = states.run(git + ["ls-files", "-coz", "--exclude-standard"], state.top).split(b"\0")
    # Files outside of a sparse checkout, and submodules that are not fetched, are as the index has them.
    kept, unfetched = {}, {}
    for line in filter(None, states.run(git + ["ls-files", "-stz"], state.top).split(b"\0")):
        facts, path = line[2:].split(b"\t", 1)
        entry = tuple(facts.decode().split(" ")[:2])
        if line.startswith(b"S "):
            kept[path] = entry
        elif entry[0] == "160000":
            unfetched[path] = entry
    files = {}
    for path in {name.rstrip(b"/") for name in listed if name}:
        whole = os.path.join(state.top, path)
        parents = path.split(b"/")[:-1]
        behind = any(os.path.islink(os.path.join(state.top, *parents[:i + 1])) for i in range(len(parents)))
        if behind or not os.path.lexists(whole):
            if path in kept and not behind:
                files[path] = kept[path]
            continue
        facts = os.lstat(whole)
        if stat.S_ISLNK(facts.st_mode):
            files[path] = ("120000", blob(os.readlink(whole), algorithm))
        elif stat.S_ISDIR(facts.st_mode):
            if os.path.lexists(os.path.join(whole, b".git")):
                head = states.run(git + ["rev-parse", "-q", "--verify", "HEAD"], whole, check=False).decode().strip()
                if head:
                    files[path] = ("160000", head)
            elif path in unfetched:
                files[path] = unfetched[path]
        else:
            with open(whole, "rb") as file:
                data = file.read()
            if state.crlf and b"\0" not in data:
                data = data.replace(b"\r\n", b"\n")
            files[path] = ("100755" if facts.st_mode & 0o100 else "100644", blob(data, algorithm))
    return files


def stored(store, tree):
    lines = states.run(["git", "--git-dir", store, "ls-tree", "-rz", tree], "/").split(b"\0")
    files = {}
    for line in filter(None, lines):
        facts, path = line.split(b"\t", 1)
        mode, _, object_id = facts.decode().split(" ")
        files[path] = (mode, object_id)
    return files


def compare(name, found, expected):
    wrong = sorted(path for path in {**found, **expected} if found.get(path) != expected.get(path))
    return [f"{name}: {os.fsdecode(wrong[0])!r} is {found.get(wrong[0])}, wanted {expected.get(wrong[0])}"] if wrong else []


def patched(store, start, patch, scratch):
    """The tree that plain git makes of the start with the patch."""
    environment = {**states.ENVIRONMENT, "GIT_DIR": store, "GIT_INDEX_FILE": str(scratch / "index")}

    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=scratch, env=environment, capture_output=True, check=True).stdout

    git("read-tree", start)
    if patch.stat().st_size:
        git("apply", "--cached", "--binary", "--whitespace=nowarn", str(patch))
    return git("write-tree", "--missing-ok").decode().strip()


def check(oneshot, seed, base):
    """The traits of the state, and what was wrong with its capture."""
    base = pathlib.Path(base)
    state = states.State(seed, base)
    try:
        state.make()
        return state.traits, list(problems(oneshot, state, base))
    except Exception as error:
        return state.traits, [f"{type(error).__name__}: {error}"]
    finally:
        shutil.rmtree(base, ignore_errors=True)


def problems(oneshot, state, base):
    workspace = base / "workspace"
    workspace.mkdir()
    repositories = [os.fsencode(base / "repo")] + ([state.top] if "worktree" in state.traits else [])

    def all_of():
        return {path: facts for each in repositories for path, facts in fingerprint(each).items()}

    def task(*arguments):
        command = [oneshot, "task", *arguments, "--workspace", str(workspace), "--json"]
        result = subprocess.run(command, cwd=state.place, env=states.ENVIRONMENT, capture_output=True)
        if result.returncode != 0:
            raise RuntimeError(f"{arguments[0]}: {result.stderr.decode(errors='replace').strip()}")
        return result.stdout

    expected_start = wanted(state)
    before = all_of()
    opened = json.loads(task("start", "Some work"))
    changed = difference(before, all_of())
    if changed:
        yield f"start changed {changed}"
    state.work()
    expected_end = wanted(state)
    before = all_of()
    if state.chance(0.1, "aborted"):
        task("abort")
        refs = states.run(["git", "-c", "core.fsmonitor=false", "for-each-ref", "refs/oneshot"], state.top)
        if refs or list(workspace.glob("data/.oneshot/repositories/*/objects/pack/*.pack")):
            yield "abort left something behind"
    else:
        ended = json.loads(task("end"))
        directory = pathlib.Path(ended["directory"])
        facts = json.loads((directory / "overlay_files/repo_info.json").read_text())
        store, end = facts["snapshot_store"], facts["end_snapshot"]["tree"]
        yield from compare("start", stored(store, opened["snapshot"]["tree"]), expected_start)
        yield from compare("end", stored(store, end), expected_end)
        patch = directory / "overlay_files/diff.patch"
        if patched(store, facts["start_snapshot"]["tree"], patch, base) != end:
            yield "start and patch are not the end"
    changed = difference(before, all_of())
    if changed:
        yield f"the end changed {changed}"
    if (base / "RAN").exists():
        yield "a program of the repository was run"
