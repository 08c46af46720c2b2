import Foundation
import OneShotCore
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotMCP

@Suite("The MCP server's tools", .timeLimit(.minutes(3)))
struct ServerTests {
    @Test("take what models write: null for absent, labels as one string")
    func leniency() async throws {
        let answers = try await serve(
            [
                call("repo.start_task.v1", ["title": "T", "notes": nil, "labels": "a, b", "repository": nil]),
                call("repo.end_task.v1", nil),
            ]
        )
        #expect(answers.map { $0["isError"]?.bool } == [false, false])
    }

    private static let refusals: [(tool: String, arguments: JSON, says: String)] = [
        ("repo.start_task.v1", ["name": "T"], "\"name\""), ("repo.start_task.v1", [:], "title"),
        ("repo.start_task.v1", ["title": 7], "\"title\" is not a string"),
        ("repo.start_task.v1", ["title": "T", "labels": [1]], "\"labels\" is not a list"),
        ("repo.start_task.v1", ["title": "T", "repository": "/nowhere"], "/nowhere is not a directory"),
        ("repo.end_task.v1", ["summary": "s"], "repo.start_task.v1"),
        ("repo.end_task.v1", ["draft": "maybe"], "\"draft\" is not true or false"),
        ("repo.end_task.v1", ["draft": true], "this server has no OPENAI_API_KEY; call repo.end_task.v1 again without"),
    ]

    @Test("say what is wrong with arguments, as an error that the model reads", arguments: refusals)
    func refusal(tool: String, arguments: JSON, says: String) async throws {
        let answer = try #require(try await serve([call(tool, arguments)]).first)
        let text = answer["content"]?[0]?["text"]?.string ?? ""
        #expect(answer["isError"]?.bool == true)
        #expect(text.hasPrefix("error: "))
        #expect(text.contains(says))
    }

    @Test(
        "have a model draft the instruction where the call asks for it, and only then",
        arguments: [true, false, nil]
    )
    func draft(asks: Bool?) async throws {
        let said: JSON = ["instruction": "Drafted."]
        let reply: JSON = [
            "status": "completed", "output": [["type": "message", "content": [["text": .string(said.compactText)]]]],
        ]
        let endpoint = try await LoopbackEndpoint.start(answers: [.init(200, reply.compactText)])
        let answers = try await serve(
            [
                call("repo.start_task.v1", ["title": "T"]),
                call("repo.end_task.v1", ["draft": asks.map { .bool($0) } ?? nil]),
            ],
            environment: ["OPENAI_API_KEY": "k", "ONESHOT_JUDGE_BASE_URL": endpoint.url.absoluteString]
        )
        #expect(answers.map { $0["isError"]?.bool } == [false, false])
        #expect(await endpoint.stop().count == (asks == true ? 1 : 0))
    }

    @Test("run in the order of their calls, even when the input has ended, and other requests do not wait")
    func order() async throws {
        let ping = #"{"jsonrpc":"2.0","id":"ping","method":"ping"}"#
        let lines = try await conversation(
            [call("repo.start_task.v1", ["title": "T"]), call("repo.end_task.v1", [:]), ping]
        )
        #expect(lines.first?["id"]?.string == "ping")
        #expect(lines.dropFirst().compactMap { $0["result"]?["isError"]?.bool } == [false, false])
    }

    private func call(_ tool: String, _ arguments: JSON?) -> String {
        let params: JSON = ["name": .string(tool), "arguments": arguments ?? [:], "_meta": ["sessionId": "s"]]
        return (["jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params] as JSON).compactText
    }

    private func serve(_ lines: [String], environment: [String: String] = [:]) async throws -> [JSON] {
        try await conversation(lines, environment: environment).compactMap { $0["result"] }
    }

    /// What the server writes in a fresh repository.
    private func conversation(_ lines: [String], environment: [String: String] = [:]) async throws -> [JSON] {
        try await withTemporaryDirectory { directory in
            try await Command("git", ["init", "-q"], directory: directory).runChecked()
            let output = directory.appendingPathComponent("output")
            let descriptor = open(output.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            let (input, continuation) = AsyncStream<Data>.makeStream()
            for line in lines { continuation.yield(Data((line + "\n").utf8)) }
            continuation.finish()
            let server = MCPServer(directory: directory, workspace: nil, version: "1", environment: environment)
            await server.run(input: input, output: StandardOutput(descriptor: descriptor))
            let text = try String(contentsOf: output, encoding: .utf8)
            return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
        }
    }
}
