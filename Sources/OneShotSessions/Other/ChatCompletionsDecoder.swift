import OneShotCore

/// Reads calls of the Chat Completions API, which many providers answer.
///
/// Source: platform.openai.com/docs/api-reference/chat.
enum ChatCompletionsDecoder {
    static func prompt(of body: JSON) -> ModelCall.Prompt {
        ModelCall.Prompt(
            model: body["model"]?.string,
            items: (body["messages"]?.elements ?? []).flatMap(items(of:)).map(PromptItem.init),
            tools: body["tools"]?.elements ?? []
        )
    }

    /// A message of a prompt, or of an answer that becomes one: its text, then its calls.
    static func items(of message: JSON) -> [InputItem] {
        let role = message["role"]?.string ?? "user"
        let text = ResponsesDecoder.text(of: message["content"])
        guard role != "tool" else {
            return [InputItem(kind: "tool_result", role: role, text: text, callID: message["tool_call_id"]?.string)]
        }
        guard role == "assistant" else { return [InputItem(kind: "message", role: role, text: text)] }
        let said = [text, message["refusal"]?.string ?? ""].filter { !$0.isEmpty }
        return said.map { InputItem(kind: "message", role: role, text: $0) }
            + (message["tool_calls"]?.elements ?? []).map { toolCall($0).item }
    }

    fileprivate static func toolCall(_ call: JSON) -> ToolCall {
        ToolCall(
            callID: call["id"]?.string ?? "",
            name: call["function"]?["name"]?.string ?? "",
            arguments: call["function"]?["arguments"]?.string ?? ""
        )
    }
}

/// An answer put together from its chunks. Of several choices the first is told.
struct ChatAssembly: AnswerDecoder {
    private var result = ModelCall.Answer()
    private var text = ""
    private var refusal = ""
    private var reasoning = ""
    private var calls: [Int: ToolCall] = [:]

    mutating func add(_ chunk: JSON) {
        takeCommon(of: chunk)
        guard let choice = chunk["choices"]?.elements.first(where: { ($0["index"]?.int ?? 0) == 0 }) else {
            if chunk["choices"] == nil, chunk["error"] == nil, chunk["usage"] == nil {
                result.unknownEvents.append(chunk)
            }
            return
        }
        let delta = choice["delta"]
        text += delta?["content"]?.string ?? ""
        refusal += delta?["refusal"]?.string ?? ""
        reasoning += (delta?["reasoning_content"] ?? delta?["reasoning"])?.string ?? ""
        for piece in delta?["tool_calls"]?.elements ?? [] {
            var call = calls[piece["index"]?.int ?? 0] ?? ToolCall(callID: "", name: "", arguments: "")
            // Some gateways repeat id and name in each chunk: the first ones stand.
            if call.callID.isEmpty { call.callID = piece["id"]?.string ?? "" }
            if call.name.isEmpty { call.name = piece["function"]?["name"]?.string ?? "" }
            call.arguments += piece["function"]?["arguments"]?.string ?? ""
            calls[piece["index"]?.int ?? 0] = call
        }
        if let reason = choice["finish_reason"]?.string { finish(reason) }
    }

    mutating func take(whole response: JSON) {
        takeCommon(of: response)
        guard let choice = response["choices"]?[0] else { return }
        let message = choice["message"]
        text = ResponsesDecoder.text(of: message?["content"])
        refusal = message?["refusal"]?.string ?? ""
        reasoning = (message?["reasoning_content"] ?? message?["reasoning"])?.string ?? ""
        for (index, call) in (message?["tool_calls"]?.elements ?? []).enumerated() {
            calls[index] = ChatCompletionsDecoder.toolCall(call)
        }
        finish(choice["finish_reason"]?.string ?? "stop")
    }

    /// `[DONE]` may be all that a gateway says about the end.
    mutating func end() {
        if result.state == .truncated { result.state = .complete }
    }

    private mutating func takeCommon(of response: JSON) {
        result.responseID = result.responseID ?? response["id"]?.string
        result.model = result.model ?? response["model"]?.string
        result.usageReading = response["usage"].flatMap(UsageReading.init(chatCompletions:)) ?? result.usageReading
        if let problem = response["error"], problem != .null {
            result.state = .failed
            result.error = problem["message"]?.string ?? problem.string ?? problem.compactText
        }
    }

    private mutating func finish(_ reason: String) {
        result.stopReason = reason
        guard result.state != .failed else { return }
        result.state = ["length", "content_filter"].contains(reason) ? .incomplete : .complete
    }

    var answer: ModelCall.Answer {
        var answer = result
        answer.messages = [text, refusal].filter { !$0.isEmpty }
        answer.reasoning = [reasoning].filter { !$0.isEmpty }
        answer.toolCalls = calls.sorted { $0.key < $1.key }.map(\.value)
        answer.items =
            answer.messages.map { InputItem(kind: "message", role: "assistant", text: $0) }
            + answer.toolCalls.map(\.item)
        return answer
    }
}
