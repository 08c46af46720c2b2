import OneShotCore
import OneShotGit
import Testing

@testable import OneShotCapture

@Suite("What a person said")
struct InstructionTests {
    @Test(
        "loses the sentences about the task tools and what was dictated to them, and nothing else",
        arguments: [
            ("Fix the bug in a.py. Keep 1.5 as it is!", "Fix the bug in a.py. Keep 1.5 as it is!"),
            ("Use the repo.start_task.v1 tool with the title 'Add\nrepository info' and the labels a and b.", ""),
            (
                "Use the repo.start_task.v1 tool with the title 'X'. Then add sections to README.md, as\nthe code says. "
                    + "Then use repo.end_task.v1 with a summary.",
                "Then add sections to README.md, as\nthe code says."
            ),
            (
                "Use the repo.start_task.v1 tool with:\n- Title: \"T\"\n- Notes: \"N\"\n- Labels: [\"a\"]\n\nThen do this:\n"
                    + "- Title case the headings\n- Mend typos",
                "Then do this:\n- Title case the headings\n- Mend typos"
            ),
            ("Please call end task now", ""), ("start-task please. Go.", "Go."),
            ("  Indented code:\n\n    x = 1\n", "Indented code:\n\n    x = 1"),
        ]
    )
    func toolTalk(said: String, kept: String) {
        #expect(PersonsWords.withoutToolTalk(said) == kept)
    }

    @Test(
        "is told from what the agent put under the person's name",
        arguments: [
            ("<environment_context>\n  <cwd>/x</cwd>\n</environment_context>", true),
            ("# AGENTS.md instructions for /repo\n\n<INSTRUCTIONS>\nBe nice\n</INSTRUCTIONS>", true), ("", true),
            ("<div> is not closed, mend it", false), ("Use generics <T> here", false), ("Do it", false),
        ]
    )
    func agentsOwn(message: String, expected: Bool) {
        #expect(PersonsWords.isAgentsOwn(message) == expected)
    }

    @Test("is taken from where the task began, whatever was said before")
    func fromTheStart() {
        let session = Self.session([
            (["<environment_context>x</environment_context>", "Explain the code."], [], "10:00"),
            (["Start task \"T\" please."], ["mcp__oneshot.repo_start_task_v1"], "10:01"),
            (["Add a flag."], ["shell"], "10:03"), (["No, not like that."], [], "10:04"),
        ])
        let task = Self.task(startedAt: "10:02")
        #expect(Self.request(task, session).work == "Add a flag.")
    }

    @Test("is found in code mode, where the call is inside a script")
    func codeMode() {
        var session = Self.session([(["Before."], [], "10:00"), (["start_task now. Work."], ["exec"], "10:01")])
        session.turns[1].toolCalls[0].arguments = "await tools.mcp__oneshot__repo_start_task_v1({title: 'T'})"
        #expect(Self.request(Self.task(startedAt: "10:02"), session).work == "Work.")
    }

    @Test("after a start from a shell is what was said since, if anything was")
    func fromShell() {
        let session = Self.session([(["Old."], [], "10:00"), (["New."], [], "10:05")])
        #expect(Self.request(Self.task(startedAt: "10:02"), session).work == "New.")
        #expect(Self.request(Self.task(startedAt: "10:09"), session).work == "Old.")
    }

    @Test("is what the agent was told, where the task began with that")
    func instruction() {
        var task = Self.task(startedAt: "10:02")
        task.instruction = "Do exactly this.\n"
        let session = Self.session([(["Something else."], [], "10:05")])
        #expect(Self.request(task, session).work == "Do exactly this.")
    }

    @Test(
        "makes a title of its first line",
        arguments: [
            ("\n Fix  it \nnow", "Fix it"),
            (
                "Add comprehensive repository information to README including architecture overview and setup",
                "Add comprehensive repository information to README including …"
            ),
            (String(repeating: "x", count: 90), String(repeating: "x", count: 90)),
        ]
    )
    func title(instruction: String, title: String) {
        #expect(TaskRequest.title(of: instruction) == title)
    }

    @Test("is absent where nothing was recorded")
    func nothing() {
        let task = Self.task(startedAt: "10:00")
        #expect(InstructionDraft(task: task, request: Self.request(task, nil)).text == "# T\n\n## Notes\n\nN\n")
    }

