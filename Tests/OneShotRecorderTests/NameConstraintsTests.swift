import Foundation
import OneShotCore
import OneShotTesting
import SwiftASN1
import Testing
import X509

@testable import OneShotRecorder

@Suite("Name constraints", .timeLimit(.minutes(1)))
struct NameConstraintsTests {
    private func withAuthority(_ body: (CertificateAuthority, URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let place = directory.appendingPathComponent("ca")
            try await body(try CertificateAuthority.createForModelAPIs(in: place), place)
        }
    }

    @Test("an authority for model APIs vouches for all that is read by default, and for nothing else")
    func scope() async throws {
        try await withAuthority { authority, place in
            #expect(ModelHosts.all.allSatisfy(authority.vouches))
            for host in ["eu.api.openai.com", "api.openai.com:443", "[::1]:9", "us-east5-aiplatform.googleapis.com"] {
                #expect(authority.vouches(for: host), "\(host)")
            }
            for host in [
                "all", "example.test", "openai.com", "notapi.openai.com", "127.0.0.2", "::2", "*.test", "api.*", ".com",
                "*x",
            ] {
                #expect(!authority.vouches(for: host), "\(host)")
            }
            // The same again from its files.
            let loaded = try CertificateAuthority.loadOrCreate(directory: place)
            #expect(loaded.fingerprint == authority.fingerprint)
            #expect(throws: RecorderError.authorityTooNarrow(path: authority.certificateURL.path, host: "a.test")) {
                try loaded.requireVouching(for: ["chatgpt.com", "a.test"])
            }
        }
    }

    @Test("it is critical, and no name in it lies below another")
    func form() async throws {
        try await withAuthority { authority, _ in
            let found = authority.certificate.extensions.first { $0.oid == [2, 5, 29, 30] }
            #expect(found?.critical == true)
            let names = try #require(try authority.certificate.extensions.nameConstraints).permittedDNSDomains
            #expect(names.contains("api.openai.com") && names.contains("localhost"))
            #expect(names.allSatisfy { name in !names.contains { name.hasSuffix(".\($0)") } })
        }
    }

    @Test("an ordinary authority vouches for every host")
    func ordinary() async throws {
        try await withTemporaryDirectory { directory in
            let authority = try CertificateAuthority.loadOrCreate(directory: directory)
            try authority.requireVouching(for: ["all", "example.test", "*.test"])
            #expect(throws: RecorderError.self) { try CertificateAuthority.createForModelAPIs(in: directory) }
            #expect(try CertificateAuthority.loadOrCreate(directory: directory).fingerprint == authority.fingerprint)
        }
    }
}
