import Foundation
import OneShotCore
import Testing

@testable import OneShotMCP

/// A conversation: what the client sends (`>`), what the server answers (`<`), which tools are run (`!`, by ticket) and
/// how they end (`=`).
private struct Playbook: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let lines: [String]

    init(_ description: String, _ text: String) {
        testDescription = description
        lines = text.split(separator: "\n").map(String.init)
    }
}

@Suite("The MCP server's protocol")
struct PlaybookTests {
    private static let initialize = #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"#

    private static let playbooks = [
        Playbook(
            "a ping is answered before anything else, with a string id too",
            """
            > {"jsonrpc":"2.0","id":"p-1","method":"ping"}
            < {"jsonrpc":"2.0","id":"p-1","result":{}}
            """
        ),
        Playbook(
            "notifications get no answer, known or not",
            """
            > {"jsonrpc":"2.0","method":"notifications/initialized"}
            > {"jsonrpc":"2.0","method":"notifications/of_tomorrow","params":{"a":1}}
            > {"jsonrpc":"2.0","id":7,"result":{}}
            """
        ),
        Playbook(
            "an unknown method is named",
            """
            > {"jsonrpc":"2.0","id":3,"method":"resources/list"}
            < {"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"there is no method \\"resources/list\\""}}
            """
        ),
        Playbook(
            "garbage is answered and does not end the conversation",
            """
            > this is not JSON
            < {"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"the line is not JSON, or is too long"}}
            > {"jsonrpc":"2.0","id":1,"method":"ping"}
            < {"jsonrpc":"2.0","id":1,"result":{}}
            """
        ),
        Playbook(
            "JSON that is no JSON-RPC is answered as such",
            """
            > {"id":1,"method":"ping"}
            < {"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"not a JSON-RPC 2.0 message"}}
            > 5
            < {"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"not a JSON-RPC 2.0 message"}}
            > {"jsonrpc":"2.0","id":1}
            < {"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"a message without a method"}}
            > {"jsonrpc":"2.0","id":null,"method":"ping"}
            < {"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"an id is a string or a number"}}
            > {"jsonrpc":"2.0","id":4,"method":"ping","params":[1]}
            < {"jsonrpc":"2.0","id":4,"error":{"code":-32602,"message":"params is not an object"}}
            """
        ),
        Playbook(
            "a call runs its tool and is answered when that is done",
            """
            > {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"t.v1","arguments":{"a":"b"},"_meta":{"sessionId":"s"}}}
            ! 1 t.v1 {"a":"b"} s
            > {"jsonrpc":"2.0","id":3,"method":"ping"}
            < {"jsonrpc":"2.0","id":3,"result":{}}
            = 1 done
            < {"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"done"}],"isError":false}}
            """
        ),
        Playbook(
            "a call without arguments has none",
            """
            > {"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"t.v1"}}
            ! 1 t.v1 {} -
            = 1 done
            < {"jsonrpc":"2.0","id":"x","result":{"content":[{"type":"text","text":"done"}],"isError":false}}
            """
        ),
        Playbook(
            "calls of no tool, or with arguments that are no object, are refused",
            """
            > {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"rm"}}
            < {"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"Unknown tool: rm"}}
            > {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"t.v1","arguments":"a"}}
            < {"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"arguments is not an object"}}
            """
        ),
        Playbook(
            "a cancelled call is not answered",
            """
            > {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"t.v1"}}
            ! 1 t.v1 {} -
            > {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}
            x 1
            = 1 done
            > {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}
            """
        ),
        Playbook(
            "batches are refused in the revisions that have none",
            """
            > [{"jsonrpc":"2.0","id":1,"method":"ping"}]
            < {"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"revision 2025-11-25 has no batches"}}
            """
        ),
        Playbook(
            "a batch of revision 2025-03-26 is answered as one, when its last call is done",
            initialize + """
                "2025-03-26"}}
                < *
                > [{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t.v1"}},{"jsonrpc":"2.0","method":"n"},{"jsonrpc":"2.0","id":2,"method":"ping"}]
                ! 2 t.v1 {} -
                = 2 done
                < [{"jsonrpc":"2.0","id":2,"result":{}},{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"done"}],"isError":false}}]
                > [{"jsonrpc":"2.0","method":"n"},{"jsonrpc":"2.0","id":1,"result":{}}]
                > []
                < {"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"an empty batch"}}
                > [1]
                < [{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"not a JSON-RPC 2.0 message"}}]
                """
        ),
    ]

