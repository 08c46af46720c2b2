import OneShotCore
import Testing

@testable import OneShotPracticeModel

@Suite("The practice model's answers")
struct PracticeBookTests {
    private let user = Requests.user("please fix it")

    private func answer(_ book: inout PracticeBook, _ body: JSON) -> ModelAnswer {
        book.answer(ModelRequest(body, headers: [:]))
    }

    private func first(_ step: PracticeStep, _ dialect: Requests.Dialect) -> JSON? {
        var book = PracticeBook(script: PracticeScript([step]))
        let body = Requests.body(dialect.leadingInput + [user], dialect: dialect)
        return answer(&book, body).items.last
    }

    @Test("a shell step is called as each dialect wants it")
    func shell() {
        let functions = first(.shell("echo \"hi\""), .functions)
        #expect(functions?["type"] == "function_call")
        #expect(functions?["name"] == "exec_command")
        #expect(functions?["arguments"]?.string?.contains(#""cmd":"echo \"hi\"""#) == true)
        let code = first(.shell("echo \"hi\""), .codeMode)
        #expect(code?["type"] == "custom_tool_call")
        #expect(code?["namespace"] == "functions")
        #expect(code?["input"]?.string?.contains(#"tools.exec_command({cmd: "echo \"hi\"""#) == true)
        #expect(first(.shell("ls"), .localShell)?["action"]?["command"] == ["bash", "-lc", "ls"])
    }

