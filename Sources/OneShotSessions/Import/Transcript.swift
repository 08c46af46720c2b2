import Foundation
import OneShotCore

/// What one file of an agent's says.
struct Transcript {
    /// The agent's own id of the session.
    var sessionID: String
    /// The conversation that the file holds.
    var part: String
    var session: Session
    /// The last line is only half there, and was left out.
    var isCut = false

    /// - Throws: ``TranscriptError`` for a file that is none of an agent's that we know.
    static func read(_ url: URL, prices: PriceTable, mask: @escaping (Data) -> Data = { $0 }) throws -> Transcript {
        var reader: (any TranscriptReader)?
        var first: Int?
        let isCut = try TranscriptFile(url: url, mask: mask).forEach { line, number in
            first = first ?? number
            if reader == nil {
                if RolloutReader.fits(line) {
                    reader = RolloutReader(prices: prices)
                } else if ClaudeReader.fits(line) {
                    reader = ClaudeReader(prices: prices)
                } else if line["type"]?.string == nil || number - (first ?? 0) > 20 {
                    throw TranscriptError.malformed(
                        path: url.path,
                        line: number,
                        problem: "neither a line of a Codex rollout nor one of a Claude Code transcript"
                    )
                }
            }
            reader?.take(line)
        }
        let problem = "the file has no session in it"
        guard var transcript = reader?.transcript(of: url) else {
            throw TranscriptError.malformed(path: url.path, line: first ?? 1, problem: problem)
        }
        transcript.isCut = isCut
        return transcript
    }
}

/// Reads the lines of one agent's files.
protocol TranscriptReader {
    mutating func take(_ line: JSON)
    /// - Returns: nil where the lines told of no session.
    func transcript(of url: URL) -> Transcript?
}

extension Session {
    /// The conversations of one file put together, in the order in which their turns began.
    ///
    /// - Returns: nil where there is no turn.
    init?(
        _ id: String,
        threads: [(thread: TranscriptThread, facts: SessionThread)],
        source: SessionSource,
        createdAtMs: Int64?,
        updatedAtMs: Int64?
    ) {
        guard let start = createdAtMs ?? updatedAtMs else { return nil }
        self.init(
            sessionID: id,
            agentSessionIDs: [id],
            createdAt: Timestamp.iso(milliseconds: start),
            updatedAt: Timestamp.iso(milliseconds: max(start, updatedAtMs ?? start)),
            sources: [source]
        )
        for (thread, facts) in threads where !thread.turns.isEmpty {
            var part = self
            part.turns = thread.turns
            part.threads = [facts]
            part.models = thread.turns.compactMap(\.model).reduce(into: []) { models, model in
                if !models.contains(model) { models.append(model) }
            }
            self = turns.isEmpty ? part.countedAgain : SessionMerge.merge(self, part)
        }
    }
}
