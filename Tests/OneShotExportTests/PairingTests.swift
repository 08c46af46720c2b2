import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotExport

@Suite("Every call keeps its result")
struct PairingTests {
    /// What the session says: a line for each call.
    private func pairs(_ session: Session) -> [String] {
        session.turns.flatMap(\.toolCalls).map { "\($0.callID)=\($0.result ?? "-")" }.sorted()
    }

    private func trajectoryPairs(_ trajectory: JSON) -> [String] {
        let own = (trajectory["steps"]?.elements ?? []).flatMap { step -> [String] in
            let results = step["observation"]?["results"]?.elements ?? []
            return (step["tool_calls"]?.elements ?? []).map { call in
                let id = call["tool_call_id"]?.string ?? ""
                return "\(id)=\(results.first { $0["source_call_id"]?.string == id }?["content"]?.string ?? "-")"
            }
        }
        return own + (trajectory["subagent_trajectories"]?.elements ?? []).flatMap(trajectoryPairs)
    }

    private func rolloutPairs(_ documents: [SessionExport.Document]) throws -> [String] {
        try documents.flatMap { document -> [String] in
            let items = try document.text.split(separator: "\n").map { try JSON(parsing: String($0)) }
                .compactMap { $0["payload"] }
            let results = items.filter { $0["type"]?.string?.hasSuffix("_call_output") == true }
            return items.filter { $0["type"]?.string?.hasSuffix("_call") == true }.map { call in
                "\(call["call_id"]?.string ?? "")=\(results.first { $0["call_id"] == call["call_id"] }?["output"]?.string ?? "-")"
            }
        }
    }

    private func spanPairs(_ request: JSON) -> [String] {
        (request["resourceSpans"]?[0]?["scopeSpans"]?[0]?["spans"]?.elements ?? []).compactMap { span in
            func value(_ key: String) -> String? {
                span["attributes"]?.elements.first { $0["key"]?.string == key }?["value"]?["stringValue"]?.string
            }
            return value("gen_ai.tool.call.id").map { "\($0)=\(value("gen_ai.tool.call.result") ?? "-")" }
        }
    }

    @Test("in ATIF, in Codex's lines and in spans, whatever the session looks like", arguments: 0..<200)
    func everywhere(seed: Int) throws {
        let session = GeneratedSession.make(seed: UInt64(seed))
        let expected = pairs(session)
        #expect(trajectoryPairs(try Sample.json(session, .atif)).sorted() == expected)
        #expect(try rolloutPairs(try Sample.documents(session, .codex)).sorted() == expected)
        #expect(spanPairs(try Sample.json(session, .otel)).sorted() == expected)
    }

    @Test("the same session gives the same bytes", arguments: ExportFormat.allCases)
    func deterministic(format: ExportFormat) throws {
        let once = try Sample.documents(Sample.session, format)
        let copy = try JSON(parsing: Sample.session.json.compactText)
        #expect(try Sample.documents(Sample.session, format) == once)
        #expect(copy == Sample.session.json)
    }
}

@Suite(
    "Integration: Harbor's validator and generated sessions",
    .enabled(if: Tool.isAvailable(Tool.python), PythonReader.reason),
    .timeLimit(.minutes(3))
)
struct GeneratedTrajectoryTests {
    @Test("turns that failed, were refused or still go on are accepted, with subagents below subagents")
    func accepts() async throws {
        var files: [String: String] = [:]
        for seed in 0..<60 {
            files["\(seed).json"] = try Sample.documents(GeneratedSession.make(seed: UInt64(seed)), .atif)[0].text
        }
        let program = """
            import glob, sys
            from harbor.utils.trajectory_validator import TrajectoryValidator
            for name in sorted(glob.glob("*.json")):
                validator = TrajectoryValidator()
                if not validator.validate(name):
                    sys.exit(name + ": " + "\\n".join(validator.errors))
            print(len(glob.glob("*.json")))
            """
        let text = try await PythonReader.run(program, files: files)
        #expect(text == "60\n")
    }
}
