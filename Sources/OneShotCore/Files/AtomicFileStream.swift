public import Foundation

/// A file that is written piece by piece and is there, whole, once it is finished; one that is not finished leaves
/// nothing behind.
public final class AtomicFileStream {
    private let url: URL
    private let temporary: URL
    private let handle: FileHandle
    private var isFinished = false

    /// - Parameter mode: the file's permissions.
    /// - Throws: ``FileError/unwritable(path:reason:)``.
    public init(to url: URL, mode: mode_t = 0o600) throws {
        self.url = url
        temporary = url.deletingLastPathComponent()
            .appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString.prefix(8)).tmp")
        let descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw FileError.unwritable(path: url.path, reason: String(cString: strerror(errno)))
        }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    deinit {
        if !isFinished { unlink(temporary.path) }
    }

    public func write(_ text: String) throws { try failing { try handle.write(contentsOf: Data(text.utf8)) } }

    /// Puts the file in its place.
    public func finish() throws {
        try failing {
            try handle.synchronize()
            try handle.close()
        }
        guard rename(temporary.path, url.path) == 0 else {
            throw FileError.unwritable(path: url.path, reason: String(cString: strerror(errno)))
        }
        isFinished = true
    }

    private func failing(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            let reason = underlying.map { String(cString: strerror(Int32($0.code))) } ?? "the disk may be full"
            throw FileError.unwritable(path: url.path, reason: reason)
        }
    }
}
