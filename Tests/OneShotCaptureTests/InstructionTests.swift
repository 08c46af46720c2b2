import OneShotCore
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
        #expect(InstructionDraft(task: task, session: session).firstWords == "Add a flag.")
    }

    @Test("is found in code mode, where the call is inside a script")
    func codeMode() {
        var session = Self.session([(["Before."], [], "10:00"), (["start_task now. Work."], ["exec"], "10:01")])
        session.turns[1].toolCalls[0].arguments = "await tools.mcp__oneshot__repo_start_task_v1({title: 'T'})"
        #expect(InstructionDraft(task: Self.task(startedAt: "10:02"), session: session).firstWords == "Work.")
    }

    @Test("after a start from a shell is what was said since, if anything was")
    func fromShell() {
        let session = Self.session([(["Old."], [], "10:00"), (["New."], [], "10:05")])
        #expect(InstructionDraft(task: Self.task(startedAt: "10:02"), session: session).firstWords == "New.")
        #expect(InstructionDraft(task: Self.task(startedAt: "10:09"), session: session).firstWords == "Old.")
    }

    @Test("is what the agent was told, where the task began with that")
    func instruction() {
        var task = Self.task(startedAt: "10:02")
        task.instruction = "Do exactly this.\n"
        let session = Self.session([(["Something else."], [], "10:05")])
        #expect(InstructionDraft(task: task, session: session).firstWords == "Do exactly this.")
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
        #expect(InstructionDraft(task: task, session: nil).text == "# T\n\n## Notes\n\nN\n")
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
