import Foundation
import OneShotCore
import OneShotProcess
import OneShotRecorder
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

    @Test("a port that stands for an upstream is URL or PORT=URL")
    func reverse() throws {
        #expect(try ReverseOption("https://a.test/v1").port == nil)
        let named = try ReverseOption("18090=http://127.0.0.1:11434")
        #expect(named.port == 18090 && named.upstream.absoluteString == "http://127.0.0.1:11434")
        #expect(named.word == "18090=http://127.0.0.1:11434")
    }

    @Test(
        "anything else stands for nothing",
        arguments: [
            "a.test", "18090", "18090=", "x=https://a.test", "99999=https://a.test", "https://u:p@a.test", "ftp://a",
        ]
    )
    func malformedReverse(word: String) {
        #expect(throws: WorkbenchError.badReverse(word)) { try ReverseOption(word) }
    }

    @Test("what makes no sense is refused before a process is started")
    func validation() throws {
        try RecorderOptions(intercepted: ["all", ".a.test"], ignored: ["b.test:8443"], insecure: ["c.test"]).validate()
        try RecorderOptions(host: "0.0.0.0", requiresToken: true).validate()
        for options in [
            RecorderOptions(intercepted: ["https://a.test"]), RecorderOptions(ignored: ["all/"]),
            RecorderOptions(insecure: ["*"]), RecorderOptions(host: "0.0.0.0"),
            RecorderOptions(upstreamProxy: "socks5://a.test"),
        ] {
            #expect(throws: (any Error).self) { try options.validate() }
        }
    }

    @Test("the upstream proxy's password is on no command line and in no state file")
    func proxyPassword() throws {
        let options = RecorderOptions(port: 0, upstreamProxy: "http://user:secret@proxy.test:3128")
        #expect(options.words == ["--port", "0"])
        #expect(options.wordsBesidesPort == ["--upstream-proxy", "http://proxy.test:3128"])
        #expect(options.variables == ["ONESHOT_UPSTREAM_PROXY": "http://user:secret@proxy.test:3128"])
    }

    @Test("the proxies of the environment are used, unless another is chosen or none")
    func proxies() async throws {
        let environment = ["HTTPS_PROXY": "http://proxy.test:3128"]
        #expect(try await RecorderOptions().proxy(environment: environment) != nil)
        #expect(try await RecorderOptions().proxy(environment: [:]) == nil)
        #expect(try await RecorderOptions(upstreamProxy: "none").proxy(environment: environment) == nil)
        #expect(try await RecorderOptions(upstreamProxy: "other.test:1").proxy(environment: [:]) != nil)
    }

    @Test("reach the process in the background whole")
    func words() throws {
        let options = RecorderOptions(
            port: 0,
            authority: URL(fileURLWithPath: "/m"),
            intercepted: ["a.test"],
            ignored: ["i.test"],
            upstreams: ["b.test": URL(fileURLWithPath: "/x")],
            reverse: [try ReverseOption("1=https://c.test")],
            insecure: ["d.test"],
            budget: Budget(tokens: 5, dollars: 0.25)
        )
        #expect(
            options.words == [
                "--port", "0", "--ca", "/m", "--intercept", "a.test", "--ignore", "i.test", "--upstream",
                "b.test=file:///x", "--reverse", "1=https://c.test", "--insecure-upstream", "d.test", "--token-limit",
                "5", "--cost-limit", "0.25",
            ]
        )
    }
}

@Suite("The token of a recorder")
struct ProxyTokenTests {
    @Test("is made once, kept from others, and is what the environment names if that names one")
    func prepared() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            let made = try ProxyToken.prepare(in: workspace, environment: [:])
            #expect(made.isNew && made.text.utf8.count >= 32)
            let again = try ProxyToken.prepare(in: workspace, environment: ["ONESHOT_PROXY_TOKEN": ""])
            #expect(!again.isNew && again.text == made.text)
            let file = ProxyToken.file(in: workspace)
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let named = try ProxyToken.prepare(in: workspace, environment: ["ONESHOT_PROXY_TOKEN": "of-my-own"])
            #expect(!named.isNew && named.text == "of-my-own" && ProxyToken.read(file) == "of-my-own")
        }
    }

    @Test(
        "stands in a URL as it is, or is refused",
        arguments: ["short", "with blank", "at@sign-at-sign", "colon:colon"]
    )
    func malformed(text: String) async throws {
        try await withTemporaryDirectory { directory in
            _ = #expect(throws: WorkbenchError.badToken) {
                try ProxyToken.prepare(in: Workspace(root: directory), environment: ["ONESHOT_PROXY_TOKEN": text])
            }
        }
    }
}
