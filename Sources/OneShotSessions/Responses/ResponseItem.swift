import OneShotCore

/// What is known of one output item of the Responses API.
struct ResponseItem: Sendable, Equatable {
    var json: JSON?
    var isDone = false
    private var texts: [Int: String] = [:]
    private var summaries: [Int: String] = [:]
    private var payload = ""

    /// Which of its texts a delta adds to.
    enum Text: Sendable {
        case text
        case summary
        case payload
    }

    struct Place: Sendable, Equatable {
        var item: Int
        var part: Int
        var text: Text
    }

    init(json: JSON? = nil, isDone: Bool = false) {
        self.json = json
        self.isDone = isDone
    }

    mutating func append(_ bytes: [UInt8], to place: Place) {
        let piece = String(decoding: bytes, as: UTF8.self)
        switch place.text {
        case .text: texts[place.part, default: ""] += piece
        case .summary: summaries[place.part, default: ""] += piece
        case .payload: payload += piece
        }
    }

    /// Takes in an event that tells a text as a whole.
    ///
    /// - Returns: false for every other event.
    mutating func add(_ event: JSON, _ type: String) -> Bool {
        switch type {
        case "response.output_text.done", "response.reasoning_text.done":
            texts[event["content_index"]?.int ?? 0] ?= event["text"]?.string
        case "response.refusal.done": texts[event["content_index"]?.int ?? 0] ?= event["refusal"]?.string
        case "response.reasoning_summary_text.done":
            summaries[event["summary_index"]?.int ?? 0] ?= event["text"]?.string
        case "response.function_call_arguments.done", "response.mcp_call_arguments.done":
            payload = event["arguments"]?.string ?? payload
        case "response.custom_tool_call_input.done": payload = event["input"]?.string ?? payload
        case "response.code_interpreter_call_code.done": payload = event["code"]?.string ?? payload
        default: return false
        }
        return true
    }

    /// The item itself, or what its deltas make of it.
    var whole: JSON {
        let given = json ?? .object([])
        guard !isDone else { return given }
        let type = given["type"]?.string ?? (summaries.isEmpty ? "message" : "reasoning")
        func parts(_ texts: [Int: String], _ kind: JSON) -> JSON {
            .array(texts.sorted { $0.key < $1.key }.map { ["type": kind, "text": .string($0.value)] })
        }
        var members = given.members.filter { $0.key != "type" } + [.init("type", .string(type))]
        switch type {
        case "message": members.append(.init("content", parts(texts, "output_text")))
        case "reasoning":
            members.append(.init("summary", parts(summaries, "summary_text")))
            members.append(.init("content", parts(texts, "reasoning_text")))
        case "custom_tool_call": members.append(.init("input", .string(payload)))
        case "code_interpreter_call": members.append(.init("code", .string(payload)))
        case "function_call", "mcp_call": members.append(.init("arguments", .string(payload)))
        default: break
        }
        return .object(members)
    }
}

extension ResponseItem.Text {
    /// - Returns: nil for an event that adds to none of them.
    init?(_ fields: DeltaFields) {
        if fields.typeIs("response.output_text.delta") || fields.typeIs("response.reasoning_text.delta")
            || fields.typeIs("response.refusal.delta")
        {
            self = .text
        } else if fields.typeIs("response.reasoning_summary_text.delta") {
            self = .summary
        } else if fields.typeIs("response.function_call_arguments.delta")
            || fields.typeIs("response.custom_tool_call_input.delta")
            || fields.typeIs("response.mcp_call_arguments.delta")
            || fields.typeIs("response.code_interpreter_call_code.delta")
        {
            self = .payload
        } else {
            return nil
        }
    }
}

infix operator ?= : AssignmentPrecedence

/// Nothing is taken over from nothing.
private func ?= <Value>(place: inout Value?, value: Value?) { place = value ?? place }
