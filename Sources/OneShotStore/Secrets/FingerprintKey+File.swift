public import Foundation
public import OneShotCore

extension FingerprintKey {
    /// Beside the database, `fingerprint.key`.
    public static func url(beside database: URL) -> URL {
        database.deletingLastPathComponent().appendingPathComponent("fingerprint.key")
    }

    /// Reads the key, which is made on first use, readable for nobody else.
    ///
    /// - Throws: ``FileError``, ``StoreError/unusable(path:reason:)``.
    public static func loadOrCreate(at url: URL) throws -> FingerprintKey {
        if !FileManager.default.fileExists(atPath: url.path) {
            try AtomicFile.makeDirectory(url.deletingLastPathComponent(), mode: 0o700)
            // Two at once: the one who comes second finds the file, because a link does not replace one.
            let own = url.appendingPathExtension(UUID().uuidString)
            var random = SystemRandomNumberGenerator()
            let bytes = Data((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
            try AtomicFile.write(bytes, to: own, mode: 0o600)
            _ = link(own.path, url.path)
            unlink(own.path)
        }
        guard let bytes = try? Data(contentsOf: url), bytes.count == 32 else {
            throw StoreError.unusable(path: url.path, reason: "it is not a key of 32 bytes")
        }
        return FingerprintKey(bytes)
    }
}
