import Foundation
import OneShotCore
import OneShotSessions
import Testing

@testable import OneShotPracticeModel

@Suite("Practice scripts")
struct PracticeScriptTests {
    private func parse(_ text: String) throws -> PracticeScript {
        try PracticeScript(parsing: Data(text.utf8), path: "s.json")
    }

    @Test("a script is what its own JSON says")
    func roundTrip() throws {
        let script = PracticeScript(conversations: [
            .init(
                match: .text("a"),
                steps: [
                    PracticeStep(reasoning: "r", say: "s", action: .shell("ls"), delayMs: 20),
                    .patch("p"), .json(["b": 1.50, "a": [nil, true]]), .mcp("t.v1", ["z": 1, "a": 2]),
                    PracticeStep(action: .output([["type": "message", "content": []]])),
                    PracticeStep(
                        say: "s",
                        usage: Usage(inputTokens: 3, cachedInputTokens: 1, outputTokens: 2),
                        repeats: true
                    ),
                ]
            ),
            .init(match: .regex("b+"), steps: [.say("x")]),
            .init(steps: [.say("y")]),
        ])
        #expect(try parse(script.json.prettyText) == script)
    }

    @Test("reasoning alone goes before the next answer")
    func reasoning() throws {
        let text = #"{"schema_version":1,"conversations":[{"steps":[{"reasoning":"a"},{"reasoning":"b","say":"c"}]}]}"#
        #expect(try parse(text).conversations[0].steps == [PracticeStep(reasoning: "a\n\nb", say: "c")])
    }

    @Test(
        "what does not fit is named",
        arguments: [
            ("[]", "s.json: expected an object"),
            (#"{"schema_version":2,"conversations":[]}"#, "s.json: schema_version: expected 1"),
            (#"{"schema_version":1}"#, "s.json: conversations: missing key"),
            (
                #"{"schema_version":1,"conversations":[{"steps":[]}]}"#,
                "s.json: conversations.0.steps: expected at least one step"
            ),
            (
                #"{"schema_version":1,"conversations":[{"steps":[{"says":"x"}]}]}"#,
                "s.json: conversations.0.steps.0.says: unknown key; known are reasoning, say, usage, delay_ms, repeat, shell, patch, mcp, json, output"
            ),
            (
                #"{"schema_version":1,"conversations":[{"steps":[{"shell":1}]}]}"#,
                "s.json: conversations.0.steps.0.shell: expected a string"
            ),
            (
                #"{"schema_version":1,"conversations":[{"steps":[{"shell":"a","patch":"b"}]}]}"#,
                "s.json: conversations.0.steps.0.patch: a step calls one tool; put it into a step of its own"
            ),
            (
                #"{"schema_version":1,"conversations":[{"steps":[{"say":"a","repeat":true},{"say":"b"}]}]}"#,
                "s.json: conversations.0.steps.0.repeat: only the last step can repeat"
            ),
            (
                #"{"schema_version":1,"conversations":[{"match_regex":"(","steps":[{"say":"a"}]}]}"#,
                "s.json: conversations.0.match_regex: not a regular expression: ("
            ),
            ("{\n\"a\" 1}", "s.json: line 2: not JSON: expected ':' after the key"),
        ]
    )
    func errors(text: String, message: String) {
        #expect {
            try parse(text)
        } throws: { error in
            "\(error)".hasPrefix(String(message.prefix { $0 != "'" }))
        }
    }
}
