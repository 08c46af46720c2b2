import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: a hostile repository",
    .enabled(if: Tool.isAvailable(Tool.oneshot), "needs the built program: swift build"),
    .timeLimit(.minutes(5))
)
struct HostileRepositoryTests {
    /// Traps in every place where git looks for a program or a path. A program that is run leaves `RAN`; `outside` must
    /// stay empty.
    private static let traps: [(name: String, script: String)] = [
        (
            "programs of the configuration",
            """
            for key in core.fsmonitor core.sshCommand core.pager core.editor core.askPass core.alternateRefsCommand \
            diff.external diff.evil.command diff.evil.textconv filter.evil.clean filter.evil.smudge filter.evil.process \
            merge.evil.driver gpg.program credential.helper sequence.editor uploadpack.packObjectsHook; do
            git config $key "$EVIL"; done
            git config filter.evil.required true; git config commit.gpgSign true
            printf '* filter=evil diff=evil merge=evil\\n' > .gitattributes; touch -d 'next hour' a .gitattributes
            """
        ),
        (
            "hooks, also from elsewhere",
            """
            mkdir -p .git/hooks ../work/hooks; git config core.hooksPath ../work/hooks
            for hook in pre-commit post-commit post-index-change reference-transaction post-checkout pre-auto-gc; do
            for place in .git/hooks ../work/hooks; do
            printf '#!/bin/sh\\n%s\\n' "$EVIL" > $place/$hook; chmod +x $place/$hook; done; done
            """
        ),
        (
            "an included configuration",
            """
            printf '[core]\\n fsmonitor = %s\\n[filter "evil"]\\n clean = %s\\n process = %s\\n' "$EVIL" "$EVIL" "$EVIL" \
            > .git/more; git config include.path more; echo '* filter=evil' > .gitattributes; touch -d 'next hour' a
            """
        ),
        (
            "objects that would have to be fetched by a program",
            """
            git config core.repositoryFormatVersion 1; git config extensions.partialClone origin
            git config remote.origin.promisor true; git config remote.origin.url "ext::sh -c '$EVIL'"
            git config remote.origin.uploadpack "$EVIL"; git config protocol.ext.allow always
            git config protocol.allow always; git update-index --add --cacheinfo 100644,$(printf %040d 7),missing
            """
        ),
        (
            "submodules with programs of their own",
            """
            git init -q sub; git -C sub -c user.name=a -c user.email=a@b commit -q --allow-empty -m s
            printf '[submodule "sub"]\\n path = sub\\n url = ext::sh -c %s\\n update = !%s\\n' "'$EVIL'" "$EVIL" > .gitmodules
            echo s > sub/s; git -C sub add s; git -C sub -c user.name=a -c user.email=a@b commit -qm s
            git add sub .gitmodules 2>/dev/null; git config submodule.sub.url "ext::sh -c '$EVIL'"
            git config submodule.sub.ignore none; git -C sub config core.fsmonitor "$EVIL"
            git -C sub config filter.evil.clean "$EVIL"; echo '* filter=evil' > sub/.gitattributes
            echo changed > sub/s; touch -d 'next hour' sub/s
            """
        ),
        (
            "links out of the tree",
            """
            ln -s ../outside way-out; ln -s / root; mkdir -p down; ln -s ../../outside down/out
            git add -A; rm -r down; ln -s ../outside down
            """
        ),
        ("objects borrowed from elsewhere", "mkdir ../work/none; echo ../work/none > .git/objects/info/alternates"),
        (
            "a tree that holds .git/config",
            """
            blob=$(echo "[core] fsmonitor = $EVIL" | git hash-object -w --stdin)
            inner=$(printf "100644 blob $blob\\tconfig\\n" | git mktree)
            outer=$(printf "040000 tree $inner\\t.git\\n" | git mktree)
            git update-ref refs/heads/trap $(git -c user.name=a -c user.email=a@b commit-tree -m x $outer)
            """
        ),
    ]

