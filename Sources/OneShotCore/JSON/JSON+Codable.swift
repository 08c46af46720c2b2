/// For somebody else's JSON inside of our own files. Foundation's readers lose the order of keys and the form of numbers;
/// a value that is ``canonical`` survives them.
extension JSON: Codable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(_ text: String) { stringValue = text }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            let keys = container.allKeys.sorted { $0.stringValue < $1.stringValue }
            self = .object(try keys.map { Member($0.stringValue, try container.decode(JSON.self, forKey: $0)) })
            return
        }
        if var container = try? decoder.unkeyedContainer() {
            var elements: [JSON] = []
            while !container.isAtEnd { elements.append(try container.decode(JSON.self)) }
            self = .array(elements)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Int.self) {
            self = JSON(value)
        } else {
            self = JSON(try container.decode(Double.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let members):
            var container = encoder.container(keyedBy: Key.self)
            for member in members { try container.encode(member.value, forKey: Key(member.key)) }
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .string(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .number(let text):
            var container = encoder.singleValueContainer()
            if let value = Int(text) {
                try container.encode(value)
            } else if let value = double, value.isFinite {
                try container.encode(value)
            } else {
                try container.encode(text)
            }
        }
    }

    /// The same value with sorted keys, none of them twice, and numbers in their shortest form.
    public var canonical: JSON {
        switch self {
        case .null, .bool, .string: self
        case .number(let text):
            // What no reader of ours can hold stays as it was written.
            int.map { JSON($0) } ?? double.flatMap { $0.isFinite ? JSON($0) : nil } ?? .string(text)
        case .array(let elements): .array(elements.map(\.canonical))
        case .object(let members):
            .object(
                Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
                    .sorted { $0.key < $1.key }.map { Member($0.key, $0.value.canonical) }
            )
        }
    }
}

extension JSON {
    /// The same value with other texts; keys stay.
    func mappingStrings(_ transform: (String) -> String) -> JSON {
        switch self {
        case .null, .bool, .number: self
        case .string(let text): .string(transform(text))
        case .array(let elements): .array(elements.map { $0.mappingStrings(transform) })
        case .object(let members):
            .object(members.map { Member($0.key, $0.value.mappingStrings(transform)) })
        }
    }
}
