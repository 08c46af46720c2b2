"""Repository states from a seed: what a person's repository may look like when a task begins, and work done on it."""

import os
import pathlib
import random
import stat
import subprocess

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C.UTF-8",
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_CONFIG_COUNT": "3", "GIT_CONFIG_KEY_0": "protocol.file.allow",
    "GIT_CONFIG_VALUE_0": "always", "GIT_CONFIG_KEY_1": "init.defaultBranch", "GIT_CONFIG_VALUE_1": "main",
    "GIT_CONFIG_KEY_2": "advice.addEmbeddedRepo", "GIT_CONFIG_VALUE_2": "false",
}
NAMES = [
    b"plain.txt", b"with space.md", b'q"uote', b"new\nline", b"tab\tbed", b"latin\xe9.txt", b"bad\xff\xfe", b"-dash",
    "ümläut ☃.txt".encode(), b"back\\slash", b"glob*[a]?", b":(top)magic", b" lead and trail ", b"'single'", b"$(echo)",
    b"data.bin", b"run.sh", b"page.html", b"a;b", b"#hash", b"!bang", b"x.log.txt", b"CAPS.TXT", b"caps.txt",
]
FOLDERS = [b"", b"", b"", b"src/", b"src/deep/er/", b"d\xe9j\xe0/", b"a b/", b'q"d/', b"out/"]
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:%064x\nsize %d\n"


def run(arguments, directory, check=True, **options):
    result = subprocess.run(arguments, cwd=directory, env=ENVIRONMENT, capture_output=True, **options)
    if check and result.returncode != 0:
        raise RuntimeError(f"{arguments}: {result.stderr.decode(errors='replace')}")
    return result.stdout


