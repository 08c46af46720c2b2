import OneShotWorkbench
import Testing

@Suite("What a call of Codex is given in addition")
struct CodexInvocationTests {
    private static let help = "  --no-daemon   Run without the shared background server"

    @Test(
        "its kind is read from the first word that is neither an option nor an option's value",
        arguments: [
            ([], .interactive),
            (["fix the tests"], .interactive),
            (["-m", "exec", "fix the tests"], .interactive),
            (["--config", "a=b", "resume", "--last"], .interactive),
            (["exec", "--json", "fix it"], .headless),
            (["-C", "/tmp", "e", "fix it"], .headless),
            (["--", "exec"], .interactive),
            (["login", "--with-api-key"], .administrative),
            (["mcp", "list"], .administrative),
            (["--version"], .administrative),
            (["exec", "--help"], .administrative),
        ] as [([String], CodexInvocation.Kind)]
    )
    func kind(arguments: [String], kind: CodexInvocation.Kind) {
        #expect(CodexInvocation(arguments).kind == kind)
    }

    @Test("a headless call gives up when the recorder is gone, and leaves other hosts alone")
    func headless() {
        let options = CodexInvocation(["exec", "x"]).addedOptions(help: Self.help, configuration: "")
        #expect(
            options == [
                "-c", "features.unbounded_connection_retries=false", "-c", "analytics.enabled=false",
                "-c", "features.plugins=false", "-c", "features.api_key_model_discovery=false",
            ]
        )
    }

    @Test("an interactive call does without the daemon, which would bypass the recorder")
    func interactive() {
        #expect(CodexInvocation([]).addedOptions(help: Self.help, configuration: "").last == "--no-daemon")
        #expect(!CodexInvocation([]).addedOptions(help: "", configuration: "").contains("--no-daemon"))
    }

    @Test(
        "what the user says about the daemon stays",
        arguments: [["--no-daemon"], ["--remote", "unix://"], ["--remote=ws://x"]]
    )
    func ownDaemon(arguments: [String]) {
        #expect(!CodexInvocation(arguments).addedOptions(help: Self.help, configuration: "").contains("--no-daemon"))
    }

    @Test("what the user's configuration speaks of is left to it")
    func configuration() {
        let configuration = """
            model = "x" # analytics are left out
            [features]
            plugins = true
            """
        let options = CodexInvocation(["exec", "x"]).addedOptions(help: "", configuration: configuration)
        #expect(!options.contains("features.plugins=false"))
        #expect(options.contains("analytics.enabled=false"))
    }

    @Test("calls without a model are left as they are")
    func administrative() {
        #expect(CodexInvocation(["login"]).addedOptions(help: Self.help, configuration: "") == [])
    }
}
