import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotSandbox

@Suite("What is wrong with a Dockerfile, without an engine")
struct DockerfileSyntaxTests {
    @Test(
        "a mistake is found in its line",
        arguments: [
            ("FROM a\nRUNN echo hi\n", 2, "'RUNN' is no instruction"),
            ("FROM a\n\n# more\nRUN\n", 4, "RUN says nothing"),
            ("# first\nRUN true\nFROM a\n", 2, "RUN comes before FROM"),
            ("FROM a b\n", 1, "write it as 'FROM image' or 'FROM image AS name'"),
            ("FROM a\nRUN one && \\\n    two\nthree\n", 4, "'three' is no instruction"),
            ("<<<<<<< mine\nFROM a\n", 1, "'<<<<<<<' is no instruction"),
            ("", nil, "has no FROM"),
            ("ARG A=1\n", nil, "has no FROM"),
            ("FROM a\nRUN \0\n", nil, "is not text"),
        ] as [(String, Int?, String)]
    )
    func mistakes(text: String, line: Int?, problem: String) {
        #expect(DockerfileSyntax.mistake(in: Data(text.utf8)) == .init(line: line, problem: problem))
    }

    @Test(
        "what engines take is let through",
        arguments: [
            "FROM a", "# escape=`\nFROM a\nRUN one `\n  two\n",
            "ARG BASE=a\nFROM --platform=linux/amd64 ${BASE} AS b\nFROM b\n",
            "from a\r\nrun true\r\n", "FROM a\nRUN one && \\\n# a comment\n\n    two\nCMD [\"x\"]\n",
            "FROM a\nRUN <<EOF\nnot an instruction\nEOF\nCOPY <<-'A' <<B /\n\tone\n\tA\ntwo\nB\nUSER 1\n",
            "FROM a\nRUN echo $((1<<X)) <<<word\nUSER 1\n",
        ]
    )
    func right(text: String) { #expect(DockerfileSyntax.mistake(in: Data(text.utf8)) == nil) }

    @Test("bytes that are no text are no Dockerfile")
    func bytes() {
        #expect(DockerfileSyntax.mistake(in: Data([0x46, 0xFF, 0xFE])) == .init(line: nil, problem: "is not text"))
    }

    @Test("no engine makes anything of a broken one", arguments: TestEngine.available)
    func engines(engine: TestEngine) async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("Dockerfile")
            try Data("FROM debian:bookworm-slim\nRUNN true\n".utf8).write(to: file)
            let chosen = try await EngineSelection.choose(named: engine.rawValue)
            let error = SandboxError.brokenDockerfile(path: file.path, line: 2, problem: "'RUNN' is no instruction")
            await #expect(throws: error) { try await chosen.image(dockerfile: file) { _ in } }
        }
    }
}
