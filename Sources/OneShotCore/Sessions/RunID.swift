public import Foundation

/// The name of one agent run. It travels with the client, as the user name of its proxy credentials.
public struct RunID: Sendable, Hashable, Codable, CustomStringConvertible {
    public let description: String

    /// - Returns: nil unless the text is 1 to 128 characters out of `A-Z a-z 0-9 . _ -`.
    public init?(_ text: String) {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard allowed, (1...128).contains(text.utf8.count) else { return nil }
        description = text
    }

    private init(unchecked text: String) { description = text }

    /// A new name such as `run-20261122-134501-9f2c`.
    public static func generate(prefix: String = "run", now: Date = Date()) -> RunID {
        let suffix = String(UInt16.random(in: .min ... .max), radix: 16)
        return RunID(unchecked: "\(prefix)-\(Timestamp.compact(now).replacing("_", with: "-"))-\(suffix)")
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = RunID(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a run id: \"\(text)\"")
            )
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
