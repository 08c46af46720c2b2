public import Foundation

/// Writes that are either whole or absent: a temporary beside the target, flushed, then renamed over it.
public enum AtomicFile {
    /// - Parameter mode: the new file's permissions, such as `0o600`.
    /// - Throws: ``FileError/unwritable(path:reason:)``; the temporary is removed and the old content stays.
    public static func write(_ data: Data, to url: URL, mode: mode_t = 0o644) throws {
        let temporary = url.deletingLastPathComponent()
            .appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString.prefix(8)).tmp")
        let descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileError.unwritable(path: url.path, reason: lastError()) }
        do {
            try writeAll(data, to: descriptor, path: url.path)
            guard fsync(descriptor) == 0 else { throw FileError.unwritable(path: url.path, reason: lastError()) }
            close(descriptor)
        } catch {
            close(descriptor)
            unlink(temporary.path)
            throw error
        }
        guard rename(temporary.path, url.path) == 0 else {
            let reason = lastError()
            unlink(temporary.path)
            throw FileError.unwritable(path: url.path, reason: reason)
        }
    }

    public static func write(_ text: String, to url: URL, mode: mode_t = 0o644) throws {
        try write(Data(text.utf8), to: url, mode: mode)
    }

    /// Creates a directory with the parents that are missing.
    public static func makeDirectory(_ url: URL, mode: Int = 0o755) throws {
        do {
            try FileManager.default.createDirectory(
                at: url,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: mode]
            )
        } catch {
            throw FileError.unwritable(path: url.path, reason: (error as NSError).shortReason)
        }
    }

    private static func writeAll(_ data: Data, to descriptor: Int32, path: String) throws {
        try data.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let count = Foundation.write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
                if count < 0 {
                    if errno == EINTR { continue }
                    throw FileError.unwritable(path: path, reason: lastError())
                }
                offset += count
            }
        }
    }

    private static func lastError() -> String { String(cString: strerror(errno)) }
}

extension NSError {
    /// The system's own few words, where Foundation has wrapped them.
    fileprivate var shortReason: String {
        if let underlying = userInfo[NSUnderlyingErrorKey] as? NSError, underlying.domain == NSPOSIXErrorDomain {
            return String(cString: strerror(Int32(underlying.code)))
        }
        return localizedDescription
    }
}
