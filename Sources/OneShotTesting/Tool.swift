public import Foundation

/// The real programs that integration tests use.
public enum Tool: Sendable {
    /// The real Codex: `ONESHOT_CODEX`, else `codex` on `PATH`.
    public static var codex: URL? { override("ONESHOT_CODEX") ?? find("codex") }

    /// A Python that has the official `mcp` package: `ONESHOT_TEST_PYTHON`, else `python3` on `PATH`.
    public static var python: URL? { override("ONESHOT_TEST_PYTHON") ?? find("python3") }

    /// The `oneshot` that was built with the tests.
    public static var oneshot: URL? {
        override("ONESHOT") ?? neighbour("oneshot")
    }

    /// Claude Code's own binary, where the Python of the tests has `claude-agent-sdk`.
    public static var claude: URL? {
        guard let python else { return nil }
        let library = python.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
        return
            versions
            .map { library.appendingPathComponent("\($0)/site-packages/claude_agent_sdk/_bundled/claude") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// Whether a test that needs `tool` is to run. In CI it always is: there a missing tool is a failure, not a skip.
    public static func isAvailable(_ tool: URL?) -> Bool {
        tool != nil || ProcessInfo.processInfo.environment["CI"] != nil
    }

    /// Whether a test that needs the program `name` is to run.
    public static func isAvailable(_ name: String) -> Bool {
        isAvailable(name == "codex" ? codex : find(name))
    }

    /// The first executable of this name on `PATH`.
    public static func find(_ name: String) -> URL? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    private static func override(_ variable: String) -> URL? {
        ProcessInfo.processInfo.environment[variable].map { URL(fileURLWithPath: $0) }
    }

    /// A product in the directory that holds the test bundle.
    private static func neighbour(_ name: String) -> URL? {
        let candidates = CommandLine.arguments.map { URL(fileURLWithPath: $0) } + [Bundle.main.bundleURL]
        return candidates.flatMap { [$0, $0.deletingLastPathComponent()] }
            .map { $0.appendingPathComponent(name) }
            .first {
                var isDirectory: ObjCBool = false
                return FileManager.default.fileExists(atPath: $0.path, isDirectory: &isDirectory)
                    && !isDirectory.boolValue && FileManager.default.isExecutableFile(atPath: $0.path)
            }
    }
}
