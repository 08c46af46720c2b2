import Foundation
import OneShotCore
import Testing

@Suite("Our own JSON files")
struct StrictJSONTests {
    private let valid = TaskMetadata(
        taskID: "add-readme_20260101_120000",
        metadata: .init(title: "Add readme", tags: ["docs"]),
        repo: .init(gitURL: "", branch: "main", startCommitSHA: "a", endCommitSHA: "b"),
        lm: .init(instructions: "Write it."),
        evaluation: .init(rubrics: [.init(id: "c", weight: 1, criterion: "holds")], testScripts: ["t.py"])
    )

    @Test("a value is the same after writing and reading")
    func roundTrip() throws {
        let data = try StrictJSON.encode(valid)
        #expect(try StrictJSON.decode(TaskMetadata.self, from: data, path: "tb_meta.json") == valid)
    }

    @Test(
        "an error names the file and the key",
        arguments: [
            ("\"level\" : \"unknown\"", "", "sensitivity.level: missing key"),
            ("\"branch\" : \"main\"", "\"branch\" : 7", "repo.branch: expected a string"),
            ("\"weight\" : 1", "\"weight\" : \"much\"", "evaluation.rubrics.0.weight: expected a number"),
            ("\"subdir\"", "\"subdri\"", "repo.subdir: missing key"),
            ("\"title\"", "\"titel\" : \"x\", \"title\"", "metadata.titel: unknown key; did you mean \"title\"?"),
            ("\"tags\" : [", "\"tags\" : [,", "not JSON: line"),
        ]
    )
    func naming(original: String, replacement: String, complaint: String) throws {
        let text = String(decoding: try StrictJSON.encode(valid), as: UTF8.self)
        try #require(text.contains(original))
        let broken = Data(text.replacing(original, with: replacement).utf8)
        let error = #expect(throws: FileError.self) {
            try StrictJSON.decode(TaskMetadata.self, from: broken, path: "tb_meta.json")
        }
        #expect(error?.description.hasPrefix("tb_meta.json: ") == true)
        #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "")")
    }

    @Test("a file that is not there is named")
    func absent() {
        let error = #expect(throws: FileError.self) {
            try StrictJSON.read(TaskMetadata.self, at: URL(fileURLWithPath: "/nowhere/tb_meta.json"))
        }
        #expect(error?.description.contains("/nowhere/tb_meta.json") == true)
    }
}
