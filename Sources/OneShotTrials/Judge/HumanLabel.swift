public import Foundation
import OneShotCore

/// What a person says about one criterion of one run.
public struct HumanLabel: Sendable, Equatable {
    /// The run's id, the start of it, or its directory.
    public var run: String
    public var criterion: String
    public var isMet: Bool

    public init(run: String, criterion: String, isMet: Bool) {
        self.run = run
        self.criterion = criterion
        self.isMet = isMet
    }

    /// Reads a file of labels: JSON lines with `run`, `criterion` and `label`, or CSV with these columns in its first
    /// line. A label is `met` or `not_met`, `1` or `0`, `true` or `false`.
    ///
    /// - Throws: `FileError` that names the line.
    public static func read(_ file: URL) throws -> [HumanLabel] {
        guard let data = try? Data(contentsOf: file) else {
            throw FileError.unreadable(path: file.path, reason: "no such file, or no permission")
        }
        return try parse(String(decoding: data, as: UTF8.self), path: file.path)
    }

    static func parse(_ text: String, path: String) throws -> [HumanLabel] {
        // A spreadsheet's export may begin with a byte order mark.
        let text = text.first == "\u{FEFF}" ? text.dropFirst() : text[...]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
            .map { (number: $0.offset + 1, text: String($0.element)) }
            .filter { !$0.text.allSatisfy(\.isWhitespace) }
        guard let first = lines.first else { return [] }
        if first.text.drop(while: \.isWhitespace).first == "{" {
            return try lines.map { line in
                guard let object = try? JSON(parsing: line.text), case .object(let members) = object else {
                    throw problem(path, line.number, "it is no JSON object")
                }
                if let other = members.first(where: { !columns.contains($0.key) }) {
                    throw problem(path, line.number, "there is no key '\(other.key)'; these are: run, criterion, label")
                }
                let values = members.map { member in
                    (member.key, member.value.string ?? member.value.compactText)
                }
                return try label(Dictionary(values) { $1 }, path, line.number)
            }
        }
        let header = fields(first.text)
        guard Set(header).isSuperset(of: columns) else {
            throw problem(path, first.number, "the first line has to name the columns run, criterion and label")
        }
        return try lines.dropFirst().map { line in
            let values = fields(line.text)
            guard values.count == header.count else {
                throw problem(path, line.number, "\(values.count) fields, and \(header.count) columns")
            }
            return try label(Dictionary(zip(header, values)) { $1 }, path, line.number)
        }
    }

    private static let columns: Set<String> = ["run", "criterion", "label"]

    private static func label(_ values: [String: String], _ path: String, _ line: Int) throws -> HumanLabel {
        guard let run = values["run"], let criterion = values["criterion"], let label = values["label"],
            !run.isEmpty, !criterion.isEmpty
        else { throw problem(path, line, "run, criterion and label are needed") }
        let isMet =
            switch label.lowercased() {
            case "met", "1", "true": true
            case "not_met", "0", "false": false
            default: throw problem(path, line, "'\(label)' is no label; write met or not_met")
            }
        return HumanLabel(run: run, criterion: criterion, isMet: isMet)
    }

    private static func problem(_ path: String, _ line: Int, _ text: String) -> FileError {
        .malformed(path: path, place: "line \(line)", problem: text)
    }

    /// One line of CSV (RFC 4180): fields in quotation marks may hold commas, and marks twice.
    private static func fields(_ line: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        var rest = Substring(line)
        while let character = rest.popFirst() {
            switch (character, isQuoted) {
            case ("\"", true):
                if rest.first == "\"" {
                    rest.removeFirst()
                    fields[fields.count - 1].append("\"")
                } else {
                    isQuoted = false
                }
            case ("\"", false): isQuoted = true
            case (",", false): fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields.map { field in
            String(field.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
    }
}
