import Foundation
import OneShotProcess
import OneShotRecorder

extension WorkspaceStatus {
    /// A few lines for a person.
    public var text: String {
        var lines = [row("workspace", workspace)]
        if let recorder {
            lines.append(row("recorder", recorder.text))
            if let health = recorder.health {
                lines.append(
                    row("connections", "\(health.connections) open, \(health.connectionsTotal) since the start")
                )
                lines.append(row("traffic", health.traffic))
                lines.append(row("queue", health.queue))
                if let bytes = health.residentBytes { lines.append(row("memory", bytes.bytesText)) }
                if let trouble = health.trouble { lines.append(row("trouble", trouble)) }
                if let untrusted = health.untrusted { lines.append(row("untrusted", untrusted)) }
            }
        } else {
            lines.append(row("recorder", "none runs; 'oneshot up' starts one"))
        }
        lines.append(row("sessions", "\(sessions) recorded, \(cleanedSessions) cleaned"))
        let states = exchanges.sorted { $0.key < $1.key }
            .map { "\($0.value) \($0.key.replacing("_", with: " "))" }
        let total = exchanges.values.reduce(0, +)
        lines.append(row("exchanges", "\(total)" + (states.isEmpty ? "" : ": " + states.joined(separator: ", "))))
        for database in databases where database.bytes > 0 {
            lines.append(row("database", "\(database.path) (\(database.bytes.bytesText))"))
        }
        return lines.joined(separator: "\n")
    }

    private func row(_ name: String, _ value: String) -> String {
        name.padding(toLength: 13, withPad: " ", startingAt: 0) + value
    }
}

extension RecorderStatus {
    fileprivate var traffic: String {
        let rate = exchangesPerSecond.formatted(.number.precision(.fractionLength(0...1)))
        return "\(rate) exchanges/s, \(bytesIn.bytesText) in, \(bytesOut.bytesText) out"
    }

    fileprivate var queue: String { "\(pending) waiting, \(spooled) in the spool, \(lost) lost" }
}

extension Int {
    fileprivate var bytesText: String { formatted(.byteCount(style: .file)) }
}

extension WorkspaceStatus.Running {
    fileprivate var text: String {
        let up = Duration.seconds(uptimeSeconds).formatted(.units(allowed: [.days, .hours, .minutes, .seconds]))
        let end = lifetime == .shared ? ", ends with the last 'oneshot trace'" : ""
        return "on 127.0.0.1:\(port), pid \(pid), up \(up)\(end)" + (health == nil ? ", DOES NOT ANSWER" : "")
    }
}

extension WorkspaceRecorder.Start {
    /// For a person.
    public var text: String {
        switch self {
        case .started: "recording on \(recorder.place)" + recorder.more
        case .present: "already recording on \(recorder.place)" + recorder.more
        }
    }
}

extension RecorderProcess {
    /// A line for each port that stands for an upstream, and one for the token.
    fileprivate var more: String {
        var lines = (reverse ?? []).map { "http://127.0.0.1:\($0.port) stands for \($0.upstream)" }
        if let tokenFile {
            lines.append("clients give RUN_ID:TOKEN as proxy credentials; the token is in \(tokenFile)")
        }
        return lines.map { "\n\($0)" }.joined()
    }

    /// Where it is, for a person.
    public var place: String { "127.0.0.1:\(port) (pid \(process.pid))" }
}
