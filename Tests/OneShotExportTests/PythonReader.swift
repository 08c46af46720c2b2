import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotExport

/// A program that is not ours and reads what we have exported; its packages are those of scripts/requirements-test.txt.
enum PythonReader {
    static let reason: Comment = "needs the Python of scripts/bootstrap.sh --tests"

    /// - Parameters:
    ///   - files: by name, in the directory in which the program runs.
    ///   - network: nothing of what is read needs one.
    /// - Returns: what it printed.
    static func run(_ program: String, files: [String: String]) async throws -> String {
        let python = try #require(Tool.python)
        return try await withTemporaryDirectory { directory in
            for (name, text) in files {
                try text.write(to: directory.appendingPathComponent(name), atomically: true, encoding: .utf8)
            }
            let result = try await Command(
                python.path,
                ["-c", program],
                environment: .exactly([
                    "PATH": "/usr/bin:/bin", "HOME": directory.path, "TMPDIR": directory.path, "LANG": "C.UTF-8",
                    "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": directory.path,
                ]),
                directory: directory,
                timeout: .seconds(120)
            ).run()
            #expect(result.succeeded, "\(result.text)\n\(result.errorText)")
            return result.text
        }
    }
}
