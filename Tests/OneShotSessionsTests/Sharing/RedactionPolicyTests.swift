import Foundation
import OneShotCore
import OneShotRedaction
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("What a workspace knows about what must not be shared")
struct RedactionPolicyTests {
    /// Put together here, so that no scanner of repositories takes it for somebody's.
    private let token: String = "ghp" + "_" + "aK7q2Z9tR4mX" + "8sW1vB6nY3cD" + "5fG0hJ2kL9pQ"

    private func session(_ texts: String...) -> Session {
        Session(
            sessionID: "run-1",
            createdAt: "2026-11-22T13:45:01.250Z",
            updatedAt: "2026-11-22T13:45:01.250Z",
            turns: texts.enumerated().map { index, text in
                Turn(
                    index: index + 1,
                    exchangeIDs: [],
                    startedAt: "2026-11-22T13:45:01.250Z",
                    state: .complete,
                    output: text
                )
            }
        )
    }

    @Test("a value has one finding, with every place where it stands and its line masked")
    func findings() async throws {
        try await withTemporaryDirectory { directory in
            let policy = try await RedactionPolicy.load(Workspace(root: directory))
            let findings = policy.findings(in: session("first\nuse \(token) here", "again \(token)"))
            let finding = try #require(findings.first)
            #expect(findings.count == 1)
            #expect(finding.places.map(\.text) == [.init(turn: 1, part: "answer"), .init(turn: 2, part: "answer")])
            #expect(finding.places[0].line == 2)
            #expect(finding.places[0].context.hasPrefix("use ghp_…(40 characters)"))
            #expect(finding.value == token)
            let encoded = String(decoding: try StrictJSON.encode(finding), as: UTF8.self)
            #expect(!encoded.contains(token))
        }
    }

    @Test("what a person allows stays, in this process and in the next, and the file holds no value")
    func allows() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            var policy = try await RedactionPolicy.load(workspace)
            let finding = try #require(policy.findings(in: session(token)).first)
            try policy.decide(.allow, about: finding, reason: "an example")
            #expect(policy.redactor().redact(token).text == token)
            let later = try await RedactionPolicy.load(workspace)
            #expect(later.redactor().redact("x \(token) y").text == "x \(token) y")
            let listed = try #require(later.findings(in: session(token)).first)
            #expect(!listed.isRedacted)
            #expect(listed.decision?.reason == "an example")
            let file = try String(contentsOf: workspace.redactionDecisions, encoding: .utf8)
            #expect(!file.contains(token))
            try policy.decide(.deny, about: finding, reason: "")
            #expect(!policy.redactor().redact(token).text.contains(token))
        }
    }

    @Test("a text that a person denies goes from everything, though no rule knows it")
    func denies() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            var policy = try await RedactionPolicy.load(workspace)
            #expect(policy.redactor().redact("call it Project Nightingale").text.contains("Nightingale"))
            try policy.deny(text: "Project Nightingale\n", reason: "not announced")
            let later = try await RedactionPolicy.load(workspace)
            let redacted = later.redactor().redact(
                session("call it Project Nightingale", "{\"a\":\"Project Nightingale\"}")
            )
            #expect(redacted.session.turns[0].output == "call it [REDACTED:known-secret:1]")
            #expect(redacted.session.turns[1].output == "{\"a\":\"[REDACTED:known-secret:1]\"}")
            #expect(redacted.manifest.rules == ["known-secret": .init(secrets: 1, places: 2)])
            #expect(throws: ReviewError.tooShort(length: 3)) { try policy.deny(text: "abc", reason: "") }
        }
    }

    @Test("a credential that the recorder saw is found by its fingerprint, without its value being stored")
    func recorded() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            let plain = "correct horse battery staple"
            let key = try FingerprintKey.loadOrCreate(at: FingerprintKey.url(beside: workspace.rawDatabase))
            let store = try RawStore.openForWriting(workspace.rawDatabase)
            var exchange = RecordedExchange.http(request: [:], answer: "{}")
            exchange.id = nil
            let change = ExchangeChange(
                token: 1,
                exchange: exchange,
                secrets: [key.fingerprint(plain.utf8, name: "authorization")]
            )
            _ = try await store.record([change])
            let policy = try await RedactionPolicy.load(workspace)
            #expect(!policy.redactor().redact("it said \(plain)!").text.contains(plain))
        }
    }

    @Test("a file of decisions that does not fit is refused with its key")
    func badFile() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            try AtomicFile.makeDirectory(workspace.data)
            try AtomicFile.write(
                "{\"schema_version\":1,\"decisions\":[],\"alow\":[]}",
                to: workspace.redactionDecisions
            )
            await #expect(throws: FileError.self) { try await RedactionPolicy.load(workspace) }
        }
    }

    @Test("a finding is named by the beginning of its id, if that is enough")
    func names() throws {
        let one = SessionFinding(id: "3f2a91c04b7d", rule: "x", places: [], decision: nil, value: "one")
        let two = SessionFinding(id: "3f2b00000000", rule: "x", places: [], decision: nil, value: "two")
        #expect(try SessionFinding.named("3F2A", in: [one, two]) == one)
        #expect(throws: ReviewError.ambiguous(finding: "3f2")) { try SessionFinding.named("3f2", in: [one, two]) }
        #expect(throws: ReviewError.unknown(finding: "99")) { try SessionFinding.named("99", in: [one, two]) }
    }
}
