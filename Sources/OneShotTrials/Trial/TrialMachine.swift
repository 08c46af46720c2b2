import Foundation
import OneShotCore

/// A step of a trial, in the order in which they follow each other.
public enum TrialPhase: String, Codable, Sendable, CaseIterable, Comparable {
    /// The image is built, or the host's tools are checked.
    case image
    /// The repository is laid out for the agent.
    case workspace
    case agent
    /// What the agent left is taken down as a diff.
    case diff
    /// The tests run in a sandbox of their own.
    case verify
    case judge
    case report

    var next: TrialPhase? {
        let all = Self.allCases
        return all.firstIndex(of: self).flatMap { all.indices.contains($0 + 1) ? all[$0 + 1] : nil }
    }

    /// In the order in which they follow each other.
    public static func < (left: TrialPhase, right: TrialPhase) -> Bool {
        let all = Self.allCases
        return all.firstIndex(of: left) ?? 0 < all.firstIndex(of: right) ?? 0
    }
}

/// How a trial ended. Only a scored one says anything about the agent.
public enum TrialOutcome: String, Codable, Sendable {
    case scored
    case infrastructureFailure = "infrastructure_failure"
    case cancelled
    /// The budget allowed no call at all: nothing was done that could be graded.
    case refusedByBudget = "refused_by_budget"
}

/// The phases of a trial as a value without I/O: events in, the next state out.
struct TrialMachine: Sendable, Equatable {
    enum State: Sendable, Equatable {
        case running(TrialPhase)
        case finished(TrialOutcome)
    }

    enum Event: Sendable, Equatable {
        /// The phase that runs has done its work.
        case completed
        /// The agent phase has ended; what it left is graded whatever ended it.
        case agentEnded(exitCode: Int32, stoppedAt: TrialLimit?, refusedBy: TrialLimit?)
        /// Something that is not the agent's doing went wrong.
        case failed(reason: String)
        /// No call of the model was allowed.
        case refused(reason: String)
        case cancelled
    }

    struct Record: Sendable, Equatable {
        var phase: TrialPhase
        var startedAt: Date
        var endedAt: Date?
    }

    private(set) var state: State
    private(set) var records: [Record]
    private(set) var limit: TrialLimit?
    private(set) var exitCode: Int32?
    private(set) var failure: String?

    init(startingAt time: Date) {
        state = .running(.image)
        records = [Record(phase: .image, startedAt: time)]
    }

    /// Goes on with a trial whose agent has ended and whose diff is there: what is left is to grade it.
    init(grading records: [Record], limit: TrialLimit?, exitCode: Int32?, startingAt time: Date) {
        state = .running(.verify)
        self.records = records + [Record(phase: .verify, startedAt: time)]
        self.limit = limit
        self.exitCode = exitCode
    }

    var phase: TrialPhase? {
        if case .running(let phase) = state { phase } else { nil }
    }

    var outcome: TrialOutcome? {
        if case .finished(let outcome) = state { outcome } else { nil }
    }

    /// Takes an event that happened at `time`. An event that does not fit the state changes nothing: a trial that
    /// has ended stays as it ended.
    mutating func handle(_ event: Event, at time: Date) {
        guard case .running(let phase) = state else { return }
        switch event {
        case .completed:
            guard phase != .agent else { return }
            advance(from: phase, at: time)
        case .agentEnded(let code, let stop, let refusal):
            guard phase == .agent else { return }
            exitCode = code
            // A refused call leaves the agent nothing to do: that limit came first even if the clock or the disk ran out too.
            limit = refusal ?? stop
            advance(from: phase, at: time)
        case .failed(let reason):
            failure = reason
            finish(.infrastructureFailure, at: time)
        case .refused(let reason):
            guard phase == .agent else { return }
            failure = reason
            finish(.refusedByBudget, at: time)
        case .cancelled:
            finish(.cancelled, at: time)
        }
    }

    private mutating func advance(from phase: TrialPhase, at time: Date) {
        guard let next = phase.next else { return finish(.scored, at: time) }
        endRecord(at: time)
        records.append(Record(phase: next, startedAt: time))
        state = .running(next)
    }

    private mutating func finish(_ outcome: TrialOutcome, at time: Date) {
        endRecord(at: time)
        state = .finished(outcome)
    }

    private mutating func endRecord(at time: Date) {
        guard let last = records.indices.last else { return }
        records[last].endedAt = time
    }
}

extension TrialMachine {
    /// As records are written down.
    var phases: [TrialResults.Phase] {
        records.map { record in
            .init(
                name: record.phase,
                startedAt: Timestamp.iso(record.startedAt),
                seconds: Trial.seconds(from: record.startedAt, to: record.endedAt ?? record.startedAt)
            )
        }
    }
}

extension TrialMachine.Record {
    /// A phase that has ended, read back.
    init?(_ phase: TrialResults.Phase) {
        guard let start = Timestamp.milliseconds(iso: phase.startedAt) else { return nil }
        let startedAt = Date(timeIntervalSince1970: Double(start) / 1000)
        self.init(phase: phase.name, startedAt: startedAt, endedAt: startedAt.addingTimeInterval(phase.seconds))
    }
}
