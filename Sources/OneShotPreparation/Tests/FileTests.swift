import Foundation
import OneShotCore

/// Tests about files as such, for changes that nothing better is known about: that what was added is there, what was
/// removed is gone, and what was changed is no longer what it was, and parses.
struct FileTests {
    let change: FileChange
    /// SHA-256 of the file's content at the start.
    let startDigest: String?

    func test() -> GeneratedTest {
        let file = Python.literal(change.path)
        guard let end = change.end else {
            return GeneratedTest(change.path, "is gone", group: .files, body: "assert_gone(\(file))")
        }
        if let start = change.start, start.object == end.object {
            return end.isExecutable
                ? GeneratedTest(change.path, "is executable", group: .files, body: "assert_executable(\(file))")
                : GeneratedTest(change.path, "is not executable", group: .files, body: "assert_not_executable(\(file))")
        }
        guard end.isFile else {
            return GeneratedTest(change.path, "is there", group: .files, body: "assert_there(\(file))")
        }
        guard let startDigest else {
            return GeneratedTest(
                change.path,
                "is there and parses",
                group: .files,
                body: "assert_there(\(file))",
                parses
            )
        }
        return GeneratedTest(
            change.path,
            "was changed and parses",
            group: .files,
            body: "assert_changed(\(file), \(Python.literal(startDigest)))",
            parses
        )
    }

    private var parses: String { "assert_parses(\(Python.literal(change.path)))" }
}
