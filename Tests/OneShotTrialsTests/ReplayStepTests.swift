import Foundation
import OneShotCore
import Testing

@testable import OneShotTrials

@Suite("What a recorded call did")
struct ReplayStepTests {
    private func steps(_ name: String, _ arguments: String) -> [ReplayStep]? {
        ReplayStep.steps(of: ToolCall(callID: "c", name: name, arguments: arguments, result: ""))
    }

    @Test("shell tools of all agents are lines for a shell")
    func shells() {
        #expect(steps("exec_command", #"{"cmd":"ls","workdir":"/w"}"#) == [.shell("ls", directory: "/w")])
        #expect(steps("functions.shell", #"{"command":["bash","-lc","a && b"]}"#) == [.shell("a && b", directory: nil)])
        #expect(steps("shell", #"{"command":["rm","a b"]}"#) == [.shell("'rm' 'a b'", directory: nil)])
        #expect(steps("Bash", #"{"command":"make"}"#) == [.shell("make", directory: nil)])
        #expect(steps("bash", #"{"cmd":5}"#) == nil)
    }

    @Test("edits of Claude Code and patches of Codex are edits")
    func edits() {
        #expect(
            steps("Edit", #"{"file_path":"/a","old_string":"x","new_string":"y","replace_all":true}"#)
                == [.edit(path: "/a", old: "x", new: "y", everywhere: true)]
        )
        #expect(steps("Write", #"{"file_path":"/a","content":"x"}"#) == [.write(path: "/a", content: "x")])
        #expect(steps("apply_patch", "*** Begin Patch") == [.patch("*** Begin Patch")])
        #expect(steps("apply_patch", #"{"input":"*** Begin Patch"}"#) == [.patch("*** Begin Patch")])
        #expect(steps("NotebookEdit", "{}") == nil)
        #expect(steps("Read", #"{"file_path":"/a"}"#) == [])
        #expect(steps("mcp__x.y", "{}") == [])
    }

    @Test(
        "code mode's calls are read out of the script",
        arguments: [
            (#"const r = await tools.exec_command({cmd: "ls \"a\"\n", yield_time_ms: 30000}); text(r);"#, "ls \"a\"\n"),
            (#"await tools.exec_command({ "cmd": 'echo \u00e9' , workdir: "/w" })"#, "echo é"),
            ("await tools.shell_command({command: `a\nb`})", "a\nb"),
        ]
    )
    func codeMode(script: String, line: String) throws {
        let steps = try #require(self.steps("functions.exec", script))
        guard case .shell(let found, _) = try #require(steps.first) else {
            Issue.record("no shell step")
            return
        }
        #expect(found == line)
        #expect(steps.count == 1)
    }

    @Test("a script with a patch and a search does the patch; one that computes its command cannot be done again")
    func codeModeEdges() {
        let script = #"await tools.tool_search({q: "x"}); await tools.apply_patch("*** Begin Patch\n*** End Patch");"#
        #expect(steps("exec", script) == [.patch("*** Begin Patch\n*** End Patch")])
        #expect(steps("exec", "await tools.exec_command({cmd: 'a' + b})") == nil)
        #expect(steps("exec", "await tools.exec_command({cmd: `a ${b}`})") == nil)
        #expect(steps("exec", "await tools.apply_patch(patch)") == nil)
    }

    @Test("the directory of the session becomes that of the sandbox, and its neighbours stay")
    func moved() {
        let step = ReplayStep.shell("cat /w/app/a /w/app-2/b; cd /w/app", directory: "/w/app/sub")
        #expect(
            step.moved(from: "/w/app", to: "/workspace")
                == .shell("cat /workspace/a /w/app-2/b; cd /workspace", directory: "/workspace/sub")
        )
    }

    @Test("a session without calls that touch files is no session to replay")
    func empty() {
        let session = Session(sessionID: "s", createdAt: "", updatedAt: "")
        #expect(throws: TrialError.self) { try ReplayAgent(session) }
    }
}
