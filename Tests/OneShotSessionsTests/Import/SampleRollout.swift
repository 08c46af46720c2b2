import Foundation
import OneShotCore

@testable import OneShotSessions

/// Files as Codex 0.163 and Claude Code 2.1 write them, with the parts that we read.
enum SampleTranscript {
    static func time(_ second: Int) -> String { Timestamp.iso(milliseconds: 1_795_360_000_000 + Int64(second) * 1000) }

    static func text(_ lines: [JSON]) -> String { lines.map { $0.compactText + "\n" }.joined() }

    // MARK: - Codex

    static func line(_ second: Int, _ type: String, _ payload: JSON) -> JSON {
        ["timestamp": .string(time(second)), "ordinal": 0, "type": .string(type), "payload": payload]
    }

    static func meta(_ id: String = "thread-1", session: String? = nil, source: JSON = "exec") -> JSON {
        line(
            0,
            "session_meta",
            [
                "session_id": .string(session ?? id), "id": .string(id), "timestamp": .string(time(0)),
                "cwd": "/src/tally", "originator": "codex_exec", "cli_version": "0.163.0", "source": source,
                "base_instructions": ["text": "You are Codex."],
                "git": ["commit_hash": "814a277", "branch": "main", "repository_url": "https://example.org/tally.git"],
            ]
        )
    }

    static func item(_ second: Int, _ item: JSON) -> JSON { line(second, "response_item", item) }

    static func record(_ second: Int, _ id: String, input: Int, output: Int) -> JSON {
        line(
            second,
            "token_usage_record",
            [
                "response_id": .string(id),
                "usage": [
                    "input_tokens": JSON(input), "cached_input_tokens": 5, "cache_write_input_tokens": 0,
                    "output_tokens": JSON(output), "reasoning_output_tokens": 1, "total_tokens": JSON(input + output),
                ],
            ]
        )
    }

    /// A question, a call with its result, an answer; a later question and its answer.
    static let rollout: [JSON] = [
        meta(), line(0, "event_msg", ["type": "task_started"]),
        item(1, Sample.user("<environment_context>\n<cwd>/src/tally</cwd>")),
        line(1, "turn_context", ["model": "gpt-5"]),
        item(1, Sample.user("list the files")),
        item(2, ["type": "reasoning", "summary": [["type": "summary_text", "text": "Look first."]]]),
        item(2, Sample.call("call_1")),
        record(3, "resp_1", input: 100, output: 10),
        item(4, Sample.result("call_1", "a.txt")),
        line(4, "event_msg", ["type": "token_count", "info": ["last_token_usage": ["input_tokens": 100]]]),
        item(5, Sample.message("There is a.txt.")),
        record(5, "resp_2", input: 120, output: 20),
        line(5, "event_msg", ["type": "task_complete"]),
        item(65, Sample.user("thanks")),
        item(66, Sample.message("You are welcome.")),
        record(66, "resp_3", input: 140, output: 5),
    ]

    // MARK: - Claude Code

    static func claude(_ second: Int, _ type: String, _ members: [JSON.Member]) -> JSON {
        .object(
            [
                .init("type", .string(type)), .init("timestamp", .string(time(second))),
                .init("sessionId", "session-1"),
                .init("version", "2.1.330"), .init("cwd", "/src/tally"), .init("gitBranch", "main"),
            ] + members
        )
    }

    static func said(_ second: Int, _ content: JSON, _ more: [JSON.Member] = []) -> JSON {
        claude(second, "user", [.init("message", ["role": "user", "content": content])] + more)
    }

    static func answered(
        _ second: Int,
        _ id: String,
        _ block: JSON,
        stop: String = "end_turn",
        _ more: [JSON.Member] = []
    )
        -> JSON
    {
        claude(
            second,
            "assistant",
            [
                .init(
                    "message",
                    [
                        "id": .string(id), "type": "message", "role": "assistant", "model": "claude-opus-5-5",
                        "content": [block], "stop_reason": .string(stop),
                        "usage": [
                            "input_tokens": 10, "cache_creation_input_tokens": 5, "cache_read_input_tokens": 100,
                            "output_tokens": 20,
                        ],
                    ]
                )
            ] + more
        )
    }

    static let transcript: [JSON] = [
        ["type": "queue-operation", "operation": "enqueue", "sessionId": "session-1", "content": "hello"],
        said(0, "hello"),
        claude(1, "api-request", [.init("id", "request-1")]),
        answered(
            2,
            "msg_1",
            ["type": "thinking", "thinking": "I look first.", "signature": "x"],
            stop: "tool_use",
            [.init("requestRef", "request-1")]
        ),
        answered(2, "msg_1", ["type": "text", "text": "Let me look."], stop: "tool_use"),
        answered(
            3,
            "msg_1",
            ["type": "tool_use", "id": "toolu_1", "name": "Bash", "input": ["command": "ls"]],
            stop: "tool_use"
        ),
        // A quick tool is ready before the answer has ended.
        said(3, [["type": "tool_result", "tool_use_id": "toolu_1", "content": "a.txt", "is_error": true]]),
        answered(3, "msg_1", ["type": "tool_use", "id": "toolu_2", "name": "Agent", "input": [:]], stop: "tool_use"),
        said(4, "look around", [.init("isSidechain", true), .init("agentId", "agent-7"), .init("uuid", "u1")]),
        answered(
            5,
            "msg_2",
            ["type": "text", "text": "Nothing."],
            [.init("isSidechain", true), .init("agentId", "agent-7")]
        ),
        said(
            5,
            [["type": "tool_result", "tool_use_id": "toolu_2", "content": [["type": "text", "text": "started"]]]],
            [.init("toolUseResult", ["agentId": "agent-7", "description": "scout"])]
        ),
        answered(6, "msg_3", ["type": "text", "text": "All done."]),
    ]
}