class State:
    """One repository below `base`, made from `seed`; `place` is where the work is done."""

    def __init__(self, seed, base):
        self.random = random.Random(seed)
        self.base = pathlib.Path(base)
        self.top = self.place = os.fsencode(self.base / "repo")
        self.traits = []

    def git(self, *arguments, directory=None, **options):
        return run(["git", *arguments], directory or self.top, **options)

    def chance(self, share, trait=None):
        happens = self.random.random() < share
        if happens and trait:
            self.traits.append(trait)
        return happens

    def content(self):
        kind = self.random.randrange(8)
        number = self.random.getrandbits(30)
        if kind == 0:
            return self.random.randbytes(self.random.randrange(1, 3000)) + b"\0"
        if kind == 1:
            return b""
        if kind == 2:
            return b"no line end %d" % number
        if kind == 3:
            return b"one\r\ntwo %d\r\n" % number
        if kind == 4:
            return LFS % (number, number)
        return b"".join(b"line %d of %d\n" % (i, number) for i in range(self.random.randrange(1, 40)))

    def path(self):
        return self.random.choice(FOLDERS) + self.random.choice(NAMES)

    def files(self):
        """Files and links of the working tree, but for those of repositories inside it."""
        found = []
        for folder, folders, names in os.walk(self.top):
            folders[:] = sorted(f for f in folders if not os.path.lexists(os.path.join(folder, f, b".git")))
            folders[:] = [f for f in folders if f != b".git"]
            links = [f for f in folders if os.path.islink(os.path.join(folder, f))]
            for name in sorted(names + links):
                path = os.path.relpath(os.path.join(folder, name), self.top)
                if path not in (b".git", b".gitmodules", b".gitignore", b".gitattributes"):
                    found.append(path)
        return found

    def write(self, path):
        """A new file, unless something else stands in its way."""
        whole = os.path.join(self.top, path)
        try:
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            if os.path.lexists(whole) and not stat.S_ISREG(os.lstat(whole).st_mode):
                return
            with open(whole, "wb") as file:
                file.write(self.content())
        except (FileExistsError, NotADirectoryError):
            return

    def change(self):
        """One thing that people and agents do."""
        files = self.files()
        kind = self.random.randrange(11)
        if kind <= 1 or not files:
            return self.write(self.path())
        path = self.random.choice(files)
        whole = os.path.join(self.top, path)
        is_link = os.path.islink(whole)
        if kind == 2:
            os.unlink(whole)
        elif kind == 3 and not is_link:
            os.chmod(whole, 0o755 if not os.stat(whole).st_mode & 0o100 else 0o644)
        elif kind == 4:
            os.unlink(whole)
            os.symlink(self.random.choice([b"/etc/passwd", b"plain.txt", b"../..", b"nowhere\xff", b"src"]), whole)
        elif kind == 5:
            target = os.path.join(self.top, self.path())
            if not os.path.lexists(target) and not os.path.islink(os.path.dirname(target)):
                try:
                    os.makedirs(os.path.dirname(target), exist_ok=True)
                except (FileExistsError, NotADirectoryError):
                    return
                os.rename(whole, target)
        elif kind == 6:
            os.unlink(whole)
            os.makedirs(whole)
            with open(os.path.join(whole, b"inside"), "wb") as file:
                file.write(self.content())
        elif kind == 7:
            self.git("add", "--sparse", "--", b":(top,literal)" + path, check=False)
        elif kind == 8:
            self.git("rm", "-q", "--cached", "--sparse", "--", b":(top,literal)" + path, check=False)
        elif kind == 9 and not is_link:
            with open(whole, "ab") as file:
                file.write(b"more\n")
        else:
            self.write(path)

    def make(self):
        """Makes the repository and brings it into the state in which the task begins."""
        os.makedirs(self.top)
        sha256 = self.chance(0.2, "sha256")
        self.git("init", "-q", *(["--object-format=sha256"] if sha256 else []))
        self.crlf = self.chance(0.06, "autocrlf")
        if self.crlf:
            self.git("config", "core.autocrlf", "true")
        if self.chance(0.1, "all reflogs"):
            self.git("config", "core.logAllRefUpdates", "always")
        with open(os.path.join(self.top, b".gitignore"), "wb") as file:
            file.write(b"*.log\nbuild/\n")
        for _ in range(self.random.randrange(2, 9)):
            self.write(self.path())
        kind = self.random.choice(["branch"] * 7 + ["detached", "unborn", "merge", "empty"])
        self.traits.append(kind)
        if kind == "empty":
            for path in self.files():
                os.unlink(os.path.join(self.top, path))
        elif kind != "unborn":
            self.commit()
            if self.chance(0.1, "submodule") and not sha256:
                self.submodule()
            if self.chance(0.5):
                self.write(b"out/" + self.random.choice(NAMES))
                self.change()
                self.commit()
            if kind == "detached":
                self.git("checkout", "-q", "--detach")
            if kind == "merge":
                self.merge()
            else:
                self.variety()
        for _ in range(self.random.randrange(0, 6)):
            self.change()
        if self.chance(0.15, "nested"):
            self.nested(b"in ner", True)
        if self.chance(0.1, "ignored"):
            os.makedirs(os.path.join(self.top, b"build"), exist_ok=True)
            for name in (b"build/x", b"y.log"):
                with open(os.path.join(self.top, name), "wb") as file:
                    file.write(b"ignored")
        if self.chance(0.25, "hostile"):
            self.hostile()
        if self.chance(0.3, "subdirectory"):
            self.place = os.path.join(self.top, b"work here")
            os.makedirs(self.place, exist_ok=True)

    def commit(self):
        self.git("add", "-A", "--sparse")
        self.git("commit", "-qm", "work", "--allow-empty")

    def variety(self):
        """States of index and checkout that exclude each other."""
        kind = self.random.randrange(16)
        if kind == 0:
            self.traits.append("worktree")
            other = os.fsencode(self.base / "tree of it")
            self.git("worktree", "add", "-q", "--detach", other)
            self.top = self.place = other
        elif kind == 1:
            self.traits.append("split index")
            self.git("update-index", "--split-index")
            self.git("config", "core.splitIndex", "true")
        elif kind == 2:
            self.traits.append("index version 4, untracked cache")
            self.git("update-index", "--index-version", "4", "--untracked-cache")
        elif kind == 3:
            self.traits.append("assumed unchanged")
            tracked = [path for path in self.git("ls-files", "-z").split(b"\0") if path]
            self.git("update-index", "--assume-unchanged", "--", self.random.choice(tracked))
        elif kind == 4:
            self.traits.append("sparse")
            self.git("sparse-checkout", "set", "--no-cone", "/*", "!/out/")
        elif kind == 5:
            self.traits.append("intent to add")
            self.write(b"intended")
            self.git("add", "-N", "intended", check=False)
        elif kind in (6, 7):
            self.traits.append("stash")
            with open(os.path.join(self.top, b".gitignore"), "ab") as file:
                file.write(b"*.tmp\n")
            self.git("stash", "-q")
        elif kind == 8:
            self.traits.append("remote")
            self.git("remote", "add", "origin", "https://user:token@example.com/x.git")
            self.git("config", "branch.main.remote", "origin")
        elif kind == 9:
            self.traits.append("packed")
            self.git("gc", "-q")

    def merge(self):
        self.write(b"fought over")
        with open(os.path.join(self.top, b"fought over"), "wb") as file:
            file.write(b"base\n")
        self.commit()
        self.git("checkout", "-qb", "other")
        for text, branch in ((b"theirs\n", None), (b"ours\n", "main")):
            if branch:
                self.git("checkout", "-q", branch)
            with open(os.path.join(self.top, b"fought over"), "wb") as file:
                file.write(text)
            self.commit()
        self.git("merge", "-q", "other", check=False)

    def nested(self, name, has_commit):
        path = os.path.join(self.top, name)
        if os.path.lexists(path):
            return
        os.makedirs(path)
        sha256 = ["--object-format=sha256"] if "sha256" in self.traits else []
        self.git("init", "-q", *sha256, directory=path)
        if has_commit:
            self.git("commit", "-q", "--allow-empty", "-m", "inner", directory=path)

    def submodule(self):
        other = self.base / "sub"
        os.makedirs(other)
        self.git("init", "-q", directory=other)
        (other / "s").write_text("s")
        self.git("add", "s", directory=other)
        self.git("commit", "-qm", "s", directory=other)
        self.git("submodule", "-q", "add", "../sub", "sub module")
        self.commit()
        if self.chance(0.5, "submodule changed"):
            inside = os.path.join(self.top, b"sub module")
            self.git("commit", "-q", "--allow-empty", "-m", "2", directory=inside)
            with open(os.path.join(inside, b"s"), "w") as file:
                file.write("dirty")

    def hostile(self):
        """Programs in every place where git would look for one; each would leave a file."""
        mark = self.base / "RAN"
        evil = f"touch '{mark}'"
        settings = {
            "core.fsmonitor": f"{evil}; true", "core.sshCommand": evil, "core.pager": evil, "core.editor": evil,
            "filter.evil.clean": f"{evil}; cat", "filter.evil.smudge": f"{evil}; cat", "filter.evil.process": evil,
            "filter.evil.required": "true", "diff.evil.textconv": f"{evil}; cat", "diff.evil.command": evil,
            "diff.external": evil, "merge.evil.driver": evil, "credential.helper": f"!{evil}", "gpg.program": evil,
        }
        for name, value in settings.items():
            self.git("config", name, value)
        common = self.git("rev-parse", "--path-format=absolute", "--git-common-dir")[:-1]
        os.makedirs(os.path.join(common, b"hooks"), exist_ok=True)
        for hook in ("pre-commit", "post-index-change", "reference-transaction", "post-commit", "post-checkout"):
            path = os.path.join(common, b"hooks", hook.encode())
            with open(path, "w") as file:
                file.write(f"#!/bin/sh\n{evil}\n")
            os.chmod(path, 0o755)
        with open(os.path.join(self.top, b".gitattributes"), "ab") as file:
            file.write(b"* filter=evil diff=evil merge=evil\n")
        self.is_hostile = True

    is_hostile = False

    def work(self):
        """What is done between start and end."""
        for _ in range(self.random.randrange(0, 6)):
            if self.is_hostile and self.random.randrange(3) == 0:
                continue
            self.change_safely()
        if not self.is_hostile and self.chance(0.2, "commits"):
            self.git("add", "-A", "--sparse", check=False)
            self.git("commit", "-qm", "done", "--allow-empty", check=False)
            self.change()

    def change_safely(self):
        """In a hostile repository we ourselves must not call git."""
        if not self.is_hostile:
            return self.change()
        self.write(self.path())
