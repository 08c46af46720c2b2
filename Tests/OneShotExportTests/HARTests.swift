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
        var upgrade = RecordedSample.http(
            id: 3,
            request: [:],
            answer:
                #"[{"from":"client","at_ms":1003050,"text":"ping"},{"from":"upstream","at_ms":1003060,"base64":"AAE="}]"#,
            status: 101
        )
        upgrade.method = "GET"
        upgrade.transport = .websocket
        upgrade.requestJSON = nil
        let binary = RecordedSample.http(id: 4, request: ["_base64": "AAECAw=="], answer: #"{"_base64":"AAECAw=="}"#)
        let exchanges = [
            RecordedSample.http(
                id: 1,
                request: ["model": "m"],
                answer: #"{"_raw":"data: 1\n\n"}"#,
                url: "https://api.openai.com/v1/responses?a=1&b=x%20y&c"
            ),
            RecordedSample.webSocket(
                id: 2,
                request: ["type": "response.create"],
                messages: [["n": 1], ["n": 2], ["n": 3]]
            ),
            upgrade, binary,
            RecordedSample.http(id: 5, request: ["x": 1], answer: nil, state: .cut, status: nil),
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
