import Foundation
public import OneShotCore

/// What clients must know when a recorder asks them for a token: the password of their proxy credentials, whose user
/// name is the run id.
///
/// It is kept in a file of the workspace that only its owner can read, so that `oneshot trace`, `status` and `doctor`
/// find it.
public struct ProxyToken: Sendable, Equatable {
    public let text: String
    /// Nobody has seen it yet.
    public let isNew: Bool

    /// Names the token that is wanted instead of a generated one.
    public static let variable = "ONESHOT_PROXY_TOKEN"

    /// The token that the environment names, else the one in the file, else a new one; the file holds it afterwards.
    ///
    /// - Throws: ``WorkbenchError/badToken``, `FileError`.
    public static func prepare(in workspace: Workspace, environment: [String: String]) throws -> ProxyToken {
        let file = file(in: workspace)
        let kept = read(file)
        if let wanted = environment[variable], !wanted.isEmpty {
            guard isUsable(wanted) else { throw WorkbenchError.badToken }
            if wanted != kept { try write(wanted, to: file) }
            return ProxyToken(text: wanted, isNew: false)
        }
        if let kept { return ProxyToken(text: kept, isNew: false) }
        let made = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        try write(made, to: file)
        return ProxyToken(text: made, isNew: true)
    }

    static func file(in workspace: Workspace) -> URL { workspace.state.appendingPathComponent("proxy-token") }

    /// - Returns: nil where there is none that can be used.
    static func read(_ file: URL) -> String? {
        let text = (try? String(contentsOf: file, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
        return text.flatMap { isUsable($0) ? $0 : nil }
    }

    private static func write(_ text: String, to file: URL) throws {
        try AtomicFile.makeDirectory(file.deletingLastPathComponent())
        try AtomicFile.write(text + "\n", to: file, mode: 0o600)
    }

    /// Such that it stands in a URL as it is.
    private static func isUsable(_ text: String) -> Bool {
        (8...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._~".utf8.contains(byte)
                }
            }
    }
}
