/// The JavaScript in which Codex's "code mode" calls tools, read as far as models write it: `tools.NAME(…)` with
/// literal strings. It is not run.
struct CodeModeScript {
    /// Nil when a call that changes files has arguments that are no literals.
    let steps: [ReplayStep]?

    private enum Value {
        case text(String)
        /// Members whose values are literal strings.
        case object([String: String])
    }

    init(_ script: String) {
        var steps: [ReplayStep] = []
        var rest = script[...]
        while let mark = rest.firstRange(of: "tools.") {
            rest = rest[mark.upperBound...]
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            rest = rest[name.endIndex...]
            guard rest.first == "(" else { continue }
            var arguments = rest.dropFirst()
            switch (name, Self.value(&arguments)) {
            case ("exec_command", .object(let members)), ("shell_command", .object(let members)):
                guard let line = members["cmd"] ?? members["command"] else {
                    self.steps = nil
                    return
                }
                steps.append(.shell(line, directory: members["workdir"]))
            case ("apply_patch", .text(let text)): steps.append(.patch(text))
            case ("apply_patch", .object(let members)) where members["input"] != nil:
                steps.append(.patch(members["input"] ?? ""))
            case ("exec_command", _), ("shell_command", _), ("apply_patch", _):
                self.steps = nil
                return
            default: break
            }
        }
        self.steps = steps
    }

    private static func value(_ rest: inout Substring) -> Value? {
        skipBlanks(&rest)
        guard let first = rest.first else { return nil }
        if "\"'`".contains(first) { return literal(&rest).map { .text($0) } }
        guard first == "{" else { return nil }
        rest.removeFirst()
        var members: [String: String] = [:]
        while true {
            skipBlanks(&rest)
            guard let next = rest.first else { return nil }
            if next == "}" { return .object(members) }
            if next == "," {
                rest.removeFirst()
                continue
            }
            let key: String
            if "\"'".contains(next) {
                guard let text = literal(&rest) else { return nil }
                key = text
            } else {
                key = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
                if key.isEmpty { return nil }
                rest = rest.dropFirst(key.count)
            }
            skipBlanks(&rest)
            guard rest.first == ":" else { return nil }
            rest.removeFirst()
            skipBlanks(&rest)
            if let quote = rest.first, "\"'`".contains(quote) {
                guard let text = literal(&rest) else { return nil }
                members[key] = text
            } else {
                let plain = rest.prefix { $0.isLetter || $0.isNumber || "._-".contains($0) }
                if plain.isEmpty { return nil }
                rest = rest[plain.endIndex...]
            }
        }
    }

    private static func skipBlanks(_ rest: inout Substring) { rest = rest.drop { $0.isWhitespace || $0.isNewline } }

    /// A string in quotes of any kind, without `${}`.
    private static func literal(_ rest: inout Substring) -> String? {
        guard let quote = rest.popFirst() else { return nil }
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case quote: return text
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                switch escaped {
                case "n": text.append("\n")
                case "t": text.append("\t")
                case "r": text.append("\r")
                case "b": text.append("\u{8}")
                case "f": text.append("\u{c}")
                case "0": text.append("\0")
                case "\n": break
                case "u":
                    guard let scalar = scalar(&rest) else { return nil }
                    text.unicodeScalars.append(scalar)
                default: text.append(escaped)
                }
            case "$" where quote == "`" && rest.first == "{": return nil
            default: text.append(character)
            }
        }
        return nil
    }

    /// Behind `\u`: four digits, or two times four.
    private static func scalar(_ rest: inout Substring) -> Unicode.Scalar? {
        func unit(_ rest: inout Substring) -> UInt32? {
            let digits = rest.prefix(4)
            guard digits.count == 4, let value = UInt32(digits, radix: 16) else { return nil }
            rest = rest.dropFirst(4)
            return value
        }
        guard let high = unit(&rest) else { return nil }
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard rest.hasPrefix("\\u") else { return nil }
        rest = rest.dropFirst(2)
        guard let low = unit(&rest), (0xDC00...0xDFFF).contains(low), (0xD800...0xDBFF).contains(high) else {
            return nil
        }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    }
}
