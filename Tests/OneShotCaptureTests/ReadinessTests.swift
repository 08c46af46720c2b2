import Foundation
import OneShotCapture
import OneShotCore
import Testing

@Suite("Readiness", .timeLimit(.minutes(5)))
struct ReadinessTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var setup: String
        var expected: [String]
        var isReady: Bool
    }

    private static let base = "git init -q; echo a > a; git add a; git commit -qm a; "
    private static let conflict =
        base + "git checkout -qb b; echo b > a; git commit -qam b; git checkout -q main; "
        + "echo c > a; git commit -qam c; "

    private static let cases = [
        Case(testDescription: "a clean repository", setup: base, expected: [], isReady: true),
        Case(testDescription: "an unborn branch", setup: "git init -q", expected: [], isReady: true),
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
            testDescription: "a bisection",
            setup: base + "git bisect start >/dev/null",
            expected: ["operation_in_progress"],
            isReady: true
        ),
        Case(
            testDescription: "a submodule that was not fetched",
            setup: "git init -q ../sub; cd ../sub; " + base + "cd ../repo; git init -q; git submodule -q add ../sub s; "
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
            #expect(fixed.readiness.findings.map(\.id) == ["open_task"])
            #expect(!FileManager.default.fileExists(atPath: half.path))
            #expect(try await repository.fingerprint() == before)
            #expect(try await capture.fix(in: repository.top).done == [])
        }
    }
}
