import Foundation
import NIOConcurrencyHelpers
import OneShotCore
import OneShotProcess

/// A Hub on loopback that checks the upload protocol: `Fixtures/fake_hub.py`.
struct FakeHub: Sendable {
    static let token = "hf" + "_" + String(repeating: "aB3", count: 12)
    let port: Int

    var endpoint: String { "http://127.0.0.1:\(port)" }

    /// Runs `body` beside a server of its own.
    static func run(
        _ options: [String] = [],
        _ body: @escaping @Sendable (FakeHub) async throws -> Void
    ) async throws {
        let program = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/fake_hub.py")
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { found.finish() }
                // Python writes the line in pieces.
                let text = NIOLockedValueBox("")
                let result = try await Command("python3", [program.path, token] + options).run { chunk, channel in
                    guard channel == .standardOutput else { return }
                    let line = text.withLockedValue { text in
                        text += String(decoding: chunk, as: UTF8.self)
                        return text
                    }
                    if line.hasSuffix("\n"), let port = Int(line.dropFirst("PORT ".count).dropLast()) {
                        found.yield(port)
                    }
                }
                guard result.succeeded else { throw FakeHubError(description: "the fake Hub ended: \(result.exit)") }
            }
            for await port in ports {
                let hub = FakeHub(port: port)
                do {
                    try await body(hub)
                } catch {
                    _ = try? await hub.get("/_quit")
                    throw error
                }
                _ = try? await hub.get("/_quit")
                break
            }
            try await group.waitForAll()
        }
    }

    private func get(_ path: String) async throws -> Data {
        try await Command("curl", ["-sS", "--max-time", "20", endpoint + path]).runChecked().standardOutput
    }

    /// What the server holds and what broke its rules.
    func state() async throws -> JSON {
        try JSON(parsing: try await get("/_state"))
    }
}

struct FakeHubError: Error, CustomStringConvertible {
    var description: String
}
