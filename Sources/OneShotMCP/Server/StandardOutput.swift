import Dispatch
import Foundation

/// Lines for a file descriptor, each written whole and at once.
///
/// The writing, which waits while the reader at the other end is slow, happens on a queue of its own.
struct StandardOutput: Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "oneshot.mcp.output")

    init(descriptor: Int32 = STDOUT_FILENO) { self.descriptor = descriptor }

    /// - Returns: whether the line was written; the reader may be gone.
    func write(line: String) async -> Bool {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Self.write(Array((line + "\n").utf8), to: descriptor)) }
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
