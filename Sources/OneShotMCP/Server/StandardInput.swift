import Dispatch
import Foundation

/// The bytes of a file descriptor as they come, read without blocking a thread of the concurrency pool.
enum StandardInput {
    /// - Returns: a stream that ends at the end of the input.
    static func chunks(of descriptor: Int32 = STDIN_FILENO) -> AsyncStream<Data> {
        AsyncStream { continuation in
            let queue = DispatchQueue(label: "oneshot.mcp.input")
            let channel = DispatchIO(type: .stream, fileDescriptor: descriptor, queue: queue) { _ in }
            channel.setLimit(lowWater: 1)
            channel.read(offset: 0, length: .max, queue: queue) { isDone, data, error in
                if let data, !data.isEmpty { continuation.yield(Data(data)) }
                if isDone || error != 0 { continuation.finish() }
            }
        }
    }
}
