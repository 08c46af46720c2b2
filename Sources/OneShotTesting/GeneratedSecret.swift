/// A secret that was made up: it has the format of one, and opens nothing. Put together at run time, so that no file
/// holds one.
public struct GeneratedSecret: Sendable {
    /// The format, such as `github-pat`.
    public let format: String
    public let value: String
    /// A line as it may stand in a session, with the value in it.
    public let line: String

    /// How the formats are generated.
    typealias Make = @Sendable (inout SeededGenerator) -> (value: String, context: Context)

    /// Where a value of a format stands.
    enum Context: Sendable {
        /// Anywhere: the format tells it.
        case anywhere
        /// Only where it is named so: what comes before and after.
        case named(String, String)
    }

    /// One secret of each format; other seeds, other values and lines.
    public static func all(seed: UInt64) -> [GeneratedSecret] {
        var random = SeededGenerator(seed: seed)
        return formats.map { format, make in
            let (value, context) = make(&random)
            let line =
                switch context {
                case .named(let before, let after): before + value + after
                case .anywhere: places[Int(random.next() % UInt64(places.count))](value)
                }
            return GeneratedSecret(format: format, value: value, line: line)
        }
    }

    private static let places: [@Sendable (String) -> String] = [
        { "export SERVICE_KEY=\($0)" },
        { "I have set the key to \($0), so try it again." },
        { "{\"key\": \"\($0)\", \"n\": 1}" },
        { "curl -s -H 'Authorization: Bearer \($0)' https://api.test/v1/models" },
        { "client = Client(\"\($0)\")  # for now" },
        { "GET /v1/items?key=\($0)&page=2 HTTP/1.1" },
        { "+    key: \($0)" },
        { "(\($0))" },
        { "The token `\($0)` works." },
    ]
}

/// Numbers that look random and are the same for the same seed (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// Characters drawn from an alphabet.
    public mutating func text(_ alphabet: Alphabet, _ count: Int) -> String {
        let letters = alphabet.letters
        return String((0..<count).map { _ in letters[Int(next() % UInt64(letters.count))] })
    }

    public enum Alphabet: Sendable {
        case alphanumeric, lower, upper, hex, digits, base64, urlSafe, base32

        var letters: [Character] {
            let lower = "abcdefghijklmnopqrstuvwxyz"
            let digits = "0123456789"
            let all =
                switch self {
                case .alphanumeric: lower + lower.uppercased() + digits
                case .lower: lower + digits
                case .upper: lower.uppercased() + digits
                case .hex: "abcdef" + digits
                case .digits: digits
                case .base64: lower + lower.uppercased() + digits + "+/"
                case .urlSafe: lower + lower.uppercased() + digits + "-_"
                case .base32: lower.uppercased() + "234567"
                }
            return Array(all)
        }
    }
}
