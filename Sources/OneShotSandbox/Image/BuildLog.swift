import Foundation

/// What an image build prints, read for the step that it is in.
struct BuildLog {
    private var partial: [Bool: String] = [:]
    private var lines: [String] = []
    private(set) var step = "before the first step"

    /// Takes a piece of one of the two streams.
    ///
    /// - Returns: the lines that are whole now.
    mutating func append(_ data: Data, isError: Bool) -> [String] {
        let text = (partial[isError] ?? "") + String(decoding: data, as: UTF8.self)
        var whole = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        partial[isError] = whole.removeLast()
        for line in whole { read(line) }
        return whole
    }

    /// The step that was under way, and the last lines that were printed, at most five.
    var failure: (step: String, lines: [String]) {
        let rest = partial.values.filter { !$0.isEmpty }
        let spoken = (lines + rest).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        return (step, spoken.suffix(5))
    }

    private mutating func read(_ line: String) {
        if let instruction = Self.instruction(of: line) {
            step = instruction
            lines = []
        } else {
            lines.append(line)
            if lines.count > 50 { lines.removeFirst(25) }
        }
    }

    /// `STEP 2/5: RUN x` (podman), `Step 2/5 : RUN x` (docker) and `#7 [2/5] RUN x` (docker's BuildKit) → `RUN x`.
    private static func instruction(of line: String) -> String? {
        if let match = line.wholeMatch(of: /(?:STEP|Step) \d+\/\d+ ?: (.+)/) { return String(match.1) }
        if let match = line.wholeMatch(of: /#\d+ \[(?:\S+ )?\d+\/\d+\] (.+)/) { return String(match.1) }
        return nil
    }
}
