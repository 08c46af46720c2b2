import Foundation
import NIOConcurrencyHelpers
import OneShotTesting
import Testing
import X509

@testable import OneShotRecorder

@Suite("Certificates of hosts", .timeLimit(.minutes(2)))
struct LeafIssuerTests {
    private func withIssuer(capacity: Int = 2000, _ body: (LeafIssuer) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let authority = try CertificateAuthority.loadOrCreate(directory: directory)
            try await body(try LeafIssuer(authority: authority, capacity: capacity))
        }
    }

    @Test("200 hosts are made once, however often they are asked for")
    func cached() async throws {
        try await withIssuer { issuer in
            for _ in 0..<3 {
                for index in 0..<200 { _ = try issuer.context(for: "h\(index).test") }
            }
            #expect(issuer.made.withLockedValue { $0 } == 200)
        }
    }

    @Test("several that need the same one at once have one made")
    func coalesced() async throws {
        try await withIssuer { issuer in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<64 { group.addTask { _ = try issuer.context(for: "h\(index % 4).test") } }
                try await group.waitForAll()
            }
            #expect(issuer.made.withLockedValue { $0 } == 4)
        }
    }

    @Test("what was used last is kept when there is no more room")
    func leastRecentlyUsed() async throws {
        try await withIssuer(capacity: 8) { issuer in
            for index in 0..<8 { _ = try issuer.context(for: "h\(index).test") }
            _ = try issuer.context(for: "h0.test")
            _ = try issuer.context(for: "new.test")
            let before = issuer.made.withLockedValue { $0 }
            _ = try issuer.context(for: "h0.test")
            #expect(issuer.made.withLockedValue { $0 } == before)
            _ = try issuer.context(for: "h1.test")
            #expect(issuer.made.withLockedValue { $0 } == before + 1)
        }
    }

    @Test("each protocol list has its own; in a recorder that runs on, a leaf is made anew in time")
    func variants() async throws {
        try await withIssuer { issuer in
            let now = Date()
            _ = try issuer.context(for: "a.test", now: now)
            _ = try issuer.context(for: "a.test", protocols: ["h2", "http/1.1"], now: now)
            #expect(issuer.made.withLockedValue { $0 } == 2)
            _ = try issuer.context(for: "a.test", now: now.addingTimeInterval(8 * 86_400))
            #expect(issuer.made.withLockedValue { $0 } == 3)
        }
    }

    @Test(
        "a leaf lives 199 days at most",
        arguments: ["a.test", "127.0.0.1", "::1", String(repeating: "a", count: 70)]
    )
    func validity(host: String) async throws {
        try await withIssuer { issuer in
            let leaf = try issuer.leaf(for: host)
            let days = leaf.notValidAfter.timeIntervalSince(leaf.notValidBefore) / 86_400
            #expect(days <= 199)
            #expect(leaf.notValidBefore < Date().addingTimeInterval(-86_400))
        }
    }
}
