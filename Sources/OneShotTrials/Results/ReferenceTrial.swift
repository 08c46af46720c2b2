import Foundation
import OneShotCore
import OneShotPreparation

/// The session that a task was captured from, in the form of a trial: what people and agent came to together, for
/// comparison with what an agent comes to alone.
public struct ReferenceTrial: Codable, Sendable, Equatable {
    /// The task's file that this was read from.
    public var source: String
    public var agent: TrialResults.Agent
    /// RFC 3339, of the first call.
    public var startedAt: String
    /// From the first call to the end of the last, the person's own time included.
    public var seconds: Double
    /// Of these, those between an answer and the person's next words.
    public var personSeconds: Double
    /// Calls of the model.
    public var turns: Int
    /// How often the person spoke after the first words.
    public var interventions: Int
    public var toolCalls: Int
    public var spending: Spending
    /// What the task's tests say about the session's solution, by `validation.json`; null for a task that has not been
    /// validated as it is now.
    @Nullable public var tests: Tests?

    public struct Tests: Codable, Sendable, Equatable {
        /// The worst of the runs of the solution, from 0 to 1.
        public var score: Double
        /// How often the solution was run.
        public var runs: Int
        /// Tests that passed each time.
        public var passed: Int
    }

    enum CodingKeys: String, CodingKey {
        case source, agent, seconds, turns, interventions, spending, tests
        case startedAt = "started_at"
        case personSeconds = "person_seconds"
        case toolCalls = "tool_calls"
    }
}

extension ReferenceTrial {
    init(_ session: Session, source: String, tests: Tests? = nil) {
        self.source = source
        agent = .init(
            name: session.agent?.name ?? "unknown",
            version: session.agent?.version,
            model: session.models.last
        )
        startedAt = session.turns.first?.startedAt ?? session.createdAt
        let starts = session.turns.compactMap { turn in
            Timestamp.milliseconds(iso: turn.startedAt).map { ($0, $0 + Int64(turn.durationMs ?? 0)) }
        }
        let first = starts.map(\.0).min() ?? 0
        let last = starts.map(\.1).max() ?? first
        seconds = Double(last - first) / 1000
        let spoken = session.turns.filter { turn in
            // Sessions of version 1 do not tell the kinds of their turns.
            turn.retryOf == nil && (turn.kind.map { $0 == .user } ?? turn.input.contains(where: \.isPersons))
        }
        personSeconds = spoken.dropFirst().reduce(0) { $0 + Double($1.idleMs ?? 0) / 1000 }
        turns = session.turns.count { $0.state != .refused }
        interventions = max(0, spoken.count - 1)
        toolCalls = session.turns.reduce(0) { $0 + $1.toolCalls.count }
        spending = Spending(session)
        _tests = Nullable(wrappedValue: tests)
    }

    /// Of the session that came with a task; nil where none did.
    ///
    /// - Throws: `FileError` for a session that does not fit its format.
    static func read(of task: PreparedTask, digests: PreparedTask.Digests) throws -> ReferenceTrial? {
        let layout = task.layout
        guard FileManager.default.fileExists(atPath: layout.session.path) else { return nil }
        let session = try StrictJSON.read(Session.self, at: layout.session)
        return ReferenceTrial(session, source: "trace/session_clean.json", tests: Tests(layout, digests))
    }
}

extension ReferenceTrial.Tests {
    /// Of the proof that lies with the task, if it is of these files.
    fileprivate init?(_ layout: PreparedTaskLayout, _ digests: PreparedTask.Digests) {
        guard let record = try? StrictJSON.read(ValidationRecord.self, at: layout.validation),
            record.digests == digests
        else { return nil }
        let solution = record.controls.filter { $0.group == .solution }
        guard let score = solution.map({ $0.score ?? 0 }).min() else { return nil }
        let always = solution.dropFirst().reduce(Set(solution[0].tests)) { $0.intersection($1.tests) }
        self.init(score: score, runs: solution.count, passed: always.count)
    }
}
