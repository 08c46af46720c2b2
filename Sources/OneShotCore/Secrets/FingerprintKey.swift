import Crypto
public import Foundation

/// The key of a database's fingerprints: 32 random bytes in a file beside it.
///
/// Of a value, two numbers depend on it. The HMAC-SHA256 identifies the value. The rolling hash is what makes a text
/// searchable: the value's bytes as the coefficients of a polynomial, taken at a secret point modulo 2⁶¹ − 1, of which
/// 31 bits are kept. It can be carried over a text byte by byte in a window of the value's length, and where it agrees
/// the HMAC decides.
public struct FingerprintKey: Sendable {
    private let key: SymmetricKey
    let point: UInt64

    /// - Parameter bytes: 32 random ones.
    public init(_ bytes: Data) {
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
        FingerprintSearch(fingerprints, key: self).occurrences(in: text)
    }

    package func rolling(_ value: [UInt8]) -> Int64 {
        FingerprintSearch.kept(value.reduce(0) { Polynomial.step($0, point, $1) })
    }

    func digest(_ value: ArraySlice<UInt8>) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: value, using: key))
    }
}

/// Arithmetic modulo the prime 2⁶¹ − 1.
enum Polynomial {
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
