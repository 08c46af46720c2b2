import Foundation
import OneShotProcess
import OneShotTesting
import OneShotWorkbench
import Testing

@Suite("A system's trust store")
struct TrustStoreTests {
    private static let pem = "-----BEGIN CERTIFICATE-----\nAAAA\nBBBB\n-----END CERTIFICATE-----\n"

    /// A store whose update program joins the directory's files, as the real ones do.
    private func withStore(_ body: (DirectoryTrustStore, URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { root in
            let directory = root.appendingPathComponent("ca-certificates")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let bundle = root.appendingPathComponent("bundle.crt")
            let update = Command("sh", ["-c", "cat \(directory.path)/* >\(bundle.path) 2>/dev/null; true"])
            try await body(DirectoryTrustStore(directory: directory, bundle: bundle, update: update), root)
        }
    }

    @Test("takes the certificate in, knows it, and gives it up again")
    func roundTrip() async throws {
        try await withStore { store, root in
            let certificate = root.appendingPathComponent("cert.pem")
            #expect(await !store.trusts(certificatePEM: Self.pem))
            try await store.install(certificate: certificate, pem: Self.pem)
            try await store.install(certificate: certificate, pem: Self.pem)
            #expect(await store.trusts(certificatePEM: Self.pem))
            #expect(await store.trusts(certificatePEM: Self.pem.replacing("AAAA\nBBBB", with: "AAAABBBB")))
            #expect(await !store.trusts(certificatePEM: Self.pem.replacing("BBBB", with: "CCCC")))
            #expect(try await store.uninstall())
            #expect(await !store.trusts(certificatePEM: Self.pem))
            #expect(try await !store.uninstall())
        }
    }

    @Test("a system without its directory is named as such")
    func absent() async throws {
        try await withStore { store, root in
            var store = store
            store.directory = root.appendingPathComponent("missing")
            let certificate = root.appendingPathComponent("cert.pem")
            await #expect {
                try await store.install(certificate: certificate, pem: Self.pem)
            } throws: { error in
                guard case WorkbenchError.noTrustStore(let reason) = error else { return false }
                return reason.contains("missing")
            }
        }
    }
}
