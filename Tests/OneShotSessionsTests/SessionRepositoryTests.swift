import OneShotCore
import Testing

@testable import OneShotSessions

@Suite("What a session tells of its repository")
struct SessionRepositoryTests {
    @Test("the lines of Claude Code are read whatever they end with", arguments: ["\n", "\r\n"])
    func ends(end: String) {
        let lines = [
            "<system-reminder>", " - Primary working directory: /src", "Current branch: main", "", "Recent commits:",
            "0123abc Begin", "</system-reminder>",
        ]
        let item = InputItem(kind: "message", role: "user", text: lines.joined(separator: end))
        let told = SessionRepository(toldIn: item)
        #expect(told?.directory == "/src")
        #expect(told?.branch == "main")
        #expect(told?.commit == "0123abc")
    }
}
