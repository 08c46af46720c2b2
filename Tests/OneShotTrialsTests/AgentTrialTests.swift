import Foundation
import OneShotCore
import OneShotPracticeModel
import OneShotTesting
import Testing

@testable import OneShotTrials

/// What holds for every agent: the boundary, the installation, its own files.
@Suite(
    "Integration: a trial of an agent of one's own",
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct AgentTrialTests {
    /// Asks the model as any program would: through the proxy of its environment.
    private static let program = """
        import json, os, ssl, sys, urllib.request
        def ask(method, path, body=None):
            data = json.dumps(body).encode() if body is not None else None
            request = urllib.request.Request("https://models.example.com" + path, data, method=method)
            request.add_header("Authorization", "Bearer " + os.environ["EXAMPLE_KEY"])
            request.add_header("Content-Type", "application/json")
            try:
                with urllib.request.urlopen(request) as answer:
                    print(method, path, answer.status)
            except urllib.error.HTTPError as error:
                print(method, path, error.code)
        print("place of the agent's files seen", "/agents/agent" in open("/proc/self/mountinfo").read())
        print("model", sys.argv[1])
        ask("POST", "/v1/responses", {"model": "m", "input": "hi", "tools": [{"type": "web_search"}]})
        ask("GET", "/v1/files")
        print("installed", os.path.exists(os.path.expanduser("~/.local/tool")))
        os.makedirs(os.path.expanduser("~/.own/log"))
        open(os.path.expanduser("~/.own/log/session.jsonl"), "w").write('{"done": true}\\n')
        os.symlink("/etc/passwd", os.path.expanduser("~/.own/log/link.jsonl"))
        open("README.md", "a").write("\\n## Usage\\n")

        """

    private static func file(_ more: String = "") -> String {
        """
        schema_version = 1
        name = "own"
        command = ["python3", "{files}/agent.py"]
        model_flag = ["{model}"]
        files = "agent"
        session_files = [".own"]
        \(more)
        [[providers]]
        host = "models.example.com"
        key = "EXAMPLE_KEY"

        """
    }

    private func run(
        _ engine: TestEngine,
        file: String,
        overrides: String? = nil,
        _ check: @escaping @Sendable (TrialResults, RunDirectory, String, [JSON]) async throws -> Void
    ) async throws {
        try await PracticeModel.run(PracticeScript([.say("Hello.")])) { model in
            let upstream = try #require(URL(string: "http://127.0.0.1:\(model.port)"))
            let fixture = FixtureTask(files: overrides.map { ["overrides.json": $0] } ?? [:])
            try await TrialHarness.with(engine, task: fixture) { harness in
                let directory = harness.workspace.root.appendingPathComponent("agents")
                try FixtureTask.write(["own.toml": file, "agent/agent.py": Self.program], to: directory)
                let (results, run) = try await harness.run(
                    .file(directory.appendingPathComponent("own.toml")),
                    options: AgentOptions(model: file.contains("model_flag") ? "m-1" : nil),
                    upstreams: ["models.example.com": upstream]
                )
                try await check(results, run, try harness.log(run), model.requests)
            }
        }
    }

    @Test(
        "calls the model without the server's tools, reaches nothing else of it, and leaves its own files",
        arguments: TestEngine.available
    )
    func boundary(engine: TestEngine) async throws {
        try await run(engine, file: Self.file()) { results, run, log, requests in
            #expect(results.failure == nil)
            #expect(results.agent.name == "own" && results.agent.model == "m-1")
            #expect(log.contains("place of the agent's files seen False\n"))
            #expect(log.contains("model m-1\nPOST /v1/responses 200\nGET /v1/files 403\ninstalled False\n"))
            #expect(results.strippedTools == ["web_search": 1])
            #expect(requests.count == 1 && requests[0]["tools"] == nil)
            #expect(results.usage.totalTokens > 0)
            #expect(results.score == 0.25)
            #expect(results.artifacts["agent/own/log/session.jsonl"] == "artifacts/agent/own/log/session.jsonl")
            #expect(results.artifacts["agent/own/log/link.jsonl"] == nil)
            #expect(log.contains("not kept of the agent's own files: .own/log/link.jsonl: no plain file"))
            let written = try ResultsFile.read(run)
            #expect(written == results)
        }
    }

    @Test("keeps the server's tools that the task allows")
    func allowed() async throws {
        let overrides = #"{"schema_version": 1, "allow_server_tools": ["web_search"]}"#
        try await run(.local, file: Self.file(), overrides: overrides) { results, _, _, requests in
            #expect(results.strippedTools == nil)
            #expect(requests.first?["tools"] == [["type": "web_search"]])
        }
    }

    /// Reaches the host's port that it is given as a proxy's client does, or says that it may not.
    private static func installation(_ port: Int) -> String {
        let program = """
            import os, socket
            for port in (\(port), \(port + 1)):
                s = socket.create_connection(("127.0.0.1", 18080))
                s.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\\r\\n\\r\\n" % port)
                print("CONNECT", port, s.recv(99).split()[1].decode())
            os.makedirs(os.path.expanduser("~/.local"))
            open(os.path.expanduser("~/.local/tool"), "w").write("x")
            """
        return """
            install = ['''cat >/tmp/i.py <<'EOF'
            \(program)
            EOF
            python3 /tmp/i.py''']
            install_hosts = ["127.0.0.1:\(port)"]
            """
    }

    @Test(
        "is installed from the hosts that the task allows, before the model is there",
        arguments: TestEngine.available
    )
    func installs(engine: TestEngine) async throws {
        try await PracticeModel.run(PracticeScript([.say("I stand for a registry.")])) { registry in
            let overrides = #"{"schema_version": 1, "allow_install_hosts": ["127.0.0.1:\#(registry.port)"]}"#
            let file = Self.file(Self.installation(registry.port))
            try await run(engine, file: file, overrides: overrides) { results, _, log, _ in
                #expect(results.failure == nil)
                #expect(log.contains("CONNECT \(registry.port) 200\nCONNECT \(registry.port + 1) 403\n"))
                #expect(log.contains("installed True\n"))
            }
        }
    }

    @Test("does not begin when it wants to install from where the task does not allow it")
    func refused() async throws {
        await #expect(throws: TrialError.installNotAllowed(agent: "own", hosts: ["127.0.0.1:1"])) {
            try await run(.local, file: Self.file(Self.installation(1))) { _, _, _, _ in }
        }
    }

    @Test("gives no score when it cannot be installed")
    func broken() async throws {
        let file = Self.file(#"install = ["echo no such package >&2; exit 3"]"#)
        try await run(.local, file: file) { results, _, _, _ in
            #expect(results.outcome == .infrastructureFailure)
            #expect(results.failure?.contains("could not be installed") == true)
            #expect(results.failure?.hasSuffix("no such package") == true)
        }
    }

    @Test("gives no score when its program is not in the environment", arguments: TestEngine.available)
    func notThere(engine: TestEngine) async throws {
        let file = """
            schema_version = 1
            name = "own"
            command = ["no-such-program", "x"]

            """
        try await run(engine, file: file) { results, _, _, _ in
            #expect(results.outcome == .infrastructureFailure)
            #expect(results.failure?.contains("no-such-program: No such file or directory") == true)
        }
    }

    @Test("gives no score when it ends well and never asked its model")
    func neverAsked() async throws {
        let file = Self.file().replacing(#"["python3", "{files}/agent.py"]"#, with: #"["echo", "nothing to do"]"#)
        try await run(.local, file: file) { results, _, _, _ in
            #expect(results.outcome == .infrastructureFailure)
            #expect(results.failure?.hasPrefix("the agent never had an answer from the model") == true)
        }
    }
}
