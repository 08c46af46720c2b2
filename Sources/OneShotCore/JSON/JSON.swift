/// A JSON value (RFC 8259) that keeps what Foundation's readers lose: the order of keys and the digits of numbers.
///
/// It is for text whose shape is somebody else's, such as model API bodies; our own files are `Codable` structs.
public enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    /// The number's text as it was written, such as `1.0` or `12345678901234567890`.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    /// One `"key": value` pair of an object.
    public struct Member: Sendable, Hashable {
        public var key: String
        public var value: JSON

        public init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }
}

extension JSON {
    /// The value of the last member with this key (readers disagree about duplicates; most take the last).
    public subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// The element at this index, or nil where there is none.
    public subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The text of a string, nil for any other kind.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The value of a whole number that fits an `Int`.
    public var int: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }

    /// The number as a count that somebody else states: nothing below 0, and nothing so large that sums of it overflow.
    public var count: Int? { int.map { min(max(0, $0), Self.largestCount) } }
    static let largestCount = 1 << 40

    public var double: Double? {
        guard case .number(let text) = self else { return nil }
        return Double(text)
    }

    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The elements of an array; empty for any other kind.
    public var elements: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The members of an object; empty for any other kind.
    public var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral, ExpressibleByFloatLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .number(String(value)) }
    public init(floatLiteral value: Double) { self = .number(String(value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0, $1) }) }
    public init(_ value: Int) { self = .number(String(value)) }
    public init(_ value: Int64) { self = .number(String(value)) }
    /// In the digits that give the value back, as Foundation's encoder writes them; null where JSON has no number for it.
    public init(_ value: Double) {
        let text = value.description
        self = value.isFinite ? .number(text.hasSuffix(".0") ? String(text.dropLast(2)) : text) : .null
    }
    public init(_ value: String?) { self = value.map { .string($0) } ?? .null }
}
