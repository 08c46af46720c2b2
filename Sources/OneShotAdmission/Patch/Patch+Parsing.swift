public import Foundation
public import OneShotCore

extension Patch {
    /// Why a text is no patch of git's.
    public enum ParsingError: OneShotError, Equatable {
        case line(Int, problem: String)

        public var description: String {
            switch self {
            case .line(let line, let problem):
                "line \(line) of the patch: \(problem); make it with 'git diff --binary --no-renames'"
            }
        }
    }

    /// Reads what `git diff` prints.
    ///
    /// - Throws: ``ParsingError``.
    public init(parsing data: Data) throws(ParsingError) {
        var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Data($0) }
        if lines.last?.isEmpty == true { lines.removeLast() }
        var position = 0
        files = []
        while position < lines.count {
            guard lines[position].starts(with: Data("diff --git ".utf8)) else {
                throw .line(position + 1, problem: "expected 'diff --git'")
            }
            var header = [lines[position]]
            position += 1
            while position < lines.count, !Self.isHunkStart(lines[position]),
                !lines[position].starts(with: Data("diff --git ".utf8))
            {
                header.append(lines[position])
                position += 1
            }
            var file = File(header: header, hunks: [], path: Self.path(of: header))
            while position < lines.count, Self.isHunkStart(lines[position]) {
                file.hunks.append(try Self.hunk(in: lines, at: &position))
            }
            files.append(file)
        }
    }

    private static func isHunkStart(_ line: Data) -> Bool { line.starts(with: Data("@@ -".utf8)) }

    private static func hunk(in lines: [Data], at position: inout Int) throws(ParsingError) -> Hunk {
        let first = String(decoding: lines[position], as: UTF8.self)
        guard let match = first.prefixMatch(of: /@@ -(\d{1,10})(?:,(\d{1,10}))? \+(\d{1,10})(?:,(\d{1,10}))? @@/),
            let oldStart = Int(match.1), let newStart = Int(match.3),
            var old = Int(match.2 ?? "1"), var new = Int(match.4 ?? "1")
        else { throw .line(position + 1, problem: "a hunk without places") }
        let section = Data(lines[position].dropFirst(String(match.0).utf8.count))
        var hunk = Hunk(oldStart: oldStart, newStart: newStart, section: section, lines: [])
        position += 1
        while position < lines.count {
            let line = lines[position]
            let mark = line.first ?? UInt8(ascii: " ")
            if old <= 0, new <= 0, mark != UInt8(ascii: "\\") { break }
            switch mark {
            case UInt8(ascii: " "):
                old -= 1
                new -= 1
            case UInt8(ascii: "-"): old -= 1
            case UInt8(ascii: "+"): new -= 1
            case UInt8(ascii: "\\"): break
            default: throw .line(position + 1, problem: "a line of a hunk begins with ' ', '+', '-' or '\\'")
            }
            hunk.lines.append(line)
            position += 1
        }
        guard old == 0, new == 0 else { throw .line(position, problem: "the hunk has other lines than it says") }
        return hunk
    }

    /// From `+++`, else `---`, else the first line, whose two names are the same.
    private static func path(of header: [Data]) -> String {
        for (mark, prefix) in [("+++ ", "b/"), ("--- ", "a/")] {
            guard let line = header.first(where: { $0.starts(with: Data(mark.utf8)) }) else { continue }
            let name = unquoted(String(decoding: line.dropFirst(4), as: UTF8.self))
            if name != "/dev/null" { return name.hasPrefix(prefix) ? String(name.dropFirst(2)) : name }
        }
        let names = String(decoding: header[0].dropFirst("diff --git ".utf8.count), as: UTF8.self)
        if names.hasPrefix("\"") {
            let half = unquoted(String(names.prefix(max(0, names.count - 1) / 2)))
            return half.hasPrefix("a/") ? String(half.dropFirst(2)) : half
        }
        return String(names.prefix(max(0, names.count - 1) / 2).dropFirst(2))
    }

    /// Git quotes names with special bytes as C does, and ends one with blanks by a tab.
    private static func unquoted(_ text: String) -> String {
        let text = text.hasSuffix("\t") ? String(text.dropLast()) : text
        guard text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1 else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8.dropFirst().dropLast())[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            switch escaped {
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "0")...UInt8(ascii: "3"):
                let digits = String(decoding: [escaped] + rest.prefix(2), as: UTF8.self)
                rest = rest.dropFirst(2)
                bytes.append(UInt8(digits, radix: 8) ?? UInt8(ascii: "?"))
            default: bytes.append(escaped)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
