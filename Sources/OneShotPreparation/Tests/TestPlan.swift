import Foundation
import OneShotCore

/// What a session's changes become: tests that are really used, files that are hidden from the agent, and the rest,
/// which is the solution.
struct TestPlan: Sendable {
    /// Functions of `test_skeleton.py`.
    var tests: [GeneratedTest] = []
    /// What runs the session's own tests.
    var suites: [TestSuites.Suite] = []
    /// Laid over the repository before the tests run: the session's own test files.
    var hidden: [FileChange] = []
    /// What the solution's patch holds.
    var solution: [FileChange] = []
    /// What a person should know about these tests.
    var notes: [String] = []

    /// - Parameter end: the tree that all changes together make.
    init(changes: [FileChange], end: FileTree, objects: TaskObjects) async throws {
        let testFiles = changes.filter { $0.kind == .test && $0.end?.isFile == true && $0.isContained }
        let drafted = try await SuiteDraft(files: end) { try await objects.text(of: $0) }
            .suites(for: testFiles.map(\.path))
        let hasOtherChanges = changes.contains { $0.kind != .test }
        // When tests are all that the session wrote, they are the solution and cannot grade it.
        if !drafted.isEmpty, hasOtherChanges {
            hidden = testFiles
            suites = drafted
        }
        let kept = Set(hidden.map(\.rawPath))
        solution = changes.filter { !kept.contains($0.rawPath) }
        try await addDocumentTests(end: end)
        if tests.isEmpty, suites.isEmpty { try await addFileTests(objects: objects) }
        tests = tests.withUniqueNames(besides: suites.map(\.id))
    }

    /// Everything that a criterion can be bound to.
    var bindable: [GeneratedTest] { suites.map { GeneratedTest(suite: $0.id) } + tests }

    /// Whether all that is known to test is that files are there.
    var isWeak: Bool { suites.isEmpty && tests.allSatisfy { $0.group == .files } }

    /// Adds a suite that a model has drafted.
    ///
    /// - Parameter keepsFileTests: tests that only look at files go otherwise: they refuse solutions that change others.
    mutating func add(_ drafted: TestSuites.Suite, keepsFileTests: Bool) {
        if isWeak {
            notes = []
            if !keepsFileTests { tests = [] }
        }
        suites.append(drafted)
        notes.append(
            "\(drafted.id) was drafted by \(drafted.draftedBy ?? "a model"): read "
                + drafted.paths.map { "evaluation/tests_skeleton/repo_tests/\($0)" }.joined(separator: ", ")
                + "; 'oneshot validate' has to admit it"
        )
    }

    private mutating func addDocumentTests(end: FileTree) async throws {
        let directories = end.directories
        for change in solution where change.kind == .documentation {
            let documentation = DocumentationTests(change: change, files: end, directories: directories)
            tests += documentation.tests() + (await documentation.blocks(parses: DocumentParser.parses))
        }
    }

    private mutating func addFileTests(objects: TaskObjects) async throws {
        for change in solution.prefix(50) {
            var digest: String?
            if let start = change.start, start.isFile { digest = Digest.sha256(try await objects.blob(start.object)) }
            tests.append(FileTests(change: change, startDigest: digest).test())
        }
        notes.append(
            "the session changed no tests, so the tests only check that files were changed and parse; "
                + "write better ones in evaluation/tests_skeleton/test_skeleton.py"
        )
    }
}
