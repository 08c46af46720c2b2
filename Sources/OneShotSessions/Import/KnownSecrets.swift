import Foundation
import OneShotCore
import OneShotStore

/// The credentials that the recorder has kept out of its bodies, kept out of what is imported as well. A workspace in
/// which nothing was recorded knows none.
struct KnownSecrets: Sendable {
    /// What the recorder writes in their place.
    private static let placeholder = Data("[REDACTED]".utf8)

    private let key: FingerprintKey?
    private let secrets: [SecretFingerprint]

    /// - Throws: ``StoreError``.
    init(_ workspace: Workspace) async throws {
        let file = FingerprintKey.url(beside: workspace.rawDatabase)
        guard FileManager.default.fileExists(atPath: file.path),
            FileManager.default.fileExists(atPath: workspace.rawDatabase.path)
        else {
            key = nil
            secrets = []
            return
        }
        key = try FingerprintKey.loadOrCreate(at: file)
        // The same that the recorder looks for in bodies: short values and cookies stand in innocent places too.
        secrets = try await RawStore.openForReading(workspace.rawDatabase).secrets().filter { secret in
            secret.length >= 12 && !secret.name.hasPrefix("cookie:") && secret.name != "proxy-authorization"
        }
    }

    func mask(_ text: Data) -> Data {
        guard let key, !secrets.isEmpty else { return text }
        let bytes = Array(text)
        var result = Data()
        var next = 0
        // By their ends; the longest of those that begin at one place, and none inside of another.
        let found = key.occurrences(of: secrets, in: bytes).map(\.range)
            .sorted { ($0.lowerBound, $1.upperBound) < ($1.lowerBound, $0.upperBound) }
        for range in found where range.lowerBound >= next {
            result += bytes[next..<range.lowerBound]
            result += Self.placeholder
            next = range.upperBound
        }
        return next == 0 ? text : result + bytes[next...]
    }
}
