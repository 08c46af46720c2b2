import Crypto
import Foundation
import OneShotCore

/// A span in OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids in hexadecimal digits, 64-bit
/// numbers as strings, enumerations as numbers.
struct Span {
    enum Kind: Int {
        case `internal` = 1
        case client = 3
    }

    var id: SpanID
    var parent: SpanID?
    /// Another span that this one goes back to.
    var link: SpanID?
    var name: String
    var kind: Kind
    /// Milliseconds since 1970.
    var startMs: Int64
    var endMs: Int64
    var attributes = SpanAttributes()
    /// Nil for a span that went well.
    var error: String?

    func json(trace: String) -> JSON {
        .members([
            "traceId": trace.json,
            "spanId": id.text.json,
            "parentSpanId": parent?.text.json,
            "flags": 1,
            "name": name.json,
            "kind": kind.rawValue.json,
            "startTimeUnixNano": Self.nanoseconds(startMs),
            "endTimeUnixNano": Self.nanoseconds(max(startMs, endMs)),
            "attributes": attributes.json,
            "links": link.map { [["traceId": trace.json, "spanId": $0.text.json]] },
            "status": error.map { ["message": $0.json, "code": 2] },
        ])
    }

    private static func nanoseconds(_ milliseconds: Int64) -> JSON {
        .string(String(max(0, milliseconds)) + (milliseconds > 0 ? "000000" : ""))
    }
}

/// Made from what the span stands for, so that the same session always gives the same ids.
struct SpanID: Hashable {
    let text: String

    /// - Parameter thing: such as `turn 3`.
    init(_ thing: String, of session: String) { text = Self.digits("\(session)\n\(thing)", bytes: 8) }

    static func trace(of session: String) -> String { digits("\(session)\ntrace", bytes: 16) }

    private static func digits(_ text: String, bytes: Int) -> String {
        SHA256.hash(data: Data(text.utf8)).prefix(bytes)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The facts of a span, in the order in which they were added.
struct SpanAttributes {
    private var list: [JSON] = []

    var json: JSON { .array(list) }

    mutating func add(_ key: String, _ text: String?) {
        if let text { add(key, ["stringValue": text.json]) }
    }

    mutating func add(_ key: String, _ number: Int?) {
        if let number { add(key, ["intValue": .string(String(number))]) }
    }

    mutating func add(_ key: String, _ number: Double?) {
        if let number { add(key, ["doubleValue": number.json]) }
    }

    mutating func add(_ key: String, _ flag: Bool) { add(key, ["boolValue": .bool(flag)]) }

    mutating func add(_ key: String, texts: [String]) {
        guard !texts.isEmpty else { return }
        add(key, ["arrayValue": ["values": .array(texts.map { ["stringValue": $0.json] })]])
    }

    /// Of a value that has parts, which is written as a JSON text.
    mutating func add(_ key: String, parts: [JSON]) {
        if !parts.isEmpty { add(key, JSON.array(parts).compactText) }
    }

    private mutating func add(_ key: String, _ value: JSON) { list.append(["key": key.json, "value": value]) }
}
