import Foundation
import OneShotCore

/// The ways in which a text comes to stand in a session.
public enum SecretEncoding: String, CaseIterable, Sendable {
    case plain, json, jsonInJSON, percent, base64, terminal, deltas

    /// The line of a secret as it stands in a session, in that encoding.
    public func encode(_ secret: GeneratedSecret, _ random: inout SeededGenerator) -> String {
        let line = secret.line
        switch self {
        case .plain: return "first line\n\(line)\nlast line\n"
        case .json: return "{\"output\":\(JSON.string("run\n\(line)\ndone\t1").compactText)}"
        case .jsonInJSON:
            let inner: JSON = ["cmd": .string("echo 1\n\(line)\n")]
            let outer: JSON = ["arguments": .string(inner.compactText), "n": 1]
            return outer.compactText
        case .percent:
            let text = line.addingPercentEncoding(
                withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))
            )
            return "GET /callback?q=\(text ?? line)&r=1"
        case .base64: return "echo \(Data(line.utf8).base64EncodedString()) | base64 -d"
        case .terminal:
            let coloured = line.replacing(secret.value, with: "\u{1B}[1;32m\(secret.value)\u{1B}[0m")
            return "\u{1B}[2m$\u{1B}[0m env\n\(coloured)\n"
        case .deltas: return Self.stream(of: "first line\n\(line)\nlast line\n", &random)
        }
    }

    /// What a reader of the text reads, whatever was done to it since: the inverse.
    public func decode(_ text: String) -> String {
        switch self {
        case .plain: return text
        case .json: return (try? JSON(parsing: text))?["output"]?.string ?? text
        case .jsonInJSON:
            let outer = (try? JSON(parsing: text))?["arguments"]?.string
            return outer.flatMap { try? JSON(parsing: $0) }?["cmd"]?.string ?? text
        case .percent: return text.removingPercentEncoding ?? text
        case .base64:
            let words = text.split(separator: " ").map(String.init)
            return words.map { Data(base64Encoded: $0).map { String(decoding: $0, as: UTF8.self) } ?? $0 }
                .joined(separator: " ")
        case .terminal: return text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        case .deltas: return Self.text(ofStream: text) ?? text
        }
    }

    /// A stream of the Responses API, whose deltas are a few characters each.
    static func stream(of text: String, _ random: inout SeededGenerator) -> String {
        var rest = Substring(text)
        var events = ""
        var number = 0
        while !rest.isEmpty {
            let piece = rest.prefix(1 + Int(random.next() % 7))
            rest = rest.dropFirst(piece.count)
            let event: JSON = [
                "type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "content_index": 0,
                "delta": .string(String(piece)), "sequence_number": JSON(number),
            ]
            events += "event: response.output_text.delta\ndata: \(event.compactText)\n\n"
            number += 1
        }
        return events
    }

    /// The deltas of a stream together; nil when an event is no JSON any more.
    static func text(ofStream stream: String) -> String? {
        var text = ""
        for line in stream.split(separator: "\n") where line.hasPrefix("data: ") {
            guard let event = try? JSON(parsing: String(line.dropFirst(6))) else { return nil }
            text += event["delta"]?.string ?? ""
        }
        return text
    }
}
