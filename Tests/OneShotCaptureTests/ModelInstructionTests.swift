import Foundation
import OneShotCapture
import OneShotClient
import OneShotCore
import OneShotTesting
import Testing

@Suite("An instruction in a model's words", .timeLimit(.minutes(5)))
struct ModelInstructionTests {
    private let setup = "git init -q; echo a > a; git add a; git commit -qm a; echo 'def fill_it(): 1' > b.py"

    private func answer(_ instruction: String) -> String {
        let text: JSON = ["instruction": .string(instruction)]
        let answer: JSON = [
            "status": "completed", "output": [["type": "message", "content": [["text": .string(text.compactText)]]]],
        ]
        return answer.compactText
    }

    private func model(_ url: URL) -> ModelClient {
        ModelClient(ModelConfiguration(baseURL: url, model: "m", key: "k", timeout: .seconds(10)))
    }

    @Test("is drafted from the person's words alone, and checked for leaks")
    func draft() async throws {
        try await ScratchRepository.with(setup) { repository in
            let endpoint = try await LoopbackEndpoint.start(answers: [
                .init(200, answer("Write b.\n\nWith `fill_it`.\n"))
            ])
            var capture = try repository.capture
            capture.draftingModel = model(endpoint.url)
            let request = try TaskRequest(title: "B", notes: "Soon.", instruction: "please write b")
            let captured = try await capture.create(request, summary: "SUMMARY", since: "HEAD", in: repository.top)
            let layout = CreatedTaskLayout(directory: captured.directory)
            let text = try String(contentsOf: layout.instructions, encoding: .utf8)
            #expect(text == "# B\n\nWrite b.\n\nWith `fill_it`.\n")
            #expect(captured.findings == ["LM_INSTRUCTIONS.md line 5 quotes the solution: 'fill_it' (b.py)"])
            let provenance = try StrictJSON.read(TaskProvenance.self, at: layout.provenance)
            #expect(provenance.firstWords == "please write b")
            let asked = await endpoint.stop()
            let input = asked.first?.body["input"]?.string ?? ""
            #expect(input.contains("please write b") && input.contains("Soon."))
            #expect(!input.contains("SUMMARY") && !input.contains("fill_it"))
        }
    }

    @Test("that cannot be had is an error in one line, and nothing is written", arguments: [500, 200])
    func failure(status: Int) async throws {
        try await ScratchRepository.with(setup) { repository in
            let endpoint = try await LoopbackEndpoint.start(answers: [.init(status, answer(" "))])
            var capture = try repository.capture
            capture.draftingModel = model(endpoint.url)
            _ = try await capture.start(try TaskRequest(title: "B"), in: repository.top)
            let error = await #expect(throws: ClientError.self) {
                try await capture.end(summary: "", in: repository.top)
            }
            #expect(error?.description.contains("\n") == false)
            #expect(try capture.createdTasks().isEmpty)
            #expect(try await capture.openTask(in: repository.top) != nil)
            await #expect(throws: ClientError.self) {
                try await capture.create(fromCommits: "HEAD", in: repository.top)
            }
            #expect(try capture.createdTasks().isEmpty)
            _ = await endpoint.stop()
        }
    }
}