    @Test("goes on with what the person required later, and not with reactions or talk about tools")
    func corrections() {
        let session = Self.session([
            (["Add a flag."], [], "10:03"), (["No, call it `--json`. Great otherwise!"], [], "10:04"),
            (["Run the tests again."], [], "10:05"), (["Use repo.end_task.v1 now."], [], "10:06"),
        ])
        let task = Self.task(startedAt: "10:02")
        let request = Self.request(task, session)
        #expect(request.corrections.map(\.turn) == [2, 3])
        #expect(request.corrections.map(\.words) == ["No, call it `--json`. Great otherwise!", "Run the tests again."])
        #expect(request.corrections.map(\.requirements) == [["Call it `--json`."], []])
        #expect(
            InstructionDraft(task: task, request: request).text
                == "# T\n\nAdd a flag.\n\n## Requirements\n\n- Call it `--json`.\n\n## Notes\n\nN\n"
        )
    }

    @Test("does not say its own instruction twice")
    func toldTwice() {
        var task = Self.task(startedAt: "10:02")
        task.instruction = "Do exactly this."
        let session = Self.session([(["Do exactly this.\n"], [], "10:03"), (["It must also be fast."], [], "10:04")])
        let request = Self.request(task, session)
        #expect(request.work == "Do exactly this.")
        #expect(request.corrections.map(\.requirements) == [["It must also be fast."]])
    }

    @Test(
        "is a requirement when it says how the result has to be",
        arguments: [
            ("No, use a set instead.", ["Use a set instead."]),
            ("That's wrong. It must also accept empty input.", ["It must also accept empty input."]),
            ("ok. Rename it to `parse_line`", ["Rename it to `parse_line`"]),
            ("Could you also add a test for tabs?", ["Could you also add a test for tabs?"]),
            ("- no colours by default\n- never write to stdout", ["No colours by default", "Never write to stdout"]),
            ("Thanks, looks good!", []), ("No, that's not what I asked.", []), ("Still wrong.", []), ("Not quite.", []),
            ("ok", []),
            ("Run the tests again please", []), ("Please show me the diff.", []), ("Commit it and push.", []),
            ("Use ripgrep to look for it.", []), ("Why did you change the parser?", []), ("Continue", []),
            ("It still fails:\n```\nValueError: must not be 3\n```", []), ("Try again.", []),
        ]
    )
    func requirement(said: String, wanted: [String]) {
        #expect(Requirements.sentences(of: said) == wanted)
    }

    @Test(
        "is no requirement where it only describes a mistake: what is right is not said",
        arguments: [
            "It still waits after the last attempt.", "That's wrong", "it crashes when the file is empty",
            "You forgot the README and the changelog.", "Still prints the header twice.",
            "The retry is one too many, and the log is empty.", "When the file is empty, it crashes.",
            "All tests pass, but the names are in the wrong order.", "There is no test for tabs",
            "Now it returns 0 for `--json`", "It doesn't accept empty input.",
        ]
    )
    func description(said: String) {
        #expect(Requirements.sentences(of: said) == [])
    }

    @Test(
        "is a requirement from the clause on that says what shall be",
        arguments: [
            ("That's wrong, it must not wait after the last one.", "It must not wait after the last one."),
            ("It still waits; leave the last pause out.", "Leave the last pause out."),
            ("It crashes on empty input, return an empty list instead.", "Return an empty list instead."),
            ("When the file is empty, return 0.", "When the file is empty, return 0."),
            ("But the header has to come first.", "But the header has to come first."),
            ("It should only read the first line", "It should only read the first line"),
            ("I want the names sorted, the oldest first", "I want the names sorted, the oldest first"),
            ("Rename it to `a`, it is shorter", "Rename it to `a`, it is shorter"),
        ]
    )
    func clause(said: String, wanted: String) {
        #expect(Requirements.sentences(of: said) == [wanted])
    }

    private static func request(_ task: OpenTask, _ session: Session?) -> PersonsRequest {
        let source = TaskSource(
            task: task,
            end: TreeSnapshot(commit: "", tree: ""),
            endCommit: "",
            kind: .capture,
            session: session
        )
        return PersonsRequest(of: source, task: task, session: session)
    }

    private static func session(_ turns: [(said: [String], calls: [String], at: String)]) -> Session {
        Session(
            sessionID: "s",
            createdAt: "",
            updatedAt: "",
            turns: turns.enumerated().map { index, turn in
                Turn(
                    index: index + 1,
                    exchangeIDs: [],
                    startedAt: "2026-11-22T\(turn.at):00.000Z",
                    state: .complete,
                    input: turn.said.map { InputItem(kind: "message", role: "user", text: $0) },
                    toolCalls: turn.calls.map { ToolCall(callID: "c", name: $0, arguments: "{}") }
                )
            }
        )
    }

    private static func task(startedAt: String) -> OpenTask {
        OpenTask(
            schemaVersion: 1,
            taskID: "t",
            title: "T",
            notes: "N",
            labels: [],
            instruction: nil,
            repository: "/r",
            subdir: ".",
            gitURL: "",
            branch: "main",
            startCommitSHA: "",
            dirtyAtStart: false,
            snapshot: .init(ref: "", commit: "", tree: ""),
            sessionID: nil,
            startedAt: "2026-11-22T\(startedAt):00.000Z"
        )
    }
}
