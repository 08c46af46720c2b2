import Crypto
public import Foundation
import OneShotCore

/// The key of a database's fingerprints: 32 random bytes in a file beside it.
///
/// Of a value, two numbers depend on it. The HMAC-SHA256 identifies the value. The rolling hash is what makes a text
/// searchable: the value's bytes as the coefficients of a polynomial, taken at a secret point modulo 2⁶¹ − 1, of which
/// 31 bits are kept. It can be carried over a text byte by byte in a window of the value's length, and where it agrees
/// the HMAC decides.
public struct FingerprintKey: Sendable {
    private let key: SymmetricKey
    private let point: UInt64

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
            try AtomicFile.write(SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }, to: own, mode: 0o600)
            _ = link(own.path, url.path)
            unlink(own.path)
        }
        guard let bytes = try? Data(contentsOf: url), bytes.count == 32 else {
            throw StoreError.unusable(path: url.path, reason: "it is not a key of 32 bytes")
        }
        return FingerprintKey(bytes)
    }

    init(_ bytes: Data) {
        key = SymmetricKey(data: bytes)
        let seed = HMAC<SHA256>.authenticationCode(for: Data("oneshot rolling hash".utf8), using: key)
        point = Polynomial.reduced(seed.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) } >> 3) | 256
    }

    public func fingerprint(_ value: some Sequence<UInt8>, name: String) -> SecretFingerprint {
        let bytes = Array(value)
        return SecretFingerprint(
            name: name.lowercased(),
            digest: digest(bytes[...]),
            length: bytes.count,
            rolling: rolling(bytes)
        )
    }

    /// Where in a text the values of these fingerprints stand, in the order of their ends. A text that comes in pieces
    /// is searched piece by piece, each together with as many bytes before it as the longest value has, less one.
    public func occurrences(
        of fingerprints: [SecretFingerprint],
        in text: [UInt8]
    ) -> [(range: Range<Int>, name: String)] {
        let byLength = Dictionary(grouping: fingerprints.filter { $0.length > 0 }, by: \.length)
        return byLength.flatMap { length, candidates in
            occurrences(of: candidates, length: length, in: text)
        }.sorted { ($0.range.upperBound, $0.range.count) < ($1.range.upperBound, $1.range.count) }
    }

    func rolling(_ value: [UInt8]) -> Int64 {
        Self.kept(value.reduce(0) { Polynomial.step($0, point, $1) })
    }

    private static func kept(_ hash: UInt64) -> Int64 { Int64(hash & 0x7FFF_FFFF) }

    private func digest(_ value: ArraySlice<UInt8>) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: value, using: key))
    }

    private func occurrences(
        of candidates: [SecretFingerprint],
        length: Int,
        in text: [UInt8]
    ) -> [(range: Range<Int>, name: String)] {
        guard text.count >= length else { return [] }
        let byHash = Dictionary(grouping: candidates, by: \.rolling)
        // What a byte is worth when it leaves the window.
        let leaving = (1..<length).reduce(UInt64(1)) { power, _ in Polynomial.multiply(power, point) }
        var found: [(range: Range<Int>, name: String)] = []
        var hash: UInt64 = 0
        for index in text.indices {
            if index >= length {
                hash = Polynomial.subtract(hash, Polynomial.multiply(leaving, UInt64(text[index - length]) + 1))
            }
            hash = Polynomial.step(hash, point, text[index])
            guard index + 1 >= length, let hits = byHash[Self.kept(hash)] else { continue }
            let range = index + 1 - length..<index + 1
            let digest = digest(text[range])
            for hit in hits where hit.digest == digest { found.append((range, hit.name)) }
        }
        return found
    }
}

/// Arithmetic modulo the prime 2⁶¹ − 1.
private enum Polynomial {
    static let prime: UInt64 = (1 << 61) - 1

    static func reduced(_ value: UInt64) -> UInt64 {
        let folded = (value & prime) + (value >> 61)
        return folded >= prime ? folded - prime : folded
    }

    static func multiply(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (high, low) = left.multipliedFullWidth(by: right)
        return reduced((low & prime) + (high << 3 | low >> 61))
    }

    static func subtract(_ left: UInt64, _ right: UInt64) -> UInt64 {
        left >= right ? left - right : left + prime - right
    }

    /// One more byte at the end.
    static func step(_ hash: UInt64, _ point: UInt64, _ byte: UInt8) -> UInt64 {
        reduced(multiply(hash, point) + UInt64(byte) + 1)
    }
}
