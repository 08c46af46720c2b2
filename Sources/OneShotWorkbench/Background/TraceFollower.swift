import Foundation
import OneShotCore

/// Something that is done again and again with what the recorder has added to its database.
struct TraceFollower: Sendable {
    var name: String
    var interval = Duration.milliseconds(300)
    /// What it shows is at most a second old.
    private let longestRest = Duration.milliseconds(800)
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
                // A step that takes long is rested from: the recorder is under load.
                pause = max(interval, min((ContinuousClock.now - started) * 4, longestRest))
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
