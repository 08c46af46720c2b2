import Foundation
import OneShotCore

/// Something that is done again and again with what the recorder has added to its database.
struct TraceFollower: Sendable {
    var name: String
    var interval = Duration.milliseconds(300)
    /// Gets a line when a step fails.
    var report: @Sendable (String) -> Void
    var step: @Sendable () async throws -> Void

    /// Goes on until cancelled. A step that fails is reported and tried again, more and more rarely.
    ///
    /// - Returns: false.
    func run() async -> Bool {
        var pause = interval
        while !Task.isCancelled {
            let started = ContinuousClock.now
            do {
                try await step()
                // A step that takes long, such as writing long sessions, gets a fifth of the time at most.
                pause = max(interval, (ContinuousClock.now - started) * 4)
            } catch is CancellationError {
                break
            } catch {
                report("\(Timestamp.iso(Date())) \(name): \(error)")
                pause = min(pause * 2, .seconds(30))
            }
            try? await Task.sleep(for: pause)
        }
        return false
    }

    /// The last step, after the recorder has ended.
    func finish() async {
        do {
            try await step()
        } catch {
            report("\(Timestamp.iso(Date())) \(name): \(error)")
        }
    }
}
