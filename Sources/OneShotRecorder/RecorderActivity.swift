import Foundation
import NIOConcurrencyHelpers
import OneShotCore

/// What goes on in a recorder, counted as it happens on its event loops.
final class RecorderActivity: Sendable {
    private struct State {
        var bytesIn = 0
        var bytesOut = 0
        /// Exchanges that began, one count for each of the last seconds, by the second modulo ``window``.
        var begun = [Int](repeating: 0, count: RecorderActivity.window)
        var second: Int64 = 0
    }

    /// Over how many seconds the rate is taken.
    static let window = 10

    private let state = NIOLockedValueBox(State())

    /// Bytes from clients, TLS taken off.
    var bytesIn: Int { state.withLockedValue { $0.bytesIn } }
    /// Bytes to clients.
    var bytesOut: Int { state.withLockedValue { $0.bytesOut } }

    func received(_ count: Int) { state.withLockedValue { $0.bytesIn += count } }
    func sent(_ count: Int) { state.withLockedValue { $0.bytesOut += count } }

    func began(nowMs: Int64 = Timestamp.milliseconds()) {
        state.withLockedValue { state in
            Self.advance(&state, to: nowMs / 1000)
            state.begun[Int(state.second % Int64(Self.window))] += 1
        }
    }

    /// Exchanges that began in each of the last seconds, on average.
    func exchangesPerSecond(nowMs: Int64 = Timestamp.milliseconds()) -> Double {
        state.withLockedValue { state in
            Self.advance(&state, to: nowMs / 1000)
            return Double(state.begun.reduce(0, +)) / Double(Self.window)
        }
    }

    private static func advance(_ state: inout State, to second: Int64) {
        guard second > state.second else { return }
        let passed = min(Int64(window), second - state.second)
        for gone in (second - passed + 1)...second { state.begun[Int(gone % Int64(window))] = 0 }
        state.second = second
    }
}

/// How much memory this process holds.
enum ResidentMemory {
    /// In bytes; nil where the system does not tell.
    static var bytes: Int? {
        #if os(Linux)
            // `man 5 proc`: sizes in pages, the resident one second.
            guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
            let sizes = text.split(separator: " ")
            guard sizes.count > 1, let pages = Int(sizes[1]) else { return nil }
            return pages * sysconf(Int32(_SC_PAGESIZE))
        #else
            return nil
        #endif
    }
}