    @Test("runs nothing and writes nothing outside, whatever is done with it", arguments: traps.map(\.name))
    func harmless(name: String) async throws {
        try await withBench { bench in
            let script = try #require(Self.traps.first { $0.name == name }).script
            let evil = "touch \(bench.home.path)/RAN; cat"
            let shell = { (text: String) in
                let result = try await bench.run("bash", ["-euc", text], setting: ["EVIL": evil, "LC_ALL": "C"])
                try #require(result.succeeded, "\(result.errorText)")
                return result.text
            }
            _ = try await shell(
                """
                mkdir ../outside ../repo; cd ../repo; git init -q -b main; echo a > a; git add a
                git -c user.name=a -c user.email=a@b commit -qm a
                \(script)
                rm -f "$HOME/RAN"
                """
            )
            let repository = bench.home.appendingPathComponent("repo").path
            func task(_ words: String...) async throws -> CommandResult {
                let words = ["task"] + words + ["-C", repository, "--workspace", bench.workspace.path]
                return try await bench.run(bench.oneshot.path, words)
            }
            _ = try await task("check", "--fix")
            #expect(try await task("start", "T").succeeded)
            _ = try await shell("echo more >> ../repo/a; echo n > ../repo/new; touch -d 'next hour' ../repo/a")
            #expect(try await task("snapshot").succeeded)
            #expect(try await task("resume").succeeded)
            _ = try await task("check")
            let ended = try await task("end")
            #expect(ended.succeeded, "\(ended.errorText)")
            let created = ended.text.trimmingCharacters(in: .newlines)
            let prepared = try await bench("prepare", created)
            #expect(prepared.succeeded || prepared.errorText.split(separator: "\n").count == 1, "\(prepared.errorText)")
            #expect(try await task("start", "Again").succeeded)
            #expect(try await task("abort").succeeded)
            // Of a tree that git rejects there is git's own reason, in one line.
            let rejected = try await task("create", "From the trap", "--no-agent", "--base", "trap")
            #expect(rejected.succeeded || rejected.errorText.split(separator: "\n").count == 1, "\(rejected.errorText)")
            #expect(try await shell("ls ../outside; ls ../RAN 2>/dev/null || true") == "")
        }
    }

    @Test("a workspace that the repository's own links would put elsewhere is refused")
    func linkedWorkspace() async throws {
        try await withBench { bench in
            let setup = """
                mkdir ../repo ../outside; cd ../repo; git init -q; echo a > a; ln -s ../outside data; git add -A
                git -c user.name=a -c user.email=a@b commit -qm a
                """
            #expect(try await bench.run("bash", ["-euc", setup]).succeeded)
            let repository = bench.home.appendingPathComponent("repo")
            let result = try await bench("task", "start", "T", in: repository)
            #expect(!result.succeeded)
            #expect(result.errorText.contains("symbolic link"))
            let outside = bench.home.appendingPathComponent("outside").path
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
            #expect(
                try await bench("task", "start", "T", "--workspace", bench.workspace.path, in: repository).succeeded
            )
        }
    }

    @Test("a working tree that its configuration puts elsewhere is refused")
    func elsewhere() async throws {
        try await withBench { bench in
            let secret = bench.home.appendingPathComponent("private")
            try FileManager.default.createDirectory(at: secret, withIntermediateDirectories: true)
            let setup = "mkdir ../repo; cd ../repo; git init -q; git config core.worktree ../../private"
            #expect(try await bench.run("bash", ["-euc", setup]).succeeded)
            let repository = bench.home.appendingPathComponent("repo").path
            for command in ["start", "check"] {
                let words = ["task", command] + (command == "start" ? ["T"] : []) + ["-C", repository]
                let result = try await bench.run(bench.oneshot.path, words)
                #expect(!result.succeeded)
                #expect((result.text + result.errorText).contains("core.worktree"))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: secret.path).isEmpty)
        }
    }
}
