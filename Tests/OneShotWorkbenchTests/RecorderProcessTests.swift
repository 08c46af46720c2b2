import Foundation
import OneShotCore
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotWorkbench

@Suite("The state file of a recorder")
struct RecorderProcessTests {
    private func described(_ process: ProcessIdentity) -> RecorderProcess {
        RecorderProcess(
            process: process,
            port: 18080,
            startedAt: "2026-11-22T13:45:01.250Z",
            lifetime: .permanent,
            certificate: "/ca.pem",
            bundle: "/bundle.pem",
            options: ["--token-limit", "5"]
        )
    }

    private func withWorkspace(_ body: (Workspace) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            try AtomicFile.makeDirectory(workspace.state)
            try await body(workspace)
        }
    }

    @Test("without one there is no recorder")
    func absent() async throws {
        try await withWorkspace { workspace in
            let recorder = try RecorderProcess.running(in: workspace)
            #expect(recorder == nil)
        }
    }

    @Test("comes back as it was written while the process runs")
    func running() async throws {
        try await withWorkspace { workspace in
            let recorder = described(try #require(ProcessIdentity.current))
            try recorder.write(in: workspace)
            #expect(try RecorderProcess.running(in: workspace) == recorder)
        }
    }

    @Test("of a process that was killed does not count, nor when its number is in use again")
    func stale() async throws {
        try await withWorkspace { workspace in
            let own = try #require(ProcessIdentity.current)
            let json = #"{"pid": \#(own.pid), "start": "another boot:1"}"#
            let earlier = try JSONDecoder().decode(ProcessIdentity.self, from: Data(json.utf8))
            try described(earlier).write(in: workspace)
            #expect(try RecorderProcess.running(in: workspace) == nil)
        }
    }

    @Test("that somebody has broken is named with the key that is wrong")
    func broken() async throws {
        try await withWorkspace { workspace in
            try AtomicFile.write(#"{"port": "many"}"#, to: workspace.recorderFile)
            #expect {
                try RecorderProcess.running(in: workspace)
            } throws: { error in
                guard case FileError.malformed(let path, let place, _) = error else { return false }
                return path == workspace.recorderFile.path && !place.isEmpty
            }
        }
    }
}

@Suite("Options of a recorder")
struct RecorderOptionsTests {
    @Test("an upstream is HOST=URL")
    func upstreams() throws {
        let parsed = try RecorderOptions.upstreams(["API.OpenAI.com=http://127.0.0.1:9999", "a.test=https://b.test"])
        #expect(parsed["api.openai.com"]?.absoluteString == "http://127.0.0.1:9999")
        #expect(parsed["a.test"]?.absoluteString == "https://b.test")
    }

    @Test("anything else is refused", arguments: ["api.openai.com", "a=", "a=ftp://x", "a=127.0.0.1:9"])
    func malformed(word: String) {
        #expect(throws: WorkbenchError.badUpstream(word)) { try RecorderOptions.upstreams([word]) }
    }

    @Test("reach the process in the background whole")
    func words() {
        let options = RecorderOptions(
            port: 0,
            authority: URL(fileURLWithPath: "/m"),
            intercepted: ["a.test"],
            upstreams: ["b.test": URL(fileURLWithPath: "/x")],
            tokenLimit: 5
        )
        #expect(
            options.words == [
                "--port", "0", "--ca", "/m", "--intercept", "a.test", "--upstream", "b.test=file:///x", "--token-limit",
                "5",
            ]
        )
    }
}
