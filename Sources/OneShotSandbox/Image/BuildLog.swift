import Foundation

/// What an image build prints, read for the step that it is in.
struct BuildLog {
    private var partial: [Bool: String] = [:]
    private var lines: [(text: String, isError: Bool)] = []
    private(set) var step = "before the first step"

    /// Takes a piece of one of the two streams.
    ///
    /// - Returns: the lines that are whole now.
    mutating func append(_ data: Data, isError: Bool) -> [String] {
        let text = (partial[isError] ?? "") + String(decoding: data, as: UTF8.self)
        // Docker ends its lines with "\r\n", which is one character.
        var whole = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        partial[isError] = whole.removeLast()
        for line in whole { read(line, isError: isError) }
        return whole
    }

    /// The step that was under way, and the last lines that were printed, at most five.
    var failure: (step: String, lines: [String]) {
        let rest = partial.values.filter { !$0.isEmpty }
        let spoken = (lines.map(\.text) + rest).map(Self.plain).filter { !$0.isEmpty }
        return (step, spoken.suffix(5))
    }

    /// Without the builder's own log, what it prints of its memory, what docker's old builder says of itself, and
    /// colours.
    private static func plain(_ line: String) -> String {
        let line = line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        if dockersOwn.contains(where: { line.contains($0) }) { return "" }
        if line.wholeMatch(of: /time="[^"]*" level=.*/) != nil { return "" }
        return (line.firstRange(of: " &imagebuilder").map { String(line[..<$0.lowerBound]) } ?? line)
            .trimmingCharacters(in: .whitespaces)
    }

    private static let dockersOwn = [
        "DEPRECATED: The legacy builder", "Install the buildx component", "https://docs.docker.com/go/buildx/",
        "Sending build context to Docker daemon", "---> Running in ",
    ]

    private mutating func read(_ line: String, isError: Bool) {
        if let instruction = Self.instruction(of: line) {
            step = instruction
            // What the other stream says may belong to this step already: the two do not wait for each other.
            lines.removeAll { $0.isError == isError }
        } else {
            lines.append((line, isError))
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
