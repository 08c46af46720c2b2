import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotStore

@Suite("Fingerprints of credentials")
struct FingerprintTests {
    @Test("the key is made once, and nobody else can read it")
    func key() async throws {
        try await withTemporaryDirectory { directory in
            let database = directory.appendingPathComponent("raw.sqlite3")
            let first = try FingerprintKey.loadOrCreate(at: FingerprintKey.url(beside: database))
            let second = try FingerprintKey.loadOrCreate(at: FingerprintKey.url(beside: database))
            let value = "sk-very-secret-key".utf8
            #expect(first.fingerprint(value, name: "a") == second.fingerprint(value, name: "a"))
            let file = FingerprintKey.url(beside: database)
            #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["fingerprint.key"])
            let other = FingerprintKey(Data(repeating: 7, count: 32)).fingerprint(value, name: "a")
            #expect(other.digest != first.fingerprint(value, name: "a").digest)
            try Data("short".utf8).write(to: file)
            #expect(throws: StoreError.self) {
                try FingerprintKey.loadOrCreate(at: FingerprintKey.url(beside: database))
            }
        }
    }

    @Test("a value is found in a text by its fingerprint alone, wherever it stands")
    func search() {
        let key = FingerprintKey(Data(0..<32))
        let values = ["sk-0123456789", "another-value-of-another-length", "x"]
        let prints = values.map { key.fingerprint($0.utf8, name: $0) }
        let text =
            "sk-0123456789 in front, another-value-of-another-length inside, sk-0123456788 is none; sk-0123456789"
        let found = key.occurrences(of: prints, in: Array(text.utf8)).map { hit in
            #expect(Array(text.utf8)[hit.range].elementsEqual(hit.name.utf8))
            return hit.name
        }
        #expect(found == [values[0], values[1], values[0]])
        #expect(key.occurrences(of: prints, in: Array("short".utf8)).isEmpty)
    }

    @Test("a store keeps each fingerprint once")
    func stored() async throws {
        try await Sample.withStore { store, url in
            let key = try FingerprintKey.loadOrCreate(at: FingerprintKey.url(beside: url))
            var change = Sample.change(1)
            change.secrets = [key.fingerprint("value-one".utf8, name: "Authorization")]
            _ = try await store.record([change])
            change.secrets.append(key.fingerprint("value-two".utf8, name: "cookie:session"))
            _ = try await store.record([change])
            let secrets = try await store.secrets()
            #expect(Set(secrets.map(\.name)) == ["authorization", "cookie:session"])
            #expect(secrets.map(\.length) == [9, 9])
            let bytes = try Data(contentsOf: url) + Data(contentsOf: URL(fileURLWithPath: url.path + "-wal"))
            #expect(bytes.range(of: Data("value-one".utf8)) == nil)
        }
    }
}
