import Foundation
import OneShotCore
import OneShotPreparation
import OneShotPublishing
import OneShotTesting
import OneShotTrials
import Testing

@Suite("An upload is planned", .timeLimit(.minutes(1)))
struct UploadPlanTests {
    private static let secret = "ghp" + "_" + String(repeating: "aB3dE5", count: 6)

    @Test("every file of the task is in the plan, with its size; caches and links are not")
    func files() async throws {
        try await withTemporaryDirectory { directory in
            let fixture = try await PreparedFixture.make(in: directory)
            try FileManager.default.createSymbolicLink(
                at: fixture.directory.appendingPathComponent("link"),
                withDestinationURL: URL(fileURLWithPath: "/etc/passwd")
            )
            let plan = try await fixture.plan()
            #expect(
                plan.files.map(\.path) == [
                    "tasks/x/Dockerfile", "tasks/x/evaluation/rubric_template.md",
                    "tasks/x/evaluation/tests_skeleton/__init__.py",
                    "tasks/x/evaluation/tests_skeleton/test_skeleton.py",
                    "tasks/x/overlay_files/LM_INSTRUCTIONS.md", "tasks/x/repo.bundle", "tasks/x/solution/diff.patch",
                    "tasks/x/tb_meta.json",
                ]
            )
            #expect(plan.files.first?.size == 13)
            #expect(plan.secrets.isEmpty)
            #expect(try await fixture.plan(path: nil).files[0].path == "tasks/my-task/Dockerfile")
            #expect(try await fixture.plan(path: ".").files[0].path == "Dockerfile")
        }
    }

    @Test("a secret is found wherever it is, in the bundle too, and stops the upload")
    func secrets() async throws {
        try await withTemporaryDirectory { directory in
            let fixture = try await PreparedFixture.make(in: directory, files: ["a.env": "X=1\nT=\(Self.secret)\n"])
            try AtomicFile.write("# \(Self.secret)\n", to: fixture.layout.testScript)
            try AtomicFile.write(
                "diff --git a/k.py b/k.py\n--- a/k.py\n+++ b/k.py\n@@ -1 +1,2 @@\n x = 1\n+k = '\(Self.secret)'\n",
                to: fixture.layout.solution
            )
            let plan = try await fixture.plan()
            #expect(
                plan.secrets == [
                    "evaluation/tests_skeleton/test_skeleton.py:1: github-token", "repo.bundle: a.env:2: github-token",
                    "solution/diff.patch:6: github-token",
                ]
            )
            let error = #expect(throws: PublishingError.self) {
                try plan.check(allowsUnvalidated: true, isPrivate: true)
            }
            #expect(error?.exitCode == .negative)
            #expect(error?.description.contains(Self.secret) == false)
            let allowed = try await fixture.plan(allowing: ["a.env", "evaluation", "k.py"])
            #expect(allowed.secrets.isEmpty)
        }
    }

    @Test("a task is only uploaded when its validation holds for what it is now")
    func validation() async throws {
        try await withTemporaryDirectory { directory in
            let fixture = try await PreparedFixture.make(in: directory)
            func refusal() async throws -> String? {
                let plan = try await fixture.plan()
                do {
                    try plan.check(allowsUnvalidated: false, isPrivate: false)
                    return nil
                } catch { return "\(error)" }
            }
            #expect(try await refusal()?.contains("has not been validated") == true)
            try fixture.validate()
            #expect(try await refusal() == nil)
            #expect(try await fixture.plan().validation == .valid(at: "2026-11-22T14:00:00Z"))
            try AtomicFile.write("FROM other\n", to: fixture.layout.dockerfile)
            #expect(try await refusal()?.contains("Dockerfile changed since") == true)
            try await fixture.plan().check(allowsUnvalidated: true, isPrivate: false)
            try fixture.validate(admitted: false)
            #expect(try await refusal()?.contains("did not pass validation (doing nothing passes)") == true)
            let note = fixture.layout.solution.deletingLastPathComponent().appendingPathComponent("near_misses/a.patch")
            try AtomicFile.makeDirectory(note.deletingLastPathComponent())
            try AtomicFile.write("diff\n", to: note)
            #expect(try await refusal()?.contains("solution changed since") == true)
            try fixture.validate(version: 1)
            #expect(try await refusal()?.contains("the rules of version 1, today's are those of 2") == true)
            try AtomicFile.write("{}", to: fixture.layout.validation)
            #expect(try await refusal()?.contains("cannot be read") == true)
        }
    }

    @Test("a private task does not become public by accident")
    func sensitivity() async throws {
        try await withTemporaryDirectory { directory in
            let fixture = try await PreparedFixture.make(in: directory)
            let text = try String(contentsOf: fixture.layout.metadata, encoding: .utf8)
            try AtomicFile.write(text.replacing("\"unknown\"", with: "\"private\""), to: fixture.layout.metadata)
            let plan = try await fixture.plan()
            #expect(throws: PublishingError.sensitive(level: "private")) {
                try plan.check(allowsUnvalidated: true, isPrivate: false)
            }
            try plan.check(allowsUnvalidated: true, isPrivate: true)
        }
    }

    @Test(
        "names that are none are refused",
        arguments: [
            ("me", "x"), ("me/a/b", "x"), ("/bench", "x"), ("me/", "x"), ("me/a b", "x"), ("me/a--b", "x"),
            ("me/.a", "x"),
            ("me/bench", "../x"), ("me/bench", "/x"), ("me/bench", "a/.git/b"), ("me/bench", "a\\b"),
        ]
    )
    func names(repository: String, path: String) {
        #expect(throws: PublishingError.self) { try HubDestination(repository: repository, path: path, slug: "s") }
    }

    @Test("the token and the endpoint are found where the Hub's clients look")
    func credentials() throws {
        #expect(throws: PublishingError.noToken) { try HubCredentials(environment: ["HOME": "/nowhere"]) }
        #expect(throws: PublishingError.noToken) {
            try HubCredentials(environment: ["HF_TOKEN": "a\nb", "HOME": "/nowhere"])
        }
        #expect(throws: PublishingError.self) {
            try HubCredentials(environment: ["HF_TOKEN": "t", "HF_ENDPOINT": "nowhere"])
        }
        #expect(try HubCredentials(environment: ["HF_TOKEN": "t"]).endpoint == "https://huggingface.co")
        let credentials = try HubCredentials(environment: ["HF_TOKEN": "t", "HF_ENDPOINT": "http://h:1/"])
        #expect(credentials.endpoint == "http://h:1")
    }
}
