import OneShotCore

/// Reads calls of Google's Gemini API: one answer as JSON, or streamed as events or as one JSON array.
///
/// Source: ai.google.dev/api/generate-content. Code Assist wraps requests in `request` and answers in `response`.
enum GenerateContentDecoder {
    static func prompt(of body: JSON, url: String) -> ModelCall.Prompt {
        let request = body["request"] ?? body
        var items: [InputItem] = []
        let system = text(of: (request["systemInstruction"] ?? request["system_instruction"])?["parts"])
        if !system.isEmpty { items.append(InputItem(kind: "message", role: "system", text: system)) }
        var calls = CallNames()
        for content in request["contents"]?.elements ?? [] {
            let isModel = content["role"]?.string == "model"
            var said = ""
            for part in content["parts"]?.elements ?? [] where part["thought"]?.bool != true {
                if let item = callItem(part, calls: &calls) {
                    append(&said, to: &items, isModel: isModel)
                    items.append(item)
                } else if isModel {
                    // What came in many pieces may come back in one.
                    said += text(of: [part])
                } else {
                    items.append(InputItem(kind: "message", role: "user", text: text(of: [part])))
                }
            }
            append(&said, to: &items, isModel: isModel)
        }
        return ModelCall.Prompt(
            model: body["model"]?.string ?? model(in: url),
            items: items.map(PromptItem.init),
            tools: request["tools"]?.elements ?? []
        )
    }

    private static func append(_ said: inout String, to items: inout [InputItem], isModel: Bool) {
        guard isModel, !said.isEmpty else { return }
        items.append(InputItem(kind: "message", role: "assistant", text: said))
        said = ""
    }

    private static func callItem(_ part: JSON, calls: inout CallNames) -> InputItem? {
        if let call = part["functionCall"] { return calls.call(call).item }
        guard let response = part["functionResponse"] else { return nil }
        let result = response["response"]
        let error = result?["error"].flatMap { $0 == .null ? nil : $0.string ?? $0.compactText }
        let text = result?["output"]?.string ?? result?["result"]?.string ?? error ?? result?.compactText ?? ""
        return InputItem(
            kind: "tool_result",
            role: "tool",
            text: text,
            callID: calls.answered(response),
            isError: error == nil ? nil : true
        )
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
                let made = calls.call(call)
                result.toolCalls.append(made)
                result.items.append(made.item)
            } else if part["thought"]?.bool == true {
                thought += part["text"]?.string ?? ""
            } else {
                say(GenerateContentDecoder.text(of: [part]))
            }
        }
        if let reason = candidate["finishReason"]?.string { finish(reason, candidate) }
    }

    mutating func take(whole: JSON) { add(whole) }

    private mutating func say(_ text: String) {
        guard !text.isEmpty else { return }
        said += text
        if let last = result.items.indices.last, result.items[last].kind == "message" {
            result.items[last].text += text
        } else {
            result.items.append(InputItem(kind: "message", role: "assistant", text: text))
        }
    }

    private mutating func finish(_ reason: String, _ candidate: JSON) {
        result.stopReason = reason
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
        for item in prompt.items where item.item.kind == "tool_call" {
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
