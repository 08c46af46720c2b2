import Foundation
import OneShotCore
import OneShotProcess
import Testing

@testable import OneShotCapture

@Suite("Readiness", .timeLimit(.minutes(5)))
struct ReadinessTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var setup: String
        var expected: [String]
        var isReady: Bool
    }

    private static let identity = "git config user.name A; git config user.email a@example.com; "
    private static let base = "git init -q; " + identity + "echo a > a; git add a; git commit -qm a; "
    private static let conflict =
        base + "git checkout -qb b; echo b > a; git commit -qam b; git checkout -q main; "
        + "echo c > a; git commit -qam c; "

    private static let cases = [
        Case(testDescription: "a clean repository", setup: base, expected: [], isReady: true),
        Case(testDescription: "an unborn branch", setup: "git init -q; " + identity, expected: [], isReady: true),
        Case(testDescription: "no repository", setup: "true", expected: ["not_a_repository"], isReady: false),
        Case(testDescription: "a bare one", setup: "git init -q --bare", expected: ["no_working_tree"], isReady: false),
        Case(
            testDescription: "a merge with conflicts",
            setup: conflict + "git merge -q b >/dev/null || true",
            expected: ["operation_in_progress", "conflicts"],
            isReady: false
        ),
        Case(
            testDescription: "a rebase with conflicts",
            setup: conflict + "git rebase -q b >/dev/null 2>&1 || true",
            expected: ["operation_in_progress", "conflicts"],
            isReady: false
        ),
        Case(
            testDescription: "a cherry-pick with conflicts",
            setup: conflict + "git cherry-pick b >/dev/null 2>&1 || true",
            expected: ["operation_in_progress", "conflicts"],
            isReady: false
        ),
        Case(
            testDescription: "a revert with conflicts",
            setup: conflict + "git revert --no-edit HEAD~ >/dev/null 2>&1 || true",
            expected: ["operation_in_progress", "conflicts"],
            isReady: false
        ),
        Case(
            testDescription: "a mail that does not apply",
            setup: conflict + "git format-patch -q -1 --stdout b | git am -q >/dev/null 2>&1 || true",
            expected: ["operation_in_progress"],
            isReady: true
        ),
        Case(
            testDescription: "nobody's identity",
            setup: "git init -q; echo a > a; git add a; git commit -qm a; git config user.name ''",
            expected: ["identity_missing"],
            isReady: true
        ),
        Case(
            testDescription: "a damaged configuration",
            setup: base + "echo '[core' >> .git/config",
            expected: ["git_fails"],
            isReady: false
        ),
        Case(
            testDescription: "pointers of Git LFS",
            setup: base + "echo '*.bin filter=lfs diff=lfs merge=lfs -text' > .gitattributes; echo real > r.bin; "
                + "printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:0\\nsize 9\\n' > p.bin; git add .; "
                + "git commit -qm l",
            expected: ["lfs_not_fetched"],
            isReady: true
        ),
        Case(
            testDescription: "a shallow clone",
            setup: "git init -q ../far; cd ../far; " + base + "git commit -q --allow-empty -m b; cd ..; rmdir repo; "
                + "git clone -q --depth 1 file://$PWD/far repo; cd repo; " + identity,
            expected: ["shallow_clone"],
            isReady: true
        ),
        Case(
            testDescription: "a partial clone",
            setup: "git init -q ../far; cd ../far; " + base
                + "git config uploadpack.allowFilter true; cd ..; rmdir repo; "
                + "git clone -q --no-checkout --filter=blob:none file://$PWD/far repo; cd repo; " + identity,
            expected: ["missing_objects"],
            isReady: true
        ),
        Case(
            testDescription: "a bisection",
            setup: base + "git bisect start >/dev/null",
            expected: ["operation_in_progress"],
            isReady: true
        ),
        Case(
            testDescription: "a submodule that was not fetched",
            setup: "git init -q ../sub; cd ../sub; " + base + "cd ../repo; git init -q; " + identity
                + "git submodule -q add ../sub s; "
                + "git commit -qm s; git submodule -q deinit -f s; rm -rf s/.git",
            expected: ["uninitialised_submodules"],
            isReady: true
        ),
        Case(
            testDescription: "a repository inside, and a file too large",
            setup: base + "git init -q in; truncate -s 60M big.iso",
            expected: ["nested_repositories", "huge_untracked_files"],
            isReady: true
        ),
    ]

    @Test("names what stands in the way", arguments: cases)
    func findings(_ example: Case) async throws {
        try await ScratchRepository.with(example.setup) { repository in
            let before = try await repository.fingerprint()
            let readiness = try await repository.capture.readiness(in: repository.top)
            #expect(readiness.findings.map(\.id) == example.expected)
            #expect(readiness.isReady == example.isReady)
            #expect(readiness.text.hasPrefix(example.isReady ? "ready" : "not ready"))
            #expect(try await repository.fingerprint() == before)
        }
    }

    @Test(
        "secrets are named with file, line and rule, in what changed and in what did not; ignored files are not looked at"
    )
    func secrets() async throws {
        let token = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
        let setup =
            Self.base + "printf 'x\\ntoken=\(token)\\n' > old; echo 'ig' > .gitignore; git add .; git commit -qm s; "
        try await ScratchRepository.with(setup + "echo 'k=\(token)' > new; echo 'k=\(token)' > ig") { repository in
            let capture = try repository.capture
            let found = try await capture.readiness(in: repository.top)
            let finding = try #require(found.findings.first)
            #expect(found.findings.map(\.id) == ["secrets"])
            #expect(finding.severity == .warning)
            #expect(finding.explanation.hasPrefix("new:1: github-token, old:2: github-token: "))
            #expect(finding.remedy == "oneshot prepare TASK --allow new --allow old")
            #expect(!found.text.contains(token))
            var machine = ReadinessMachine()
            machine.searchTime = .zero
            let cut = try await capture.readiness(in: repository.top, on: machine)
            #expect(cut.findings.map(\.id) == ["secrets_search_cut"])
        }
    }

    @Test("what the machine lacks stands in the way: space, leave to write, leave to read, git")
    func machine() async throws {
        try await ScratchRepository.with(Self.base + "echo u > u; echo b > a; ln -s /nowhere l") { repository in
            let capture = try repository.capture
            var full = ReadinessMachine()
            full.freeSpace = { _ in 1_000_000 }
            let space = try await capture.readiness(in: repository.top, on: full)
            #expect(space.findings.map(\.id) == ["disk_space", "disk_space"])
            var locked = ReadinessMachine()
            locked.canWrite = { !$0.path.hasSuffix("objects") }
            let writing = try await capture.readiness(in: repository.top, on: locked)
            #expect(writing.findings.map(\.id) == ["not_writable"])
            var blind = ReadinessMachine()
            blind.canRead = { _, path in path == "l" }
            let reading = try await capture.readiness(in: repository.top, on: blind)
            #expect(reading.findings.map(\.id) == ["unreadable_files"])
            #expect(reading.findings.first?.remedy == "chmod -R u+rX -- a u")
            #expect([space, writing, reading].allSatisfy { !$0.isReady })
            var small = ReadinessMachine()
            small.manyFiles = 2
            let many = try await capture.readiness(in: repository.top, on: small)
            #expect(many.findings.map(\.id) == ["many_untracked_files"])
        }
        #expect(TaskCapture.finding(for: ProcessError.notFound(program: "git"))?.id == "git_missing")
        let nowhere = URL(fileURLWithPath: "/nowhere/at all")
        let absent = try await TaskCapture(workspace: Workspace(root: nowhere)).readiness(in: nowhere)
        #expect(absent.findings.map(\.id) == ["no_such_directory"])
    }

    @Test("the page lists every id, and no other")
    func page() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let sources = root.appendingPathComponent("Sources/OneShotCapture/Readiness")
        var ids: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: sources.path) {
            let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
            ids.formUnion(
                text.matches(of: /\(\s*"([a-z]+_[a-z_]+|conflicts|secrets)",\s*\.(?:error|warning|info)/).map {
                    String($0.1)
                }
            )
        }
        let page = try String(contentsOf: root.appendingPathComponent("docs/formats/readiness.md"), encoding: .utf8)
        let listed = Set(page.matches(of: #/(?m)^\| `([a-z_]+)` \| (?:error|warning|info) /#).map { String($0.1) })
        #expect(ids.count > 15)
        #expect(listed == ids)
    }

    @Test("a remedy that is typed as it stands mends its finding")
    func remedy() async throws {
        try await ScratchRepository.with(Self.base + "truncate -s 60M \"it's big.iso\"") { repository in
            let capture = try repository.capture
            let finding = try #require(try await capture.readiness(in: repository.top).findings.first)
            try await repository.shell(finding.remedy)
            #expect(try await capture.readiness(in: repository.top).findings == [])
        }
    }

    @Test("fixing makes a lost ref again, removes halves of tasks, and touches nothing of the person's")
    func fix() async throws {
        try await ScratchRepository.with(Self.base) { repository in
            let capture = try repository.capture
            let task = try await capture.start(try TaskRequest(title: "T"), in: repository.top)
            try await repository.shell("git update-ref -d refs/oneshot/\(task.taskID)/base")
            let half = capture.workspace.createdTasks.appendingPathComponent(".gone_20200101_000000.partial")
            try FileManager.default.createDirectory(at: half, withIntermediateDirectories: true)
            let found = try await capture.readiness(in: repository.top)
            #expect(found.findings.map(\.id) == ["open_task", "snapshot_unprotected", "partial_tasks"])
            let before = try await repository.fingerprint()
            let fixed = try await capture.fix(in: repository.top)
            #expect(fixed.done.count == 2)
            #expect(fixed.findings.map(\.id) == ["open_task"])
            #expect(fixed.isReady && fixed.notDone == [])
            #expect(fixed.text.hasPrefix("mended: "))
            #expect(!FileManager.default.fileExists(atPath: half.path))
            #expect(try await repository.fingerprint() == before)
            #expect(try await capture.fix(in: repository.top).done == [])
        }
    }

    @Test("fixing says what it did not do, and why")
    func notDone() async throws {
        try await ScratchRepository.with(Self.base + "git bisect start >/dev/null") { repository in
            let before = try await repository.fingerprint()
            let report = try await repository.capture.fix(in: repository.top)
            #expect(report.done == [])
            #expect(report.notDone.count == 1)
            #expect(report.notDone.first?.hasPrefix("operation_in_progress: left to you") == true)
            #expect(report.text.contains("git bisect reset"))
            #expect(try await repository.fingerprint() == before)
        }
    }
}
