import OneShotCore

extension JSON {
    /// An object of those members that have a value; `null` is none.
    static func members(_ members: KeyValuePairs<String, JSON?>) -> JSON {
        .object(members.compactMap { key, value in value.flatMap { $0 == .null ? nil : Member(key, $0) } })
    }

    /// The same; nil where none has a value.
    static func someMembers(_ members: KeyValuePairs<String, JSON?>) -> JSON? {
        let json = JSON.members(members)
        return json.members.isEmpty ? nil : json
    }

    static func texts(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }
}

extension String {
    var json: JSON { .string(self) }
}

extension Int {
    var json: JSON { JSON(self) }
}

extension Double {
    var json: JSON { JSON(self) }
}
