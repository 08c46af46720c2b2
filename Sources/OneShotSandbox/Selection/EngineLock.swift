import Foundation
import OneShotCore

/// Holds back other tasks and other processes of this person while something is made that all of them then use: the
/// base image, the probe of an engine, an image. Eight trials that start at once build once.
enum EngineLock {
    static func hold<Result: Sendable>(
        _ dialect: ContainerDialect,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let file = CacheDirectory.url.appendingPathComponent("engine-\(dialect.rawValue).lock")
        // After an hour something is wrong with the other; to build twice does no harm.
        let lock = try await FileLock.take(file, within: .seconds(3600))
        defer { lock?.release() }
        return try await body()
    }
}
