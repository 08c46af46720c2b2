import Foundation
import OneShotAdmission
import OneShotCore
import OneShotProcess
import OneShotRedaction
import OneShotSandbox
import OneShotTesting
import Testing

@Suite(
    "Integration: leaks in the layers of an image",
    .enabled(if: TestEngine.available.contains(.podman), "podman is not installed"),
    .timeLimit(.minutes(4))
)
struct ImageLeakTests {
    @Test(
        "a file that a step left and a later one removed is found in its layer; the base image's layers are told apart"
    )
    func removed() async throws {
        try await withTemporaryDirectory { directory in
            let solution = "def add(first, second):\n    \"\"\"Gives the sum of two numbers, whatever they are.\"\"\"\n"
            let encoded = Data(solution.utf8).base64EncodedString()
            let dockerfile = directory.appendingPathComponent("Dockerfile")
            let text = """
                FROM debian:bookworm-slim
                RUN mkdir /srv/x && echo \(encoded) | base64 -d > /srv/x/calc.py && echo \(directory.path) > /srv/place
                RUN rm -r /srv/x

                """
            try AtomicFile.write(text, to: dockerfile)
            let engine = try await EngineSelection.choose(named: "podman")
            let image = try await engine.image(dockerfile: dockerfile) { _ in }
            let layers = try await engine.layers(
                of: image,
                dockerfile: dockerfile,
                in: directory.appendingPathComponent("layers")
            )
            #expect(layers.count >= 3)
            #expect(layers.first?.isBase == true)
            #expect(layers.suffix(2).map(\.isBase) == [false, false])
            var index = LeakIndex()
            index.add(file: Data(solution.utf8), kind: .solutionFile, name: "calc.py")
            index.add(hostPath: directory.path)
            var search = LeakSearch(index, redactor: .standard)
            for layer in layers where !layer.isBase { try search.layer(layer.file, name: "above", isBase: false) }
            let found = search.findings.map { "\($0.kind.rawValue) \($0.place)" }.sorted()
            #expect(found == ["host_path layer above: srv/place", "solution_file layer above: srv/x/calc.py"])
            _ = try await Command("podman", ["rmi", image.reference]).run()
        }
    }
}
