public import Foundation

/// What is kept of a credential in its place: enough to find the same value in a text later, together with the key,
/// and too little to learn it.
public struct SecretFingerprint: Sendable, Hashable {
    /// Where it came from: a header's name, `cookie:NAME`, or `query:NAME`; in lower case.
    public var name: String
    /// HMAC-SHA256 of the value.
    public var digest: Data
    /// Of the value, in bytes.
    public var length: Int
    /// Of the value, see ``FingerprintKey``.
    public var rolling: Int64

    public init(name: String, digest: Data, length: Int, rolling: Int64) {
        self.name = name
        self.digest = digest
        self.length = length
        self.rolling = rolling
    }
}
