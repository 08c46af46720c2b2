public import Foundation

/// A lock between processes. The system gives it back when its holder ends, however that happens.
///
/// Keep it until `release()`: a `defer { lock.release() }` also keeps the value alive for as long as it is meant to.
public final class FileLock: Sendable {
    public enum Kind: Sendable {
        /// Any number of holders at once, as long as nobody holds it exclusively.
        case shared
        case exclusive
    }

    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// Takes the lock on a file, which is created with its directory where it is missing.
    ///
    /// - Returns: nil when somebody else holds it.
    /// - Throws: ``FileError/unwritable(path:reason:)``.
    public static func take(_ url: URL, _ kind: Kind = .exclusive) throws -> FileLock? {
        try AtomicFile.makeDirectory(url.deletingLastPathComponent())
        let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw FileError.unwritable(path: url.path, reason: String(cString: strerror(errno)))
        }
        if flock(descriptor, (kind == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 {
            return FileLock(descriptor: descriptor)
        }
        let failure = errno
        close(descriptor)
        guard failure == EWOULDBLOCK else {
            throw FileError.unwritable(path: url.path, reason: String(cString: strerror(failure)))
        }
        return nil
    }

    /// Takes the lock, waiting for its holders.
    ///
    /// - Returns: nil when it was not free within `timeout`.
    public static func take(_ url: URL, _ kind: Kind = .exclusive, within timeout: Duration) async throws -> FileLock? {
        let deadline = ContinuousClock.now + timeout
        while true {
            if let lock = try take(url, kind) { return lock }
            guard ContinuousClock.now < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Gives the lock back.
    public func release() { flock(descriptor, LOCK_UN) }

    /// Holds the lock until the process ends.
    public func keepUntilExit() {
        // One reference that is never given back: the descriptor stays open.
        _ = Unmanaged.passRetained(self)
    }

    deinit { close(descriptor) }
}
