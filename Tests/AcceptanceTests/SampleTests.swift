import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite("Integration: the sample tasks", .serialized, .timeLimit(.minutes(5)))
struct SampleTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let samples = root.appendingPathComponent("Examples/tasks")

    @Test("each has a start, words, a solution with its tests and near misses that apply to the start")
    func complete() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.samples.path).filter { !$0.contains(".") }
        #expect(names.count >= 12)
        for name in names.sorted() {
            let sample = Self.samples.appendingPathComponent(name)
            let facts = try JSONDecoder().decode(
                SampleFacts.self,
                from: Data(contentsOf: sample.appendingPathComponent("sample.json"))
            )
            #expect(facts.schemaVersion == 1 && !facts.title.isEmpty && !facts.labels.isEmpty, "\(name)")
            let words = try String(contentsOf: sample.appendingPathComponent("instruction.md"), encoding: .utf8)
            #expect(words.count > 100, "\(name)")
            let misses = try FileManager.default.contentsOfDirectory(
                atPath: sample.appendingPathComponent("near-misses").path
            )
            #expect(misses.count >= 2, "\(name)")
            for patch in ["solution.patch"] + misses.map({ "near-misses/\($0)" }) {
                // Outside of any repository, so that paths are not those of this one.
                let result = try await Command(
                    "git",
                    ["apply", "--check", sample.appendingPathComponent(patch).path],
                    environment: .inherited(changing: ["GIT_CEILING_DIRECTORIES": sample.path]),
                    directory: sample.appendingPathComponent("repository")
                ).run()
                #expect(result.succeeded, "\(name)/\(patch): \(result.errorText)")
            }
        }
    }

    private struct SampleFacts: Decodable {
        let schemaVersion: Int
        let title: String
        let labels: [String]

        enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case title, labels
        }
    }

    @Test(
        "the real Codex does one over MCP, is corrected once, and the task is admitted with no hand edit",
        .enabled(
            if: Tool.isAvailable("codex") && Tool.isAvailable(Tool.oneshot),
            "needs the real Codex: make bootstrap"
        )
    )
    func codex() async throws {
        let oneshot = try #require(Tool.oneshot)
        let codex = try #require(Tool.codex)
        try await withTemporaryDirectory { directory in
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            let tools = "\(oneshot.deletingLastPathComponent().path):\(codex.deletingLastPathComponent().path)"
            let result = try await Command(
                "bash",
                [
                    Self.root.appendingPathComponent("scripts/sample.sh").path, "python-bookings", "--codex",
                    "--engine", "local", "--into", directory.path,
                ],
                environment: .inherited(changing: ["PATH": "\(tools):\(path)", "HOME": directory.path]),
                directory: directory,
                timeout: .seconds(280)
            ).run()
            #expect(result.succeeded, "\(result.text)\n\(result.errorText)")
            let prepared = directory.appendingPathComponent("python-bookings/data/tasks/prepared/free-slots-of-a-room")
            func text(_ path: String) throws -> String {
                try String(contentsOf: prepared.appendingPathComponent(path), encoding: .utf8)
            }
            #expect(try text("validation.json").contains("\"admitted\" : true"))
            #expect(try text("overlay_files/LM_INSTRUCTIONS.md").contains("People ask when a room is free"))
            #expect(try text("solution/diff.patch").contains("in self.bookings(room)"))
            #expect(try !text("solution/diff.patch").contains("test_free.py"))
            // What it did first and was told to be wrong: without the tests, and told from the solution by them.
            let misses = try FileManager.default.contentsOfDirectory(
                atPath: prepared.appendingPathComponent("solution/near_misses").path
            )
            #expect(misses.count == 1 && misses.allSatisfy { $0.hasPrefix("rejected-") }, "\(misses)")
            let miss = try text("solution/near_misses/\(misses.first ?? "")")
            #expect(miss.contains("+    def free(") && miss.contains("in self._rooms[room]:\n+"))
            #expect(try miss != text("solution/diff.patch") && !miss.contains("test_free.py"))
        }
    }
}
