import Foundation
import OneShotCore

/// What a session's changes become: tests that are really used, files that are hidden from the agent, and the rest,
/// which is the solution.
struct TestPlan: Sendable {
    var tests: [GeneratedTest] = []
    /// Laid over the repository before the tests run: the session's own test files.
    var hidden: [FileChange] = []
    /// What the solution's patch holds.
    var solution: [FileChange] = []
    /// What a person should know about these tests.
    var notes: [String] = []

    /// - Parameter end: the tree that all changes together make.
    init(changes: [FileChange], end: FileTree, objects: TaskObjects) async throws {
        let testFiles = changes.filter { $0.kind == .test && $0.end?.isFile == true && $0.isContained }
        var texts: [String: String] = [:]
        for entry in end.entries where !entry.path.contains("/") {
            if let text = try await objects.text(of: entry) { texts[entry.path] = text }
        }
        let runnable = testFiles.compactMap { change in
            TestRecipe.recipe(for: change.path) { texts[$0] }.map { (change, $0) }
        }
        let hasOtherChanges = changes.contains { $0.kind != .test }
        // When tests are all that the session wrote, they are the solution and cannot grade it.
        if !runnable.isEmpty, hasOtherChanges {
            hidden = testFiles
            tests += runnable.map { Self.behaviour($0, $1) }
        }
        let kept = Set(hidden.map(\.rawPath))
        solution = changes.filter { !kept.contains($0.rawPath) }
        try await addDocumentTests(end: end)
        if tests.isEmpty { try await addFileTests(objects: objects) }
        tests = tests.withUniqueNames
    }

    private static func behaviour(_ change: FileChange, _ recipe: TestRecipe) -> GeneratedTest {
        let call =
            recipe.command.isEmpty
            ? "run_python_tests(\(Python.literal(change.path)))"
            : "run(\(recipe.words(for: change.path).map(Python.literal).joined(separator: ", ")))"
        return GeneratedTest("session", change.path, group: .behaviour, body: call)
    }

    private mutating func addDocumentTests(end: FileTree) async throws {
        let directories = end.directories
        for change in solution where change.kind == .documentation {
            tests += DocumentationTests(change: change, files: end, directories: directories).tests()
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
