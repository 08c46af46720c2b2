import Foundation
import OneShotProcess

/// Whether the solution's own code blocks parse, by the same lines of Python that the tests use. Nothing of them is run.
enum DocumentParser {
    /// False where it cannot be found out.
    static func parses(_ language: String, _ code: String) async -> Bool {
        let program = """
            import ast, json, subprocess, sys, textwrap
            \(TestSkeleton.parser)
            parse(sys.argv[1], sys.stdin.read())
            """
        let result = try? await Command(
            "python3",
            ["-I", "-c", program, language],
            input: Data(code.utf8),
            timeout: .seconds(20)
        ).run()
        return result?.succeeded ?? false
    }
}
