import Foundation
import OneShotClient
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotPreparation

@Suite("A rubric and an instruction in a model's words", .timeLimit(.minutes(2)))
struct ModelDraftTests {
    private static func answer(_ value: JSON) -> String {
        let answer: JSON = [
            "status": "completed", "output": [["type": "message", "content": [["text": .string(value.compactText)]]]],
        ]
        return answer.compactText
    }

    private static func criterion(_ id: String, _ weight: Double, _ tests: [String], text: String = "It holds.") -> JSON
    {
        [
            "id": .string(id), "text": .string(text), "tests": .array(tests.map { .string($0) }),
            "weight": JSON(weight),
        ]
    }

    @Test("replace what would be drafted without it")
    func prepare() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["README.md": CapturedTask.readme]
            )
            let plain = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            let names = plain.tests
            let endpoint = try await LoopbackEndpoint.start(answers: [
                .init(200, Self.answer(["instruction": "Say what it is."])),
                .init(
                    200,
                    Self.answer([
                        "criteria": [
                            Self.criterion("The Sections", 0.7, names),
                            Self.criterion("prose", 0.3, [], text: "# Clear"),
                        ]
                    ])
                ),
            ])
            let model = ModelClient(
                ModelConfiguration(baseURL: endpoint.url, model: "m", key: "k", timeout: .seconds(10))
            )
            let outcome = try await TaskPreparation.prepare(
                created: captured.created,
                workspace: captured.workspace,
                options: .init(draftingModel: model)
            )
            let requests = await endpoint.stop()
            #expect(outcome.task.instructions == "# Describe the program\n\nSay what it is.\n")
            #expect(outcome.task.rubric.criteria.map(\.id) == ["the-sections", "prose"])
            #expect(outcome.task.rubric.criteria.map(\.binding) == [.tests(names), .judge])
            #expect(outcome.task.metadata.lm.instructions == outcome.task.instructions)
            let asked = requests.map { $0.body["input"]?.string ?? "" }
            #expect(asked.count == 2)
            #expect(
                asked.allSatisfy { !$0.contains(captured.repository.path) && !$0.contains("Architecture Overview") }
            )
            #expect(asked[1].contains(names[0]))
        }
    }

    @Test(
        "are refused when the parser would refuse them",
        arguments: [
            ([criterion("a", 1, ["test_none"])], "there is no test 'test_none'"),
            ([criterion("a", 1, [])], "no criterion is bound to a test"),
            ([criterion("a", 0, ["test_one"])], "must be more than 0"),
            ([criterion("a", 1, ["test_one"]), criterion("a", 1, [])], "a second criterion 'a'"),
            ([criterion("a", 1, ["test_one"]), criterion("b", 1, ["test_one"])], "is bound in line"),
            ([criterion("a", 1, ["test_one"], text: "- judge")], "has both"), ([["id": "a"]], "lacks its id"),
            ([], "no criteria"),
        ] as [([JSON], String)]
    )
    func refused(criteria: [JSON], problem: String) throws {
        let error = #expect(throws: ClientError.self) {
            try ModelDraft.rubric(of: ["criteria": .array(criteria)], title: "T", tests: ["test_one"], host: "h")
        }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }

    @Test("are not needed: what the person required later is a criterion with the turn in which it was said")
    func withoutModel() throws {
        let provenance = TaskProvenance(
            source: .capture,
            corrections: [
                .init(turn: 4, words: "No, use a set.", requirements: ["Use a set."]),
                .init(turn: 6, words: "ok", requirements: []),
            ]
        )
        let rubric = RubricDraft(
            title: "T",
            tests: [GeneratedTest("one", group: .behaviour, body: "pass")],
            provenance: provenance
        ).rubric
        #expect(rubric.criteria.map(\.id) == ["behaviour", "requirements", "quality"])
        #expect(rubric.criteria.map(\.weight) == [0.8, 0.1, 0.1])
        #expect(rubric.criteria[1].text.hasSuffix("- \"Use a set.\" (turn 4)"))
        #expect(try Rubric(parsing: rubric.markdown, path: "") == rubric)
    }
}
