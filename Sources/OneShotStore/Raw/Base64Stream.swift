public import Foundation

/// Base64 (RFC 4648, section 4) of a body that comes in pieces.
public struct Base64Stream: Sendable {
    private var carry = Data()

    public init() {}

    /// - Returns: the digits that are certain now.
    public mutating func append(_ bytes: Data) -> Data {
        carry.append(bytes)
        let whole = carry.count / 3 * 3
        guard whole > 0 else { return Data() }
        let digits = carry.prefix(whole).base64EncodedData()
        carry = Data(carry.dropFirst(whole))
        return digits
    }

    /// - Returns: the last digits, with padding, were the body to end here.
    public var ending: Data { carry.base64EncodedData() }
}
