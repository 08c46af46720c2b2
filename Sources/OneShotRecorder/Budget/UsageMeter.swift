import NIOCore
import OneShotCore
import OneShotWire

/// Reads the tokens that a provider says were used, from its answer as it passes.
struct UsageMeter {
    private enum Source {
        case events(ServerSentEventParser)
        case document(ByteBuffer)
    }

    private var source: Source
    private let decoder: ContentDecoder?
    /// What the answer has said so far.
    private(set) var usage = Usage()
    /// The model that the answer names.
    private(set) var model: String?
    private var events = 0
    private var bytes = 0
    private var tools: ToolCallReader?
    private var newTool: String?
    private static let documentLimit = 32 << 20

    /// For messages that come one by one (``take(_:)``).
    init(watchesTools: Bool = false) {
        source = .document(ByteBuffer())
        decoder = nil
        tools = watchesTools ? ToolCallReader() : nil
    }

    /// - Returns: nil for an answer that cannot hold a usage.
    init?(response head: HTTPHead, watchesTools: Bool = false) {
        tools = watchesTools ? ToolCallReader() : nil
        let type = head.first("content-type")?.lowercased() ?? ""
        if type.hasPrefix("text/event-stream") {
            source = .events(ServerSentEventParser())
        } else if type.containsBytes("json") {
            source = .document(ByteBuffer())
        } else {
            return nil
        }
        guard let decoder = try? ContentDecoder(codings: head.tokens("content-encoding")) else { return nil }
        self.decoder = decoder
    }

    /// About how many tokens have come: a stream sends about one with each event, other text is about four bytes each.
    var estimatedOutput: Int { events > 0 ? events : bytes / 4 }

    /// - Returns: what these bytes add to the usage.
    mutating func feed(_ raw: ByteBuffer) -> Usage {
        var data = raw
        if let decoder {
            data = ByteBuffer()
            // Of a body that goes bad, what was right before.
            try? decoder.feed(raw, into: &data)
        }
        bytes += data.readableBytes
        switch source {
        case .events(var parser):
            let events = parser.feed(data.readableBytesView)
            source = .events(parser)
            return events.reduce(Usage()) { $0 + take($1.data) }
        case .document(var buffer):
            // Let go of the other reference, so that the buffer grows in place.
            source = .document(ByteBuffer())
            if buffer.readableBytes + data.readableBytes <= Self.documentLimit { buffer.writeImmutableBuffer(data) }
            source = .document(buffer)
            return Usage()
        }
    }

    /// What the answer asks its agent to do, once for each time that it is known better.
    mutating func takeTool() -> String? {
        defer { newTool = nil }
        return newTool
    }

    /// The answer is complete.
    mutating func finish() -> Usage {
        guard case .document(let buffer) = source else { return Usage() }
        // Most documents have none, and are long.
        guard buffer.containsBytes("\"usage") else { return Usage() }
        defer { events = 0 }
        return take(String(buffer: buffer))
    }

    /// One event's data, one WebSocket message or one JSON document.
    mutating func take(_ text: String) -> Usage {
        events += 1
        if let tool = tools?.take(text) { newTool = tool }
        guard text.containsBytes("\"usage"), let json = try? JSON(parsing: text), let found = Usage(inAnswer: json)
        else {
            return Usage()
        }
        if model == nil {
            model =
                (json["response"]?["model"] ?? json["message"]?["model"] ?? json["model"] ?? json["modelVersion"])?
                .string
        }
        // Streams repeat their counters as they grow, each provider in its own events: the largest is the total.
        let before = usage
        usage = Usage(
            inputTokens: max(before.inputTokens, found.inputTokens),
            cachedInputTokens: max(before.cachedInputTokens, found.cachedInputTokens),
            outputTokens: max(before.outputTokens, found.outputTokens),
            reasoningTokens: max(before.reasoningTokens, found.reasoningTokens),
            cacheWriteTokens: max(before.cacheWriteTokens, found.cacheWriteTokens)
        )
        return Usage(
            inputTokens: usage.inputTokens - before.inputTokens,
            cachedInputTokens: usage.cachedInputTokens - before.cachedInputTokens,
            outputTokens: usage.outputTokens - before.outputTokens,
            reasoningTokens: usage.reasoningTokens - before.reasoningTokens,
            cacheWriteTokens: usage.cacheWriteTokens - before.cacheWriteTokens
        )
    }
}

/// Which requests are calls of a model, and so count against a budget.
enum ModelCall {
    private static let paths = [
        "/responses", "/chat/completions", "/completions", "/messages", ":generateContent", ":streamGenerateContent",
    ]

    static func matches(method: String, target: String) -> Bool {
        guard method == "POST" else { return false }
        let path = path(of: target)
        return paths.contains { path.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    /// The WebSocket of the Responses API.
    static func matchesUpgrade(target: String) -> Bool {
        let path = path(of: target)
        return ["/responses", "/realtime"].contains { path.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    private static func path(of target: String) -> Substring.UTF8View {
        target.utf8.prefix { $0 != UInt8(ascii: "?") }
    }
}
