import OneShotCore
import OneShotRedaction
import OneShotSessions
import Testing

@testable import OneShotExport

@Suite("Markdown")
struct MarkdownTests {
    @Test("tells who waited, what was repeated and summed up, who else worked, and what it cost")
    func session() throws {
        let text = try Sample.documents(Sample.session, .markdown)[0].text
        for line in [
            "- repository: /work · https://example.com/a.git · main · abc", "- waited for a person: 30 s",
            "- cost: $0.0625, and 1 turns without a known price",
            "- subagent counter: 2 turns, 240 in (160 cached), 18 out (8 reasoning), $0.0250",
            "## Turn 2 (subagent counter)", "## Turn 4 (failed)", "## Turn 5 (repeats turn 4)",
            "## Turn 7 (compaction)", "## Turn 8 (cut off)", "## Turn 9 (refused)", "## Turn 10 (going on)",
            "*tools offered:* exec_command, apply_patch, web_search, mcp__oneshot, Read",
        ] {
            #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)")
        }
        #expect(text.contains("a person took 30 s") && text.contains("stopped by max_output_tokens"))
        #expect(text.contains("error:\n\n```\nno\n```"))
    }

    @Test("long texts are cut, unless one asks for all of them; what is shown on a terminal is the same text")
    func full() throws {
        var session = Sample.plain
        session.turns[0].toolCalls[0].result = String(repeating: "long ", count: 2000)
        let redacted = Redactor.standard.redact(session)
        let export = SessionExport(redacted, version: "1")
        let cut = try export.documents(.markdown)[0].text
        #expect(cut.contains("[… 6000 more characters]"))
        #expect(cut == SessionMarkdown.render(session))
        let whole = try export.documents(.markdown, isWhole: true)[0].text
        #expect(!whole.contains("more characters]") && whole.count > cut.count)
    }
}
