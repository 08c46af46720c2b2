import Foundation
import OneShotCore
import OneShotPreparation
import OneShotPublishing
import OneShotTesting
import Testing

@Suite("A task is uploaded to the Hub", .timeLimit(.minutes(1)))
struct HubUploadTests {
    private func credentials(_ hub: FakeHub, token: String = FakeHub.token) throws -> HubCredentials {
        try HubCredentials(environment: ["HF_TOKEN": token, "HF_ENDPOINT": hub.endpoint])
    }

    private final class Lines: Sendable {
        private let stream = AsyncStream.makeStream(of: String.self)
        func add(_ line: String) { stream.continuation.yield(line) }
        func all() async -> [String] {
            stream.continuation.finish()
            var lines: [String] = []
            for await line in stream.stream { lines.append(line) }
            return lines
        }
    }

    @Test("each file arrives whole in one commit, binary ones by LFS, and no rule of the protocol is broken")
    func upload() async throws {
        try await withTemporaryDirectory { directory in
            let plan = try await PreparedFixture.make(in: directory).plan()
            try await FakeHub.run { hub in
                let lines = Lines()
                let outcome = try await HubUpload.run(plan, credentials: credentials(hub), isPrivate: true) {
                    lines.add($0)
                }
                let state = try await hub.state()
                #expect(state["violations"]?.elements == [])
                let repository = state["repositories"]?["me/bench"]
                #expect(repository?["private"]?.bool == true)
                #expect(repository?["commits"]?.elements.count == 1)
                #expect(repository?["commits"]?[0]?["summary"]?.string == "Add the task \"My task\"")
                #expect(outcome.commit == repository?["commits"]?[0]?["oid"]?.string)
                #expect(outcome.uploaded == plan.files.count)
                for file in plan.files {
                    let there = repository?["files"]?[file.path]
                    #expect(there?["size"]?.int == file.size, "\(file.path)")
                    #expect(there?["mode"]?.string == (file.path.hasSuffix(".bundle") ? "lfs" : "regular"))
                    let local = directory.appendingPathComponent("my-task").path + file.path.dropFirst("tasks/x".count)
                    let digest = try Digest.sha256(file: URL(fileURLWithPath: local))
                    #expect(there?["sha256"]?.string == digest)
                }
                #expect(!(await lines.all()).joined().contains(FakeHub.token))

                let again = try await HubUpload.run(plan, credentials: credentials(hub), isPrivate: true)
                #expect(again.commit == nil)
                #expect(again.unchanged == plan.files.count)
                #expect(try await hub.state()["repositories"]?["me/bench"]?["commits"]?.elements.count == 1)
            }
        }
    }

    @Test("an existing repository is used, also by a token that may not create one")
    func existing() async throws {
        try await withTemporaryDirectory { directory in
            let plan = try await PreparedFixture.make(in: directory).plan()
            try await FakeHub.run(["--existing", "me/bench", "--no-create"]) { hub in
                let outcome = try await HubUpload.run(plan, credentials: credentials(hub), isPrivate: false)
                #expect(outcome.uploaded == plan.files.count)
                #expect(try await hub.state()["violations"]?.elements == [])
            }
        }
    }

    @Test("a busy server is asked again")
    func busy() async throws {
        try await withTemporaryDirectory { directory in
            let plan = try await PreparedFixture.make(in: directory).plan()
            try await FakeHub.run(["--busy", "2"]) { hub in
                let outcome = try await HubUpload.run(plan, credentials: credentials(hub), isPrivate: false)
                #expect(outcome.commit != nil)
            }
        }
    }

    @Test("what goes wrong is one line without the token, and nothing is committed")
    func failures() async throws {
        try await withTemporaryDirectory { directory in
            let fixture = try await PreparedFixture.make(in: directory)
            let plan = try await fixture.plan()
            try await FakeHub.run { hub in
                await #expect(throws: PublishingError.tokenRefused(endpoint: hub.endpoint)) {
                    try await HubUpload.run(plan, credentials: credentials(hub, token: "hf_wrong"), isPrivate: false)
                }
                try AtomicFile.write("FROM other\n", to: fixture.layout.dockerfile)
                await #expect(throws: FileError.self) {
                    try await HubUpload.run(plan, credentials: credentials(hub), isPrivate: false)
                }
                #expect(try await hub.state()["repositories"]?["me/bench"]?["commits"]?.elements == [])
            }
            try await FakeHub.run(["--no-create"]) { hub in
                let error = await #expect(throws: PublishingError.self) {
                    try await HubUpload.run(plan, credentials: credentials(hub), isPrivate: false)
                }
                let text = error?.description ?? ""
                #expect(text.contains("me/bench") && text.contains("rights to create"))
                #expect(!text.contains(FakeHub.token) && !text.contains("\n"))
            }
            let nowhere = try HubCredentials(environment: ["HF_TOKEN": "t", "HF_ENDPOINT": "http://127.0.0.1:9"])
            let error = await #expect(throws: PublishingError.self) {
                try await HubUpload.run(plan, credentials: nowhere, isPrivate: false)
            }
            #expect(error?.description.hasPrefix("http://127.0.0.1:9 cannot be reached") == true)
        }
    }
}
