import Foundation
import OneShotCore
import OneShotGit
import OneShotProcess
import OneShotSandbox
import OneShotTesting
import Testing

@testable import OneShotPreparation
@testable import OneShotTrials

@Suite(
    "Integration: environments",
    .enabled(if: TestEngine.available.contains(.podman), "podman is not here"),
    .timeLimit(.minutes(8))
)
struct EnvironmentTrialTests {
    /// A package from PyPI locked by uv, in a project of its own directory; Go and CMake without dependencies beside it.
    private static let repository = [
        "api/pyproject.toml": """
        [project]
        name = "shape"
        version = "0.1.0"
        requires-python = ">=3.10"
        dependencies = ["tabulate==0.9.0"]

        """,
        "api/uv.lock": """
        version = 1
        revision = 3
        requires-python = ">=3.10"

        [[package]]
        name = "shape"
        version = "0.1.0"
        source = { virtual = "." }
        dependencies = [{ name = "tabulate" }]

        [package.metadata]
        requires-dist = [{ name = "tabulate", specifier = "==0.9.0" }]

        [[package]]
        name = "tabulate"
        version = "0.9.0"
        source = { registry = "https://pypi.org/simple" }
        sdist = { url = "https://files.pythonhosted.org/packages/ec/fe/802052aecb21e3797b8f7902564ab6ea0d60ff8ca23952079064155d1ae1/tabulate-0.9.0.tar.gz", hash = "sha256:0095b12bf5966de529c0feb1fa08671671b3368eec77d7ef7ab114be2c068b3c", size = 81090 }

        """,
        "api/src/shape.py": "import tabulate\n",
        "tool/go.mod": "module example.test/tool\n\ngo 1.18\n",
        "tool/tool_test.go": "package tool\n\nimport \"testing\"\n\nfunc TestOne(t *testing.T) {}\n",
        "native/CMakeLists.txt": """
        cmake_minimum_required(VERSION 3.20)
        project(native C)
        enable_testing()
        add_executable(one one.c)
        add_test(NAME one COMMAND one)

        """,
        "native/one.c": "int main(void) { return 0; }\n",
    ]

    @Test("dependencies are found in a trial without network, and the next task of the project shares their layer")
    func together() async throws {
        var fixture = FixtureTask()
        fixture.more = Self.repository
        try await TrialHarness.with(.podman, task: fixture) { harness in
            try await Self.prepare(harness.task)
            let look = """
                set -e
                cd /workspace/api; python3 -c 'import tabulate, shape, pytest; print(tabulate.__version__)'
                cd ../tool; go test ./...
                cd ../native; cmake -S . -B /tmp/native >/dev/null; cmake --build /tmp/native >/dev/null
                ctest --test-dir /tmp/native | grep 'tests passed'
                cd ..; git status --short; ls -A /opt/environment /home/agent 2>&1 | sort
                """
            let (results, directory) = try await harness.run(.command(look), seconds: 300)
            #expect(results.exitCode == 0, "\(results.failure ?? "")")
            let log = try harness.log(directory)
            #expect(log.contains("0.9.0\n") && log.contains("100% tests passed"), "\(log)")
            #expect(log.contains("ok  \texample.test/tool"))
            #expect(log.contains("cannot access '/opt/environment'"))
            #expect(results.diff.files == [])
            #expect(results.hashes["base_image"]?.isEmpty == false)

            // Another start of the same project.
            var other = FixtureTask()
            other.more = Self.repository.merging(["tool/other.go": "package tool // \(UUID().uuidString)\n"]) { $1 }
            let second = try await other.write(below: harness.workspace.root)
            try await Self.prepare(second)
            let (lines, continuation) = AsyncStream.makeStream(of: String.self)
            let image = try await harness.runner.engine.image(dockerfile: second.appendingPathComponent("Dockerfile")) {
                continuation.yield($0)
            }
            continuation.finish()
            try await Command("podman", ["rmi", image.reference]).runChecked()
            let steps = await lines.reduce(into: []) { $0.append($1) }
            let clone = steps.firstIndex { $0.contains("git clone") }
            let cached = steps.lastIndex { $0.contains("Using cache") }
            #expect(cached != nil && clone != nil)
            #expect(steps.contains { $0.contains("COPY environment/go") })
            #expect(steps.filter { $0.contains("Using cache") }.count >= 6, "\(steps)")
        }
    }

    /// Writes the Dockerfile, and what it copies, that the task's own repository asks for.
    private static func prepare(_ task: URL) async throws {
        let layout = PreparedTaskLayout(directory: task)
        try await withTemporaryDirectory { scratch in
            let objects = try await TaskObjects(
                at: scratch.appendingPathComponent("git"),
                objectFormat: "sha1",
                seeing: []
            )
            let head = try await objects.git.line(["bundle", "unbundle", layout.bundle.path]).prefix(40)
            let tree = try await objects.fileTree("\(head)^{tree}")
            let environment = try await objects.environment(of: tree)
            #expect(environment.parts.map(\.recipe.name) == ["Python (uv)", "Go", "CMake"])
            try AtomicFile.write(Dockerfile(environment: environment).text, to: layout.dockerfile)
            for part in environment.parts {
                for entry in part.manifests where !part.recipe.install.isEmpty {
                    let file = layout.environment.appendingPathComponent(
                        "\(part.recipe.ecosystem.rawValue)/\(entry.path)"
                    )
                    try AtomicFile.makeDirectory(file.deletingLastPathComponent())
                    try AtomicFile.write(try await objects.blob(entry.object), to: file)
                }
            }
        }
    }
}
