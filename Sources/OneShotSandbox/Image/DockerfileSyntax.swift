import Foundation

/// What can be said of a Dockerfile without an engine: a file that a person has broken is found on the engine that
/// builds no images too, before anything is scored. What is right by these rules may still not build.
struct DockerfileSyntax {
    struct Mistake: Equatable {
        /// Nil where it is the file as a whole.
        var line: Int?
        var problem: String
    }

    /// - Returns: the first mistake; nil when there is none to see.
    static func mistake(in data: Data) -> Mistake? {
        guard let text = String(validating: data, as: UTF8.self), !text.contains("\0") else {
            return Mistake(line: nil, problem: "is not text")
        }
        var isFromThere = false
        for instruction in instructions(of: text) {
            let name = instruction.words[0].uppercased()
            let rest = Array(instruction.words.dropFirst())
            func mistake(_ problem: String) -> Mistake { Mistake(line: instruction.line, problem: problem) }
            guard names.contains(name) else { return mistake("'\(instruction.words[0])' is no instruction") }
            guard !rest.isEmpty else { return mistake("\(name) says nothing") }
            guard isFromThere || name == "FROM" || name == "ARG" else { return mistake("\(name) comes before FROM") }
            guard name == "FROM" else { continue }
            isFromThere = true
            let image = rest.drop { $0.hasPrefix("--") }
            guard image.count == 1 || (image.count == 3 && image.dropFirst().first?.uppercased() == "AS") else {
                return mistake("write it as 'FROM image' or 'FROM image AS name'")
            }
        }
        return isFromThere ? nil : Mistake(line: nil, problem: "has no FROM")
    }

    private static let names: Set = [
        "FROM", "RUN", "CMD", "LABEL", "MAINTAINER", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME", "USER",
        "WORKDIR", "ARG", "ONBUILD", "STOPSIGNAL", "HEALTHCHECK", "SHELL",
    ]

    private struct Instruction {
        var line: Int
        /// At least one.
        var words: [String]
    }

    /// With lines that go on joined, and without comments and here-documents.
    private static func instructions(of text: String) -> [Instruction] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        let escape: Character = lines.first?.wholeMatch(of: /#\s*escape\s*=\s*`\s*/) == nil ? "\\" : "`"
        var found: [Instruction] = []
        var position = 0
        while position < lines.count {
            var start = position
            var words: [String] = []
            var goesOn = true
            while goesOn, position < lines.count {
                var line = lines[position].trimmingCharacters(in: .whitespaces)
                position += 1
                if words.isEmpty { start = position }
                if line.hasPrefix("#") || (line.isEmpty && !words.isEmpty) { continue }
                goesOn = line.last == escape
                if goesOn { line.removeLast() }
                words += line.split(whereSeparator: \.isWhitespace).map(String.init)
            }
            guard !words.isEmpty else { continue }
            found.append(Instruction(line: start, words: words))
            position = end(ofDocumentsIn: words, at: position, lines)
        }
        return found
    }

    /// The line after the here-documents that an instruction takes; where one does not end, none was meant.
    private static func end(ofDocumentsIn words: [String], at start: Int, _ lines: [String]) -> Int {
        var position = start
        for word in words {
            guard let match = word.wholeMatch(of: /\d*<<(-?)["']?(\w+)["']?/) else { continue }
            let last = lines[position...].firstIndex { line in
                (match.1.isEmpty ? line[...] : line.drop { $0 == "\t" }) == match.2
            }
            guard let last else { return start }
            position = last + 1
        }
        return position
    }
}
