/// One kind of secret: its name, and how it is told from other text.
///
/// Every shape is matched in one pass over the bytes, with look-ahead and look-behind of bounded length: no text,
/// however made, takes more than linear time.
struct SecretRule: Sendable {
    enum Shape: Sendable {
        /// A prefix, then as many bytes of the alphabet as there are; `length` counts those after the prefix.
        case token(prefixes: [String], alphabet: ByteSet, length: ClosedRange<Int>, proof: Proof = .none)
        /// Three base64url parts, the first of which is a JSON object (RFC 7519).
        case jsonWebToken
        /// A PEM block (RFC 7468), with real or escaped line ends.
        case privateKey
        /// `Bearer VALUE` and `Basic VALUE` (RFC 9110, section 11).
        case authorization
        /// `scheme://user:VALUE@host` (RFC 3986, section 3.2.1).
        case urlPassword
        /// `name = VALUE`, `name: VALUE`, `"name": "VALUE"`, where the name ends in one of these words.
        case assignment(names: [String])
    }

    /// What the bytes after a prefix must show before they count as random.
    enum Proof: Sendable {
        case none
        /// At least one digit.
        case digit
        /// Letters and digits that change places as they do not in words.
        case random
    }

    let id: String
    let shape: Shape

    static func token(
        _ id: String,
        _ prefixes: [String],
        _ alphabet: ByteSet,
        _ length: ClosedRange<Int>,
        proof: Proof = .none
    ) -> SecretRule {
        SecretRule(id: id, shape: .token(prefixes: prefixes, alphabet: alphabet, length: length, proof: proof))
    }

    /// As an upper bound of `length`: the token is taken to its end, however long.
    static let unbounded = Int.max
}
