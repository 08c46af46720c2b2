import Foundation
import OneShotCore
import OneShotRecorder
import OneShotSandbox

/// `scoring_results.md`: what a person wants to know about a trial.
struct TrialReport: Sendable {
    var results: TrialResults
    var diff: String

    var markdown: String {
        let parts = [
            heading, verdict, criteria, judge, tests, change, run, attempts, reference, provenance,
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var heading: String { "# \(results.taskID): \(results.agent.name)" }

    private var verdict: String {
        guard results.outcome == .scored else {
            let what =
                switch results.outcome {
                case .cancelled: "Cancelled"
                case .refusedByBudget: "Not graded: the budget allowed no call of the model"
                default: "Not graded, and not the agent's fault"
                }
            return "**\(what)**: \(results.failure ?? "")"
        }
        guard let score = results.score else { return "**No score**: no criterion could be graded." }
        var text = "**Score \(Self.number(score))**"
        if results.coverage < 1 { text += ", from \(Self.percent(results.coverage)) of the rubric's weight" }
        if let stop = results.stop { text += ". The agent was \(stop)" }
        text += "."
        let items = ReviewQueue.items(of: results)
        guard !items.isEmpty else { return text }
        let things = Set(items.map(\.kind)).map { kind in
            switch kind {
            case .testsPassJudgeFails: "the tests pass and the judge does not agree"
            case .testsFailJudgePasses: "the judge is content and tests fail"
            case .contested: "the judge's votes differ"
            }
        }
        return text + " Worth a look: \(things.sorted().joined(separator: "; "))."
    }

    static func number(_ value: Double) -> String {
        let text = String((value * 1000).rounded() / 1000)
        return text.hasSuffix(".0") && value >= 10 ? String(text.dropLast(2)) : text
    }

    static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    /// Text inside a table.
    static func cell(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ").replacing("|", with: "\\|")
    }

    /// Text as code in a line, whatever ticks are in it.
    static func code(_ text: String) -> String {
        let fence = String(repeating: "`", count: longestRun(of: "`", in: text) + 1)
        let isTicked = text.hasPrefix("`") || text.hasSuffix("`")
        return isTicked ? "\(fence) \(text) \(fence)" : "\(fence)\(text)\(fence)"
    }

    static func longestRun(of character: Character, in text: String) -> Int {
        var longest = 0
        var current = 0
        for next in text {
            current = next == character ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}

extension TrialResults {
    /// Such as `stopped at its time limit, 900 s`; nil for an agent that ended by itself.
    public var stop: String? { limit.map { "stopped at \(limits.text(of: $0))" } }
}

extension TrialResults.Limits {
    /// Such as `its time limit, 900 s`.
    func text(of limit: TrialLimit) -> String {
        func tokens(_ kind: String, _ value: Int?) -> String { "its \(kind)token limit, \(value ?? 0) tokens" }
        return switch limit {
        case .time: "its time limit, \(timeSeconds) s"
        case .tokens: tokens("", self.tokens)
        case .inputTokens: tokens("input ", inputTokens)
        case .outputTokens: tokens("output ", outputTokens)
        case .totalTokens: tokens("total ", totalTokens)
        case .requests: "its request limit, \(requests ?? 0) calls"
        case .dollars: "its cost limit, \(Dollars.text(dollars ?? 0)) US dollars"
        case .disk: "its disk limit, \(SandboxSpecification.Limits().diskBytes >> 30) GiB"
        }
    }

    /// All that were set.
    var text: String {
        let all: [String?] = [
            "\(timeSeconds) s",
            tokens.map { "\($0) tokens" },
            inputTokens.map { "\($0) input tokens" },
            outputTokens.map { "\($0) output tokens" },
            totalTokens.map { "\($0) total tokens" },
            requests.map { "\($0) calls" },
            dollars.map { "\(Dollars.text($0)) US dollars" },
        ]
        return all.compactMap(\.self).joined(separator: ", ")
    }
}
