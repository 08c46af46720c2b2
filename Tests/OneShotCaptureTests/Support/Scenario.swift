import Testing

/// A repository in some state, and work that is done on it.
struct Scenario: Sendable, CustomTestStringConvertible {
    let name: String
    /// Makes the repository, in its directory.
    let setup: String
    /// Done between start and end.
    let work: String

    /// Tracked files that a sparse checkout keeps out of the working tree, but not out of a snapshot.
    let unseen: [String]

    init(_ name: String, setup: String, work: String, unseen: [String] = []) {
        self.name = name
        self.unseen = unseen
        self.setup = setup
        self.work = work
    }

    var testDescription: String { name }

    private static let base = """
        git init -q; printf 'one\\ntwo\\n' > a.txt; mkdir src; echo 'print(1)' > src/main.py; echo '*.log' > .gitignore
        git add -A; git commit -qm base

        """

    static let all: [Scenario] = [
        Scenario("a clean tree", setup: base, work: "echo three >> a.txt; echo new > b.txt"),
        Scenario("nothing done", setup: base, work: "true"),
        Scenario(
            "staged, unstaged and untracked changes",
            setup: base + "echo staged > a.txt; git add a.txt; echo unstaged > a.txt; echo new > u.txt; echo l > x.log",
            work: "echo more >> u.txt; rm a.txt; echo l2 > x.log"
        ),
        Scenario(
            "a file changed in the tick in which the index was written",
            setup: base + "printf 'ONE\\ntwo\\n' > a.txt; touch -r .git/index a.txt",
            work: "printf 'ONE\\nTWO\\n' > a.txt; touch -r .git/index a.txt"
        ),
        Scenario(
            "a deleted file, staged and not",
            setup: base + "git rm -q --cached a.txt; rm src/main.py",
            work: "rm a.txt; echo back > src/back.py"
        ),
        Scenario(
            "binary files",
            setup: base + "head -c 70000 /dev/urandom > blob.bin; git add -A; git commit -qm b",
            work: "head -c 70001 /dev/urandom > blob.bin; printf '\\0\\1\\2' > new.bin; printf 'x\\0y' > a.txt"
        ),
        Scenario(
            "binary files that attributes call text",
            setup: base + "echo '*.bin diff' > .gitattributes; head -c 5000 /dev/urandom > blob.bin; git add -A; "
                + "git commit -qm b",
            work: "head -c 5000 /dev/urandom > blob.bin; printf 'a\\r\\n\\0\\r' > c.bin"
        ),
        Scenario("mode changes", setup: base, work: "chmod +x a.txt; echo '#!/bin/sh' > run; chmod +x run"),
        Scenario(
            "symbolic links",
            setup: base + "ln -s a.txt link; ln -s /nowhere dangling; git add -A; git commit -qm l",
            work: "ln -sf src link; rm a.txt; ln -s src/main.py a.txt; rm dangling; echo file > dangling"
        ),
        Scenario(
            "a file that becomes a directory, and the other way round",
            setup: base,
            work: "rm a.txt; mkdir a.txt; echo deep > a.txt/deep; rm -r src; echo flat > src"
        ),
        Scenario("renames", setup: base, work: "git mv a.txt moved.txt 2>/dev/null || mv a.txt moved.txt; mv src lib"),
        Scenario(
            "names that need quoting",
            setup: base
                + #"echo q > "$(printf 'q"uote')"; echo n > "$(printf 'new\nline')"; echo t > "$(printf 'tab\tbed')""#,
            work: #"echo 2 >> "$(printf 'new\nline')"; echo u > 'ümläut ☃.txt'; echo s > ' lead and trail '; "#
                + #"echo b > 'back\slash'; echo g > 'glob*[a]?'; echo m > ':(top)magic'; echo d > ./-dash"#
        ),
        Scenario(
            "names that are not UTF-8",
            setup: base + #"echo 1 > "$(printf 'latin\351.txt')""#,
            work: #"echo 2 > "$(printf 'latin\351.txt')"; echo 3 > "$(printf 'other\377')""#
        ),
        Scenario(
            "an unborn branch",
            setup: "git init -q; echo first > f; git add f; echo second > g",
            work: "echo 3 > h"
        ),
        Scenario("an empty repository", setup: "git init -q", work: "echo 1 > f"),
        Scenario("a detached HEAD", setup: base + "git checkout -q --detach", work: "echo 1 > f; git add f"),
        Scenario(
            "commits made during the task",
            setup: base + "echo dirty >> a.txt",
            work: "git add -A; git commit -qm work; echo uncommitted > c"
        ),
        Scenario(
            "a branch switched and a stash made during the task",
            setup: base + "echo dirty >> a.txt",
            work: "git stash -q; git checkout -qb other; echo o > other; git add other; git commit -qm o"
        ),
        Scenario(
            "a SHA-256 repository",
            setup: base.replacing("init -q", with: "init -q --object-format=sha256"),
            work: "echo 2 > a.txt"
        ),
        Scenario(
            "submodules",
            setup: "git init -q ../sub; cd ../sub; echo s > s; git add s; git commit -qm s; cd ../repo; " + base
                + "git submodule -q add ../sub sub; git commit -qm sub",
            work: "cd sub; echo 2 > s; git commit -qam 2; echo dirty > s"
        ),
        Scenario(
            "a repository inside the working tree",
            setup: base + "git init -q in; echo i > in/i; git -C in add i; git -C in commit -qm i; git init -q unborn; "
                + "echo u > unborn/u",
            work: "echo 1 > f"
        ),
        Scenario(
            "a merge with conflicts",
            setup: base
                + "git checkout -qb b; echo b > a.txt; git commit -qam b; git checkout -q main; echo m > a.txt; "
                + "git commit -qam m; git merge -q b >/dev/null || true",
            work: "echo resolved > a.txt"
        ),
        Scenario(
            "a split index",
            setup: base + "git update-index --split-index; echo x > x; git add x; git config core.splitIndex true",
            work: "echo y > a.txt"
        ),
        Scenario(
            "an index with an untracked cache, in version 4",
            setup: base + "git config core.untrackedCache true; git update-index --index-version 4 --untracked-cache; "
                + "git status >/dev/null",
            work: "echo y > a.txt; echo z > src/z"
        ),
        Scenario(
            "a sparse checkout",
            setup: base + "mkdir out; echo o > out/o; git add -A; git commit -qm o; git sparse-checkout set src",
            work: "echo 1 >> src/main.py; mkdir -p new; echo n > new/n",
            unseen: ["out/o"]
        ),
        Scenario(
            "files assumed unchanged",
            setup: base + "git update-index --assume-unchanged a.txt; echo changed > a.txt",
            work: "echo again > a.txt"
        ),
        Scenario(
            "line ends that attributes change",
            setup: "git init -q; git config core.autocrlf true; git config core.safecrlf true; "
                + "printf 'x\\r\\ny\\r\\n' > win.txt; git add .; git commit -qm w; printf 'x\\r\\nq\\r\\n' > win.txt",
            work: "printf 'x\\r\\nz\\r\\n' > win.txt; printf 'new\\r\\n' > new.txt"
        ),
        Scenario(
            "reflogs for every ref",
            setup: base + "git config core.logAllRefUpdates always; git commit -q --allow-empty -m 2",
            work: "echo 1 > f"
        ),
        Scenario(
            "hooks, filters and monitors that must not run",
            setup: base + """
                git config core.fsmonitor 'touch ../repo/RAN; true'
                git config filter.evil.clean 'touch RAN; cat'; git config filter.evil.process 'touch RAN'
                git config filter.evil.required true; git config diff.evil.textconv 'touch RAN; cat'
                git config diff.evil.command 'touch RAN'; git config diff.external 'touch RAN'
                echo '* filter=evil diff=evil' > .gitattributes
                for h in pre-commit post-index-change reference-transaction post-commit; do
                printf '#!/bin/sh\\ntouch RAN\\n' > .git/hooks/$h; chmod +x .git/hooks/$h; done
                git config user.useConfigOnly true; git config commit.gpgSign true
                touch -d 'next hour' .gitattributes src/main.py
                """,
            // Git looks again at files that are newer than its index, in whichever command writes the index next.
            work: "echo 2 > a.txt; touch -d 'next hour' a.txt"
        ),
        Scenario(
            "settings that change what diffs look like",
            setup: base + """
                git config diff.noprefix true; git config diff.renames copies; git config color.ui always
                git config diff.suppressBlankEmpty true; git config diff.context 0; git config apply.whitespace fix
                git config diff.ignoreSubmodules all; git config core.quotePath true
                printf 'a \\n\\n\\tb\\n' > w; git add w; git commit -qm w
                """,
            work: "printf 'a  \\n\\n\\tb \\nno line end' > w"
        ),
    ]
}
