import Foundation
import NIOConcurrencyHelpers
import OneShotCore
import OneShotProcess
import OneShotStore
import OneShotTesting
import OneShotWire
import Testing

@testable import OneShotRecorder

/// The transport that Codex uses with a ChatGPT login where a WebSocket is refused: SSE over HTTPS, with requests in
/// zstd. Its other transports are tested with the practice model.
@Suite(
    "Integration: clients, Codex with a ChatGPT login",
    .enabled(if: Tool.isAvailable("codex"), "needs the real Codex: make bootstrap"),
    .timeLimit(.minutes(3))
)
struct IntegrationClientsCodexTests {
    private static func answers(_ request: TestOrigin.Request) -> [TestOrigin.Step] {
        let path = request.head.target.prefix { $0 != "?" }
        if request.head.isWebSocketUpgrade {
            return [.send("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n")]
        }
        if path.hasSuffix("/accounts/check") {
            return Answers.json(
                """
                {"accounts":[{"id":"acc-1","structure":"personal","plan_type":"plus","workspace_backend_origin":\
                "NO_CONSTRAINT","account_routing_override":"NO_CONSTRAINT"}],"default_account_id":"acc-1",\
                "account_ordering":["acc-1"]}
                """
            )
        }
        guard path.hasSuffix("/codex/responses") else {
            return [.send("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}")]
        }
        let message = """
            {"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"m1","role":\
            "assistant","content":[{"type":"output_text","text":"Hello from afar"}]}}
            """
        return Answers.sse(Answers.events([WebSocketTests.created, message, Answers.completed()]))
    }

    /// A login that nobody has signed.
    private static func login() throws -> String {
        func part(_ json: String) -> String {
            Data(json.utf8).base64EncodedString()
                .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        let claims = """
            {"email":"a@b.example","exp":4102444800,"https://api.openai.com/auth":{"chatgpt_plan_type":"plus",\
            "chatgpt_account_id":"acc-1","chatgpt_user_id":"u-1"}}
            """
        let token = [#"{"alg":"none","typ":"JWT"}"#, claims, "none"].map(part).joined(separator: ".")
        let now = Date.now.formatted(.iso8601)
        return """
            {"auth_mode":"chatgpt","OPENAI_API_KEY":null,"last_refresh":"\(now)","tokens":{"id_token":"\(token)",\
            "access_token":"\(token)","refresh_token":"r","account_id":"acc-1"}}
            """
    }

    @Test("a request in zstd goes on as it came and is stored decoded")
    func zstd() async throws {
        let login = try Self.login()
        try await Bench.run(
            configure: { configuration, origin in configuration.upstreams["chatgpt.com"] = origin.url },
            respond: Self.answers
        ) { bench in
            try await RealClient.run(bench) { client in
                try Data(login.utf8).write(to: client.home.appendingPathComponent("auth.json"))
                let configuration = """
                    [analytics]
                    enabled = false
                    [features]
                    plugins = false
                    unbounded_connection_retries = false

                    """
                try Data(configuration.utf8).write(to: client.home.appendingPathComponent("config.toml"))
                let result = try await client(
                    Tool.codex,
                    ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"]
                        + ["-m", "gpt-5-mini", "say hello"],
                    setting: [
                        "CODEX_HOME": client.home.path, "CODEX_CA_CERTIFICATE": bench.authority.certificateURL.path,
                        "NO_PROXY": "127.0.0.1,localhost",
                    ]
                )
                #expect(result.text.contains("Hello from afar"))
            }
            let isCall: (Exchange) -> Bool = { $0.method == "POST" && $0.url.hasSuffix("/codex/responses") }
            let row = try #require(try await bench.rows(1) { isCall($0) && $0.state == .complete }.first)
            #expect(row.requestJSON?.hasPrefix("{") == true)
            #expect(row.requestJSON?.contains("say hello") == true)
            #expect(row.responseJSON?.contains("response.completed") == true)
            let sent = bench.origin.requests.withLockedValue { requests in
                requests.filter { $0.head.method == "POST" && $0.head.target.hasSuffix("/codex/responses") }
            }
            #expect(sent.map { $0.head.first("content-encoding") } == ["zstd"])
            #expect(await bench.running.usage(ofSession: "run-1") == Usage(inputTokens: 10, outputTokens: 5))
        }
    }
}
