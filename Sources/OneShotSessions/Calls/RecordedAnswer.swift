import OneShotCore
import OneShotStore
import OneShotWire

/// The body of a recorded answer, in the form in which it came.
enum RecordedAnswer: Sendable {
    case absent
    case json(JSON)
    case events([JSON])
    /// Neither; the text is cut after some hundred characters.
    case text(String)

    init(_ exchange: Exchange) {
        guard let text = exchange.responseJSON, let json = try? JSON(parsing: text) else {
            self = .absent
            return
        }
        if exchange.transport == .websocket {
            // A message that was no JSON is kept as a string.
            self = .events(json.elements.map { $0.string.flatMap { try? JSON(parsing: $0) } ?? $0 })
        } else if let raw = json["_raw"]?.string {
            let events = Self.events(in: raw)
            self = events.isEmpty && !raw.isEmpty ? .text(String(raw.prefix(400))) : .events(events)
        } else {
            self = .json(json)
        }
    }

    private static func events(in text: String) -> [JSON] {
        var parser = ServerSentEventParser()
        // A last event that lacks only its empty line is whole; one that was cut is no JSON and falls out below.
        let events = parser.feed(text.utf8) + parser.feed("\n\n".utf8)
        return events.compactMap { event in
            guard let json = try? JSON(parsing: event.data) else { return nil }
            guard json["type"] == nil, event.type != "message", case .object(let members) = json else { return json }
            return .object([.init("type", .string(event.type))] + members)
        }
    }
}

/// The request headers that the recorder kept, by their names in lower case.
struct RecordedHeaders: Sendable {
    private var values: [String: String] = [:]

    init(_ exchange: Exchange) {
        guard let meta = try? JSON(parsing: exchange.metaJSON) else { return }
        for pair in meta["request_headers"]?.elements ?? [] {
            guard let name = pair[0]?.string, let value = pair[1]?.string else { continue }
            values[name.lowercased()] = value
        }
    }

    init(_ values: [String: String]) { self.values = values }

    subscript(name: String) -> String? { values[name] }

    /// The program that sent them, as it names itself.
    var agent: AgentIdentity? {
        let product = values["user-agent"]?.split(separator: " ").first?.split(separator: "/", maxSplits: 1) ?? []
        guard let name = values["originator"] ?? product.first.map(String.init) else { return nil }
        return AgentIdentity(name: name, version: product.count > 1 ? String(product[1]) : values["version"])
    }
}