    @Test("a patch is a tool of its own, JavaScript, or a heredoc whose mark is not in the patch")
    func patch() {
        let text = "*** Begin Patch\n*** Add File: PATCH\n+PATCH_\n*** End Patch"
        #expect(first(.patch(text), .customPatch)?["name"] == "apply_patch")
        #expect(first(.patch(text), .customPatch)?["input"] == .string(text))
        #expect(
            first(.patch(text), .codeMode)?["input"]?.string?.contains("tools.apply_patch(\"*** Begin Patch\\n") == true
        )
        let heredoc = first(.patch(text), .functions)?["arguments"]?.string ?? ""
        #expect(heredoc.contains("apply_patch <<'PATCH__'"))
        #expect(heredoc.contains("*** End Patch\\nPATCH__\""))
    }

    @Test("an MCP tool is called by its namespace, out of JavaScript, or looked up first")
    func mcp() {
        let step = PracticeStep.mcp("repo.start_task.v1", ["task_title": "T"])
        let direct = first(step, .functions)
        #expect(direct?["namespace"] == "mcp__oneshot")
        #expect(direct?["name"] == "repo_start_task_v1")
        #expect(direct?["arguments"] == #"{"task_title":"T"}"#)
        let script = first(step, .codeMode)?["input"]?.string ?? ""
        #expect(script.contains(#"await tools.mcp__oneshot__repo_start_task_v1({"task_title":"T"})"#))

        var book = PracticeBook(script: PracticeScript([step, .say("done")]))
        let search = answer(&book, Requests.body([user], dialect: .deferred)).items
        #expect(search.first?["type"] == "tool_search_call")
        let found: JSON = [
            "type": "tool_search_output", "call_id": search[0]["call_id"] ?? .null,
            "tools": [
                [
                    "type": "namespace", "name": "mcp__oneshot",
                    "tools": [["type": "function", "name": "repo_start_task_v1"]],
                ]
            ],
        ]
        let call = answer(&book, Requests.body([user, search[0], found], dialect: .deferred)).items
        #expect(call.first?["namespace"] == "mcp__oneshot")
        let last = answer(&book, Requests.body([user, search[0], found, call[0], ["type": "function_call_output"]]))
            .items
        #expect(last.first?["content"]?[0]?["text"] == "done")
    }

    @Test("a tool that a search does not find is said to be missing, once")
    func searchInVain() {
        var book = PracticeBook(script: PracticeScript([.mcp("no.such"), .say("after")]))
        let search = answer(&book, Requests.body([user], dialect: .deferred)).items[0]
        let nothing: JSON = ["type": "tool_search_output", "call_id": search["call_id"] ?? .null, "tools": []]
        let text = answer(&book, Requests.body([user, search, nothing], dialect: .deferred)).items[0]
        #expect(text["content"]?[0]?["text"]?.string?.contains("no.such") == true)
    }

    @Test("a second attempt at a call gets the same answer, over either transport")
    func retry() {
        var book = PracticeBook(script: PracticeScript([.shell("one"), .shell("two")]))
        let overSocket = Requests.body([user], turn: "turn-1", extra: [.init("type", "response.create")])
        let one = answer(&book, overSocket)
        #expect(answer(&book, overSocket) == one)
        #expect(answer(&book, Requests.body([Requests.user("env"), user], turn: "turn-1")) == one)
        let two = answer(
            &book,
            Requests.body([user, one.items[0], ["type": "function_call_output", "call_id": "c"]], turn: "turn-1")
        )
        #expect(two.items[0]["arguments"]?.string?.contains("two") == true)
    }

    @Test("warming the caches and compacting take no step; the tools are remembered")
    func prewarmAndCompaction() {
        var book = PracticeBook(script: PracticeScript([.shell("one"), .say("two")]))
        let warm = answer(
            &book,
            Requests.body(Requests.Dialect.codeMode.leadingInput, dialect: .codeMode, extra: [.init("generate", false)])
        )
        #expect(warm.items.isEmpty)
        #expect(warm.usage == Usage())
        let one = answer(&book, Requests.body([user], dialect: .codeMode, thread: nil, previous: warm.responseID))
        #expect(one.items[0]["name"] == "exec")
        let compaction = Requests.body(
            [user, ["type": "compaction_trigger"]],
            dialect: .codeMode,
            thread: nil,
            previous: one.responseID
        )
        #expect(answer(&book, compaction).items.contains { $0["type"] == "compaction" })
        let two = answer(&book, Requests.body([Requests.user("summary")], dialect: .codeMode, previous: one.responseID))
        #expect(two.items[0]["content"]?[0]?["text"] == "two")
    }

    @Test("past the end there are last words; a step that repeats has no end")
    func end() {
        func texts(_ steps: [PracticeStep]) -> [String?] {
            var book = PracticeBook(script: PracticeScript(steps))
            return (1...4).map { round in
                answer(&book, Requests.body(Array(repeating: user, count: round))).items[0]["content"]?[0]?["text"]?
                    .string
            }
        }
        #expect(texts([.say("a")]) == ["a", PracticeBook.lastWords, PracticeBook.lastWords, PracticeBook.lastWords])
        #expect(texts([.say("a"), PracticeStep(say: "b", repeats: true)]) == ["a", "b", "b", "b"])
    }

    @Test("conversations go by the first prompt, and each thread is in a place of its own")
    func conversations() {
        let script = PracticeScript(conversations: [
            .init(match: .text("fix it"), steps: [.say("fixed"), .say("more")]),
            .init(match: .regex("^write (a|the) test"), steps: [.say("written")]),
            .init(steps: [.say("default")]),
        ])
        var book = PracticeBook(script: script)
        func say(_ prompt: String, thread: String) -> String? {
            let environment = Requests.user("<environment_context>write a test</environment_context>")
            return answer(&book, Requests.body([environment, Requests.user(prompt)], thread: thread))
                .items[0]["content"]?[0]?["text"]?.string
        }
        #expect(say("please fix it", thread: "a") == "fixed")
        #expect(say("write the test", thread: "b") == "written")
        #expect(say("something else", thread: "c") == "default")
        #expect(say("something new", thread: "a") == "more")
    }

    @Test("a judge's request takes the JSON conversation, else the plainest value of its schema")
    func judge() {
        let schema: JSON = [
            "type": "object", "required": ["score", "why"],
            "properties": [
                "score": ["type": "number", "minimum": 0], "why": ["type": "string"], "extra": ["type": "string"],
            ],
        ]
        let format: JSON = ["format": ["type": "json_schema", "name": "grade", "schema": schema]]
        func text(_ script: PracticeScript) -> String? {
            var book = PracticeBook(script: script)
            let body: JSON = ["model": "judge", "input": "grade this: fix it", "text": format]
            return answer(&book, body).items[0]["content"]?[0]?["text"]?.string
        }
        let agent = PracticeScript.Conversation(match: .text("fix it"), steps: [.shell("ls")])
        let judge = PracticeScript.Conversation(match: .text("grade"), steps: [.json(["score": 0.5, "why": "so"])])
        #expect(text(PracticeScript(conversations: [agent, judge])) == #"{"score":0.5,"why":"so"}"#)
        #expect(text(PracticeScript(conversations: [agent])) == #"{"score":0,"why":""}"#)
    }

    @Test("a command that is still running is waited for before the next step")
    func longCommand() {
        var book = PracticeBook(script: PracticeScript([.shell("sleep 60"), .say("slept")]))
        let call = answer(&book, Requests.body([user])).items[0]
        let running: JSON = [
            "type": "function_call_output", "call_id": call["call_id"] ?? .null,
            "output": "Wall time: 30.0 seconds\nProcess running with session ID 17\nOutput:\n",
        ]
        let wait = answer(&book, Requests.body([user, call, running])).items[0]
        #expect(wait["name"] == "write_stdin")
        #expect(wait["arguments"]?.string?.contains(#""session_id":17"#) == true)
        let ended: JSON = ["type": "function_call_output", "output": "Process exited with code 0"]
        #expect(
            answer(&book, Requests.body([user, call, running, wait, ended])).items[0]["content"]?[0]?["text"] == "slept"
        )
    }

    @Test("usage follows the length of the prompt, over both transports alike, unless the script says it")
    func usage() {
        let steps: [PracticeStep] = [
            .shell("a"), .shell("b"), PracticeStep(say: "c", usage: Usage(inputTokens: 7, outputTokens: 9)),
        ]
        var whole = PracticeBook(script: PracticeScript(steps))
        var chained = PracticeBook(script: PracticeScript(steps))
        let long = Requests.user(String(repeating: "word ", count: 2000))
        let one = answer(&whole, Requests.body([long]))
        let result: JSON = ["type": "function_call_output", "call_id": "c", "output": "x"]
        let two = answer(&whole, Requests.body([long, one.items[0], result]))
        let socketOne = answer(&chained, Requests.body([long]))
        let socketTwo = answer(&chained, Requests.body([result], previous: socketOne.responseID))
        #expect(one.usage.inputTokens > 2500)
        #expect(one.usage.cachedInputTokens == 0)
        #expect(two.usage.inputTokens > one.usage.inputTokens)
        #expect(two.usage.cachedInputTokens > 2000)
        #expect(two.usage.cachedInputTokens <= two.usage.inputTokens)
        #expect(abs(two.usage.inputTokens - socketTwo.usage.inputTokens) < 50)
        let three = answer(&chained, Requests.body([Requests.user("d")], previous: socketTwo.responseID))
        #expect(three.usage == Usage(inputTokens: 7, outputTokens: 9))
    }

    @Test("the events say the same as the response, numbered and each in its place")
    func events() {
        var book = PracticeBook(
            script: PracticeScript([PracticeStep(reasoning: "hm", say: "Grüße 🌍", action: .shell("ls"))])
        )
        let answer = answer(&book, Requests.body([user]))
        let events = answer.events
        #expect(events.map { $0["sequence_number"]?.int } == Array(0..<events.count))
        #expect(events.last?["type"] == "response.completed")
        #expect(events.last?["response"]?["output"] == .array(answer.items))
        let done = events.filter { $0["type"] == "response.output_item.done" }.compactMap { $0["item"] }
        #expect(done == answer.items)
        let text = events.filter { $0["type"] == "response.output_text.delta" }.compactMap { $0["delta"]?.string }
            .joined()
        #expect(text == "Grüße 🌍")
    }
}
