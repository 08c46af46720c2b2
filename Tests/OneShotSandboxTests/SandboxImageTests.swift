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
