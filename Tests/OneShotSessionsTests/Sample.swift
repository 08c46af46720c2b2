import OneShotCore
import OneShotStore

@testable import OneShotSessions

/// Exchanges as the recorder writes them.
enum Sample {
    /// The recorder's form of a stream of events.
    static func stream(_ events: [JSON]) -> String {
        let text = events.map { "event: \($0["type"]?.string ?? "")\ndata: \($0.compactText)\n\n" }.joined()
        return raw(text)
    }

    static func raw(_ text: String) -> String { (["_raw": .string(text)] as JSON).compactText }

    static func user(_ text: String) -> JSON {
        ["type": "message", "role": "user", "content": [["type": "input_text", "text": .string(text)]]]
    }

    static func developer(_ text: String) -> JSON {
        ["type": "message", "role": "developer", "content": [["type": "input_text", "text": .string(text)]]]
    }

    static func message(_ text: String) -> JSON {
        [
            "type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
            "content": [["type": "output_text", "text": .string(text), "annotations": []]],
        ]
    }

    static func call(_ id: String, _ command: String = "ls") -> JSON {
        [
            "type": "function_call", "id": .string("fc_\(id)"), "call_id": .string(id), "name": "exec_command",
            "arguments": .string((["cmd": .string(command)] as JSON).compactText),
        ]
    }

    static func result(_ id: String, _ text: String) -> JSON {
        ["type": "function_call_output", "call_id": .string(id), "output": .string(text)]
    }

    static func request(_ input: [JSON], previous: String? = nil, thread: String = "thread-1", generate: Bool? = nil)
        -> JSON
    {
        var members: [JSON.Member] = [
            .init("model", "gpt-5.5"), .init("stream", true), .init("input", .array(input)),
            .init("client_metadata", ["thread_id": .string(thread)]),
        ]
        if let previous { members.append(.init("previous_response_id", .string(previous))) }
        if let generate { members.append(.init("generate", .bool(generate))) }
        return .object(members)
    }

    static func usage(_ input: Int, _ output: Int) -> JSON {
        [
            "input_tokens": JSON(input), "input_tokens_details": ["cached_tokens": 4], "output_tokens": JSON(output),
            "output_tokens_details": ["reasoning_tokens": 1], "total_tokens": JSON(input + output),
        ]
    }

    /// A whole answer as Codex's own backend streams it: the last event says nothing about the output.
    static func events(_ id: String, _ items: [JSON], usage: JSON = usage(10, 2)) -> [JSON] {
        let created: JSON = [
            "type": "response.created",
            "response": ["id": .string(id), "model": "gpt-5.5-2026", "status": "in_progress", "output": []],
        ]
        let done: JSON = [
            "type": "response.completed",
            "response": [
                "id": .string(id), "model": "gpt-5.5-2026", "status": "completed", "output": [], "usage": usage,
            ],
        ]
        return [created]
            + items.enumerated().flatMap { index, item -> [JSON] in
                [
                    ["type": "response.output_item.added", "output_index": JSON(index), "item": item],
                    ["type": "response.output_item.done", "output_index": JSON(index), "item": item],
                ]
            } + [done]
    }

    static func session(_ exchanges: [Exchange]) -> Session? { SessionReader.session("run-1", of: exchanges) }
}
