import OneShotCore

/// Reads calls of Google's Gemini API: one answer as JSON, or streamed as events or as one JSON array.
///
/// Source: ai.google.dev/api/generate-content. Code Assist wraps requests in `request` and answers in `response`.
enum GenerateContentDecoder {
    static func prompt(of body: JSON, url: String) -> ModelCall.Prompt {
        let request = body["request"] ?? body
        var items: [PromptItem] = []
        let system = text(of: (request["systemInstruction"] ?? request["system_instruction"])?["parts"])
        if !system.isEmpty { items.append(PromptItem(InputItem(kind: "message", role: "system", text: system))) }
        var calls = CallNames()
        for content in request["contents"]?.elements ?? [] {
            let isModel = content["role"]?.string == "model"
            for part in content["parts"]?.elements ?? [] {
                if let item = promptItem(part, isModel: isModel, calls: &calls) { items.append(item) }
            }
        }
        return ModelCall.Prompt(model: body["model"]?.string ?? model(in: url), items: items)
    }

    private static func promptItem(_ part: JSON, isModel: Bool, calls: inout CallNames) -> PromptItem? {
        let role = isModel ? "assistant" : "user"
        if let call = part["functionCall"] {
            let known = calls.call(call)
            return PromptItem(
                InputItem(
                    kind: "tool_call",
                    role: role,
                    text: "\(known.name) \(known.arguments)",
                    callID: known.callID
                ),
                origin: .toolCall
            )
        }
        if let response = part["functionResponse"] {
            let result = response["response"]
            let text = result?["output"]?.string ?? result?["result"]?.string ?? result?.compactText ?? ""
            return PromptItem(
                InputItem(kind: "tool_result", role: "tool", text: text, callID: calls.answered(response))
            )
        }
        guard part["thought"]?.bool != true else { return nil }
        let item = InputItem(kind: "message", role: role, text: text(of: [part]))
        return PromptItem(item, origin: isModel ? .answer : .client)
    }

    /// `…/models/gemini-2.5-pro:streamGenerateContent`
    private static func model(in url: String) -> String? {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        let words = path.split(whereSeparator: { $0 == "/" || $0 == ":" })
        guard let position = words.firstIndex(of: "models"), position + 1 < words.endIndex else { return nil }
        return String(words[position + 1])
    }

    fileprivate static func text(of parts: JSON?) -> String {
        (parts?.elements ?? []).map { part in
            if let text = part["text"]?.string { return text }
            if let type = part["inlineData"]?["mimeType"]?.string ?? part["fileData"]?["mimeType"]?.string {
                return type.hasPrefix("image/") ? "[image]" : "[file \(type)]"
            }
            if let code = part["executableCode"]?["code"]?.string { return code }
            if let output = part["codeExecutionResult"]?["output"]?.string { return output }
            return part.members.first.map { "[\($0.key)]" } ?? ""
        }.joined()
    }
}

/// An answer put together from its chunks.
struct GenerateContentAssembly: AnswerDecoder {
    private var result = ModelCall.Answer()
    private var said = ""
    private var thought = ""
    private var calls: CallNames

    /// - Parameter prompt: what was sent; calls without an id of their own are numbered on from it.
    init(after prompt: ModelCall.Prompt) { calls = CallNames(after: prompt) }

    mutating func add(_ chunk: JSON) {
        let response = chunk["response"] ?? chunk
        result.responseID = response["responseId"]?.string ?? result.responseID
        result.model = response["modelVersion"]?.string ?? result.model
        result.usageReading =
            response["usageMetadata"].flatMap(UsageReading.init(generateContent:)) ?? result.usageReading
        if let problem = response["error"], problem != .null {
            result.state = .failed
            result.error = problem["message"]?.string ?? problem.compactText
        }
        if let reason = response["promptFeedback"]?["blockReason"]?.string {
            result.state = .failed
            result.error = "the prompt was blocked: \(reason)"
        }
        guard let candidate = response["candidates"]?[0] else { return }
        for part in candidate["content"]?["parts"]?.elements ?? [] {
            if let call = part["functionCall"] {
                result.toolCalls.append(calls.call(call))
            } else if part["thought"]?.bool == true {
                thought += part["text"]?.string ?? ""
            } else {
                said += GenerateContentDecoder.text(of: [part])
            }
        }
        if let reason = candidate["finishReason"]?.string { finish(reason, candidate) }
    }

    mutating func take(whole: JSON) { add(whole) }

    private mutating func finish(_ reason: String, _ candidate: JSON) {
        guard result.state != .failed else { return }
        switch reason {
        case "STOP": result.state = .complete
        case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL":
            result.state = .failed
            result.error = candidate["finishMessage"]?.string ?? reason
        default:
            result.state = .incomplete
            result.error = reason
        }
    }

    var answer: ModelCall.Answer {
        var answer = result
        if !said.isEmpty { answer.messages = [said] }
        if !thought.isEmpty { answer.reasoning = [thought] }
        return answer
    }
}

/// Ids for calls that the API names by their function alone: the first call of `ls` is `ls#1`, in the answer and in
/// every later prompt alike.
private struct CallNames: Sendable {
    private var called: [String: Int] = [:]
    private var answered: [String: Int] = [:]

    init() {}

    init(after prompt: ModelCall.Prompt) {
        for item in prompt.items where item.origin == .toolCall {
            guard let parts = item.item.callID?.split(separator: "#"), parts.count == 2 else { continue }
            called[String(parts[0]), default: 0] += 1
        }
    }

    mutating func call(_ call: JSON) -> ToolCall {
        let name = call["name"]?.string ?? ""
        let arguments = call["args"]?.compactText ?? "{}"
        if let id = call["id"]?.string { return ToolCall(callID: id, name: name, arguments: arguments) }
        called[name, default: 0] += 1
        return ToolCall(callID: "\(name)#\(called[name] ?? 1)", name: name, arguments: arguments)
    }

    /// The id of the call that a response answers.
    mutating func answered(_ response: JSON) -> String {
        if let id = response["id"]?.string { return id }
        let name = response["name"]?.string ?? ""
        answered[name, default: 0] += 1
        return "\(name)#\(answered[name] ?? 1)"
    }
}