    @Test("conversations", arguments: playbooks)
    private func conversation(_ playbook: Playbook) throws {
        var session = MCPSession(server: Self.server)
        var expected: [String] = []
        var seen: [String] = []
        for line in playbook.lines {
            let content = String(line.dropFirst(2))
            switch line.first {
            case "=":
                let words = content.split(separator: " ", maxSplits: 1)
                let ticket = try #require(Int(words[0]))
                seen += session.finish(ticket, with: .success(String(words[1]))).map(\.line)
            case "<", "!", "x": expected.append(line)
            default:
                let bytes = Data((line.hasPrefix("> ") ? content : line).utf8)
                seen += session.receive(.text(bytes)).map(\.line)
            }
        }
        #expect(seen.count == expected.count)
        for (seen, expected) in zip(seen, expected) where expected != "< *" { #expect(seen == expected) }
    }

    @Test(
        "the client's revision is answered where it is known, the latest otherwise",
        arguments: [
            ("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"),
            ("2025-11-25", "2025-11-25"), ("1999-01-01", "2025-11-25"), ("2026-07-28", "2025-11-25"),
        ]
    )
    func revision(asked: String, answered: String) throws {
        var session = MCPSession(server: Self.server)
        let line = Data((Self.initialize + "\"\(asked)\",\"clientInfo\":{\"name\":\"c\"}}}").utf8)
        guard case .send(let answer) = try #require(session.receive(.text(line)).first) else {
            Issue.record("no answer")
            return
        }
        #expect(answer["result"]?["protocolVersion"]?.string == answered)
        #expect(answer["result"]?["instructions"]?.string == "Use it.")
        #expect(answer["result"]?["capabilities"]?["tools"] != nil)
        #expect(session.clientName == "c")
    }

    @Test("the tools are listed under the guide's names, with a schema and hints")
    func list() throws {
        let tools = TaskTool.allCases.map(\.description)
        var session = MCPSession(server: MCPServerFacts(version: "1", instructions: "", tools: tools))
        let line = Data(#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{}}}"#.utf8)
        guard case .send(let answer) = try #require(session.receive(.text(line)).first) else {
            Issue.record("no answer")
            return
        }
        let listed = answer["result"]?["tools"]?.elements ?? []
        #expect(
            listed.compactMap { $0["name"]?.string } == [
                "repo.start_task.v1", "repo.end_task.v1", "repo.check_readiness.v1", "repo.autofix_readiness.v1",
            ]
        )
        #expect(listed.first?["inputSchema"]?["required"]?.elements == ["title"])
        #expect(listed.map { $0["annotations"]?["readOnlyHint"]?.bool } == [false, false, true, false])
    }

    private static let server = MCPServerFacts(
        version: "1",
        instructions: "Use it.",
        tools: [ToolDescription(name: "t.v1", title: "T", description: "t", inputSchema: [:], isReadOnly: true)]
    )
}

extension MCPSession.Action {
    fileprivate var line: String {
        switch self {
        case .send(let message): "< " + message.compactText
        case .call(let call): "! \(call.ticket) \(call.name) \(call.arguments.compactText) \(call.sessionID ?? "-")"
        case .cancel(let ticket): "x \(ticket)"
        }
    }
}

@Suite("Lines of a stream")
struct LineSplitterTests {
    @Test("are the same wherever the stream is cut", arguments: 1...9)
    func chunks(of size: Int) {
        let bytes = Data("one\r\n\n  \ntwo ☃\nlast".utf8)
        var splitter = LineSplitter()
        var lines: [LineSplitter.Line] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += splitter.receive(bytes[start..<min(start + size, bytes.count)])
        }
        lines += splitter.finish()
        #expect(lines == ["one\r", "two ☃", "last"].map { .text(Data($0.utf8)) })
    }

    @Test("that are too long are reported once and skipped")
    func tooLong() {
        var splitter = LineSplitter(limit: 4)
        var lines = splitter.receive(Data("123456".utf8)) + splitter.receive(Data("789012".utf8))
        lines += splitter.receive(Data("3\nok\n".utf8))
        #expect(lines == [.tooLong, .text(Data("ok".utf8))])
    }
}
