import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotExport

@Suite("Codex's rollout lines")
struct RolloutTests {
    private func lines(_ document: SessionExport.Document) throws -> [JSON] {
        try document.text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    @Test(
        "every line is one line to everybody",
        arguments: ["\u{2028}", "\u{2029}", "\u{85}", "\u{C}", "\u{1E}", "\r"]
    )
    func lineEnds(end: String) throws {
        var session = Sample.plain
        session.turns[0].output = "a\(end)b"
        let text = try Sample.documents(session, .codex)[0].text
        #expect(text.filter { $0.isNewline } == text.filter { $0 == "\n" })
        let lines = try lines(try Sample.documents(session, .codex)[0])
        #expect(lines.contains { $0["payload"]?["message"]?.string == "a\(end)b" })
    }

    @Test("each conversation is a file, and a subagent's names the one above it")
    func files() throws {
        let documents = try Sample.documents(Sample.session, .codex)
        #expect(documents.map(\.thread) == [nil, "sub"])
        let below = try lines(documents[1])
        #expect(below[0]["payload"]?["source"]?["subagent"]?["thread_spawn"]?["parent_thread_id"] == "main")
        #expect(below[0]["payload"]?["session_id"] == "run-1")
        #expect(below.contains { $0["payload"]?["call_id"] == "s1" })
        #expect(try !lines(documents[0]).contains { $0["payload"]?["call_id"] == "s1" })
    }

    @Test("a person's words stand twice, what the agent says in their name does not")
    func user() throws {
        let lines = try lines(try Sample.documents(Sample.session, .codex)[0])
        let events = lines.filter { $0["payload"]?["type"] == "user_message" }
        #expect(events.count == 3)
        #expect(events[0]["payload"]?["message"] == "list the files, \u{2028} please 🦊")
        let items = lines.filter { $0["payload"]?["role"] == "user" }
        #expect(items.count == 4)
    }

    @Test("a call comes before its result, and free text is a custom call")
    func calls() throws {
        let lines = try lines(try Sample.documents(Sample.session, .codex)[0])
        let kinds = lines.filter { $0["payload"]?["call_id"] == "c2" }.map { $0["payload"]?["type"]?.string }
        #expect(kinds == ["custom_tool_call", "custom_tool_call_output"])
        let ids = lines.compactMap { $0["payload"]?["call_id"]?.string }
        #expect(ids == ["old_1", "old_1", "lost_1", "c1", "c2", "c3", "c1", "c2", "c3", "c4"])
        #expect(lines.contains { $0["type"] == "compacted" })
        #expect(lines.filter { $0["payload"]?["type"] == "error" }.count == 4)
    }

    @Test("the system's first words are Codex's instructions, and the tokens add up")
    func claude() throws {
        let lines = try lines(try Sample.documents(Sample.plain, .codex)[0])
        #expect(lines[0]["payload"]?["base_instructions"]?["text"] == "You are Claude Code.")
        #expect(lines[0]["payload"]?["model_provider"] == "anthropic")
        #expect(!lines.contains { $0["payload"]?["role"] == "system" })
        #expect(lines.last?["payload"]?["info"]?["total_token_usage"]?["total_tokens"] == 258)
    }
}

@Suite(
    "Integration: datasets and teich",
    .enabled(if: Tool.isAvailable(Tool.python), PythonReader.reason),
    .timeLimit(.minutes(4))
)
struct RolloutReaderTests {
    @Test("the Hub's reader takes the lines for agent traces: prompt, messages, calls with their results, tools")
    func reads() async throws {
        let program = """
            import json, sys, datasets, teich
            from datasets import load_dataset
            for name in ("codex", "claude"):
                rows = load_dataset("json", data_files=name + ".jsonl", split="train")
                if len(rows) != 1 or "messages" not in rows.features:
                    sys.exit(f"no agent trace: {rows.features}")
                row = rows[0]
                messages = row["messages"]
                messages = json.loads(messages) if isinstance(messages, str) else messages
                calls = [c["id"] for m in messages for c in m.get("tool_calls") or []]
                results = [m["tool_call_id"] for m in messages if m["role"] == "tool"]
                tools = row["tools"]
                tools = json.loads(tools) if isinstance(tools, str) else tools
                names = {(t.get("function") or t).get("name") for t in tools}
                print(row["harness"], row["session_id"], row["num_user_messages"], ascii(row["prompt"]))
                print(*[m["role"][:1] for m in messages])
                print(*calls, "|", *results, "|", "mcp__oneshot.repo_start" in names)
            """
        let text = try await PythonReader.run(
            program,
            files: [
                "codex.jsonl": try Sample.documents(Sample.session, .codex)[0].text,
                "claude.jsonl": try Sample.documents(Sample.plain, .codex)[0].text,
            ]
        )
        #expect(
            text == """
                codex main 3 'list the files, \\u2028 please \\U0001f98a'
                s a t t u a t t t a u a a a u
                old_1 c1 c2 c3 c4 | old_1 lost_1 c1 c2 c3 | True
                codex run-2 1 'what is here?'
                s u u a t a
                toolu_1 | toolu_1 | False

                """
        )
    }
}
