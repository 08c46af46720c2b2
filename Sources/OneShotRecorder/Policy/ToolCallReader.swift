import OneShotCore

/// Reads what a model asks its agent to do out of an answer as it passes, for a person who watches: `Bash pytest -q`.
struct ToolCallReader {
    private var name = ""
    private var arguments = ""
    private static let longest = 4096

    /// One event's data, one WebSocket message or one JSON document.
    ///
    /// - Returns: the call, as far as it is known, when this text says something about one.
    mutating func take(_ text: String) -> String? {
        guard Self.marks.contains(where: text.containsBytes), let json = try? JSON(parsing: text) else { return nil }
        if let item = json["item"], let type = item["type"]?.string, type.hasSuffix("_call") {
            begin(item["name"]?.string ?? type, item["arguments"]?.string ?? item["input"]?.string ?? "")
            if let action = item["action"] { arguments = action.compactText }
        } else if let block = json["content_block"], block["type"]?.string == "tool_use" {
            begin(block["name"]?.string ?? "", "")
        } else if let piece = json["delta"]?["partial_json"]?.string {
            add(piece)
        } else if let call = (json["choices"]?[0]?["delta"] ?? json["choices"]?[0]?["message"])?["tool_calls"]?
            .elements.last
        {
            if let name = call["function"]?["name"]?.string, !name.isEmpty { begin(name, "") }
            add(call["function"]?["arguments"]?.string ?? "")
        } else if let call = Self.lastCall(ofDocument: json) {
            begin(call["name"]?.string ?? "", call["input"]?.compactText ?? call["arguments"]?.string ?? "")
        } else {
            return nil
        }
        return name.isEmpty ? nil : line
    }

    private static let marks = ["_call", "tool_use", "partial_json"]

    /// Of an answer that came as one document.
    private static func lastCall(ofDocument json: JSON) -> JSON? {
        let items = (json["content"] ?? json["output"])?.elements ?? []
        return items.last { ["tool_use", "function_call"].contains($0["type"]?.string) }
    }

    private mutating func begin(_ name: String, _ arguments: String) {
        self.name = name
        self.arguments = String(arguments.prefix(Self.longest))
    }

    private mutating func add(_ piece: String) {
        if arguments.utf8.count < Self.longest { arguments += piece }
    }

    /// On one line, without what could steer a terminal.
    private var line: String {
        let words = "\(name) \(subject)".split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        let plain = String(
            String.UnicodeScalarView(words.unicodeScalars.filter { !$0.properties.isControl })
        )
        return plain.count > 100 ? plain.prefix(99) + "…" : plain
    }

    /// What the call is about: the command, the path, else the arguments as they are.
    private var subject: String {
        guard let json = try? JSON(parsing: arguments), case .object(let members) = json else { return script }
        let telling = ["command", "cmd", "file_path", "path", "pattern", "query"].compactMap { json[$0] }.first
        let value = telling ?? members.first?.value ?? ""
        return value.string ?? value.elements.last?.string ?? value.compactText
    }

    /// Of a call whose arguments are a program: the command in it, else the program without its comments.
    private var script: String {
        if let match = arguments.firstMatch(of: /\bcmd: "((?:[^"\\]|\\.)*)/) {
            return (try? JSON(parsing: "\"\(match.1)\""))?.string ?? String(match.1)
        }
        return arguments.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("//") }.joined(separator: " ")
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        default: false
        }
    }
}
