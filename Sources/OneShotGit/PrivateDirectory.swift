import Foundation
import OneShotCore

/// Runs `body` with an empty directory that only this person can read, and removes it afterwards.
func withPrivateDirectory<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (URL) async throws -> Result
) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("oneshot-\(UUID().uuidString)")
    try AtomicFile.makeDirectory(directory, mode: 0o700)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory)
}
