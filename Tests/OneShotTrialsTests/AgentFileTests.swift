import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite("Agents of TOML files")
struct AgentFileTests {
    private static let whole = """
        schema_version = 1
        name = "my-agent"
        version = "0.3"
        command = ["{files}/run.sh", "--task", "{instructions}"]
        model_flag = ["--model", "{model}"]
        reasoning_effort_flag = ["--effort={reasoning_effort}"]
        files = "bin"
        install = ["pip install --user x"]
        install_hosts = ["pypi.org"]
        session_files = [".my-agent/*.jsonl"]

        [environment]
        LOG = "debug"

        [[providers]]
        host = "models.example.com"
        key = "EXAMPLE_KEY"
        """

    private func read(_ text: String) async throws -> AgentFile {
        try await withTemporaryDirectory { directory in
            try AtomicFile.makeDirectory(directory.appendingPathComponent("bin"))
            let url = directory.appendingPathComponent("agent.toml")
            try AtomicFile.write(text, to: url)
            return try AgentFile.read(url)
        }
    }

    @Test("a file with every key is an agent with its command line, provider and installation")
    func whole() async throws {
        let file = try await read(Self.whole)
        let options = AgentOptions(model: "m 1", reasoningEffort: "high", arguments: ["-v"])
        let agent = FileAgent(file: file, options: options)
        #expect(
            agent.command == [
                "/opt/agent/files/run.sh", "--task", "/task/LM_INSTRUCTIONS.md", "--model", "m 1", "--effort=high",
                "-v",
            ]
        )
        #expect(agent.providers == [ModelProvider(host: "models.example.com", keyVariable: "EXAMPLE_KEY")])
        #expect(agent.usesModel)
        #expect(agent.install == AgentInstall(lines: ["pip install --user x"], hosts: ["pypi.org"]))
        #expect(file.heeded == [.model, .reasoningEffort, .arguments, .environment])
    }

    @Test("a program that is built for a newer C library than the image has cannot be started there")
    func newerLibrary() async throws {
        let agent = FileAgent(file: try await read(Self.whole), options: AgentOptions(model: "m"))
        let words = "/opt/agent/bin: /lib/libc.so.6: version `GLIBC_2.38' not found (required by /opt/agent/bin)"
        let outcome = AgentPhase.Outcome(exitCode: 1, complaint: words)
        #expect(outcome.trouble(of: agent, overrides: nil) == .agentNotStarted(name: "my-agent", reason: words))
        let other = AgentPhase.Outcome(exitCode: 1, complaint: "no answer")
        #expect(other.trouble(of: agent, overrides: nil) == .model(reason: "no answer"))
    }

    @Test("the lines that a solution adds are the same, whatever they end with")
    func addedLines() {
        let patch = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n-a\n+b\n+c\n"
        #expect(NearestTask.added(by: patch) == "b\nc")
        #expect(NearestTask.added(by: patch.replacing("\n", with: "\r\n")) == "b\nc")
    }

    @Test("a file of two keys will do")
    func least() async throws {
        let file = try await read("schema_version = 1\nname = \"a\"\ncommand = [\"true\"]\n")
        #expect(file.heeded == [.arguments, .environment])
        #expect(!FileAgent(file: file, options: AgentOptions()).usesModel)
    }

    @Test(
        "what does not fit is named in one line",
        arguments: [
            (#"modle_flag = ["-m", "{model}"]"#, "modle_flag"), (#"model_flag = ["-m"]"#, "{model}"),
            (#"session_files = ["../x"]"#, "session_files"), (#"session_files = ["$(x)"]"#, "session_files"),
            (#"install_hosts = ["pypi.org"]"#, "install_hosts"), (#"files = "nowhere""#, "nowhere"),
            ("[[providers]]\nhost = \"https://x\"\nkey = \"K\"", "https://x"),
            ("[[providers]]\nhost = \"x.org\"\nkeys = \"K\"", "key"), ("x =", "line 4"),
        ]
    )
    func malformed(line: String, names: String) async throws {
        let text = "schema_version = 1\nname = \"a\"\ncommand = [\"true\"]\n\(line)\n"
        let error = try await #require(throws: FileError.self) { try await read(text) }
        #expect(error.description.contains(names), "\(error)")
        #expect(!error.description.contains("\n"))
    }
}

@Suite("Options of agents")
struct AgentOptionsTests {
    @Test("an option that an agent has no use for is an error")
    func unheeded() async throws {
        let solution = URL(fileURLWithPath: "/nowhere/diff.patch")
        let workspace = Workspace(root: URL(fileURLWithPath: "/nowhere"))
        await #expect(throws: TrialError.optionNotHeeded(option: "--model", agent: "oracle")) {
            try await AgentChoice.oracle.agent(
                solution: solution,
                options: AgentOptions(model: "m"),
                environment: [:],
                workspace: workspace
            )
        }
        await #expect(throws: TrialError.optionNotHeeded(option: "--agent-arg", agent: "command")) {
            try await AgentChoice.command("true").agent(
                solution: solution,
                options: AgentOptions(arguments: ["-x"]),
                environment: [:],
                workspace: workspace
            )
        }
    }

    @Test("variables come as they are given or from the host, and credentials not at all")
    func variables() throws {
        let variables = try AgentOptions.variables(["A=1=2", "B", "C="], environment: ["B": "host"])
        #expect(variables == ["A": "1=2", "B": "host", "C": ""])
        #expect(throws: TrialError.self) { try AgentOptions.variables(["MISSING"], environment: [:]) }
        #expect(throws: TrialError.self) { try AgentOptions.variables(["A=1", "A=2"], environment: [:]) }
        for name in ["OPENAI_API_KEY", "GITHUB_TOKEN", "HTTPS_PROXY", "SSL_CERT_FILE", "a b"] {
            let options = AgentOptions(environment: [name: "x"])
            #expect(throws: TrialError.self) { try options.check(for: "codex", heeding: [.environment]) }
        }
    }
}
