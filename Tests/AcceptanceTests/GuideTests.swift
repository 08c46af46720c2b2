import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: the guide",
    .enabled(if: Tool.isAvailable("codex"), "needs the real Codex: make bootstrap"),
    .timeLimit(.minutes(10))
)
struct GuideTests {
    /// The checkout that this test was built from.
    private var checkout: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    @Test("every command of docs/guide.md works, in order, in a fresh checkout")
    func everyCommand() async throws {
        let guide = try String(contentsOf: checkout.appendingPathComponent("docs/guide.md"), encoding: .utf8)
        let blocks = Self.commandBlocks(of: guide)
        #expect(blocks.count > 10)
        try await withTemporaryDirectory { directory in
            let copy = directory.appendingPathComponent("oneshot")
            try await freshCheckout(at: copy)
            let result = try await Command(
                "bash",
                ["-c", Self.script(of: blocks)],
                environment: .exactly(environment(home: directory.appendingPathComponent("home"), checkout: copy)),
                directory: copy,
                timeout: .seconds(540)
            ).run()
            #expect(result.succeeded, "\(result.text)\n\(result.errorText)")
        }
    }

    /// The tracked files, with what has been built and installed already.
    private func freshCheckout(at copy: URL) async throws {
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        let tree = try await Command("git", ["ls-files", "-z"], directory: checkout).runChecked()
        let archive = try await Command(
            "tar",
            ["--null", "--files-from=-", "-c"],
            directory: checkout,
            input: tree.standardOutput
        ).runChecked()
        try await Command("tar", ["-x"], directory: copy, input: archive.standardOutput).runChecked()
        for name in [".build", ".tools"] {
            let target = checkout.appendingPathComponent(name)
            guard FileManager.default.fileExists(atPath: target.path) else { continue }
            try FileManager.default.createSymbolicLink(
                at: copy.appendingPathComponent(name),
                withDestinationURL: target
            )
        }
    }

    private func environment(home: URL, checkout: URL) throws -> [String: String] {
        // Codex refuses a home below TMPDIR.
        let temporary = checkout.appendingPathComponent("tmp")
        for directory in [home.appendingPathComponent(".local/bin"), temporary] {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        }
        let inherited = ProcessInfo.processInfo.environment
        var environment = ["HOME": home.path, "TMPDIR": temporary.path, "LANG": "C.UTF-8"]
        environment["PATH"] = inherited["PATH"]
        if let codex = Tool.codex {
            environment["PATH"] = codex.deletingLastPathComponent().path + ":" + (inherited["PATH"] ?? "")
        }
        return environment
    }

    /// The contents of the fenced `bash` blocks, but not the one that builds.
    private static func commandBlocks(of guide: String) -> [String] {
        guide.components(separatedBy: "```bash\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
            .map { $0.replacing("make bootstrap build\n", with: "") }
    }

    private static func script(of blocks: [String]) -> String {
        let clean = "trap 'oneshot down >/dev/null 2>&1; kill $(jobs -p) 2>/dev/null' EXIT"
        let echoed = blocks.map { "echo '== '\(Command.quote($0))\n\($0)" }
        return (["set -eo pipefail", clean] + echoed).joined(separator: "\n")
    }
}
