import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotSandbox

@Suite("Images")
struct ImageTests {
    @Test("an image's digest is that of its Dockerfile, and of the bundle if it copies files")
    func digest() async throws {
        func digest(_ files: [String: String]) async throws -> String {
            try await withTemporaryDirectory { directory in
                for (name, text) in files {
                    let file = directory.appendingPathComponent(name)
                    try AtomicFile.makeDirectory(file.deletingLastPathComponent())
                    try Data(text.utf8).write(to: file)
                }
                return try BuildContext(dockerfile: directory.appendingPathComponent("Dockerfile")).digest()
            }
        }
        let plain = try await digest(["Dockerfile": "FROM a"])
        #expect(plain.count == 64)
        #expect(try await digest(["Dockerfile": "FROM a", "diff.patch": "answer"]) == plain)
        #expect(try await digest(["Dockerfile": "FROM a", "repo.bundle": "1"]) == plain)
        let windows = ["Dockerfile": "FROM a\r\nCOPY repo.bundle /r\r\n"]
        #expect(try await digest(windows) != digest(windows.merging(["repo.bundle": "1"]) { $1 }))
        let copying = "FROM a\nCOPY repo.bundle /"
        let bundled = try await digest(["Dockerfile": copying, "repo.bundle": "1"])
        #expect(try await digest(["Dockerfile": copying, "repo.bundle": "2"]) != bundled)
        #expect(try await digest(["Dockerfile": "FROM b"]) != plain)
        let locked = try await digest(["Dockerfile": copying, "repo.bundle": "1", "environment/go/go.mod": "a"])
        #expect(locked != bundled)
        #expect(
            try await digest(["Dockerfile": copying, "repo.bundle": "1", "environment/go/go.mod": "b"]) != locked
        )
    }

    @Test("nothing but Dockerfile, bundle and environment goes into the build")
    func context() async throws {
        try await withTemporaryDirectory { directory in
            let task = directory.appendingPathComponent("task")
            let target = directory.appendingPathComponent("context")
            for url in [task, target] {
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            }
            try FileManager.default.createDirectory(
                at: task.appendingPathComponent("environment/go"),
                withIntermediateDirectories: true
            )
            try FileManager.default.createSymbolicLink(
                at: task.appendingPathComponent("environment/link"),
                withDestinationURL: URL(fileURLWithPath: "/etc/hostname")
            )
            for name in ["Dockerfile", "repo.bundle", "rubric_template.md", "environment/go/go.mod"] {
                try Data("COPY . /".utf8).write(to: task.appendingPathComponent(name))
            }
            try BuildContext(dockerfile: task.appendingPathComponent("Dockerfile")).write(to: target)
            #expect(
                try Digest.files(below: target) == ["Dockerfile", "environment/go/go.mod", "repo.bundle"]
            )
        }
    }

    @Test(
        "the step that failed is named, with what it said last",
        arguments: [
            ("STEP 1/2: FROM debian\nSTEP 2/2: RUN make\ncc: no\nError: building at STEP\n", "RUN make"),
            ("Step 1/2 : FROM debian\n ---> 12\nStep 2/2 : RUN make\ncc: no\nError: building at STEP\n", "RUN make"),
            (
                """
                DEPRECATED: The legacy builder is deprecated and will be removed.\n\nSending build context to Docker daemon  2kB\r\r
                Step 1/2 : FROM debian\r\n ---> 12\r\nStep 2/2 : RUN make\n ---> Running in 3d3a\n\u{1B}[91mcc: no\n\u{1B}[0m\
                Error: building at STEP\r\n
                """, "RUN make"
            ),
            ("#5 [1/2] FROM debian\n#6 [stage-0 2/2] RUN make\ncc: no\nError: building at STEP\n", "RUN make"),
        ]
    )
    func failure(output: String, step: String) {
        var log = BuildLog()
        for byte in output.utf8 { _ = log.append(Data([byte]), isError: false) }
        #expect(log.failure.step == step)
        #expect(log.failure.lines == ["cc: no", "Error: building at STEP"])
    }

    @Test("what one stream says ahead of the other's step is kept")
    func streams() {
        var log = BuildLog()
        _ = log.append(Data("no such image\n".utf8), isError: true)
        _ = log.append(Data("STEP 1/1: FROM x\n".utf8), isError: false)
        #expect(log.failure.step == "FROM x")
        #expect(log.failure.lines == ["no such image"])
    }

    @Test("a failure keeps no more than five lines, the last ones, half ones too")
    func lastLines() {
        var log = BuildLog()
        #expect(log.append(Data("STEP 1/1: RUN x\n1\n2\n3\n".utf8), isError: false).count == 4)
        _ = log.append(Data("4\n5\n\n6".utf8), isError: true)
        #expect(log.failure.lines == ["2", "3", "4", "5", "6"])
    }

    @Test(
        "the programs that a Dockerfile installs are known",
        arguments: [
            (
                "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y git \\\n  python3 make\n",
                ["git", "make", "python3"]
            ),
            ("FROM docker.io/library/node:22\nRUN npm install git\n", ["node"]),
            ("FROM --platform=linux/amd64 python:3.12-slim\nRUN echo apt-get\n", ["python3"]),
            ("ARG BASE=swift:6.3\nFROM ${BASE}\n", ["swift"]),
            ("# RUN apt-get install jq\nFROM scratch\n", []),
            ("# Programs: bundle git\nFROM scratch\n", ["bundle", "git"]),
            ("FROM node:22\r\nRUN apt-get install -y \\\r\n  jq\r\n", ["jq", "node"]),
        ]
    )
    func tools(dockerfile: String, expected: [String]) {
        #expect(HostTools(dockerfile: dockerfile).required == expected)
    }

    @Test("a program that is in no directory is missing")
    func missing() {
        var tools = HostTools(dockerfile: "")
        tools.required = ["sh", "no-such-program"]
        #expect(tools.missing(from: ["/bin", "/usr/bin"]) == ["no-such-program"])
        let error = SandboxError.programsMissing(names: ["cc", "go"], packages: ["build-essential", "golang-go"])
        #expect(error.description.hasSuffix("apt-get install build-essential golang-go, or use --engine podman"))
        #expect(HostTools(dockerfile: "COPY environment/go /x\n").hasDependencies)
    }

    @Test(
        "the base of an image is the first FROM's",
        arguments: [
            ("ARG BASE=swift:6.1\nFROM ${BASE}\n", "swift:6.1"),
            ("FROM --platform=x a@sha256:1 AS b\nFROM c\n", "a@sha256:1"),
            ("ARG B=a:1\r\nFROM ${B}\r\n", "a:1"),
            ("RUN x\n", nil),
        ]
    )
    func base(dockerfile: String, expected: String?) async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("Dockerfile")
            try Data(dockerfile.utf8).write(to: file)
            #expect(try BuildContext(dockerfile: file).base == expected)
        }
    }

    @Test("our podman configuration asks for no more than this machine gives, and names the runtime it found")
    func configuration() {
        let text = PodmanConfiguration(openFiles: 20000, processes: 100, runc: "/usr/sbin/runc").text
        #expect(text.contains(#"default_ulimits = ["nofile=20000:20000", "nproc=100:100"]"#))
        #expect(text.contains("runtime = \"runc\"\n[engine.runtimes]\nrunc = [\"/usr/sbin/runc\"]\n"))
        #expect(!PodmanConfiguration(openFiles: 1, processes: 1, runc: nil).text.contains("runc"))
    }
}
