import Foundation
import OneShotCore
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotSandbox

@Suite("Integration: images", .serialized, .timeLimit(.minutes(4)))
struct SandboxImageTests {
    private func build(_ dockerfile: String, in directory: URL) async throws -> (SandboxImage, [String]) {
        let engine = try await EngineSelection.choose(named: "podman")
        let file = directory.appendingPathComponent("Dockerfile")
        try Data(dockerfile.utf8).write(to: file)
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        let image = try await engine.image(dockerfile: file) { continuation.yield($0) }
        continuation.finish()
        return (image, await lines.reduce(into: []) { $0.append($1) })
    }

    @Test("an image is built once per content", .enabled(if: TestEngine.podman.isAvailable, "podman is not here"))
    func once() async throws {
        try await withTemporaryDirectory { directory in
            let dockerfile = "FROM debian:bookworm-slim\nRUN echo \(UUID().uuidString) > /made\n"
            let (image, lines) = try await build(dockerfile, in: directory)
            #expect(lines.contains { $0.hasPrefix("STEP 2/") })
            let (again, silence) = try await build(dockerfile, in: directory)
            #expect(again == image)
            #expect(silence.isEmpty)
            try await Command("podman", ["rmi", image.reference]).runChecked()
        }
    }

    @Test(
        "two who ask at once for the same image build it once",
        .enabled(if: TestEngine.podman.isAvailable, "podman is not here")
    )
    func atOnce() async throws {
        try await withTemporaryDirectory { directory in
            let dockerfile = "FROM debian:bookworm-slim\nRUN sleep 0.5; echo \(UUID().uuidString) > /made\n"
            let directories = ["a", "b"].map { directory.appendingPathComponent($0) }
            for url in directories {
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            }
            async let first = build(dockerfile, in: directories[0])
            async let second = build(dockerfile, in: directories[1])
            let (one, other) = try await (first, second)
            #expect(one.0 == other.0)
            #expect([one.1, other.1].count { $0.contains { $0.hasPrefix("STEP 2/") } } == 1)
            try await Command("podman", ["rmi", one.0.reference]).runChecked()
        }
    }

    @Test(
        "the images used longest ago go when the quota asks for room",
        .enabled(if: TestEngine.podman.isAvailable, "podman is not here")
    )
    func quota() async throws {
        let engine = try #require(try await EngineSelection.choose(named: "podman") as? ContainerEngine)
        try await withTemporaryDirectory { directory in
            var store = ImageStore(client: engine.client)
            store.label = "oneshot.test-\(UInt32.random(in: .min ... .max))"
            store.notes = directory
            var names: [String] = []
            for index in 0..<3 {
                let name = "localhost/oneshot-test/\(UInt32.random(in: .min ... .max)):latest"
                let file = directory.appendingPathComponent("Dockerfile")
                try Data("FROM scratch\nCOPY Dockerfile /\(index)\nLABEL \(store.label)=\(index)\n".utf8).write(
                    to: file
                )
                try await engine.client.command(["build", "--quiet", "--tag", name, directory.path]).runChecked()
                store.use(name)
                names.append(name)
            }
            let notes = directory.appendingPathComponent("podman")
            for (name, hours) in [(names[0], 2.0), (names[1], 3.0)] {
                let note = notes.appendingPathComponent(
                    String(try #require(name.split(separator: "/").last).dropLast(7))
                )
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -hours * 3600)],
                    ofItemAtPath: note.path
                )
            }
            let before = try await store.shelf()
            #expect(before.items.count == 3 && before.bytes > 0)
            let least = try #require(before.items.map(\.bytes).min())
            try await store.makeRoom(ImageQuota(bytes: before.bytes - least / 2)) { _ in }
            let after = try await store.shelf().items.map(\.reference)
            #expect(Set(after) == [names[0], names[2]])
            // One that was used just now stays, whatever the quota.
            try await store.makeRoom(ImageQuota(bytes: 0)) { _ in }
            let last = try await store.shelf().items.map(\.reference)
            #expect(last == [names[2]])
            let removed = try await store.removeAll()
            #expect(removed == [names[2]])
        }
    }

    @Test(
        "a step that fails is named with its last lines",
        .enabled(if: TestEngine.podman.isAvailable, "podman is not here")
    )
    func failing() async throws {
        try await withTemporaryDirectory { directory in
            let dockerfile = "FROM debian:bookworm-slim\nRUN echo trying; echo broken pipe wrench >&2; exit 3\n"
            let error = await #expect(throws: SandboxError.self) { try await build(dockerfile, in: directory) }
            guard case .imageFailed(let step, let lines) = error else {
                return #expect(Bool(false), "\(error.debugDescription)")
            }
            #expect(step == "RUN echo trying; echo broken pipe wrench >&2; exit 3")
            #expect(lines.contains("trying") && lines.contains("broken pipe wrench"))
        }
    }

    @Test("an image without python3 is told of", .enabled(if: TestEngine.podman.isAvailable, "podman is not here"))
    func withoutPython() async throws {
        try await withTemporaryDirectory { directory in
            let dockerfile = "FROM debian:bookworm-slim\nRUN mv /usr/bin/python3 /usr/bin/python3-gone\n"
            let (image, _) = try await build(dockerfile, in: directory)
            let engine = try await EngineSelection.choose(named: "podman")
            let specification = SandboxSpecification(image: image, label: "test", mounts: [], workingDirectory: "/")
            let error = await #expect(throws: SandboxError.self) {
                try await engine.withSandbox(specification) { try await $0.run(["true"]) }
            }
            #expect("\(error.debugDescription)".contains("python3"))
        }
    }

    @Test(
        "the local engine names the programs that this machine has not",
        .enabled(if: TestEngine.local.isAvailable, "bubblewrap is not here")
    )
    func localTools() async throws {
        try await withTemporaryDirectory { directory in
            let engine = try await EngineSelection.choose(named: "local")
            let file = directory.appendingPathComponent("Dockerfile")
            try Data("FROM debian:bookworm-slim\nRUN apt-get install -y git\n".utf8).write(to: file)
            #expect(try await engine.image(dockerfile: file) { _ in }.reference == "")
            await #expect(throws: FileError.self) {
                try await engine.image(dockerfile: directory.appendingPathComponent("none")) { _ in }
            }
        }
    }
}
