import Crypto
import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore

/// Bytes that were put away and cannot be read back.
struct OverflowError: Error {}

/// Where bodies wait that came faster than the writer takes them: a file without a name beside the database.
///
/// Credentials have not been taken out of these bytes yet, so they are sealed (AES-GCM) with a key that is nowhere but in
/// this process.
final class Overflow: Sendable {
    private struct File {
        var descriptor: Int32 = -1
        var end: Int64 = 0
        /// How many pieces are in it.
        var pieces = 0
    }

    fileprivate struct Stretch {
        var descriptor: Int32
        var offset: Int64
        var length: Int
    }

    private let directory: URL
    private let key = SymmetricKey(size: .bits256)
    private let file = NIOLockedValueBox(File())
    private let waiting = NIOLockedValueBox(0)
    private let retryAt = NIOLockedValueBox(ContinuousClock.now)
    /// In bytes: the rest of the disk is not ours to fill.
    private static let limit: Int64 = 8 << 30
    /// How long nothing is put away after the disk has refused it.
    private static let pause = Duration.seconds(1)

    init(directory: URL) { self.directory = directory }

    deinit { file.withLockedValue { if $0.descriptor >= 0 { close($0.descriptor) } } }

    /// Of what was handed over, in bytes, as far as it is not in the file.
    var inMemory: Int { waiting.withLockedValue { $0 } }
    /// False for a while after the disk has refused something.
    var isUsable: Bool { retryAt.withLockedValue { $0 } <= .now }

    private func append(_ bytes: Data) throws -> Stretch {
        let stretch = try reserve(bytes.count)
        do {
            try bytes.withUnsafeBytes { buffer in
                var done = 0
                while done < buffer.count {
                    let start = buffer.baseAddress.map { $0 + done }
                    let count = pwrite(
                        stretch.descriptor,
                        start,
                        buffer.count - done,
                        off_t(stretch.offset) + off_t(done)
                    )
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { throw OverflowError() }
                    done += count
                }
            }
        } catch {
            release()
            throw error
        }
        return stretch
    }

    private func reserve(_ length: Int) throws -> Stretch {
        try file.withLockedValue { file in
            if file.descriptor < 0 { file.descriptor = try create() }
            guard file.end + Int64(length) <= Self.limit else { throw OverflowError() }
            defer {
                file.end += Int64(length)
                file.pieces += 1
            }
            return Stretch(descriptor: file.descriptor, offset: file.end, length: length)
        }
    }

    /// Programs that are started meanwhile must not inherit it, so it is closed to them from its first moment.
    private func create() throws -> Int32 {
        let path = directory.appendingPathComponent(".overflow-\(UUID().uuidString)").path
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw OverflowError() }
        unlink(path)
        return descriptor
    }

    /// A piece is gone; with the last one the file goes, and gives its room back.
    private func release() {
        file.withLockedValue { file in
            file.pieces -= 1
            guard file.pieces == 0 else { return }
            close(file.descriptor)
            file = File()
        }
    }
}

// MARK: - A piece

extension Overflow {
    /// Some bytes: in memory until they have been written, then in the file, as long as the piece lives.
    final class Piece: Sendable {
        private enum Content {
            case inMemory(ByteBuffer)
            case inFile(Stretch)
        }

        let count: Int
        private let overflow: Overflow
        private let content: NIOLockedValueBox<Content>

        init(_ bytes: ByteBuffer, of overflow: Overflow) {
            count = bytes.readableBytes
            self.overflow = overflow
            content = NIOLockedValueBox(.inMemory(bytes))
            overflow.waiting.withLockedValue { $0 += bytes.readableBytes }
        }

        deinit {
            switch content.withLockedValue({ $0 }) {
            case .inMemory: overflow.waiting.withLockedValue { $0 -= count }
            case .inFile: overflow.release()
            }
        }

        /// Writes it to the file; where that fails it stays in memory. Blocks, and is called by one thread at a time.
        func putAway() {
            guard case .inMemory(let bytes) = content.withLockedValue({ $0 }) else { return }
            do {
                let sealed = try AES.GCM.seal(Data(bytes.readableBytesView), using: overflow.key)
                guard let combined = sealed.combined else { return }
                let stretch = try overflow.append(combined)
                content.withLockedValue { $0 = .inFile(stretch) }
                overflow.waiting.withLockedValue { $0 -= count }
            } catch {
                overflow.retryAt.withLockedValue { $0 = .now + Overflow.pause }
            }
        }

        /// - Throws: ``OverflowError``.
        func bytes() throws -> ByteBuffer {
            switch content.withLockedValue({ $0 }) {
            case .inMemory(let bytes): return bytes
            case .inFile(let stretch):
                guard let sealed = try? AES.GCM.SealedBox(combined: stretch.read()),
                    let bytes = try? AES.GCM.open(sealed, using: overflow.key)
                else { throw OverflowError() }
                return ByteBuffer(bytes: bytes)
            }
        }
    }
}

extension Overflow.Stretch {
    fileprivate func read() throws -> Data {
        var bytes = Data(count: length)
        try bytes.withUnsafeMutableBytes { buffer in
            var done = 0
            while done < length {
                let start = buffer.baseAddress.map { $0 + done }
                let count = pread(descriptor, start, length - done, off_t(offset) + off_t(done))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw OverflowError() }
                done += count
            }
        }
        return bytes
    }
}
