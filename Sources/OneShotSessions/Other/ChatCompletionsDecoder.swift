import OneShotCore

/// Reads calls of the Chat Completions API, which many providers answer.
///
/// Source: platform.openai.com/docs/api-reference/chat.
enum ChatCompletionsDecoder {
    static func prompt(of body: JSON) -> ModelCall.Prompt {
        ModelCall.Prompt(
            model: body["model"]?.string,
            items: (body["messages"]?.elements ?? []).flatMap(promptItems)
        )
    }

    private static func promptItems(_ message: JSON) -> [PromptItem] {
        let role = message["role"]?.string ?? "user"
        let text = ResponsesDecoder.text(of: message["content"])
        guard role != "tool" else {
            let result = InputItem(kind: "tool_result", role: role, text: text, callID: message["tool_call_id"]?.string)
            return [PromptItem(result)]
        }
        guard role == "assistant" else { return [PromptItem(InputItem(kind: "message", role: role, text: text))] }
        let said = text.isEmpty ? [] : [PromptItem(InputItem(kind: "message", role: role, text: text), origin: .answer)]
        let calls = (message["tool_calls"]?.elements ?? []).map(toolCall).map { call in
            PromptItem(
                InputItem(kind: "tool_call", role: role, text: "\(call.name) \(call.arguments)", callID: call.callID),
                origin: .toolCall
            )
        }
        return said + calls
    }

    static func answer(_ body: RecordedAnswer) -> ModelCall.Answer {
        switch body {
        case .absent: return ModelCall.Answer()
        case .text(let text): return ModelCall.Answer(error: text)
        case .json(let response):
            var answer = ModelCall.Answer(responseID: response["id"]?.string, model: response["model"]?.string)
            answer.usage = response["usage"].flatMap(usage)
            if let problem = response["error"], problem != .null {
                answer.state = .failed
                answer.error = problem["message"]?.string ?? problem.compactText
            }
            guard let choice = response["choices"]?[0] else { return answer }
            let message = choice["message"]
            answer.messages = [ResponsesDecoder.text(of: message?["content"])].filter { !$0.isEmpty }
            if let text = message?["reasoning_content"]?.string, !text.isEmpty { answer.reasoning = [text] }
            answer.toolCalls = (message?["tool_calls"]?.elements ?? []).map(toolCall)
            answer.state = state(choice["finish_reason"]?.string ?? "stop")
            return answer
        case .events(let chunks): return self.answer(chunks)
        }
    }

    private static func answer(_ chunks: [JSON]) -> ModelCall.Answer {
        var answer = ModelCall.Answer()
        var text = ""
        var reasoning = ""
        var calls: [Int: ToolCall] = [:]
        for chunk in chunks {
            answer.responseID = answer.responseID ?? chunk["id"]?.string
            answer.model = answer.model ?? chunk["model"]?.string
            answer.usage = chunk["usage"].flatMap(usage) ?? answer.usage
            if let problem = chunk["error"], problem != .null {
                answer.state = .failed
                answer.error = problem["message"]?.string ?? problem.compactText
            }
            guard let choice = chunk["choices"]?[0] else { continue }
            let delta = choice["delta"]
            text += delta?["content"]?.string ?? ""
            reasoning += delta?["reasoning_content"]?.string ?? ""
            for piece in delta?["tool_calls"]?.elements ?? [] {
                var call = calls[piece["index"]?.int ?? 0] ?? ToolCall(callID: "", name: "", arguments: "")
                // Some gateways repeat id and name in each chunk: the first ones stand.
                if call.callID.isEmpty { call.callID = piece["id"]?.string ?? "" }
                if call.name.isEmpty { call.name = piece["function"]?["name"]?.string ?? "" }
                call.arguments += piece["function"]?["arguments"]?.string ?? ""
                calls[piece["index"]?.int ?? 0] = call
            }
            if let reason = choice["finish_reason"]?.string { answer.state = state(reason) }
        }
        if !text.isEmpty { answer.messages = [text] }
        if !reasoning.isEmpty { answer.reasoning = [reasoning] }
        answer.toolCalls = calls.sorted { $0.key < $1.key }.map(\.value)
        return answer
    }

    private static func state(_ finishReason: String) -> Turn.State {
        ["length", "content_filter"].contains(finishReason) ? .incomplete : .complete
    }

    private static func toolCall(_ call: JSON) -> ToolCall {
        ToolCall(
            callID: call["id"]?.string ?? "",
            name: call["function"]?["name"]?.string ?? "",
            arguments: call["function"]?["arguments"]?.string ?? ""
        )
    }

    private static func usage(_ usage: JSON) -> Usage? {
        guard case .object = usage else { return nil }
        return Usage(
            inputTokens: usage["prompt_tokens"]?.count ?? 0,
            cachedInputTokens: usage["prompt_tokens_details"]?["cached_tokens"]?.count ?? 0,
            outputTokens: usage["completion_tokens"]?.count ?? 0,
            reasoningTokens: usage["completion_tokens_details"]?["reasoning_tokens"]?.count ?? 0
        )
    }
}
