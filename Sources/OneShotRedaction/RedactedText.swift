/// Text that has been through a ``Redactor``. Only a redactor makes one, so a function that takes `RedactedText`
/// cannot be handed anything raw.
public struct RedactedText: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    init(redacted text: String) { self.text = text }

    public var description: String { text }
}

extension RedactedText: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
