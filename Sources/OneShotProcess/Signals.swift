@preconcurrency import Dispatch  // Its sources may be cancelled from any thread; their type does not say so.
import Foundation

/// A set of signals that a scope wants to hear of.
public struct Signals: Sendable {
    let numbers: [Int32]

    public init(_ numbers: [Int32]) { self.numbers = numbers }

    /// Those that ask a process to end: SIGTERM, SIGINT, SIGHUP and SIGQUIT.
    public static let toEnd = Signals([SIGTERM, SIGINT, SIGHUP, SIGQUIT])

    /// The signals as they come. Until the stream's consumer ends, they do nothing else to this process.
    ///
    /// Programs that we start meanwhile do not inherit that.
    public func stream() -> AsyncStream<Int32> {
        AsyncStream { continuation in
            let sources = numbers.map { number in
                let previous = signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(number) }
                source.setCancelHandler { signal(number, previous) }
                source.resume()
                return source
            }
            continuation.onTermination = { _ in sources.forEach { $0.cancel() } }
        }
    }
}
