import Foundation

/// The files of an installed Codex. The binary needs its neighbours (code mode host, search tool), so the layout is
/// kept as it was installed.
struct CodexPackage: Sendable, Equatable {
    /// What is mounted.
    let host: URL
    /// Where it is mounted, and where the binary then is, below `/opt/agent`.
    let mountPoint: String
    let binary: String
    /// The binary on this machine.
    let executable: URL

    /// - Parameters:
    ///   - path: the binary, or its package's directory; takes precedence.
    ///   - environment: for `ONESHOT_CODEX` and `PATH`.
    /// - Throws: ``TrialError/agentMissing(name:remedy:)``.
    static func locate(path: URL?, environment: [String: String]) throws -> CodexPackage {
        let named = NativeBinary.named(path, variable: "ONESHOT_CODEX", environment: environment)
        if let named {
            guard let package = CodexPackage(at: named) else {
                throw TrialError.agentMissing(name: "codex", remedy: "\(named.path) is not a Codex binary or package")
            }
            return package
        }
        let onPath = NativeBinary.places(of: "codex", environment: environment)
        guard let package = onPath.lazy.compactMap(CodexPackage.init).first else {
            throw TrialError.agentMissing(
                name: "codex",
                remedy:
                    "install it ('pip install openai-codex-cli-bin'), or name its binary with --agent-path or ONESHOT_CODEX"
            )
        }
        return package
    }

    /// - Returns: nil for what is no native binary: a wrapper script such as codex-synth stands for another `codex`
    ///   further down the `PATH`.
    init?(at url: URL) {
        var file = url.resolvingSymlinksInPath()
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory) else { return nil }
        if isDirectory.boolValue { file = file.appendingPathComponent("bin/codex").resolvingSymlinksInPath() }
        if NativeBinary.isScript(file), let vendored = Self.vendored(beside: file) { file = vendored }
        guard NativeBinary.isOne(file) else { return nil }
        executable = file
        let package = file.deletingLastPathComponent().deletingLastPathComponent()
        let isPackage = ["codex-package.json", "codex-resources", "codex-path"].contains {
            FileManager.default.fileExists(atPath: package.appendingPathComponent($0).path)
        }
        if isPackage {
            host = package
            mountPoint = "codex"
            binary = "codex/\(file.deletingLastPathComponent().lastPathComponent)/\(file.lastPathComponent)"
        } else {
            host = file
            mountPoint = "codex/bin/codex"
            binary = mountPoint
        }
    }

    /// The binary that npm's launcher script starts.
    private static func vendored(beside script: URL) -> URL? {
        let vendor = script.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("vendor")
        let targets = (try? FileManager.default.contentsOfDirectory(atPath: vendor.path)) ?? []
        return targets.sorted().map { vendor.appendingPathComponent("\($0)/codex/codex") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
