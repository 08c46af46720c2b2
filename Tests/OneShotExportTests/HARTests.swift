import Foundation
import OneShotCore
import OneShotRedaction
import OneShotSessions
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotExport

@Suite("HTTP Archive")
struct HARTests {
    /// Writes the exchanges into a workspace and exports them.
    private func export(_ exchanges: [Exchange]) async throws -> (har: JSON, pieces: [Int]) {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            let store = try RawStore.openForWriting(workspace.rawDatabase)
            _ = try await store.save(
                exchanges.map { exchange in
                    var new = exchange
                    new.id = nil
                    return new
                }
            )
            var text = ""
            var pieces: [Int] = []
            let export = HARExport(redactor: .standard, version: "1.2.3")
            let result = try await export.write("run-1", from: SessionArchive(workspace)) { piece in
                text += piece
                pieces.append(piece.utf8.count)
            }
            #expect(result.entries == exchanges.count)
            return (try JSON(parsing: text), pieces)
        }
    }

    /// The members that HAR 1.2 requires, with their kinds.
    private func check(_ har: JSON) throws {
        let log = try #require(har["log"])
        #expect(log["version"] == "1.2")
        #expect(log["creator"]?["name"]?.string != nil && log["creator"]?["version"]?.string != nil)
        for entry in try #require(log["entries"]).elements {
            let started = try #require(entry["startedDateTime"]?.string)
            #expect(started.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
            let request = try #require(entry["request"])
            let response = try #require(entry["response"])
            for (part, strings, numbers, lists) in [
                (
                    request, ["method", "url", "httpVersion"], ["headersSize", "bodySize"],
                    ["cookies", "headers", "queryString"]
                ),
                (
                    response, ["statusText", "httpVersion", "redirectURL"], ["status", "headersSize", "bodySize"],
                    ["cookies", "headers"]
                ),
            ] {
                for key in strings { #expect(part[key]?.string != nil, "\(key)") }
                for key in numbers { #expect(part[key]?.int != nil, "\(key)") }
                for key in lists {
                    guard case .array(let pairs)? = part[key] else {
                        Issue.record("\(key) is no list")
                        continue
                    }
                    #expect(pairs.allSatisfy { $0["name"]?.string != nil && $0["value"]?.string != nil })
                }
            }
            #expect(response["content"]?["size"]?.int != nil && response["content"]?["mimeType"]?.string != nil)
            if let data = request["postData"] {
                #expect(data["mimeType"]?.string != nil && data["text"]?.string != nil)
            }
            guard case .object? = entry["cache"] else {
                Issue.record("no cache")
                continue
            }
            let timings = try #require(entry["timings"])
            let parts = try ["send", "wait", "receive"].map { try #require(timings[$0]?.int) }
            #expect(parts.allSatisfy { $0 >= 0 })
            #expect(entry["time"]?.int == parts.reduce(0, +))
            // Whatever is not in the specification has an underscore.
            let known = ["startedDateTime", "time", "request", "response", "cache", "timings"]
            #expect(entry.members.allSatisfy { known.contains($0.key) || $0.key.hasPrefix("_") })
        }
    }

    @Test("has all that the specification asks for, for every kind of exchange")
    func specification() async throws {
        var upgrade = RecordedExchange.http(
            id: 3,
            request: [:],
            answer:
                #"[{"from":"client","at_ms":1003050,"text":"ping"},{"from":"upstream","at_ms":1003060,"base64":"AAE="}]"#,
            status: 101
        )
        upgrade.method = "GET"
        upgrade.transport = .websocket
        upgrade.requestJSON = nil
        let binary = RecordedExchange.http(id: 4, request: ["_base64": "AAECAw=="], answer: #"{"_base64":"AAECAw=="}"#)
        let exchanges = [
            RecordedExchange.http(
                id: 1,
                request: ["model": "m"],
                answer: #"{"_raw":"data: 1\n\n"}"#,
                url: "https://api.openai.com/v1/responses?a=1&b=x%20y&c"
            ),
            RecordedExchange.webSocket(
                id: 2,
                request: ["type": "response.create"],
                messages: [["n": 1], ["n": 2], ["n": 3]]
            ),
            upgrade, binary,
            RecordedExchange.http(id: 5, request: ["x": 1], answer: nil, state: .cut, status: nil),
        ]
        let (har, pieces) = try await export(exchanges)
        try check(har)
        let entries = try #require(har["log"]?["entries"]).elements
        #expect(entries.count == 5)
        #expect(entries[0]["request"]?["postData"]?["text"] == #"{"model":"m"}"#)
        #expect(entries[0]["request"]?["queryString"]?[1] == ["name": "b", "value": "x y"])
        #expect(entries[0]["response"]?["content"]?["text"] == "data: 1\n\n")
        #expect(entries[0]["timings"]?["wait"] == 40)
        #expect(entries[0]["timings"]?["receive"] == 460)

        let messages = try #require(entries[1]["_webSocketMessages"]).elements
        #expect(messages.map { $0["type"] } == ["send", "receive", "receive", "receive"])
        #expect(messages.map { $0["data"] } == [#"{"type":"response.create"}"#, #"{"n":1}"#, #"{"n":2}"#, #"{"n":3}"#])
        let times = messages.compactMap { $0["time"]?.double }
        #expect(times == times.sorted() && times.count == 4)
        #expect(times.last == 1002.5)
        #expect(entries[1]["request"]?["method"] == "GET")
        #expect(entries[1]["response"]?["status"] == 101)

        #expect(entries[2]["_webSocketMessages"]?.elements.map { $0["opcode"] } == [1, 2])
        #expect(entries[3]["response"]?["content"]?["encoding"] == "base64")
        #expect(entries[3]["response"]?["content"]?["text"] == "AAECAw==")
        #expect(entries[4]["response"]?["status"] == 0)
        // One by one.
        #expect(pieces.count >= 7)
    }

    @Test("a secret that a stream spells in pieces is not in it, and the events stay whole")
    func secrets() async throws {
        let secret = ["ghp", "4Zt9QmXw2LcVb7KjRn8DyHs5FgPa3EuTo6Ni"].joined(separator: "_")
        let events = [secret.prefix(9), secret.dropFirst(9).prefix(20), secret.dropFirst(29)].map { piece in
            let event: JSON = [
                "type": "response.output_text.delta", "output_index": 0, "delta": .string(String(piece)),
            ]
            return "data: \(event.compactText)\n\n"
        }
        let exchange = RecordedExchange.http(
            id: 1,
            request: ["input": .string("use \(secret)")],
            answer: (["_raw": .string(events.joined())] as JSON).compactText,
            url: "https://api.openai.com/v1/responses?key=\(secret)"
        )
        let (har, _) = try await export([exchange])
        try check(har)
        let text = har.compactText
        #expect(!text.contains(secret))
        let stream = try #require(har["log"]?["entries"]?[0]?["response"]?["content"]?["text"]?.string)
        let deltas = try stream.split(separator: "\n\n").map { try JSON(parsing: String($0.dropFirst(6))) }
        #expect(deltas.count == 3)
        let spelled = deltas.compactMap { $0["delta"]?.string }.joined()
        #expect(!spelled.contains(secret))
    }

    @Test(
        "haralyzer reads it",
        .enabled(if: Tool.isAvailable(Tool.python), PythonReader.reason),
        .timeLimit(.minutes(3))
    )
    func haralyzer() async throws {
        let exchanges = [
            RecordedExchange.http(id: 1, request: ["model": "m"], answer: "{}"),
            RecordedExchange.webSocket(id: 2, request: ["type": "response.create"], messages: [["n": 1]]),
            RecordedExchange.http(id: 3, request: ["x": 1], answer: nil, state: .cut, status: nil),
        ]
        let (har, _) = try await export(exchanges)
        let program = """
            import json
            from haralyzer import HarParser, HarEntry
            parser = HarParser(json.load(open("a.har")))
            print(parser.version, parser.creator["name"])
            for entry in map(HarEntry, parser.har_data["entries"]):
                print(entry.startTime.isoformat(), entry.time, entry.request.method, entry.response.status,
                      entry.request.userAgent.split("/")[0], entry.response.mimeType)
            """
        let text = try await PythonReader.run(program, files: ["a.har": har.compactText])
        #expect(text.hasPrefix("1.2 oneshot\n"), "\(text)")
        #expect(text.split(separator: "\n").count == 4)
        #expect(text.contains(" 500 POST 200 codex_exec ") && text.contains(" GET 101 ") && text.contains(" POST 0 "))
    }

    @Test("an unknown session is said to be unknown")
    func unknown() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            _ = try RawStore.openForWriting(workspace.rawDatabase)
            await #expect(throws: (any Error).self) {
                try await HARExport(redactor: .standard, version: "1")
                    .write("nobody", from: SessionArchive(workspace)) { _ in }
            }
        }
    }
}
