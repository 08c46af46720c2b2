public import OneShotCore

/// The reading of a model's answer that is to be JSON. No I/O.
public enum StructuredAnswer: Sendable, Equatable {
    case value(JSON)
    /// Why there is none: an error, a refusal, an answer that was cut, text that is no JSON.
    case unusable(String)

    /// - Parameter body: of an answer with status 200.
    public init(body: some Collection<UInt8>, api: ModelAPI = .responses) {
        guard let document = try? JSON(parsing: Array(body)) else {
            self = .unusable("the answer is not JSON")
            return
        }
        self.init(document, api: api)
    }

    init(_ document: JSON, api: ModelAPI) {
        if let error = document["error"]?["message"]?.string {
            self = .unusable(error)
            return
        }
        self =
            switch api {
            case .responses: Self.responses(document)
            case .chat: Self.chat(document)
            case .messages: Self.messages(document)
            }
    }

    private static func responses(_ document: JSON) -> StructuredAnswer {
        if let status = document["status"]?.string, status != "completed" {
            return .unusable("the answer is \(status)")
        }
        let parts = (document["output"]?.elements ?? []).flatMap { $0["content"]?.elements ?? [] }
        if let refusal = parts.lazy.compactMap({ $0["refusal"]?.string }).first {
            return .unusable("refused: \(refusal)")
        }
        return value(ofText: parts.compactMap { $0["text"]?.string }.joined())
    }

    private static func chat(_ document: JSON) -> StructuredAnswer {
        guard let choice = document["choices"]?[0] else { return .unusable("the answer has no choices") }
        if let refusal = choice["message"]?["refusal"]?.string { return .unusable("refused: \(refusal)") }
        if let reason = choice["finish_reason"]?.string, reason != "stop" {
            return .unusable("the answer is incomplete: \(reason)")
        }
        return value(ofText: choice["message"]?["content"]?.string ?? "")
    }

    private static func messages(_ document: JSON) -> StructuredAnswer {
        let reason = document["stop_reason"]?.string
        if reason == "refusal" { return .unusable("refused") }
        if reason == "max_tokens" { return .unusable("the answer is incomplete: max_tokens") }
        let parts = document["content"]?.elements ?? []
        if let input = parts.first(where: { $0["type"]?.string == "tool_use" })?["input"] { return .value(input) }
        return value(ofText: parts.compactMap { $0["text"]?.string }.joined())
    }

    private static func value(ofText text: String) -> StructuredAnswer {
        guard let value = try? JSON(parsing: text) else { return .unusable("the answer does not fit the schema") }
        return .value(value)
    }
}

/// A model's answer, and what it took.
public struct ModelReply: Sendable, Equatable {
    public var answer: StructuredAnswer
    /// As the provider counted; nothing where it did not say.
    public var usage: Usage
    /// The one that answered, as the provider names it.
    public var model: String?

    init(body: [UInt8], api: ModelAPI) {
        answer = StructuredAnswer(body: body, api: api)
        let document = try? JSON(parsing: body)
        usage = document.flatMap { Usage(inAnswer: $0) } ?? Usage()
        model = document?["model"]?.string
    }
}
